"""A marketplace made of a sandbox world: its payments on a seller's connected account, its orders naming that one."""

import json
from collections.abc import Iterable
from contextlib import closing
from sqlite3 import connect

from core.sandbox import World
from core.sandbox.stripe.objects import Json
from core.sandbox.stripe.store import Store

SELLER = "acct_1SellerLampsQ7x"
OTHER = "acct_1SellerVasesQ7x"


def to_seller(world: World, *names: str, account: str = SELLER, naming: bool = True) -> Store:
    """Move what Stripe has of these scenarios to a connected account; `naming`: their orders name it."""
    seller = world.stripe.connect(account)
    for name in names:
        objects: Iterable[Json] = world.built[name].objects
        for one in objects:
            mode = world.stripe.store.mode(one["id"])
            if world.stripe.store.get(one["id"], livemode=mode) is not None:
                world.stripe.store.remove(one)
            seller.put(one, livemode=mode)
        seller.fill(world.built[name].baskets())
        if naming:
            name_account(world, name, account)
    return seller


def name_account(world: World, name: str, account: str = SELLER) -> None:
    """The orders of a scenario name an account, wherever their payments are."""
    with closing(connect(world.shop.books.path)) as db, db:
        for row in world.built[name].orders:
            number = str(row["order_number"])
            (kept,) = db.execute("SELECT metadata FROM orders WHERE order_number = ?", (number,)).fetchone()
            told = json.dumps({**json.loads(kept), "stripe_account": account})
            db.execute("UPDATE orders SET metadata = ? WHERE order_number = ?", (told, number))


def hearing(world: World, *, connect_only: bool = True) -> None:
    """The platform's endpoint hears of connected accounts; beside it another of its own, but for `connect_only`."""
    store = world.stripe.store
    for one in list(store.newest_first("webhook_endpoint", livemode=False)):
        store.change(one, application="ca_1Platform")
        if not connect_only:
            store.put({**one, "id": f"{one['id']}Own", "application": None})
