"""Healed means the outcome: what the settings want of a paid order is looked at before and after a sending."""

import sqlite3
from collections.abc import Callable

import pytest

from core.desk import Desk, Outcome, Proof
from core.facts import Held
from core.journal import Noted
from core.replays import candidates
from core.report import Tone, report
from core.sandbox import World
from core.settings import OrdersMapping
from tests.desks import PatientClock, desk_on
from tests.people import MIRA, person
from tests.worlds import world_of

world = world_of("webhook_refused", "paid_and_booked", scope="function")

ACCESS = {"says": "access was given", "lacks": "no access was given", "query": "SELECT 1 FROM access WHERE id = :id"}
BOOKED = {"says": "the payment's id is kept", "column": "payment_intent_id"}
WRONG = {"says": "a letter was sent", "query": "SELECT 1 FROM letters WHERE id = :id"}
GIVES = """
CREATE TRIGGER gives AFTER UPDATE OF status ON orders WHEN NEW.status = 'paid'
BEGIN INSERT INTO access VALUES (NEW.id); END
"""


def _books(world: World, *statements: str) -> None:
    with sqlite3.connect(world.shop.books.path, timeout=10) as books:
        for statement in ("CREATE TABLE IF NOT EXISTS access (id INTEGER)", *statements):
            books.execute(statement)
    books.close()


def _desk(world: World, pause: Callable[[], None] = lambda: None, **outcome: object) -> Desk:
    clock = PatientClock(pause)
    mapping = OrdersMapping.model_validate({"orders": dict(world.orders_mapping), "outcome": outcome})
    return desk_on(world, mapping=mapping, clock=clock, pause=clock.pause)


def _state(desk: Desk, key: str) -> str | None:
    kept = desk.inbox.get(key)
    return kept.state if kept else None


def _sent(world: World, desk: Desk) -> Proof:
    opened = desk.open(desk.find(world.built["webhook_refused"].number, who=MIRA).hits[0].key)
    replay = desk.plan_replay(opened, candidates(opened)[0].id)
    return desk.carry_out(replay, opened, who=person("ada"))


def test_an_order_with_all_that_belongs_to_it_is_healed(world: World) -> None:
    _books(world, GIVES)
    with _desk(world, access=ACCESS, booked=BOOKED) as desk:
        proof = _sent(world, desk)
        assert (proof.outcome, proof.waited < 1) == (Outcome.HEALED, True)
        assert proof.says.endswith("Also true: access was given and the payment's id is kept.")
        assert [(was and was.held, now.held) for was, now in proof.expected] == [(Held.NO, Held.YES)] * 2
        ((entry,), _) = desk.activity()
        assert (entry.outcome, entry.details["says"]) == ("healed", proof.says)
        assert entry.details["expected"] == ["access was given: no -> yes", "the payment's id is kept: no -> yes"]


def test_paid_without_what_belongs_to_it_is_not_healed(world: World) -> None:
    _books(world)
    with _desk(world, access=ACCESS, booked=BOOKED) as desk:
        proof = _sent(world, desk)
        assert proof.outcome is Outcome.INCOMPLETE
        assert proof.says.startswith(
            "Paid now, but no access was given: the order was pending and is paid, and that is how it stood 10 s after"
        )
        assert "Sending it again does not help" in proof.says
        assert 10 <= proof.waited < 12
        ((entry,), _) = desk.activity()
        assert (entry.outcome, entry.details["expected"]) == (
            "healed in part",
            ["access was given: no -> no", "the payment's id is kept: no -> yes"],
        )


def test_a_kept_case_that_lacks_what_belongs_to_it_is_not_settled(world: World) -> None:
    _books(world)
    with _desk(world, access=ACCESS) as desk:
        opened = desk.open(desk.find(world.built["webhook_refused"].number, who=MIRA).hits[0].key)
        desk.inbox.note([Noted.of(opened.key, opened)], now=opened.case.facts.read_at)
        assert _sent(world, desk).outcome is Outcome.INCOMPLETE
        assert _state(desk, opened.key) == "open"
        assert desk.retrieve(opened, who=MIRA).after.diagnosis.clean
        assert _state(desk, opened.key) == "open"
        assert desk.inbox.readings(opened.key)[0].undetermined == "The order is paid, but no access was given."
        _books(world, "INSERT INTO access SELECT id FROM orders")
        desk.retrieve(opened, who=MIRA)
        assert _state(desk, opened.key) == "resolved"


def test_what_comes_a_little_later_is_waited_for(world: World) -> None:
    _books(world)
    looks = 0

    def later() -> None:
        nonlocal looks
        looks += 1
        if looks == 4:
            _books(world, "INSERT INTO access SELECT id FROM orders WHERE status = 'paid'")

    with _desk(world, later, access=ACCESS) as desk:
        proof = _sent(world, desk)
        assert proof.outcome is Outcome.HEALED
        assert 1 < proof.waited < 5


def test_what_could_not_be_looked_at_is_said_and_is_not_lacking(world: World) -> None:
    with _desk(world, letter=WRONG) as desk:
        proof = _sent(world, desk)
        assert (proof.outcome, proof.waited < 1) == (Outcome.HEALED, True)
        assert "Could not look whether a letter was sent: The orders database" in proof.says
        assert proof.expected[0][1].held is Held.UNREAD


def test_nor_is_a_kept_case_settled_of_which_nobody_could_look(world: World) -> None:
    with _desk(world, letter=WRONG) as desk:
        opened = desk.open(desk.find(world.built["webhook_refused"].number, who=MIRA).hits[0].key)
        desk.inbox.note([Noted.of(opened.key, opened)], now=opened.case.facts.read_at)
        assert _sent(world, desk).outcome is Outcome.HEALED
        assert _state(desk, opened.key) == "open"
        untold = desk.inbox.readings(opened.key)[0].undetermined
        assert untold == "The order is paid, but nobody could look whether a letter was sent."
        _books(world, "CREATE TABLE letters AS SELECT id FROM orders")
        desk.retrieve(opened, who=MIRA)
        assert _state(desk, opened.key) == "resolved"


@pytest.mark.parametrize("name", ["paid_and_booked", "webhook_refused"])
def test_a_case_shows_what_was_looked_at(world: World, name: str) -> None:
    _books(world)
    with _desk(world, access=ACCESS) as desk:
        opened = desk.open(desk.find(world.built[name].number, who=MIRA).hits[0].key)
        assert [one.sentence for one in opened.case.expected] == ["no access was given"]
        assert opened.diagnosis.clean is (name == "paid_and_booked")


@pytest.mark.parametrize(
    ("outcome", "tone", "but"),
    [
        (ACCESS, Tone.NOTE, "But no access was given."),
        (WRONG, Tone.COULD_NOT_LOOK, "But nobody could look whether a letter was sent."),
    ],
)
def test_a_paid_order_is_not_called_well_without_what_belongs_to_it(
    world: World, outcome: dict[str, object], tone: Tone, but: str
) -> None:
    _books(world)
    with _desk(world, wanted=outcome) as desk:
        said = report(desk.open(desk.find(world.built["paid_and_booked"].number, who=MIRA).hits[0].key))
        assert said.verdict.tone is tone
        assert said.verdict.says.endswith(but)
        assert "Nothing" not in f"{said.verdict.title} {' '.join(said.verdict.steps)}"
        assert "nothing you need to do" not in said.letter
        _books(world, "CREATE TABLE letters AS SELECT id FROM orders", "INSERT INTO access SELECT id FROM orders")
        said = report(desk.open(desk.find(world.built["paid_and_booked"].number, who=MIRA).hits[0].key))
        assert (said.verdict.tone, said.verdict.title) == (Tone.AGREES, "Nothing disagrees")
        assert "nothing you need to do" in said.letter
