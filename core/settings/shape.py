"""The shape of orderlens.toml: the tables of one shop, or `[shops.NAME]` with the same tables each."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from core.people import Role
from core.settings.allowed import Names
from core.settings.login import LoginTable
from core.settings.mapping import (
    BookedOn,
    Carts,
    Database,
    Letters,
    OrdersMapping,
    OrdersTable,
    PaidOtherwise,
    Payments,
    Privacy,
    Refunds,
    Strict,
    each,
)
from core.settings.outcome import Outcomes
from core.settings.replays import Replays
from core.settings.rest import RestTable


def _shop_name(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name):
        raise ValueError("a shop is called by small letters, digits and -, like north-east")
    return name


ShopName = Annotated[str, AfterValidator(_shop_name)]


class StripeTable(Strict):
    """[stripe]"""

    account: str | None = None
    metadata: dict[str, str] = Field(default_factory=dict)
    booked_on: Annotated[tuple[BookedOn, ...], BeforeValidator(each)] = ()
    rest: RestTable | None = None


class WebhooksTable(Strict):
    """[webhooks]"""

    url: str | None = None


class AppTable(Strict):
    """[app]"""

    hosts: tuple[str, ...] = ()
    webhook_hosts: tuple[str, ...] = ()
    api_version: str | None = None
    order_url: str | None = None
    fetches_events: bool = False


class Tables(Strict):
    """All that is said of a shop."""

    orders: OrdersTable
    payments: tuple[Payments, ...] = ()
    refunds: tuple[Refunds, ...] = ()
    paid_otherwise: tuple[PaidOtherwise, ...] = ()
    carts: Carts | None = None
    database: Database = Database()
    stripe: StripeTable = StripeTable()
    webhooks: WebhooksTable = WebhooksTable()
    app: AppTable = AppTable()
    letters: Letters = Letters()
    privacy: Privacy = Privacy()
    replays: Replays = Replays()
    outcome: Outcomes = Field(default_factory=dict)

    @property
    def mapping(self) -> OrdersMapping:
        """What concerns the orders database."""
        return OrdersMapping(
            orders=self.orders,
            payments=self.payments,
            refunds=self.refunds,
            paid_otherwise=self.paid_otherwise,
            carts=self.carts,
            database=self.database,
            metadata=self.stripe.metadata,
            booked_on=self.stripe.booked_on,
            outcome=self.outcome,
        )


class OneShop(Tables):
    """A file of one shop, which has no name."""

    login: LoginTable | None = None


class Shop(Tables):
    """[shops.NAME]: `roles` and `people` as in [login], for this shop alone; `keeps_journal`: what the journal holds
    from when there was one shop is this one's."""

    roles: dict[Role, Names] = Field(default_factory=dict)
    people: dict[Role, Names] = Field(default_factory=dict)
    keeps_journal: bool = False


class SeveralShops(Strict):
    """A file of several shops, whose tables are looked at one by one."""

    shops: Annotated[dict[ShopName, dict[str, Any]], Field(min_length=1)]
    login: LoginTable | None = None


class ShopOfDoor(Strict):
    """Who may come in to a shop."""

    roles: dict[Role, Names] = Field(default_factory=dict)
    people: dict[Role, Names] = Field(default_factory=dict)


class Door(Strict):
    """What of a file concerns who comes in."""

    login: LoginTable | None = None
    shops: dict[ShopName, ShopOfDoor] = Field(default_factory=dict)
