"""A shop names its orders as it likes: what the settings say, and what its own rows prove, links, exonerates, and is
searched for; what names no order accuses nobody, and is said once."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.cases import Case, bundle
from core.linking import learning
from core.rules import examine
from core.sandbox.stripe import StripeServer
from tests.named_shops import DAY, Bears, NamedShop
from tests.people import MIRA
from tests.worlds import stripe_of

server = stripe_of()
UUID_SAID = {"extra": {"uuid": "uuid"}, "metadata": {"order_id": "{uuid}"}}
TOKEN_SAID = {"payment_extra": {"token": "token"}, "metadata": {"client_reference_id": "{token}"}}
Open = Callable[..., NamedShop]


@pytest.fixture
def shop(server: StripeServer, tmp_path: Path) -> Iterator[Open]:
    made: list[NamedShop] = []

    def open_(bears: Bears, **how: bool) -> NamedShop:
        made.append(NamedShop(tmp_path, server, bears, **how))
        return made[-1]

    yield open_
    for one in made:
        one.close()


def test_a_uuid_under_a_customary_key_links_and_exonerates(shop: Open) -> None:
    here = shop(lambda one: (None, {"order_id": one.uuid}))
    assert here.scan(**UUID_SAID).state == "complete"
    assert list(here.headlines()) == [here.lost.number]
    with here.desk(**UUID_SAID) as desk:
        opened = desk.open(f"order:{here.lost.id}")
        assert opened.links.still_paid
        assert opened.diagnosis.headline is not None
        assert opened.diagnosis.headline.code == here.headlines()[here.lost.number]
        assert desk.open("order:1").diagnosis.clean


def test_a_payments_own_token_in_the_clients_reference_links_and_exonerates(shop: Open) -> None:
    here = shop(lambda one: (one.token, {}), sessions=True)
    here.scan(**TOKEN_SAID)
    assert list(here.headlines()) == [here.lost.number]
    with here.desk(**TOKEN_SAID) as desk:
        assert desk.open(f"order:{here.lost.id}").links.still_paid
        assert desk.open("order:1").diagnosis.clean


def test_each_attempt_to_pay_has_a_name_of_its_own(shop: Open) -> None:
    here = shop(lambda one: (one.token, {"payment": one.token}), sessions=True)
    here.execute("INSERT INTO payments (order_id, token, status) VALUES (1, 'second-token-of-order-1', 'waiting')")
    said = {"payment_extra": {"token": "token"}, "metadata": {"payment": "{token}"}}
    with closing(here.reader(**said)) as orders:
        order = orders.get("1")
        assert order is not None
        assert set(order.called["payment"]) == {here.sold[0].token, "second-token-of-order-1"}
        found = orders.named(["second-token-of-order-1", here.lost.token, "nobody"])
    assert {name: [one.id for one in some] for name, some in found.items()} == {
        "second-token-of-order-1": ["1"],
        here.lost.token: [str(here.lost.id)],
        "nobody": [],
    }


def test_what_the_app_writes_is_found_when_it_is_pasted(shop: Open) -> None:
    here = shop(lambda one: (None, {"order_id": one.uuid}))
    with here.desk(**UUID_SAID) as desk:
        assert [hit.key for hit in desk.find(here.lost.uuid, who=MIRA).hits] == [f"order:{here.lost.id}"]


def test_a_case_takes_as_many_rounds_and_searches_as_before(shop: Open) -> None:
    here = shop(lambda one: (None, {"order_id": one.uuid}))

    def searched(**said: object) -> int:
        before = len(here.server.switches.requests)
        with here.desk(**said) as desk:
            opened = desk.open(f"order:{here.lost.id}")
        assert opened.case.facts.cost.rounds <= 4
        return sum(one.path.endswith("/search") for one in here.server.switches.requests[before:])

    assert searched(**UUID_SAID) == searched() == 2


def test_what_several_orders_have_names_none_of_them(shop: Open) -> None:
    here = shop(lambda one: (None, {"order_number": one.number, "customer_key": str(one.customer)}))
    said = {"extra": {"customer": "customer"}, "metadata": {"customer_key": "{customer}"}}
    with closing(here.reader(**said)) as orders:
        assert orders.name_keys == ()
    record = here.scan(**said)
    assert list(here.headlines()) == [here.lost.number]
    assert "stripe.metadata" not in record.why, "the settings say what it is"


@pytest.mark.parametrize("key", ["cart_ref", "plugin_data->order", "orderNo"])
def test_a_key_that_nobody_wrote_down_is_learned_and_links(shop: Open, key: str) -> None:
    outer, _, inner = key.partition("->")
    here = shop(lambda one: (None, {outer: f'{{"{inner}": "{one.number}"}}' if inner else one.number, "shop": "acme"}))
    here.scan()
    assert list(here.headlines()) == [here.lost.number], "its payment is its own, and no stranger's"
    with here.desk() as desk:
        opened = desk.open(f"order:{here.lost.id}")
        assert key in opened.case.surroundings.name_keys
        assert "shop" not in opened.case.surroundings.name_keys
        if not inner:  # what stands inside of JSON cannot be searched for
            assert opened.links.still_paid
        again = examine(Case.of(bundle(opened.case)))
        assert again.diagnosis == opened.diagnosis
    assert here.scan().state == "complete"
    assert list(here.headlines()) == [here.lost.number]


def test_what_is_learned_is_unlearned_where_the_rows_contradict(shop: Open) -> None:
    here = shop(lambda one: (None, {"cart_ref": one.number}))
    here.scan()
    with closing(here.journal()) as journal:
        assert learning.read(journal.cursors.get("names test")).lines == {"cart_ref": "{number}"}
    here.execute("UPDATE orders SET number = 'N-' || id")
    here.scan()
    with closing(here.journal()) as journal:
        assert learning.read(journal.cursors.get("names test")).lines == {}


def test_a_clients_reference_that_names_no_order_accuses_nobody_and_is_said_once(shop: Open) -> None:
    """Every payment bears its customer's number, which is another order's id; amounts and e-mails tell nothing."""
    here = shop(lambda one: (str(one.customer), {}), sessions=True, stores_lost=True, alike=True)
    record = here.scan()
    assert here.headlines().keys() == {here.lost.number}
    assert "session_foreign" not in here.headlines().values()
    assert record.why.count("`client_reference_id`") == 1
    with here.desk() as desk:
        for one in here.sold[:-1]:
            assert desk.open(f"order:{one.id}").diagnosis.clean
        opened = desk.open("order:3")
        assert examine(Case.of(bundle(opened.case))).diagnosis == opened.diagnosis


def test_a_single_foreign_payment_among_many_is_still_one(shop: Open) -> None:
    here = shop(lambda one: (one.number, {}), sessions=True)
    (first,) = here.books.execute("SELECT stripe_id FROM payments WHERE order_id = 1").fetchone()
    here.execute("UPDATE payments SET stripe_id = ? WHERE order_id = 2", (first,))
    record = here.scan()
    assert here.headlines()["10002"] == "session_foreign"
    assert "client_reference_id" not in record.why


def test_a_payment_outside_the_span_is_led_to_its_order_by_its_own_name(shop: Open) -> None:
    here = shop(lambda one: (None, {"order_id": one.uuid}))
    here.execute("UPDATE orders SET created = created - ? WHERE id = ?", (200 * DAY, here.lost.id))
    here.scan(**UUID_SAID)
    assert list(here.headlines()) == [here.lost.number]
