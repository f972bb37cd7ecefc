"""A run of Data Pipeline: which one is taken, until when it is known, and what is made of Sigma's tables."""

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.checks import Level
from core.errors import SettingsError
from core.facts import Order, OrderStatus
from core.rest.assembling import finished
from core.rest.examining import examine
from core.rest.fields import HOLES, enough
from core.rest.pipeline import FRESH, SUCCESS, Pipeline
from core.rest.proof import ALIVE, proofs
from core.sandbox import World
from core.scanning.scratch import brief_of_object
from core.settings import Rest
from core.stripe_api.spans import SESSIONS, Range, gist_of
from tests.rest.pipelines import fill_pipeline, lay_out
from tests.rest.test_copy import live
from tests.worlds import STEADY, world_of

EVER = Range(0, 1 << 33)
LACKS = (
    "session.payment_status", "session.recovered_from", "session.amount_total", "session.customer_details",
    "session.currency_conversion", "session.metadata", "charge.billing_details",
)  # fmt: skip
world = world_of(*STEADY, orders=20)


@pytest.fixture(scope="module")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pipeline")
    fill_pipeline(folder, world)
    return folder


@pytest.fixture
def copy(folder: Path) -> Iterator[Pipeline]:
    with closing(Pipeline(Rest(kind="data-pipeline", path=folder), "test")) as found:
        yield found


def test_it_is_seen_what_it_lacks(copy: Pipeline) -> None:
    assert copy.lacks == LACKS
    assert set(copy.lacks) <= HOLES.keys()
    assert copy.accounts() == ()


def test_what_is_taken_is_as_stripe_has_it(copy: Pipeline, world: World) -> None:
    """But for the names that stand in a checkout's metadata, and for the amount of one that expired."""
    at_stripe, taken = live(world, SESSIONS), set[str]()
    for some in copy.objects("sessions", EVER):
        for one in some:
            if finished("sessions", one) and enough("sessions", gist_of(one)):
                theirs = at_stripe[str(one["id"])]
                if one["status"] == "complete" and not (
                    theirs.get("recovered_from") or theirs.get("currency_conversion")
                ):
                    assert brief_of_object(gist_of(one)) == brief_of_object(without_metadata(gist_of(theirs)))
                taken.add(f"{one['status']} {one['payment_status']}")
    assert taken == {"complete paid", "expired unpaid"}


def without_metadata(session: Mapping[str, object]) -> Mapping[str, object]:
    return {**session, "metadata": {}, "customer_details": None, "customer_email": None}


def test_all_is_known_until_twelve_hours_before_the_run(copy: Pipeline) -> None:
    for one in proofs(copy).values():
        assert one.proven
        assert one.at is not None
        assert one.at == pytest.approx(time.time() - FRESH, abs=600)
        assert one.believed == (Range(0, one.at - ALIVE),)


def test_a_mark_that_was_copied_later_makes_it_no_younger(copy: Pipeline, folder: Path) -> None:
    mark = folder / "testmode" / "2026113012" / SUCCESS
    before = copy.written.read_at
    mark.touch()
    with closing(Pipeline(copy.rest, "test")) as again:
        assert again.written.read_at == before


def test_of_several_runs_the_newest_complete_one_is_taken(tmp_path: Path) -> None:
    for run in ("2026113006", "2026113012", "2026113018"):
        lay_out(tmp_path, {}, run=run)
    (tmp_path / "testmode" / "2026113018" / SUCCESS).unlink()
    copy = Pipeline(Rest(path=tmp_path), "test")
    assert copy.run.name == "2026113012"
    assert "2026113018 is not complete" in copy.words
    assert Pipeline(Rest(path=tmp_path / "testmode"), "test").run == copy.run
    assert Pipeline(Rest(path=copy.run), "test").run == copy.run


def test_a_mode_may_lie_in_each_run(tmp_path: Path) -> None:
    inside = lay_out(tmp_path / "away", {})
    (tmp_path / "2026113012").mkdir()
    inside.rename(tmp_path / "2026113012" / "testmode")
    (tmp_path / "away" / "testmode").rmdir()
    (tmp_path / "away").rmdir()
    assert Pipeline(Rest(path=tmp_path), "test").run == tmp_path / "2026113012" / "testmode"


@pytest.mark.parametrize("table", ["checkout_sessions", "charges_metadata"])
@pytest.mark.parametrize("name", ["part-{:05}.parquet", "part-{:05}-tid-77-4d3a-c000.snappy.parquet"])
def test_a_file_that_is_left_out_among_others_leaves_nothing_proven(tmp_path: Path, table: str, name: str) -> None:
    """A writer may leave out a part that has no row, so it is a hole that can be accepted, and no refusal."""
    run = lay_out(tmp_path, {})
    (first,) = (run / table).iterdir()
    held = first.read_bytes()
    first.unlink()
    for number in (0, 1, 2, 10):
        (run / table / name.format(number)).write_bytes(held)
    rest = Rest(kind="data-pipeline", path=tmp_path, accept=LACKS)
    with closing(Pipeline(rest, "test")) as copy:
        assert not any(one.proven for one in proofs(copy).values())
        assert copy.doubt == f"the run 2026113012 has no part 3 of {table}, and has part 10"
    warned = [
        one for one in examine(rest, mode="test", account=None, now=int(time.time())) if one.level is not Level.FINE
    ]
    assert [one.found.startswith(copy.doubt) for one in warned] == [True]
    for number in range(3, 10):
        (run / table / name.format(number)).write_bytes(held)
    with closing(Pipeline(rest, "test")) as copy:
        assert copy.doubt == ""
        assert all(one.proven for one in proofs(copy).values())


def test_what_cannot_be_read_from(tmp_path: Path) -> None:
    lay_out(tmp_path, {})
    with pytest.raises(SettingsError, match="no complete run of Data Pipeline in live mode"):
        _ = Pipeline(Rest(path=tmp_path / "livemode"), "live").run
    with pytest.raises(SettingsError, match="is of testmode, and the key is a live key"):
        _ = Pipeline(Rest(path=tmp_path / "testmode"), "live").run
    run = Pipeline(Rest(path=tmp_path), "test").run
    (run / "charges" / "part-00000.parquet").unlink()
    with closing(Pipeline(Rest(path=tmp_path), "test")) as copy, pytest.raises(SettingsError, match="lacks charges"):
        _ = copy.written
    (run / SUCCESS).unlink()
    with pytest.raises(SettingsError, match="None of its 1 runs is complete"):
        _ = Pipeline(Rest(path=tmp_path), "test").run


def test_doctor_says_what_it_holds_and_what_is_missing(folder: Path) -> None:
    rest = Rest(kind="data-pipeline", path=folder)
    lines = examine(rest, mode="test", account=None, now=int(time.time()))
    said = " ".join(one.found for one in lines)
    assert [one.level for one in lines if one.level is not Level.FINE] == [Level.WARNING], said
    assert "never seen at work" in said
    assert " sessions, " in said
    assert "listed to the end from" in said
    for one in LACKS:
        assert one in said
    assert 'accept = ["session.payment_status"' in " ".join(one.do for one in lines)
    rest = Rest(kind="data-pipeline", path=folder, accept=LACKS)
    assert {one.level for one in examine(rest, mode="test", account=None, now=int(time.time()))} == {Level.FINE}


@pytest.mark.parametrize(
    ("stored", "client", "told"), [(False, False, True), (True, False, False), (False, True, False)],
    ids=["in the metadata of checkouts alone", "the shop stores ids", "client_reference_id"],
)  # fmt: skip
def test_doctor_says_where_nothing_in_it_leads_to_an_order(
    world: World, tmp_path: Path, *, stored: bool, client: bool, told: bool
) -> None:
    """As the scan does, which will not use it then."""

    def bend(thing: dict[str, Any]) -> dict[str, Any]:
        return {**thing, "metadata": {}, "client_reference_id": "1001" if client else None}

    now = int(time.time())
    fill_pipeline(tmp_path, world, bend, at=now + FRESH)
    orders = [Order("1", OrderStatus.PAID, session_id="cs_test_1" if stored else None)]
    rest = Rest(kind="data-pipeline", path=tmp_path, accept=LACKS)
    lines = examine(rest, mode="test", account=None, now=now, orders=orders)
    assert any("A scan will not use it" in one.found for one in lines) is told
    assert {one.level for one in lines} == ({Level.FINE, Level.WARNING} if told else {Level.FINE})
