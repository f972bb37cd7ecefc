"""Who is a suspect is found set-wise: whoever is touched by anything but its own other half."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.facts import Order
from core.scanning.scratch import Scratch
from core.scanning.sieve import Compared, Comparing
from core.scanning.sieve.comparing import compare
from core.stripe_api.spans import Range
from tests.scanning.pairs import CHARGE, INTENT, NOW, NUMBER, OTHER, SESSION, Json, pair_of, things


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Scratch]:
    scratch = Scratch.of(tmp_path, "1")
    yield scratch
    scratch.close()


def compared(scratch: Scratch, orders: list[Order], objects: list[Json]) -> Compared:
    scratch.keep_orders(orders)
    scratch.keep("sessions", objects)
    return compare(scratch, mode="test", now=NOW, canary=0.0)


def lone(session: str, intent: str, **fields: object) -> Json:
    """Another paid session, which names nobody."""
    some = things(names=False)
    some["session"] |= {"id": session, **fields}
    some["intent"] |= {"id": intent}
    some["charge"] |= {"id": "ch_" + intent[3:], "payment_intent": intent}
    return pair_of(some)[1]


def test_a_healthy_pair_is_discarded(scratch: Scratch) -> None:
    order, session = pair_of(things())
    found = compared(scratch, [order], [session])
    assert (found.orders, found.discarded, found.suspects, found.orphans) == (1, 1, 0, 0)


def test_a_second_payment_that_names_the_order_makes_it_a_suspect(scratch: Scratch) -> None:
    order, session = pair_of(things())
    second = lone(OTHER, "pi_" + "9Z" * 10, client_reference_id=NUMBER)
    assert compared(scratch, [order], [session, second]).suspects == 1


def test_so_does_another_order_with_the_same_id(scratch: Scratch) -> None:
    order, session = pair_of(things())
    copy = Order.of({**things()["order"], "id": "1043", "number": "A-1043"})
    assert compared(scratch, [order, copy], [session]).suspects == 2


@pytest.mark.parametrize("field", ["charge", "payment_intent"])
def test_so_does_a_refund_of_its_payment(scratch: Scratch, field: str) -> None:
    order, session = pair_of(things())
    refund = {"id": "re_1", "object": "refund", "created": NOW, field: CHARGE if field == "charge" else INTENT}
    assert compared(scratch, [order], [session, refund]).suspects == 1


def test_a_customers_number_on_many_payments_tangles_nobody(scratch: Scratch) -> None:
    pairs = []
    for n in range(5):
        some = things()
        ids = {"session": f"cs_test_{n:024d}", "intent": f"pi_{n:024d}", "charge": f"ch_{n:024d}"}
        for kind, own in ids.items():
            some[kind]["id"] = own
        some["charge"]["payment_intent"] = ids["intent"]
        some["order"] |= {"id": f"{n}x", "number": f"B-{n}"}
        some["order"] |= {"session_id": ids["session"], "payment_intent_id": ids["intent"]}
        some["session"] |= {"client_reference_id": "user_17", "metadata": {"order_id": f"B-{n}"}}
        some["intent"]["metadata"] = some["charge"]["metadata"] = {"order_id": f"B-{n}"}
        pairs.append(pair_of(some))
    found = compared(scratch, [order for order, _ in pairs], [session for _, session in pairs])
    assert (found.discarded, found.suspects) == (5, 0)


def test_a_payment_without_an_order_is_an_orphan_and_an_abandoned_checkout_is_none(scratch: Scratch) -> None:
    _, paid = pair_of(things())
    expired = {**things("expired")["session"], "id": OTHER, "payment_intent": None}
    assert compared(scratch, [], [paid, expired]).orphans == 1


def test_what_was_read_is_there_when_the_file_is_taken_up_again(tmp_path: Path) -> None:
    first = Scratch.of(tmp_path, "7")
    first.keep("sessions", [pair_of(things())[1]], [Range(0, 10)])
    first.close()
    again = Scratch.of(tmp_path, "7")
    assert again.done("sessions") == (Range(0, 10),)
    ((place,),) = again.rows("SELECT raw FROM objects WHERE id = ?", (SESSION,))
    assert again.raw(place) == pair_of(things())[1]
    again.delete()
    assert not list(tmp_path.iterdir())


def test_the_last_reading_of_an_object_counts(scratch: Scratch) -> None:
    order, session = pair_of(things())
    compared(scratch, [order], [{**session, "payment_status": "unpaid"}])
    assert compared(scratch, [order], [session]).discarded == 1
    assert scratch.count("objects") == 1


def test_an_order_that_is_read_again_and_has_another_id_by_then_is_a_suspect(scratch: Scratch) -> None:
    """Its pair was well while things came in."""
    order, session = pair_of(things())
    scratch.keep_orders([order])
    scratch.keep("sessions", [session])
    comparing = Comparing(scratch, "test", canary=0.0)
    assert comparing.round(NOW).doubtful == ()
    scratch.keep_orders([Order.of({**things()["order"], "session_id": OTHER, "payment_intent_id": None})])
    comparing.round(NOW)
    assert comparing.finish(NOW).suspects == 1
