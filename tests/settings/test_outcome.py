"""[outcome]: what may be written there, and what is said of what may not."""

from typing import Any

import pytest
from pydantic import ValidationError

from core.settings import Expectation, OrdersMapping, bound, gaps

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
