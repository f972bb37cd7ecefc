"""The key `/`, on whatever page: the cursor into the element `.st-key-search input`, what stands there selected."""

from collections.abc import Mapping

from dashboard.component.mounting import part


def keys(*, at_once: str = "", address: Mapping[str, str] | None = None) -> None:
    """Once a page; it takes no room. A page without such an element leaves the key alone. Tables and code that
    scroll can be reached with Tab. `at_once`: the cursor goes there by itself, once for each text that is given.
    `address`: what the browser's address and every link to a page of ours are to say, where they do not yet."""
    part("keys")(
        key="keys", data={"at_once": at_once, "address": dict(address or {})}, height="content", width="content"
    )
