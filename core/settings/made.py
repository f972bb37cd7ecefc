"""What environment and file together come to: `Settings` of a shop, and of them what reading its orders, or the
server's edge, takes."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from core.settings.environment import default_journal_url
from core.settings.login import Login
from core.settings.mapping import Letters, OrdersMapping, OrdersTable, Privacy
from core.settings.proxies import Proxied
from core.settings.replays import Replays
from core.settings.rest import Rest

STRIPE_API: Final = "https://api.stripe.com"


@dataclass(frozen=True, slots=True)
class OrdersSettings:
    """What reading the orders takes: the database's address and the mapping."""

    database_url: SecretStr
    mapping: OrdersMapping


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """What the server's edge needs: the address that people use, how they log in or which proxy has done
    it, the name for the journal where nobody has to, and the shops, where they have names."""

    url: str | None
    login: Login | None
    operator: str
    journal_url: SecretStr
    proxied: Proxied | None = None
    shops: tuple[str, ...] = ()

    @property
    def open_to_all(self) -> bool:
        """Whether nobody has to say who they are."""
        return self.login is None and self.proxied is None


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a shop. Secrets are `SecretStr`: printing a Settings shows none of them.

    `shop`: its name, empty where the file has one shop; `kept_as`: what the journal keeps it under;
    `stripe_rate_endpoint`, `stripe_rate_overall`: requests a second that the account allows, Stripe's published limits
    where None; `tell`: apprise's addresses of whom to tell; `order_url`: an order's page in the shop, with gaps for
    {id} and {number}; `app_fetches_events`: the app fetches an event by its id from Stripe; `cache_dir`: for what can
    be read again, the user's own cache folder where None; `rest`: where Stripe's data lie already.
    """

    stripe_api_key: SecretStr
    database_url: SecretStr
    mapping: OrdersMapping
    stripe_api_base: str = STRIPE_API
    stripe_account: str | None = None
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    journal_url: SecretStr = field(default_factory=lambda: SecretStr(default_journal_url()))
    app_hosts: tuple[str, ...] = ()
    webhook_hosts: tuple[str, ...] = ()
    app_api_version: str | None = None
    order_url: str | None = None
    operator: str = "unknown"
    stripe_rate_endpoint: float | None = None
    stripe_rate_overall: float | None = None
    tell: tuple[SecretStr, ...] = ()
    cache_dir: Path | None = None
    letters: Letters = field(default_factory=Letters)
    privacy: Privacy = field(default_factory=Privacy)
    replays: Replays = field(default_factory=Replays)
    app_fetches_events: bool = False
    rest: Rest | None = None
    shop: str = ""
    kept_as: str = ""

    @property
    def orders(self) -> OrdersTable:
        """The [orders] of the mapping."""
        return self.mapping.orders
