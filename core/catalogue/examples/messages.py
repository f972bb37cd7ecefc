"""Worked examples: Stripe has the money, and the message about it did not do its work; and the notes."""

from core.catalogue.examples.scene import (
    BEGUN,
    COMPLETED,
    INTENT,
    NOW,
    PAID,
    SHOP,
    booked,
    charge,
    endpoint,
    event,
    intent,
    order,
    paid,
    refund,
    scene,
    session,
)
from core.times import DAY, HOUR

_LONG_AGO = NOW - 40 * DAY

MESSAGES = {
    "webhook_off": (
        "Stripe switched the webhook off after days of failures, and nobody noticed.",
        scene(order(), *paid(), event(), endpoint(status="disabled")),
    ),
    "webhook_not_subscribed": (
        "The webhook is there, and the event that completes an order was never ticked.",
        scene(order(), *paid(), event(), endpoint("charge.refunded", "customer.created")),
    ),
    "metadata_not_on_pi": (
        "The order number is on the checkout; the handler listens to payments, which do not carry it.",
        scene(
            order(),
            *paid(),
            event("payment_intent.succeeded", INTENT),
            endpoint("payment_intent.succeeded", "payment_intent.payment_failed"),
        ),
    ),
    "webhook_wrong_host": (
        "The shop moved to a new domain; Stripe still reports to the old one, which answers politely.",
        scene(
            order(),
            session(success_url=f"{SHOP}/thanks"),
            intent(),
            charge(),
            event(),
            endpoint(url="https://old-shop.example.net/webhooks/stripe"),
        ),
    ),
    "webhook_failing": (
        "A framework parses the body before the signature is checked, so the app answers 400 each time.",
        scene(order(), *paid(), event(pending_webhooks=1)),
    ),
    "webhook_before_order": (
        "The return page makes the order. Stripe's message was faster, found none, and was answered with 200.",
        scene(order(created_at=PAID + 9, updated_at=PAID + 9), *paid(), event()),
    ),
    "no_pi_by_design": (
        "A coupon covered everything: Stripe makes no payment where nothing is due; the handler waits for one.",
        scene(
            order(amount_minor=0),
            session(payment_status="no_payment_required", amount_total=0, payment_intent=None),
            event(),
        ),
    ),
    "webhook_acked_not_applied": (
        "The handler answered 200, put the message on a queue, and the queue lost it.",
        scene(order(), *paid(), event()),
    ),
    "paid_not_recorded": (
        "Found weeks later: Stripe lists messages for 30 days, so what became of this one cannot be told.",
        scene(
            order(created_at=_LONG_AGO - 120, updated_at=_LONG_AGO - 118),
            session(created=_LONG_AGO - 118),
            intent(created=_LONG_AGO - 60),
            charge(created=_LONG_AGO),
        ),
    ),
    "note_duplicate_endpoints": (
        "The webhook was registered twice, by hand and by a plug-in: every message comes twice.",
        scene(booked(), *paid(), event(), endpoint(), endpoint(id="we_1Q7bRePlugInHook")),
    ),
    "note_email_differs": (
        "The wallet filled in another address than the customer's account has.",
        scene(
            booked(customer_email="jo@example.com"),
            session(customer_details={"email": "joanna@example.org"}),
            intent(),
            charge(),
            event(),
        ),
    ),
    "note_pi_not_stored": (
        "The refund names the payment, and the order keeps the checkout's id only: somebody had to book it by hand.",
        scene(
            order(status="refunded", updated_at=NOW - HOUR),
            session(),
            intent(),
            charge(amount_refunded=5000, refunded=True),
            refund(),
            event(),
        ),
    ),
    "note_clock_or_unit": (
        "The orders table keeps its times in milliseconds.",
        scene(booked(created_at=BEGUN * 1000, updated_at=(PAID + 3) * 1000), *paid(), event()),
    ),
    "note_api_version_skew": (
        "The endpoint was made years ago and sends the events of that time; the app's SDK refuses them.",
        scene(
            order(),
            *paid(),
            event(pending_webhooks=1, api_version="2019-12-03"),
            endpoint(COMPLETED, api_version="2019-12-03"),
            config={"app_api_version": "2026-10-28.endive"},
        ),
    ),
}
