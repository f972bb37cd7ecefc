"""Views of the inbox: saved by one, used by all, never over another's, each step an entry."""

import pytest

from core.errors import Refused, UsageError
from core.journal import Journal
from core.journal.views import MOST
from tests.journal.noted import NOW
from tests.people import person

MINE = {"severity": ["High"], "q": ["jenny.rosen@example.com"], "age": []}


def test_a_view_is_there_for_everybody_and_can_be_deleted(shared: Journal) -> None:
    views = shared.inbox.views
    made = views.save(" Mine,  worst ", MINE, person("ada"), NOW)
    assert views.saved() == (made,)
    assert (made.name, made.who, made.at) == ("Mine, worst", "ada", NOW)
    assert made.choices == {"severity": ("High",), "q": ("j***@example.com",)}
    views.delete(made, person("ben"), NOW + 1)
    assert views.saved() == ()
    assert [(one.who, one.what, one.object_id) for one in shared.recent()[0]] == [
        ("ben", "delete view", "Mine, worst"), ("ada", "save view", "Mine, worst"),
    ]  # fmt: skip


def test_two_of_one_name_are_refused_with_who_was_first(shared: Journal) -> None:
    views = shared.inbox.views
    first = views.save("Mine", MINE, person("ada"), NOW)
    with pytest.raises(Refused, match=r'ada saved "Mine" at .* UTC'):
        views.save("Mine", {}, person("ben"), NOW + 1)
    second = views.save("Mine", {}, person("ben"), NOW + 2, instead=first)
    assert views.saved() == (second,)
    for late in (
        lambda: views.save("Mine", MINE, person("cy"), NOW, instead=first),
        lambda: views.delete(first, person("cy"), NOW),
    ):
        with pytest.raises(Refused):
            late()
    assert views.saved() == (second,)
    assert [one.who for one in shared.recent()[0]] == ["ben", "ada"]


def test_there_are_no_views_without_a_name_or_without_end(shared: Journal) -> None:
    views = shared.inbox.views
    with pytest.raises(UsageError):
        views.save("  ", {}, person("ada"), NOW)
    for number in range(MOST):
        views.save(f"view {number}", {}, person("ada"), NOW)
    with pytest.raises(Refused, match=str(MOST)):
        views.save("one more", {}, person("ada"), NOW)
    assert len(views.saved()) == MOST
