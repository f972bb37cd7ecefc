"""What is kept of a customer goes, by name or by age; that something was done, and by whom, stays."""

import pytest
from sqlalchemy import create_engine, inspect, text

from core.errors import Refused
from core.journal import Entry, Filter, Forgotten, Journal
from tests.journal.noted import NOW, clean, found
from tests.people import person

ADA = person("ada")
DAY = 86_400


@pytest.fixture
def shared(shared: Journal) -> Journal:
    """Two customers' cases, one of which somebody wrote on and sent something for."""
    shared.inbox.note([found("order:1"), found("order:2")], now=NOW)
    shared.inbox.annotate(["order:1"], "Hannah rang, furious", ADA, NOW)
    sent = Entry(NOW, "ada", "replay", "order:1", "evt_1", "sending", {"order": "WEB-1"})
    sending = shared.sendings.begin(sent, "https://shop.example.com/hooks", seen=None)
    shared.sendings.tell(sending, "healed", {"answer": "thank you, Hannah"}, over=True)
    return shared


def everything(url: str) -> str:
    """Whatever stands in the journal's tables, as one text."""
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = inspect(engine).get_table_names()
        said = "\n".join(
            str(tuple(row)) for table in tables for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        )
    engine.dispose()
    return said


@pytest.mark.parametrize("name", ["order:1", "1", "WEB-1", "cs_test_1", "pi_1"])
def test_a_case_is_found_by_its_key_its_order_and_its_payment(shared: Journal, name: str) -> None:
    assert shared.forgetting.keys_of([name]) == ("order:1",)


@pytest.mark.parametrize("name", ["WEB", "order:", "cs_test_", "%", "", "WEB-9"])
def test_a_part_of_a_name_is_nobodys(shared: Journal, name: str) -> None:
    assert shared.forgetting.keys_of([name]) == ()


def test_nothing_of_it_is_left_and_all_of_the_other_is(shared: Journal, url: str) -> None:
    before = everything(url)
    assert all(one in before for one in ("WEB-1", "order:1", "cs_test_1", "pi_1'", "Hannah"))
    assert shared.forgetting.forget(["order:1"], ADA, NOW + 9) == Forgotten(cases=1, entries=2)
    after = everything(url)
    assert not [one for one in ("WEB-1", "order:1", "cs_test_1", '"pi_1"', "Hannah", "web-1") if one in after]
    assert "WEB-2" in after
    assert [one.key for one in shared.inbox.page(Filter(states=()))[0]] == ["order:2"]
    assert shared.inbox.get("order:1") is None
    assert shared.inbox.readings("order:1") == ()


def test_that_it_was_done_and_by_whom_stays_and_it_is_still_sent_once_only(shared: Journal) -> None:
    shared.forgetting.forget(["order:1"], person("ben"), NOW + 9)
    told = [(one.who, one.what, one.outcome, one.case_key, dict(one.details)) for one in shared.recent()[0]]
    assert told == [
        ("ben", "forget", "1 cases, 2 entries", "", {}),
        ("ada", "replay", "healed", "", {}),
        ("ada", "note", "noted", "", {}),
    ]
    last = shared.sendings.last("evt_1", "https://shop.example.com/hooks")
    assert last is not None
    assert last.outcome == "healed"


def test_it_is_an_admins_to_do(shared: Journal, url: str) -> None:
    before = everything(url)
    with pytest.raises(Refused, match="ann may not forget a customer"):
        shared.forgetting.forget(["order:1"], person("ann", "operator"), NOW)
    assert shared.inbox.get("order:1") is not None
    assert all(line in everything(url) for line in before.splitlines())


def test_what_is_being_sent_is_not_forgotten(shared: Journal) -> None:
    sent = Entry(NOW, "ada", "replay", "order:2", "evt_2", "sending", {"order": "WEB-2"})
    shared.sendings.begin(sent, "https://shop.example.com/hooks", seen=None)
    with pytest.raises(Refused, match="is being sent"):
        shared.forgetting.forget(["order:2", "order:1"], ADA, NOW + 1)
    assert shared.inbox.get("order:1") is not None


def test_the_other_mode_is_not_touched(url: str) -> None:
    live = Journal(url, mode="live")
    live.inbox.note([found("order:1")], now=NOW)
    test = Journal(url, mode="test")
    assert test.forgetting.keys_of(["WEB-1"]) == ()
    assert test.forgetting.forget(["order:1"], ADA, NOW) == Forgotten(0, 0)
    assert live.inbox.get("order:1") is not None
    test.close()
    live.close()


def test_by_age_only_what_is_resolved_goes_and_old_deeds_lose_their_order(shared: Journal, url: str) -> None:
    shared.inbox.note([clean("order:1", at=NOW + 60)], now=NOW + 60)
    assert shared.forgetting.older_than(NOW - 1, NOW + DAY) == Forgotten(0, 0)
    assert shared.forgetting.older_than(NOW + DAY, NOW + 2 * DAY).cases == 1
    after = everything(url)
    assert not [one for one in ("WEB-1", "order:1", "Hannah") if one in after]
    assert shared.inbox.get("order:2") is not None  # nobody settled it
    assert shared.forgetting.older_than(NOW + DAY, NOW + 2 * DAY) == Forgotten(0, 0)


def test_by_age_a_case_for_which_something_is_being_sent_waits_and_holds_nobody_up(shared: Journal) -> None:
    shared.inbox.note([clean("order:1", at=NOW), clean("order:2", at=NOW)], now=NOW)
    sent = Entry(NOW + DAY, "ada", "replay", "order:2", "evt_2", "sending", {"order": "WEB-2"})
    shared.sendings.begin(sent, "https://shop.example.com/hooks", seen=None)
    assert shared.forgetting.older_than(NOW + DAY, NOW + DAY).cases == 1
    assert shared.inbox.get("order:1") is None
    assert shared.inbox.get("order:2") is not None
