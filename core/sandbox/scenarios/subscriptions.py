"""Orders that a subscription pays: signed up for, renewed, changed, ended. See also `stage_billing`."""

from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage
from core.sandbox.scenarios.stage_billing import MONTH, bill_of, changed, ended, renewed_each_month, sign_up, unpaid


def _renews(stage: Stage) -> None:
    signed_up = renewed_each_month(stage, sign_up(stage))
    stage.order("paid", updated=MINUTE * 2 + 1, stripe_session_id=signed_up.session["id"])


def _ended(stage: Stage) -> None:
    signed_up = sign_up(stage)
    ended(stage, signed_up.subscription, MONTH)
    stage.order("cancelled", updated=MONTH + 2, stripe_session_id=signed_up.session["id"])


def _upgraded(stage: Stage) -> None:
    signed_up = sign_up(stage)
    plan, more = signed_up.subscription, stage.purchase.amount // 2
    at = stage.began + 5 * DAY
    bill, _ = bill_of(stage, plan, at, more, session=signed_up.session, reason="subscription_update")
    (item,) = plan["items"]["data"]
    dearer = {**item["price"], "unit_amount": 2 * stage.purchase.amount, "id": item["price"]["id"] + "Plus"}
    items = {**plan["items"], "data": [{**item, "price": dearer}]}
    changed(stage, plan, 5 * DAY, items=items, latest_invoice=bill["id"])
    stage.order("paid", updated=5 * DAY + 1, stripe_session_id=signed_up.session["id"])


def _subscribed_again(stage: Stage) -> None:
    first = sign_up(stage)
    ended(stage, first.subscription, 9 * DAY)
    again = sign_up(stage, 12 * DAY, begins=12 * DAY - 2 * MINUTE)
    stage.order("paid", updated=12 * DAY + 1, stripe_session_id=again.session["id"])


def _not_renewed(stage: Stage) -> None:
    signed_up = unpaid(stage, sign_up(stage), MONTH)
    stage.order("paid", updated=MINUTE * 2 + 1, stripe_session_id=signed_up.session["id"])


def _refunded(stage: Stage) -> None:
    signed_up = sign_up(stage)
    assert signed_up.payment  # noqa: S101 - for the type checker: a month was paid
    stage.refund(signed_up.payment, DAY)
    ended(stage, signed_up.subscription, DAY + 2)
    stage.order("refunded", updated=DAY + 4, stripe_session_id=signed_up.session["id"])


def _will_end(stage: Stage) -> None:
    signed_up = sign_up(stage)
    ends = {"cancel_at_period_end": True, "cancel_at": stage.began + MONTH, "canceled_at": stage.began + 4 * DAY}
    changed(stage, signed_up.subscription, 4 * DAY, **ends)
    stage.order("paid", updated=4 * DAY + 1, stripe_session_id=signed_up.session["id"])


SUBSCRIPTIONS = (
    Scenario(
        name="renewed_each_month",
        title="A subscription in its fourth month; the order stays as it was.",
        story="Each month has a bill and a payment of its own; the first one alone is the order's.",
        code=None,
        purchase=Purchase("SH-10511", "Ragna Solheim", "ragna.solheim@example.org", "Club, monthly", 1490, "eur"),
        play=_renews,
        age=100 * DAY,
        ages=(32 * DAY, 118 * DAY),
    ),
    Scenario(
        name="upgraded_in_place",
        title="The customer took a larger plan; the subscription is the same.",
        story="A bill over the difference, paid; the order was over the plan that it began with.",
        code=None,
        purchase=Purchase("SH-10512", "Tomas Rehak", "tomas.rehak@example.com", "Storage, 100 GB", 2960, "eur"),
        play=_upgraded,
        age=19 * DAY + 4 * HOUR,
        ages=(6 * DAY, 27 * DAY),
    ),
    Scenario(
        name="renewal_declined",
        title="The second month could not be charged; Stripe tries again.",
        story="The subscription is past due, its bill open. The first month was paid: right until Stripe gives up.",
        code=None,
        purchase=Purchase("SH-10513", "Chiara Fontana", "chiara.fontana@example.net", "Wine club", 4390, "eur"),
        play=_not_renewed,
        age=32 * DAY,
        ages=(31 * DAY, 33 * DAY),
    ),
    Scenario(
        name="sign_up_refunded",
        title="The first month was given back, on both sides.",
        story="The payment of the first bill names no order, and is its payment all the same: so is its refund.",
        code=None,
        purchase=Purchase("SH-10514", "Nils Aaberg", "nils.aaberg@example.org", "Course, monthly", 7350, "usd"),
        play=_refunded,
        age=11 * DAY + 7 * HOUR,
        ages=(2 * DAY, 27 * DAY),
    ),
    Scenario(
        name="will_not_renew",
        title="The customer has cancelled, and has paid until the month is over.",
        story="The subscription ends with its period; until then the app rightly gives what was paid for.",
        code=None,
        purchase=Purchase("SH-10515", "Wiktoria Lis", "wiktoria.lis@example.com", "Training plan", 3190, "eur"),
        play=_will_end,
        age=13 * DAY + 2 * HOUR,
        ages=(5 * DAY, 27 * DAY),
    ),
    Scenario(
        name="ended_and_closed",
        title="The subscription ended after its month, and the app has closed the order.",
        story="The order ends with its subscription; the month that was paid is not owed back.",
        code=None,
        purchase=Purchase("SH-10516", "Elio Conti", "elio.conti@example.net", "Yoga, monthly", 3870, "eur"),
        play=_ended,
        age=41 * DAY,
        ages=(31 * DAY, 80 * DAY),
    ),
    Scenario(
        name="subscribed_again",
        title="The customer came back: one subscription ended before the next began.",
        story="Two sign-ups of one row, one after the other; each month was paid once.",
        code=None,
        purchase=Purchase("SH-10517", "Maren Holt", "maren.holt@example.org", "News, monthly", 1190, "eur"),
        play=_subscribed_again,
        age=20 * DAY,
        ages=(13 * DAY, 27 * DAY),
    ),
)
