"""Two subscriptions that run: for one purchase, or on purpose."""

import pytest

from core.facts import Json
from core.findings import Action, Confidence, Severity
from core.money import Money
from core.times import DAY
from tests.rules import stage
from tests.rules.billing import subscribing as at

CODE = "subscription_doubled"
BILLS = [at.bill(), at.bill(id=at.SECOND_BILL, subscription=at.SECOND, created=at.BEGAN + 300)]


def both(*plans: Json, bills: list[Json] = BILLS, **more: object) -> dict[str, object]:
    return at.signed_up(*plans, sessions=at.twice(), bills=bills, **more)


@pytest.mark.parametrize(
    "other",
    [
        at.second(**at.sells("prod_extra")),  # bought on purpose
        at.second(cancel_at_period_end=True, cancel_at=at.ENDS),
        at.second(pause_collection={"behavior": "void"}),
        at.second(status="unpaid"),
        at.second(status="canceled", ended_at=at.BEGAN + DAY),
    ],
)
def test_only_one_is_charged_on_or_they_sell_two_things(other: Json) -> None:
    assert CODE not in stage.said(at.row(), **both(at.plan(), other))


def test_one_after_the_other_is_a_new_purchase() -> None:
    again = [
        at.session(),
        at.session(id=stage.OTHER_SESSION, subscription=at.SECOND, invoice=at.SECOND_BILL, created=at.NOW - 9 * DAY),
    ]
    plans = (at.over(at.NOW - 12 * DAY), at.second(created=at.NOW - 9 * DAY))
    row = at.row(changed=at.NOW - 9 * DAY + 5, session_id=stage.OTHER_SESSION)
    assert stage.diagnosed(row, **at.signed_up(*plans, sessions=again)).clean


def test_another_customers_or_one_with_a_name_of_its_own() -> None:
    for more in ({"customer": "cus_other"}, {"metadata": {"order_id": "1041"}}, {"created": at.NOW - DAY}):
        assert CODE not in stage.said(at.row(), **at.signed_up(at.plan(), at.second(**more)))


def test_where_no_subscription_was_read_and_the_events_do_not_reach_back() -> None:
    told = [stage.event(about=stage.OTHER_SESSION, created=at.NOW - DAY)]
    assert CODE not in stage.said(at.row(), **both(bills=[], events=told))
    assert CODE not in stage.said(at.row(), **both(bills=[]))


def test_two_of_one_row() -> None:
    said = stage.headline(at.row(), **both(at.plan(), at.second()))
    assert stage.matter(said) == (CODE, Severity.CRITICAL, Money(5000, "usd"))
    assert said.confidence is Confidence.CERTAIN
    assert said.actions == (Action.CANCEL_SUBSCRIPTION, Action.REFUND_DUPLICATE, Action.CONTACT_CUSTOMER)
    assert any(at.SECOND in step and at.SECOND_BILL in step for step in said.remedy)


def test_what_the_row_leads_to_is_never_the_one_too_many() -> None:
    said = stage.headline(at.row(session_id=stage.OTHER_SESSION), **both(at.plan(), at.second()))
    (cancel,) = [step for step in said.remedy if step.startswith("Cancel")]
    assert f"Cancel {stage.SUBSCRIPTION}" in cancel
    assert stage.INVOICE in cancel


def test_a_bill_of_the_time_before_the_second_began_is_not_returned() -> None:
    late = at.second(created=at.NOW - 5 * DAY)
    said = stage.headline(at.row(session_id=stage.OTHER_SESSION), **both(at.plan(), late, bills=[at.bill()]))
    assert (said.code, said.money_at_risk) == (CODE, None)
    assert said.actions == (Action.CANCEL_SUBSCRIPTION, Action.CONTACT_CUSTOMER)


def test_a_row_that_was_moved_to_another_plan() -> None:
    dear = at.second(**at.sells("prod_pro") | {"created": at.NOW - 5 * DAY})
    dear["items"]["data"][0]["price"]["unit_amount"] = 4900  # type: ignore[index]  # JSON
    row = at.row(session_id=stage.OTHER_SESSION, amount_minor=4900)
    said = stage.headline(row, **both(at.plan(), dear))
    assert (said.code, said.detail, said.confidence) == (CODE, "replaced", Confidence.PROBABLE)


def test_a_second_one_of_the_customer_that_no_order_has() -> None:
    said = stage.headline(at.row(), **at.signed_up(at.plan(), at.second()))
    assert (said.code, said.detail, said.confidence) == (CODE, "customer", Confidence.PROBABLE)


def test_two_sign_ups_of_which_only_messages_tell() -> None:
    near = at.NOW - 20 * DAY
    sessions = [
        at.session(created=near),
        at.session(id=stage.OTHER_SESSION, subscription=at.SECOND, invoice=at.SECOND_BILL, created=at.NOW - 2 * DAY),
    ]
    held = at.signed_up(sessions=sessions, bills=[], events=[stage.event(created=near + 60)])
    said = stage.headline(at.row(session_id=stage.OTHER_SESSION, created_at=near), **held)
    assert (said.code, said.detail, said.confidence) == (CODE, "untold", Confidence.PROBABLE)
    assert stage.SUBSCRIPTION in said.developer
    assert at.SECOND in said.developer


def test_two_sign_ups_of_which_one_is_known_to_run() -> None:
    near = at.NOW - 20 * DAY
    other = {"id": stage.OTHER_SESSION, "subscription": at.SECOND, "invoice": at.SECOND_BILL}
    sessions = [at.session(created=near), at.session(**other, created=at.NOW - 2 * DAY)]
    told = [stage.event(created=near + 60)]
    row = at.row(session_id=stage.OTHER_SESSION, created_at=near)
    runs, ends = at.second(created=at.NOW - 2 * DAY), at.second(cancel_at_period_end=True)
    assert stage.headline(row, **at.signed_up(runs, sessions=sessions, bills=[], events=told)).detail == "untold"
    assert CODE not in stage.said(row, **at.signed_up(ends, sessions=sessions, bills=[], events=told))


def test_where_nobody_knows_what_they_sell_the_customer_is_asked() -> None:
    bare: dict[str, object] = {"items": {"data": []}}
    said = stage.headline(at.row(), **both(at.plan(**bare), at.second(**bare)))
    assert (said.code, said.detail, said.confidence) == (CODE, "unknown", Confidence.PROBABLE)
