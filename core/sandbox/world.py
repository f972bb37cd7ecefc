"""`World`: Stripe and the shop, started together on loopback with all that has happened between them.

Owns the address of everything, the folder the databases lie in, and the settings a product needs to be pointed at it.
One shop on one account; nothing of it is left behind.
"""

import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

from core.sandbox.loopback import Running
from core.sandbox.scenarios import EVERY, ORDINARY, Built, Scenario, Scenery
from core.sandbox.scenarios.stage import Row
from core.sandbox.shop import Shop
from core.sandbox.stripe import READING_RIGHTS, RESTRICTED_KEY_TEST, SECRET_KEY_LIVE, SECRET_KEY_TEST, StripeServer
from core.sandbox.volume import MIXTURE, generate

WEBHOOK_SECRET = "whsec_" + "OrderlensSandboxShop00000000001"
ORDERS_MAPPING: Mapping[str, object] = {
    "table": "orders",
    "unit": "minor",
    "timezone": "UTC",
    "columns": {
        "id": "id",
        "number": "order_number",
        "status": "status",
        "amount": "total_minor",
        "currency": "currency",
        "session_id": "stripe_session_id",
        "payment_intent_id": "payment_intent_id",
        "customer_email": "customer_email",
        "customer_name": "customer_name",
        "metadata": "metadata",
        "created_at": "created_at",
        "updated_at": "updated_at",
    },
}
"""The `[orders]` table of the product's settings file."""


class World(Running):
    """Between `start` and `stop`: Stripe (`stripe`), the shop (`shop`) and every scenario of the `scenery` played, or
    those that are given, at `now` (seconds since 1970; this moment by default, else Stripe's clock is set by it), and
    `orders` more from `volume` with `shares` of each scenario among them.

    Port 0 lets the system choose; OSError where a port is taken. `directory` is a temporary folder with the databases
    and a settings file, which goes with the world.
    """

    stripe: StripeServer
    shop: Shop
    directory: Path

    def __init__(
        self,
        *,
        stripe_port: int = 0,
        shop_port: int = 0,
        scenery: Scenery = ORDINARY,
        scenarios: Iterable[Scenario] | None = None,
        orders: int = 0,
        shares: Mapping[str, float] = MIXTURE,
        now: int | None = None,
    ) -> None:
        self.scenery = scenery
        whole = SECRET_KEY_LIVE if scenery.live_key else SECRET_KEY_TEST
        self.secret_key = RESTRICTED_KEY_TEST if scenery.lacks else whole
        self.webhook_secret = WEBHOOK_SECRET
        self.orders_mapping = dict(ORDERS_MAPPING)
        self.built: dict[str, Built] = {}
        """Each scenario as it was played, by its name; the volume's orders are not kept."""
        self._ports = stripe_port, shop_port
        self._scenarios = tuple(s for s in EVERY if s.scenery is scenery) if scenarios is None else tuple(scenarios)
        self._volume = orders, dict(shares)
        self.now = now or 0
        """When everything was played, in seconds since 1970: this moment unless it was given."""
        self._open = ExitStack()

    @property
    def stripe_url(self) -> str:
        """Where Stripe's API is, without a trailing slash."""
        return self.stripe.url

    @property
    def webhook_url(self) -> str:
        """The shop's webhook endpoint, the one that is registered at Stripe."""
        return self.shop.webhook_url

    @property
    def orders_database_url(self) -> str:
        """The shop's orders database, for SQLAlchemy."""
        return f"sqlite:///{self.shop.books.path}"

    def start(self) -> None:
        """Play everything, then return once both sides answer."""
        with ExitStack() as opening:
            self.directory = Path(opening.enter_context(tempfile.TemporaryDirectory(prefix="orderlens-sandbox-")))
            stripe_port, shop_port = self._ports
            self.shop = opening.enter_context(
                Shop(self.directory / "shop.sqlite3", self.webhook_secret, port=shop_port)
            )
            self.stripe = opening.enter_context(StripeServer(port=stripe_port))
            self._play()
            (self.directory / "orderlens.toml").write_text(self._settings_file(), encoding="utf-8")
            self._open = opening.pop_all()

    def stop(self) -> None:
        """End both, close the databases, remove the temporary folder. Safe to call twice."""
        self._open.close()

    def settings_env(self) -> dict[str, str]:
        """The environment that points the product at this world; everything in it is made up."""
        return {
            "STRIPE_API_KEY": self.secret_key,
            "ORDERLENS_STRIPE_API_BASE": self.stripe_url,
            "ORDERLENS_DATABASE_URL": self.orders_database_url,
            "ORDERLENS_WEBHOOK_URL": self.webhook_url,
            "ORDERLENS_WEBHOOK_SECRET": self.webhook_secret,
            "ORDERLENS_JOURNAL_URL": f"sqlite:///{self.directory / 'journal.sqlite3'}",
            "ORDERLENS_CONFIG": str(self.directory / "orderlens.toml"),
        }

    def _play(self) -> None:
        clock, url = int(time.time()), self.shop.url
        self.now = now = self.now or clock
        self.stripe.switches.offset = now - clock
        self.stripe.switches.restrict(RESTRICTED_KEY_TEST, READING_RIGHTS - {self.scenery.lacks})
        for endpoint in self.scenery.endpoints(url, now):
            self.stripe.store.put({**endpoint, "secret": self.webhook_secret})
        self.built = {scenario.name: scenario.build(now, url) for scenario in self._scenarios}
        count, shares = self._volume
        rows: list[Row] = []
        for built in chain(generate(count, shares, now, shop_url=url), self.built.values()):
            self.stripe.store.put_all(chain(built.objects, built.prices()))
            self.stripe.store.fill(built.baskets())
            rows.extend(built.orders)
        self.shop.books.add(sorted(rows, key=lambda row: str(row["created_at"])))

    def _settings_file(self) -> str:
        table = {key: value for key, value in self.orders_mapping.items() if key != "columns"}
        columns = ORDERS_MAPPING["columns"]
        lines = ["[orders]", *(f'{key} = "{value}"' for key, value in table.items()), "", "[orders.columns]"]
        lines += [f'{ours} = "{theirs}"' for ours, theirs in columns.items()] if isinstance(columns, Mapping) else []
        lines += ["", "[app]", f'api_version = "{self.scenery.app_api_version}"']
        return "\n".join(lines) + "\n"
