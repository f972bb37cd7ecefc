"""A plan for all orders of a world: one is planned, the others are made like it, for that costs nothing."""

from contextlib import closing
from dataclasses import replace

from sqlalchemy import create_engine, text

from core.facts import Json
from core.journal import ReplayItem
from core.money import Money
from core.replaying import of_keys
from core.replaying.sights import Sight, mark, payment_of
from core.stripe_api.spans import SESSIONS, Batch, Range, SpanReader
from tests.replaying.conftest import Shop


def rows(shop: Shop, query: str) -> list[tuple[object, ...]]:
    """Of the shop's orders."""
    books = create_engine(shop.world.orders_database_url)
    with books.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    books.dispose()
    return found


def planned(shop: Shop) -> list[ReplayItem]:
    """The items, in the order in which a plan has them."""
    (like,) = shop.runs.plan(of_keys(["order:1"])).to_send
    keys = {str(name): f"order:{number}" for number, name in rows(shop, "SELECT id, order_number FROM orders")}
    events = shop.world.stripe.store.newest_first("event", livemode=False)
    about = [(one, one["data"]["object"]) for one in events if one["type"] == like.event_type]
    items = [
        ReplayItem(
            case_key=keys[subject["client_reference_id"]], name=subject["client_reference_id"], event_id=event["id"],
            event_type=event["type"], object_id=subject["id"], event_created=event["created"], endpoint=like.endpoint,
            target=like.target, money=Money(subject["amount_total"], subject["currency"]), says=like.says,
            before=like.before,
        )
        for event, subject in about
    ]  # fmt: skip
    sights = seen(shop, like)
    items = [replace(item, sight=sights[item.case_key]) for item in items]
    assert like in items
    return sorted(items, key=lambda one: (one.event_created, one.event_id))


def seen(shop: Shop, like: ReplayItem) -> dict[str, str]:
    """The sight of each order, by its key, as if all had been read when that of `like` was."""
    first, sides, found = Sight.read(like.sight), shop.desk.acting.sides, dict[str, Json]()
    assert first is not None

    def keep(batch: Batch) -> None:
        found.update((str(raw["id"]), raw) for raw in batch.objects)

    with closing(SpanReader(sides.stripe.access)) as reader:
        reader.read([(SESSIONS, [Range(0, shop.desk.now() + 1)])], keep=keep)
    ids = [str(number) for (number,) in rows(shop, "SELECT id FROM orders")]
    made = dict[str, str]()
    for order in sides.orders.find(ids=ids, limit=len(ids)):
        payment = payment_of(found[order.session_ids[0]], sides.known().keys)
        charge = str(found[payment.id]["payment_intent"]["latest_charge"]["id"])  # type: ignore[index] # expanded
        made[f"order:{order.id}"] = str(
            Sight(
                at=first.at, root=payment.id, made=payment.created, ids=(payment.id, str(payment.intent), charge),
                order=mark(order), payment=mark(payment), found=first.found,
            )
        )  # fmt: skip
    return made
