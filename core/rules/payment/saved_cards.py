"""Cards that are saved to be charged later, and cannot be."""

from core.facts import Session, SessionStatus, SetupIntent, setup_intents
from core.findings import Action, Confidence, Evidence, Severity
from core.rules.questions import states
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about, several, status_of


def setup_unusable(seen: Seen) -> Match | None:
    """The checkout saved a card that belongs to no customer, or saved none."""
    order, links = seen.order, seen.links
    if order.status not in states.ALIVE or links.payments or links.unclear or states.other_method(seen):
        return None
    if states.other_account(seen) or seen.unread("sessions", "intents"):
        return None
    done = [s for s in links.sessions if s.mode == "setup" and s.status is SessionStatus.COMPLETE and s.setup_intent_id]
    known = {
        saved.id: saved for saved in (*setup_intents(links.sessions, links.events), *seen.case.facts.setup_intents)
    }
    pairs = [(session, known[str(session.setup_intent_id)]) for session in done if session.setup_intent_id in known]
    if not pairs or len(pairs) < len(done) or any(_usable(*pair) for pair in pairs):
        return None
    lacks = [_lacking(*pair) for pair in pairs]
    return Match(
        Severity.HIGH,
        states.due(seen),
        (
            *(about(session, "setup_intent", saved.id) for session, saved in pairs),
            *(Evidence(f"Stripe on {saved.id}", "customer", saved.customer_id or "(empty)") for _, saved in pairs),
            *(Evidence(f"Stripe on {s.id}", "payment_method", s.payment_method_id or "(empty)") for _, s in pairs),
            status_of(order),
        ),
        {"lacks": several(list(dict.fromkeys(lacks))), "setup": several([saved.id for _, saved in pairs])},
        confidence=Confidence.PROBABLE,
    )


def _usable(session: Session, saved: SetupIntent) -> bool:
    return bool((saved.customer_id or session.customer_id) and saved.payment_method_id)


def _lacking(session: Session, saved: SetupIntent) -> str:
    return "without a customer" if not (saved.customer_id or session.customer_id) else "without a card"


SETUP_UNUSABLE = Rule(
    code="setup_unusable",
    title="The saved card cannot be charged",
    family="payment",
    severity="high",
    money="the order's total if it counts as paid; else nothing",
    explanation="A checkout of mode setup is finished, and its setup intent has no customer or no payment method: a "
    "card that belongs to nobody cannot be charged later.",
    support="The customer saved a card for this order, but it was saved {lacks}, so it cannot be charged later. Ask "
    "the customer to give it once more.",
    causes=(
        "The checkout was made without a customer, and the card was never attached to one.",
        "The app keeps the checkout's id and takes that for a card.",
    ),
    developer="Pass customer (or customer_creation: always) when creating a session of mode setup, and store "
    "setup_intent.payment_method with the customer: {setup} has not both.",
    remedy=(
        "Do not rely on the card: a charge would be refused.",
        "Have the checkout mended, so that it names a customer.",
        does(Action.REQUEST_NEW_PAYMENT, "Send the customer a new link to save the card, or to pay."),
    ),
    guards=(
        "A setup intent that could not be read.",
        "Another checkout of the order whose card can be charged.",
        "An order that was paid since.",
    ),
    actions=(Action.REQUEST_NEW_PAYMENT, Action.FIX_HANDLER_CODE),
    supersedes=frozenset(
        {"no_pi_by_design", "webhook_acked_not_applied", "webhook_before_order", "paid_not_recorded", "settling"}
    ),
    confidence="probable: the app may have attached the card to a customer by itself afterwards",
    unchecked=("Whether the app attached the card to a customer afterwards.",),
    searched=(
        "The provided PaymentMethod was previously used without being attached to a Customer",
        "may not be used again",
        "setup_intent customer null",
        "SetupIntent succeeded but payment method not attached",
    ),
    orders=states.ALIVE,
    check=setup_unusable,
)
