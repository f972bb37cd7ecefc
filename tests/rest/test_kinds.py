"""Which kind of copy it is, is seen by columns; what cannot be read from is refused with the reason."""

import pytest

from core.errors import SettingsError
from core.rest.kinds import RUNS, Column, Kind, recognised

PLURAL = ("checkout_sessions", "payment_intents", "charges", "refunds", "disputes")
SINGULAR = tuple(one.removesuffix("s") for one in PLURAL)
DJANGO = tuple(f"djstripe_{one}" for one in ("session", "paymentintent", "charge", "refund", "dispute"))
RANGES = ("_account_id", "run_started_at", "object", "status", "created_gte", "created_lte")


def columns(tables: tuple[str, ...], names: str, *, schema: str = "stripe", relation: str = "r") -> list[Column]:
    return [
        Column(schema, table, relation, name, "bigint" if name == "created" else "text")
        for table in tables
        for name in names.split()
    ]


def found(*tables: list[Column], kind: str | None = None, schema: str | None = None) -> Kind:
    return recognised([one for some in tables for one in some], kind=kind, schema=schema)


A3 = columns(PLURAL, "id _raw_data created _last_synced_at _updated_at _account_id")
RUN = columns((RUNS,), " ".join(RANGES))


@pytest.mark.parametrize(
    ("tables", "generation", "proves"),
    [
        (A3 + RUN, "A3", True),
        (A3, "A2", False),
        (A3 + columns((RUNS,), "_account_id run_started_at object status cursor"), "A2", False),
        (columns(SINGULAR, "id _raw_data created _synced_at _updated_at _account_id"), "A4", False),
        (columns(PLURAL, "id _raw_data created _updated_at _account_id"), "Stripe Database", False),
        (columns(DJANGO, "djstripe_id id created stripe_data djstripe_updated"), "2.9 or newer", False),
    ],
)
def test_generations(tables: list[Column], generation: str, *, proves: bool) -> None:
    kind = found(tables)
    assert (kind.generation, kind.proves) == (generation, proves)
    assert kind.missing == ("subscriptions", "invoices")


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (columns(PLURAL, "id created last_synced_at updated_at"), "not Stripe's whole objects"),
        (columns(PLURAL, "id created attrs", relation="f"), "is a foreign table"),
        (columns(DJANGO, "djstripe_id id created amount"), "no `stripe_data`"),
        (columns(PLURAL[:2], "id _raw_data created _last_synced_at"), "lacks charges"),
        (columns(("orders",), "id"), "No copy of Stripe's data"),
        ([], "any schema"),
    ],
)
def test_what_cannot_be_read_from(tables: list[Column], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        found(tables)


def test_of_several_the_settings_choose() -> None:
    django = columns(DJANGO, "id created stripe_data djstripe_updated", schema="public")
    with pytest.raises(SettingsError, match=r"sync-engine in stripe, dj-stripe in public"):
        found(A3, django)
    assert found(A3, django, kind="dj-stripe").schema == "public"
    assert found(A3, django, schema="stripe").name == "sync-engine"
    with pytest.raises(SettingsError, match="the schema elsewhere"):
        found(A3, django, schema="elsewhere")
