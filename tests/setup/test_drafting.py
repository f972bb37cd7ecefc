"""The text of a settings file: what it says is what was meant, and a person can read it."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from core.setup.guessing import toml

SQL = "SELECT p.order_id, r.amount\nFROM \"refunds\" r\nJOIN p ON p.id = r.payment_id\nWHERE r.note <> '\\'\n"


def test_a_query_of_several_lines_is_written_on_several_lines() -> None:
    text = toml({"orders": {"query": SQL, "columns": {"id": "id"}}, "payments": [{"query": SQL}]})
    assert text.count('query = """\nSELECT p.order_id, r.amount\nFROM "refunds" r\n') == 2
    assert "\\n" not in text
    assert tomllib.loads(text)["payments"] == [{"query": SQL}]


@given(st.text(alphabet=st.sampled_from("ab\"'\\\n\t\r\x7f# ")))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    raw = {"orders": {"where": text, "join": [{"table": text, "on": "a"}]}}
    assert tomllib.loads(toml(raw)) == raw
