"""Two shops on the command line: `--shop` says which one; a command that is not told asks, and guesses nothing."""

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from core.journal import Filter, Journal
from core.sandbox import World
from tests.cli.conftest import Orderlens
from tests.two_shops import two_shops
from tests.worlds import world_of

Env = Mapping[str, str]
books_world = world_of("webhook_refused")
toys_world = world_of("paid_and_booked")


@pytest.fixture
def env(books_world: World, toys_world: World, tmp_path: Path) -> Env:
    return two_shops(tmp_path, books=books_world, toys=toys_world)


def test_a_case_a_scan_and_its_inbox_are_of_the_shop_that_is_named(
    orderlens: Orderlens, env: Env, books_world: World, toys_world: World, tmp_path: Path
) -> None:
    numbers = [next(iter(one.built.values())).number for one in (books_world, toys_world)]
    for shop, code in (("books", 10), ("toys", 0)):
        done = orderlens("scan", "--last", "60d", "--json", "--shop", shop, env=env)
        assert done.returncode == code, done.stderr
    with closing(Journal(env["ORDERLENS_JOURNAL_URL"], shop="books")) as journal:
        assert [one.number for one in journal.inbox.page(Filter(states=()))[0]] == numbers[:1]
    with closing(Journal(env["ORDERLENS_JOURNAL_URL"], shop="toys")) as journal:
        assert (journal.inbox.page(Filter(states=()))[0], len(journal.scans.recent())) == ((), 1)
    done = orderlens("case", numbers[1], "--json", env={**env, "ORDERLENS_SHOP": "toys"})
    assert (done.returncode, json.loads(done.stdout)["headline"]) == (0, None), done.stderr
    assert [path.name for path in (tmp_path / "scans").iterdir()] != []


def test_which_shop_is_asked(orderlens: Orderlens, env: Env) -> None:
    reading = ["case", "SH-1"], ["orders"], ["scan", "--last", "7d"], ["watch", "--once"], ["export"], ["endpoints"]
    for command in reading:
        done = orderlens(*command, env=env)
        assert done.returncode == 2, done.stderr
        assert "has several shops, and none is named. Example: --shop books" in done.stderr
    done = orderlens("case", "SH-1", "--shop", "lamps", env=env)
    assert "has no shop lamps. Its shops: books, toys." in done.stderr


def test_the_endpoints_that_are_listed_and_probed_are_those_of_the_shop_that_is_named(
    orderlens: Orderlens, env: Env, books_world: World, toys_world: World
) -> None:
    done = orderlens("endpoints", "--probe", "--json", "--shop", "toys", env=env)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert any(toys_world.webhook_url in one["found"] for one in found), done.stderr
    assert books_world.webhook_url not in done.stdout
    assert [one.startswith("evt_orderlens_probe_") for one in toys_world.shop.heard] == [True]
    assert books_world.shop.heard == []


def test_doctor_looks_at_all_of_them_and_calls_each_setting_by_its_name(orderlens: Orderlens, env: Env) -> None:
    lacking = {**env, "ORDERLENS_TOYS_WEBHOOK_SECRET": "", "ORDERLENS_BOOKS_STRIPE_API_KEY": ""}
    done = orderlens("doctor", "--json", env=lacking)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {one["shop"] for one in lines} == {"books", "toys"}
    said = {
        shop: " ".join(one["found"] + one["do"] for one in lines if one["shop"] == shop) for shop in ("books", "toys")
    }
    assert "ORDERLENS_BOOKS_STRIPE_API_KEY is not set" in said["books"]
    assert "ORDERLENS_TOYS_WEBHOOK_SECRET" in said["toys"]
    assert " ORDERLENS_WEBHOOK_SECRET" not in said["toys"]
    assert "The shop toys:" in orderlens("doctor", env=env).stderr
