"""What is cut or abbreviated, whole and to copy: ids of Stripe's that are links, cells whose text does not fit."""

from dashboard.component.mounting import part


def whole() -> None:
    """Once a page, at its end."""
    part("whole")(key="whole", height="content", width="content")
