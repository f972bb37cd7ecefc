"""The order's page in the shop, by the setting's template."""

from dataclasses import replace

import pytest

from core.addresses import wrong_template
from core.facts import Order, OrderStatus
from core.shop_links import order_page

ORDER = Order(id="7/8", status=OrderStatus.PAID, number="SH 10482")


def test_without_a_setting_or_an_order_there_is_no_page() -> None:
    assert order_page(None, ORDER) is None
    assert order_page("https://shop.example/{id}", None) is None


def test_what_an_order_is_called_cannot_lead_elsewhere() -> None:
    assert order_page("https://shop.example/o/{id}?n={number}", ORDER) == "https://shop.example/o/7%2F8?n=SH%2010482"
    assert order_page("https://shop.example/o/{number}", replace(ORDER, number=None)) == "https://shop.example/o/7%2F8"


@pytest.mark.parametrize(
    "template",
    ["https://shop.example/orders", "javascript:alert({id})", "{id}", "https://shop.example/{name}", "https://s/{id!r}",
     "https://shop.example/{id", "https://shop.example/{}", "https://shop.example/{id.__class__}"],
)  # fmt: skip
def test_a_template_that_is_none_is_said_with_an_example(template: str) -> None:
    (line,) = wrong_template("app.order_url", template)
    assert "{id}" in line
    assert "Example" in line


def test_a_right_template_is_not_complained_of() -> None:
    assert wrong_template("app.order_url", None) == []
    assert wrong_template("app.order_url", "https://shop.example/admin/orders/{number}") == []
