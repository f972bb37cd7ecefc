"""Who may do what, where it is done: a refusal is in words and in the journal, and nothing happened. Whoever may not
see customers' addresses sees none, in whatever the desk hands out."""

import json

import pytest

from core.cases import bundle
from core.desk import Desk, Opened
from core.errors import Refused
from core.people import LEAST, ROLES, Right, Role
from core.report import report
from core.sandbox import World
from tests.desks import desk_of
from tests.people import MIRA, person
from tests.worlds import world_of

world = world_of("paid_and_booked", "webhook_refused")
desk = desk_of()
ADDRESS = "@example.com"


def opened(world: World, desk: Desk, name: str = "webhook_refused") -> Opened:
    (hit,) = desk.find(world.built[name].number, who=MIRA).hits
    return desk.open(hit.key)


def below(right: Right) -> Role | None:
    """The highest role that has not this right."""
    at = ROLES.index(LEAST[right])
    return ROLES[at - 1] if at else None


def refused(desk: Desk, what: str) -> dict[str, object]:
    """The newest entry, which is a refusal of `what` to ann."""
    (entry, *_), _ = desk.activity(limit=1)
    assert (entry.who, entry.what, entry.outcome) == ("ann", what, "refused")
    return dict(entry.details)


def test_whoever_may_look_sees_the_same_whatever_the_role(world: World, desk: Desk) -> None:
    name = world.built["webhook_refused"].number
    for role in ROLES:
        (hit,) = desk.find(name, who=person("ann", role)).hits
        shown = desk.opening(hit.key, who=person("ann", role), visitor=role).opened()
        assert shown is not None
        assert shown.diagnosis.headline is not None
        assert shown.diagnosis.headline.code == opened(world, desk).diagnosis.headline.code  # type: ignore[union-attr] # it has one


def test_a_viewer_is_not_read_afresh_for(world: World, desk: Desk) -> None:
    with pytest.raises(Refused, match="ann may not retrieve a case afresh: it takes the role support"):
        desk.retrieve(opened(world, desk), who=person("ann", "viewer"))
    assert refused(desk, "retrieve")["role"] == "viewer"


def test_support_sends_nothing(world: World, desk: Desk) -> None:
    case = opened(world, desk)
    plan = desk.plan_replay(case, case.links.events[-1].id)
    with pytest.raises(Refused, match="ann may not replay or resend a webhook"):
        desk.carry_out(plan, case, who=person("ann", "support"))
    said = refused(desk, "replay")
    assert said["role"] == "support"
    assert opened(world, desk).case.order == case.case.order
    assert desk.lately(case) is None


def test_a_viewer_takes_no_case_away_but_may_have_the_masked_csv(world: World, desk: Desk) -> None:
    ann = person("ann", "viewer")
    with pytest.raises(Refused, match="ann may not save a case as a file"):
        desk.exported(1, who=ann, says="the case", one=opened(world, desk))
    refused(desk, "export")
    desk.exported(1, who=ann, says="all")
    (entry, *_), _ = desk.activity(limit=1)
    assert (entry.what, entry.outcome) == ("export", "1 case")


def test_support_stops_no_scan_and_starts_none(desk: Desk) -> None:
    ann = person("ann", "support")
    record = desk.scans.begin(since=0, until=9, key_mode="test", account=None, who="jo", now=100)
    with pytest.raises(Refused, match="may not start or stop a scan"):
        desk.cancel_scan(record.id, who=ann)
    assert not any(one.cancel_asked for one in desk.scans.recent())
    refused(desk, "cancel")
    with pytest.raises(Refused, match="may not start or stop a scan"):
        desk.admit_to_scans(ann)
    refused(desk, "scan")


@pytest.mark.parametrize("name", ["webhook_refused", "paid_and_booked"])
def test_a_viewer_sees_no_address_in_a_case(world: World, desk: Desk, name: str) -> None:
    key = opened(world, desk, name).key
    ann = desk.opening(key, who=person("ann", "viewer"), visitor="ann")
    shown, row, whole = ann.opened(), ann.order(), desk.open(key)
    assert shown is not None
    assert row is not None
    said = report(whole)
    assert ADDRESS in json.dumps(bundle(whole.case, masked=False))
    for text in (repr(shown), repr(row), json.dumps(bundle(shown.case, masked=False)), repr(report(shown))):
        assert not addresses(text)
    assert shown.key == whole.key
    assert report(shown).verdict == said.verdict


def addresses(text: str) -> list[str]:
    """The addresses in a text that are not masked."""
    return [word for word in text.replace('"', " ").replace("'", " ").split() if ADDRESS in word and "***@" not in word]


def test_a_viewer_finds_by_an_address_and_is_shown_none_but_what_they_typed(world: World, desk: Desk) -> None:
    email = opened(world, desk).case.order.customer_email  # type: ignore[union-attr] # it has an order
    assert email
    ann, mira = desk.find(email, who=person("ann", "viewer")), desk.find(email, who=MIRA)
    assert ann.query == email
    assert [hit.key for hit in ann.hits] == [hit.key for hit in mira.hits] != []
    assert not addresses(repr(ann.hits) + repr(ann.near) + repr(ann.looked) + repr(ann.customers))
    assert email in repr(mira.hits)


def test_one_reading_serves_both_and_each_sees_what_they_may(world: World, desk: Desk) -> None:
    key = opened(world, desk).key
    ann = desk.opening(key, who=person("ann", "viewer"), visitor="ann")
    mira = desk.opening(key, who=MIRA, visitor="mira")
    one, other = ann.opened(), mira.opened()
    assert one is not None
    assert other is not None
    assert one.case.facts.read_at == other.case.facts.read_at
    assert addresses(repr(other))
    assert not addresses(repr(one))
