"""Whose is it? Order references, and the rules by which a session, an intent or a charge belongs to an order.

Order numbers collide between sites on one Stripe account, and apps put carts and users where order numbers belong:
so an object is the order's own only if it says so on the right site, or if the order points at it and it does not
say otherwise.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from core.facts import (
    REFERENCE_KEYS,
    Charge,
    Intent,
    Invoice,
    Order,
    Session,
    Subscription,
    order_references,
    plain,
    plainly,
)

GROUP_KEY = "order_group"  # orders that share one payment on purpose
_WORD = re.compile(r"^(?:[A-Za-z]+[ _:#/-]+)+")  # `order_`, `wc_order_`, `Order #` before a number
_NOBODY = frozenset[str]()
Named = Session | Intent | Charge | Subscription | Invoice


def references(thing: Named) -> frozenset[str]:
    """The order references an object carries, as `plain` spells them."""
    named = order_references(thing)
    return frozenset(filter(None, map(plain, named))) if named else _NOBODY


def names_this(order: Order, thing: Named) -> bool:
    """Whether one of its order references is this order, or the metadata that the app is expected to write says so."""
    return _is_named(order, thing, references(thing))


def shares(order: Order, thing: Named) -> bool:
    """Whether it pays for a group of orders on purpose, of which this is one: both name one group, or its group lists
    this order, or the order has a group and the payment names only a sibling."""
    ours, theirs = order.metadata.get(GROUP_KEY), thing.metadata.get(GROUP_KEY)
    if theirs:
        listed = map(plainly, re.split(r"[\s,;|]+", theirs))
        return ours == theirs or not order.spellings.isdisjoint(listed)
    return bool(ours and references(thing)) and not names_this(order, thing)


def names_other(order: Order, thing: Named) -> bool:
    """Whether it names an order, and not this one.

    A `client_reference_id` the order knows as something else (its cart, its customer) names no order; neither does a
    payment that a group of orders shares on purpose; and `order_1042` is not another order than 1042.
    """
    named = references(thing)
    if not named or _is_named(order, thing, named) or shares(order, thing):
        return False
    others = {name for name in named if _WORD.sub("", name).casefold() not in order.spellings}
    if isinstance(thing, Session) and not any(key in thing.metadata for key in REFERENCE_KEYS):
        others -= {plain(value) for value in (*order.metadata.values(), order.customer_email or "")}
    return bool(others)


def stored_ids(order: Order) -> frozenset[str]:
    """Every Stripe id on the row, whatever its column: sessions kept in the order's metadata too."""
    return order.stored_ids


def own_sessions(order: Order, sessions: tuple[Session, ...], app_hosts: tuple[str, ...]) -> tuple[Session, ...]:
    """The sessions that belong to the order, in the order given."""
    stored = stored_ids(order)
    # what names another order is that order's, whoever points at it
    claimable = [session for session in sessions if not names_other(order, session)]
    # what the order points at, itself or by its payment, is its own wherever it was made
    pointed = {s.id for s in claimable if s.id in stored or (s.payment_intent_id or "") in stored}
    if len(pointed) == len(sessions):
        return sessions
    # order numbers collide between sites: a name counts only where the shop is, or its pointed sessions lead back to
    hosts = app_hosts or tuple(_host(s.success_url) for s in claimable if s.id in pointed and s.success_url)
    at_home = [s for s in claimable if s.id in pointed or _is_at(s.success_url, hosts)]
    own = pointed | {s.id for s in at_home if s.id not in pointed and names_this(order, s)}
    # a recovered checkout may carry no name, and may be recovered again
    while grown := {s.id for s in at_home if s.id not in own and _recovers(s, at_home, own)}:
        own |= grown
    return tuple([session for session in sessions if session.id in own])


def own_intents(
    order: Order, intents: tuple[Intent, ...], sessions: tuple[Session, ...], own: tuple[Session, ...]
) -> tuple[Intent, ...]:
    """The intents of the order's own sessions; those that name it or are stored on it, if no other session has them."""
    ours = {session.payment_intent_id for session in own}
    if ours.issuperset([intent.id for intent in intents]):
        return intents
    stored, theirs = stored_ids(order), {session.payment_intent_id for session in sessions} - ours

    def belongs(intent: Intent) -> bool:
        if intent.id in ours or intent.id in theirs:
            return intent.id in ours
        return names_this(order, intent) or (intent.id in stored and not names_other(order, intent))

    return tuple([intent for intent in intents if belongs(intent)])


def same_site(one: str, other: str) -> bool:
    """Whether two hosts are one site: equal, or one inside the other; `www.` never counts."""
    one, other = (host.lower().removeprefix("www.") for host in (one, other))
    return one == other or one.endswith("." + other) or other.endswith("." + one)


def _is_named(order: Order, thing: Named, named: frozenset[str]) -> bool:
    if named and not order.spellings.isdisjoint(map(str.casefold, named)):
        return True
    expected = order.metadata_expected
    return bool(expected) and any(v in order.names and thing.metadata.get(key) == v for key, v in expected.items())


def _recovers(session: Session, sessions: list[Session], own: set[str]) -> bool:
    """Whether it is the second life of one of `own`, or one of `own` is its second life."""
    return session.recovered_from in own or any(s.recovered_from == session.id for s in sessions if s.id in own)


def _is_at(url: str | None, hosts: Iterable[str]) -> bool:
    """Whether a URL leads to one of `hosts`. Where either is unknown there is no evidence of another site."""
    hosts = [host for host in hosts if host]
    return not hosts or not _host(url) or any(same_site(_host(url), host) for host in hosts)


@lru_cache(maxsize=1024)
def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").lower()
    except ValueError:  # a malformed IPv6 address: no host
        return ""
