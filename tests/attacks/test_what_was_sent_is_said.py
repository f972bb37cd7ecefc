"""What was sent is said to have been sent: while Stripe, the journal or both go away, whatever the endpoint answers,
and by whichever way it went. With an error nothing was sent."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.desk import Desk, Opened, Outcome
from core.errors import OrderlensError, Refused, Unreachable
from core.replays import Replay, candidates
from core.sandbox import World
from core.sandbox.stripe.switches import FaultKind
from tests.desks import PatientClock, desk_on
from tests.people import MIRA, person
from tests.sandbox.postbox import Postbox
from tests.waiting import eventually
from tests.worlds import world_of

world = world_of("webhook_refused", scope="function")


@pytest.fixture
def box() -> Iterator[Postbox]:
    with Postbox() as running:
        yield running
        running.open.set()


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


@pytest.fixture
def desk(world: World, box: Postbox, journal: Path) -> Iterator[Desk]:
    clock = PatientClock()
    with desk_on(
        world, webhook_url=box.url, journal_url=f"sqlite:///{journal}", clock=clock, pause=clock.pause
    ) as running:
        yield running


def _planned(world: World, desk: Desk) -> tuple[Opened, Replay]:
    (hit,) = desk.find(world.built["webhook_refused"].number, who=MIRA).hits
    opened = desk.open(hit.key)
    return opened, desk.plan_replay(opened, candidates(opened)[0].id)


def _stripe_goes(world: World) -> None:
    world.stripe.switches.fail("reset", 100_000)


def test_stripe_goes_just_after_the_sending(world: World, box: Postbox, desk: Desk) -> None:
    opened, plan = _planned(world, desk)
    box.comes = lambda: _stripe_goes(world)
    proof = desk.carry_out(plan, opened, who=person("ada"))
    assert (proof.outcome, proof.after) == (Outcome.UNVERIFIED, None)
    assert proof.says.startswith("It was sent, and the endpoint answered with status 200.")
    assert "Do not send it again before you have looked" in proof.says
    assert desk.activity()[0][0].outcome == "sent, not verified"
    for reading in (opened, proof.before):
        with pytest.raises(Refused, match="Retrieve the case afresh"):
            desk.plan_replay(reading, plan.event.id)
    with pytest.raises(OrderlensError):
        desk.carry_out(plan, opened, who=person("ada"))
    (one,) = desk.unsettled(proof.before)
    assert one.outcome is Outcome.UNVERIFIED
    assert len(box.letters) == 1


def test_stripe_goes_and_the_order_shows_it_all_the_same(world: World, box: Postbox, desk: Desk) -> None:
    """The row is the proof, and it was read."""
    opened, plan = _planned(world, desk)

    def books_it() -> None:
        world.shop.books.book({"id": "evt_x", "type": "x"}, world.built["webhook_refused"].number, "paid", at=world.now)
        _stripe_goes(world)

    box.comes = books_it
    proof = desk.carry_out(plan, opened, who=person("ada"))
    assert (proof.outcome, proof.after) == (Outcome.HEALED, None)
    assert "Both sides could not be read again: Nothing was read from Stripe" in proof.says


def test_the_journal_goes_just_after_the_sending(world: World, box: Postbox, desk: Desk, journal: Path) -> None:
    opened, plan = _planned(world, desk)
    box.comes = lambda: _moved(journal, away=True)
    proof = desk.carry_out(plan, opened, who=person("ada"))
    assert proof.outcome is Outcome.UNCHANGED
    assert "It could not be recorded: The journal" in proof.says
    _moved(journal, away=False)
    _not_known(desk, opened, box)


def test_the_journal_and_stripe_go_just_after_the_sending(
    world: World, box: Postbox, desk: Desk, journal: Path
) -> None:
    opened, plan = _planned(world, desk)

    def both() -> None:
        _stripe_goes(world)
        _moved(journal, away=True)

    box.comes = both
    proof = desk.carry_out(plan, opened, who=person("ada"))
    assert proof.outcome is Outcome.UNVERIFIED
    assert "It was sent, and the endpoint answered with status 200." in proof.says
    assert "It could not be recorded: The journal" in proof.says
    with pytest.raises(Unreachable, match="journal"):
        desk.plan_replay(opened, plan.event.id)
    _moved(journal, away=False)
    world.stripe.switches.faults.clear()
    _not_known(desk, opened, box)


@pytest.mark.parametrize("charset", ["idna", "punycode", "undefined", "hex", "rot13", "utf-7", "klingon", "a\\0b"])
def test_an_answer_that_nobody_can_decode_is_an_answer(world: World, box: Postbox, desk: Desk, charset: str) -> None:
    opened, plan = _planned(world, desk)
    box.kind = f"text/plain; charset={charset}"
    proof = desk.carry_out(plan, opened, who=person("ada"))
    assert (proof.outcome, proof.delivery.status) == (Outcome.UNCHANGED, 200)
    assert [entry.outcome for entry in desk.activity()[0]] == ["unchanged"]
    assert len(box.letters) == 1


@pytest.mark.parametrize("fault", ["500", "reset"])
def test_a_resend_of_which_stripe_says_nothing_may_be_on_its_way(world: World, desk: Desk, fault: FaultKind) -> None:
    opened, plan = _planned(world, desk)
    (endpoint,) = opened.case.facts.endpoints
    resend = desk.plan_resend(opened, plan.event.id, endpoint.id)
    world.stripe.switches.fail(fault, 1, f"/v1/events/{plan.event.id}/retry")
    proof = desk.carry_out(resend, opened, who=person("ada"))
    assert proof.delivery.uncertain
    assert "Stripe may have accepted it all the same" in proof.says
    with pytest.raises(Refused, match="Nothing was sent now"):
        desk.carry_out(resend, opened, who=person("bob"))


def test_a_resend_and_a_replay_to_one_address_are_one_sending(world: World) -> None:
    with desk_on(world) as desk:
        opened, replay = _planned(world, desk)
        (endpoint,) = opened.case.facts.endpoints
        resend = desk.plan_resend(opened, replay.event.id, endpoint.id)
        assert desk.carry_out(resend, opened, who=person("ada")).outcome is Outcome.HEALED
        with pytest.raises(Refused):
            desk.carry_out(replay, opened, who=person("bob"))


def test_without_a_journal_nothing_is_sent(world: World, box: Postbox, desk: Desk, journal: Path) -> None:
    opened, plan = _planned(world, desk)
    held = sqlite3.connect(journal, isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unreachable, match="locked"):
        desk.carry_out(plan, opened, who=person("ada"))
    held.execute("ROLLBACK")
    held.close()
    _moved(journal, away=True)
    with pytest.raises(Unreachable, match="journal"):
        desk.carry_out(plan, opened, who=person("ada"))
    assert box.letters == []


def _moved(journal: Path, *, away: bool) -> None:
    """Take the journal away, or put it back; nothing but a folder stands in its place."""
    elsewhere = journal.with_name("elsewhere")
    if away:
        journal.rename(elsewhere)
        journal.mkdir()
    else:
        journal.rmdir()
        elsewhere.rename(journal)


def _not_known(desk: Desk, opened: Opened, box: Postbox) -> None:
    """The journal has the sending, and not its end; the process that has it still runs, so time has to pass."""
    entry = desk.activity()[0][0]
    assert entry.outcome in {"sending", "sent or not: not known"}
    with pytest.raises(Refused):
        eventually(lambda: desk.plan_replay(opened, entry.object_id))
    assert len(box.letters) == 1
