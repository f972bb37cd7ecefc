"""The key `/`, on whatever page: the cursor into the element `.st-key-search input`, what stands there selected."""

from dashboard.component.mounting import part


def keys(*, at_once: str = "") -> None:
    """Once a page; it takes no room. A page without such an element leaves the key alone. Tables and code that scroll
    can be reached with Tab. `at_once`: the cursor goes there by itself, once for each text that is given."""
    part("keys")(key="keys", data={"at_once": at_once}, height="content", width="content")
