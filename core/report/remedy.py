"""The one action that stands out, and where it is taken: from here, on a page of Stripe's, or on the shop's own. Pure.

A page is named only where it is certain which: its id is the first in the finding's own steps, the only one in its
evidence, or the only one of the case.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.findings import Action, Finding
from core.linking import Links
from core.replays import candidates, makeable
from core.rules import Examined


class Remedy(StrEnum):
    """The one action that stands out; the others can be taken all the same."""

    SEND_AGAIN = "send the webhook again"
    READ_AFRESH = "retrieve afresh"
    OPEN = "open where the next step is taken"
    NONE = "nothing to do from here"


@dataclass(frozen=True, slots=True)
class Opens:
    """Where a next step is taken: on the page of the object `at` at Stripe, or, where that is None, on the order's own
    in the shop. `called`: in two words, "the payment"."""

    called: str
    at: str | None


_PAYMENT: Final = ("the payment", ("pi", "ch", "py"))
_SESSION: Final = ("the checkout", ("cs",))
_PLAN: Final = ("the subscription", ("sub",))
_DISPUTE: Final = ("the dispute", ("du", "dp"))
_AT_STRIPE: Final[Mapping[Action, tuple[str, tuple[str, ...]]]] = {
    Action.REFUND_DUPLICATE: _PAYMENT,
    Action.REFUND_PAYMENT: _PAYMENT,
    Action.RETRY_REFUND: _PAYMENT,
    Action.CAPTURE_NOW: _PAYMENT,
    Action.RELEASE_HOLD: _PAYMENT,
    Action.REVIEW_SECURITY: _PAYMENT,
    Action.EXPIRE_SESSION: _SESSION,
    Action.CANCEL_SUBSCRIPTION: _PLAN,
    Action.RESPOND_DISPUTE: _DISPUTE,
}
_IN_THE_SHOP: Final = frozenset(
    {
        Action.CANCEL_ORDER,
        Action.CORRECT_AMOUNT,
        Action.END_ACCESS,
        Action.FIX_STORED_ID,
        Action.HOLD_FULFILMENT,
        Action.LINK_MANUALLY,
        Action.MARK_PAID_AFTER_VERIFY,
        Action.RECORD_DISPUTE_LOSS,
        Action.RECORD_REFUND,
        Action.REOPEN_OR_REFUND,
        Action.REQUEST_NEW_PAYMENT,
    }
)
_BOOKS: Final = frozenset({Action.REPLAY_EVENT, Action.MARK_PAID_AFTER_VERIFY})
_ID: Final = re.compile(
    r"(?<![A-Za-z0-9_])(pi|ch|py|cs|sub|du|dp)_[A-Za-z0-9_]{8,255}(?![A-Za-z0-9_]|\.\.|…)", re.ASCII
)


def remedy(seen: Examined) -> Remedy:
    """What stands out: sending, where the diagnosis proposes it and there is something to send; else a page where the
    next step is taken; else reading again, where a question is open. Sending does not stand out where the headline
    wants something else than a paid order: of money that is not the order's amount, a person decides first."""
    headline = seen.diagnosis.headline
    books = headline is not None and not _BOOKS.isdisjoint(headline.actions)
    if books and Action.REPLAY_EVENT in seen.diagnosis.actions and (candidates(seen) or makeable(seen)):
        return Remedy.SEND_AGAIN
    if opens(seen):
        return Remedy.OPEN
    open_question = headline is None and not seen.diagnosis.clean
    return Remedy.READ_AFRESH if open_question else Remedy.NONE


def caution(seen: Examined) -> str:
    """What speaks against doing now what stands out, in a sentence; empty where nothing does."""
    headline = seen.diagnosis.headline
    if headline is None or remedy(seen) is not Remedy.SEND_AGAIN or Action.FIX_ENDPOINT not in headline.actions:
        return ""
    return "It may be refused again: the endpoint has to be mended first."


def opens(seen: Examined) -> tuple[Opens, ...]:
    """The pages where the headline's next steps are taken, in the order of what it proposes, each once."""
    headline = seen.diagnosis.headline
    if headline is None:
        return ()
    pages = (_page(action, headline, seen) for action in headline.actions)
    return tuple(dict.fromkeys(page for page in pages if page))


def _page(action: Action, headline: Finding, seen: Examined) -> Opens | None:
    if action in _IN_THE_SHOP and seen.case.order is not None:
        return Opens("the order", None)
    if action not in _AT_STRIPE:
        return None
    called, kinds = _AT_STRIPE[action]
    named = _ids(headline.remedy, kinds)[:1] or _ids((one.source for one in headline.evidence), kinds)
    own = named or _only(kinds, seen.links)
    return Opens(called, own[0]) if len(own) == 1 else None


def _ids(texts: Iterable[str], kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The ids in some texts, each once, of the first of these kinds that is there: a charge has its intent's page."""
    found = [one for text in texts for one in _ID.finditer(text)]
    of_kinds = (tuple(dict.fromkeys(one[0] for one in found if one[1] == kind)) for kind in kinds)
    return next(filter(None, of_kinds), ())


def _only(kinds: tuple[str, ...], links: Links) -> tuple[str, ...]:
    """The ids of a kind that the case has, one a thing."""
    match kinds[0]:
        case "pi":
            charged = tuple(one.id for one in links.charges if one.payment_intent_id is None)
            return (*(one.id for one in links.intents), *charged)
        case "cs":
            return tuple(one.id for one in links.sessions)
        case "sub":
            return tuple(one.id for one in links.subscriptions)
        case _:
            return tuple(one.id for one in links.disputes)
