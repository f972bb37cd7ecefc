"""Pages of the edge, without Streamlit: one sentence, and what to do next. And the addresses of the log-in."""

import html
from collections.abc import Mapping
from typing import Final

from starlette.responses import HTMLResponse

LOGIN: Final = "/login"
CALLBACK: Final = "/login/callback"
LOGOUT: Final = "/logout"
SIGNED_OUT: Final = "/signed-out"
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Orderlens</title>
{on}
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


def page(
    title: str,
    says: str,
    *,
    href: str,
    press: str,
    status: int = 200,
    by_itself: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page with one link, which no cache keeps. `by_itself`: after so many seconds it follows the link, as from a
    page of ours."""
    to = html.escape(href, quote=True)
    on = f'<meta http-equiv="refresh" content="{by_itself};url={to}">' if by_itself is not None else ""
    text = _PAGE.format(on=on, title=html.escape(title), says=html.escape(says), href=to, press=html.escape(press))
    return HTMLResponse(text, status, headers={"cache-control": "no-store", **(headers or {})})
