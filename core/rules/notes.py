"""Notes: worth knowing beside a finding, never a finding themselves."""

from itertools import combinations

from core.facts import PAID_ORDER, Dispute, Endpoint, OrderStatus, Refund
from core.findings import Action, Evidence, Severity
from core.linking import stored_ids
from core.rules.questions import states
from core.rules.questions.why_unheard import carrying, cause, listening
from core.rules.rule import Match, Rule, Seen
from core.rules.sentences import about, about_order, several
from core.times import GRACE, moment

_BOOKED = PAID_ORDER | {OrderStatus.PARTIALLY_REFUNDED, OrderStatus.REFUNDED}


def email_differs(seen: Seen) -> Match | None:
    """The checkout was finished with another e-mail than the order's."""
    own = (seen.order.customer_email or "").strip().casefold()
    other = [s for s in seen.links.sessions if s.email and s.email.strip().casefold() != own]
    if not own or not other:
        return None
    return _note(
        about_order(seen.order, "customer_email", seen.order.customer_email),
        *(about(session, "email", session.email) for session in other),
        paid_with=several([session.email or "" for session in other]),
        own=seen.order.customer_email or "",
    )


def clock_or_unit(seen: Seen) -> Match | None:
    """The order's times are in milliseconds, or in the future."""
    order, latest = seen.order, seen.case.now + GRACE
    times = (("created_at", order.created_at), ("updated_at", order.updated_at))
    odd = {name: at for name, at in times if at is not None and (at > latest or name in order.odd_times)}
    if not odd:
        return None
    found = [about_order(order, name, f"{order.odd_times.get(name, at)}: {moment(at)}") for name, at in odd.items()]
    return _note(*found, read=several([f"{name} as {moment(at)}" for name, at in odd.items()]))


def duplicate_endpoints(seen: Seen) -> Match | None:
    """Two endpoints send the same messages to the same address."""
    if len(seen.links.endpoints) <= 1:
        return None
    pairs = [(a, b) for a, b in combinations(listening(seen), 2) if a.url == b.url and _overlap(a, b)]
    if not pairs:
        return None
    one, two = min(pairs, key=lambda pair: (pair[0].id, pair[1].id))
    return _note(*(Evidence(f"endpoint {e.id}", "url", e.url) for e in (one, two)), url=one.url)


def api_version_skew(seen: Seen) -> Match | None:
    """The message has another API version than the app's SDK expects; shown where a delivery went wrong."""
    expected = seen.case.surroundings.app_api_version
    if not expected or not states.missed(seen) or cause(seen) not in ("webhook_failing", "webhook_acked_not_applied"):
        return None
    skewed = [event for event in carrying(seen) if event.api_version and event.api_version != expected]
    return (
        _note(
            *(Evidence(f"event {event.id}", "api_version", event.api_version or "") for event in skewed),
            Evidence("settings", "app.api_version", expected),
            sent=several(sorted({event.api_version or "" for event in skewed})),
            expected=expected,
        )
        if skewed
        else None
    )


def pi_not_stored(seen: Seen) -> Match | None:
    """A paid order keeps its checkout and not the payment that the checkout names."""
    order, links = seen.order, seen.links
    if order.status not in _BOOKED or order.payment_intent_id or not seen.case.surroundings.keeps_payments:
        return None
    if any(one.startswith(("pi_", "ch_", "py_")) for one in stored_ids(order)):
        return None
    kept = {order.session_id, *order.session_ids}
    bare = [p for p in links.payments if p.session and p.session.payment_intent_id and p.session.id in kept]
    if not bare:
        return None
    since: list[Refund | Dispute] = [*links.refunds, *links.disputes]
    return _note(
        about_order(order, "payment_intent_id", order.payment_intent_id),
        *(about(p.session, "payment_intent", p.session.payment_intent_id) for p in bare if p.session),
        *(Evidence(f"Stripe on {one.id}", "payment_intent", one.payment_intent_id or "(empty)") for one in since),
        ids=several([payment.id for payment in bare]),
        why="There is a refund or dispute, and it names only the payment."
        if since
        else "A refund or dispute names only the payment.",
    )


def _overlap(one: Endpoint, two: Endpoint) -> bool:
    return any(map(one.wants, two.enabled_events)) or any(map(two.wants, one.enabled_events))


def _note(*evidence: Evidence, **values: str) -> Match:
    return Match(Severity.INFO, None, evidence, values)


NOTE_EMAIL_DIFFERS = Rule(
    code="note_email_differs",
    title="Another e-mail was used for paying",
    family="notes",
    severity="info",
    money="none",
    explanation="The e-mail in the finished checkout is not the order's.",
    confidence="certain: both addresses were read",
    unchecked=("Whether both addresses are the same person's.",),
    searched=("Apple Pay different email than customer", "customer_details.email differs from customer_email"),
    support="The customer paid with {paid_with}, the order has {own}. It is the same order.",
    causes=("A wallet filled in its own address.", "The customer typed another one."),
    developer="{own} and {paid_with} are one customer here: match orders by id, never by e-mail.",
    remedy=("Nothing, unless the customer waits for a receipt at the other address.",),
    guards=("Upper and lower case.",),
    actions=(Action.CONTACT_CUSTOMER,),
    check=email_differs,
)
NOTE_CLOCK_OR_UNIT = Rule(
    code="note_clock_or_unit",
    title="The order's times are not in seconds, or in the future",
    family="notes",
    severity="info",
    money="none",
    explanation="A time of the order is in milliseconds, or later than now.",
    confidence="certain: the time was read",
    unchecked=("Which time zone the database means.",),
    searched=("created_at in milliseconds instead of seconds", "Timestamp outside the tolerance zone"),
    support="The order's times look odd; they were read as follows: {read}.",
    causes=("The database keeps milliseconds.", "A clock or a time zone is wrong."),
    developer="{read}: check the unit and the time zone of the orders table in orderlens.toml.",
    remedy=("Nothing about the money. Have the settings of Orderlens checked.",),
    guards=(),
    actions=(),
    check=clock_or_unit,
)
NOTE_DUPLICATE_ENDPOINTS = Rule(
    code="note_duplicate_endpoints",
    title="Two endpoints with one address",
    family="notes",
    severity="info",
    money="none",
    explanation="Two webhook endpoints are switched on with the same URL, for some of the same messages.",
    confidence="certain: the endpoints were read",
    unchecked=("Whether the app books a message twice: its own rows show that.",),
    searched=("Stripe webhook received twice", "duplicate checkout.session.completed events"),
    support="Stripe tells your app everything twice: two endpoints have the address {url}.",
    causes=("An installer ran twice.", "An endpoint was made by hand and another by the plug-in."),
    developer="Delete one of the two endpoints at {url}. Until then each message arrives twice, with two signing "
    "secrets.",
    remedy=("Have one of the two endpoints removed in Stripe.",),
    guards=("Two endpoints with the same address and different messages.",),
    actions=(),
    check=duplicate_endpoints,
)
NOTE_API_VERSION_SKEW = Rule(
    code="note_api_version_skew",
    title="Message and app speak different API versions",
    family="notes",
    severity="info",
    money="none",
    explanation="The message about the payment was made in another API version than the app's SDK expects, and was not "
    "booked.",
    confidence="certain: both versions were read; that it is the cause is possible",
    unchecked=("Whether the app's SDK refuses the other version.",),
    searched=(
        "Received event with API version",
        "but Stripe.net expects API version",
        "deserializeUnsafe",
        "getDataObjectDeserializer returns empty",
    ),
    support="Stripe's message is in version {sent}, your app expects {expected}. That may be why it was not booked.",
    causes=("The SDK was updated, and the endpoint was not.", "The endpoint has no version of its own."),
    developer="Give the endpoint the SDK's API version, {expected}. Messages keep the one they were made in, {sent}.",
    remedy=("Have the endpoint's API version set to {expected}.",),
    guards=("An order that was booked all the same.",),
    actions=(),
    check=api_version_skew,
)
NOTE_PI_NOT_STORED = Rule(
    code="note_pi_not_stored",
    title="The order does not keep its payment's id",
    family="notes",
    severity="info",
    money="none",
    explanation="The order is paid and keeps its checkout's id, and the payment that the checkout names is not kept. "
    "Stripe tells of refunds and disputes by the payment alone.",
    support="The order keeps the number of its checkout, not of its payment. {why}",
    causes=(
        "Stripe makes the payment only when the customer pays, and the app stored what it had before.",
        "The app writes the payment's id in one flow and not in the other.",
    ),
    developer="Store payment_intent from checkout.session.completed beside the session's id: {ids}. Refunds and "
    "disputes never name the session.",
    remedy=("Nothing about the money. Have {ids} stored on the order, so that refunds find it.",),
    guards=(
        "An order that keeps the charge instead: refunds and disputes name that too.",
        "A shop that has no column for it: then that is how it is made.",
        "A subscription, a trial or a free order: there is no payment id.",
    ),
    actions=(Action.FIX_STORED_ID,),
    confidence="certain: the column was read and is empty",
    unchecked=("Whether the app keeps the payment's id in another table.",),
    searched=("payment_intent null when Checkout Session is created", "cannot find order for charge.refunded"),
    check=pi_not_stored,
)
