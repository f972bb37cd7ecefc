"""Worked examples: the app says one thing about the money, Stripe another."""

from core.catalogue.examples.scene import (
    BEGUN,
    CHARGE,
    INTENT,
    NOW,
    PAID,
    SESSION,
    booked,
    charge,
    dispute,
    event,
    expired,
    hold,
    intent,
    order,
    paid,
    refund,
    scene,
    session,
)
from core.times import DAY, HOUR

REVIEW, SAVED = "prv_1Q8dKcYm3rTsWnVb", "seti_1Q8dNvTz4sKwPbLm"
_NOTHING_YET = {"payment_status": "unpaid"}

PAYMENTS = {
    "late_failure_overwrote": (
        "The first card was declined, the second one paid; then the old message of the decline came in late.",
        scene(
            order(status="failed", payment_intent_id=INTENT, updated_at=NOW - HOUR),
            *paid(),
            event("payment_intent.payment_failed", INTENT, created=BEGUN + 70),
        ),
    ),
    "paid_order_closed": (
        "A timer cancelled the unpaid order while the customer was still confirming at the bank.",
        scene(order(status="cancelled", updated_at=BEGUN + 90), *paid(), event()),
    ),
    "dispute_not_reflected": (
        "The cardholder disputed the payment; the shop knows nothing of it and is about to ship.",
        scene(booked(), session(), intent(), charge(disputed=True), dispute()),
    ),
    "async_failed": (
        "The order was shipped when the checkout was finished; days later the bank refused the debit.",
        scene(
            order(status="fulfilled", payment_intent_id=INTENT),
            session(**_NOTHING_YET),
            intent(
                status="requires_payment_method",
                amount_received=0,
                last_payment_error={"message": "The bank returned the debit: insufficient funds."},
            ),
            event("checkout.session.async_payment_failed", created=NOW - HOUR),
        ),
    ),
    "auth_expired": (
        "The amount was only reserved on the card, nobody took it within seven days, and the goods went out.",
        scene(
            order(status="fulfilled", payment_intent_id=INTENT, created_at=NOW - 9 * DAY),
            session(**_NOTHING_YET, created=NOW - 9 * DAY),
            intent(
                status="canceled",
                amount_received=0,
                capture_method="manual",
                cancellation_reason="automatic",
                canceled_at=NOW - 2 * DAY,
                created=NOW - 9 * DAY,
            ),
        ),
    ),
    "auth_not_captured": (
        "The shop called the order paid when the card was reserved; the call that takes the money never ran.",
        scene(
            booked(),
            session(**_NOTHING_YET),
            intent(status="requires_capture", amount_received=0, amount_capturable=5000, capture_method="manual"),
            charge(
                captured=False,
                amount_captured=0,
                payment_method_details={"type": "card", "card": {"capture_before": NOW + 5 * DAY}},
            ),
        ),
    ),
    "hold_released": (
        "A colleague cancelled the uncaptured payment in Stripe; the shop does not listen to that, and shipped.",
        scene(
            order(status="fulfilled", payment_intent_id=INTENT, updated_at=NOW - HOUR),
            session(**_NOTHING_YET),
            intent(
                status="canceled",
                amount_received=0,
                capture_method="manual",
                cancellation_reason="requested_by_customer",
                canceled_at=NOW - 5 * HOUR,
            ),
            charge(captured=False, amount_captured=0, amount_refunded=5000, refunded=True),
        ),
    ),
    "hold_short": (
        "A fee was added to the order after the card had been reserved; Stripe refuses to take more than that.",
        scene(order(payment_intent_id=INTENT, amount_minor=6000), session(**_NOTHING_YET), *hold()),
    ),
    "hold_on_closed_order": (
        "The order was cancelled in the shop; nobody cancelled the reservation on the card.",
        scene(
            order(status="cancelled", payment_intent_id=INTENT, updated_at=NOW - HOUR),
            session(**_NOTHING_YET),
            *hold(),
        ),
    ),
    "payment_doubted": (
        "Stripe put the payment into the shop's review queue; the shop is about to ship.",
        scene(
            booked(),
            session(),
            intent(review=REVIEW),
            charge(
                review=REVIEW,
                outcome={"type": "manual_review", "reason": "elevated_risk_level", "risk_level": "elevated"},
            ),
            event("review.opened", REVIEW, data={"object": {"id": REVIEW, "charge": CHARGE, "reason": "rule"}}),
        ),
    ),
    "setup_unusable": (
        "A card was saved for a charge later on, by a checkout that named no customer.",
        scene(
            order(status="paid", updated_at=PAID + 3),
            session(
                mode="setup",
                payment_status="no_payment_required",
                amount_total=None,
                currency=None,
                payment_intent=None,
                setup_intent=SAVED,
            ),
            {
                "object": "setup_intent",
                "id": SAVED,
                "status": "succeeded",
                "customer": None,
                "payment_method": "pm_1Q8dNvTz4sKwPbLm",
                "created": PAID,
            },
        ),
    ),
    "fulfilled_before_funds": (
        "A bank debit: the checkout is finished, the money is days away, and the order is already paid.",
        scene(booked(), session(**_NOTHING_YET), intent(status="processing", amount_received=0), event()),
    ),
    "async_marked_failed": (
        "A bank debit: the handler read `unpaid` at the end of the checkout and called the order failed.",
        scene(
            order(status="failed", payment_intent_id=INTENT, updated_at=PAID + 3),
            session(**_NOTHING_YET),
            intent(status="processing", amount_received=0),
            event(),
        ),
    ),
    "unpaid_marked_paid": (
        "The page behind the success URL marks orders paid, and somebody opened it without paying.",
        scene(order(status="paid", updated_at=BEGUN + 30), expired()),
    ),
    "minor_unit_error": (
        "Yen have no cents: the shop multiplied by 100 all the same, and charged a hundredfold.",
        scene(
            booked(currency="jpy"),
            session(currency="jpy", amount_total=500_000),
            intent(currency="jpy", amount=500_000, amount_received=500_000),
            charge(currency="jpy", amount=500_000, amount_captured=500_000),
        ),
    ),
    "currency_mismatch": (
        "The number came from the shop's dollars, the currency from the account's default.",
        scene(booked(), session(currency="eur"), intent(currency="eur"), charge(currency="eur")),
    ),
    "amount_stale_cart": (
        "An article was added in another tab, and the old checkout was paid.",
        scene(
            booked(amount_minor=6500, metadata={"cart_updated_at": str(BEGUN + 45)}),
            *paid(),
        ),
    ),
    "amount_mismatch": (
        "Shipping was added to the order after the checkout was opened.",
        scene(booked(amount_minor=5600), *paid()),
    ),
    "amount_explained": (
        "The customer typed a promotion code into the checkout; the order still has the full price.",
        scene(
            booked(),
            session(amount_subtotal=5000, amount_total=4500, total_details={"amount_discount": 500}),
            intent(amount=4500, amount_received=4500),
            charge(amount=4500, amount_captured=4500),
        ),
    ),
    "refund_overstated": (
        "The shop booked the refund when it asked for it; the customer's bank sent it back.",
        scene(
            booked(status="refunded", updated_at=NOW - 3 * HOUR),
            *paid(),
            refund(status="failed", failure_reason="expired_or_canceled_card"),
        ),
    ),
    "refund_not_recorded": (
        "A colleague refunded in the Stripe dashboard; in the shop the order waits to be shipped.",
        scene(booked(), session(), intent(), charge(amount_refunded=5000, refunded=True), refund()),
    ),
    "open_session_on_closed_order": (
        "The order was cancelled, and nobody closed its payment page.",
        scene(
            order(status="cancelled", created_at=NOW - 2 * HOUR, updated_at=NOW - HOUR),
            expired(status="open", created=NOW - 2 * HOUR, expires_at=NOW + 22 * HOUR),
        ),
    ),
    "expired_order_open": (
        "The customer left, the checkout ran out, and the order waits for ever.",
        scene(order(), expired(id=SESSION)),
    ),
    "settling": (
        "Paid a minute ago; Stripe's message is on its way.",
        scene(
            order(created_at=NOW - 180, updated_at=NOW - 178),
            session(created=NOW - 178),
            intent(created=NOW - 100),
            charge(created=NOW - 60),
            event(created=NOW - 58, pending_webhooks=1),
        ),
    ),
}
