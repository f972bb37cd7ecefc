"""No rule raises on what Stripe really said, whole or mangled, in the place of any object of a case."""

import copy
import random
from typing import Any

import pytest

from core.cases import Case
from core.rules import examine
from tests.facts.captured import captured
from tests.rules.attempts import KINDS, ORDER, Json, Ledger, free, paid
from tests.rules.bundles import right_row
from tests.rules.stage import NOW

JUNK: tuple[Any, ...] = (None, "", "usd", 0, -1, 10**18, 1.5, True, [], {}, ["x"], {"id": 7}, [{"id": None}])
STATUSES = ("pending", "paid", "cancelled", "refunded", "failed")


@pytest.fixture(scope="module")
def payloads() -> list[Json]:
    """Every captured object of a kind we read."""
    return [dict(raw) for raw in captured()]


@pytest.fixture(scope="module")
def bundle() -> Json:
    """An order that was paid once and once finished for nothing, refunded in part and disputed."""
    ledger = Ledger("live", "usd")
    ledger.endpoint("the shop's")
    paid(ledger, NOW - 90_000, 5000, 1)
    free(ledger, NOW - 95_000, 5000, 0)
    ledger.refund(ledger.lists["charges"][0], 1000, "succeeded", NOW - 7_000)
    ledger.dispute(ledger.lists["charges"][0], "needs_response", NOW - 6_000)
    made = ledger.bundle({})
    return made | {"order": right_row(made)}


def everywhere(bundle: Json, payload: Json) -> list[Json]:
    """The bundle with the payload in the place of one object of each kind: as it is; and with the ids of that object,
    so that it is looked at as the order's own."""
    found: list[Json] = []
    for kind in KINDS:
        first, *others = bundle["stripe"][kind]
        names = {key: first[key] for key in ("id", "payment_intent", "charge", "client_reference_id") if key in first}
        for thing in (payload, payload | names | {"metadata": {"order_id": ORDER}}):
            row = bundle["order"] | {"status": STATUSES[len(found) % len(STATUSES)]}
            found.append(bundle | {"stripe": bundle["stripe"] | {kind: [thing, *others]}, "order": row})
    return found


def mangled(payload: Json, dice: random.Random) -> Json:
    """The payload with some of its fields gone, null or of another type, also inside."""
    odd = copy.deepcopy(payload)
    inner = [odd, *(value for value in odd.values() if isinstance(value, dict) and value)]
    for place in inner:
        for key in dice.sample(sorted(place), min(len(place), 3)):
            if dice.random() < 0.3:
                del place[key]
            else:
                place[key] = copy.deepcopy(dice.choice(JUNK))
    return odd


def test_no_rule_raises_on_a_captured_payload_in_any_place(bundle: Json, payloads: list[Json]) -> None:
    for payload in payloads:
        for case in everywhere(bundle, payload):
            assert all(finding.evidence for finding in examine(Case.of(case)).diagnosis.findings)


def test_no_rule_raises_on_a_mangled_one(bundle: Json, payloads: list[Json]) -> None:
    dice = random.Random(4)  # noqa: S311 - not a secret
    for payload in payloads:
        for case in everywhere(bundle, mangled(payload, dice)):
            assert all(finding.evidence for finding in examine(Case.of(case)).diagnosis.findings)


def test_no_rule_raises_on_an_order_made_of_one(bundle: Json, payloads: list[Json]) -> None:
    for payload in payloads:
        for row in (payload, payload | {"id": ORDER, "status": "paid"}):
            assert all(finding.evidence for finding in examine(Case.of(bundle | {"order": row})).diagnosis.findings)
