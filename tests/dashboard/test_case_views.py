"""What the case page says, before it is drawn: comparison, headline, timeline, replays, raw differences."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.cases import Case
from core.comparison import Comparison, attempts, compare
from core.desk import Change, Opened
from core.facts import Unread
from core.findings import Severity
from core.rules import examine
from core.sandbox.scenarios import BY_NAME
from dashboard.case import headline, proof, timeline_figure
from dashboard.case import raw as case_raw
from dashboard.case.side_by_side import brief, summary, text
from dashboard.case.timeline import Side, Tone, timeline

NOW = 1_790_000_000


def opened(name: str) -> Opened:
    """A scenario of the sandbox as the desk would hand it out."""
    return seen(Case.of(BY_NAME[name].build(NOW).bundle()))


def seen(case: Case) -> Opened:
    of, key = examine(case), f"order:{case.order.id}" if case.order else "stripe:pi_1"
    return Opened(of.case, of.links, of.diagnosis, key)


def compared(one: Opened) -> Comparison:
    return compare(one)


def unreadable(one: Opened) -> Opened:
    unread = (Unread("refunds", "the refunds of pi_1", "Stripe took too long"),)
    return seen(replace(one.case, facts=replace(one.case.facts, unread=unread)))


def test_a_glance_names_the_fields_that_differ_before_what_agrees() -> None:
    lines = summary(compared(opened("webhook_refused")))
    assert "Differs" in lines[0]
    assert "**Payment**" in lines[0]
    assert "Same" in lines[-1]


def test_a_glance_at_a_healthy_case_names_no_difference() -> None:
    assert not any("Differs" in line for line in summary(compared(opened("paid_and_booked"))))


def test_a_payment_without_an_order_is_shown() -> None:
    case = replace(opened("paid_and_booked").case, order=None)
    one = seen(case)
    assert headline.title(case).startswith("Payment pi_")
    shown = headline.headline(one)
    assert shown.title == "No order claims this payment"
    assert shown.look.color == "violet"
    assert "29.80 EUR" in shown.says
    assert headline.subtitle(case) == "clara.winter@example.com"
    assert timeline(one).moments


def test_a_long_id_is_whole_where_it_differs_and_cut_where_it_does_not() -> None:
    row = next(row for row in compared(opened("id_cut_short")).rows if row.field == "Session id")
    assert text(row.values[1]).startswith(text(row.values[0]))
    booked = next(row for row in compared(opened("paid_and_booked")).rows if row.field == "Session id")
    assert all("…" in brief(one) for one in booked.values if one)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_case_has_a_headline_in_words(name: str) -> None:
    one = opened(name)
    shown = headline.headline(one)
    assert shown.title
    assert shown.says.endswith((".", "!", "?"))
    assert "{" not in shown.says
    if one.diagnosis.headline:
        assert shown.steps
        assert shown.evidence
        assert not any(step[:1].isdigit() and step[1:2] in ".)" for step in shown.steps)


def test_a_finding_says_how_sure_it_is_and_what_was_not_checked() -> None:
    one = opened("webhook_refused")
    assert one.diagnosis.headline is not None
    shown = headline.headline(one)
    assert shown.sureness.lower().startswith(one.diagnosis.headline.confidence.value)
    assert shown.unchecked == one.diagnosis.headline.unchecked
    assert all("{" not in sentence for sentence in shown.unchecked)


def test_a_clean_case_says_what_was_read() -> None:
    shown = headline.headline(opened("paid_and_booked"))
    assert shown.title == "Nothing disagrees"
    assert "1 session" in shown.read
    assert shown.look.color == "green"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("paid_and_booked", "Stripe received 29.80 EUR"),
        ("still_choosing", "Stripe holds no payment for it"),
        ("coupon_for_everything", "nothing had to be paid"),
        ("bank_debit_under_way", "with the bank"),
        ("refunded_on_both_sides", "of it went back"),
    ],
)
def test_a_clean_case_answers_whether_the_money_came(name: str, said: str) -> None:
    assert said in headline.headline(opened(name)).says


def test_a_partial_reading_is_never_green() -> None:
    one = unreadable(opened("paid_and_booked"))
    shown = headline.headline(one)
    assert shown.look.color == "violet"
    assert shown.title == "Could not look at everything"
    assert headline.unread(one.case) == ("Not read: the refunds of pi_1, because Stripe took too long.",)


def test_a_finding_after_a_partial_reading_says_both() -> None:
    one = unreadable(opened("webhook_refused"))
    assert one.diagnosis.headline is not None
    assert headline.headline(one).code == one.diagnosis.headline.code
    assert headline.unread(one.case)


@pytest.mark.parametrize(
    ("remedy", "steps"),
    [
        ("1. Look.\n2. Send it again.", ("Look.", "Send it again.")),
        ("1. Look. 2. Send it again.", ("Look.", "Send it again.")),
        ("- Look.\n- Send it again.", ("Look.", "Send it again.")),
        ("Look at it.", ("Look at it.",)),
        ("Refund 10.50 USD of 2 payments.", ("Refund 10.50 USD of 2 payments.",)),
        ("", ()),
    ],
)
def test_a_remedy_becomes_steps(remedy: str, steps: tuple[str, ...]) -> None:
    assert headline.steps(remedy) == steps


def test_the_timeline_tells_both_sides_and_what_was_delivered() -> None:
    one = opened("webhook_refused")
    line = timeline(one)
    assert [m.at for m in line.moments] == sorted(m.at for m in line.moments)
    assert {m.side for m in line.moments} == set(Side)
    refused = [m for m in line.moments if m.tone is Tone.BAD]
    assert refused
    assert all("not accepted" in m.what for m in refused)
    assert "not accepted" in line.told()


def test_a_reservation_that_ended_is_not_called_a_refund() -> None:
    one = opened("hold_ran_out")
    told = timeline(one).told()
    assert "reservation ended: 4,890.00 SEK" in told
    assert "refunded" not in told


def test_a_checkout_that_can_still_be_paid_ends_ahead() -> None:
    one = opened("still_choosing")
    ahead = [m for m in timeline(one).moments if m.tone is Tone.AHEAD]
    assert [m.what for m in ahead] == ["checkout ends"]


@pytest.mark.parametrize("dark", [False, True])
def test_the_figure_has_a_line_for_each_moment_and_escapes_it(dark: bool) -> None:  # noqa: FBT001 - pytest passes it so
    one = opened("webhook_refused")
    assert one.case.order is not None
    hostile = replace(one.case.order, raw_status="<b>x</b>", updated_at=NOW)
    line = timeline(replace(one, case=replace(one.case, order=hostile)))
    drawn = timeline_figure.figure(line, dark=dark)
    labels = [note.text for note in drawn.layout.annotations]
    assert len([label for label in labels if label != "read"]) == len(line.moments)
    assert any("&lt;b&gt;x" in label for label in labels)
    assert len({note.y for note in drawn.layout.annotations if note.xref == "paper"}) == len(line.moments)
    hovers = [text for trace in drawn.data for text in trace.text or ()]
    assert any("&lt;b&gt;x" in text for text in hovers)


def test_an_axis_is_never_divided_below_the_second() -> None:
    one = opened("other_account")
    short = timeline(one)
    begin, end = timeline_figure.figure(short).layout.xaxis.range
    assert (end - begin).total_seconds() == timeline_figure.SHORTEST
    assert all(begin < datetime.fromtimestamp(m.at, UTC).replace(tzinfo=None) < end for m in short.moments)


def test_another_orders_payment_is_on_the_timeline() -> None:
    one = opened("reused_payment")
    assert any("another order's" in m.what for m in timeline(one).moments)


def test_a_figure_of_nothing_is_empty() -> None:
    case = replace(opened("paid_and_booked").case, order=None)
    bare = replace(case, facts=replace(case.facts, sessions=(), intents=(), charges=(), events=()))
    line = timeline(examine(bare))
    assert line.moments == ()
    assert list(timeline_figure.figure(line).data) == []


def test_the_order_and_stripe_in_the_same_words_differ_only_where_they_disagree() -> None:
    one = opened("shipping_added_later")
    before, after = case_raw.sides(one.case, attempts(one)[0])
    lines = case_raw.diff(before, after, ("order", "stripe")).splitlines()
    changed = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert any("amount_minor" in line for line in changed)
    assert not any("currency" in line for line in changed)


def test_raw_objects_hold_no_client_secret() -> None:
    one = opened("webhook_refused")
    raw = dict(one.case.facts.intents[0].raw) | {"client_secret": "pi_1_secret_abc"}
    case = replace(one.case, facts=replace(one.case.facts, intents=(replace(one.case.facts.intents[0], raw=raw),)))
    assert "_secret_" not in json.dumps(list(case_raw.documents(case).values()), default=str)


def test_equal_documents_have_no_difference() -> None:
    assert case_raw.diff({"a": 1}, {"a": 1}, ("before", "after")) == ""


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


def test_severity_colours_the_headline() -> None:
    assert opened("paid_twice").diagnosis.headline is not None
    assert headline.headline(opened("paid_twice")).look.word == Severity.CRITICAL.value.capitalize()
