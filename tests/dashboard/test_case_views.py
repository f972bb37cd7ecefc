"""What the case page makes of a report before it is drawn: glance, figure, replays, raw differences."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.comparison import attempts, compare
from core.desk import Change, Opened, Outcome, Proof
from core.replays import candidates, plan
from core.report import report
from core.rules import examine
from core.webhooks import Delivery
from dashboard.case import proof, raw, timeline, two
from dashboard.case.side_by_side import summary, text, together
from dashboard.frame.ids import Ids
from dashboard.palette import DARK, LIGHT, Palette
from tests.report.told import NOW, said, seen


def test_a_glance_names_the_fields_that_differ_before_what_agrees() -> None:
    lines = summary(compare(seen("webhook_refused")))
    assert "Differs" in lines[0]
    assert "**Payment**" in lines[0]
    assert "Same" in lines[-1]


def test_a_glance_at_a_healthy_case_names_no_difference() -> None:
    assert not any("Differs" in line for line in summary(compare(seen("paid_and_booked"))))


def test_what_several_payments_come_to_is_said_above_them_and_in_red_only_where_it_differs() -> None:
    twice, parts = said("paid_twice").payments, said("deposit_and_balance").payments
    assert twice
    assert parts
    assert together(twice).startswith(":red[**219")
    assert "438" in together(twice)
    assert "960" in together(parts)
    assert "red" not in together(parts)
    assert said("paid_and_booked").payments is None


def test_a_long_id_is_whole_where_it_differs_and_its_end_where_it_does_not() -> None:
    row = next(row for row in compare(seen("id_cut_short")).rows if row.field == "Session id")
    assert text(row.values[1]).startswith(text(row.values[0]))
    booked = next(row for row in compare(seen("paid_and_booked")).rows if row.field == "Session id")
    ids = Ids("test", None)
    assert all((ids.short(text(one)) or "").startswith("[…") for one in booked.values if one)


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_the_figure_has_a_line_for_each_moment_and_escapes_it(colors: Palette) -> None:
    one = seen("webhook_refused")
    assert one.case.order is not None
    hostile = replace(one.case.order, raw_status="<b>x</b>", updated_at=NOW)
    line = report(replace(one, case=replace(one.case, order=hostile))).timeline
    drawn = timeline.figure(line, colors)
    labels = [note.text for note in drawn.layout.annotations]
    assert len([label for label in labels if label != "read"]) == len(line.moments)
    assert any("&lt;b&gt;x" in label for label in labels)
    assert len({note.y for note in drawn.layout.annotations if note.xref == "paper"}) == len(line.moments)
    hovers = [text for trace in drawn.data for text in trace.text or ()]
    assert any("&lt;b&gt;x" in text for text in hovers)


def test_an_axis_is_never_divided_below_the_second() -> None:
    short = said("other_account").timeline
    begin, end = timeline.figure(short, LIGHT).layout.xaxis.range
    assert (end - begin).total_seconds() == timeline.SHORTEST
    assert all(begin < datetime.fromtimestamp(m.at, UTC).replace(tzinfo=None) < end for m in short.moments)


def test_a_figure_of_nothing_is_empty() -> None:
    case = replace(seen("paid_and_booked").case, order=None)
    bare = replace(case, facts=replace(case.facts, sessions=(), intents=(), charges=(), events=()))
    line = report(examine(bare)).timeline
    assert line.moments == ()
    assert list(timeline.figure(line, LIGHT).data) == []


def test_the_order_and_stripe_in_the_same_words_differ_only_where_they_disagree() -> None:
    one = seen("shipping_added_later")
    before, after = raw.sides(one.case, attempts(one)[0])
    changed = [line.where for line in two.lines(before, after) if line.differs]
    assert "amount_minor" in changed
    assert "currency" not in changed


def test_raw_objects_hold_no_client_secret() -> None:
    one = seen("webhook_refused")
    intent = one.case.facts.intents[0]
    leaky = replace(intent, raw=dict(intent.raw) | {"client_secret": "pi_1_secret_abc"})
    case = replace(one.case, facts=replace(one.case.facts, intents=(leaky,)))
    assert "_secret_" not in json.dumps(list(raw.documents(case).values()), default=str)


def test_equal_documents_have_no_difference() -> None:
    assert not [line for line in two.lines({"a": [1, {}]}, {"a": [1, {}]}) if line.differs]


def test_of_two_documents_every_value_is_named_and_what_differs_stands_in_front() -> None:
    found = two.lines(
        {"a": 1, "m": {"b": None, "gone": "x"}, "l": [1, 2]}, {"a": 1, "m": {"b": "null"}, "l": [1, 3], "new": []}
    )
    assert [line.where for line in found] == ["m.gone", "l[1]", "new", "a", "m.b", "l[0]"]
    assert (found[0].first, found[0].second) == ("x", None)
    assert two.lines(1, 1)[0].where == "all of it"


def test_each_reading_and_each_object_of_it_can_be_chosen() -> None:
    one = seen("webhook_refused")
    opened = Opened(one.case, one.links, one.diagnosis, "order:1")
    names = list(raw.choices((opened, opened), UTC))
    own = raw.documents(one.case)
    assert names[: len(own)] == list(own)
    assert len(names) == 2 * len(own) + 2


@pytest.mark.parametrize(
    ("outcome", "word", "title"),
    [
        ("healed", "Agrees", "Healed"),
        ("changed", "High", "Sent, but the order changed otherwise"),
        ("unchanged", "High", "Sent, but the order did not change"),
        ("not accepted", "Critical", "Not accepted"),
        ("not delivered", "Critical", "Not delivered"),
    ],
)
def test_a_proof_is_called_and_coloured_by_its_outcome(outcome: str, word: str, title: str) -> None:
    of = seen("webhook_refused")
    one = Opened(of.case, of.links, of.diagnosis, "order:1")
    replay = plan(one, candidates(one)[0], how="replay", url="https://shop.example.com", can_sign=True, now=NOW)
    sent = Delivery(replay.url, 500, 12, "No.", None, NOW)
    shown = proof.verdict(Proof(replay, sent, one, one, (), Outcome(outcome), 0.0, "As it says."))
    assert (shown.look.word, shown.title, shown.says) == (word, title, "As it says.")
    assert shown.delivery == "The endpoint answered HTTP 500 after 12 ms."


def test_changes_are_escaped_and_told_once() -> None:
    rows = proof.change_rows(
        (
            Change("order 1", "status", "pending", "paid"),
            Change("order 1", "raw_status", "pending", "paid"),
            Change("order 1", "customer_email", "", "![x](https://evil.example/px.png)"),
        )
    )
    assert [row["Field"] for row in rows] == ["status", "customer email"]
    assert rows[1]["Before"] == "nothing"
    assert "![" not in rows[1]["After"]
