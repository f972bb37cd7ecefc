"""A link from another site opens nothing by itself: it is shown, and opens when it is pressed.

An address such as `/?case=1042` makes Orderlens read the order and Stripe. Any web page can send a browser there, as
often as it likes; so can a mail and the shop's own admin, which is what such links are for. What the browser says of
where it was sent from (Fetch metadata) tells the two apart from a bookmark and from our own pages. Browsers that say
nothing open it at once: those before 2023, and those that are called by plain http under another name than localhost.
"""

import html
from urllib.parse import parse_qsl

from starlette.responses import HTMLResponse
from starlette.types import Scope

ASKING = ("/setup",)  # pages that look into Stripe as soon as they are opened, whatever stands behind the ?
SHOWN = 200  # characters of what the link names
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Orderlens</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.5 "Source Sans", "Segoe UI", system-ui, sans-serif; max-width: 36rem; margin: 15vh auto;
  padding: 0 1.5rem; background: light-dark(#fbfaf6, #111416); color: light-dark(#1f2428, #e7e5df);
  overflow-wrap: anywhere }}
h1 {{ font: 600 1.75rem/1.3 "Source Serif", Georgia, serif; margin: 0 0 .5rem }}
a {{ display: inline-block; margin-top: 1rem; padding: .5rem 1.25rem; border-radius: .375rem; color: #fff;
  background: light-dark(#0f5e66, #23828b); text-decoration: none; font-weight: 600 }}
</style></head>
<body><main><h1>{title}</h1><p>{says}</p><a href="{href}">{press}</a></main></body></html>
"""


def from_another_site(scope: Scope) -> bool:
    """Whether this is a navigation that a page of another site began, to something that is opened by its address."""
    if scope["type"] != "http" or not (scope["query_string"] or scope["path"].rstrip("/") in ASKING):
        return False
    said = {name.lower(): value for name, value in scope["headers"] if name.lower().startswith(b"sec-fetch-")}
    return said.get(b"sec-fetch-mode") == b"navigate" and said.get(b"sec-fetch-site") in (b"cross-site", b"same-site")


def asking(scope: Scope) -> HTMLResponse:
    """A page that shows where the link leads and leads there when pressed: then the browser comes from us. Nobody is
    asked anything before."""
    query = scope["query_string"].decode("latin-1")
    case = dict(parse_qsl(query)).get("case")
    named = (case or "")[:SHOWN] + ("…" if case and len(case) > SHOWN else "")
    page = _PAGE.format(
        title=html.escape(f"Open {named}?") if case else "Open this page?",
        says="A link on another site leads here. Nothing was read yet.",
        href=html.escape(f"?{query}", quote=True),
        press="Open this case" if case else "Open this page",
    )
    return HTMLResponse(page, headers={"cache-control": "no-store", "vary": "Sec-Fetch-Site, Sec-Fetch-Mode"})
