"""A link from another site opens nothing by itself: it is shown, and opens when it is pressed.

An address such as `/?case=1042` makes Orderlens read the order and Stripe. Any web page can send a browser there, as
often as it likes; so can a mail and the shop's own admin, which is what such links are for. What the browser says of
where it was sent from (Fetch metadata) tells the two apart from a bookmark and from our own pages. Browsers that say
nothing open it at once: those before 2023, and those that are called by plain http under another name than localhost.
"""

from urllib.parse import parse_qsl

from starlette.responses import HTMLResponse
from starlette.types import Scope

from dashboard.server import plain

ASKING = ("/setup",)  # pages that look into Stripe as soon as they are opened, whatever stands behind the ?
SHOWN = 200  # characters of what the link names


def from_another_site(scope: Scope) -> bool:
    """Whether this is a navigation that a page of another site began, to something that is opened by its address."""
    if scope["type"] != "http" or not _opens(scope):
        return False
    said = {name.lower(): value for name, value in scope["headers"] if name.lower().startswith(b"sec-fetch-")}
    return said.get(b"sec-fetch-mode") == b"navigate" and said.get(b"sec-fetch-site") in (b"cross-site", b"same-site")


def asking(scope: Scope) -> HTMLResponse:
    """A page that shows where the link leads and leads there when pressed: then the browser comes from us. Nobody is
    asked anything before."""
    query = scope["query_string"].decode("latin-1")
    case = dict(parse_qsl(query)).get("case")
    named = (case or "")[:SHOWN] + ("…" if case and len(case) > SHOWN else "")
    return plain.page(
        f"Open {named}?" if case else "Open this page?",
        "A link on another site leads here. Nothing was read yet.",
        href=f"?{query}",
        press="Open this case" if case else "Open this page",
        headers={"vary": "Sec-Fetch-Site, Sec-Fetch-Mode"},
    )


def _opens(scope: Scope) -> bool:
    """Whether the address opens something. Of a log-in it is what stands behind it; the provider sends people back to
    an address of its own, which their cookie knows."""
    path, query = scope["path"], scope["query_string"].decode("latin-1")
    if path == plain.CALLBACK:
        return False
    if path == plain.LOGIN:
        path, _, query = dict(parse_qsl(query)).get("next", "").partition("?")
    return bool(query) or path.rstrip("/") in ASKING
