"""Copies by mapping: what they make of single columns is what Stripe sends, as far as their columns go."""

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from itertools import chain
from typing import Literal

import pytest
from pydantic import SecretStr

from core.checks import Level
from core.errors import SettingsError
from core.rest.assembling import finished
from core.rest.copy import Copy
from core.rest.examining import examine
from core.rest.fields import HOLES, enough
from core.rest.kinds import Column
from core.rest.mapped import found
from core.sandbox import World
from core.scanning.scratch import brief_of_object
from core.settings import Rest
from core.stripe_api.spans import SESSIONS, Range, gist_of
from tests.databases import execute, postgresql
from tests.rest.connectors import FILLS, KEPT
from tests.rest.copies import Json
from tests.rest.test_copy import live
from tests.worlds import STEADY, world_of

EVER = Range(0, 1 << 33)
world = world_of(*STEADY, orders=20)
RESTS = {
    "fivetran": Rest(),
    "airbyte": Rest(),
    "json": Rest(kind="json", tables=KEPT, json="attrs"),
}
LACKS = {
    "fivetran": ("session.recovered_from", "session.currency_conversion", "intent.review"),
    "airbyte": (),
    "json": (),
}


@pytest.fixture(scope="module", params=[*FILLS])
def filled(request: pytest.FixtureRequest, world: World) -> Iterator[tuple[str, str]]:
    with postgresql() as url:
        FILLS[request.param](url, world)
        yield request.param, url


def rest_at(kind: str, url: str, **more: object) -> Rest:
    return replace(RESTS[kind], url=SecretStr(url), **more)  # type: ignore[arg-type] # any field of it


def hidden(session: Json, lacks: tuple[str, ...]) -> bool:
    """Whether what Stripe sends has something where the copy has no column."""
    things = {"session": session, "intent": session.get("payment_intent") or {}}
    return any(things[kind].get(field) for kind, _, field in (one.partition(".") for one in lacks))


def test_it_is_seen_what_it_is_and_what_it_lacks(filled: tuple[str, str]) -> None:
    kind, url = filled
    with closing(Copy(rest_at(kind, url), "test")) as copy:
        assert copy.name == kind
        assert copy.lacks == LACKS[kind]
        assert set(copy.lacks) <= HOLES.keys()


def test_what_is_taken_is_as_stripe_has_it(filled: tuple[str, str], world: World) -> None:
    """Its brief is the same: the same state, the same amount, the same names, the same handles."""
    kind, url = filled
    at_stripe, taken = live(world, SESSIONS), 0
    with closing(Copy(rest_at(kind, url), "test")) as copy:
        for some in copy.objects("sessions", EVER):
            for one in some:
                if not finished("sessions", one) or not enough("sessions", gist_of(one)):
                    continue
                theirs = at_stripe[str(one["id"])]
                if not hidden(theirs, LACKS[kind]):
                    assert brief_of_object(gist_of(one)) == brief_of_object(gist_of(theirs))
                taken += 1
    assert taken > 20


def test_doctor_says_what_is_missing(filled: tuple[str, str]) -> None:
    kind, url = filled
    lines = examine(rest_at(kind, url), mode="test", account=None, now=int(time.time()))
    said = " ".join(one.found for one in lines)
    assert not [one for one in lines if one.level is Level.ERROR], said
    assert f"{kind} (" in said
    assert ("never seen at work" in said) is (kind != "json")
    assert "youngest row was written" in said
    for one in LACKS[kind]:
        assert one in said
    assert ('"session.recovered_from"' in " ".join(one.do for one in lines)) is (kind == "fivetran")


def test_a_column_that_is_called_otherwise_is_named(world: World) -> None:
    with postgresql() as url:
        FILLS["fivetran"](url, world)
        execute(url, "ALTER TABLE stripe.checkout_session RENAME COLUMN amount_total TO total_cents")
        execute(url, "ALTER TABLE stripe.charge RENAME TO charges_v2")
        named = {"tables": {"charge": "charges_v2"}, "columns": {"checkout_session": {"amount_total": "total_cents"}}}
        with closing(Copy(rest_at("fivetran", url, **named), "test")) as copy:
            assert copy.lacks == LACKS["fivetran"]
            assert any(one.get("amount_total") for some in copy.objects("sessions", EVER) for one in some)
        with closing(Copy(rest_at("fivetran", url, tables=named["tables"]), "test")) as copy:
            assert "session.amount_total" in copy.lacks


@pytest.mark.parametrize("held", ["'order_id=>1001'", "NULL"], ids=["unreadable", "empty"])
def test_metadata_that_are_not_known_are_not_taken_for_none(world: World, held: str) -> None:
    """Of a payment that has none Stripe says so; what a copy has no text of may be anything."""
    with postgresql() as url:
        FILLS["fivetran"](url, world)
        with closing(Copy(rest_at("fivetran", url), "test")) as copy:
            assert any(_taken(one) and _paid(one) for one in chain.from_iterable(copy.objects("sessions", EVER)))
            execute(url, f"UPDATE stripe.charge SET metadata = {held}")
            sessions = list(chain.from_iterable(copy.objects("sessions", EVER)))
            assert any(map(_taken, sessions))
            assert not any(_taken(one) and _paid(one) for one in sessions)
            execute(url, f"UPDATE stripe.checkout_session SET metadata = {held}")
            assert not any(map(_taken, chain.from_iterable(copy.objects("sessions", EVER))))


def _paid(session: Mapping[str, object]) -> bool:
    return session.get("payment_status") == "paid" and bool(session.get("payment_intent"))


def _taken(session: Mapping[str, object]) -> bool:
    return finished("sessions", session) and enough("sessions", gist_of(session))


VERSIONS: dict[str, tuple[str, int]] = {  # what is added to an older version, and what of it is taken then
    "of one moment": ("", 0),
    "of an older refresh": ("_airbyte_generation_id", 1),
    "that the connector read before": ("updated", 1),
}


@pytest.mark.parametrize("how", VERSIONS)
def test_of_two_versions_of_one_moment_neither_is_taken(world: World, how: str) -> None:
    """But where something else says which is the later one. The older version says that nobody has paid."""
    later, taken = VERSIONS[how]
    with postgresql() as url:
        FILLS["airbyte"](url, world)
        for table in ("checkout_sessions", "payment_intents", "charges"):
            at = f"(SELECT max(_airbyte_extracted_at) FROM airbyte.{table})"
            if later:
                execute(url, f"ALTER TABLE airbyte.{table} ADD {later} bigint")
                execute(url, f"UPDATE airbyte.{table} SET {later} = 9 WHERE _airbyte_extracted_at = {at}")
                execute(url, f"UPDATE airbyte.{table} SET {later} = 1 WHERE _airbyte_extracted_at < {at}")
        with closing(Copy(rest_at("airbyte", url), "test")) as copy:
            assert sum(map(_taken, chain.from_iterable(copy.objects("sessions", EVER)))) > 20
        for table in ("checkout_sessions", "payment_intents", "charges"):
            execute(url, f"UPDATE airbyte.{table} SET _airbyte_extracted_at = now()")
            with closing(Copy(rest_at("airbyte", url), "test")) as copy:
                sessions = list(chain.from_iterable(copy.objects("sessions", EVER)))
                assert len(sessions) == len({one["id"] for one in sessions}) > 20
                paid = [one for one in sessions if one.get("payment_intent")]
                assert any(map(_taken, paid)) is bool(taken), table


def test_what_is_accepted_and_is_none_is_told(filled: tuple[str, str]) -> None:
    kind, url = filled
    accept = ("gaps", "session.colour", *LACKS[kind])
    lines = examine(rest_at(kind, url, accept=accept), mode="test", account=None, now=int(time.time()))
    (line,) = [one for one in lines if one.level is not Level.FINE]
    assert "accept names session.colour, which is no hole" in line.found
    assert "session.recovered_from" in line.do


def columns(names: str, *, schema: str = "stripe", relation: str = "r", lists: bool = False) -> list[Column]:
    tables = [f"{one}s" if lists else one for one in ("checkout_session", "payment_intent", "charge")]
    return [Column(schema, table, relation, name, "text") for table in tables for name in names.split()]


FIVETRAN = columns("id created status _fivetran_synced")
KEEPING = Rest(kind="json", json="attrs", tables={one: one for one in ("checkout_session", "payment_intent", "charge")})


@pytest.mark.parametrize(
    ("there", "rest", "said", "do"),
    [
        (columns("id attrs", relation="f"), Rest(), "is a foreign table", 'json = "attrs"'),
        (columns("id attrs", lists=True, relation="f"), Rest(), "is a foreign table", 'json = "attrs"'),
        ([], Rest(kind="fdw"), "is a foreign table", 'kind = "json"'),
        (columns("id attrs", relation="f"), KEEPING, "is a foreign table", "MATERIALIZED VIEW"),
        (columns("id attrs", relation="v"), KEEPING, "is a view", "MATERIALIZED VIEW"),
        (columns("id other"), KEEPING, "has no column attrs", "Correct"),
        (columns("id attrs"), replace(KEEPING, synced="at"), "has no column at", "Correct"),
        (columns("id attrs"), Rest(kind="json", json="attrs"), "are to be named", "table.checkout_session"),
        ([], KEEPING, "no table checkout_session", "Check"),
        (columns("id attrs") + columns("id attrs", schema="b"), KEEPING, "in several schemas: b, stripe", "schema"),
        (columns("id _fivetran_synced", relation="f"), Rest(), "is a foreign table", 'json = "attrs"'),
        (columns("id"), Rest(kind="airbyte"), "no table checkout_sessions", "Check"),
        (FIVETRAN[:8], Rest(), "lacks charge", "table.charge"),
        (columns("id _fivetran_synced"), Rest(), "when an object was made", "created"),
        (FIVETRAN + columns("id created _airbyte_extracted_at", lists=True), Rest(), "one of several copies", "kind"),
        (FIVETRAN, Rest(kind="fivetran", columns={"charge": {"amount": "nix"}}), "no column `nix`", "There are"),
        (FIVETRAN, Rest(kind="fivetran", columns={"charge": {"nix": "id"}}), "`nix` is nothing", "These are"),
    ],
)
def test_what_cannot_be_read_from(there: list[Column], rest: Rest, said: str, do: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        found(there, rest)
    assert do in caught.value.next_step


def test_of_several_the_settings_choose() -> None:
    airbyte = columns("id created _airbyte_extracted_at", lists=True)
    assert found(FIVETRAN + airbyte, Rest(kind="airbyte")).name == "airbyte"
    engine = columns("id created _raw_data _last_synced_at", lists=True, schema="engine")
    assert found(FIVETRAN + engine, Rest(kind="sync-engine")).schema == "engine"
    assert found(FIVETRAN + engine, Rest(schema="engine")).name == "sync-engine"
    with pytest.raises(SettingsError, match="fivetran in stripe, another in engine"):
        found(FIVETRAN + engine, Rest())


@pytest.mark.parametrize("kind", [None, "sync-engine"])
def test_the_first_generation_of_sync_engine_has_single_columns(kind: Literal["sync-engine"] | None) -> None:
    engine = found(columns("id created last_synced_at updated_at", lists=True), Rest(kind=kind))
    assert (engine.name, engine.generation, engine.flat, engine.proves) == ("sync-engine", "A1", True, False)


def test_a_real_foreign_table_is_refused_and_what_was_kept_of_it_is_read(world: World) -> None:
    """The catalogue says so of itself; nobody has to write `kind = "fdw"`."""
    with postgresql() as url:
        execute(url, "CREATE FOREIGN DATA WRAPPER stripe_wrapper", "CREATE SCHEMA stripe")
        execute(url, "CREATE SERVER stripe_server FOREIGN DATA WRAPPER stripe_wrapper")
        for name in ("checkout_sessions", "payment_intents", "charges"):
            columns = "id text, created timestamp, attrs jsonb"
            execute(url, f"CREATE FOREIGN TABLE stripe.{name} ({columns}) SERVER stripe_server")
        (line,) = examine(Rest(url=SecretStr(url)), mode="test", account=None, now=int(time.time()))
        assert line.level is Level.ERROR
        assert "stripe.checkout_sessions is a foreign table" in line.found
        assert 'kind = "json", table.checkout_session = "stripe_copy", json = "attrs"' in line.do
        FILLS["json"](url, world)
        with closing(Copy(rest_at("json", url), "test")) as copy:
            assert sum(len(some) for some in copy.objects("sessions", EVER)) > 20
