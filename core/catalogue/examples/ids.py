"""Worked examples: whose payment is it, and does the id on the order lead to it?"""

from core.catalogue.examples import scene as at
from core.catalogue.examples.scene import (
    INTENT,
    OTHER_INTENT,
    OTHER_SESSION,
    SELLER,
    SESSION,
    TEST_SESSION,
    charge,
    event,
    expired,
    intent,
    missing,
    order,
    paid,
    scene,
    session,
)
from core.times import DAY, HOUR

IDS = {
    "key_mode_mismatch": (
        "A copy of the shop for testing wrote into the live database: the order is paid, by a test payment.",
        scene(order(status="paid", session_id=TEST_SESSION), missing(TEST_SESSION, other_mode="test")),
    ),
    "session_foreign": (
        "The id of an old, paid checkout was handed in with a new order.",
        scene(
            order(status="paid"),
            session(client_reference_id="1037", created=at.BEGUN - DAY),
            intent(created=at.BEGUN - DAY + 60),
            charge(created=at.PAID - DAY),
            other_orders=[order(id="1037", status="paid", created_at=at.BEGUN - DAY)],
        ),
    ),
    "order_copied": (
        "The nightly sync with the warehouse wrote the order a second time, with the payment's ids.",
        scene(
            order(status="paid", customer_email="jo@example.com", created_at=at.PAID + 6 * HOUR),
            session(client_reference_id=None),
            intent(),
            charge(),
            other_orders=[order(id="1037", status="paid", customer_email="jo@example.com")],
        ),
    ),
    "stale_id": (
        "The customer went back, opened a second checkout, and paid there; the order still points at the first.",
        scene(
            order(session_id=OTHER_SESSION),
            expired(id=OTHER_SESSION, created=at.BEGUN - 600),
            *paid(),
            event(),
        ),
    ),
    "id_placeholder": (
        "A URL builder escaped the braces, Stripe never filled the id in, and the return page stored the template.",
        scene(order(session_id="%7BCHECKOUT_SESSION_ID%7D"), *paid(), event()),
    ),
    "id_wrong_type": (
        "The payment's id was saved in the column for the checkout's.",
        scene(order(session_id=INTENT), *paid(), event()),
    ),
    "id_malformed": (
        "The column is shorter than the id, and the database cut it without a word.",
        scene(order(session_id=SESSION[:24]), *paid(), event(), missing(SESSION[:24])),
    ),
    "wrong_account": (
        "The payment was made on a seller's connected account; the platform's own account does not know it.",
        scene(order(metadata={"stripe_account": SELLER}), missing(SESSION)),
    ),
    "id_missing": (
        "The checkout was created, and saving its id failed; the customer paid all the same.",
        scene(order(session_id=None), *paid(), event()),
    ),
    "session_not_found": (
        "The shop's keys were changed to another Stripe account; the order was paid on the one before.",
        scene(order(), missing(SESSION)),
    ),
    "link_missing": (
        "The customer paid through a payment link: same address, same amount, and no order number on it.",
        scene(
            order(session_id=None, customer_email="jo@example.com"),
            session(client_reference_id=None, customer_details={"email": "jo@example.com"}),
            intent(),
            charge(),
        ),
    ),
    "metadata_drift": (
        "Somebody corrected the order number on the payment in the Stripe dashboard, and not on its checkout.",
        scene(
            order(status="paid", payment_intent_id=INTENT),
            session(metadata={"order_id": "1042"}),
            intent(metadata={"order_id": "1043"}),
            charge(),
        ),
    ),
    "duplicate_payment": (
        "The checkout was open in two tabs, and the customer paid in both.",
        scene(
            order(status="paid", payment_intent_id=INTENT),
            *paid(),
            session(id=OTHER_SESSION, payment_intent=OTHER_INTENT, created=at.BEGUN + 300),
            intent(id=OTHER_INTENT, created=at.BEGUN + 360),
            charge(id=at.OTHER_CHARGE, payment_intent=OTHER_INTENT, created=at.PAID + 300),
        ),
    ),
}
