"""Scenarios in which the order points at the wrong thing, or at nothing: modes, owners, ids, metadata."""

from dataclasses import replace

from core.sandbox.objects import new_id
from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage

_VARCHAR = 64


def _live_id(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(livemode=True), 2 * MINUTE)
    stage.booked("paid", payment, updated=2 * MINUTE + 1)


def _foreign(stage: Stage) -> None:
    before = stage.aside(replace(stage.purchase, number=f"{stage.purchase.number}-1"), earlier=DAY + 5 * HOUR)
    payment = before.pay(before.checkout(), 3 * MINUTE)
    before.booked("fulfilled", payment, updated=9 * HOUR)
    stage.booked("paid", payment, updated=40)


def _placeholder(stage: Stage) -> None:
    stage.pay(stage.checkout(), 4 * MINUTE)
    stage.order("pending", stripe_session_id="%7BCHECKOUT_SESSION_ID%7D")


def _cut(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 3 * MINUTE)
    stage.order("pending", stripe_session_id=payment.session["id"][:_VARCHAR])


def _second_tab(stage: Stage) -> None:
    buyer = stage.customer()
    first = stage.expire(stage.checkout(customer=buyer["id"]), 9 * MINUTE)
    stage.pay(stage.checkout(8 * MINUTE, customer=buyer["id"]), 13 * MINUTE)
    stage.order("pending", stripe_session_id=first["id"])


def _no_id(stage: Stage) -> None:
    stage.pay(stage.checkout(), 2 * MINUTE)
    stage.order("pending")


def _unknown_id(stage: Stage) -> None:
    stage.order("pending", stripe_session_id=new_id("cs_test", stage.rng))


def _edited(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    mistyped = stage.purchase.number[1::-1] + stage.purchase.number[2:]
    stage.amend(payment.intent, metadata={"order_id": mistyped})
    stage.booked("paid", payment, updated=2 * MINUTE + 1)


IDENTITY = (
    Scenario(
        name="live_id_on_test_shop",
        title="This order says paid, but Stripe will not show us its payment.",
        story="For one afternoon the staging shop ran with the live keys. The order still points at that live payment.",
        code="key_mode_mismatch",
        purchase=Purchase("SH-10412", "Ingrid Solheim", "ingrid.solheim@example.org", "Wool throw, slate", 8900, "eur"),
        play=_live_id,
        age=6 * DAY + 3 * HOUR,
    ),
    Scenario(
        name="reused_payment",
        title="Two orders show the same payment, and I only see one charge on the card.",
        story="The thank-you link of an earlier order was opened again; the shop booked that payment on the new one.",
        code="session_foreign",
        also=("unpaid_marked_paid",),
        purchase=Purchase("SH-10455", "Marco Bellini", "marco.bellini@example.net", "Table lamp Orion", 12400, "eur"),
        play=_foreign,
        age=2 * DAY + 7 * HOUR,
    ),
    Scenario(
        name="placeholder_stored",
        title="The payment number on this order is gibberish, and the customer swears they paid.",
        story="A URL builder escaped the braces of {CHECKOUT_SESSION_ID}, and the shop saved what came back.",
        code="id_placeholder",
        purchase=Purchase("SH-10467", "Chloe Whitfield", "chloe.whitfield@example.com", "Linen apron", 4650, "gbp"),
        play=_placeholder,
        age=DAY + 20 * HOUR,
        heals="checkout.session.completed",
    ),
    Scenario(
        name="id_cut_short",
        title="Stripe says the payment number on this order does not exist.",
        story="The column holds 64 characters; this id has 66. The rest was cut off without a word.",
        code="id_malformed",
        also=("webhook_acked_not_applied",),
        purchase=Purchase("SH-10433", "Tomasz Zielinski", "tomasz.zielinski@example.org", "Oak shelf", 38900, "pln"),
        play=_cut,
        age=4 * DAY + 11 * HOUR,
        heals="checkout.session.completed",
    ),
    Scenario(
        name="paid_in_second_tab",
        title="The customer paid in another tab; our order still waits for the first one.",
        story="Going back in the browser opened a second checkout. The shop kept the first id and listens to no other.",
        code="stale_id",
        purchase=Purchase("SH-10471", "Amelie Laurent", "amelie.laurent@example.com", "Ceramic planter", 6750, "eur"),
        play=_second_tab,
        age=DAY + 9 * HOUR,
        heals="checkout.session.completed",
    ),
    Scenario(
        name="id_never_saved",
        title="There is no payment number on this order at all, but the bank shows the charge.",
        story="The deploy restarted the shop between creating the checkout and saving its id.",
        code="id_missing",
        also=("webhook_acked_not_applied",),
        purchase=Purchase("SH-10448", "Dylan Okafor", "dylan.okafor@example.net", "Walnut chopping board", 5825, "usd"),
        play=_no_id,
        age=3 * DAY + 2 * HOUR,
        heals="checkout.session.completed",
    ),
    Scenario(
        name="other_account",
        title="We see the order, but Stripe does not know its payment number.",
        story="The checkout was made with the keys of the shop's former Stripe account, a day before the switch.",
        code="session_not_found",
        purchase=Purchase("SH-10386", "Birgit Hansen", "birgit.hansen@example.org", "Desk organiser", 42900, "dkk"),
        play=_unknown_id,
        age=15 * DAY + 6 * HOUR,
    ),
    Scenario(
        name="notes_edited_by_hand",
        title="The payment in Stripe carries the number of an order we do not have.",
        story="Someone corrected the payment's metadata in the dashboard, and mistyped the order number.",
        code="metadata_drift",
        purchase=Purchase("SH-10461", "Priya Raman", "priya.raman@example.com", "Brass bookends", 7300, "usd"),
        play=_edited,
        age=2 * DAY + 30 * MINUTE,
    ),
)
