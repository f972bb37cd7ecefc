"""Whatever is read, in whatever order: the promises of the inbox hold."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.cases import Case
from core.export import csv_lines
from core.findings import Severity
from core.journal import Noted
from core.journal.kept import State, What
from core.journal.noting import Standing, stands_after
from core.rules import examine
from tests.journal.noted import NOW, clean, found, untold
from tests.rules.stage import case, order

severities = st.sampled_from(list(Severity))
Played = tuple[Noted, int, State | None]  # what is read, how long after the last, what a person did before
Told = tuple[Standing | None, Noted, What, Standing | None]
readings = st.one_of(
    st.builds(found, code=st.sampled_from(("a", "b")), severity=severities, scan_id=st.none() | st.integers(1, 3)),
    st.builds(clean, scan_id=st.none() | st.integers(1, 3)),
    st.builds(untold, scan_id=st.none() | st.integers(1, 3)),
)
laid_aside: st.SearchStrategy[State | None] = st.sampled_from((None, "acknowledged", "ignored"))
steps = st.lists(st.tuples(readings, st.integers(-2, 5), laid_aside), max_size=20)


def _played(played: list[Played]) -> list[Told]:
    standing: Standing | None = None
    at, now, told = NOW, NOW, list[Told]()
    for noted, passed, aside in played:
        at += passed
        now = max(now, at)
        if standing is not None and standing.state != "resolved" and aside is not None:
            standing = replace(standing, state=aside, ignored_until=at + 3 if aside == "ignored" else None)
        read = replace(noted, read_at=at)
        what, after = stands_after(standing, read, now)
        told.append((standing, read, what, after))
        standing = after
    return told


@given(steps)
def test_only_a_clean_reading_resolves(played: list[Played]) -> None:
    for before, noted, _, after in _played(played):
        if before is not None and after is not None and before.state != "resolved" == after.state:
            assert noted.outcome == "clean"
            assert noted.read_at >= before.read_at


@given(steps)
def test_what_was_found_is_never_forgotten(played: list[Played]) -> None:
    for before, noted, _, after in _played(played):
        if before is not None:
            assert after is not None
            assert after.first_seen == before.first_seen
            assert after.last_seen >= before.last_seen
            assert after.reopened - before.reopened in (0, 1)
            assert before.code is None or after.code in (before.code, noted.code)
            assert before.code is None or after.code is not None


@given(steps)
def test_the_same_reading_again_in_its_scan_is_the_same_news(played: list[Played]) -> None:
    for before, noted, what, after in _played(played):
        if after is not None and noted.scan_id is not None and (before is None or noted.read_at >= before.read_at):
            assert stands_after(after, noted, noted.read_at) == (what, after)


def test_a_reading_from_the_future_does_not_silence_those_that_come_after_the_clock_was_put_right() -> None:
    ahead = stands_after(None, found(at=NOW + 86_400), NOW + 86_400)[1]
    assert stands_after(ahead, clean(at=NOW), NOW)[0] == "resolved"
    assert stands_after(ahead, clean(at=NOW), NOW + 86_400) == ("quiet", ahead), "this one was only noted late"


def test_an_order_that_lacks_what_belongs_to_it_stays_where_it_is() -> None:
    kept = stands_after(None, found(), NOW)[1]
    lacking = clean(at=NOW + 9).lacking("no confirmation was sent")
    what, stands = stands_after(kept, lacking, NOW + 9)
    assert (what, stands and stands.state) == ("quiet", "open")
    assert lacking.undetermined == "The order is paid, but no confirmation was sent."
    assert stands_after(None, lacking, NOW + 9) == ("quiet", None), "and is put on nobody's list by that"
    assert stands_after(kept, clean(at=NOW + 9), NOW + 9)[0] == "resolved"


def test_what_is_found_of_an_order_that_lacks_something_is_news_as_ever() -> None:
    for one, outcome in ((found(), "found"), (untold(), "undetermined")):
        lacking = one.lacking("no confirmation was sent")
        assert (lacking, lacking.outcome) == (one, outcome)
        assert stands_after(None, lacking, NOW)[0] == "new"


def test_a_partial_reading_takes_nothing_away() -> None:
    whole = stands_after(None, found(codes=("a", "b")), NOW)[1]
    less = found(at=NOW + 9, codes=("a",), partial=True)
    assert stands_after(whole, less, NOW + 9) == ("quiet", whole)
    assert stands_after(whole, replace(less, partial=False), NOW + 9)[0] == "changed"
    assert stands_after(whole, replace(less, codes=("a", "b", "c")), NOW + 9)[0] == "changed"


def test_a_diagnosis_becomes_what_is_noted_of_it() -> None:
    missed: Case = case(order(number="WEB-7"))
    seen = examine(missed)
    diagnosis, noted = seen.diagnosis, Noted.of("order:1042", seen, scan_id=3)
    assert diagnosis.headline is not None
    assert (noted.outcome, noted.code, noted.severity) == (
        "found",
        diagnosis.headline.code,
        diagnosis.headline.severity,
    )
    assert (noted.number, noted.read_at, noted.scan_id) == ("WEB-7", missed.facts.read_at, 3)
    assert noted.happened_at is not None
    assert noted.session_ids
    assert len(noted.cells) == len(diagnosis.findings) == len(list(csv_lines([seen]))) - 1
