"""A payment of a copy is put right by the refund that Stripe lists; one that was read from Stripe is left alone."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.scanning.reading.went_back import put_right
from core.scanning.scratch import Scratch, of_id
from core.scanning.scratch.copied import ids_copied

CHARGE = {"id": "ch_1", "object": "charge", "created": 1, "payment_intent": "pi_1", "amount_refunded": 0}
INTENT = {"id": "pi_1", "object": "payment_intent", "created": 1, "latest_charge": CHARGE}
SESSION = {"id": "cs_test_1", "object": "checkout.session", "created": 1, "payment_intent": INTENT}
NOW = {**CHARGE, "amount_refunded": 500}
REFUND = {
    "id": "re_1", "object": "refund", "created": 2, "charge": NOW, "payment_intent": {**INTENT, "latest_charge": NOW}
}  # fmt: skip


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Scratch]:
    with closing(Scratch(tmp_path / "scan.sqlite3")) as scratch:
        yield scratch


def kept(scratch: Scratch, own: str) -> tuple[Any, bool]:
    """An object as it is kept, and whether it is a copy's."""
    ((place,),) = scratch.rows("SELECT raw FROM objects WHERE key = ?", (of_id(own),))
    return scratch.raw(place), bool(ids_copied(scratch, [place]))


@pytest.mark.parametrize(
    ("kind", "raw", "way"),
    [
        ("sessions", SESSION, ("payment_intent", "latest_charge")),
        ("intents", INTENT, ("latest_charge",)),
        ("charges", CHARGE, ()),
    ],
)
@pytest.mark.parametrize("at_rest", [True, False])
def test_the_payment_is_as_it_is_now(
    scratch: Scratch, kind: str, raw: dict[str, Any], way: tuple[str, ...], *, at_rest: bool
) -> None:
    scratch.keep(kind, [raw], at_rest=at_rest)
    scratch.keep("refunds", [REFUND])
    put_right(scratch)
    found, copied = kept(scratch, raw["id"])
    for name in way:
        found = found[name]
    assert found["amount_refunded"] == (500 if at_rest else 0)
    assert copied is at_rest


def test_nothing_is_a_copys_any_more_once_it_was_read(scratch: Scratch) -> None:
    scratch.keep("sessions", [SESSION], at_rest=True)
    assert kept(scratch, "cs_test_1")[1]
    scratch.keep("ids", [SESSION])
    assert not kept(scratch, "cs_test_1")[1]
