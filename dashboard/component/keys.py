"""The key `/`, on whatever page: the cursor into the element `.st-key-search input`, what stands there selected."""

from dashboard.component.mounting import part


def keys() -> None:
    """Once a page; it takes no room. A page without such an element leaves the key alone. Tables and code that scroll
    can be reached with Tab."""
    part("keys")(key="keys", height="content", width="content")
