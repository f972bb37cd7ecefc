"""Products, prices and payment methods, as far as Stripe's command line needs them to make and pay a session.

Owns their making and reading. There are no recurring prices: nothing here renews.
"""

from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.objects import Json, billing_details, payment_method, price, product


def create_product(call: Call) -> Json:
    """Make a product by `name`."""
    given = {"name": call.form.required("name"), "description": call.form.text("description")}
    return call.store.put(
        product(call.rng, call.now, livemode=call.livemode, metadata=call.form.mapping("metadata"), **given)
    )


def create_price(call: Call) -> Json:
    """Make a one-time price of a product."""
    return call.store.put(
        price(
            call.rng,
            call.now,
            active=True,
            currency=call.form.required("currency").lower(),
            livemode=call.livemode,
            metadata=call.form.mapping("metadata"),
            product=call.find("product", call.form.required("product"), "product")["id"],
            unit_amount=call.form.integer("unit_amount", 0) or 0,
        )
    )


def create_payment_method(call: Call) -> Json:
    """Make a payment method; whatever card is given, it is the Visa that ends in 4242."""
    call.form.choice("type", ("card", "link"))
    who = billing_details(call.form.text("billing_details[email]"), call.form.text("billing_details[name]"))
    return call.store.put(payment_method(call.rng, call.now, billing_details=who, livemode=call.livemode))


def one_product(call: Call) -> Json:
    """One product."""
    return call.find("product", call.path["id"])


def one_price(call: Call) -> Json:
    """One price."""
    return call.find("price", call.path["id"])


def one_payment_method(call: Call) -> Json:
    """One payment method."""
    return call.find("payment_method", call.path["id"])


OPERATIONS = (
    Operation("POST", "/v1/products", create_product, "plan_write", ("description", "expand", "metadata", "name")),
    Operation("GET", "/v1/products/{id}", one_product, "plan_read", ("expand",)),
    Operation(
        "POST",
        "/v1/prices",
        create_price,
        "plan_write",
        ("currency", "expand", "metadata", "product", "unit_amount"),
    ),
    Operation("GET", "/v1/prices/{id}", one_price, "plan_read", ("expand",)),
    Operation(
        "POST",
        "/v1/payment_methods",
        create_payment_method,
        "payment_method_write",
        ("billing_details", "card", "type"),
    ),
    Operation("GET", "/v1/payment_methods/{id}", one_payment_method, "payment_method_read", ("expand",)),
)
