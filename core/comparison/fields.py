"""The fields of the comparison besides money: status, ids, references, e-mail, metadata, mode, account, times.

Pure. Owns what "the same" means for each field; which of Stripe's figures explain an amount is `amounts`.
"""

from collections.abc import Iterator

from core.comparison.table import Row, Value, Verdict, compared, even, value, weighed
from core.comparison.view import View
from core.facts import (
    CLIENT,
    CLOSED_ORDER,
    OPEN_ORDER,
    PAID_ORDER,
    Charge,
    ChargeStatus,
    Intent,
    NameKeys,
    Order,
    OrderStatus,
    Session,
    SessionStatus,
    order_references,
    plainly,
    written,
)
from core.linking import stored_ids
from core.pasted import mode_of
from core.rules.questions import states

_CONVERTED = "currency_conversion.source_currency"


def status(view: View) -> Row:
    """Paid or not, in each one's own words."""
    order, attempt = view.case.order, view.attempt
    session, intent, charge = attempt.session, attempt.intent, attempt.charge
    values = (
        Value(_own_word(order), "status") if order else None,
        Value(f"{_words(session.status)}, {_words(session.payment_status)}", "status, payment_status")
        if session
        else None,
        Value(_words(intent.status), "status") if intent else None,
        _charged(charge) if charge else None,
    )
    if order is None or not attempt.parts:
        return Row("Payment", values, Verdict.SHOWN)
    verdict, why = _status_verdict(view, order)
    return weighed("Payment", *values, verdict=verdict, why=why)


def _charged(charge: Charge) -> Value:
    """A charge that only reserved the money is "succeeded" at Stripe too: that alone would read as paid."""
    if charge.status is ChargeStatus.SUCCEEDED and not charge.captured:
        return Value(f"{_words(charge.status)}, not captured", "status, captured")
    return Value(_words(charge.status), "status")


def _status_verdict(view: View, order: Order) -> tuple[Verdict, str]:
    if order.status is OrderStatus.UNKNOWN:
        return Verdict.INCOMPARABLE, "What the order's status means is not set up."
    if not (why := _contradiction(view, order)):
        return Verdict.SAME, ""
    if not view.attempt.settled and (view.links.still_paid or view.links.free):
        return Verdict.EXPLAINED, "The order was paid by another attempt."
    excuse = _excuse(view, order)
    return (Verdict.INCOMPARABLE, excuse) if excuse else (Verdict.DIFFERS, why)


def _contradiction(view: View, order: Order) -> str:
    """How the order's status goes against what this attempt came to; empty where it does not."""
    attempt = view.attempt
    kept = attempt.payment is not None and attempt.payment.still_paid
    against = (
        (order.status in PAID_ORDER and not attempt.settled, "The order is paid, and this attempt brought no money."),
        (kept and order.status is OrderStatus.REFUNDED, "The order is refunded, and money is still with the shop."),
        (
            (kept or attempt.free) and order.status in OPEN_ORDER,
            "Stripe is done with it, and the order still waits.",
        ),
        (kept and order.status in CLOSED_ORDER, "Money came in, and the order is closed."),
    )
    return next((why for holds, why in against if holds), "")


def _excuse(view: View, order: Order) -> str:
    """Why a contradiction is not held against the order; empty where it is."""
    seen = view.seen
    waits = order.status in OPEN_ORDER
    reasons = (
        (view.stranger, view.stranger),
        (seen and states.other_method(seen), "The order says that it was paid without Stripe."),
        (
            seen and waits and states.is_young(seen),
            "It was paid so recently that the shop may not have heard of it.",
        ),
        (view.links.pending_refund and not waits, "A refund is on its way."),
        (view.diagnosis.clean, "Nothing is held against the order for this."),
    )
    return next((why for holds, why in reasons if holds), "")


def currency(view: View, conversion: str) -> Row:
    """The currencies; `conversion` is the sentence on the conversion that explains a difference, if there was one."""
    session = view.attempt.session
    total = session.total if session else None
    held = (
        view.case.order.currency if view.case.order else None,
        total.currency if total else None,
        view.attempt.intent.currency if view.attempt.intent else None,
        view.attempt.charge.currency if view.attempt.charge else None,
    )
    there = (view.case.order, *_three(view))
    names = ("currency", _CONVERTED if session and session.converted else "currency", "currency", "currency")
    values = (
        value(code.strip().upper() if code else None, name) if one else None
        for one, code, name in zip(there, held, names, strict=True)
    )
    return _mild(view, compared("Currency", *values), conversion)


def ids(view: View) -> Iterator[Row]:
    """The id of the session, the intent and the charge wherever it stands."""
    order, attempt = view.case.order, view.attempt
    session, intent, charge = (part.id if part else None for part in (attempt.session, attempt.intent, attempt.charge))
    named = attempt.session.payment_intent_id if attempt.session else None
    charged = attempt.charge.payment_intent_id if attempt.charge else None
    if order and session and attempt.settled and not stored_ids(order) and _shows_no_id(view):
        lost = "The order does not point at what it was paid by."
        ours, theirs = Value("none stored", "session id"), Value(session, "id")
        yield weighed("Session id", ours, theirs, None, None, verdict=Verdict.DIFFERS, why=lost)
    else:
        yield _id(view, "Session id", order.session_ids if order else (), session, (session, None, None))
    stored, found = order.payment_intent_ids if order else (), intent or named
    yield _id(view, "Intent id", stored, found, (named, intent, charged))
    yield _id(view, "Charge id", order.charge_ids if order else (), charge, (None, None, charge))


def _shows_no_id(view: View) -> bool:
    """A finding is about the order's session id: there is none."""
    return any(one.source.startswith("order ") and one.field == "session_id" for one in view.evidence)


def _id(view: View, field: str, stored: tuple[str, ...], found: str | None, named: tuple[str | None, ...]) -> Row:
    """An id where it is stored, beside the objects that carry it; only its own object has it as `id`."""
    own = value(found if found in stored else next(iter(stored), None), field.lower()) if view.case.order else None
    titles = ("Session id", "Intent id", "Charge id")
    theirs = tuple(
        value(one, "id" if title == field else "payment_intent") if part and (one or title == field) else None
        for one, part, title in zip(named, _three(view), titles, strict=True)
    )
    row = compared(field, own, *theirs)
    lost = {missing.id for missing in view.case.facts.missing}
    if own and own.text in lost and row.verdict is Verdict.SHOWN:
        return weighed(field, own, *theirs, verdict=Verdict.DIFFERS, why="Stripe answers that it has no such object.")
    return _mild(view, row)


def reference(view: View) -> Row:
    """What the objects say which order they are for, beside its own name."""
    order = view.case.order
    keys = view.case.surroundings.keys
    named = [order_references(part, keys) if part else () for part in _three(view)]
    known = order.spellings | order.surnames if order else frozenset[str]()
    own = next((name for names in named for name in names if plainly(name) in known), None)
    ours = Value(own or order.name, "number or id") if order else None
    theirs = (
        value(own if own in names else next(iter(names), None), _reference_key(part, keys)) if part else None
        for part, names in zip(_three(view), named, strict=True)
    )
    return _mild(view, compared("Order reference", ours, *theirs))


def email(view: View) -> Row:
    """The customer's address on both sides."""
    order, where = view.case.order, ("customer_details.email", "receipt_email", "billing_details.email")
    ours = value(order.customer_email, "e-mail") if order else None
    theirs = (value(part.email, at) if part else None for part, at in zip(_three(view), where, strict=True))
    row = compared("E-mail", ours, *theirs, key=lambda text: text.strip().casefold())
    return _mild(view, row)


def metadata(view: View) -> Iterator[Row]:
    """Each key that one of Stripe's objects carries, beside the order's where it has it too."""
    order, three = view.case.order, _three(view)
    for key in dict.fromkeys(key for part in three if part for key in part.metadata):
        if key in view.case.surroundings.keys.plain:
            continue
        held = order.metadata.get(key) if order else None
        theirs = (value(part.metadata.get(key), f"metadata: {key}") if part else None for part in three)
        row = compared(f"Metadata: {key}", value(held, f"metadata: {key}") if order else None, *theirs)
        yield _mild(view, row)


def mode(view: View) -> Row:
    """Live or test: what the stored id says, and what each object says of itself."""
    order, first = view.case.order, None
    if order and order.session_id:
        first = mode_of(order.session_id)
    theirs = (
        value(None if part.livemode is None else "live" if part.livemode else "test", "livemode") if part else None
        for part in _three(view)
    )
    ours, key = value(first, "in the session id") if order else None, view.case.facts.key_mode
    if first not in (None, key):
        why = f"The stored id is of {first} mode, and what was read is {key} mode."
        return weighed("Mode", ours, *theirs, verdict=Verdict.DIFFERS, why=why)
    return compared("Mode", ours, *theirs)


def account(view: View) -> Row:
    """The Stripe account the order names, and the one that was read."""
    order, read = view.case.order, view.case.facts.account
    own = (order.stripe_account or order.metadata.get("stripe_account")) if order else None
    column = next((index for index, part in enumerate(_three(view)) if part), 0)
    theirs = (value(read, "the account that was read") if index == column else None for index in range(3))
    row = compared("Account", value(own, "account") if order else None, *theirs)
    elsewhere = view.seen is not None and states.other_account(view.seen)
    if elsewhere and own:
        why = f"The order's payment is on {own}; what was read is another account."
        return weighed("Account", *row.values, verdict=Verdict.DIFFERS, why=why)
    if row.verdict is Verdict.DIFFERS:
        return _mild(view, row, "All that the order points at was found here: the account is paid out to from here.")
    return row


def circumstances(view: View) -> Iterator[Row]:
    """Why an attempt failed, and the times."""
    order, attempt = view.case.order, view.attempt
    session, intent, charge = attempt.session, attempt.intent, attempt.charge
    yield Row(
        "Last failure",
        (
            None,
            None,
            value(intent.failure, "last_payment_error") if intent else None,
            value(charge.failure, "failure_message") if charge else None,
        ),
        Verdict.SHOWN,
    )
    made = (_time(part.created, "created") if part else None for part in (session, intent, charge))
    yield Row("Created", (_time(order.created_at, "created at") if order else None, *made), Verdict.SHOWN)
    paid = attempt.payment
    at = _time(paid.at, "settled") if paid else None
    column = 3 if charge else 2 if intent else 1
    yield Row("Paid", tuple(at if i == column else None for i in range(4)), Verdict.SHOWN)
    changed = _time(order.updated_at, "updated at") if order else None
    yield Row("Last changed", (changed, None, None, None), Verdict.SHOWN)
    if session and session.status is not SessionStatus.COMPLETE:
        name = "Expired" if session.status is SessionStatus.EXPIRED else "Can be paid until"
        yield Row(name, (None, _time(session.expires_at, "expires_at"), None, None), Verdict.SHOWN)


def _mild(view: View, row: Row, why: str = "") -> Row:
    """A difference that a known reason explains, or that nothing is held against the order for."""
    if row.verdict is not Verdict.DIFFERS:
        return row
    if why:
        return even(row, Verdict.EXPLAINED, why)
    if view.diagnosis.clean:
        return even(row, Verdict.EXPLAINED, "They need not be the same, and nothing rests on them here.")
    return row


def _three(view: View) -> tuple[Session | None, Intent | None, Charge | None]:
    return view.attempt.session, view.attempt.intent, view.attempt.charge


def _reference_key(part: Session | Intent | Charge, keys: NameKeys) -> str:
    """Where an object's first order reference stands."""
    key = next((key for key in (*keys.plain, *keys.inside) if written(part, key)), None)
    return f"metadata: {key}" if key else CLIENT if isinstance(part, Session) else "metadata"


def _time(at: int | None, where: str) -> Value:
    return Value(None, where, at=at or None)


def _words(word: str) -> str:
    return str(word).replace("_", " ")


def _own_word(order: Order) -> str:
    own = _words(order.status.value)
    return own if order.raw_status in {"", order.status.value} else f"{order.raw_status} ({own})"
