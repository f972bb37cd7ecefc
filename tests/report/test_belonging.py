"""What belongs to a paid order beside its status: said as a fact, in a case, its bundle and its ticket."""

import json
from dataclasses import replace

from core.cases import Case
from core.facts import Expected, Held
from core.report import Tone, bundle, report
from core.rules import examine
from tests.rules import stage

LOOKED = (
    Expected("kept", "the payment's id is kept", "no id is kept", Held.YES, "pi_1"),
    Expected("letter", "a letter was sent", "no letter was sent", Held.NO),
    Expected("access", "access was given", "no access was given", Held.UNREAD, because="The database is down."),
)


def _case(status: str) -> Case:
    return replace(stage.case(stage.order(status=status)), expected=LOOKED)


def test_of_an_order_that_is_not_paid_nothing_is_expected() -> None:
    said = report(examine(_case("pending")))
    assert said.belongs == ()


def test_a_paid_order_shows_each_and_is_not_accused() -> None:
    seen = examine(replace(stage.case(stage.BOOKED), expected=LOOKED))
    said = report(seen)
    assert seen.diagnosis.clean
    assert [(one.tone, one.says, one.note) for one in said.belongs] == [
        (Tone.AGREES, "The payment's id is kept", "pi_1"),
        (Tone.MEDIUM, "No letter was sent", ""),
        (Tone.COULD_NOT_LOOK, "Could not look whether access was given", "The database is down."),
    ]
    assert "a letter was sent: no [outcome.letter]" in said.ticket


def test_a_bundle_brings_them_back() -> None:
    seen = examine(replace(stage.case(stage.BOOKED), expected=LOOKED))
    document = json.loads(json.dumps(bundle(seen, report(seen))))
    assert document["said"]["belongs"][1] == "No letter was sent"
    assert Case.of(document).expected == LOOKED
