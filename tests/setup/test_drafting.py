"""The text of a settings file: what it says is what was meant, and a person can read it."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from core.settings import OrdersMapping
from core.setup.guessing import toml

SQL = "SELECT p.order_id, r.amount\nFROM \"refunds\" r\nJOIN p ON p.id = r.payment_id\nWHERE r.note <> '\\'\n"


def test_a_query_of_several_lines_is_written_on_several_lines() -> None:
    text = toml({"orders": {"query": SQL, "columns": {"id": "id"}}, "payments": [{"query": SQL}]})
    assert text.count('query = """\nSELECT p.order_id, r.amount\nFROM "refunds" r\n') == 2
    assert "\\n" not in text
    assert tomllib.loads(text)["payments"] == [{"query": SQL}]


def test_every_relation_of_the_language_is_written() -> None:
    """One that is left out would be lost wherever a preset's text is not written as it stands."""
    source, own = [{"table": "t"}], {"orders", "database", "metadata", "booked_on", "outcome"}  # no relations
    raw: dict[str, object] = {"orders": {"table": "o", "columns": {"id": "id", "status": "s"}}}
    raw |= dict.fromkeys(OrdersMapping.model_fields.keys() - own, source)
    raw["stripe"] = {"booked_on": "charge.succeeded", "metadata": {"order": "{id}"}}
    assert tomllib.loads(toml(raw)) == raw


@given(st.text(alphabet=st.sampled_from("ab\"'\\\n\t\r\x7f# ")))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    raw = {"orders": {"where": text, "join": [{"table": text, "on": "a"}]}}
    assert tomllib.loads(toml(raw)) == raw
