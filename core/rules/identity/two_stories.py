"""Two of Stripe's objects about one order that tell different stories."""

from core.facts import CLIENT, Intent, Session, differing, plain, shape, written
from core.findings import Action, Evidence, Severity
from core.linking import references
from core.money import Money
from core.rules.rule import Match, Rule, Seen
from core.rules.sentences import about, several


def metadata_drift(seen: Seen) -> Match | None:
    """Two linked objects of Stripe's, or two places of one, name different orders or differ in a shared key."""
    intents = {intent.id: intent for intent in seen.links.intents}
    for session in seen.links.sessions:
        intent = intents.get(session.payment_intent_id or "")
        pair = _two_names(seen, session) or _apart(seen, session, intent)
        if pair:
            keys = {evidence.field for evidence in pair}
            leads = bool(keys & {*seen.case.surroundings.keys.plain, CLIENT})
            currency = seen.order.currency or session.currency
            return Match(
                Severity.HIGH if leads else Severity.MEDIUM,
                Money(0, currency) if currency else None,
                pair,
                {"one": pair[0].value, "two": pair[1].value, "key": pair[1].field, "id": session.id},
                detail="one_session" if len({e.source for e in pair}) == 1 else None if leads else "other_key",
            )
    return None


def _two_names(seen: Seen, session: Session) -> tuple[Evidence, ...]:
    """The session's own two order references, if both look like orders and only one is this one.

    A `client_reference_id` is often a cart or a customer: beside the right order number it counts only if it is of
    the same make and length.
    """
    named = seen.case.surroundings.keys
    client = plain(session.client_reference_id or "") if named.client else ""
    keys = [key for key in named.plain if key in session.metadata] if client and session.metadata else []
    if not keys or not seen.names_ours(session):
        return ()
    known = set(map(plain, (*seen.order.metadata.values(), seen.order.customer_email or "")))
    names = {*map(plain, seen.order.names), *seen.order.surnames}
    for key in keys:
        value = plain(session.metadata[key])
        alike = shape(client) == shape(value) and (client in names or len(client) == len(value))
        if alike and client != value and not {client, value} <= known | names:
            return about(session, CLIENT, client), about(session, key, value)
    return ()


def _apart(seen: Seen, session: Session, intent: Intent | None) -> tuple[Evidence, ...]:
    """A key that both carry with different values, an order reference first."""
    if intent is None or not intent.metadata:
        return ()
    one, two, keys = session.metadata, intent.metadata, seen.case.surroundings.keys
    if differ := differing(one, two):
        key = min(differ, key=lambda key: (key not in keys.plain, key))
        return about(session, key, one[key]), about(intent, key, two[key])
    ours, theirs = references(session, keys), references(intent, keys)
    both = seen.names_ours(session) and seen.names_ours(intent)  # each in its own way
    if ours and theirs and not ours & theirs and not both:
        key = next(key for key in (*keys.plain, *keys.inside) if written(intent, key))
        return about(session, "order reference", several(sorted(ours))), about(intent, key, written(intent, key))
    return ()


METADATA_DRIFT = Rule(
    code="metadata_drift",
    title="Stripe's own objects tell different stories",
    family="identity",
    severity="high if it is the order number that differs, else medium",
    money="nothing directly; the payment, should a handler follow the wrong number",
    explanation="The checkout session of this order and its payment carry the same key with different values, or name "
    "different orders; or the session names two.",
    support="In Stripe, the checkout says order {one} and the payment says {two}. Please have this corrected before "
    "anything is booked by it.",
    support_by_detail={
        "one_session": "In Stripe, the checkout of this order names two orders, {one} and {two}. Please have this "
        "corrected before anything is booked by it.",
        "other_key": "In Stripe, the checkout and its payment disagree about `{key}`: one says {one}, the other {two}. "
        "The money is not affected.",
    },
    causes=(
        "Somebody edited the metadata in the Stripe dashboard.",
        "The app updated one of the two objects and not the other.",
        "The code fills in the two places from different variables.",
    ),
    developer="`{key}` is {one} in one place and {two} in the other: write the same keys once, to `metadata` and "
    "`payment_intent_data.metadata`. Where they differ, trust the session.",
    remedy=(
        "Check which order the payment of session {id} is for.",
        "Correct `{key}` on the other object in Stripe.",
        "Read the order again.",
    ),
    remedy_by_detail={
        "one_session": (
            "Check which order the payment of session {id} is for.",
            "If `{key}` is the wrong one, correct it in the session's metadata; a client_reference_id stays as it is.",
            "Have the code checked that fills in the two, and read the order again.",
        ),
        "other_key": (
            "Find out which `{key}` is right.",
            "Correct the other one in Stripe.",
            "Read the order again.",
        ),
    },
    guards=(
        "A key that only one side carries.",
        "A number and the same number as text.",
        "A value that Stripe cut at 500 characters.",
    ),
    actions=(Action.FIX_METADATA_LINK, Action.FRESH_RETRIEVE),
    supersedes=frozenset({"metadata_not_on_pi"}),
    unchecked=("Which of the two values is the right one: nobody but the shop knows.",),
    searched=(
        "Stripe metadata differs between Checkout Session and PaymentIntent",
        "PaymentIntent metadata wrong order id",
        "Session data mismatch",
        "payment_intent_data.metadata not the same as session metadata",
    ),
    check=metadata_drift,
)
