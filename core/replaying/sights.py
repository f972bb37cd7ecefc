"""`Sight`: how both sides of a replay stood when it was planned, by marks that many can be compared with at once. Pure.

Kept only of the plain case: one order beside one payment of it, all of it there, of which nothing but the event's own
news is missing in the books. Where the order's row and the payment stand as they stood, and nothing has come that bears
a name or an id of theirs, the plan's choice stands. Of every other case, and of a plan of an older Orderlens, there is
no sight: that is read whole again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Self

import msgspec

from core.desk import Desk, Opened
from core.desk.changes import NOTHING
from core.facts import Json, NameKeys, Order, OrderStatus
from core.journal import ReplayItem, target_of
from core.replays import Brings, Replay, brings
from core.scanning.scratch import ObjectBrief, brief_of_object, brief_of_order
from core.scanning.sieve import provably_healthy
from core.stripe_api.spans import gist_of

_OF: Final = 1  # which kind of marks these are; of another kind nothing can be said


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """`at`: when the case was read; `root`: the id of its checkout, else of its payment intent, and `made`, when Stripe
    made that (both seconds since 1970); `ids`: all ids of the payment; `order`, `payment`: the
    marks; `found`: what the diagnosis said, in titles."""

    at: int
    root: str
    made: int
    ids: tuple[str, ...]
    order: str
    payment: str
    found: str
    of: int = _OF

    @classmethod
    def read(cls, text: str) -> Self | None:
        """As it was kept; None where there is none that is understood."""
        if not text:
            return None
        try:
            found = msgspec.json.decode(text, type=cls)
        except (msgspec.DecodeError, ValueError):
            return None
        return found if found.of == _OF else None

    def of_kind(self, begins: str) -> tuple[str, ...]:
        """Those of the payment's ids that begin so ("cs", "pi"), or are a charge's ("ch")."""
        kinds = {begins, "py"} if begins == "ch" else {begins}
        return tuple(one for one in self.ids if one.partition("_")[0] in kinds)

    def __str__(self) -> str:
        """To be kept."""
        return msgspec.json.encode(self).decode()


def sight_of(opened: Opened, plan: Replay, *, alone: bool) -> str:
    """Of a case as it was opened to plan `plan`, which is `alone`: nothing else is sent of it. "" where only reading it
    whole again will do."""
    case, facts, order = opened.case, opened.case.facts, opened.case.order
    strange = case.other_orders or case.in_vain or facts.unread or facts.connected or plan.event.reconstructed
    if order is None or strange or not alone or plan.how != "replay" or plan.knows_of is not None:
        return ""
    if facts.refunds or facts.disputes or facts.subscriptions or facts.invoices or opened.diagnosis.undetermined:
        return ""
    raw = _nested(opened)
    if raw is None or brings(plan.event) is not Brings.PAID:
        return ""
    payment, row = payment_of(raw, case.surroundings.keys), brief_of_order(order)[0]
    if not provably_healthy(row._replace(status=OrderStatus.PAID.value), payment, mode=facts.key_mode, now=case.now):
        return ""
    titles = "; ".join(finding.title for finding in opened.diagnosis.findings)
    return str(
        Sight(
            at=facts.read_at, root=payment.id, made=payment.created,
            ids=tuple(dict.fromkeys(filter(None, (payment.id, payment.intent, facts.charges[0].id)))),
            order=mark(order), payment=mark(payment), found=titles or NOTHING,
        )
    )  # fmt: skip


def sights_of(items: Iterable[ReplayItem], desk: Desk) -> dict[int, Sight]:
    """The sights of those that may go together, by the item's id: we send them, to the address that is configured now,
    and nobody sent them before."""
    if not (desk.can_probe and desk.webhook_url):
        return {}
    here = target_of(desk.webhook_url)
    ours = (one for one in items if (one.how, one.target, one.knows_of) == ("replay", here, None))
    return {one.id: sight for one in ours if (sight := Sight.read(one.sight)) is not None}


def mark(side: Order | ObjectBrief) -> str:
    """What tells an order's row, or what counts of a payment, from how it stands otherwise."""
    return blake2b(repr(side).encode("utf-8", "replace"), digest_size=12).hexdigest()


def payment_of(raw: Json, keys: NameKeys) -> ObjectBrief:
    """What counts of a checkout, or of an intent, with its payment inside."""
    return brief_of_object(gist_of(raw), keys)[0]


def _nested(opened: Opened) -> Json | None:
    """The one payment of a case as Stripe lists it, each object inside the one above; None where it is not one."""
    facts = opened.case.facts
    if len(facts.sessions) > 1 or len(facts.intents) != 1 or len(facts.charges) != 1:
        return None
    (intent,), (charge,) = facts.intents, facts.charges
    if intent.latest_charge_id != charge.id or any(one.payment_intent_id != intent.id for one in facts.sessions):
        return None
    raw: Json = {**intent.raw, "latest_charge": charge.raw}
    return {**facts.sessions[0].raw, "payment_intent": raw} if facts.sessions else raw
