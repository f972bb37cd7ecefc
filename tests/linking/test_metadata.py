"""What the settings say that the app writes into Stripe names its order, under whatever key."""

from core.facts import Intent, Order, OrderStatus
from core.linking import names_this

ORDER = Order("5001", OrderStatus.PAID, number="R1", metadata_expected={"spree_order_id": "5001", "shop": "acme"})


def intent(**metadata: str) -> Intent:
    return Intent.of({"id": "pi_1", "object": "payment_intent", "created": 1, "metadata": metadata})


def test_the_apps_own_key_names_the_order() -> None:
    assert names_this(ORDER, intent(spree_order_id="5001"))
    assert not names_this(ORDER, intent(spree_order_id="5002"))
    assert not names_this(ORDER, intent(other_key="5001"))


def test_what_every_order_has_names_none() -> None:
    assert not names_this(ORDER, intent(shop="acme"))


def test_the_usual_keys_name_it_all_the_same() -> None:
    assert names_this(ORDER, intent(order_id="R1"))
