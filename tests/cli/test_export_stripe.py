"""`orderlens export --stripe DIR`: a copy of Stripe's objects in Parquet, from the sandbox over real HTTP."""

import json
import stat
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.journal import Journal
from core.rest import parquet
from core.rest.sieve.duck import Duck
from core.sandbox import World
from core.scanning.scratch import brief_of_object
from tests.cli.conftest import Orderlens
from tests.worlds import world_of

world = world_of()


def test_all_of_stripe_is_there_as_it_was_sent(world: World, orderlens: Orderlens, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'journal.sqlite3'}"
    done = orderlens("export", "--stripe", "copy", env={**world.settings_env(), "ORDERLENS_JOURNAL_URL": url})
    assert done.returncode == 0, done.stderr
    folder, store = tmp_path / "copy", world.stripe.store
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    kinds = {
        "disputes": "dispute",
        "sessions": "checkout.session",
        "intents": "payment_intent",
        "charges": "charge",
        "refunds": "refund",
    }
    written = parquet.written(folder)
    assert {kind: written.rows[kind] for kind in kinds} == {kind: store.count(name) for kind, name in kinds.items()}
    with closing(Duck(memory="500MB")) as duck:
        raws = {key: json.loads(raw) for key, raw in duck.rows(parquet.tables(folder)["intents"].raws)}
        columns = parquet.tables(folder)["intents"].columns
        amounts = list(duck.rows(f"SELECT id, amount, latest_charge FROM ({columns}) t"))
    assert amounts == [(key, raws[key]["amount"], raws[key].get("latest_charge")) for key, _, _ in amounts]
    assert all(brief_of_object(raw)[0].kind == "intent" and not raw.get("client_secret") for raw in raws.values())
    with closing(Journal(url)) as journal:
        ((entry,), _) = journal.recent()
    assert (entry.what, entry.object_id) == ("export", "stripe")


def test_what_was_left_half_written_is_refused(world: World, orderlens: Orderlens, tmp_path: Path) -> None:
    assert orderlens("export", "--stripe", "copy", env=world.settings_env()).returncode == 0
    (tmp_path / "copy" / parquet.WRITTEN).unlink()
    with pytest.raises(SettingsError, match="left half-written"):
        parquet.written(tmp_path / "copy")


def test_a_list_that_could_not_be_read_leaves_nothing(world: World, orderlens: Orderlens, tmp_path: Path) -> None:
    key = "rk_test_" + "x9" * 12
    world.stripe.switches.restrict(key, {"checkout_session_read", "payment_intent_read", "account_read"})
    done = orderlens("export", "--stripe", "copy", env={**world.settings_env(), "STRIPE_API_KEY": key})
    assert done.returncode == 1
    assert "charges" in done.stderr
    assert not list((tmp_path / "copy").iterdir())


@pytest.mark.parametrize("more", [("--limit", "5"), ("--output", "x.csv")])
def test_options_of_the_other_export_are_refused(orderlens: Orderlens, more: tuple[str, str]) -> None:
    done = orderlens("export", "--stripe", "copy", *more, env={})
    assert done.returncode == 2
    assert more[0] in done.stderr
