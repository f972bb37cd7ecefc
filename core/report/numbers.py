"""A number with its noun."""


def count(number: int, one: str, many: str | None = None) -> str:
    """For people: "1 order", "1,200 orders"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
