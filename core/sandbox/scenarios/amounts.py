"""Scenarios about how much, and in which currency."""

from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage


def _times_hundred(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(amount_total=stage.purchase.amount * 100), 2 * MINUTE)
    stage.booked("paid", payment, updated=2 * MINUTE + 1)


def _major_units(stage: Stage) -> None:
    whole = stage.purchase.amount // 100
    payment = stage.pay(stage.checkout(amount_total=whole * 100), 3 * MINUTE)
    stage.order("pending", total_minor=whole, stripe_session_id=payment.session["id"])


def _cart_changed(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 9 * MINUTE)
    stage.order(
        "pending",
        updated=5 * MINUTE,
        total_minor=stage.purchase.amount + 2450,
        stripe_session_id=payment.session["id"],
        metadata={"cart_updated_at": str(stage.began + 5 * MINUTE)},
    )


def _cart_changed_still_open(stage: Stage) -> None:
    stage.order(
        "pending",
        updated=6 * MINUTE,
        total_minor=stage.purchase.amount + 1780,
        stripe_session_id=stage.checkout()["id"],
        metadata={"cart_updated_at": str(stage.began + 6 * MINUTE)},
    )


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


AMOUNTS = (
    Scenario(
        name="yen_times_hundred",
        title="She was charged five hundred thousand yen for a teapot.",
        story="The shop multiplies every amount by a hundred before it asks Stripe. Yen have no smaller unit.",
        code="minor_unit_error",
        purchase=Purchase("SH-10456", "Keiko Tanabe", "keiko.tanabe@example.com", "Iron teapot", 5800, "jpy"),
        play=_times_hundred,
        age=2 * DAY + 6 * HOUR,
    ),
    Scenario(
        name="stored_in_major_units",
        title="The order says 2.44, the customer paid 244.00.",
        story="An import wrote euros into the column for cents; the handler compares, and does not book.",
        code="minor_unit_error",
        purchase=Purchase("SH-10473", "Livia Rossi", "livia.rossi@example.net", "Reading lamp", 24400, "eur"),
        play=_major_units,
        age=DAY + 7 * HOUR,
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
        name="cart_changed_in_another_tab",
        title="Something was put into the basket while the payment page was open.",
        story="The page showed the old total, and the old total was paid. The handler compares, and does not book.",
        code="amount_stale_cart",
        also=("webhook_acked_not_applied",),
        purchase=Purchase("SH-10470", "Pascal Girard", "pascal.girard@example.org", "Cheese board", 8650, "eur"),
        play=_cart_changed,
        age=DAY + 12 * HOUR,
    ),
    Scenario(
        name="cart_changed_page_open",
        title="The payment page still shows the old total.",
        story="The basket was changed, the checkout was not. Nobody has paid yet.",
        code="amount_stale_cart",
        purchase=Purchase("SH-10494", "Lotte Bakker", "lotte.bakker@example.com", "Bulbs, forty", 3720, "eur"),
        play=_cart_changed_still_open,
        age=40 * MINUTE,
        ages=(10 * MINUTE, 20 * HOUR),
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
)
