"""Scenarios about paid or not, where the shop has made up its mind on its own: twice, closed, too early, never."""

from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage


def _twice(stage: Stage) -> None:
    stage.pay(stage.checkout(), 4 * MINUTE)
    payment = stage.pay(stage.checkout(2 * MINUTE), 9 * MINUTE)
    stage.booked("paid", payment, updated=9 * MINUTE + 2)


def _failed_late(stage: Stage) -> None:
    session = stage.checkout()
    declined = stage.decline(session, 2 * MINUTE)
    payment = stage.pay(session, 6 * MINUTE, declined=declined)
    stage.booked("failed", payment, updated=50 * MINUTE)


def _cancelled(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 34 * MINUTE)
    stage.order("cancelled", updated=30 * MINUTE, stripe_session_id=payment.session["id"])


def _never_paid(stage: Stage) -> None:
    session = stage.expire(stage.checkout())
    stage.order("paid", updated=50, stripe_session_id=session["id"])


def _abandoned(stage: Stage) -> None:
    session = stage.expire(stage.checkout())
    stage.order("pending", stripe_session_id=session["id"])


def _cancelled_not_expired(stage: Stage) -> None:
    stage.order("cancelled", updated=20 * MINUTE, stripe_session_id=stage.checkout()["id"])


def _second_page_open(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 7 * MINUTE)
    opened = f"{payment.session['id']},{stage.checkout(4 * MINUTE)['id']}"
    stage.booked("paid", payment, updated=7 * MINUTE + 1, metadata={"session_ids": opened})


TWICE_OR_CLOSED = (
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
        name="old_failure_came_late",
        title="Paid, confirmed, and an hour later the order says failed.",
        story="The first card was declined. Stripe's message about that was retried and came after the payment's.",
        code="late_failure_overwrote",
        purchase=Purchase("SH-10458", "Ilse Hartmann", "ilse.hartmann@example.org", "Hiking boots", 18900, "eur"),
        play=_failed_late,
        age=2 * DAY + 4 * HOUR,
        fault="fails_late",
    ),
    Scenario(
        name="cancelled_while_paying",
        title="We cancelled the order, but the customer was charged.",
        story="The timer for unpaid orders ran out while the customer approved the payment in the bank's app.",
        code="paid_order_closed",
        purchase=Purchase("SH-10459", "Jonas Keller", "jonas.keller@example.org", "Standing desk mat", 11900, "chf"),
        play=_cancelled,
        fault="timer",
        age=2 * DAY + 3 * HOUR,
    ),
    Scenario(
        name="success_page_opened",
        title="The order says paid and is about to ship; I cannot find the money.",
        story="The shop marks orders paid when the success page is opened. Someone opened it by hand.",
        code="unpaid_marked_paid",
        purchase=Purchase("SH-10423", "Viktor Hale", "viktor.hale@example.net", "Field watch", 31500, "usd"),
        play=_never_paid,
        fault="trusts_return",
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
        name="cancelled_page_still_open",
        title="We cancelled this order, and its payment page still takes money.",
        story="Cancelling in the shop does not expire the checkout at Stripe.",
        code="open_session_on_closed_order",
        purchase=Purchase("SH-10488", "Wilma Jonsson", "wilma.jonsson@example.net", "Knitting wool", 62900, "sek"),
        play=_cancelled_not_expired,
        age=3 * HOUR,
        ages=(HOUR, 20 * HOUR),
    ),
    Scenario(
        name="second_page_still_open",
        title="Paid in one tab, and the other tab still asks for the money.",
        story="The shop keeps both checkouts of the order, and never expired the one that was not used.",
        code="open_session_on_closed_order",
        purchase=Purchase("SH-10487", "Hugo Lefevre", "hugo.lefevre@example.com", "Chess set", 8250, "eur"),
        play=_second_page_open,
        age=3 * HOUR + 10 * MINUTE,
        ages=(HOUR, 20 * HOUR),
    ),
)
