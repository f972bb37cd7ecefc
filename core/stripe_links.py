"""Where one of Stripe's objects stands in the Dashboard, and the Stripe CLI's command that shows it.

Pure text. An object without a known page has no link: none is guessed.
Source: the Stripe CLI's own links (pkg/proxy, pkg/cmd/open); sandboxes are accounts of their own, so the account
is part of the address wherever it is known.
"""

from collections.abc import Iterable
from shlex import quote
from typing import Final
from urllib.parse import urlencode

from core.facts import Mode

DASHBOARD: Final = "https://dashboard.stripe.com"
_PAGES: Final = {
    "pi": "payments",
    "ch": "payments",
    "py": "payments",
    "cs": "checkout/sessions",
    "evt": "events",
    "cus": "customers",
    "in": "invoices",
    "sub": "subscriptions",
    "du": "disputes",
    "dp": "disputes",
    "we": "workbench/webhooks",
    "ed": "workbench/webhooks",
}
_RESOURCES: Final = {
    "pi": "payment_intents",
    "ch": "charges",
    "py": "charges",
    "cs": "checkout sessions",
    "evt": "events",
    "cus": "customers",
    "in": "invoices",
    "sub": "subscriptions",
    "re": "refunds",
    "pyr": "refunds",
    "du": "disputes",
    "dp": "disputes",
    "we": "webhook_endpoints",
}


def dashboard(object_id: str, *, mode: Mode, account: str | None = None) -> str | None:
    """The object's page in the Dashboard, in its mode and account; None for kinds without a page (refunds)."""
    page = _PAGES.get(_prefix(object_id))
    return f"{_base(mode, account)}/{page}/{object_id}" if page else None


def restricted_key(permissions: Iterable[str], *, mode: Mode) -> str:
    """Where a restricted key is made, with these rights (`charge_read`) filled in. Stripe ignores names it does not
    know; the address is the Stripe apps' own and is not documented."""
    wanted = [("name", "Orderlens"), *(("permissions[]", f"rak_{one}") for one in permissions)]
    return f"{_base(mode, None)}/apikeys/create?{urlencode(wanted, safe='[]')}"


def retrieve_command(object_id: str, *, mode: Mode, account: str | None = None) -> str | None:
    """The CLI's command that reads the object: `stripe payment_intents retrieve pi_... --live`."""
    resource = _RESOURCES.get(_prefix(object_id))
    return f"stripe {resource} retrieve {object_id}{_flags(mode, account)}" if resource else None


def resend_command(event_id: str, endpoint_id: str, *, mode: Mode, account: str | None = None) -> str:
    """The CLI's command that asks Stripe to send an event again to one endpoint."""
    return f"stripe events resend {quote(event_id)} --webhook-endpoint={quote(endpoint_id)}{_flags(mode, account)}"


def _prefix(object_id: str) -> str:
    """`cs` of `cs_test_...`; empty for anything that is not letters, digits and underscores (never into a shell)."""
    return object_id.partition("_")[0] if object_id.isascii() and object_id.replace("_", "").isalnum() else ""


def _base(mode: Mode, account: str | None) -> str:
    return DASHBOARD + (f"/{account}" if account else "") + ("/test" if mode == "test" else "")


def _flags(mode: Mode, account: str | None) -> str:
    return (" --live" if mode == "live" else "") + (f" --stripe-account={quote(account)}" if account else "")
