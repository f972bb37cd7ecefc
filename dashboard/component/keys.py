"""The key `/`, on whatever page: the cursor into the element `.st-key-search input`, what stands there selected."""

from dashboard.component.mounting import part


def keys() -> None:
    """Once a page, at its end: it takes no room but the gap before it. A page without such an element leaves the key
    alone."""
    part("keys")(key="keys", height="content", width="content")
