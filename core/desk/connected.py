"""Whose account an order's payment is read from, where the order names a connected one.

A direct charge is on the connected account, a destination charge on the platform, and both orders name the account. So
the account is read first, and the platform where it lacks what the order points at; whichever has it is the case's. An
account that the key does not open is unread: that is never "no payment". Where an account's last payment was on the
platform, that is read first: most sellers are charged for in one way.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from core.desk.results import Opened
from core.errors import AccountClosed
from core.facts import Facts, Order, Unread
from core.linking import stored_ids
from core.stripe_api import StripeReader

_MONEY: Final = ("sessions", "intents", "charges")


def read_where_it_is(stripe: StripeReader, order: Order, now: int, judged: Callable[[Facts], Opened]) -> Opened:
    """The case of an order, read from the account that has its payment. `judged`: a case from its facts; `now`: seconds
    since 1970. StripeUnreachable where an account that could have it gave no answer at all."""
    account = stripe.elsewhere(order)
    if account is None:
        return judged(stripe.read_case(order, now=now))
    if account in stripe.charged_here and stored_ids(order):
        here = judged(stripe.read_case(order, now=now))
        if not _lost(order, here):
            return here
    try:
        there = judged(stripe.read_case(order, account=account, now=now))
    except AccountClosed as error:
        return _without(account, error, order, judged(stripe.read_case(order, now=now)), judged)
    if _holds(order, there) and not _lost(order, there):
        stripe.charged_here.discard(account)
        return there
    here = judged(stripe.read_case(order, now=now))
    if _holds(order, here) and not _holds(order, there):
        stripe.charged_here.add(account)
    return _of_both(order, account, there, here, judged)


def _of_both(order: Order, account: str, there: Opened, here: Opened, judged: Callable[[Facts], Opened]) -> Opened:
    """The case of whichever has the payment: the connected `account`, or the platform."""
    away, own = there.case.facts, here.case.facts
    cost = away.cost + own.cost
    if not _holds(order, here):  # and is not there, as far as that was read
        unread = dict.fromkeys((*away.unread, *own.unread))
        return judged(replace(away, unread=tuple(unread), cost=cost))
    if not _holds(order, there):
        return judged(replace(own, also_read=() if away.unread else (account,), cost=cost))
    return judged(_torn(replace(away, cost=cost), _lost(order, there) - _lost(order, here)))


def _without(
    account: str, error: AccountClosed, order: Order, here: Opened, judged: Callable[[Facts], Opened]
) -> Opened:
    """What the platform alone has. All of it, where all that is stored was found: a destination charge."""
    if _holds(order, here) and not _lost(order, here):
        return here
    facts = here.case.facts
    closed = Unread("account", f"the connected account {account}", error.message.partition(": ")[2])
    return judged(replace(facts, unread=(*facts.unread, closed)))


def _torn(facts: Facts, elsewhere: frozenset[str]) -> Facts:
    """One part of the order is on its account, another on the platform's: what is there is no whole."""
    if not elsewhere:
        return facts
    because = "it is on the platform's own account, and a case is read from one"
    unread = [Unread(kind, one, because) for one in sorted(elsewhere) for kind in _MONEY]
    missing = tuple(one for one in facts.missing if one.id not in elsewhere)
    return replace(facts, unread=(*facts.unread, *unread), missing=missing)


def _lost(order: Order, opened: Opened) -> frozenset[str]:
    """The stored ids that were not found."""
    return stored_ids(order) - _found(opened)


def _holds(order: Order, opened: Opened) -> bool:
    """Whether anything that the order points at, or that names it, was found."""
    links = opened.links
    own = bool(links.sessions or links.intents or links.payments or links.subscriptions)
    return own or not stored_ids(order).isdisjoint(_found(opened))


def _found(opened: Opened) -> frozenset[str]:
    facts = opened.case.facts
    return frozenset(thing.id for things in (facts.sessions, facts.intents, facts.charges) for thing in things)
