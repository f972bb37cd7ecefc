"""Small shops that name their orders in Stripe each in their own way: books in SQLite, payments in a sandbox."""

import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from core.desk import Desk
from core.journal import Filter, Journal, ScanRecord
from core.orders import OrdersReader
from core.sandbox.stripe import SECRET_KEY_TEST, StripeServer, objects
from core.sandbox.stripe.objects import Json
from core.scanning.plan import Plan
from core.scanning.scan import Sources, run
from core.settings import OrdersMapping
from core.stripe_api import Access, StripeReader
from core.stripe_api.spans import Limits, SpanReader
from core.surroundings import Surroundings
from core.webhooks import Sender
from tests.waiting import LIMIT

DAY = 86_400
FAST = Limits(per_endpoint=1000.0, overall=1000.0)
TABLES = """
CREATE TABLE orders (id integer primary key, number text, uuid text, cart text, customer integer, status text,
    total integer, currency text, email text, created integer);
CREATE TABLE payments (id integer primary key, order_id integer, stripe_id text, token text, status text);
"""
ORDERS: Mapping[str, object] = {
    "table": "orders",
    "columns": {
        "id": "id", "number": "number", "status": "status", "amount": "total", "currency": "currency",
        "customer_email": "email", "created_at": "created",
    },
}  # fmt: skip
PAYMENTS: Mapping[str, object] = {"table": "payments", "columns": {"order_id": "order_id", "stripe_refs": "stripe_id"}}


@dataclass(frozen=True)
class Sold:
    """One order as the shop knows it. `token`: its payment's."""

    id: int
    number: str
    uuid: str
    cart: str
    customer: int
    token: str
    email: str
    total: int


Bears = Callable[[Sold], tuple[str | None, Mapping[str, str]]]
"""What its payment bears: a client_reference_id, and metadata."""


class NamedShop:
    """`paid` orders that store their payment and are booked, and one, `lost`, that was paid and never heard of it.
    `stores_lost`: whether that one keeps the payment's id; `sessions`: whether there is Checkout."""

    def __init__(
        self, folder: Path, server: StripeServer, bears: Bears, *, paid: int = 8, sessions: bool = False,
        stores_lost: bool = False, alike: bool = False,
    ) -> None:  # fmt: skip
        self.folder, self.server = folder, server
        self.now = int(time.time())
        self._rng, self._bears, self._sessions = Random(7), bears, sessions  # noqa: S311 - the same every time
        self.database = folder / "shop.sqlite3"
        self.books = sqlite3.connect(self.database)
        self.books.executescript(TABLES)
        self.sold = [self._order(n, alike=alike) for n in range(1, paid + 2)]
        for one in self.sold:
            last = one is self.sold[-1]
            stripe_id = self.pay(one)
            self._write(one, "pending" if last else "paid", stripe_id if stores_lost or not last else None)
        self.books.commit()

    @property
    def lost(self) -> Sold:
        """The order that was paid, and that the app never booked."""
        return self.sold[-1]

    def pay(self, one: Sold, *, at: int | None = None) -> str:
        """Another payment for it; the id that a shop keeps of it."""
        client, metadata = self._bears(one)
        made = at or self.now - 3 * DAY + 600 * one.id + 60
        about: dict[str, Any] = {"amount": one.total, "currency": "eur", "metadata": dict(metadata)}
        billing = objects.billing_details(one.email)
        charge = objects.charge(self._rng, made, **about, billing_details=billing)
        intent = objects.payment_intent(
            self._rng, made, **about, status="succeeded", amount_received=one.total, latest_charge=charge["id"]
        )
        self._put(intent, {**charge, "payment_intent": intent["id"]})
        if not self._sessions:
            return str(intent["id"])
        session = objects.checkout_session(
            self._rng, made, amount_total=one.total, currency="eur", metadata=dict(metadata), status="complete",
            payment_status="paid", payment_intent=intent["id"], client_reference_id=client,
            customer_details={"email": one.email},
        )  # fmt: skip
        self._put(session)
        return str(session["id"])

    def reader(self, **settings: object) -> OrdersReader:
        """The orders as these settings say: `extra` of orders or payments, `metadata` of Stripe."""
        of_orders, of_payments = settings.get("extra", {}), settings.get("payment_extra", {})
        mapping = {
            "orders": {**ORDERS, "extra": of_orders},
            "payments": [{**PAYMENTS, "extra": of_payments}],
            "metadata": settings.get("metadata", {}),
        }
        return OrdersReader(f"sqlite:///{self.database}", OrdersMapping.model_validate(mapping))

    def journal(self) -> Journal:
        """The journal of scans and cases."""
        return Journal(f"sqlite:///{self.folder / 'journal.sqlite3'}")

    @contextmanager
    def desk(self, **settings: object) -> Iterator[Desk]:
        """A desk on the shop, with these settings."""
        access = Access(api_key=SECRET_KEY_TEST, api_base=self.server.url)
        orders, surroundings = self.reader(**settings), Surroundings(as_live=True)
        with Desk(
            orders, StripeReader(access, timeout=LIMIT), Sender(None, None), self.journal(), surroundings,
            clock=time.time, pause=time.sleep,
        ) as desk:  # fmt: skip
            yield desk

    def scan(self, **settings: object) -> ScanRecord:
        """A scan with these settings, with a full look at all of what the cheap test discards."""
        access = Access(api_key=SECRET_KEY_TEST, api_base=self.server.url)
        sources = Sources(
            self.reader(**settings), SpanReader(access, FAST, timeout=LIMIT, patience=2.0), self.journal(),
            self.folder / "scratch", Surroundings(as_live=True), time.time, patience=(0.1,),
        )  # fmt: skip
        try:
            return run(Plan(since=self.now - 60 * DAY, who="tests", canary=1.0), sources)
        finally:
            sources.close()

    def headlines(self) -> dict[str, str | None]:
        """The headline of each case that is kept and not resolved, by its order's number or the payment's key."""
        journal = self.journal()
        cases, _ = journal.inbox.page(Filter(), limit=500)
        journal.close()
        return {case.number or case.key: case.code for case in cases if case.state != "resolved"}

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        """Change the books."""
        self.books.execute(sql, values)
        self.books.commit()

    def close(self) -> None:
        """Let go of the books."""
        self.books.close()

    def _order(self, n: int, *, alike: bool) -> Sold:
        made, token = (str(uuid.UUID(int=self._rng.getrandbits(128), version=4)) for _ in range(2))
        total, email = (1990, "") if alike else (1990 + 100 * n, f"buyer{n}@example.com")
        return Sold(n, str(10_000 + n), made, f"C{n:03}x", n % 5 + 2, token, email, total)

    def _write(self, one: Sold, status: str, stripe_id: str | None) -> None:
        made = self.now - 3 * DAY + 600 * one.id
        row = (one.id, one.number, one.uuid, one.cart, one.customer, status, one.total, "eur", one.email or None, made)
        self.books.execute("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        paid = "INSERT INTO payments (order_id, stripe_id, token, status) VALUES (?, ?, ?, ?)"
        self.books.execute(paid, (one.id, stripe_id, one.token, status))

    def _put(self, *things: Json) -> None:
        for thing in things:
            self.server.store.put(thing)
