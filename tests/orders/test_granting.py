"""Which tables Orderlens reads: the sentence that asks for rights and the statements that give them name the same."""

import re

import pytest

from core.checks import Check
from core.orders import examine
from core.orders.database import tables_of
from core.orders.database.queried import queried
from core.settings import OrdersMapping
from tests.databases import postgresql
from tests.shops import NAMES, Shop


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT r.order_id FROM refund r JOIN payment p ON p.id = r.payment_id", ("refund", "payment")),
        ('SELECT 1 FROM "order" o, public."Line" AS l, (SELECT id FROM a, b) c', ("order", "public.Line", "a", "b")),
        ("SELECT 1 FROM (a JOIN b ON a.x = b.x) LEFT JOIN LATERAL (SELECT 2 FROM c) q ON true", ("a", "b", "c")),
        ("WITH last AS (SELECT * FROM pays), w (n) AS (SELECT 1) SELECT 1 FROM last JOIN w ON true", ("pays",)),
        ("SELECT EXTRACT(day FROM made), trim(both from x) FROM o WHERE a IS NOT DISTINCT FROM b", ("o",)),
        ("SELECT ' FROM texts ' -- FROM remarks\n/* FROM here */ FROM real", ("real",)),
        ("SELECT n FROM generate_series(1, 9) n UNION SELECT id FROM `{prefix}odd`", ("{prefix}odd",)),
        ("payable_id IN (SELECT id FROM types WHERE a IN (1, 2))", ("types",)),
        ("status = 'paid' AND coalesce(a, b) > 0", ()),
    ],
)
def test_the_tables_of_a_statement(sql: str, tables: tuple[str, ...]) -> None:
    assert queried(sql) == tables


@pytest.mark.parametrize("name", [name for name in NAMES if Shop(name).native == "pg"])
def test_the_sentence_and_what_is_to_be_pasted_name_the_same_tables(name: str) -> None:
    with postgresql() as url:
        Shop(name).build(url, sqlite=False)
        line = _rights(url, Shop(name).mapping)
    said = re.findall(r"GRANT SELECT ON (.*?) TO", line.found)[0].split(", ")
    pasted = re.findall(r'GRANT SELECT ON "public"\."(\w+)"', line.paste)
    assert said == pasted == sorted(tables_of(Shop(name).mapping))
    assert len(said) >= len(Shop(name).mapping.payments) + 1


def test_the_tables_inside_queries_and_conditions_are_among_them() -> None:
    with postgresql() as url:
        Shop("pretix").build(url, sqlite=False)
        line = _rights(url, Shop("pretix").mapping)
    assert "stripe_referencedstripeobject" in line.found


def _rights(url: str, mapping: OrdersMapping) -> Check:
    return next(one for one in examine(url, mapping, mode=None, now=1_795_000_000).checks if "rights" in one.checked)
