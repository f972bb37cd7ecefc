"""One case is moved by support, many by an operator, none by a viewer; each refusal is an entry and moves nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import Refused
from core.journal import Filter, Inbox, Journal
from core.people import Person
from tests.journal.noted import NOW, found
from tests.people import person

Step = Callable[[Inbox, list[str] | Filter, Person], int]
STEPS: dict[str, Step] = {
    "acknowledge": lambda inbox, which, who: inbox.acknowledge(which, who, NOW),
    "ignore": lambda inbox, which, who: inbox.ignore(which, NOW + 60, who, NOW),
    "assign": lambda inbox, which, who: inbox.assign(which, "ben", who, NOW),
    "note": lambda inbox, which, who: inbox.annotate(which, "rang them", who, NOW),
    "reopen": lambda inbox, which, who: inbox.reopen(which, who, NOW),
}
ONE, TWO, ALL = ["order:1"], ["order:1", "order:2"], Filter(states=())
steps = pytest.mark.parametrize(("what", "step"), STEPS.items(), ids=list(STEPS))


@pytest.fixture
def shared(shared: Journal) -> Journal:
    """Two cases, of which both could be moved by each of the steps."""
    shared.inbox.note([found(key="order:1"), found(key="order:2")], now=NOW)
    shared.inbox.acknowledge(TWO, person("ada"), NOW)
    return shared


@steps
def test_support_moves_one_and_an_operator_many(shared: Journal, what: str, step: Step) -> None:
    moves = 1 if what != "acknowledge" else 0  # they are acknowledged already
    assert step(shared.inbox, ONE, person("ann", "support")) == moves
    shared.inbox.reopen(TWO, person("ada"), NOW)
    shared.inbox.ignore(TWO, NOW + 9, person("ada"), NOW)
    assert step(shared.inbox, TWO, person("ann", "operator")) == 2
    assert step(shared.inbox, ALL, person("ann", "operator")) >= 0


@steps
@pytest.mark.parametrize(("which", "role"), [(ONE, "viewer"), (TWO, "support"), (ALL, "support"), (ALL, "viewer")])
def test_whoever_may_not_moves_nothing_and_it_is_written_down(
    shared: Journal, what: str, step: Step, which: list[str] | Filter, role: str
) -> None:
    before = [shared.inbox.get(key) for key in TWO]
    with pytest.raises(Refused, match=rf"ann may not .* theirs is {role}\."):
        step(shared.inbox, which, Person("ann", role))  # type: ignore[arg-type] # it is one of the roles
    assert [shared.inbox.get(key) for key in TWO] == before
    (entry, *_), _ = shared.recent(limit=1)
    assert (entry.who, entry.what, entry.outcome, entry.at) == ("ann", what, "refused", NOW)
    assert entry.case_key == ("order:1" if which is ONE else "")
    assert entry.details["role"] == role


def test_a_viewer_saves_and_deletes_no_view(shared: Journal) -> None:
    views, ann = shared.inbox.views, person("ann", "viewer")
    view = views.save("mine", {"severity": ["High"]}, person("ada"), NOW)
    with pytest.raises(Refused, match="may not save or delete a view"):
        views.save("hers", {"severity": ["High"]}, ann, NOW)
    with pytest.raises(Refused, match="may not save or delete a view"):
        views.delete(view, ann, NOW)
    assert views.saved() == (view,)
    assert [(one.what, one.outcome) for one in shared.recent(limit=2)[0]] == [
        ("delete view", "refused"),
        ("save view", "refused"),
    ]


def test_a_refusal_stands_although_it_cannot_be_written_down(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    nowhere = Journal(f"sqlite:///{tmp_path / 'file' / 'journal.sqlite3'}")
    with pytest.raises(Refused, match="ann may not"):
        nowhere.inbox.acknowledge(ONE, person("ann", "viewer"), NOW)
