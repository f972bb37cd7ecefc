"""Stripe's lists are read by a process of its own: what it keeps, how it ends, and what is said where it dies."""

import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import Unreachable
from core.facts import NameKeys
from core.sandbox import World
from core.scanning.plan import Plan
from core.scanning.reading.lister import Lister
from core.scanning.scan import run
from core.scanning.scratch import Scratch
from core.stripe_api import Access
from core.stripe_api.spans import REFUNDS, SESSIONS, Limits, Listing, Progress, Range, SpanReader, merged
from tests.scanning.faults import DAY, Between, Child, inbox
from tests.scanning.scanned import FAST, Shop
from tests.waiting import LIMIT, eventually
from tests.worlds import world_of

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="who is whose child is read from /proc"),
    pytest.mark.usefixtures("standing"),
]
Wanted = list[tuple[Listing, tuple[Range, ...]]]


world = world_of(orders=60)


@pytest.fixture
def access(world: World) -> Access:
    return Access(api_key=world.secret_key, api_base=world.stripe_url)


@pytest.fixture
def lister(access: Access) -> Iterator[Lister]:
    with closing(Lister(access, FAST, timeout=LIMIT, patience=2.0)) as lister:
        yield lister
    assert listers() == []


@pytest.fixture
def wanted(world: World) -> Wanted:
    whole = (Range(world.now - 120 * DAY, world.now),)
    return [(SESSIONS, whole), (REFUNDS, whole)]


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Scratch]:
    with closing(Scratch(tmp_path / "scratch.sqlite3", keys=NameKeys(("order_no",)))) as scratch:
        yield scratch


def listers(parent: int | None = None) -> list[int]:
    """The processes that read lists for `parent` (this process), by their ids."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
                line = (folder / "cmdline").read_bytes()
            except OSError:
                continue  # it has ended meanwhile
            if b"core.scanning.reading.lister" in line and int(status["PPid"]) == (parent or os.getpid()):
                found.append(int(folder.name))
    return found


def kill_all() -> list[int]:
    """Kill this process's; their ids."""
    found = listers()
    for pid in found:
        os.kill(pid, signal.SIGKILL)
    return found


def kept(scratch: Scratch) -> dict[str, object]:
    """What is in the scratch: each object as it was told, and its brief; which order they came in does not count."""
    rows = scratch.rows("SELECT * FROM objects")
    names = [name for _, name, *_ in scratch.rows("PRAGMA table_info(objects)")]
    briefs = [dict(zip(names, row, strict=True)) for row in rows]
    return {str(one["id"]): (scratch.raw(one.pop("raw")), one) for one in briefs}


def test_it_keeps_what_a_reader_in_this_process_keeps(
    access: Access, lister: Lister, wanted: Wanted, scratch: Scratch, tmp_path: Path
) -> None:
    here, far = Scratch(tmp_path / "here.sqlite3", keys=scratch.keys), list[Progress]()
    with closing(here), closing(SpanReader(access, FAST, timeout=LIMIT)) as reader:
        usual = reader.read(
            wanted, keep=lambda batch: here.keep(batch.listing.kind, batch.objects, batch.done, batch.flaws())
        )
        read = lister.read(scratch, wanted, progress=far.append)
        assert (read.holes, read.stopped, read.objects) == ((), False, usual.objects)
        assert usual.objects > 60
        assert kept(scratch) == kept(here)
        for listing, ranges in wanted:
            assert merged(scratch.done(listing.kind)) == merged(here.done(listing.kind)) == ranges
    assert far
    assert sorted(one.pages for one in far) == [one.pages for one in far], "it never goes back"


def test_a_process_started_for_nothing_ends(lister: Lister) -> None:
    lister.warm()
    (pid,) = listers()
    lister.warm()
    assert listers() == [pid], "one is enough"
    lister.close()
    assert listers() == []
    lister.close()


def test_one_that_ended_before_its_task_is_replaced(lister: Lister, wanted: Wanted, scratch: Scratch) -> None:
    lister.warm()
    killed = kill_all()
    eventually(lambda: all(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z") for pid in killed))
    assert lister.read(scratch, wanted).holes == ()


def test_it_stops_when_it_is_asked_to_and_leaves_nothing_unsaid(
    access: Access, between: Between, wanted: Wanted, scratch: Scratch
) -> None:
    before = between.asked
    slow = Lister(access, Limits(2, 2), timeout=LIMIT)
    read = slow.read(scratch, wanted, stop=lambda: between.asked > before)
    assert read.stopped
    assert {hole.because for hole in read.holes} == {"the reading was stopped"}
    for listing, ranges in wanted:
        holes = [Range(hole.since, hole.until) for hole in read.holes if hole.kind == listing.kind]
        assert merged([*holes, *scratch.done(listing.kind)]) == ranges
    assert listers() == []


def test_whoever_follows_it_may_give_up(lister: Lister, wanted: Wanted, scratch: Scratch) -> None:
    def told(_: Progress) -> None:
        raise Unreachable("The journal cannot be written.", next_step="Make room.")

    with pytest.raises(Unreachable, match="The journal"):
        lister.read(scratch, wanted, progress=told)
    assert listers() == []


def test_what_a_killed_one_has_not_read_is_a_hole_and_can_be_filled(
    world: World, between: Between, lister: Lister, tmp_path: Path
) -> None:
    calm = Shop(world, tmp_path / "calm")
    assert calm.scan().state == "complete"
    shop = Shop(world, tmp_path / "hunted")
    plan = Plan(since=world.now - 120 * DAY, who="tests", canary=1.0)
    struck: list[int] = []

    def strike(_number: int, path: str) -> None:
        if path == SESSIONS.path and not struck:
            struck.extend(kill_all())

    between.before = strike
    record = run(plan, replace(shop.sources(), lister=lister))
    assert struck
    assert record.state == "partial"
    reasons = {hole.because for hole in record.holes if hole.kind == "sessions"}
    assert reasons == {"the process that reads Stripe's lists ended (exit code -9)"}
    rest = Plan(since=None, who="tests", scan_id=record.id, canary=1.0)
    later = run(rest, replace(shop.sources(), lister=lister))
    assert (later.id, later.state, later.holes) == (record.id, "complete", ())
    assert inbox(shop.journal) == inbox(calm.journal) != {}
    calm.close()
    shop.close()


def test_it_ends_when_its_parent_is_killed(world: World, between: Between, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'journal.sqlite3'}"
    parent = Child(world, tmp_path / "scratch", url, world.orders_database_url)
    world.stripe.switches.fail("hang", 99, SESSIONS.path)
    before = between.paths.count(SESSIONS.path)
    process = parent.start()
    assert eventually(lambda: between.paths.count(SESSIONS.path) > before)
    (pid,) = listers(process.pid)
    process.kill()
    assert eventually(lambda: not Path(f"/proc/{pid}").exists())
    world.stripe.switches.faults.clear()


def test_the_key_stands_on_no_command_line_and_in_no_environment(
    access: Access, between: Between, lister: Lister, wanted: Wanted, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", f" {access.api_key}")
    seen: list[bytes] = []

    def look(_number: int, _path: str) -> None:
        for pid in listers():
            seen.extend(Path(f"/proc/{pid}/{file}").read_bytes() for file in ("cmdline", "environ"))

    between.before = look
    assert lister.read(scratch, wanted).holes == ()
    assert seen
    assert not [one for one in seen if access.api_key.encode() in one]


def test_a_full_disk_is_told_in_words(between: Between, lister: Lister, wanted: Wanted, scratch: Scratch) -> None:
    def fill(_number: int, _path: str) -> None:
        for pid in listers():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, 1))

    between.before = fill
    with pytest.raises(Unreachable, match="cannot be used") as told:
        lister.read(scratch, wanted)
    assert "Make room on the disk" in told.value.next_step
    assert told.value.setting == "ORDERLENS_CACHE_DIR"
