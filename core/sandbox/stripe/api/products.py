"""Products and their prices: made, changed, read, listed.

Owns what a price may be: an amount for each piece, once or again and again.
"""

from collections.abc import Callable
from random import Random

from core.sandbox.stripe.api import lists, refusals
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.api.forms import Form
from core.sandbox.stripe.objects import Json, price, product

_PRODUCTS, _PRICES = "/v1/products", "/v1/prices"
_INTERVALS = ("day", "month", "week", "year")


def create_product(call: Call) -> Json:
    """Make a product by `name`, with its first price where that is given."""
    form = call.form
    given = {"name": form.required("name"), "description": form.text("description")}
    made = call.store.put(
        product(call.rng, call.now, livemode=call.livemode, metadata=form.mapping("metadata"), **given)
    )
    call.announce("product.created", made)
    if data := form.part("default_price_data"):
        made = call.store.change(made, default_price=_priced(call, data, made["id"])["id"])
    return made


def update_product(call: Call) -> Json:
    """Change a product."""
    known, form = one_product(call), call.form
    changed: Json = {name: form.text(name) for name in ("default_price", "description", "name") if name in form.fields}
    if (active := form.flag("active")) is not None:
        changed["active"] = active
    if "metadata" in form.fields:
        changed["metadata"] = form.merged(known["metadata"])
    after = call.store.change(known, **changed, updated=call.now)
    call.announce("product.updated", after, previous={name: known[name] for name in changed})
    return after


def one_product(call: Call) -> Json:
    """One product."""
    if item := _bought(call):
        named = {"id": call.path["id"], "name": item["description"], "livemode": call.livemode}
        return product(Random(0), item["price"]["created"], active=False, **named)  # as its price is
    return call.find("product", call.path["id"])


def products(call: Call) -> Json:
    """Products that are sold, or no longer are."""
    return lists.page(call, "product", _PRODUCTS, keep=_active(call))


def create_price(call: Call) -> Json:
    """Make a price of a product; both at once with `product_data`."""
    form = call.form
    if data := form.part("product_data"):
        named = product(call.rng, call.now, livemode=call.livemode, name=data.required("name"))
        return _priced(call, form, call.store.put(named)["id"])
    return _priced(call, form, call.find("product", form.required("product"), "product")["id"])


def update_price(call: Call) -> Json:
    """Change what may be changed of a price: never its amount."""
    known, form = one_price(call), call.form
    changed: Json = {name: form.text(name) for name in ("lookup_key", "nickname") if name in form.fields}
    if (active := form.flag("active")) is not None:
        changed["active"] = active
    if "metadata" in form.fields:
        changed["metadata"] = form.merged(known["metadata"])
    return call.store.change(known, **changed)


def one_price(call: Call) -> Json:
    """One price."""
    item = _bought(call)
    return item["price"] if item else call.find("price", call.path["id"])


def prices(call: Call) -> Json:
    """Prices of a product, of a kind, by their look-up keys."""
    form, active = call.form, _active(call)
    kind, of, keys = form.choice("type", ("one_time", "recurring")), form.text("product"), form.texts("lookup_keys")

    def shown(one: Json) -> bool:
        named = not keys or one["lookup_key"] in keys
        return active(one) and named and kind in (None, one["type"]) and of in (None, one["product"])

    return lists.page(call, "price", _PRICES, keep=shown)


def described_price(call: Call, form: Form, where: str) -> Json:
    """The price of a `price` parameter, or a fresh one of `price_data` with its product."""
    if price_id := form.text("price"):
        return call.find("price", price_id, f"{where}[price]")
    data = form.part("price_data")
    if data is None:
        raise refusals.missing_parameter(f"{where}[price]")
    product_id = data.text("product")
    if product_id is None:
        name = data.text("product_data[name]") or "Something"
        product_id = call.store.put(product(call.rng, call.now, livemode=call.livemode, name=name))["id"]
    return _priced(call, data, product_id)


def _priced(call: Call, form: Form, product_id: str) -> Json:
    recurring, monthly = None, form.part("recurring")
    if monthly is not None:
        recurring = {
            "interval": monthly.choice("interval", _INTERVALS) or "month",
            "interval_count": monthly.integer("interval_count", 1) or 1,
            "meter": None,
            "usage_type": "licensed",
        }
    made = price(
        call.rng,
        call.now,
        active=True,
        currency=form.required("currency").lower(),
        livemode=call.livemode,
        lookup_key=form.text("lookup_key"),
        metadata=form.mapping("metadata"),
        nickname=form.text("nickname"),
        product=product_id,
        recurring=recurring,
        type="recurring" if recurring else "one_time",
        unit_amount=form.integer("unit_amount", 0) or 0,
    )
    call.store.put(made)
    call.announce("price.created", made)
    return made


def features(call: Call) -> Json:
    """What a product entitles to: nothing, here."""
    return lists.whole(call, [], f"{_PRODUCTS}/{one_product(call)['id']}/features")


def _bought(call: Call) -> Json | None:
    """The line item in which this was priced, where it is on no list."""
    asked = call.path["id"]
    return None if call.store.get(asked, livemode=call.livemode) else call.store.in_baskets.get(asked)


def _active(call: Call) -> Callable[[Json], bool]:
    """Shows all, or what is active or not."""
    wanted = call.form.flag("active")
    return lambda one: wanted in (None, one["active"])


_PRICED = ("currency", "lookup_key", "metadata", "nickname", "recurring", "unit_amount")
OPERATIONS = (
    Operation(
        "POST",
        _PRODUCTS,
        create_product,
        "plan_write",
        ("default_price_data", "description", "expand", "metadata", "name"),
    ),
    Operation("GET", _PRODUCTS, products, "plan_read", (*lists.CURSORS, "active", "created")),
    Operation("GET", _PRODUCTS + "/{id}", one_product, "plan_read", ("expand",)),
    Operation("GET", _PRODUCTS + "/{id}/features", features, "plan_read", lists.CURSORS),
    Operation(
        "POST",
        _PRODUCTS + "/{id}",
        update_product,
        "plan_write",
        ("active", "default_price", "description", "expand", "metadata", "name"),
    ),
    Operation("POST", _PRICES, create_price, "plan_write", (*_PRICED, "expand", "product", "product_data")),
    Operation(
        "GET", _PRICES, prices, "plan_read", (*lists.CURSORS, "active", "created", "lookup_keys", "product", "type")
    ),
    Operation("GET", _PRICES + "/{id}", one_price, "plan_read", ("expand",)),
    Operation(
        "POST",
        _PRICES + "/{id}",
        update_price,
        "plan_write",
        ("active", "expand", "lookup_key", "metadata", "nickname"),
    ),
)
