"""Scenarios about money that is not safe yet: reserved and forgotten, let go, doubted, or only a card for later."""

from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage
from core.sandbox.scenarios.stage_later import release, reserve, reviewed, saved


def _cancelled(stage: Stage) -> None:
    stage.booked("cancelled", reserve(stage, stage.checkout(), 3 * MINUTE), updated=DAY)


def _grown(stage: Stage) -> None:
    payment = reserve(stage, stage.checkout(amount_total=stage.purchase.amount - 1200), 3 * MINUTE)
    stage.booked("pending", payment, updated=5 * HOUR)


def _released(stage: Stage) -> None:
    payment = release(stage, reserve(stage, stage.checkout(), 3 * MINUTE), DAY)
    stage.booked("fulfilled", payment, updated=2 * DAY)


def _released_and_closed(stage: Stage) -> None:
    payment = release(stage, reserve(stage, stage.checkout(), 3 * MINUTE), DAY)
    stage.booked("refunded", payment, updated=DAY + 5)


def _doubted(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    reviewed(stage, payment, 2 * MINUTE + 3)
    stage.booked("paid", payment, updated=2 * MINUTE + 1)


def _approved(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    reviewed(stage, payment, 2 * MINUTE + 3, approved=5 * HOUR)
    stage.booked("paid", payment, updated=5 * HOUR + 2)


def _card_of_nobody(stage: Stage) -> None:
    done = saved(stage, 3 * MINUTE)
    stage.order("paid", updated=3 * MINUTE + 1, stripe_session_id=done["id"])


def _card_of_a_customer(stage: Stage) -> None:
    done = saved(stage, 3 * MINUTE, customer=stage.customer()["id"])
    stage.order("paid", updated=3 * MINUTE + 1, stripe_session_id=done["id"])


RESERVED = (
    Scenario(
        name="cancelled_still_reserved",
        title="We cancelled it yesterday; the customer still sees the amount on the card.",
        story="The shop cancels the order and forgets the intent: the hold lives on, and could still be captured.",
        code="hold_on_closed_order",
        purchase=Purchase("SH-10500", "Ingrid Solberg", "ingrid.solberg@example.com", "Wool blanket", 112000, "nok"),
        play=_cancelled,
        age=3 * DAY,
        ages=(2 * DAY, 6 * DAY),
    ),
    Scenario(
        name="grew_after_the_hold",
        title="Gift wrap was added; now the card cannot be charged for all of it.",
        story="The card was reserved for the first total. Stripe refuses a capture beyond what was reserved.",
        code="hold_short",
        purchase=Purchase("SH-10501", "Dorothea Blum", "dorothea.blum@example.org", "Tea service", 27350, "eur"),
        play=_grown,
        age=2 * DAY,
        ages=(DAY, 4 * DAY),
    ),
    Scenario(
        name="let_go_and_shipped",
        title="Shipped, and in Stripe it says cancelled.",
        story="A colleague cancelled the uncaptured payment in Stripe's dashboard; the shop does not listen to that.",
        code="hold_released",
        purchase=Purchase("SH-10502", "Evan Whitlock", "evan.whitlock@example.net", "Camping stove", 8790, "usd"),
        play=_released,
        age=4 * DAY,
        ages=(3 * DAY, 20 * DAY),
    ),
    Scenario(
        name="under_review",
        title="Paid this morning. Stripe asks us to look at it before we ship.",
        story="Radar put the payment into the review queue, and the shop ships on the first message it gets.",
        code="payment_doubted",
        purchase=Purchase("SH-10503", "Milo Andersson", "milo.andersson@example.com", "Camera lens", 64900, "usd"),
        play=_doubted,
        age=DAY + 6 * HOUR,
        ages=(HOUR, 20 * DAY),
    ),
    Scenario(
        name="card_of_nobody",
        title="The card was saved for the deposit, and the charge was refused.",
        story="The checkout of mode setup named no customer: the card belongs to nobody and cannot be charged.",
        code="setup_unusable",
        purchase=Purchase("SH-10504", "Paula Reyes", "paula.reyes@example.org", "Boat for a weekend", 31570, "eur"),
        play=_card_of_nobody,
        age=2 * DAY + 3 * HOUR,
        ages=(HOUR, 20 * DAY),
    ),
    Scenario(
        name="let_go_and_closed",
        title="On hold, cancelled, refunded: that is how this shop calls a reservation that was let go.",
        story="Nothing was taken, and nothing is owed: the refund in Stripe is the reservation's end.",
        code=None,
        purchase=Purchase("SH-10505", "Agnes Holm", "agnes.holm@example.net", "Picture frame", 4480, "eur"),
        play=_released_and_closed,
        age=6 * DAY,
        ages=(2 * DAY, 20 * DAY),
    ),
    Scenario(
        name="review_approved",
        title="There was a review, and it was approved.",
        story="The review's number stays on the charge for ever; its last message says that it is over.",
        code=None,
        purchase=Purchase("SH-10506", "Tobias Wirth", "tobias.wirth@example.com", "Turntable", 45600, "eur"),
        play=_approved,
        age=3 * DAY + 2 * HOUR,
        ages=(DAY, 20 * DAY),
    ),
    Scenario(
        name="card_of_a_customer",
        title="A card was saved for later; nothing was to pay today.",
        story="A checkout of mode setup with a customer: the card can be charged when it is due.",
        code=None,
        purchase=Purchase("SH-10507", "Selma Krug", "selma.krug@example.org", "Cabin for a week", 52800, "eur"),
        play=_card_of_a_customer,
        age=5 * DAY,
        ages=(HOUR, 20 * DAY),
    ),
)
