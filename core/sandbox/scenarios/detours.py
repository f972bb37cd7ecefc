"""Healthy orders that got there by a detour: abandoned, tried again, paid in parts, given back, booked late.

They look wrong to a simple comparison; the product must stay quiet about them. See also `healthy`.
"""

from dataclasses import replace

from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage

_OTHER_SITE = "https://wholesale.example.net"


def _expired_and_cancelled(stage: Stage) -> None:
    session = stage.expire(stage.checkout())
    stage.order("cancelled", updated=DAY + 1, stripe_session_id=session["id"])


def _third_attempt(stage: Stage) -> None:
    stage.expire(stage.checkout(), 6 * MINUTE)
    stage.expire(stage.checkout(5 * MINUTE), 21 * MINUTE)
    payment = stage.pay(stage.checkout(20 * MINUTE), 24 * MINUTE)
    stage.booked("fulfilled", payment, updated=DAY)


def _refunded(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    stage.refund(payment, 26 * HOUR)
    stage.booked("refunded", payment, updated=26 * HOUR + 2)


def _partly_refunded(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    stage.refund(payment, 26 * HOUR, stage.purchase.amount // 4)
    stage.booked("partially_refunded", payment, updated=26 * HOUR + 2)


def _duplicate_refunded(stage: Stage) -> None:
    extra = stage.pay(stage.checkout(), 3 * MINUTE)
    payment = stage.pay(stage.checkout(MINUTE), 5 * MINUTE)
    stage.refund(extra, 3 * HOUR)
    stage.booked("paid", payment, updated=5 * MINUTE + 1)


def _redundant_failing(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE, undelivered=("payment_intent.succeeded",))
    stage.booked("paid", payment, updated=2 * MINUTE + 1)


def _in_flight(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 80, undelivered=("checkout.session.completed",))
    stage.booked("paid", payment, updated=83)


def _same_number_elsewhere(stage: Stage) -> None:
    session = stage.checkout()
    stage.order("pending", stripe_session_id=session["id"])
    local, domain = stage.purchase.email.split("@")
    stranger = replace(
        stage.purchase, name="Rui Tavares", email=f"purchasing.{local}@{domain}", amount=stage.purchase.amount + 48700
    )
    elsewhere = stage.aside(stranger, earlier=11 * MINUTE)
    back = f"{_OTHER_SITE}/thanks?session_id={{CHECKOUT_SESSION_ID}}"
    elsewhere.pay(elsewhere.checkout(success_url=back, cancel_url=_OTHER_SITE), 4 * MINUTE)


def _declined_first(stage: Stage) -> None:
    session = stage.checkout()
    payment = stage.pay(session, 6 * MINUTE, declined=stage.decline(session, 2 * MINUTE))
    stage.booked("paid", payment, updated=6 * MINUTE + 1)


def _still_choosing(stage: Stage) -> None:
    stage.order("pending", stripe_session_id=stage.checkout()["id"])


def _deposit(stage: Stage) -> None:
    third = stage.purchase.amount // 3
    stage.pay(stage.checkout(amount_total=third), 5 * MINUTE)
    rest = stage.pay(stage.checkout(DAY, amount_total=stage.purchase.amount - third), DAY + 4 * MINUTE)
    stage.booked("paid", rest, updated=DAY + 4 * MINUTE + 1)


def _refund_under_way(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    stage.refund(payment, 26 * HOUR, status="pending")
    stage.booked("paid", payment, updated=2 * MINUTE + 1)


DETOURS = (
    Scenario(
        name="expired_and_cancelled",
        title="Nobody paid, and the order is cancelled.",
        story="The checkout expired and the shop closed the order.",
        code=None,
        purchase=Purchase("SH-10373", "Lena Hoffmann", "lena.hoffmann@example.org", "Wall calendar", 2490, "eur"),
        play=_expired_and_cancelled,
        age=20 * DAY + 12 * HOUR,
    ),
    Scenario(
        name="third_attempt",
        title="Three checkouts for one order, one of them paid: the right one.",
        story="Two attempts were given up, the third is stored and paid.",
        code=None,
        purchase=Purchase("SH-10376", "Kofi Mensah", "kofi.mensah@example.com", "Travel backpack", 13900, "gbp"),
        play=_third_attempt,
        age=19 * DAY + 6 * HOUR,
    ),
    Scenario(
        name="refunded_on_both_sides",
        title="Refunded, and the shop says so.",
        story="A return; Stripe and the shop agree.",
        code=None,
        purchase=Purchase("SH-10377", "Isabelle Rochat", "isabelle.rochat@example.net", "Ski gloves", 9900, "chf"),
        play=_refunded,
        age=18 * DAY + 20 * HOUR,
    ),
    Scenario(
        name="partly_refunded",
        title="A quarter was given back, and the shop says so.",
        story="One of four items was out of stock.",
        code=None,
        purchase=Purchase("SH-10380", "Samuel Ortiz", "samuel.ortiz@example.org", "Four dinner plates", 8800, "usd"),
        play=_partly_refunded,
        age=17 * DAY + 14 * HOUR,
    ),
    Scenario(
        name="duplicate_already_refunded",
        title="Charged twice, and the second charge was given back.",
        story="What remains is exactly the order's total.",
        code=None,
        purchase=Purchase("SH-10381", "Zeynep Kaya", "zeynep.kaya@example.com", "Copper coffee pot", 6150, "eur"),
        play=_duplicate_refunded,
        age=17 * DAY + 4 * HOUR,
    ),
    Scenario(
        name="redundant_message_failing",
        title="One message to the shop keeps failing, but the order is right.",
        story="The shop refuses payment_intent.succeeded and needs only checkout.session.completed.",
        code=None,
        purchase=Purchase("SH-10393", "Anton Gruber", "anton.gruber@example.net", "Hiking poles", 7990, "eur"),
        play=_redundant_failing,
        age=9 * DAY + 12 * HOUR,
    ),
    Scenario(
        name="message_on_its_way",
        title="Already paid by the return page; Stripe's message is still on its way.",
        story="The shop asked Stripe when the customer came back, faster than the webhook.",
        code=None,
        purchase=Purchase("SH-10497", "Ruth Abrams", "ruth.abrams@example.org", "Silk pillowcase", 5900, "usd"),
        play=_in_flight,
        age=2 * MINUTE + 40,
        ages=(100, 5 * MINUTE),
    ),
    Scenario(
        name="same_number_elsewhere",
        title="Another site on our account has an order of the same number, and that one is paid.",
        story="Two sites share one Stripe account and both count from 10000.",
        code=None,
        purchase=Purchase("SH-10493", "Maeve Gallagher", "maeve.gallagher@example.net", "Rain jacket", 11250, "eur"),
        play=_same_number_elsewhere,
        age=50 * MINUTE,
        ages=(20 * MINUTE, 20 * HOUR),
    ),
    Scenario(
        name="declined_then_paid",
        title="The first card was declined, the second paid.",
        story="The old failure message is history, not news.",
        code=None,
        purchase=Purchase("SH-10392", "Noah Visser", "noah.visser@example.org", "Bicycle bell", 2350, "eur"),
        play=_declined_first,
        age=10 * DAY + 7 * HOUR,
    ),
    Scenario(
        name="still_choosing",
        title="The payment page is open, the customer has not decided.",
        story="Twenty minutes old, nothing paid, nothing wrong.",
        code=None,
        purchase=Purchase("SH-10495", "Theo Jansen", "theo.jansen@example.net", "Enamel mugs", 3980, "eur"),
        play=_still_choosing,
        age=20 * MINUTE,
        ages=(MINUTE, 20 * HOUR),
    ),
    Scenario(
        name="deposit_and_balance",
        title="Two payments for one order, and together they are its total.",
        story="Made to measure: a third as a deposit, the rest a day later.",
        code=None,
        purchase=Purchase("SH-10372", "Henrik Aaltonen", "henrik.aaltonen@example.org", "Oak table", 96000, "eur"),
        play=_deposit,
        age=20 * DAY + 22 * HOUR,
    ),
    Scenario(
        name="refund_under_way",
        title="The refund is on its way; until it arrives the order is rightly paid.",
        story="The refund is pending at the bank. Only one that succeeded has moved money.",
        code=None,
        purchase=Purchase("SH-10443", "Leila Haddad", "leila.haddad@example.com", "Silver earrings", 7150, "eur"),
        play=_refund_under_way,
        age=3 * DAY + 11 * HOUR,
        ages=(2 * DAY, 8 * DAY),
    ),
)
