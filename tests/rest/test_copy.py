"""What a copy gives for a span is what Stripe's own list gives: the same briefs, the same handles."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from core.errors import OrdersUnreachable, SettingsError, Unreachable
from core.facts.json import ref
from core.rest.assembling import finished
from core.rest.copy import Copy
from core.rest.files import Files
from core.rest.parquet import Writer, written
from core.rest.proof import ALIVE, proofs
from core.rest.sieve.duck import ASIDE
from core.sandbox import World
from core.scanning.scratch import brief_of_object
from core.settings import Rest, load
from core.stripe_api import Access
from core.stripe_api.spans import CHARGES, INTENTS, SESSIONS, Limits, Listing, Range, SpanReader, gist_of
from core.times import DAY
from core.wiring.scans import sources
from tests.databases import postgresql
from tests.rest.copies import ACCOUNT, Json, fill_django, fill_engine, fill_files, listed
from tests.worlds import world_of

EVER = Range(0, 1 << 33)
world = world_of(orders=60)


@pytest.fixture(scope="module")
def engine(world: World) -> Iterator[str]:
    with postgresql() as url:
        fill_engine(url, world)
        yield url


@pytest.fixture(scope="module")
def django(world: World) -> Iterator[str]:
    with postgresql() as url:
        fill_django(url, world)
        yield url


@pytest.fixture(scope="module")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    fill_files(folder, world)
    return folder


@pytest.fixture(params=["engine", "django", "folder"])
def copy(request: pytest.FixtureRequest) -> Iterator[Copy | Files]:
    where = request.getfixturevalue(request.param)
    with closing(copy_at(where) if isinstance(where, str) else Files(Rest(path=where), "test")) as found:
        yield found


def copy_at(url: str) -> Copy:
    return Copy(Rest(url=SecretStr(url)), "test", ACCOUNT)


def made(one: Mapping[str, object]) -> int:
    return int(str(one["created"]))


def live(world: World, listing: Listing) -> dict[str, Json]:
    found: dict[str, Json] = {}
    access = Access(api_key=world.secret_key, api_base=world.stripe_url)
    with closing(SpanReader(access, Limits(1000.0, 1000.0))) as spans:
        spans.read(
            [(listing, [EVER])], keep=lambda batch: found.update({str(one["id"]): dict(one) for one in batch.objects})
        )
    return found


@pytest.mark.parametrize("listing", [SESSIONS, INTENTS, CHARGES], ids=lambda one: one.kind)
def test_briefs_and_handles_are_those_of_a_live_reading(world: World, copy: Copy | Files, listing: Listing) -> None:
    at_stripe = live(world, listing)
    at_rest = {str(one["id"]): one for some in copy.objects(listing.kind, EVER) for one in some}
    assert at_rest.keys() == at_stripe.keys()
    for key, one in at_stripe.items():
        assert brief_of_object(at_rest[key]) == brief_of_object(gist_of(one))


def test_no_client_secret_comes_out_of_a_copy(copy: Copy | Files) -> None:
    for kind in ("sessions", "intents", "charges"):
        assert not any("_secret_" in repr(one) for some in copy.objects(kind, EVER) for one in some)


def test_a_span_is_of_created_and_ends_before_its_end(copy: Copy | Files) -> None:
    every = sorted(made(one) for some in copy.objects("sessions", EVER) for one in some)
    middle = every[len(every) // 2]
    parts = [Range(0, middle), Range(middle, every[-1] + 1)]
    assert sum(copy.count("sessions", part) for part in parts) == len(every)
    assert [len([o for some in copy.objects("sessions", part) for o in some]) for part in parts] == [
        copy.count("sessions", part) for part in parts
    ]


def test_what_is_over_is_taken_and_nothing_else(copy: Copy | Files) -> None:
    found = [one for some in copy.objects("sessions", EVER) for one in some]
    over = {(one["status"], one["payment_status"]) for one in found if finished("sessions", one)}
    assert over <= {("complete", "paid"), ("complete", "no_payment_required"), ("expired", "unpaid")}
    assert ("complete", "paid") in over
    assert any(one["status"] == "open" for one in found)


@pytest.mark.parametrize("part", [1, 7, 1_000_000])
def test_files_are_joined_in_parts_and_what_lies_apart_is_found(world: World, tmp_path: Path, part: int) -> None:
    """Of a checkout whose payment was made days later, too; of one that is nowhere, only its id."""
    paid = [one["payment_intent"] for one in listed(world, "checkout_sessions") if one["payment_intent"]]
    late, gone = paid[0], paid[1]

    def bend(one: Json) -> Json | None:
        if one["id"] == late:
            one["created"] -= 9 * DAY
        return None if one["id"] == gone else one

    fill_files(tmp_path, world, bend)
    with closing(Files(Rest(path=tmp_path), "test", part=part)) as copy:
        found = [one for some in copy.objects("sessions", EVER) for one in some]
        assert len(found) == len({one["id"] for one in found}) == copy.count("sessions", EVER)
        inside = {ref(one, "payment_intent"): one["payment_intent"] for one in found}
        intent = inside[late]
        assert isinstance(intent, Mapping)
        assert isinstance(intent["latest_charge"], Mapping)
        assert inside[gone] == gone
        assert copy.known("sessions", [str(one["id"]) for one in found]).keys() == {one["id"] for one in found}
        charges = [one for some in copy.objects("charges", EVER) for one in some]
        assert len(charges) == copy.count("charges", EVER)


def test_known_by_ids(copy: Copy | Files) -> None:
    some = [str(one["id"]) for batch in copy.objects("sessions", EVER) for one in batch][:3]
    assert copy.known("sessions", [*some, "cs_test_nobody"]).keys() == set(some)


def test_the_other_mode_and_other_accounts_are_never_mixed_in(engine: str, django: str) -> None:
    for url in (engine, django):
        rest = Rest(url=SecretStr(url))
        for other in (Copy(rest, "live", ACCOUNT), Copy(rest, "test", "acct_other")):
            with closing(other) as copy:
                assert copy.count("sessions", EVER) == 0
        with closing(copy_at(url)) as copy:
            assert copy.accounts() == (ACCOUNT,)


def test_a_run_proves_and_a_row_only_claims(engine: str, django: str) -> None:
    with closing(copy_at(engine)) as copy:
        assert (copy.kind.name, copy.kind.generation) == ("sync-engine", "A3")
        proof = proofs(copy)["sessions"]
        assert proof.proven
        assert len(proof.listed) == 1, "the ranges of a run meet"
    with closing(copy_at(django)) as copy:
        assert copy.kind.name == "dj-stripe"
        claim = proofs(copy)["sessions"]
        assert not claim.proven
        assert claim.at is not None
        assert claim.believed == (Range(0, claim.at - ALIVE),)


def test_stripes_form_of_before_2022_is_read_too(world: World) -> None:
    """2020-08-27, the engine's default: an intent has a list of its charges and no `latest_charge`."""

    def aged(thing: Json) -> Json:
        if thing["object"] == "payment_intent":
            latest = thing.pop("latest_charge")
            thing["charges"] = {"object": "list", "data": [charges[latest]] if latest else [], "has_more": False}
        return thing

    charges = live(world, Listing("charges", "/v1/charges", {}))
    charges = {key: dict(one) for key, one in charges.items()}
    with postgresql() as url:
        fill_engine(url, world, aged)
        with closing(copy_at(url)) as copy:
            for listing in (SESSIONS, INTENTS, CHARGES):
                at_rest = {str(one["id"]): one for some in copy.objects(listing.kind, EVER) for one in some}
                for key, one in live(world, listing).items():
                    assert brief_of_object(at_rest[key]) == brief_of_object(gist_of(one))
                    assert finished(listing.kind, at_rest[key]) == finished(listing.kind, one)


@pytest.mark.parametrize("of", ["engine", "django"])
def test_nothing_can_be_written(request: pytest.FixtureRequest, of: str) -> None:
    copy = copy_at(request.getfixturevalue(of))
    with pytest.raises(Unreachable, match="read-only transaction"), copy.reading() as connection:
        connection.execute(text("CREATE TABLE mine (id int)"))


def test_a_folder_of_the_other_mode_or_none_is_refused(folder: Path, tmp_path: Path) -> None:
    with closing(Files(Rest(path=folder), "live")) as copy, pytest.raises(SettingsError, match="exported in test mode"):
        copy.accounts()
    with closing(Files(Rest(path=tmp_path), "test")) as copy, pytest.raises(SettingsError, match="holds no export"):
        copy.count("sessions", EVER)


@pytest.mark.parametrize("of_another", [True, False])
def test_a_folder_whose_files_are_not_all_of_one_export_is_refused(
    folder: Path, tmp_path: Path, *, of_another: bool
) -> None:
    """As of a folder whose copying from elsewhere was not finished."""
    mixed, other = tmp_path / "mixed", tmp_path / "other"
    shutil.copytree(folder, mixed)
    with closing(Writer(other)) as writer:
        writer.finish(written(folder))
    name = "checkout_sessions.parquet"
    data = (other / name).read_bytes() if of_another else (folder / name).read_bytes()[:-100]
    (mixed / name).write_bytes(data)
    said = "has 0 rows, and export.json says" if of_another else "is not whole"
    with closing(Files(Rest(path=mixed), "test")) as copy, pytest.raises(SettingsError, match=said):
        copy.accounts()


def test_a_database_that_is_away_is_told_without_its_password() -> None:
    rest = Rest(url=SecretStr("postgresql://reader:hunter2@127.0.0.1:1/stripe"), variable="ORDERLENS_STRIPE_REST_URL")
    with closing(Copy(rest, "test")) as copy, pytest.raises(Unreachable) as caught:
        _ = copy.kind
    assert not isinstance(caught.value, OrdersUnreachable)
    assert "hunter2" not in str(caught.value)
    assert "ORDERLENS_STRIPE_REST_URL" in caught.value.next_step
    assert "copy of Stripe's data" in caught.value.message


def test_what_reading_a_folder_lays_aside_lies_where_scans_keep_theirs(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody else may read it and `orderlens forget` removes it: not among everybody's temporary files."""
    toml = (
        f'[orders]\ntable = "orders"\ncolumns = {{ id = "id", status = "status" }}\n[stripe.rest]\npath = "{folder}"\n'
    )
    (tmp_path / "orderlens.toml").write_text(toml)
    monkeypatch.setenv("ORDERLENS_CONFIG", str(tmp_path / "orderlens.toml"))
    monkeypatch.setenv("ORDERLENS_DATABASE_URL", f"sqlite:///{tmp_path / 'shop.sqlite3'}")
    monkeypatch.setenv("ORDERLENS_JOURNAL_URL", f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    monkeypatch.setenv("ORDERLENS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("STRIPE_API_KEY", "sk_" + "test_made_up")
    with closing(sources(load())) as read:
        assert isinstance(read.copy, Files)
        assert read.copy.count("sessions", EVER)
        assert list((tmp_path / "cache" / "scans").glob(f"{ASIDE}*"))
        read.copy.close()
    assert not list((tmp_path / "cache" / "scans").iterdir())
