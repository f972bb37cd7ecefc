"""`Rule`: one entry of the catalogue, as a value. `Seen`: what a check looks at. `Match`: what it found.

Owns the shape of the catalogue. The words people read are data here, the decision is a small pure function of what was
seen. Rules are not discovered: they are listed in `core.rules.RULES`, by hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from core.cases import Case
from core.facts import Charge, Intent, NameKeys, Order, OrderStatus, Session
from core.findings import Action, Confidence, Evidence, Severity
from core.linking import Links, names_this, references
from core.money import Money

T = TypeVar("T")
_UNASKED: Any = object()
SEARCH = "search"  # Stripe offers none to the account: payments that nothing points at may be there unseen
ANY_ORDER = frozenset(OrderStatus)
KINDS = frozenset(  # of facts; "lookup" is not among them: it may have brought anything
    "sessions intents charges refunds disputes events endpoints account customers subscriptions invoices".split()
) | {SEARCH}


@dataclass(frozen=True, slots=True)
class Seen:
    """A case that has an order, with what belongs to it. `answers` caches the results of functions marked `@once`."""

    case: Case
    order: Order
    links: Links
    answers: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)

    def unread(self, *kinds: str) -> bool:
        """Whether facts of one of `kinds` could not be read."""
        return bool(self.case.facts.unread) and unread(self.case, *kinds)

    def names_ours(self, thing: Session | Intent) -> bool:
        """Whether it names this order, wherever names of orders stand here."""
        return names_this(self.order, thing, self.case.surroundings.keys)

    def bears_a_name(self, thing: Session | Intent | Charge) -> bool:
        """Whether it carries anything by which an app may know what it is for, were it no order's name."""
        return bool(references(thing, NameKeys(self.case.surroundings.name_keys)))


def unread(case: Case, *kinds: str) -> bool:
    """Whether facts of one of `kinds` could not be read. A kind nobody here knows may be any of them."""
    return any(u.kind in kinds or u.kind not in KINDS for u in case.facts.unread)


def once(ask: Callable[[Seen], T]) -> Callable[[Seen], T]:
    """A question about a case that many rules put: it is answered the first time, and remembered."""

    @wraps(ask)
    def answer(seen: Seen) -> T:
        found: T = seen.answers.get(ask, _UNASKED)
        if found is _UNASKED:
            found = seen.answers[ask] = ask(seen)
        return found

    return answer


class Step(str):
    """A step that carries out an action: it goes where the action may not be proposed."""

    __slots__ = ("action",)
    action: Action


def does(action: Action, text: str) -> Step:
    """A step of a remedy that carries out `action`."""
    step = Step(text)
    step.action = action
    return step


@dataclass(frozen=True, slots=True)
class Match:
    """That a rule holds, and with which values.

    `money` is what is at risk: None where it cannot be told. `detail` picks the sentence and the steps where a rule
    has several; `values` fill the gaps in them. `actions`, where given, stand in place of the rule's own; `()` proposes
    none. `due`: until when it can be acted on (seconds since 1970).
    """

    severity: Severity
    money: Money | None
    evidence: tuple[Evidence, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    detail: str | None = None
    confidence: Confidence = Confidence.CERTAIN
    actions: tuple[Action, ...] | None = None
    due: int | None = None


@dataclass(frozen=True, slots=True)
class WithoutOrder:
    """What a rule is for a payment that no order claims: `check` looks at its case and all that was read; `support`,
    `remedy` and `sureness` are its words by detail, in place of the rule's."""

    check: Callable[[Case, Links], Match | None]
    support: Mapping[str, str]
    remedy: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sureness: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the catalogue.

    `support`: what to say, with {gaps} for the case's values; `support_by_detail`: where the detail asks for another
    sentence. `explanation`: how to tell, in words. `supersedes`: codes it makes untrue or idle, they vanish.
    `leads_over`: codes that stand before it in the catalogue and yet give way to it as the headline.
    `from_absence`: it holds because no (other) payment was found; without a search that is only probable.
    `orders`: the statuses an order may have for it to hold; of others it is not asked.
    `paid`: it holds only where something was paid, or nothing had to be (False: only where not; None: either).
    `unclaimed`: what it is for a payment that no order claims, where it is anything.
    `confidence`: how sure a finding is, in words for the catalogue; `sureness`: where that depends on the case, the
    words for a match of this detail or this confidence. `unchecked`: what was not looked at and could
    change the verdict. `searched`: error texts and symptoms people search the web for when they have this.
    """

    code: str
    title: str
    family: str
    severity: str
    money: str
    explanation: str
    support: str
    causes: tuple[str, ...]
    developer: str
    remedy: tuple[str, ...]
    guards: tuple[str, ...]
    actions: tuple[Action, ...]
    check: Callable[[Seen], Match | None]
    orders: frozenset[OrderStatus] = ANY_ORDER
    paid: bool | None = None
    unclaimed: WithoutOrder | None = None
    support_by_detail: Mapping[str, str] = field(default_factory=dict)
    remedy_by_detail: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    supersedes: frozenset[str] = frozenset()
    leads_over: frozenset[str] = frozenset()
    from_absence: bool = False
    confidence: str = "certain: both values were read and disagree"
    sureness: Mapping[str, str] = field(default_factory=dict)
    unchecked: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that it may say to support, with gaps."""
        without_order = self.unclaimed.support.values() if self.unclaimed else ()
        return (self.support, *self.support_by_detail.values(), *without_order)
