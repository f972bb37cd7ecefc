"""[outcome]: what may be written there, and what is said of what may not."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from core.errors import SettingsError
from core.settings import EXAMPLE, Expectation, OrdersMapping, bound, gaps, load
from tests.settings.conftest import write

SENT = {"says": "a confirmation was sent", "column": "confirmed_at"}
ACCESS = {"says": "access was given", "query": "SELECT 1 FROM access WHERE order_id = :id"}


def _mapping(**outcome: Any) -> OrdersMapping:  # noqa: ANN401 - whatever somebody writes
    return OrdersMapping.model_validate({"orders": {"table": "orders", "columns": {}}, "outcome": outcome})


def test_a_column_a_query_and_a_value() -> None:
    found = _mapping(sent=SENT, access=ACCESS, seats={"says": "two seats", "column": "seats", "equals": 2}).outcome
    assert list(found) == ["sent", "access", "seats"]
    assert found["seats"].equals == 2
    assert _mapping().outcome == {}


def test_a_colon_that_is_no_gap() -> None:
    query = "SELECT ':no' FROM a WHERE t::text = :id -- :nor\n AND at = '10:30' /* :no */ AND n = :number"
    assert gaps(query) == ("id", "number")
    assert bound("SELECT 'a:b', x::int WHERE id = :id") == "SELECT 'a\\:b', x\\:\\:int WHERE id = :id"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"says": "it is so"}, "neither `column` nor `query` is given"),
        ({**SENT, **ACCESS}, "both `column` and `query` are given"),
        ({**SENT, "column": "=yes"}, "a constant is true of every order"),
        ({**ACCESS, "query": "SELECT 1 FROM access"}, "says the same of every order"),
        (
            {**ACCESS, "query": "SELECT 1 FROM a WHERE id = :order"},
            "cannot ask with `:order`; it can with :id, :number",
        ),
        ({**ACCESS, "query": "DELETE FROM a WHERE id = :id"}, "one SELECT"),
        ({**SENT, "collumn": "x"}, "Extra inputs are not permitted"),
        ({"column": "x"}, "Field required"),
        ({**SENT, "equals": [1]}, "valid"),
    ],
)
def test_what_is_wrong_is_said(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Expectation.model_validate(wrong)


def test_there_are_few_and_they_have_names() -> None:
    with pytest.raises(ValidationError, match="at most 12"):
        _mapping(**{f"n{n}": SENT for n in range(13)})
    with pytest.raises(ValidationError, match="should match pattern"):
        _mapping(**{"two words": SENT})


@pytest.mark.usefixtures("_secrets")
def test_it_stands_in_the_file_and_a_slip_is_shown_what_to_write(tmp_path: Path) -> None:
    good = EXAMPLE + '\n[outcome.access]\nsays = "access was given"\nquery = "SELECT 1 FROM a WHERE id = :id"\n'
    assert load(write(tmp_path, good)).mapping.outcome["access"].says == "access was given"
    for wrong, said in (
        ('says = "x is so"', r"outcome\.access: neither .* Example: \[outcome\.access\]"),
        ('says = "x is so"\nquery = "SELECT 1"', r"outcome\.access\.query: the query says the same of every order"),
        ('says = "x is so"\ncolum = "x"', r"outcome\.access\.colum: .*Did you mean `column`\?"),
    ):
        with pytest.raises(SettingsError, match=said):
            load(write(tmp_path, f"{EXAMPLE}\n[outcome.access]\n{wrong}\n"))


@pytest.mark.usefixtures("_secrets")
def test_reconstructing_is_off_and_the_app_trusts_what_it_gets(tmp_path: Path) -> None:
    usual = load(write(tmp_path, EXAMPLE))
    assert (usual.replays.reconstruct, usual.app_fetches_events) == (False, False)
    found = load(write(tmp_path, EXAMPLE + "\n[app]\nfetches_events = true\n[replays]\nreconstruct = true\n"))
    assert (found.replays.reconstruct, found.app_fetches_events) == (True, True)
