"""The shops of `tests/real_shops`: rows that real applications wrote, what their orders mean, and what Stripe holds of
them. Each is read with the file that `init` writes, with its questions answered as it offers, nothing added."""

import json
import sqlite3
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg

from core.cases import Case
from core.facts import Json, Order
from core.orders import OrdersReader
from core.orders.habits import ids_come_with_payment
from core.settings import OrdersMapping
from core.setup.starting import draft
from core.stripe_api import StripeReader
from core.surroundings import Surroundings
from core.times import DAY, HOUR
from tests.databases import postgresql

FOLDER = Path(__file__).parent / "real_shops"
NAMES = sorted(path.name for path in FOLDER.iterdir())
PAID = "payment_intent.succeeded"


@dataclass(frozen=True)
class RealShop:
    """One application's fixture."""

    name: str

    @cached_property
    def expected(self) -> list[dict[str, Any]]:
        """Its orders: `scenario`, fields in the words of the mapping language, `should_find`."""
        found: list[dict[str, Any]] = self._expectation["orders"]
        return found

    @contextmanager
    def standing(self, folder: Path) -> Iterator[str]:
        """The address of its database."""
        scripts = [(FOLDER / self.name / f"{kind}.sql").read_text() for kind in ("schema", "seed")]
        if self._expectation["database"] == "postgresql":
            with postgresql() as url:
                with psycopg.connect(url) as connection:
                    for script in scripts:
                        connection.execute(script.encode())
                yield url
            return
        file = folder / f"{self.name}.sqlite3"
        with closing(sqlite3.connect(file)) as connection:
            for script in scripts:
                connection.executescript(script)
        yield f"sqlite:///{file}"

    @cached_property
    def _expectation(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((FOLDER / self.name / "expected.json").read_text())
        return found


@dataclass(frozen=True)
class Read:
    """A shop as `init`'s file reads it."""

    shop: RealShop
    preset: str | None
    mapping: OrdersMapping
    orders: dict[str, Order]


def read(shop: RealShop, url: str, stripe: StripeReader | None = None) -> Read:
    """Its orders by id, with the settings that `init` writes; `stripe`: of its account."""
    made = draft(url, stripe=stripe)
    for one in made.questions:  # as a person who agrees with what is offered
        made = made.answered(one, one.suggestion)
    raw = tomllib.loads(made.text)
    raw.setdefault("stripe", {})
    known = {name: raw[name] for name in ("orders", "payments", "refunds", "paid_otherwise", "carts") if name in raw}
    mapping = OrdersMapping.model_validate({**known, "metadata": raw["stripe"].get("metadata", {})})
    with closing(OrdersReader(url, mapping)) as reader:
        orders = {order.id: order for order in reader.page(since=None, until=None, limit=200).orders}
    return Read(shop, made.preset.name if made.preset else None, mapping, orders)


def intent(order: Order, one: str, minor: int, *, status: str = "succeeded", **more: object) -> list[Json]:
    """A payment of an order's with its charge; `refunded`: minor units of it that went back."""
    created, currency = (order.created_at or 0) + 2, order.currency
    about = {"currency": currency, "created": created, "livemode": False}
    refunded, metadata = more.get("refunded", 0), more.get("metadata", dict(order.metadata_expected))
    settled, held = status == "succeeded", status in ("requires_capture", "canceled")
    payment = {"object": "payment_intent", "id": one, "status": status, "amount": minor, "metadata": metadata, **about}
    payment |= {
        "amount_received": minor if settled else 0,
        "amount_capturable": minor if status == "requires_capture" else 0,
    }
    name = order.charge_ids[0] if len(order.charge_ids) == len(order.payment_intent_ids) == 1 else f"ch_{one[3:]}"
    payment |= {"latest_charge": name} if settled or held else {}
    charge = {"object": "charge", "id": name, "status": "succeeded", "amount": minor, "payment_intent": one}
    charge |= {"captured": settled, "amount_captured": minor if settled else 0, "amount_refunded": refunded, **about}
    charge |= {"refunded": refunded == minor}
    charge |= {"payment_method_details": {"type": "card", "card": {"capture_before": created + 7 * DAY}}}
    back = {"object": "refund", "id": f"re_{one[3:]}", "status": "succeeded", "amount": refunded, **about}
    back |= {"charge": charge["id"], "payment_intent": one}
    return [payment, *([charge] if settled or held else []), *([back] if refunded else [])]


def case(read_: Read, order: Order, held: Iterable[Json], *, unheard: bool = False, deaf: bool = False) -> Case:
    """The case of an order and all that Stripe holds of it, an hour later. `unheard`: the endpoint did not accept the
    word of its payment; `deaf`: there is none."""
    listed: dict[str, list[Json]] = {}
    for one in held:
        name = "sessions" if one["object"] == "checkout.session" else f"{one['object']}s"
        listed.setdefault(name, []).append(one)
    paid = [one for one in listed.get("payment_intents", []) if one["status"] == "succeeded"]
    listed["events"] = [
        {"object": "event", "id": f"evt_{one['id']}", "type": PAID, "created": one["created"], "livemode": False}
        | {"pending_webhooks": int(unheard), "data": {"object": {"id": one["id"]}}}
        for one in paid
    ]
    endpoint = {"object": "webhook_endpoint", "id": "we_1", "status": "enabled", "url": "https://shop.example/hook"}
    listed["webhook_endpoints"] = [] if deaf else [endpoint | {"enabled_events": ["*"], "livemode": False}]
    now = max(one.updated_at or one.created_at or 0 for one in read_.orders.values()) + HOUR
    bundle = {"order": {"id": order.id}, "stripe": {"account": "acct_1", **listed}, "key_mode": "test", "now": now}
    about = Surroundings(
        name_keys=read_.mapping.naming_keys,
        keeps_payments=read_.mapping.keeps_payments,
        ids_come_with_payment=ids_come_with_payment(read_.orders.values()),
    )
    return replace(Case.of(bundle), order=order, surroundings=about)
