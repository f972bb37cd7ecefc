"""The clock that a viewer chose, kept by his browser: a cookie of one fixed value, which says nothing of who he is."""

from dashboard.component.mounting import part


def keep_clock(name: str, value: str) -> None:
    """Have the browser keep `value` under `name` for a year; where it is empty, forget it. It takes no room."""
    part("clock")(key="clock", data={"name": name, "value": value}, height="content", width="content")
