"""Opening, reading afresh with what changed, and many cases at a time."""

import threading
from dataclasses import replace

import pytest

from core.desk import Desk, Opened
from core.desk.changes import changes
from core.errors import OrdersUnreachable, StripeUnreachable, UsageError
from core.sandbox import World
from tests.desks import NOWHERE, desk_of, desk_on
from tests.people import MIRA, person
from tests.report.told import seen
from tests.worlds import world_of

world = world_of("webhook_refused", "paid_twice", "paid_and_booked", "refunded_in_dashboard", "yen", scope="function")
desk = desk_of()


def _open(world: World, desk: Desk, name: str) -> Opened:
    (hit,) = desk.find(world.built[name].number, who=MIRA).hits
    return desk.open(hit.key)


def test_a_healthy_case_is_clean_and_tells_when_and_at_what_cost_it_was_read(world: World, desk: Desk) -> None:
    opened = _open(world, desk, "paid_and_booked")
    assert opened.diagnosis.clean
    assert abs(opened.case.facts.read_at - world.now) < 60
    assert opened.case.facts.cost.requests > 0
    assert opened.case.facts.cost.rounds <= 4


def test_reading_twice_with_nothing_new_changes_nothing(world: World, desk: Desk) -> None:
    for name in world.built:
        opened = _open(world, desk, name)
        retrieved = desk.retrieve(opened, who=person("ada"))
        assert retrieved.changes == (), name
        assert retrieved.before is opened
        assert retrieved.after is not opened
    assert {entry.outcome for entry in desk.activity()[0]} == {"unchanged"}


def test_what_changed_on_either_side_is_told_field_by_field(world: World, desk: Desk) -> None:
    built = world.built["paid_and_booked"]
    opened = _open(world, desk, "paid_and_booked")
    world.shop.books.book({"id": "evt_x", "type": "by hand"}, built.number, "fulfilled", at=world.now)
    intent = next(thing for thing in built.objects if thing["object"] == "payment_intent")
    world.stripe.store.change(intent, metadata={"order_id": built.number, "gift": "yes"})
    (event,) = [thing for thing in built.objects if thing.get("type") == "checkout.session.completed"]
    world.stripe.store.change(event, pending_webhooks=1)
    found = {
        (one.source, one.field): (one.before, one.after) for one in desk.retrieve(opened, who=person("ada")).changes
    }
    order = f"order {built.number}"
    assert found[order, "status"] == ("paid", "fulfilled")
    assert found[order, "updated_at"][1].endswith(" UTC")
    assert '"gift": "yes"' in found[f"intent {intent['id']}", "metadata"][1]
    assert found[f"event {event['id']}", "pending_webhooks"] == ("0", "1")
    ((entry,), _) = desk.activity(case_key=opened.key)
    assert (entry.what, entry.outcome, entry.who) == ("retrieve", "changed", "ada")
    assert entry.details["order"] == built.number  # what people know it by; the key is the database's


def test_what_came_and_what_went_is_told(world: World, desk: Desk) -> None:
    before, after = _open(world, desk, "paid_and_booked"), _open(world, desk, "refunded_in_dashboard")
    told = changes(before, after)
    assert any(one.field == "the refund" and one.before == "not there" for one in told)
    assert any(one.field == "the session" and one.after == "not there" for one in told)
    assert told[-1].source == "diagnosis"
    assert {(one.source, one.field) for one in changes(after, before)} >= {("diagnosis", "findings")}


def test_a_voucher_that_ends_later_is_told_as_times() -> None:
    one = seen("voucher_in_hand")
    before = Opened(one.case, one.links, one.diagnosis, "order:1")
    (intent,) = one.case.facts.intents
    later = replace(intent, pay_by=(intent.pay_by or 0) + 86_400)
    case = replace(one.case, facts=replace(one.case.facts, intents=(later,)))
    (told,) = changes(before, replace(before, case=case))
    assert (told.field, told.before[-4:], told.after[-4:]) == ("pay_by", " UTC", " UTC")


def test_reading_afresh_what_is_gone_fails_and_is_recorded(world: World, desk: Desk) -> None:
    opened = _open(world, desk, "yen")
    there, away = world.shop.books.path, world.directory / "moved.sqlite3"
    there.rename(away)
    try:
        with pytest.raises(OrdersUnreachable):
            desk.retrieve(opened, who=person("ada"))
    finally:
        away.rename(there)
    assert [entry.outcome for entry in desk.activity()[0]] == ["failed"]


def test_a_survey_opens_the_newest_orders_and_says_that_there_are_more(desk: Desk) -> None:
    steps: list[tuple[int, int]] = []
    survey = desk.survey(limit=3, progress=lambda done, total: steps.append((done, total)))
    times = [opened.case.order.created_at or 0 for opened in survey.opened if opened.case.order]
    assert times == sorted(times, reverse=True)
    assert (len(survey.opened), survey.failed, survey.more) == (3, (), True)
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert survey.cost.requests == sum(opened.case.facts.cost.requests for opened in survey.opened)


def test_a_survey_of_everything_finds_what_each_case_shows_alone(world: World, desk: Desk) -> None:
    survey = desk.survey(limit=100, progress=lambda *_: None)
    assert not survey.more
    codes = {o.case.name: o.diagnosis.headline and o.diagnosis.headline.code for o in survey.opened}
    for name, built in world.built.items():
        alone = _open(world, desk, name).diagnosis.headline
        assert codes[built.number] == (alone and alone.code), name


def test_an_empty_span_is_an_empty_survey(world: World, desk: Desk) -> None:
    survey = desk.survey(since=world.now + 86400, until=None, limit=5, progress=lambda *_: None)
    assert (survey.opened, survey.failed, survey.more) == ((), (), False)


def test_a_survey_without_stripe_is_an_outage(world: World) -> None:
    with desk_on(world, stripe_url=NOWHERE) as cut_off, pytest.raises(StripeUnreachable):
        cut_off.survey(limit=2, progress=lambda *_: None)


def test_cases_that_fail_in_a_survey_are_listed_and_the_others_go_on(world: World, desk: Desk) -> None:
    world.stripe.switches.fail("500", 60)
    survey = desk.survey(limit=100, progress=lambda *_: None)
    assert len(survey.opened) + len(survey.failed) == sum(len(built.orders) for built in world.built.values())
    assert survey.opened
    assert all(because for _, because in survey.failed)
    assert survey.failed or any(opened.diagnosis.undetermined for opened in survey.opened)


def test_one_desk_serves_many_threads(world: World, desk: Desk) -> None:
    seen: list[str] = []

    def look(number: str) -> None:
        (hit,) = desk.find(number, who=MIRA).hits
        seen.append(desk.open(hit.key).case.name)

    numbers = [built.number for built in world.built.values()] * 2
    threads = [threading.Thread(target=look, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == sorted(numbers)


def test_an_order_that_vanished_is_a_usage_error(world: World, desk: Desk) -> None:
    with pytest.raises(UsageError, match="no such order"):
        desk.open(f"order:{world.now}")


def test_an_export_is_in_the_journal_with_what_it_was_filtered_by(world: World, desk: Desk) -> None:
    desk.exported(3, who=person("mira"), says="high only")
    (entry, *_), _ = desk.activity(limit=1)
    assert (entry.who, entry.what, entry.outcome) == ("mira", "export", "3 cases")
    assert entry.details == {"says": ["high only"]}
    opened = _open(world, desk, "paid_and_booked")
    desk.exported(1, who=person("mira"), says="masked", one=opened)
    ((entry, *_), _more) = desk.activity(case_key=opened.key)
    assert (entry.object_id, entry.outcome) == ("bundle", "1 case")
    assert entry.details["order"] == world.built["paid_and_booked"].number


def test_the_account_of_the_key_is_known_once_a_case_was_read(world: World, desk: Desk) -> None:
    opened = _open(world, desk, "paid_and_booked")
    assert desk.account == opened.case.facts.account
    assert desk.account is not None
