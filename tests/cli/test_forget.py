"""`orderlens forget`: nothing that Orderlens keeps tells of that customer any more; and a scan forgets what is old."""

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from core.journal import Filter, Journal
from core.sandbox import World
from tests.cli.conftest import Orderlens
from tests.journal.noted import clean, found
from tests.worlds import world_of

Env = Mapping[str, str]
world = world_of("webhook_refused", "refunded_in_dashboard")


@pytest.fixture
def env(world: World, tmp_path: Path) -> Env:
    journal = f"sqlite:///{tmp_path / 'journal.sqlite3'}"
    cache = str(tmp_path / "cache")
    return {
        **world.settings_env(),
        "ORDERLENS_JOURNAL_URL": journal,
        "ORDERLENS_CACHE_DIR": cache,
        "ORDERLENS_OPERATOR": "jo",
    }


@pytest.fixture
def journal(env: Env) -> Iterator[Journal]:
    with closing(Journal(env["ORDERLENS_JOURNAL_URL"])) as opened:
        yield opened


def numbers(journal: Journal) -> set[str | None]:
    return {one.number for one in journal.inbox.page(Filter(states=()))[0]}


def test_by_number_their_case_goes_and_scratch_files_go(
    orderlens: Orderlens, env: Env, world: World, journal: Journal
) -> None:
    assert orderlens("scan", "--last", "60d", env=env).returncode == 10
    left = Path(env["ORDERLENS_CACHE_DIR"]) / "scans" / "left-over-1-2"
    left.write_text("what a scan that broke off has read")
    aside = left.with_name("rest.1-2")
    aside.mkdir()
    one, other = (world.built[name].number for name in ("webhook_refused", "refunded_in_dashboard"))
    assert numbers(journal) == {one, other}
    done = orderlens("forget", one, "--yes", env=env)
    assert done.returncode == 0, done.stderr
    assert "1 case would be forgotten" in done.stderr
    assert "Forgotten: 1 case," in done.stderr
    assert numbers(journal) == {other}
    assert not left.exists()
    assert not aside.exists()
    ((entry, *_), _) = journal.recent(limit=1)
    assert (entry.who, entry.what, entry.case_key, dict(entry.details)) == ("jo", "forget", "", {})


def test_without_a_yes_nothing_goes(orderlens: Orderlens, env: Env, world: World, journal: Journal) -> None:
    number = world.built["webhook_refused"].number
    journal.inbox.note([found(f"order:{number}", number=number)], now=int(time.time()))
    done = orderlens("forget", number, env=env)
    assert done.returncode == 2
    assert "Nothing was forgotten" in done.stderr
    assert numbers(journal) == {number}


def test_who_is_gone_from_the_shop_is_forgotten_by_their_order(
    orderlens: Orderlens, env: Env, journal: Journal
) -> None:
    journal.inbox.note([found("order:old-7", number="OLD-7")], now=int(time.time()))
    assert orderlens("forget", "OLD-7", "--yes", env=env).returncode == 0
    assert numbers(journal) == set()


def test_while_a_scan_runs_it_is_refused(orderlens: Orderlens, env: Env, journal: Journal) -> None:
    now = int(time.time())
    journal.inbox.note([found("order:old-7", number="OLD-7")], now=now)
    journal.scans.begin(since=now - 60, until=now, key_mode="test", account=None, who="ben", now=now)
    done = orderlens("forget", "OLD-7", "--yes", env=env)
    assert done.returncode != 0
    assert "is running" in done.stderr
    assert numbers(journal) == {"OLD-7"}


@pytest.mark.parametrize(("days", "kept"), [(None, True), (400, True), (30, False)])
def test_a_scan_forgets_what_healed_longer_ago_than_the_settings_say(
    orderlens: Orderlens, env: Env, journal: Journal, tmp_path: Path, days: int | None, *, kept: bool
) -> None:
    long_ago = int(time.time()) - 90 * 86_400
    journal.inbox.note([found("order:old-7", number="OLD-7", at=long_ago)], now=long_ago)
    journal.inbox.note([clean("order:old-7", at=long_ago + 60)], now=long_ago + 60)
    settings = tmp_path / "with-privacy.toml"
    said = Path(env["ORDERLENS_CONFIG"]).read_text("utf-8") + (f"\n[privacy]\ndays = {days}\n" if days else "")
    settings.write_text(said, "utf-8")
    done = orderlens("scan", "--last", "1d", "--config", str(settings), env=env)
    assert done.returncode in (0, 10), done.stderr
    assert ("OLD-7" in numbers(journal)) is kept


def test_a_time_that_is_none_is_an_error(orderlens: Orderlens, env: Env, tmp_path: Path) -> None:
    settings = tmp_path / "wrong.toml"
    settings.write_text(Path(env["ORDERLENS_CONFIG"]).read_text("utf-8") + "\n[privacy]\ndays = 0\n", "utf-8")
    done = orderlens("scan", "--last", "1d", "--config", str(settings), env=env)
    assert done.returncode == 2
    assert "privacy.days" in done.stderr
