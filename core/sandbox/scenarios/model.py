"""What a scenario is: a purchase, a script of what happened to it, and what the product is expected to say of it.

Owns `Scenario`, and `Built` with its bundle. Codes are plain strings: nothing of the product is imported.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

from core.sandbox.scenarios.setting import ORDINARY, Scenery
from core.sandbox.scenarios.stage import DAY, Purchase, Row, Stage
from core.sandbox.stripe.objects import ACCOUNT_ID, Json, line_item, product

SHOP_URL = "http://127.0.0.1:8712"
_OTHER_MODE = "; a similar object exists in {there} mode, but a {here} mode key was used to make this request."
_STORED = ("stripe_session_id", "payment_intent_id")
_KINDS = {
    "sessions": "checkout.session",
    "payment_intents": "payment_intent",
    "charges": "charge",
    "refunds": "refund",
    "disputes": "dispute",
    "subscriptions": "subscription",
    "invoices": "invoice",
    "events": "event",
    "setup_intents": "setup_intent",
}
_UNREAD = {"checkout_session_read": ("sessions", "checkout.session"), "dispute_read": ("disputes", "dispute")}
"""What a key cannot see without a right: the product's word for such facts, and Stripe's for the object."""


@dataclass(frozen=True, slots=True)
class Built:
    """A scenario that has happened to order `number`: rows for the shop's books, and the objects Stripe holds, of both
    modes, each as it is at `now` (seconds since 1970)."""

    name: str
    number: str
    now: int
    shop_url: str
    item: str
    orders: tuple[Row, ...]
    objects: tuple[Json, ...]
    scenery: Scenery = ORDINARY

    @property
    def order(self) -> Row:
        """The order the scenario is about."""
        return self._row(self.number)

    def baskets(self) -> dict[str, list[Json]]:
        """What was in each checkout: the line items by the session's id."""
        rng = Random(self.number)
        return {
            one["id"]: [
                line_item(
                    rng,
                    one["created"],
                    description=self.item,
                    amount_subtotal=one["amount_subtotal"],
                    amount_total=one["amount_total"],
                    amount_discount=one["total_details"]["amount_discount"],
                    currency=one["currency"],
                )
            ]
            for one in self.objects
            if one["object"] == "checkout.session" and one["mode"] != "setup"
        }

    def prices(self) -> Iterator[Json]:
        """What its subscriptions are for: each price with its product."""
        rng = Random(self.number)
        for one in self.objects:
            for item in one["items"]["data"] if one["object"] == "subscription" else ():
                price = item["price"]
                yield product(rng, price["created"], id=price["product"], name=self.item, livemode=price["livemode"])
                yield price

    def bundle(self, number: str | None = None) -> dict[str, object]:
        """The case as one JSON document, in the format of `orderlens diagnose`, as its scenery lets it be seen; of
        another order of this scenario where `number` says so."""
        order, scenery = self._row(number or self.number), self.scenery
        kind, hidden = _UNREAD.get(scenery.lacks or "", (None, None))
        ours = [thing for thing in self.objects if self._livemode(thing) == scenery.live_key]
        seen = [self._whole(thing) for thing in ours if thing["object"] != hidden]
        endpoints = [one for one in scenery.endpoints(self.shop_url, self.now) if one["livemode"] == scenery.live_key]
        stripe: dict[str, object] = {
            "account": ACCOUNT_ID,
            **{kind: [thing for thing in seen if thing["object"] == word] for kind, word in _KINDS.items()},
            "webhook_endpoints": endpoints,
            "lookup_errors": self._lookup_errors(order, {str(thing["id"]) for thing in ours}, hidden),
            "unread": [{"kind": kind, "what": f"the {kind}", "because": f"the key lacks {scenery.lacks}"}]
            if kind
            else [],
        }
        stored = {order[column] for column in _STORED} - {None}
        sharing = [row for row in self.orders if row is not order and stored & {row[column] for column in _STORED}]
        return {
            "case": self.name,
            "order": _as_order(order),
            "other_orders": [_as_order(row) for row in sharing],
            "stripe": stripe,
            "config": {"app_api_version": scenery.app_api_version, "as_live": True},
            "key_mode": scenery.key_mode,
            "now": self.now,
        }

    def _row(self, number: str) -> Row:
        return next(row for row in self.orders if row["order_number"] == number)

    def _whole(self, thing: Json) -> Json:
        """An object as it is read: an invoice with what paid it."""
        if thing["object"] != "invoice":
            return thing
        paid_by = [o for o in self.objects if o["object"] == "invoice_payment" and o["invoice"] == thing["id"]]
        return {**thing, "payments": {"object": "list", "data": paid_by, "has_more": False}}

    def _livemode(self, thing: Json) -> bool:
        """The mode an object lives in; a refund does not say, its charge does."""
        if thing["object"] != "refund":
            return bool(thing["livemode"])
        return any(one["livemode"] for one in self.objects if one["id"] == thing["charge"])

    def _lookup_errors(self, order: Row, known: set[str], hidden: str | None) -> list[dict[str, str]]:
        """What Stripe says of the stored ids it does not have in this mode."""
        elsewhere = {str(thing["id"]) for thing in self.objects} - known
        modes = {"there": "test", "here": "live"} if self.scenery.live_key else {"there": "live", "here": "test"}
        errors = []
        for column, word in zip(_STORED, ("checkout.session", "payment_intent"), strict=True):
            stored = order[column]
            if stored and stored not in known and word != hidden:
                message = f"No such {word}: '{stored}'" + (_OTHER_MODE.format(**modes) if stored in elsewhere else "")
                errors.append({"id": str(stored), "code": "resource_missing", "message": message})
        return errors


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something that happens between a shop and Stripe.

    `title`: the sentence a support person would say; `story`: what really happened, for a developer. `code`: what it is
    an example of, None for a healthy look-alike; `also` and `notes`: what else is expected, in any order. `play` tells
    it on a stage. `age`: how long ago the purchase began, in seconds; `ages`: how long ago it may have begun for the
    same to be true. `fault`: the shop's switch that would make it happen; `heals`: the type of the event that mends
    the order when it is replayed to a healthy shop, None where a replay does not help. `scenery`: what stands around
    it; where its key lacks a right, nothing can be called clean.
    """

    name: str
    title: str
    story: str
    code: str | None
    purchase: Purchase
    play: Callable[[Stage], None]
    age: int
    also: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    ages: tuple[int, int] = (2 * DAY, 27 * DAY)
    fault: str = "off"
    heals: str | None = None
    scenery: Scenery = ORDINARY

    @property
    def expected_headline(self) -> str | None:
        """The code of the headline; None where nothing is wrong."""
        return self.code

    def build(
        self,
        now: int,
        shop_url: str = SHOP_URL,
        *,
        purchase: Purchase | None = None,
        age: int | None = None,
        rng: Random | None = None,
    ) -> Built:
        """Play it: the scenario's own purchase at its own time, or another one. The same arguments give the same."""
        buys = purchase or self.purchase
        stage = Stage(
            buys,
            now=now,
            age=self.age if age is None else age,
            shop_url=shop_url,
            rng=rng or Random(buys.number),
        )
        self.play(stage)
        return Built(self.name, buys.number, now, shop_url, buys.item, tuple(stage.orders), stage.objects, self.scenery)


def _as_order(row: Row) -> dict[str, object]:
    return {
        "id": row["order_number"],
        "number": row["order_number"],
        "status": row["status"],
        "amount_minor": row["total_minor"],
        "currency": row["currency"],
        "session_id": row["stripe_session_id"],
        "payment_intent_id": row["payment_intent_id"],
        "customer_email": row["customer_email"],
        "metadata": row["metadata"],
        "created_at": _seconds(row["created_at"]),
        "updated_at": _seconds(row["updated_at"]),
    }


def _seconds(text: object) -> int:
    return int(datetime.fromisoformat(str(text)).timestamp())
