"""The top of a case: what it is about, what is wrong in plain words, how sure that is, and what to do now.

Pure. Owns the sentences for cases without a finding; a finding brings its own. Nothing is called fine after a reading
that was not whole.
"""

from dataclasses import dataclass

from core.cases import Case
from core.facts import PAID_ORDER, Intent, Order, Session, lacks
from core.findings import Evidence, Finding
from core.linking import Whose, is_make, references
from core.report.agreement import agreement, nothing_to_do, went
from core.report.belonging import wanting
from core.report.money_line import later_unpaid
from core.report.numbers import count
from core.report.situation import Situation
from core.report.tone import Tone
from core.rules import Examined
from core.rules.sentences import total_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a support person sees first. `about` are short facts beside the severity; `steps` what to do, in order;
    `evidence` the values that disagree; `sureness` how sure it is, and why; `unchecked` what was not looked at and
    could change it; `unsure` what stayed open although something was found and all was read; `due` until when it can
    be acted on (seconds since 1970); `code` names the catalogue's entry, None where the case has no finding."""

    tone: Tone
    title: str
    says: str
    about: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    code: str | None = None
    unsure: str | None = None
    sureness: str = ""
    unchecked: tuple[str, ...] = ()
    due: int | None = None


@dataclass(frozen=True, slots=True)
class Minor:
    """A consequence of the headline, or a note; `about`: the money at risk, empty where there is none."""

    tone: Tone
    title: str
    says: str
    about: str
    code: str


def title(case: Case) -> str:
    """What the case is about: "Order 1042", or "Payment pi_..." without an order."""
    if case.order is not None:
        return f"Order {case.order.name}"
    facts = case.facts
    ids = [i.id for i in facts.intents] + [s.id for s in facts.sessions] + [c.id for c in facts.charges]
    return f"Payment {ids[0]}" if ids else "A payment"


def subtitle(case: Case) -> str:
    """The order's own line: its status, total and e-mail; for a payment without one, who paid it."""
    order = case.order
    if order is None:
        emails = [session.email for session in case.facts.sessions] + [charge.email for charge in case.facts.charges]
        email, cart = next((email for email in emails if email), None), case.cart
        of_cart = f"cart {cart.id}" + (f" of {cart.customer}" if cart.customer else "") if cart else None
        return " · ".join(part for part in (email, of_cart) if part) or "A payment at Stripe"
    return about(order)


def about(order: Order) -> str:
    """An order's own line: its status, total and e-mail."""
    plain = order.status.value.replace("_", " ")
    word = plain if order.raw_status in {"", order.status.value} else f"{order.raw_status} ({plain})"
    parts = (f"{word} in the shop", total_of(order) if order.amount else None, order.customer_email)
    return " · ".join(part for part in parts if part)


def verdict(seen: Examined, found: Situation) -> Verdict:
    """The headline of a diagnosis, or the words for a case that has none, by its situation."""
    if seen.diagnosis.headline is not None:
        return _found(seen, seen.diagnosis.headline)
    if seen.case.facts.unread and seen.diagnosis.undetermined:
        return _UNREAD
    if seen.case.order is None:
        return _unclaimed(seen)
    if seen.diagnosis.clean and _is_alone(seen):
        return _alone(seen.case.order)
    if seen.diagnosis.clean:
        return _agrees(seen, found)
    return _undecided(seen)


def minors(seen: Examined) -> tuple[Minor, ...]:
    """The consequences, then the notes."""
    also = tuple(_minor(found, Tone(found.severity.value)) for found in seen.diagnosis.also)
    return also + tuple(_minor(found, Tone.NOTE) for found in seen.diagnosis.notes)


def unread(seen: Examined) -> tuple[str, ...]:
    """Everything that could not be read, was not searched or not asked, a sentence each."""
    facts = seen.case.facts
    failed = tuple(f"Not read: {one.what}, because {one.because.rstrip('.')}." for one in facts.unread)
    if seen.case.carts_unread:
        failed += (
            f"Not read: the carts of the shop, which may say whose it is: {seen.case.carts_unread.rstrip('.')}.",
        )
    asked = tuple(
        f"Not checked: whether there is an order {name}; what was paid here bears that name, and nobody looked it up."
        for name in _not_asked(seen)
    )
    return failed + tuple(f"Not searched: {span.rstrip('.')}." for span in facts.events_unsearched) + asked


def _not_asked(seen: Examined) -> tuple[str, ...]:
    """Names of the shop's make that the order's own payment bears, and that nobody asked for. What is no order's name,
    a cart or a plan, is never called one."""
    books, order, links = seen.links.books, seen.case.order, seen.links
    if books is None or order is None:
        return ()
    things: tuple[Session | Intent, ...] = (*links.sessions, *links.intents)
    own = [thing for thing in things if books.whose(thing) is Whose.NOT_KNOWN]
    return tuple(sorted({name for thing in own for name in references(thing, books.keys) if is_make(order, name)}))


def was_read(case: Case) -> str:
    """How much was read: "1 session, 1 intent, 3 events"."""
    facts = case.facts
    kinds = (
        (facts.sessions, "session"), (facts.intents, "intent"), (facts.charges, "charge"), (facts.refunds, "refund"),
        (facts.disputes, "dispute"), (facts.subscriptions, "subscription"), (facts.invoices, "invoice"),
        (facts.events, "event"), (facts.endpoints, "webhook endpoint"),
    )  # fmt: skip
    return ", ".join(count(len(found), name) for found, name in kinds if found) or "nothing that belongs to it"


def _found(seen: Examined, found: Finding) -> Verdict:
    at_risk = found.money_at_risk
    risk = "Money at risk: not known yet" if at_risk is None else f"{at_risk} at risk"
    return Verdict(
        tone=Tone(found.severity.value) if seen.case.order else Tone.NO_ORDER,
        title=found.title,
        says=found.says,
        about=(
            "No money at risk" if at_risk and not at_risk.amount_minor else risk,
            found.confidence.value.capitalize(),
        ),
        steps=found.remedy,
        evidence=found.evidence,
        code=found.code,
        unsure=None if seen.case.facts.unread else seen.diagnosis.undetermined,
        sureness=found.sureness,
        unchecked=(*found.unchecked, *_beyond_search(seen)),
        due=found.due,
    )


def _beyond_search(seen: Examined) -> tuple[str, ...]:
    """What no search by ids or names finds, where something is paid already."""
    if seen.case.order is None or not seen.links.payments:
        return ()
    return (
        "A second payment that names no order and that nothing points at: only Stripe's list of payments shows it.",
    )


def _minor(found: Finding, tone: Tone) -> Minor:
    risk = found.money_at_risk
    about = f"{risk} at risk" if risk and risk.amount_minor else ""
    return Minor(tone, found.title, found.says, about, found.code)


def _agrees(seen: Examined, found: Situation) -> Verdict:
    """Stripe and the shop say the same; all is well only where a paid order has what belongs to it, too."""
    said, unchecked, missing = agreement(seen, found), _beyond_search(seen), wanting(seen)
    if not missing and (later := later_unpaid(seen)):
        return Verdict(
            Tone.NOTE,
            title="The order agrees; a later bill is not paid yet",
            says=f"{said} A later bill of its subscription is not paid yet: {later}.",
            steps=(
                "Nothing about the order itself.",
                "If the customer asks about the later bill, look at it in Stripe: it says whether it is tried again.",
            ),
            unchecked=unchecked,
        )
    if not missing:
        return Verdict(
            Tone.AGREES,
            title="Nothing disagrees",
            says=said,
            steps=(nothing_to_do(found),),
            unchecked=unchecked,
        )
    known = bool(lacks(seen.case.expected))
    return Verdict(
        Tone.NOTE if known else Tone.COULD_NOT_LOOK,
        title="Paid, but not all that belongs to it is there" if known else "Paid; the rest could not be looked at",
        says=f"{said} But {missing}.",
        about=("Stripe and the order agree",),
        steps=(
            "Look in the shop whether the customer has what they paid for: the app may still do it, or has failed.",
            "If it is not there, have a developer do what is missing, and look why the app did not.",
        ),
        unchecked=unchecked,
    )


def _unclaimed(seen: Examined) -> Verdict:
    """A payment without an order of which no rule says anything: not paid, all returned, or not this shop's."""
    links = seen.links
    came = f"Stripe took {links.paid or 'payments'}{''.join(went(seen))}" if links.payments else "A payment was begun"
    cart = seen.case.cart
    of = f" It was begun for cart {cart.id}{f' of {cart.customer}' if cart.customer else ''}." if cart else ""
    decide = ("If there is none, decide with a colleague what becomes of the money.",) if links.still_paid else ()
    return Verdict(
        Tone.NO_ORDER,
        title="No order claims this payment",
        says=f"{came}. No order of the shop points at it.{of}",
        about=("Whether something is wrong depends on the order that is missing",),
        steps=(
            "Ask the customer for the order's number, or for the e-mail address they ordered with.",
            "Look that order up here. If it is there, have a developer link the payment to it.",
            *decide,
        ),
    )


def _is_alone(seen: Examined) -> bool:
    """Whether the order counts as paid, costs something, and Stripe has nothing of it: then nothing was compared."""
    order, links = seen.case.order, seen.links
    if order is None or order.status not in PAID_ORDER or order.amount_minor == 0 or links.outside:
        return False
    return not (links.sessions or links.intents or links.payments or links.free)


def _alone(order: Order) -> Verdict:
    method = order.metadata.get("payment_method", "").strip()
    how = f"The order says how it was paid: {method}." if method else "It was paid in another way, or not at all."
    return Verdict(
        Tone.NOTE,
        title="Nothing to compare",
        says=f"Order {order.name} is {order.state} in the shop, and Stripe has nothing of it. {how} "
        "Orderlens reads Stripe only, so it cannot say whether the money arrived.",
        steps=("Where it matters, look whether the money arrived where the shop says it was paid.",),
    )


def _undecided(seen: Examined) -> Verdict:
    return Verdict(
        Tone.CANNOT_TELL,
        title="Orderlens cannot tell",
        says=seen.diagnosis.undetermined or "What was read does not say enough.",
        about=("All was read; it fits nothing that has a name",),
        steps=(
            "Look at the comparison below: it shows where the two sides part.",
            "Tell the customer that you are still looking, and not to pay again.",
            "Hand the developer's summary below to a developer.",
        ),
    )


_UNREAD = Verdict(
    Tone.COULD_NOT_LOOK,
    title="Could not look at everything",
    says="Not every question was answered, so it cannot be said whether this case is in order.",
    about=("Nothing is known to be wrong, and nothing is known to be right",),
    steps=(
        "Press Retrieve afresh in a minute; most outages are short.",
        "Until then, tell the customer that you are still looking, and nothing about the payment itself.",
        "If it stays so, hand the developer's summary below to whoever runs Orderlens.",
    ),
)
