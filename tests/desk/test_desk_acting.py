"""Send, watch, prove: the row is the proof, not the endpoint's answer; and every outcome is in the journal."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from core.desk import Desk, Opened, Outcome, Proof
from core.errors import Refused, StripeUnreachable, Unreachable
from core.replays import Replay, candidates
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.sandbox.shop import Mode
from core.sandbox.stripe import RESTRICTED_KEY_TEST
from tests.desks import NOWHERE, PatientClock, desk_of, desk_on
from tests.people import MIRA, person
from tests.waiting import LIMIT
from tests.worlds import world_of

world = world_of("webhook_refused", "webhook_swallowed", "paid_and_booked", scope="function")
desk = desk_of()


def _open(world: World, desk: Desk, name: str = "webhook_refused") -> Opened:
    (hit,) = desk.find(world.built[name].number, who=MIRA).hits
    return desk.open(hit.key)


def _planned(world: World, desk: Desk, name: str = "webhook_refused") -> tuple[Opened, Replay]:
    opened = _open(world, desk, name)
    return opened, desk.plan_replay(opened, candidates(opened)[0].id)


def _outcomes(desk: Desk) -> list[str]:
    return [entry.outcome for entry in desk.activity()[0]]


def _dropped(world: World, meanwhile: Callable[[], None] = lambda: None) -> tuple[Proof, list[str]]:
    """What is proved of an event that the shop accepts and drops, and what the journal says of it; `meanwhile` is
    called at each look."""
    clock = PatientClock(meanwhile)
    with desk_on(world, clock=clock, pause=clock.pause) as desk:
        opened, replay = _planned(world, desk, "webhook_swallowed")
        world.shop.mode = Mode.DROP
        return desk.carry_out(replay, opened, who=person("ada")), _outcomes(desk)


def test_a_right_order_has_nothing_to_send(world: World, desk: Desk) -> None:
    opened = _open(world, desk, "paid_and_booked")
    assert candidates(opened) == ()
    completed = next(event for event in opened.links.events if event.type == "checkout.session.completed")
    with pytest.raises(Refused, match="already has this payment"):
        desk.plan_replay(opened, completed.id)


def test_a_replay_heals_the_order_and_proves_it(world: World, desk: Desk) -> None:
    opened, replay = _planned(world, desk)
    assert opened.diagnosis.headline is not None
    assert opened.diagnosis.headline.code == "webhook_failing"
    proof = desk.carry_out(replay, opened, who=person("ada"), note="ticket 7")
    assert proof.outcome is Outcome.HEALED
    assert proof.says.startswith("Healed: the order was pending and is paid")
    assert (proof.delivery.status, proof.delivery.error) == (200, None)
    assert proof.before.case.order is not None
    assert proof.after is not None
    assert proof.after.case.order is not None
    assert (proof.before.case.order.raw_status, proof.after.case.order.raw_status) == ("pending", "paid")
    assert proof.after.diagnosis.clean
    assert ("status", "pending", "paid") in {(one.field, one.before, one.after) for one in proof.changes}
    ((entry,), more) = desk.activity(case_key=opened.key)
    assert (entry.who, entry.what, entry.outcome, entry.object_id) == ("ada", "replay", "healed", replay.event.id)
    assert (entry.details["note"], more) == ("ticket 7", False)
    assert entry.details["order"] == world.built["webhook_refused"].number
    assert "v1=***" in str(entry.details)
    assert dict(proof.delivery.headers)["Stripe-Signature"] not in str(entry.details)


def test_what_has_been_applied_meanwhile_is_not_sent_again(world: World, desk: Desk) -> None:
    opened, replay = _planned(world, desk)
    desk.carry_out(replay, opened, who=person("ada"))
    with pytest.raises(Refused, match="already has this payment"):
        desk.carry_out(replay, opened, who=person("bob"))
    assert _outcomes(desk) == ["refused", "healed"]


def test_an_endpoint_that_accepts_and_drops_it_is_no_proof(world: World) -> None:
    proof, outcomes = _dropped(world)
    assert (proof.outcome, proof.delivery.status, proof.delivery.accepted) == ("unchanged", 200, True)
    assert 30 <= proof.waited < 33
    assert "did not change within 30 s: it is still pending" in proof.says
    assert outcomes == ["unchanged"]


def test_after_an_event_that_was_accepted_in_vain_the_next_one_is_proposed(world: World) -> None:
    proof, _ = _dropped(world)
    assert proof.says.endswith("it is still pending. Next: payment_intent.succeeded.")
    assert proof.after is not None
    assert candidates(proof.after)[0].type == "payment_intent.succeeded"
    with desk_on(world) as desk:
        opened = _open(world, desk, "webhook_swallowed")
        assert opened.case.in_vain == (proof.replay.event.id,)
        assert candidates(opened)[0].type == "payment_intent.succeeded"
        again = desk.plan_replay(opened, proof.replay.event.id)
        assert "Orderlens has sent it before: it was accepted, and the order did not change." in again.objections


@pytest.mark.parametrize(("mode", "status"), [(Mode.CRASH, 500), (Mode.REFUSE, 400)])
def test_an_endpoint_that_refuses_is_not_waited_for(world: World, desk: Desk, mode: Mode, status: int) -> None:
    opened, replay = _planned(world, desk)
    world.shop.mode = mode
    proof = desk.carry_out(replay, opened, who=person("ada"))
    assert (proof.outcome, proof.delivery.status) == ("not accepted", status)
    assert proof.waited < 10
    assert f"refused it with status {status}" in proof.says
    assert _outcomes(desk) == ["not accepted"]


def test_an_order_that_changes_later_is_waited_for(world: World) -> None:
    proof, _ = _dropped(world, _Later(4, lambda: _book(world, "webhook_swallowed", "paid")))
    assert proof.outcome is Outcome.HEALED
    assert 1 < proof.waited < 5


def test_a_second_payment_that_came_while_it_was_sent_is_said(world: World) -> None:
    """Stripe tells nothing of it yet: it stands in lists alone."""

    def pays_again() -> None:
        _book(world, "webhook_swallowed", "paid")
        store, number = world.stripe.store, world.built["webhook_swallowed"].number
        every = store.newest_first("checkout.session", livemode=False)
        session = next(one for one in every if one["client_reference_id"] == number)
        intent = store.get(str(session["payment_intent"]), livemode=False)
        assert intent is not None
        charge = store.get(str(intent["latest_charge"]), livemode=False)
        assert charge is not None
        store.put({**charge, "id": f"{charge['id']}2", "payment_intent": f"{intent['id']}2"})
        store.put({**intent, "id": f"{intent['id']}2", "latest_charge": f"{charge['id']}2"})
        store.put({**session, "id": f"{session['id']}2", "payment_intent": f"{intent['id']}2"})

    proof, _ = _dropped(world, _Later(1, pays_again))
    assert proof.outcome is Outcome.HEALED
    assert proof.after is not None
    headline = proof.after.diagnosis.headline
    assert headline is not None
    assert headline.code == "duplicate_payment"
    assert proof.says.endswith(f"What is found of it now: {headline.title}.")


def test_a_first_change_is_not_taken_for_the_last(world: World) -> None:
    """Handlers write in steps; what heals the order may come a second after something else changed."""
    looks = 0

    def step() -> None:
        nonlocal looks
        looks += 1
        if looks in (1, 3):
            _book(world, "webhook_swallowed", "cancelled" if looks == 1 else "paid")

    assert _dropped(world, step)[0].outcome is Outcome.HEALED


def test_a_change_that_is_not_what_the_event_brings_is_no_healing(world: World) -> None:
    proof, outcomes = _dropped(world, _Later(1, lambda: _book(world, "webhook_swallowed", "cancelled")))
    assert proof.outcome is Outcome.CHANGED
    assert "does not show what the event brings" in proof.says
    assert outcomes == ["changed"]


def test_an_endpoint_that_is_away_is_said(world: World) -> None:
    with desk_on(world, webhook_url=f"{NOWHERE}/webhooks") as desk:
        opened, replay = _planned(world, desk)
        proof = desk.carry_out(replay, opened, who=person("ada"))
        assert (proof.outcome, proof.delivery.status) == ("not delivered", None)
        assert "Nothing could be reached" in proof.says
        assert _outcomes(desk) == ["not delivered"]


def test_an_endpoint_that_is_too_slow_to_answer_may_still_heal(world: World) -> None:
    with desk_on(world, patience=0.2) as desk:
        opened, replay = _planned(world, desk)
        world.shop.mode, world.shop.slow_seconds = Mode.SLOW, 0.6
        proof = desk.carry_out(replay, opened, who=person("ada"))
        assert (proof.outcome, proof.delivery.status, proof.delivery.uncertain) == ("healed", None, True)
        assert proof.delivery.error is not None
        assert _outcomes(desk) == ["healed"]


def test_a_resend_through_stripe_heals_too(world: World, desk: Desk) -> None:
    opened = _open(world, desk)
    (endpoint,) = opened.case.facts.endpoints
    replay = desk.plan_resend(opened, candidates(opened)[0].id, endpoint.id)
    proof = desk.carry_out(replay, opened, who=person("ada"))
    assert proof.outcome is Outcome.HEALED
    assert proof.delivery.status is None
    ((entry,), _) = desk.activity()
    assert (entry.what, entry.outcome, entry.details["endpoint"]) == ("resend", "healed", endpoint.id)


def test_a_key_that_may_not_resend_says_which_permission_it_lacks(world: World) -> None:
    with desk_on(world, key=RESTRICTED_KEY_TEST) as desk:
        opened = _open(world, desk)
        (endpoint,) = opened.case.facts.endpoints
        replay = desk.plan_resend(opened, candidates(opened)[0].id, endpoint.id)
        proof = desk.carry_out(replay, opened, who=person("ada"))
        assert proof.outcome is Outcome.NOT_DELIVERED
        assert "event_write" in proof.says
        assert _outcomes(desk) == ["not delivered"]


def test_nothing_is_sent_that_could_not_be_recorded(world: World) -> None:
    with desk_on(world) as able:
        _, replay = _planned(world, able)
    with desk_on(world, journal_url=f"sqlite:///{world.shop.books.path}/journal.sqlite3") as desk:
        opened = _open(world, desk)
        for ask in (
            lambda: desk.plan_replay(opened, replay.event.id),
            lambda: desk.carry_out(replay, opened, who=person("ada")),
        ):
            with pytest.raises(Unreachable, match="journal"):
                ask()
    assert _status(world, "webhook_refused") == "pending"


def test_a_sending_that_could_not_be_verified_is_recorded_as_that(world: World) -> None:
    clock = PatientClock(lambda: world.stripe.switches.fail("500", 1000))
    with desk_on(world, clock=clock, pause=clock.pause) as desk:
        opened, replay = _planned(world, desk, "webhook_swallowed")
        world.shop.mode = Mode.DROP
        proof = desk.carry_out(replay, opened, who=person("ada"))
        assert (proof.outcome, proof.after) == (Outcome.UNVERIFIED, None)
        assert "It was sent, and the endpoint answered with status 200." in proof.says
        assert "could not be looked at: Nothing was read from Stripe" in proof.says
        ((entry,), _) = desk.activity()
        assert (entry.outcome, entry.details["status"]) == ("sent, not verified", 200)


def test_a_case_that_cannot_be_read_before_is_not_sent(world: World, desk: Desk) -> None:
    opened, replay = _planned(world, desk)
    world.stripe.switches.fail("500", 1000)
    with pytest.raises(StripeUnreachable):
        desk.carry_out(replay, opened, who=person("ada"))
    assert _status(world, "webhook_refused") == "pending"
    assert _outcomes(desk) == ["failed"]


def test_a_payment_without_an_order_may_be_sent_and_nothing_is_claimed(world: World, desk: Desk) -> None:
    stray = BY_NAME["handler_crashes"].build(world.now, world.shop.url)
    world.stripe.store.put_all(stray.objects)
    (hit,) = desk.find(stray.number, who=MIRA).hits
    opened = desk.open(hit.key)
    replay = desk.plan_replay(opened, candidates(opened)[0].id)
    assert any("No order claims this payment" in objection for objection in replay.objections)
    proof = desk.carry_out(replay, opened, who=person("ada"))
    assert (proof.outcome, proof.delivery.status) == ("not accepted", 404)
    assert "not in the books" in proof.says
    row = {**stray.order, "stripe_session_id": None, "payment_intent_id": None}
    world.shop.books.add([row])
    assert proof.after is not None
    opened = proof.after
    replay = desk.plan_replay(opened, replay.event.id)
    assert "the endpoint refused it. Your app gets it once more." in replay.objections[0]
    proof = desk.carry_out(replay, opened, who=person("ada"))
    assert proof.outcome is Outcome.HEALED
    assert proof.after is not None
    assert proof.after.case.order is not None
    assert proof.after.case.order.raw_status == "paid"


class _Later:
    """Does something at the n-th call."""

    def __init__(self, after: int, act: Callable[[], None]) -> None:
        self._left, self._act = after, act

    def __call__(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._act()


def _book(world: World, name: str, status: str) -> None:
    event = {"id": "evt_elsewhere", "type": "by hand"}
    world.shop.books.book(event, world.built[name].number, status, at=world.now)


def _status(world: World, name: str) -> str:
    row = world.shop.books.find("order_number", world.built[name].number)
    return str(row and row["status"])


def test_a_desk_that_is_closed_lets_a_sending_come_to_its_end(world: World) -> None:
    """A server that is asked to stop cuts none: what came of it stands in the journal."""
    reached, go_on = threading.Event(), threading.Event()

    def look_later() -> None:
        reached.set()
        assert go_on.wait(LIMIT)

    clock = PatientClock(look_later)
    desk = desk_on(world, clock=clock, pause=clock.pause)
    opened, replay = _planned(world, desk, "webhook_swallowed")
    world.shop.mode = Mode.DROP
    with ThreadPoolExecutor(2) as threads:
        sending = threads.submit(desk.carry_out, replay, opened, who=person("ada"))
        assert reached.wait(LIMIT)
        closing = threads.submit(desk.close)
        assert not wait([closing], 0.5).done
        go_on.set()
        proof = sending.result(LIMIT)
        closing.result(LIMIT)
    with desk_on(world) as later:
        ((entry, *_), _) = later.activity()
    assert (entry.what, entry.outcome, entry.holder) == ("replay", proof.outcome.value, "")
