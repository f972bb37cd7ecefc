"""The endpoints at Stripe beside what the shop needs: read, and with the kept cases that a gap may have made.

`core.endpoints` judges; here is read for it.
"""

from collections.abc import Iterator
from typing import Final

from core.checks import Check, Level
from core.endpoints import Need, Shop, Suffered, judge
from core.endpoints.needs import UNHEARD, needs, suffers
from core.errors import OrderlensError
from core.journal import Filter, Inbox, Kept
from core.settings import Settings
from core.stripe_api import StripeReader

LOOKED_AT: Final = 500  # kept cases of each code
NAMED: Final = 5
_UNHEARD: Final = Check(
    "webhooks",
    "what Stripe never sends",
    Level.FINE,
    "On connected accounts it is not heard: the watch asks for the health events of the one account that it reads.",
    "Look at orders of connected accounts that stay open though their sellers have the money.",
)


def endpoint_checks(stripe: StripeReader, inbox: Inbox, settings: Settings, now: int) -> tuple[Check, ...]:
    """Every line of the endpoint doctor. `now`: seconds since 1970. Never raises."""
    shop = shop_of(settings, stripe)
    found = judge(stripe.registered(now=now), shop, suffered(inbox, needs(shop.booked_on)), now)
    return (*found, _UNHEARD) if settings.mapping.names_accounts else found


def shop_of(settings: Settings, stripe: StripeReader) -> Shop:
    """What the settings say of the shop's side."""
    return Shop(
        url=settings.webhook_url,
        hosts=tuple(dict.fromkeys((*settings.app_hosts, *settings.webhook_hosts))),
        api_version=settings.app_api_version,
        booked_on=settings.mapping.booked_on,
        mode=stripe.key_mode,
        connected=settings.stripe_account is not None or "stripe_account" in settings.mapping.orders.columns,
    )


def suffered(inbox: Inbox, wanted: tuple[Need, ...]) -> dict[str, Suffered]:
    """The kept cases of each need that nobody has settled; nothing where the journal cannot be read: that is a line of
    its own."""
    codes = tuple(dict.fromkeys((UNHEARD, *(code for need in wanted for code in need.codes))))
    try:
        cases, after = inbox.page(Filter(headlines=codes), limit=LOOKED_AT, order_by="newest")
    except OrderlensError:
        return {}
    return dict(_by_need(wanted, cases, more=after is not None))


def _by_need(wanted: tuple[Need, ...], cases: tuple[Kept, ...], *, more: bool) -> Iterator[tuple[str, Suffered]]:
    for need in wanted:
        found = [one for one in cases if suffers(need, one.code, one.says)]
        if found:
            names = tuple(one.number or one.order_id or one.key.partition(":")[2] for one in found[:NAMED])
            yield need.key, Suffered(len(found), names, more)
