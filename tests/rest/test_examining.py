"""Doctor says what a copy is, what it holds, how old it is and what it lacks."""

import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.checks import Check, Level, worst_of
from core.facts import Mode
from core.rest.examining import examine
from core.sandbox import World
from core.settings import Rest
from core.times import DAY
from tests.databases import execute, postgresql
from tests.rest.copies import ACCOUNT, fill_django, fill_engine, fill_files
from tests.worlds import world_of

world = world_of("paid_and_booked")


def looked(url: str, *, mode: Mode = "test", account: str | None = None, accept: bool = False) -> tuple[Check, ...]:
    rest = Rest(url=SecretStr(url), accept=("gaps",) if accept else ())
    return examine(rest, mode=mode, account=account, now=int(time.time()))


def test_sync_engine(world: World) -> None:
    with postgresql() as url:
        fill_engine(url, world)
        lines = looked(url)
        assert worst_of(lines) is Level.FINE
        assert lines[0].found.startswith("sync-engine (A3) in the schema stripe: 1 sessions, 1 intents, 1 charges")
        assert "sessions: listed to the end from" in lines[1].found
        assert "no table of subscriptions, invoices" in lines[-1].found
        other = looked(url, mode="live")
        assert worst_of(other) is Level.ERROR
        assert ACCOUNT in next(one.found for one in other if one.level is Level.ERROR)


def test_dj_stripe_proves_nothing(world: World) -> None:
    with postgresql() as url:
        fill_django(url, world)
        assert [one.level for one in looked(url)] == [Level.FINE, Level.FINE, Level.WARNING, Level.FINE]
        assert worst_of(looked(url, accept=True)) is Level.FINE


def test_one_that_runs_no_more(world: World) -> None:
    with postgresql() as url:
        fill_engine(url, world, at=int(time.time()) - 8 * DAY)
        (old,) = [one for one in looked(url) if one.level is Level.WARNING]
        assert "whether it is still renewed" in old.do


def test_an_export(world: World, tmp_path: Path) -> None:
    fill_files(tmp_path, world)
    now = int(time.time())
    lines = examine(Rest(path=tmp_path), mode="test", account=None, now=now)
    assert [one.level for one in lines] == [Level.FINE, Level.FINE]
    assert f"of {ACCOUNT}: 1 sessions, 1 intents" in lines[0].found
    other = examine(Rest(path=tmp_path), mode="test", account="acct_1", now=now)
    assert worst_of(other) is Level.ERROR


@pytest.mark.parametrize("kind", ["folder", "sync-engine"])
def test_one_that_is_said_to_be_of_another_account_is_not_used(world: World, tmp_path: Path, kind: str) -> None:
    """By a scan it is not; so it is not well either."""
    with postgresql() as url:
        if kind == "folder":
            fill_files(tmp_path, world)
            rest = Rest(path=tmp_path, account=ACCOUNT)
        else:
            fill_engine(url, world)
            rest = Rest(url=SecretStr(url), account=ACCOUNT)
        assert worst_of(examine(rest, mode="test", account=ACCOUNT, now=int(time.time()))) is Level.FINE
        lines = examine(rest, mode="test", account="acct_key", now=int(time.time()))
    said = [one.found for one in lines if one.level is Level.ERROR]
    assert f"[stripe.rest] says account {ACCOUNT}, and the key reads acct_key: it is not used." in said


def test_rows_of_which_nobody_knows_whose_they_are_are_counted(world: World) -> None:
    with postgresql() as url:
        fill_django(url, world)
        for name in ("session", "paymentintent", "charge"):
            execute(url, f"UPDATE djstripe_{name} SET djstripe_owner_account_id = NULL")
        lines = looked(url, account=ACCOUNT, accept=True)
        assert worst_of(lines) is Level.FINE
        assert "1 sessions, 1 intents, 1 charges" in lines[0].found


def test_of_several_accounts_one_is_to_be_named(world: World) -> None:
    with postgresql() as url:
        fill_engine(url, world)
        execute(
            url,
            """INSERT INTO stripe.checkout_sessions (_raw_data, _last_synced_at, _account_id)
               SELECT _raw_data || '{"id": "cs_test_other"}', now(), 'acct_other' FROM stripe.checkout_sessions""",
        )
        (error,) = [one for one in looked(url) if one.level is Level.ERROR]
        assert "several accounts" in error.found
        assert worst_of(looked(url, account=ACCOUNT)) is Level.FINE


@pytest.mark.parametrize("away", [True, False])
def test_none_at_all(*, away: bool) -> None:
    with postgresql() as url:
        execute(url, "CREATE TABLE orders (id int)")
        (line,) = looked("postgresql://reader:hunter2@127.0.0.1:1/stripe" if away else url)
    assert line.level is Level.ERROR
    assert "hunter2" not in line.found + line.do
