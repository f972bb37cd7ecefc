"""The code that readers copy: Python runs against the sandbox and a real PostgreSQL, Node is read by Node itself."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe
from sqlalchemy import Engine, create_engine, make_url, text

from core.catalogue import FAMILIES
from core.catalogue.fixes import NODE, PYTHON
from core.sandbox.stripe import StripeServer
from tests.databases import postgresql
from tests.sandbox.postbox import Postbox
from tests.sandbox.tour import LAMP, Shop, client
from tests.worlds import stripe_of

TABLES = (
    "CREATE TABLE orders (id text PRIMARY KEY, status text NOT NULL, session_id text UNIQUE, payment_intent_id text)",
    "CREATE TABLE stripe_events (id text PRIMARY KEY)",
)
Heard = Callable[[int], list[tuple[bytes, str, str]]]
BOOKS = ["checkout.session.completed", "checkout.session.async_payment_succeeded"]


def names(key: str) -> dict[str, Callable[..., Any]]:
    """What the Python of a family defines."""
    space: dict[str, Callable[..., Any]] = {}
    exec(compile(PYTHON[key], f"{key}.py", "exec"), space)  # noqa: S102 - it is our own, and this is its test
    return space


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with postgresql() as address:
        made = create_engine(make_url(address).set(drivername="postgresql+psycopg"))
        with made.begin() as db:
            for table in TABLES:
                db.execute(text(table))
        yield made
        made.dispose()


server = stripe_of(4, scope="module")


@pytest.fixture(scope="module")
def shop(server: StripeServer) -> Shop:
    return Shop(server)


@pytest.fixture
def sdk(server: StripeServer) -> stripe.StripeClient:
    return client(server)


def started(sdk: stripe.StripeClient, engine: Engine, order: str) -> str:
    """A checkout of a new order, by the repair of the first family; its id."""
    names("id_not_stored")["start_checkout"](sdk, engine, {"id": order, "line_items": [{**LAMP, "quantity": 1}]})
    return str(row(engine, order)["session_id"])


def row(engine: Engine, order: str) -> dict[str, object]:
    with engine.connect() as db:
        found = db.execute(text("SELECT * FROM orders WHERE id = :id"), {"id": order}).mappings().one_or_none()
        return dict(found) if found else {}


def test_each_family_has_code_for_both() -> None:
    assert set(PYTHON) == set(NODE) == {family.key for family in FAMILIES}


@pytest.mark.parametrize("code", [*PYTHON.values(), *NODE.values()])
def test_code_is_short_and_fits_a_page(code: str) -> None:
    lines = code.splitlines()
    assert len(lines) <= 48
    assert max(map(len, lines)) <= 100


class TestTheIdIsStored:
    def test_before_anybody_can_pay(self, sdk: stripe.StripeClient, engine: Engine) -> None:
        found = sdk.v1.checkout.sessions.retrieve(started(sdk, engine, "1042"))
        assert found.client_reference_id == "1042"
        assert found.metadata is not None
        assert found.metadata.to_dict() == {"order_id": "1042"}
        assert "{CHECKOUT_SESSION_ID}" in str(found.success_url)
        assert row(engine, "1042")["status"] == "pending"

    def test_or_neither_the_order_is(self, sdk: stripe.StripeClient, engine: Engine) -> None:
        with pytest.raises(stripe.InvalidRequestError):
            names("id_not_stored")["start_checkout"](sdk, engine, {"id": "1043", "line_items": [{"price": "none"}]})
        assert row(engine, "1043") == {}

    def test_and_is_on_the_payment_as_well(self, sdk: stripe.StripeClient, engine: Engine, shop: Shop) -> None:
        paid = shop.pay({"id": started(sdk, engine, "1044")})
        assert sdk.v1.payment_intents.retrieve(paid["payment_intent"]).metadata.to_dict() == {"order_id": "1044"}


class TestTheStateIsFetched:
    def test_each_state_is_called_what_it_is(self, sdk: stripe.StripeClient, shop: Shop) -> None:
        state_of = names("read_too_early")["state_of"]
        assert state_of(sdk, shop.sell()["id"]) == "open"
        assert state_of(sdk, shop.pay(shop.sell())["id"]) == "paid"
        assert state_of(sdk, shop.pay(shop.sell(), "pm_sepaDebit")["id"]) == "under way"

    def test_an_order_is_cancelled_only_when_nobody_can_pay(self, sdk: stripe.StripeClient, shop: Shop) -> None:
        may_cancel, open_one = names("read_too_early")["may_cancel"], shop.sell()["id"]
        assert may_cancel(sdk, [open_one])
        assert sdk.v1.checkout.sessions.retrieve(open_one).status == "expired"
        assert not may_cancel(sdk, [open_one, shop.pay(shop.sell())["id"]])
        assert not may_cancel(sdk, [shop.pay(shop.sell(), "pm_sepaDebit")["id"]])


class TestAmountsAreStripesToSay:
    @pytest.mark.parametrize(
        ("amount", "currency", "minor"),
        [("50.00", "USD", 5000), ("5000", "jpy", 5000), ("5.000", "KWD", 5000), ("19.99", "eur", 1999)],
    )
    def test_minor_units_are_the_currencys_own(self, amount: str, currency: str, minor: int) -> None:
        assert names("changed_by_stripe")["minor_units"](Decimal(amount), currency) == minor

    def test_the_cart_is_compared_and_the_rest_is_kept(self, sdk: stripe.StripeClient, shop: Shop) -> None:
        figures, session = names("changed_by_stripe")["figures"], sdk.v1.checkout.sessions.retrieve(shop.sell()["id"])
        saved = figures(session, {"id": "1042", "cart_minor": 4250, "currency": "EUR"})
        assert saved == {"paid_minor": 4250, "discount_minor": 0, "shipping_minor": 0, "tax_minor": 0}
        for other in ({"cart_minor": 4251, "currency": "EUR"}, {"cart_minor": 4250, "currency": "USD"}):
            with pytest.raises(ValueError, match="1042"):
                figures(session, {"id": "1042", **other})


class TestTheVerifiedMessageBooks:
    @pytest.fixture
    def heard(self, shop: Shop) -> Iterator[Heard]:
        """The messages that came to the shop's endpoint: body, signature, secret."""
        with Postbox() as postbox:
            made = shop.post("/v1/webhook_endpoints", url=postbox.url, enabled_events=BOOKS)
            yield lambda count: [
                (letter.body, letter.headers["stripe-signature"], made["secret"]) for letter in postbox.wait_for(count)
            ]
            shop.delete(f"/v1/webhook_endpoints/{made['id']}")

    def test_once_however_often_and_however_parallel_it_comes(
        self, sdk: stripe.StripeClient, engine: Engine, shop: Shop, heard: Heard
    ) -> None:
        paid = shop.pay({"id": started(sdk, engine, "2001")})
        message, on_webhook = heard(1)[0], names("wrong_id")["on_webhook"]
        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(lambda _: on_webhook(sdk, engine, *message), range(8))) == {200}
        assert row(engine, "2001") == {
            "id": "2001",
            "status": "paid",
            "session_id": paid["id"],
            "payment_intent_id": paid["payment_intent"],
        }

    def test_not_at_all_with_another_secret(
        self, sdk: stripe.StripeClient, engine: Engine, shop: Shop, heard: Heard
    ) -> None:
        shop.pay({"id": started(sdk, engine, "2002")})
        body, signature, _ = heard(1)[0]
        assert names("wrong_id")["on_webhook"](sdk, engine, body, signature, "whsec_another") == 400
        assert row(engine, "2002")["status"] == "pending"

    def test_later_where_the_order_is_not_there_yet(
        self, sdk: stripe.StripeClient, engine: Engine, shop: Shop, heard: Heard
    ) -> None:
        shop.pay(shop.sell(client_reference_id="2003"))
        message, on_webhook = heard(1)[0], names("wrong_id")["on_webhook"]
        with pytest.raises(LookupError, match="2003"):
            on_webhook(sdk, engine, *message)
        with engine.begin() as db:
            db.execute(text("INSERT INTO orders (id, status) VALUES ('2003', 'pending')"))
        assert on_webhook(sdk, engine, *message) == 200  # the failed attempt did not count as done
        assert row(engine, "2003")["status"] == "paid"

    def test_a_slow_payment_when_its_money_has_come(
        self, sdk: stripe.StripeClient, engine: Engine, shop: Shop, heard: Heard
    ) -> None:
        session = started(sdk, engine, "2004")
        shop.pay({"id": session}, "pm_sepaDebit")
        on_webhook = names("wrong_id")["on_webhook"]
        assert on_webhook(sdk, engine, *heard(1)[0]) == 200
        assert row(engine, "2004")["status"] == "pending"
        requests.post(f"{shop.server.url}/_sandbox/settle", json={"session": session}, timeout=10).raise_for_status()
        assert on_webhook(sdk, engine, *heard(2)[1]) == 200
        assert row(engine, "2004")["status"] == "paid"

    def test_and_never_a_cancelled_order(
        self, sdk: stripe.StripeClient, engine: Engine, shop: Shop, heard: Heard
    ) -> None:
        session = started(sdk, engine, "2005")
        with engine.begin() as db:
            db.execute(text("UPDATE orders SET status = 'cancelled' WHERE id = '2005'"))
        shop.pay({"id": session})
        assert names("wrong_id")["on_webhook"](sdk, engine, *heard(1)[0]) == 200
        assert row(engine, "2005")["status"] == "cancelled"


class TestNode:
    @pytest.fixture
    def node(self) -> str:
        found = shutil.which("node")
        if found is None:
            pytest.skip("Node is not installed: apt-get install nodejs")
        return found

    @pytest.mark.parametrize("key", list(NODE))
    def test_node_reads_it(self, node: str, key: str, tmp_path: Path) -> None:
        path = tmp_path / f"{key}.mjs"
        path.write_text(NODE[key], encoding="utf-8")
        read = subprocess.run([node, "--check", str(path)], capture_output=True, text=True, check=False)
        assert read.returncode == 0, read.stderr

    def test_it_counts_and_reads_states_as_the_python_does(self, node: str, tmp_path: Path) -> None:
        for key in ("changed_by_stripe", "read_too_early"):
            (tmp_path / f"{key}.mjs").write_text(NODE[key], encoding="utf-8")
        asked = """
            import { minorUnits } from "./changed_by_stripe.mjs";
            import { stateOf } from "./read_too_early.mjs";
            const of = (session) => stateOf({ checkout: { sessions: { retrieve: async () => session } } }, "cs_1");
            console.log(JSON.stringify([
              minorUnits(50.0, "USD"), minorUnits(5000, "jpy"), minorUnits(5.0, "kwd"), minorUnits(19.99, "eur"),
              await of({ status: "complete", payment_status: "paid" }),
              await of({ status: "complete", payment_status: "unpaid" }),
              await of({ status: "open", payment_status: "unpaid" }),
            ]));
        """
        (tmp_path / "asked.mjs").write_text(asked, encoding="utf-8")
        told = subprocess.run([node, str(tmp_path / "asked.mjs")], capture_output=True, text=True, check=True)
        assert json.loads(told.stdout) == [5000, 5000, 5000, 1999, "paid", "under way", "open"]
