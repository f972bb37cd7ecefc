"""Whose is it? Order references, and the rules by which a session, an intent or a charge belongs to an order.

There are four answers (`Whose`). "Does not name me" is not "names another": apps put carts, customers and plans where
order numbers belong, and row numbers beside display numbers. So what an order points at is its own unless it is proven
to be another's: an order of that name exists and the payment does not fit this one better, or its own objects show
where the shop writes its numbers, or amount or e-mail disagree too. What nobody points at is an order's only if it
names it, on the right site.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from core.facts import (
    CUSTOMARY,
    Charge,
    Intent,
    Invoice,
    NameKeys,
    Order,
    Session,
    Subscription,
    may_name,
    order_references,
    plain,
    plainly,
    same_name,
    shape,
    written,
)
from core.facts.remembered import remembered
from core.linking.fitting import contradictions

GROUP_KEY = "order_group"  # orders that share one payment on purpose
_NOBODY = frozenset[str]()
_SAME_LENGTH = 1  # the numbers of one shop are about as long as one another
Thing = Session | Intent | Charge
Named = Thing | Subscription | Invoice


class Whose(StrEnum):
    """Whose payment an object says it is."""

    OURS = "ours"
    ANOTHERS = "another's"
    NOBODYS = "nobody's"  # it names no order, or one that no order has
    NOT_KNOWN = "not known"  # it bears a name that nobody could ask for


@dataclass(frozen=True)  # no slots: what names the order is worked out once
class Books:
    """What is known of the shop's orders, seen from one of them.

    `others`: rows that bear a name that Stripe's objects bear, or store an id of this order's; `no_order`: names, as
    they are compared, that no order has; `keys`: where an order's name stands; `sessions` and `intents`: all that was
    read.
    """

    order: Order
    others: tuple[Order, ...] = ()
    no_order: frozenset[str] = _NOBODY
    keys: NameKeys = CUSTOMARY
    sessions: tuple[Session, ...] = field(default=(), compare=False, repr=False)
    intents: tuple[Intent, ...] = field(default=(), compare=False, repr=False)

    @remembered
    def naming(self) -> frozenset[str]:
        """The ids of the sessions and intents that name the order, with those of their payments and checkouts."""
        by_session = [s for s in self.sessions if self.names_ours(s)]
        by_intent = {i.id for i in self.intents if self.names_ours(i)}
        if not by_session and not by_intent:
            return _NOBODY
        found = by_intent | {s.id for s in by_session} | {s.payment_intent_id for s in by_session}
        found |= {s.id for s in self.sessions if s.payment_intent_id in by_intent}
        return frozenset([one for one in found if one])

    def names_ours(self, thing: Named) -> bool:
        """Whether one of its references, under these keys, is this order."""
        return names_this(self.order, thing, self.keys)

    def whose(self, thing: Thing) -> Whose:
        """Whose payment it is, by what it says itself."""
        named = references(thing, self.keys)
        if not named:
            return Whose.NOBODYS
        if (
            _is_named(self.order, thing, named, self.keys)
            or thing.id in self.naming
            or shares(self.order, thing, self.keys)
        ):
            return Whose.OURS
        known = self._known_otherwise()
        strange = {name for name in named if plainly(name) not in known and may_name(name)}
        if not strange:
            return Whose.NOBODYS
        owners = [(name, other) for name in strange if (other := self.named(name))]
        if owners:
            return Whose.ANOTHERS if any(self._has_it(*owner, thing) for owner in owners) else Whose.NOBODYS
        asked = {name for name in strange if plainly(name) not in self.no_order}
        if not asked:
            return Whose.NOBODYS
        return Whose.ANOTHERS if any(self._is_make(name, thing) for name in asked) else Whose.NOT_KNOWN

    def owner(self, thing: Thing) -> Order | None:
        """The other order whose name it bears, where that is at hand."""
        return next((other for name in sorted(references(thing, self.keys)) if (other := self.named(name))), None)

    def named(self, name: str) -> Order | None:
        """The other order of this name."""
        if not self.others:
            return None
        bare = plainly(name)
        exact = [other for other in self.others if bare in other.spellings or bare in other.surnames]
        loose = exact or [other for other in self.others if any(same_name(name, own) for own in other.names)]
        return next((other for other in loose if other.id != self.order.id), None)

    def _known_otherwise(self) -> frozenset[str]:
        """What the order knows as something else: its cart, its customer, its row's number."""
        order = self.order
        return frozenset(map(plainly, (*order.metadata.values(), *order.extra.values(), order.customer_email or "")))

    def _has_it(self, name: str, other: Order, thing: Thing) -> bool:
        """Whether the payment is the other order's, which has a name that it bears. A customer's or a row's number
        may be some order's too: then the payment fits this order, and not that one."""
        said = [key for key in (*self.keys.also, *other.by_key) if key not in self.keys.never]
        if any(plain(written(thing, key) or "") == name for key in said):
            return True
        if thing.id in other.stored_ids or (isinstance(thing, Session) and thing.payment_intent_id in other.stored_ids):
            return True
        return bool(contradictions(self.order, thing)) or not contradictions(other, thing)

    def _is_make(self, name: str, thing: Thing) -> bool:
        """Whether a name that nobody asked for looks like one of this shop's, and more than that speaks against this
        order: its own objects bear its number in such a place, or amount or e-mail disagree."""
        if not is_make(self.order, name):
            return False
        return bool(self.naming) or bool(contradictions(self.order, thing))


def is_make(order: Order, name: str) -> bool:
    """Whether a name looks like the shop's own: as this order's, with or without the site before it."""
    bare = plain(name).rpartition(":")[2]
    makes = [own for own in order.names if shape(own) == shape(bare)]
    return any(abs(len(own) - len(bare)) <= _SAME_LENGTH for own in makes)


def references(thing: Named, keys: NameKeys = CUSTOMARY) -> frozenset[str]:
    """The order references an object carries under `keys`, as `plain` spells them."""
    named = order_references(thing, keys)
    return frozenset(filter(None, map(plain, named))) if named else _NOBODY


def names_this(order: Order, thing: Named, keys: NameKeys = CUSTOMARY) -> bool:
    """Whether one of its order references is this order, in any spelling, or what the order is called under one key
    stands there."""
    return _is_named(order, thing, references(thing, keys), keys)


def shares(order: Order, thing: Thing, keys: NameKeys = CUSTOMARY) -> bool:
    """Whether it pays for a group of orders on purpose, of which this is one: both name one group, or its group lists
    this order, or the order has a group and the payment names only a sibling."""
    ours, theirs = order.metadata.get(GROUP_KEY), thing.metadata.get(GROUP_KEY)
    if theirs:
        listed = map(plainly, re.split(r"[\s,;|]+", theirs))
        return ours == theirs or not order.spellings.isdisjoint(listed)
    return bool(ours and references(thing, keys)) and not names_this(order, thing, keys)


def stored_ids(order: Order) -> frozenset[str]:
    """Every Stripe id on the row, whatever its column: sessions kept in the order's metadata too."""
    return order.stored_ids


def own_sessions(books: Books, sessions: tuple[Session, ...], app_hosts: tuple[str, ...]) -> tuple[Session, ...]:
    """The sessions that belong to the order, in the order given."""
    stored = stored_ids(books.order)
    # what is another order's is not this one's, whoever points at it; what names this one is not another's
    claimable = [s for s in sessions if books.whose(s) is not Whose.ANOTHERS]
    # what the order points at, itself or by its payment, is its own wherever it was made
    pointed = {s.id for s in claimable if s.id in stored or (s.payment_intent_id or "") in stored}
    if len(pointed) == len(sessions):
        return sessions
    # order numbers collide between sites: a name counts only where the shop is, or its pointed sessions lead back to
    hosts = app_hosts or tuple(_host(s.success_url) for s in claimable if s.id in pointed and s.success_url)
    at_home = [s for s in claimable if s.id in pointed or _is_at(s.success_url, hosts)]
    own = pointed | {s.id for s in at_home if s.id not in pointed and books.names_ours(s)}
    # a recovered checkout may carry no name, and may be recovered again
    while grown := {s.id for s in at_home if s.id not in own and _recovers(s, at_home, own)}:
        own |= grown
    return tuple([session for session in sessions if session.id in own])


def own_intents(
    books: Books, intents: tuple[Intent, ...], sessions: tuple[Session, ...], own: tuple[Session, ...]
) -> tuple[Intent, ...]:
    """The intents of the order's own sessions; those that name it or are stored on it, if no other session has them
    that is another order's."""
    ours = {session.payment_intent_id for session in own}
    if ours.issuperset([intent.id for intent in intents]):
        return intents
    stored, theirs = stored_ids(books.order), {session.payment_intent_id for session in sessions} - ours

    def belongs(intent: Intent) -> bool:
        if intent.id in ours or intent.id in theirs:
            return intent.id in ours
        if books.names_ours(intent):
            return True
        return intent.id in stored and books.whose(intent) is not Whose.ANOTHERS

    return tuple([intent for intent in intents if belongs(intent)])


def same_site(one: str, other: str) -> bool:
    """Whether two hosts are one site: equal, or one inside the other; `www.` never counts."""
    one, other = (host.lower().removeprefix("www.") for host in (one, other))
    return one == other or one.endswith("." + other) or other.endswith("." + one)


def _is_named(order: Order, thing: Named, named: frozenset[str], keys: NameKeys) -> bool:
    if named and not order.spellings.isdisjoint(map(str.casefold, named)):
        return True
    if named and any(same_name(_at_home(order, name), own) for name in named for own in order.names):
        return True
    said = [key for key in order.by_key if key not in keys.never] if order.by_key else ()
    return any((text := written(thing, key)) and plainly(text) in order.by_key[key] for key in said)


def _at_home(order: Order, name: str) -> str:
    """The name without the site before it, where the order says that this is its site: `41:tk7Q` on blog 41."""
    site, _, bare = name.rpartition(":")
    return bare if site and site in {order.tenant, *order.metadata.values(), *order.extra.values()} else name


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
