"""Orders with nothing wrong, and something worth a note."""

from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.setting import TWICE
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage
from core.sandbox.stripe.objects import customer_details

_LAST_YEARS = "2025-09-30.clover"


def _ordinary(stage: Stage) -> None:
    stage.booked("paid", stage.pay(stage.checkout(), 2 * MINUTE), updated=2 * MINUTE + 1)


def _other_address(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 3 * MINUTE)
    local, domain = stage.purchase.email.split("@")
    details = customer_details(f"{local}.private@{domain}", stage.purchase.name)
    stage.amend(payment.session, customer_details=details)
    stage.booked("paid", payment, updated=3 * MINUTE + 1)


def _intent_not_kept(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    stage.refund(payment, DAY, stage.purchase.amount // 5)
    stage.booked("partially_refunded", payment, updated=DAY + HOUR, payment_intent_id=None)


def _clock_ahead(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    stage.booked("paid", payment, updated=2 * HOUR + 2 * MINUTE + 1)


def _old_version(stage: Stage) -> None:
    stage.api_version = _LAST_YEARS
    payment = stage.pay(stage.checkout(), 3 * MINUTE)
    stage.order("pending", stripe_session_id=payment.session["id"])


NOTES = (
    Scenario(
        name="paid_from_another_address",
        title="Paid with another e-mail address than the order's. It is the same customer.",
        story="The wallet in the browser filled in a private address.",
        code=None,
        notes=("note_email_differs",),
        purchase=Purchase("SH-10388", "Erik Halvorsen", "erik.halvorsen@example.com", "Rucksack", 94900, "nok"),
        play=_other_address,
        age=13 * DAY + 11 * HOUR,
    ),
    Scenario(
        name="intent_not_kept",
        title="All is in order; only somebody had to book the refund by hand.",
        story="The shop keeps the session and forgets the intent, by which alone Stripe tells of a refund.",
        code=None,
        notes=("note_pi_not_stored",),
        purchase=Purchase("SH-10387", "Simone Keller", "simone.keller@example.net", "Fondue set", 7950, "chf"),
        play=_intent_not_kept,
        age=14 * DAY + 6 * HOUR,
    ),
    Scenario(
        name="clock_ahead",
        title="This order was last changed in an hour's time.",
        story="The handler of the webhook writes the local time and calls it UTC.",
        code=None,
        notes=("note_clock_or_unit",),
        purchase=Purchase("SH-10491", "Dimitra Pappas", "dimitra.pappas@example.org", "Olive bowl", 2870, "eur"),
        play=_clock_ahead,
        age=70 * MINUTE,
        ages=(10 * MINUTE, 100 * MINUTE),
    ),
    Scenario(
        name="told_twice",
        title="Paid and booked; Stripe tells the shop everything twice.",
        story="The installer ran twice and made the endpoint again, at the same address.",
        code=None,
        notes=("note_duplicate_endpoints",),
        purchase=Purchase("SH-10451", "Alma Lindholm", "alma.lindholm@example.com", "Wool socks", 18950, "sek"),
        play=_ordinary,
        age=2 * DAY + 22 * HOUR,
        scenery=TWICE,
    ),
    Scenario(
        name="message_in_an_old_version",
        title="Paid yesterday, told and confirmed, not booked.",
        story="The SDK was updated, the endpoint was not: the handler drops messages of another API version.",
        code="webhook_acked_not_applied",
        notes=("note_api_version_skew",),
        purchase=Purchase("SH-10468", "George Whitaker", "george.whitaker@example.net", "Shaving set", 5650, "gbp"),
        play=_old_version,
        age=DAY + 17 * HOUR,
        heals="checkout.session.completed",
    ),
)
