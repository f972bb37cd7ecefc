"""Healthy orders that wait, or are long over: their time has not come, or has passed, or is none of Stripe's concern.

They look wrong to a simple comparison; the product must stay quiet about them. See also `healthy` and `detours`.
"""

from dataclasses import replace

from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.setting import BLIND_TO_DISPUTES, LIVE
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage
from core.sandbox.scenarios.stage_billing import sign_up
from core.sandbox.scenarios.stage_later import disputed, reserve, voucher

_NEW_SITE = "https://www.lanternloom.example.com"


def _paid(stage: Stage) -> None:
    stage.booked("paid", stage.pay(stage.checkout(), 2 * MINUTE), updated=2 * MINUTE + 1)


def _live(stage: Stage) -> None:
    stage.booked("paid", stage.pay(stage.checkout(livemode=True), 2 * MINUTE), updated=2 * MINUTE + 1)


def _voucher(stage: Stage) -> None:
    session, intent = voucher(stage, stage.checkout(payment_method_types=["card", "boleto"]), 4 * MINUTE)
    ids = {"stripe_session_id": session["id"], "payment_intent_id": intent["id"]}
    stage.order("pending", updated=4 * MINUTE + 1, **ids)


def _reserved(stage: Stage) -> None:
    stage.booked("pending", reserve(stage, stage.checkout(), 3 * MINUTE), updated=3 * MINUTE + 1)


def _never_authorised(stage: Stage) -> None:
    session = stage.checkout()
    unused = stage.attempt(session, stage.began + 5 * MINUTE, "canceled", {"capture_method": "manual"})
    stage.expire(session)
    at = stage.began + DAY
    intent = stage.keep({**unused, "canceled_at": at, "cancellation_reason": "automatic"})
    stage.amend(stage.expire(session), payment_intent=intent["id"])
    stage.tell("payment_intent.canceled", at, intent)
    stage.order("cancelled", updated=DAY + 1, stripe_session_id=session["id"])


def _booked_elsewhere(stage: Stage) -> None:
    back = f"{_NEW_SITE}/thanks?session_id={{CHECKOUT_SESSION_ID}}"
    payment = stage.pay(stage.checkout(success_url=back, cancel_url=_NEW_SITE), 2 * MINUTE)
    stage.booked("paid", payment, updated=2 * MINUTE + 1)


def _won(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 3 * MINUTE)
    disputed(stage, payment, DAY, status="won")
    stage.booked("fulfilled", payment, updated=DAY)


def _mirrored(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 3 * MINUTE)
    disputed(stage, payment, 3 * DAY)
    stage.booked("fulfilled", payment, updated=DAY, metadata={"dispute_status": "needs_response"})


def _refund_failed(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    stage.refund(payment, DAY, status="failed")
    stage.booked("paid", payment, updated=2 * MINUTE + 1)


def _trial(stage: Stage) -> None:
    signed_up = sign_up(stage, trial=30)
    stage.order("paid", updated=2 * MINUTE + 1, stripe_session_id=signed_up.session["id"])


def _one_payment_for_two(stage: Stage) -> None:
    group = {"order_group": f"G-{stage.purchase.number}"}
    first = stage.aside(replace(stage.purchase, number=f"{stage.purchase.number}-1"))
    both = first.checkout(amount_total=2 * stage.purchase.amount, metadata=group | {"order_id": first.purchase.number})
    payment = first.pay(both, 3 * MINUTE)
    for order in (first, stage):
        order.booked("paid", payment, updated=3 * MINUTE + 1, metadata=group)


def _on_trust(stage: Stage) -> None:
    payment = stage.promise(stage.checkout(payment_method_types=["card", "sepa_debit"]), 3 * MINUTE)
    stage.booked("fulfilled", payment, updated=DAY, metadata={"fulfil_on_processing": "yes"})


WAITING = (
    Scenario(
        name="voucher_in_hand",
        title="The customer has a payment slip; until it is paid, pending is the truth.",
        story="Boleto: the checkout is complete, the slip is good for five days.",
        code=None,
        purchase=Purchase("SH-10486", "Larissa Moura", "larissa.moura@example.com", "Clay pot", 12300, "brl"),
        play=_voucher,
        age=3 * HOUR + 15 * MINUTE,
        ages=(HOUR, 4 * DAY),
    ),
    Scenario(
        name="reserved_until_pick_up",
        title="The card is reserved, to be charged when the order is picked up.",
        story="Authorise now, capture later: three of seven days are left.",
        code=None,
        purchase=Purchase("SH-10438", "Kerstin Ahl", "kerstin.ahl@example.org", "Christmas goose", 78500, "sek"),
        play=_reserved,
        age=4 * DAY - HOUR,
        ages=(HOUR, 4 * DAY),
    ),
    Scenario(
        name="never_authorised",
        title="Nobody paid; Stripe cleaned up after itself.",
        story="When a checkout expires Stripe cancels its unused intent. That was never a reservation.",
        code=None,
        purchase=Purchase("SH-10394", "Piotr Zajac", "piotr.zajac@example.net", "Tool box", 26900, "pln"),
        play=_never_authorised,
        age=9 * DAY + 9 * HOUR,
    ),
    Scenario(
        name="booked_from_elsewhere",
        title="The messages go to another host than the shop's, and each order is booked.",
        story="The shop's pages and its back end live on two domains, by design.",
        code=None,
        purchase=Purchase("SH-10371", "Harriet Moss", "harriet.moss@example.com", "Garden shears", 3850, "gbp"),
        play=_booked_elsewhere,
        age=21 * DAY + 8 * HOUR,
    ),
    Scenario(
        name="dispute_won",
        title="There was a dispute, and it was won.",
        story="The bank decided for the shop, and the money is back.",
        code=None,
        purchase=Purchase("SH-10351", "Leandro Vidal", "leandro.vidal@example.org", "Guitar case", 19400, "eur"),
        play=_won,
        age=25 * DAY,
        ages=(22 * DAY, 27 * DAY),
    ),
    Scenario(
        name="dispute_known",
        title="There is a dispute, and the shop knows it.",
        story="The shop keeps the dispute's status beside the order.",
        code=None,
        purchase=Purchase("SH-10409", "Colette Simon", "colette.simon@example.net", "Wall clock", 10900, "eur"),
        play=_mirrored,
        age=6 * DAY + 22 * HOUR,
        ages=(4 * DAY, 12 * DAY),
    ),
    Scenario(
        name="refund_failed_still_paid",
        title="The refund did not go through, and the order is still paid.",
        story="The bank sent the refund back; the shop counts only what has gone through.",
        code=None,
        purchase=Purchase("SH-10375", "Ole Kristensen", "ole.kristensen@example.com", "Rain barrel", 69900, "dkk"),
        play=_refund_failed,
        age=19 * DAY + 16 * HOUR,
        ages=(3 * DAY, 27 * DAY),
    ),
    Scenario(
        name="trial_month",
        title="The first month is free: nothing was paid, and that is right.",
        story="A subscription with a trial: no payment, no intent, the order stands for what comes later.",
        code=None,
        purchase=Purchase("SH-10382", "Priscilla Grant", "priscilla.grant@example.org", "Magazine", 5990, "usd"),
        play=_trial,
        age=16 * DAY + 18 * HOUR,
    ),
    Scenario(
        name="one_payment_for_two",
        title="Two orders, one payment, on purpose.",
        story="Goods from two warehouses become two orders of one group, paid together.",
        code=None,
        purchase=Purchase("SH-10383", "Benedikt Stahl", "benedikt.stahl@example.net", "Book shelf", 8350, "eur"),
        play=_one_payment_for_two,
        age=16 * DAY + 8 * HOUR,
    ),
    Scenario(
        name="shipped_on_trust",
        title="Shipped before the bank has answered, as agreed for this customer.",
        story="The shop's own rule: regular customers get their goods while the debit is under way.",
        code=None,
        purchase=Purchase("SH-10422", "Rosemarie Huber", "rosemarie.huber@example.com", "Honey, a dozen", 10450, "eur"),
        play=_on_trust,
        age=5 * DAY + 9 * HOUR,
        ages=(2 * DAY, 6 * DAY),
    ),
    Scenario(
        name="paid_long_ago",
        title="Paid and booked two months ago; Stripe no longer keeps the messages.",
        story="Events are listed for thirty days. Their absence is no evidence.",
        code=None,
        purchase=Purchase("SH-10042", "Greta Sundberg", "greta.sundberg@example.org", "Wood stove fan", 79900, "sek"),
        play=_paid,
        age=61 * DAY,
        ages=(35 * DAY, 80 * DAY),
    ),
    Scenario(
        name="live_and_well",
        title="A live payment, seen with the live key.",
        story="The ordinary order of a shop that is open.",
        code=None,
        purchase=Purchase("SH-10404", "Philippa Stone", "philippa.stone@example.com", "Boot scraper", 4320, "gbp"),
        play=_live,
        age=7 * DAY + 7 * HOUR,
        scenery=LIVE,
    ),
    Scenario(
        name="disputes_not_readable",
        title="Paid and booked; whether there is a dispute our key may not read.",
        story="What could not be looked at is said, and the order is not called clean.",
        code=None,
        purchase=Purchase("SH-10403", "Wendel Arnold", "wendel.arnold@example.net", "Door mat", 2640, "eur"),
        play=_paid,
        age=7 * DAY + 9 * HOUR,
        scenery=BLIND_TO_DISPUTES,
    ),
)
