"""The top of a case: what it is about, what is wrong in plain words, and what to do next.

Pure. Owns the sentences for cases without a finding; those of a finding are the rule's. Nothing is called fine after a
reading that was not whole.
"""

import re
from dataclasses import dataclass

from core.cases import Case
from core.desk import Opened
from core.facts import Order
from core.findings import Evidence, Finding
from core.money import Money
from core.rules import RULES
from dashboard.words import CLEAN, CONFIDENCES, NOTE, Look, count, look, money

COULD_NOT_LOOK = Look("Could not look", ":material/visibility_off:", "violet")
NO_ORDER = Look("No order", ":material/link_off:", "violet")
UNDECIDED = Look("Cannot tell", ":material/help:", "violet")
_STEP = re.compile(r"(?:^|\s+)\d{1,2}[.)]\s+")
_BULLET = re.compile(r"^[-*•]\s+")


@dataclass(frozen=True, slots=True)
class Headline:
    """What a support person sees first. `about` are short facts beside the severity; `steps` what to do, in order;
    `evidence` the values that disagree; `sureness` how sure it is, and why; `unchecked` what was not looked at and
    could change it; `unsure` what stayed open although something was found and all was read; `read` how much that was.
    """

    look: Look
    title: str
    says: str
    read: str
    about: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    code: str | None = None
    unsure: str | None = None
    sureness: str = ""
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Minor:
    """A consequence or a note below the headline."""

    look: Look
    title: str
    says: str
    about: str
    code: str


def title(case: Case) -> str:
    """What the case is about: "Order 1042", or "Payment pi_... without an order"."""
    if case.order is not None:
        return f"Order {case.order.number or case.order.id}"
    facts = case.facts
    ids = [i.id for i in facts.intents] + [s.id for s in facts.sessions] + [c.id for c in facts.charges]
    return f"Payment {ids[0]}" if ids else "A payment"


def subtitle(case: Case) -> str:
    """The order's own line: its status, total and e-mail; for a payment without one, who paid it."""
    order = case.order
    if order is None:
        emails = [session.email for session in case.facts.sessions] + [charge.email for charge in case.facts.charges]
        return next((email for email in emails if email), "A payment at Stripe")
    plain = order.status.value.replace("_", " ")
    word = plain if order.raw_status in {"", order.status.value} else f"{order.raw_status} ({plain})"
    parts = (f"{word} in the shop", str(order.amount) if order.amount else None, order.customer_email)
    return " · ".join(part for part in parts if part)


def headline(opened: Opened) -> Headline:
    """The headline of a diagnosis, or the words for a case that has none."""
    found, read = opened.diagnosis.headline, f"Read: {was_read(opened.case)}."
    if found is not None:
        at_risk = found.money_at_risk
        risk = "Money at risk: not known yet" if at_risk is None else f"{money(at_risk)} at risk"
        return Headline(
            look=look(found.severity) if opened.case.order else NO_ORDER,
            title=found.title,
            says=found.says,
            about=(
                "No money at risk" if at_risk and not at_risk.amount_minor else risk,
                _capital(found.confidence.value),
            ),
            steps=steps(found.remedy),
            evidence=found.evidence,
            code=found.code,
            unsure=None if opened.case.facts.unread else opened.diagnosis.undetermined,
            read=read,
            sureness=_sureness(found),
            unchecked=found.unchecked,
        )
    if opened.case.facts.unread and opened.diagnosis.undetermined:
        return _unread(read)
    if opened.case.order is None:
        return _unclaimed(opened, read)
    if opened.diagnosis.clean:
        says = _agreement(opened, opened.case.order)
        return Headline(look=CLEAN, title="Nothing disagrees", says=says, read=read)
    return _undecided(opened, read)


def _unclaimed(opened: Opened, read: str) -> Headline:
    paid = opened.links.paid
    money_in = f"Stripe took {paid}" if paid else "A payment was begun at Stripe"
    return Headline(
        look=NO_ORDER,
        title="No order claims this payment",
        says=f"{money_in}, and no order of the shop points at it.",
        about=("Whether something is wrong depends on the order that is missing",),
        steps=(
            "Ask the customer for the order's number, or for the e-mail address they ordered with.",
            "Look that order up here. If it is there, have a developer link the payment to it.",
            "If there is none, decide with a colleague what becomes of the money.",
        ),
        read=read,
    )


def _unread(read: str) -> Headline:
    return Headline(
        look=COULD_NOT_LOOK,
        title="Could not look at everything",
        says="Not every question was answered, so it cannot be said whether this case is in order.",
        about=("Nothing is known to be wrong, and nothing is known to be right",),
        steps=(
            "Press Retrieve afresh in a minute; most outages are short.",
            "Until then, tell the customer that you are still looking, and nothing about the payment itself.",
            "If it stays so, hand the developer's summary below to whoever runs Orderlens.",
        ),
        read=read,
    )


def _undecided(opened: Opened, read: str) -> Headline:
    return Headline(
        look=UNDECIDED,
        title="Orderlens cannot tell",
        says=opened.diagnosis.undetermined or "What was read does not say enough.",
        about=("All was read; it fits nothing that has a name",),
        steps=(
            "Look at the comparison below: it shows where the two sides part.",
            "Tell the customer that you are still looking, and not to pay again.",
            "Hand the developer's summary below to a developer.",
        ),
        read=read,
    )


def minors(opened: Opened) -> tuple[Minor, ...]:
    """The consequences, then the notes."""
    also = tuple(_minor(found, look(found.severity)) for found in opened.diagnosis.also)
    return also + tuple(_minor(found, NOTE) for found in opened.diagnosis.notes)


def unread(case: Case) -> tuple[str, ...]:
    """Everything that could not be read or was not searched, a sentence each."""
    failed = tuple(f"Not read: {one.what}, because {one.because.rstrip('.')}." for one in case.facts.unread)
    return failed + tuple(f"Not searched: {span.rstrip('.')}." for span in case.facts.events_unsearched)


def was_read(case: Case) -> str:
    """How much was read: "1 session, 1 intent, 3 events"."""
    facts = case.facts
    kinds = (
        (facts.sessions, "session"), (facts.intents, "intent"), (facts.charges, "charge"), (facts.refunds, "refund"),
        (facts.disputes, "dispute"), (facts.events, "event"), (facts.endpoints, "webhook endpoint"),
    )  # fmt: skip
    return ", ".join(count(len(found), name) for found, name in kinds if found) or "nothing that belongs to it"


def steps(remedy: str) -> tuple[str, ...]:
    """A remedy as single steps, whether it is written in lines, numbered in running text, or is one sentence."""
    lines = [line.strip() for line in remedy.splitlines() if line.strip()]
    if len(lines) == 1:
        lines = [part.strip() for part in _STEP.split(lines[0])]
    return tuple(_BULLET.sub("", _STEP.sub("", line, count=1)) for line in lines if line)


def _minor(found: Finding, shown: Look) -> Minor:
    risk = found.money_at_risk
    about = f"{money(risk)} at risk" if risk is not None and risk.amount_minor else ""
    return Minor(shown, found.title, found.says, about, found.code)


def _agreement(opened: Opened, order: Order) -> str:
    """What both sides say, with the money: the answer to "did my payment arrive?"."""
    links, name = opened.links, order.number or order.id
    if links.payments:
        came = f"Stripe received {links.paid}" if links.paid else "Stripe received the payments"
        back = Money(links.refunded, links.paid.currency) if links.paid and links.refunded else None
        money_in = f"{came}, and {back} of it went back" if back else came
    elif links.free:
        money_in = "nothing had to be paid"
    elif links.under_way:
        money_in = "the payment is with the bank, which has not answered yet"
    else:
        money_in = "Stripe holds no payment for it"
    return f"The shop and Stripe agree: order {name} is {order.status.value.replace('_', ' ')}, and {money_in}."


def _sureness(found: Finding) -> str:
    """How sure a finding is: what its rule says of that; where this case made it less sure, that instead."""
    rule = next((rule for rule in RULES if rule.code == found.code), None)
    if rule is None or not rule.confidence.startswith(found.confidence.value):
        return _capital(CONFIDENCES[found.confidence]) + "."
    return _capital(rule.confidence).rstrip(".") + "."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
