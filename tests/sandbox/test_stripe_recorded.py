"""The fourth stranger: what Stripe answered to others in an earlier version has no field that the sandbox lacks."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from core.sandbox.stripe import SECRET_KEY_TEST, StripeServer
from tests.sandbox.tour import LAMP

RECORDED = Path(__file__).parents[2].parent / "shared" / "stripe" / "captured"
ASKED_FOR = {"charge.refunds", "list.total_count"}  # whoever recorded them had them expanded
NOT_DESCRIBED = {"setup_intent.excluded_payment_method_types"}  # the SDK's annotations do not have it


def within(thing: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON
    """Each of Stripe's objects in an answer, however deep."""
    if isinstance(thing, dict):
        if isinstance(thing.get("object"), str):
            yield thing
        for each in thing.values():
            yield from within(each)
    elif isinstance(thing, list):
        for each in thing:
            yield from within(each)


def recorded(version: str) -> dict[str, set[str]]:
    """The fields that each kind of object has in every answer that was recorded in that version."""
    if not RECORDED.exists():
        pytest.skip(f"no recorded answers of Stripe's at {RECORDED}")
    fields: dict[str, set[str]] = {}
    with (RECORDED / "index.tsv").open(encoding="utf-8", newline="") as index:
        names = [row["file"] for row in csv.DictReader(index, delimiter="\t") if row["api_version"] == version]
    for name in names:
        for thing in within(json.loads((RECORDED / name).read_text(encoding="utf-8"))):
            kind = thing["object"]
            fields[kind] = fields.get(kind, set(thing)) & set(thing)
    return fields


def played(version: str) -> Iterator[Any]:
    """One object of each kind that apps meet, as a client of that version gets it."""
    with StripeServer(seed=4) as server:
        client = stripe.StripeClient(SECRET_KEY_TEST, stripe_version=version, base_addresses={"api": server.url})

        def post(path: str, **params: object) -> Any:  # noqa: ANN401 - JSON
            return client.raw_request("post", path, **params).data

        customer = post("/v1/customers", email="ada@example.com")
        card = post("/v1/payment_methods/pm_card_visa/attach", customer=customer["id"])
        shared = {"customer": customer["id"], "expand": ["latest_charge.balance_transaction"]}
        method = {"payment_method": card["id"], "confirm": "true"}
        intent = post("/v1/payment_intents", amount=4250, currency="eur", **method, **shared)
        price = post(
            "/v1/prices", product_data={"name": "Tea"}, currency="eur", unit_amount=5, recurring={"interval": "month"}
        )
        bought = {"items": [{"price": price["id"]}], "default_payment_method": card["id"], "expand": ["latest_invoice"]}
        yield from within(
            [
                customer,
                card,
                intent,
                post("/v1/refunds", payment_intent=intent["id"]),
                post("/v1/setup_intents", customer=customer["id"]),
                post("/v1/webhook_endpoints", url="http://127.0.0.1:9", enabled_events=["*"]),
                post(
                    "/v1/checkout/sessions",
                    line_items=[{**LAMP, "quantity": 1}],
                    success_url="https://shop.example.com",
                ),
                post("/v1/subscriptions", customer=customer["id"], **bought),
            ]
        )


@pytest.mark.parametrize(
    "version", ["2022-11-15", "2023-10-16", "2024-06-20", "2024-12-18.acacia", "2025-10-29.clover"]
)
def test_no_field_is_missing(version: str) -> None:
    known = recorded(version)
    lacking = {
        f"{thing['object']}.{name}"
        for thing in played(version)
        for name in known.get(thing["object"], set()) - set(thing)
    }
    assert lacking - ASKED_FOR - NOT_DESCRIBED == set()
