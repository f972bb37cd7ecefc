"""Scenarios in which the two sides disagree about money: paid or not, told or not, how much, given back or not."""

from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage

_CARRIERS = ("payment_intent.succeeded", "checkout.session.completed")


def _waiting(stage: Stage, *, undelivered: tuple[str, ...] = ()) -> None:
    payment = stage.pay(stage.checkout(), 3 * MINUTE, undelivered=undelivered)
    stage.order("pending", stripe_session_id=payment.session["id"])


def _refused(stage: Stage) -> None:
    _waiting(stage, undelivered=_CARRIERS)


def _settling(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 70, undelivered=("checkout.session.completed",))
    stage.order("pending", stripe_session_id=payment.session["id"])


def _twice(stage: Stage) -> None:
    stage.pay(stage.checkout(), 4 * MINUTE)
    payment = stage.pay(stage.checkout(2 * MINUTE), 9 * MINUTE)
    stage.booked("paid", payment, updated=9 * MINUTE + 2)


def _cancelled(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 34 * MINUTE)
    stage.order("cancelled", updated=30 * MINUTE, stripe_session_id=payment.session["id"])


def _never_paid(stage: Stage) -> None:
    session = stage.expire(stage.checkout())
    stage.order("paid", updated=50, stripe_session_id=session["id"])


def _abandoned(stage: Stage) -> None:
    session = stage.expire(stage.checkout())
    stage.order("pending", stripe_session_id=session["id"])


def _shipping_forgotten(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 3 * MINUTE)
    stage.booked("paid", payment, updated=3 * MINUTE + 1, total_minor=stage.purchase.amount + 1250)


def _rounded(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(amount_total=stage.purchase.amount - 1), 2 * MINUTE)
    stage.booked("paid", payment, updated=2 * MINUTE + 1)


def _promotion(stage: Stage) -> None:
    full, off = stage.purchase.amount, stage.purchase.amount // 10
    session = stage.checkout(
        amount_subtotal=full,
        amount_total=full - off,
        total_details={"amount_discount": off, "amount_shipping": 0, "amount_tax": 0},
    )
    payment = stage.pay(session, 5 * MINUTE)
    stage.order("pending", stripe_session_id=payment.session["id"])


def _other_currency(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(currency="cad"), 2 * MINUTE)
    stage.booked("paid", payment, updated=2 * MINUTE + 1)


def _refunded_at_stripe(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 3 * MINUTE)
    stage.refund(payment, DAY)
    stage.booked("fulfilled", payment, updated=20 * HOUR)


def _partly_refunded_elsewhere(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 3 * MINUTE)
    stage.refund(payment, 20 * HOUR, stage.purchase.amount // 10 * 3)
    stage.booked("paid", payment, updated=3 * MINUTE + 2)


PAYMENT = (
    Scenario(
        name="webhook_refused",
        title="The customer has a receipt from Stripe, our order still says pending.",
        story="The signing secret was rotated in Stripe but not in the shop: each message is answered 400 since then.",
        code="webhook_failing",
        purchase=Purchase("SH-10482", "Hannah Bergmann", "hannah.bergmann@example.com", "Espresso set", 14900, "eur"),
        play=_refused,
        age=5 * HOUR + 12 * MINUTE,
        fault="refuse",
        heals="checkout.session.completed",
    ),
    Scenario(
        name="handler_crashes",
        title="Paid since this morning, and the shop has not noticed.",
        story="The new release crashes on each message: Stripe gets 500 and tries again and again.",
        code="webhook_failing",
        purchase=Purchase("SH-10485", "Rafael Pinto", "rafael.pinto@example.net", "Garden bench", 17450, "eur"),
        play=_refused,
        age=3 * HOUR + 25 * MINUTE,
        fault="crash",
        heals="checkout.session.completed",
    ),
    Scenario(
        name="webhook_swallowed",
        title="The money arrived yesterday, the order never moved.",
        story="The shop answered 200 and put the message on a queue that lost it in a restart.",
        code="webhook_acked_not_applied",
        purchase=Purchase("SH-10476", "Lucas Moreau", "lucas.moreau@example.org", "Cast-iron kettle", 9250, "eur"),
        play=_waiting,
        age=DAY + 4 * HOUR,
        fault="drop",
        heals="checkout.session.completed",
    ),
    Scenario(
        name="forgotten_in_autumn",
        title="A customer asks for an order from last month that we never sent; they did pay.",
        story="Nobody noticed for weeks. Stripe no longer keeps the messages, so the cause cannot be told any more.",
        code="paid_not_recorded",
        purchase=Purchase("SH-10097", "Nora Lindqvist", "nora.lindqvist@example.net", "Sheepskin rug", 129500, "sek"),
        play=_waiting,
        age=47 * DAY + 2 * HOUR,
        ages=(35 * DAY, 80 * DAY),
    ),
    Scenario(
        name="paid_a_moment_ago",
        title="The customer is on the phone: paid just now, still pending.",
        story="Stripe's message is on its way. Nothing is wrong yet.",
        code="settling",
        purchase=Purchase("SH-10499", "Sofia Marchetti", "sofia.marchetti@example.com", "Glass carafe", 3400, "eur"),
        play=_settling,
        age=2 * MINUTE + 20,
        ages=(2 * MINUTE, 4 * MINUTE),
        heals="checkout.session.completed",
    ),
    Scenario(
        name="paid_twice",
        title="My card was charged twice for one lamp.",
        story="Two tabs, two checkouts, both paid. The shop shows the second one.",
        code="duplicate_payment",
        purchase=Purchase("SH-10440", "Grace Adeyemi", "grace.adeyemi@example.com", "Arc floor lamp", 21900, "usd"),
        play=_twice,
        age=3 * DAY + 16 * HOUR,
    ),
    Scenario(
        name="cancelled_while_paying",
        title="We cancelled the order, but the customer was charged.",
        story="The timer for unpaid orders ran out while the customer approved the payment in the bank's app.",
        code="paid_order_closed",
        purchase=Purchase("SH-10459", "Jonas Keller", "jonas.keller@example.org", "Standing desk mat", 11900, "chf"),
        play=_cancelled,
        age=2 * DAY + 3 * HOUR,
    ),
    Scenario(
        name="success_page_opened",
        title="The order says paid and is about to ship; I cannot find the money.",
        story="The shop marks orders paid when the success page is opened. Someone opened it by hand.",
        code="unpaid_marked_paid",
        purchase=Purchase("SH-10423", "Viktor Hale", "viktor.hale@example.net", "Field watch", 31500, "usd"),
        play=_never_paid,
        age=5 * DAY + 8 * HOUR,
    ),
    Scenario(
        name="abandoned_checkout",
        title="This order has been pending for days and holds our last piece in stock.",
        story="The customer closed the payment page; the shop never acted on the expiry.",
        code="expired_order_open",
        purchase=Purchase("SH-10405", "Ewan MacLeod", "ewan.macleod@example.com", "Tweed cap", 5200, "gbp"),
        play=_abandoned,
        age=7 * DAY + 5 * HOUR,
        heals="checkout.session.expired",
    ),
    Scenario(
        name="shipping_added_later",
        title="The customer paid less than the order's total.",
        story="Express shipping was added to the order after the payment page had been opened.",
        code="amount_mismatch",
        purchase=Purchase("SH-10463", "Beatriz Carvalho", "beatriz.carvalho@example.org", "Cork yoga mat", 6890, "eur"),
        play=_shipping_forgotten,
        age=2 * DAY + 40 * MINUTE,
    ),
    Scenario(
        name="a_penny_short",
        title="We are a penny short on this one.",
        story="The shop rounds the tax of each line, the checkout rounds it once.",
        code="amount_mismatch",
        purchase=Purchase("SH-10439", "Alistair Pike", "alistair.pike@example.com", "Tea caddy", 829, "gbp"),
        play=_rounded,
        age=3 * DAY + 22 * HOUR,
    ),
    Scenario(
        name="promotion_code",
        title="Paid ten per cent less than we asked for, so the shop left it pending.",
        story="A promotion code was entered on Stripe's page; the shop compares with the full price and does not book.",
        code="amount_explained",
        also=("webhook_acked_not_applied",),
        purchase=Purchase("SH-10478", "Emily Novak", "emily.novak@example.com", "Leather satchel", 18500, "usd"),
        play=_promotion,
        age=DAY + 2 * HOUR,
    ),
    Scenario(
        name="wrong_currency",
        title="The order is in US dollars, the customer's card statement is not.",
        story="The Canadian price list was used for a US order: the same number, another currency.",
        code="currency_mismatch",
        purchase=Purchase("SH-10437", "Olivia Tremblay", "olivia.tremblay@example.net", "Snow boots", 16800, "usd"),
        play=_other_currency,
        age=4 * DAY + 1 * HOUR,
    ),
    Scenario(
        name="refunded_in_dashboard",
        title="We gave the money back in Stripe, the shop still shows the order as done.",
        story="A colleague refunded in Stripe's dashboard; the shop acknowledged the message and dropped it.",
        code="refund_not_recorded",
        purchase=Purchase("SH-10428", "Daniel Fischer", "daniel.fischer@example.com", "Record player", 24900, "eur"),
        play=_refunded_at_stripe,
        age=5 * DAY + 1 * HOUR,
        fault="drop",
        heals="charge.refunded",
    ),
    Scenario(
        name="partly_refunded_elsewhere",
        title="The customer got a part back, and our books do not know.",
        story="The accounting tool refunds through Stripe by itself; the shop dropped the message about it.",
        code="refund_not_recorded",
        purchase=Purchase("SH-10452", "Elif Demir", "elif.demir@example.org", "Bedside table", 13600, "eur"),
        play=_partly_refunded_elsewhere,
        age=3 * DAY + 3 * HOUR,
        fault="drop",
        heals="charge.refunded",
    ),
)
