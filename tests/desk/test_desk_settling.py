"""A case that the inbox keeps stands by what was last read of it, by whoever read it."""

import sqlite3
from contextlib import closing
from dataclasses import replace

from core.desk import Desk, Opened
from core.desk.settling import settle
from core.facts import Unread
from core.journal import Noted
from core.sandbox import World
from tests.desks import desk_of
from tests.people import MIRA, person
from tests.worlds import world_of

REFUSED = "webhook_refused"
world = world_of(REFUSED, "paid_twice", "paid_and_booked", scope="function")
desk = desk_of()


def key_of(world: World, desk: Desk, name: str) -> str:
    (hit,) = desk.find(world.built[name].number, who=MIRA).hits
    return hit.key


def kept(world: World, desk: Desk, name: str = REFUSED) -> Opened:
    """The case as a scan would keep it, opened before that."""
    opened = desk.open(key_of(world, desk, name))
    desk.inbox.note([Noted.of(opened.key, opened)], now=opened.case.facts.read_at)
    return opened


def state(desk: Desk, key: str) -> str | None:
    found = desk.inbox.get(key)
    return found.state if found else None


def book(world: World, status: str) -> None:
    number = world.built[REFUSED].number
    with closing(sqlite3.connect(world.shop.books.path)) as database, database:
        database.execute("UPDATE orders SET status = ? WHERE order_number = ?", (status, number))


def test_looking_at_a_case_puts_it_on_nobodys_list(world: World, desk: Desk) -> None:
    opened = desk.open(key_of(world, desk, REFUSED))
    assert opened.diagnosis.findings
    assert desk.inbox.get(opened.key) is None


def test_a_reading_that_saw_less_settles_nothing(world: World, desk: Desk) -> None:
    opened = kept(world, desk)
    book(world, "paid")
    healthy = desk.open(key_of(world, desk, "paid_and_booked"))
    other = replace(healthy, key=opened.key)  # well, but without the payment that was known
    desk.inbox.note([Noted.of(opened.key, opened)], now=opened.case.facts.read_at)
    settle(desk.inbox, other, now=opened.case.facts.read_at + 1)
    assert state(desk, opened.key) == "open"


def test_a_reading_that_could_not_look_settles_nothing(world: World, desk: Desk) -> None:
    opened = kept(world, desk)
    facts = replace(opened.case.facts, unread=(Unread("refunds", "the refunds", "time-out"),))
    settle(desk.inbox, replace(opened, case=replace(opened.case, facts=facts)), now=opened.case.facts.read_at + 1)
    assert state(desk, opened.key) == "open"


def test_a_fresh_reading_settles_a_case_that_is_well(world: World, desk: Desk) -> None:
    opened = kept(world, desk)
    book(world, "paid")
    assert desk.retrieve(opened, who=person("ada")).after.diagnosis.clean
    assert state(desk, opened.key) == "resolved"


def test_opening_a_settled_case_that_is_wrong_again_reopens_it(world: World, desk: Desk) -> None:
    opened = kept(world, desk)
    book(world, "paid")
    desk.open(opened.key)
    assert state(desk, opened.key) == "resolved"
    book(world, "pending")
    desk.open(opened.key)
    assert state(desk, opened.key) == "open"


def test_a_proved_replay_settles_the_case_at_once(world: World, desk: Desk) -> None:
    opened = kept(world, desk)
    event = next(event for event in opened.links.events if event.type == "checkout.session.completed")
    desk.carry_out(desk.plan_replay(opened, event.id), opened, who=person("ada"))
    assert state(desk, opened.key) == "resolved"


def test_an_inbox_that_does_not_answer_stops_nobody(world: World, desk: Desk) -> None:
    opened = kept(world, desk)
    path = world.directory / "journal.sqlite3"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DROP TABLE cases")
    assert desk.open(opened.key).diagnosis.findings
