"""Scenarios about money that goes back: refunds that one side has and the other does not, and disputes."""

from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.setting import NO_REFUNDS
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage
from core.sandbox.scenarios.stage_later import disputed


def _contested(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 3 * MINUTE)
    disputed(stage, payment, 4 * DAY)
    stage.booked("fulfilled", payment, updated=DAY)


def _lost(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 3 * MINUTE)
    disputed(stage, payment, 2 * DAY, status="lost")
    stage.booked("fulfilled", payment, updated=DAY)


def _refund_failed(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    stage.refund(payment, DAY, status="failed")
    stage.booked("refunded", payment, updated=DAY + 1)


def _refund_pending(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    stage.refund(payment, DAY, status="pending")
    stage.booked("refunded", payment, updated=DAY + 1)


def _part_taken_for_whole(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    stage.refund(payment, DAY, stage.purchase.amount // 5 * 2)
    stage.booked("refunded", payment, updated=DAY + 2)


def _refunded_at_stripe(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 3 * MINUTE)
    stage.refund(payment, DAY)
    stage.booked("fulfilled", payment, updated=20 * HOUR)


def _partly_refunded_elsewhere(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 3 * MINUTE)
    stage.refund(payment, 20 * HOUR, stage.purchase.amount // 10 * 3)
    stage.booked("paid", payment, updated=3 * MINUTE + 2)


MONEY_BACK = (
    Scenario(
        name="dispute_unseen",
        title="The bank wants an answer, and our shop knows of no dispute.",
        story="Dispute events were never ticked on the endpoint. The bank waits nine days.",
        code="dispute_not_reflected",
        purchase=Purchase("SH-10407", "Craig Dunmore", "craig.dunmore@example.net", "Golf bag", 21300, "gbp"),
        play=_contested,
        age=7 * DAY + 4 * HOUR,
        ages=(5 * DAY, 12 * DAY),
    ),
    Scenario(
        name="dispute_lost",
        title="The dispute was lost, and our books still have the money.",
        story="Nobody sent evidence. The bank gave the money back to the customer.",
        code="dispute_not_reflected",
        purchase=Purchase("SH-10352", "Sandra Wolff", "sandra.wolff@example.org", "Tent, two persons", 26800, "eur"),
        play=_lost,
        age=24 * DAY,
        ages=(23 * DAY, 27 * DAY),
    ),
    Scenario(
        name="refund_bounced",
        title="We refunded weeks ago, says the order; the customer has nothing.",
        story="The card was reported stolen: the bank sent the refund back, and the shop had closed the matter.",
        code="refund_overstated",
        purchase=Purchase("SH-10416", "Monique Duval", "monique.duval@example.com", "Rattan chair", 17800, "eur"),
        play=_refund_failed,
        age=6 * DAY,
        ages=(3 * DAY, 27 * DAY),
    ),
    Scenario(
        name="refund_announced_too_soon",
        title="The order says refunded; the money is still on its way.",
        story="The shop books a refund when it is asked for, not when it has gone through.",
        code="refund_overstated",
        purchase=Purchase("SH-10447", "Tuomas Virtanen", "tuomas.virtanen@example.net", "Sauna bucket", 6350, "eur"),
        play=_refund_pending,
        age=3 * DAY + 3 * HOUR + 30 * MINUTE,
        ages=(2 * DAY, 9 * DAY),
    ),
    Scenario(
        name="part_taken_for_whole",
        title="Two of five were refunded, and the order says all.",
        story="The handler takes charge.refunded for the whole, without looking at the amount.",
        code="refund_overstated",
        purchase=Purchase("SH-10424", "Beate Krause", "beate.krause@example.org", "Five wine glasses", 9750, "eur"),
        play=_part_taken_for_whole,
        age=5 * DAY + 7 * HOUR,
        fault="part_is_whole",
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
    Scenario(
        name="refunds_not_subscribed",
        title="Each refund made in Stripe is missing in the shop.",
        story="The endpoint was never asked to report refunds.",
        code="refund_not_recorded",
        also=("webhook_not_subscribed",),
        purchase=Purchase("SH-10434", "Nadia Haddou", "nadia.haddou@example.com", "Leather pouf", 12850, "eur"),
        play=_refunded_at_stripe,
        age=4 * DAY + 16 * HOUR,
        scenery=NO_REFUNDS,
    ),
)
