"""For Python: stripe-python 16 and SQLAlchemy 2."""

from collections.abc import Mapping

PYTHON: Mapping[str, str] = {
    "id_not_stored": '''\
from sqlalchemy import Engine, text
from stripe import StripeClient


def start_checkout(stripe: StripeClient, engine: Engine, order: dict) -> str:
    """The page to send the customer to; order and id are saved by then."""
    name = {"order_id": order["id"]}
    with engine.begin() as db:  # both are saved together, or neither is
        db.execute(
            text("INSERT INTO orders (id, status) VALUES (:id, 'pending')"), order
        )
        session = stripe.v1.checkout.sessions.create(
            {
                "mode": "payment",
                "line_items": order["line_items"],
                "client_reference_id": order["id"],
                "metadata": name,
                "payment_intent_data": {"metadata": name},
                # not through a URL builder: the braces must stay as they are
                "success_url": "https://shop.example.com/thanks"
                "?session_id={CHECKOUT_SESSION_ID}",
            },
            {"idempotency_key": f"checkout-{order['id']}"},  # one per order
        )
        db.execute(
            text("UPDATE orders SET session_id = :session WHERE id = :id"),
            {"session": session.id, "id": order["id"]},
        )
    return session.url  # only now: nobody can pay what is not saved
''',
    "read_too_early": '''\
from stripe import StripeClient


def state_of(stripe: StripeClient, session_id: str) -> str:
    """paid, under way, open or expired: as Stripe has it now, never from a copy."""
    session = stripe.v1.checkout.sessions.retrieve(session_id)
    if session.payment_status in ("paid", "no_payment_required"):
        return "paid"
    # complete and unpaid: the bank takes days. Neither paid nor failed;
    # checkout.session.async_payment_succeeded or _failed will tell.
    return "under way" if session.status == "complete" else session.status


def may_cancel(stripe: StripeClient, session_ids: list[str]) -> bool:
    """For the timer that clears unpaid orders: nobody paid, and nobody can."""
    for session_id in session_ids:
        if state_of(stripe, session_id) == "open":
            stripe.v1.checkout.sessions.expire(session_id)  # fails if just paid
    return all(state_of(stripe, one) == "expired" for one in session_ids)
''',
    "changed_by_stripe": '''\
from decimal import Decimal

from stripe.checkout import Session

DECIMALS = dict.fromkeys("bif clp djf gnf jpy kmf krw mga pyg rwf".split(), 0)
DECIMALS |= dict.fromkeys("vnd vuv xaf xof xpf".split(), 0)
DECIMALS |= dict.fromkeys("bhd jod kwd omr tnd".split(), 3)


def minor_units(amount: Decimal, currency: str) -> int:
    """As Stripe counts: 50.00 USD is 5000, 5000 JPY is 5000, 5.000 KWD is 5000."""
    return int(amount.scaleb(DECIMALS.get(currency.lower(), 2)).to_integral_value())


def figures(session: Session, order: dict) -> dict[str, int]:
    """What to save: the sum of the cart is compared, the rest is Stripe's to say."""
    expected = order["cart_minor"], order["currency"].lower()
    if (session.amount_subtotal, session.currency) != expected:
        raise ValueError(f"this checkout is not of order {order['id']}'s cart")
    details = session.total_details
    return {
        "paid_minor": session.amount_total,
        "discount_minor": details.amount_discount,
        "shipping_minor": details.amount_shipping,
        "tax_minor": details.amount_tax,
    }
''',
    "wrong_id": '''\
from sqlalchemy import Engine, text
from stripe import SignatureVerificationError, StripeClient

BOOKS = ("checkout.session.completed", "checkout.session.async_payment_succeeded")


def on_webhook(
    stripe: StripeClient, engine: Engine, body: bytes, signature: str, secret: str
) -> int:
    """The HTTP status to answer with. `body` as it came, before any parsing."""
    try:
        event = stripe.construct_event(body, signature, secret)
    except (ValueError, SignatureVerificationError):
        return 400
    if event.type not in BOOKS:
        return 200
    # the id is the event's, never the browser's; the state is fetched, not believed
    session = stripe.v1.checkout.sessions.retrieve(event.data.object["id"])
    if session.payment_status == "unpaid":
        return 200  # async_payment_succeeded will come
    known = {"event": event.id, "order": session.client_reference_id}
    with engine.begin() as db:  # an exception rolls back: 5xx, and Stripe tries again
        first = db.execute(
            text("INSERT INTO stripe_events VALUES (:event) ON CONFLICT DO NOTHING"),
            known,
        )
        if not first.rowcount:
            return 200  # the same message again
        status = db.execute(
            text("SELECT status FROM orders WHERE id = :order FOR UPDATE"), known
        ).scalar()
        if status is None:
            raise LookupError(f"no order {known['order']} yet")
        if status == "pending":  # cancelled meanwhile? tell a person, do not book
            db.execute(
                text(
                    "UPDATE orders SET status = 'paid', session_id = :session,"
                    " payment_intent_id = :intent WHERE id = :order"
                ),
                {**known, "session": session.id, "intent": session.payment_intent},
            )
    return 200
''',
}
