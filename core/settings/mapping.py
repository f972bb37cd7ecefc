"""The shape of the mapping language: where a shop's orders stand and how they are to be understood.

Up to five relations, [orders] (a row an order), [[payments]], [[refunds]] and [[paid_otherwise]] (any number of
sources, rows that name their order), and [carts] (of which orders are to come), each either `table` with `columns` (and
to-one `join`, `where`) or one `query`. Owns names, shapes and defaults; what must hold between settings is
`checking`'s. Connects to nothing.
"""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from core.settings import columns
from core.settings.outcome import Outcomes
from core.settings.queries import Query

OrderWord = Literal["created", "pending", "paid", "fulfilled", "cancelled", "failed", "refunded", "partially_refunded"]
RefundWord = Literal["succeeded", "otherwise", "pending", "failed"]
Kind = Literal["session", "payment_intent", "charge"]
BookedOn = Literal[
    "checkout.session.completed", "checkout.session.async_payment_succeeded", "payment_intent.succeeded",
    "charge.succeeded", "charge.captured", "invoice.paid", "invoice.payment_succeeded",
]  # fmt: skip
DATABASE_URL = "ORDERLENS_DATABASE_URL"
FIELDS = frozenset(
    "id number status amount refunded_amount refunded_otherwise paid_otherwise currency session_id payment_intent_id "
    "charge_id stripe_refs customer_email customer_name metadata created_at updated_at deleted tenant "
    "stripe_account".split()
)
"""The canonical names: what a column of an order can be."""
SUM_FIELDS = frozenset({"order_id", "amount", "currency"})
PAYMENT_FIELDS = SUM_FIELDS | frozenset(
    "session_id payment_intent_id charge_id stripe_refs status refunded_amount created_at seq stripe_account".split()
)
CART_FIELDS = frozenset(
    "id customer_email customer_name amount currency created_at session_id payment_intent_id charge_id "
    "stripe_refs".split()
)
KNOWN = {
    "orders": FIELDS,
    "payments": PAYMENT_FIELDS,
    "refunds": SUM_FIELDS | {"status"},
    "paid_otherwise": SUM_FIELDS,
    "carts": CART_FIELDS,
}
"""What each relation understands; every other name is an error."""
EXAMPLE = """\
[orders]
table = "orders"
unit = "minor"          # "minor": cents; "major": 42.00
timezone = "UTC"        # how to read times without a zone
columns = { id = "id", status = "status", amount = "total", currency = "currency", session_id = "stripe_session_id" }

[orders.status_map]     # your word = Orderlens' word
awaiting_payment = "pending"
completed = "paid"
"""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name} is not a time zone") from None
    return name


def _spec(value: object) -> object:
    columns.parse(value)
    return value


def each(value: object) -> object:
    """One value where a list may stand."""
    return value if isinstance(value, list | tuple) else [value]


def env_named(value: object) -> object:
    """The setting of an address."""
    if not isinstance(value, str) or not re.fullmatch(r"env:[A-Za-z_]\w*", value):
        raise ValueError("an address holds a password, so it stands in the environment and is named here")
    return value


def variable_name(name: str) -> str:
    """A setting that names an environment variable."""
    if not re.fullmatch(r"[A-Za-z_]\w*", name):
        raise ValueError("this is not the name of an environment variable")
    return name


Zone = Annotated[str, AfterValidator(_zone)]
ColumnSpec = Annotated[object, AfterValidator(_spec)]
Columns = dict[Annotated[str, Field(min_length=1)], ColumnSpec]
Unit = Literal["minor", "major"] | Annotated[int, Field(strict=True, ge=0, le=12)]
Identifier = Annotated[str, Field(min_length=1)]


class Strict(BaseModel):
    """Settings: frozen, and a key nobody knows is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Database(Strict):
    """Where the database is: its address by the name of an environment variable, the `{prefix}` of its tables, the
    schema (PostgreSQL's search_path, MySQL's database)."""

    url: Annotated[str, BeforeValidator(env_named)] | None = None
    url_env: Annotated[str, AfterValidator(variable_name)] | None = None
    prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]*$")] = ""
    schema_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_$-]+$")] | None = Field(default=None, alias="schema")

    @property
    def variable(self) -> str | None:
        """The environment variable that holds the address; None where it is the usual one of the shop."""
        return self.url_env or (self.url.removeprefix("env:") if self.url else None)


class Join(Strict):
    """A table that has at most one row for each row of the relation."""

    table: Identifier
    alias: Identifier | None = Field(default=None, alias="as")
    on: Annotated[tuple[Identifier, ...], BeforeValidator(each), Field(min_length=1)]


class Relation(Strict):
    """Rows: a table with named columns, or a query. `columns` maps canonical names to columns (see `columns`);
    `unit` says what an amount holds, `extra` names further columns, `find` a condition that an index serves."""

    kind: ClassVar[str] = "orders"
    table: Identifier | None = None
    query: Query | None = None
    columns: Columns = {}
    join: Annotated[tuple[Join, ...], BeforeValidator(each)] = ()
    where: Identifier | None = None
    extra: Columns = {}
    refs_exact: bool = False
    find: dict[Kind, Identifier] = {}


class OrdersTable(Relation):
    """[orders]: a row an order. `status_map` maps the app's words, as patterns over its status columns, to ours."""

    schema_name: str | None = Field(default=None, alias="schema")
    unit: Unit = "minor"
    timezone: Zone = "UTC"
    page_by: Literal["created_at", "id"] = "created_at"
    status_map: dict[str, OrderWord] = {}
    refund_overrides: tuple[OrderWord, ...] = ("paid", "fulfilled", "cancelled")


class ChildRelation(Relation):
    """Rows that name their order; `unit` and `timezone` are the orders' own where they are not said."""

    unit: Unit | None = None
    timezone: Zone | None = None


class Payments(ChildRelation):
    """[[payments]]: attempts to pay. `status_map` maps the app's words to `succeeded`, `refunded` and any other."""

    kind: ClassVar[str] = "payments"
    status_map: dict[str, str] = {}


class Refunds(ChildRelation):
    """[[refunds]]: money that went back, once a row; the sign does not matter. `status_map`, where it is there, maps
    the app's words to `succeeded` (went back by Stripe), `otherwise` (by other means: store credit), `pending`
    (somebody has to carry it out or confirm it) and `failed`."""

    kind: ClassVar[str] = "refunds"
    status_map: dict[str, RefundWord] = {}


class PaidOtherwise(ChildRelation):
    """[[paid_otherwise]]: what was paid by other means than Stripe, once a row; what was taken back bears the other
    sign."""

    kind: ClassVar[str] = "paid_otherwise"


class Carts(ChildRelation):
    """[carts]: what an order is to come of, once its payment is booked. A payment names its cart by an id of Stripe's
    that the cart keeps, or by what `metadata` says that the app writes on it (`client_reference_id` too)."""

    kind: ClassVar[str] = "carts"
    metadata: dict[str, str] = {}


class OrdersMapping(Strict):
    """All of it: what `orders` and the relations beside them are, what the app writes into Stripe's metadata, the
    events on which it books a payment, where that is known, and what must be true of a paid order."""

    orders: OrdersTable
    payments: tuple[Payments, ...] = ()
    refunds: tuple[Refunds, ...] = ()
    paid_otherwise: tuple[PaidOtherwise, ...] = ()
    carts: Carts | None = None
    database: Database = Database()
    metadata: Mapping[str, str] = {}
    booked_on: tuple[BookedOn, ...] = ()
    outcome: Outcomes = {}

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Every relation, [orders] first."""
        children = (*self.payments, *self.refunds, *self.paid_otherwise)
        return (self.orders, *children, *([self.carts] if self.carts else ()))

    @property
    def keeps_payments(self) -> bool:
        """Whether the shop has a place for a payment's id, beside that of the checkout."""
        kept = {"payment_intent_id", "charge_id", "stripe_refs"}
        return any(one.query or not kept.isdisjoint(one.columns) for one in (self.orders, *self.payments))

    @property
    def names_accounts(self) -> bool:
        """Whether orders, or their payments, have a column that says on which connected account a payment is."""
        return any("stripe_account" in one.columns for one in (self.orders, *self.payments))

    @property
    def naming_keys(self) -> tuple[str, ...]:
        """The keys of Stripe's objects under which the app writes an order's id or number, by itself or in a text."""
        return tuple(key for key, template in self.metadata.items() if fields_of(template) & {"id", "number"})

    @property
    def extras(self) -> frozenset[str]:
        """The further columns of orders and payments."""
        return frozenset(name for one in (self.orders, *self.payments) for name in one.extra)


class Privacy(Strict):
    """How long what is settled is kept: `days` after it was found last; None for ever."""

    days: Annotated[int, Field(ge=1, le=36_500)] | None = None


class Letters(Strict):
    """What is said to customers: how it is signed, in which `zone` a day is a day, and the language that is offered
    first."""

    signature: Annotated[str, Field(max_length=500)] = ""
    zone: Zone = "UTC"
    language: Literal["en", "de"] = "en"

    @property
    def clock(self) -> ZoneInfo:
        """The zone."""
        return ZoneInfo(self.zone)


def fields_of(template: str) -> frozenset[str]:
    """The fields that stand in a template of [stripe.metadata]."""
    return frozenset(re.findall(r"\{([^{}]*)\}", template.replace("{{", "").replace("}}", "")))
