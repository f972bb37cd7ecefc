"""The attempts at paying that a case holds: which session, intent and charge belong to one another.

Pure. Owns the pairing and its order, the one worth comparing first. Which objects belong to the order at all is
`core.linking`; an object that is not linked is still shown, last, and says so.
"""

from dataclasses import dataclass

from core.facts import Charge, Facts, Intent, Session
from core.linking import Payment, stored_ids
from core.rules import Examined


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at paying, as far as Stripe kept it; `payment` is what came in by it. `linked` is False for what an
    order's stored id led to although it belongs to somebody else."""

    session: Session | None = None
    intent: Intent | None = None
    charge: Charge | None = None
    payment: Payment | None = None
    free: bool = False
    linked: bool = True

    @property
    def parts(self) -> tuple[Session | Intent | Charge, ...]:
        """Those of the three that are there."""
        return tuple(part for part in (self.session, self.intent, self.charge) if part)

    @property
    def settled(self) -> bool:
        """Paid, or complete with nothing to pay."""
        return self.free or self.payment is not None


NOTHING = Attempt()


def attempts(seen: Examined) -> tuple[Attempt, ...]:
    """Every attempt of the case, the one to compare with first: linked before strangers, settled before not, the
    stored one before others, then newest first."""
    order, facts = seen.case.order, seen.case.facts
    intents = {intent.id: intent for intent in facts.intents}
    found: list[Attempt] = []
    for session in facts.sessions:
        intent = intents.pop(session.payment_intent_id or "", None)
        found.append(_attempt(seen, session, intent, _charge_of(intent, facts)))
    found.extend(_attempt(seen, None, intent, _charge_of(intent, facts)) for intent in intents.values())
    known = {attempt.intent.id for attempt in found if attempt.intent}
    found.extend(
        _attempt(seen, None, None, charge) for charge in facts.charges if charge.payment_intent_id not in known
    )
    stored = stored_ids(order) if order else frozenset()

    def rank(attempt: Attempt) -> tuple[bool, bool, bool, int, str]:
        first = attempt.parts[0]
        pointed = any(part.id in stored for part in attempt.parts)
        return (not attempt.linked, not attempt.settled, not pointed, -first.created, first.id)

    return tuple(sorted(found, key=rank))


def label(attempt: Attempt) -> str:
    """An attempt in a list to choose from: "complete, paid · 42.00 USD · cs_test_...". Not escaped."""
    session, intent, charge = attempt.session, attempt.intent, attempt.charge
    if session:
        state, total = f"{session.status.value}, {session.payment_status.value}", session.total
    else:
        state = intent.status.value if intent else charge.status.value if charge else "nothing"
        total = attempt.payment.amount if attempt.payment else None
    words = (state.replace("_", " "), str(total) if total else None, attempt.parts[0].id if attempt.parts else None)
    said = " · ".join(word for word in words if word)
    return said if attempt.linked else f"{said} · not this order's"


def _attempt(seen: Examined, session: Session | None, intent: Intent | None, charge: Charge | None) -> Attempt:
    links = seen.links
    ids = {part.id for part in (session, intent, charge) if part}
    linked = {s.id for s in links.sessions} | {i.id for i in links.intents} | {c.id for c in links.charges}
    return Attempt(
        session=session,
        intent=intent,
        charge=charge,
        payment=next((payment for payment in links.payments if payment.ids & ids), None),
        free=session is not None and any(one.id == session.id for one in links.free),
        linked=seen.case.order is None or bool(ids & linked),
    )


def _charge_of(intent: Intent | None, facts: Facts) -> Charge | None:
    """The intent's latest charge, else its newest."""
    if intent is None:
        return None
    own = [charge for charge in facts.charges if charge.payment_intent_id == intent.id]
    latest = [charge for charge in facts.charges if charge.id == intent.latest_charge_id]
    return max(latest or own, key=lambda charge: charge.created, default=None)
