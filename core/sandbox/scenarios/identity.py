"""Scenarios in which the order and the payment do not find each other: another mode, owner or account, another name."""

from dataclasses import replace

from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.setting import BLIND_TO_SESSIONS, LIVE
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage
from core.sandbox.stripe.objects import new_id

_SELLER = "acct_1SellerPotteryQ7x"


def _live_id(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(livemode=True), 2 * MINUTE)
    stage.booked("paid", payment, updated=2 * MINUTE + 1)


def _test_payment(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    stage.booked("paid", payment, updated=2 * MINUTE + 1)


def _foreign(stage: Stage) -> None:
    before = stage.aside(replace(stage.purchase, number=f"{stage.purchase.number}-1"), earlier=DAY + 5 * HOUR)
    payment = before.pay(before.checkout(), 3 * MINUTE)
    before.booked("fulfilled", payment, updated=9 * HOUR)
    stage.booked("paid", payment, updated=40)


def _copied(stage: Stage) -> None:
    nameless: dict[str, object] = {"client_reference_id": None, "metadata": {}}
    before = stage.aside(replace(stage.purchase, number=f"{stage.purchase.number}-1"), earlier=6 * HOUR)
    payment = before.pay(before.checkout(0, **nameless), 3 * MINUTE)
    before.booked("paid", payment, updated=3 * MINUTE + 1)
    stage.booked("paid", payment, updated=2)


def _unknown_id(stage: Stage) -> None:
    stage.order("pending", stripe_session_id=new_id("cs_test", stage.rng))


def _sellers(stage: Stage) -> None:
    session = new_id("cs_test", stage.rng)
    stage.order("paid", updated=3 * MINUTE, stripe_session_id=session, metadata={"stripe_account": _SELLER})


def _unseen(stage: Stage) -> None:
    session = stage.checkout()
    stage.order("pending", stripe_session_id=session["id"])


def _edited(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    mistyped = stage.purchase.number[1::-1] + stage.purchase.number[2:]
    stage.amend(payment.intent, metadata={"order_id": mistyped})
    stage.booked("paid", payment, updated=2 * MINUTE + 1)


def _payment_link(stage: Stage) -> None:
    nameless: dict[str, object] = {"client_reference_id": None, "metadata": {}}
    link = new_id("plink", stage.rng, stage.began)
    stage.pay(stage.checkout(25 * MINUTE, payment_link=link, **nameless), 28 * MINUTE)
    stage.order("pending")


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
        name="test_payment_on_live_shop",
        title="Paid and ready to ship, but the money never reached our account.",
        story="The test endpoint was pointed at the live shop: a developer's test payment made a real order paid.",
        code="key_mode_mismatch",
        purchase=Purchase("SH-10464", "Oskar Brandt", "oskar.brandt@example.org", "Espresso grinder", 28700, "eur"),
        play=_test_payment,
        age=2 * DAY + 20 * MINUTE,
        scenery=LIVE,
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
        name="copied_by_the_sync",
        title="The same order stands in the books twice. Do we pack it twice?",
        story="The sync with the warehouse wrote the order again that night, payment and all, under a new number.",
        code="order_copied",
        purchase=Purchase("SH-10450", "Noemi Farkas", "noemi.farkas@example.com", "Enamel bread bin", 6240, "eur"),
        play=_copied,
        age=2 * DAY + 11 * HOUR,
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
        name="on_the_sellers_account",
        title="A marketplace order: the seller has the money, we find no payment.",
        story="The checkout was made on the connected account of a seller who has left since: nobody may look there.",
        code="wrong_account",
        purchase=Purchase("SH-10446", "Agnes Kovacs", "agnes.kovacs@example.com", "Stoneware bowl", 5350, "eur"),
        play=_sellers,
        age=3 * DAY + 5 * HOUR,
    ),
    Scenario(
        name="nobody_may_look",
        title="We cannot tell whether this one is paid: our key may not read checkouts.",
        story="The restricted key was made without the right to read sessions. An answer of 403 is no answer.",
        code=None,
        purchase=Purchase("SH-10490", "Ferdinand Roth", "ferdinand.roth@example.net", "Map of the Alps", 4330, "eur"),
        play=_unseen,
        age=2 * HOUR,
        ages=(HOUR, 20 * HOUR),
        scenery=BLIND_TO_SESSIONS,
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
    Scenario(
        name="paid_by_payment_link",
        title="A payment over exactly this sum came in; it says nothing about an order.",
        story="A colleague mailed a payment link when the checkout did not load. Links carry no order number.",
        code="link_missing",
        purchase=Purchase("SH-10474", "Yvonne Maurer", "yvonne.maurer@example.org", "Walking shoes", 13250, "chf"),
        play=_payment_link,
        age=DAY + 6 * HOUR,
    ),
)
