"""Which of Stripe's objects belong to an order, and what they add up to."""

import random
from typing import Any

import pytest

from core.facts import Json
from core.linking import Links, link, names_this, references, same_site, stored_ids
from core.money import Money
from tests.rules import stage

OTHER = stage.order(id="1041", session_id=None)


def linked(row: Json | None = None, **given: object) -> Links:
    return link(stage.case(row, **given))


def ids(things: tuple[Any, ...]) -> list[str]:
    return [thing.id for thing in things]


class TestSessions:
    @pytest.mark.parametrize(
        "says",
        [
            {"client_reference_id": "1042"},
            {"client_reference_id": " #1042 "},
            *({"client_reference_id": None, "metadata": {key: "1042"}} for key in ("order_id", "orderId", "order")),
            *(
                {"client_reference_id": None, "metadata": {key: 1042}}
                for key in ("order_number", "orderNumber", "reference")
            ),
        ],
    )
    def test_one_that_names_the_order(self, says: Json) -> None:
        assert ids(linked(stage.order(session_id=None), sessions=[stage.session(**says)]).sessions) == [stage.SESSION]

    def test_one_that_names_the_orders_number(self) -> None:
        row = stage.order(id="77", number="A-1042", session_id=None)
        assert ids(linked(row, sessions=[stage.session(client_reference_id="A-1042")]).sessions) == [stage.SESSION]

    def test_the_stored_one_that_names_nobody(self) -> None:
        assert ids(linked(sessions=[stage.session(client_reference_id=None)]).sessions) == [stage.SESSION]

    def test_one_that_is_kept_in_the_orders_metadata(self) -> None:
        row = stage.order(session_id=None, metadata={"session_ids": [stage.OTHER_SESSION, stage.SESSION]})
        assert ids(linked(row, sessions=[stage.session(client_reference_id=None)]).sessions) == [stage.SESSION]

    def test_one_whose_payment_is_stored(self) -> None:
        row = stage.order(session_id=None, payment_intent_id=stage.INTENT)
        assert ids(linked(row, sessions=[stage.session(client_reference_id=None)]).sessions) == [stage.SESSION]

    def test_one_whose_payment_is_stored_in_the_wrong_column(self) -> None:
        assert ids(
            linked(stage.order(session_id=stage.INTENT), sessions=[stage.session(client_reference_id=None)]).sessions
        ) == [stage.SESSION]

    def test_the_second_and_third_life_of_one(self) -> None:
        third = "cs_live_" + "c3" * 15
        again = stage.session(
            id=stage.OTHER_SESSION, client_reference_id=None, recovered_from=stage.SESSION, created=stage.NOW - 7200
        )
        and_again = stage.session(
            id=third, client_reference_id=None, recovered_from=stage.OTHER_SESSION, created=stage.NOW - 3600
        )
        assert ids(linked(sessions=[and_again, again, stage.expired()]).sessions) == [
            stage.SESSION,
            stage.OTHER_SESSION,
            third,
        ]

    def test_never_one_that_names_another_order_even_if_stored(self) -> None:
        links = linked(sessions=[stage.session(client_reference_id="1041")], other_orders=[OTHER])
        assert links.sessions == ()
        assert ids(links.foreign) == [stage.SESSION]

    def test_never_one_of_another_site(self) -> None:
        theirs = stage.session(id=stage.OTHER_SESSION, success_url="https://other.example.net/thanks")
        links = linked(sessions=[stage.session(), theirs])
        assert ids(links.sessions) == [stage.SESSION]
        assert ids(links.on_other_site) == [stage.OTHER_SESSION]

    def test_the_settings_say_which_sites_are_ours(self) -> None:
        config = {"app_hosts": ["booking.example.org"]}
        assert linked(stage.order(session_id=None), config=config).sessions == ()
        ours = stage.session(success_url="https://eu.booking.example.org/thanks")
        assert ids(linked(stage.order(session_id=None), sessions=[ours], config=config).sessions) == [stage.SESSION]

    def test_a_stored_one_is_trusted_whatever_the_settings_say(self) -> None:
        assert ids(linked(config={"app_hosts": ["booking.example.org"]}).sessions) == [stage.SESSION]

    def test_each_once_and_the_oldest_first(self) -> None:
        older = stage.expired(id=stage.OTHER_SESSION, created=stage.BEGUN - 60)
        assert ids(linked(sessions=[stage.session(), older, stage.session()]).sessions) == [
            stage.OTHER_SESSION,
            stage.SESSION,
        ]


class TestIntents:
    def test_that_of_an_own_session_whatever_its_metadata_say(self) -> None:
        assert ids(linked(intents=[stage.intent(metadata={"order_id": "1024"})]).intents) == [stage.INTENT]

    def test_one_that_names_the_order(self) -> None:
        row = stage.order(session_id=None)
        assert ids(linked(row, sessions=[], intents=[stage.intent(metadata={"order_id": "1042"})]).intents) == [
            stage.INTENT
        ]

    def test_the_stored_one_that_nobody_else_owns(self) -> None:
        row = stage.order(session_id=None, payment_intent_id=stage.INTENT)
        assert ids(linked(row, sessions=[]).intents) == [stage.INTENT]

    def test_never_the_stored_one_of_another_orders_session(self) -> None:
        row = stage.order(session_id=None, payment_intent_id=stage.INTENT)
        links = linked(row, sessions=[stage.session(client_reference_id="1041")], other_orders=[OTHER])
        assert links.intents == ()
        assert ids(links.foreign) == [stage.INTENT]

    def test_never_one_that_names_the_order_for_a_session_of_another_site(self) -> None:
        theirs = stage.session(
            id=stage.OTHER_SESSION, payment_intent=stage.OTHER_INTENT, success_url="https://other.example.net/"
        )
        named = stage.intent(id=stage.OTHER_INTENT, metadata={"order_id": "1042"})
        assert ids(linked(sessions=[stage.session(), theirs], intents=[stage.intent(), named]).intents) == [
            stage.INTENT
        ]


class TestPayments:
    def test_an_intent_that_succeeded(self) -> None:
        (payment,) = linked().payments
        assert (payment.id, payment.amount, payment.at) == (stage.INTENT, Money(5000, "usd"), stage.PAID)
        assert payment.ids == {stage.INTENT, stage.SESSION, stage.CHARGE}

    def test_what_was_received_counts_not_what_was_asked(self) -> None:
        assert linked(intents=[stage.intent(amount_received=3000)]).net == Money(3000, "usd")

    def test_a_session_whose_intent_was_not_read_is_one_all_the_same(self) -> None:
        links = linked(intents=[], charges=[])
        assert (ids(links.payments), links.net) == ([stage.INTENT], Money(5000, "usd"))

    def test_a_subscription_is_paid_by_its_session(self) -> None:
        signed_up = stage.session(mode="subscription", payment_intent=None, subscription="sub_1")
        assert linked(sessions=[signed_up], intents=[], charges=[]).net == Money(5000, "usd")

    def test_a_legacy_charge_that_names_the_order(self) -> None:
        old = stage.charge(payment_intent=None, metadata={"order_id": "1042"})
        assert linked(stage.order(session_id=None), sessions=[], intents=[], charges=[old]).net == Money(5000, "usd")

    def test_a_reservation_is_none(self) -> None:
        held = stage.charge(payment_intent=None, metadata={"order_id": "1042"}, captured=False, amount_captured=0)
        assert linked(stage.order(session_id=None), sessions=[], intents=[], charges=[held]).payments == ()

    def test_two_of_them_add_up(self) -> None:
        assert linked(**stage.twice()).net == Money(10_000, "usd")

    def test_two_currencies_do_not(self) -> None:
        assert linked(**stage.twice(currency="eur")).net is None

    def test_nothing_is_no_amount(self) -> None:
        assert linked(sessions=[stage.expired()], intents=[], charges=[]).net is None


class TestRefunds:
    def test_only_what_went_through_counts(self) -> None:
        some = [
            stage.refund(id="re_1", amount=1000),
            stage.refund(id="re_2", amount=500, status="pending"),
            stage.refund(id="re_3", amount=700, status="failed"),
            stage.refund(id="re_4", amount=800, status="canceled"),
        ]
        links = linked(charges=[stage.charge(amount_refunded=1500)], refunds=some)
        assert (links.refunded, links.pending_refund, links.net) == (1000, 500, Money(4000, "usd"))

    def test_without_them_the_charge_tells(self) -> None:
        assert linked(charges=[stage.charge(amount_refunded=1500)]).refunded == 1500

    def test_an_old_one_without_a_status_counts_as_far_as_the_charge_agrees(self) -> None:
        old = stage.refund(amount=1500, status=None)
        assert linked(charges=[stage.charge(amount_refunded=1500)], refunds=[old]).refunded == 1500
        assert linked(charges=[stage.charge()], refunds=[old]).refunded == 0

    def test_those_of_another_order_do_not(self) -> None:
        assert (
            linked(refunds=[stage.refund(charge=stage.OTHER_CHARGE, payment_intent=stage.OTHER_INTENT)]).refunds == ()
        )

    def test_a_converted_payment_is_refunded_in_the_apps_currency(self) -> None:
        conversion = {"amount_total": 5000, "source_currency": "usd"}
        seen = stage.session(amount_total=4000, currency="eur", currency_conversion=conversion)
        euros = stage.intent(amount=4000, amount_received=4000, currency="eur")
        links = linked(
            sessions=[seen],
            intents=[euros],
            charges=[stage.charge(currency="eur")],
            refunds=[stage.refund(amount=2000)],
        )
        assert links.net == Money(2500, "usd")


class TestEvents:
    def test_those_of_any_linked_object(self) -> None:
        told = [
            stage.event(),
            stage.event("charge.refunded", stage.CHARGE),
            stage.event("invoice.paid", "in_1"),
            stage.event("payout.paid", "po_1"),
        ]
        links = linked(sessions=[stage.session(invoice="in_1")], events=told)
        assert {one.type for one in links.events} == {"checkout.session.completed", "charge.refunded", "invoice.paid"}

    def test_a_late_success_moves_the_time_it_settled(self) -> None:
        late = stage.event("checkout.session.async_payment_succeeded", created=stage.NOW - 60)
        assert linked(events=[stage.event(), late]).settled_at == stage.NOW - 60


def test_without_an_order_all_that_was_read_belongs_together() -> None:
    links = link(stage.case(None, order=None))
    assert (ids(links.sessions), ids(links.intents), links.net) == ([stage.SESSION], [stage.INTENT], Money(5000, "usd"))


def test_the_order_of_the_lists_makes_no_difference() -> None:
    other, paid = stage.second_payment()
    sessions, intents = [stage.session(), other, stage.expired(id="cs_live_" + "d4" * 15)], [stage.intent(), paid]
    dice, first = random.Random(7), linked(sessions=sessions, intents=intents)  # noqa: S311 - a shuffle
    for _ in range(10):
        dice.shuffle(sessions)
        dice.shuffle(intents)
        assert linked(sessions=sessions, intents=intents) == first


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("shop.example.com", "shop.example.com", True),
        ("WWW.shop.example.com", "shop.example.com", True),
        ("eu.shop.example.com", "shop.example.com", True),
        ("other-shop.example.com", "shop.example.com", False),
        ("notshop.example.com", "shop.example.com", False),
    ],
)
def test_one_site_or_two(one: str, other: str, *, same: bool) -> None:
    assert same_site(one, other) is same


def test_what_an_object_names() -> None:
    built = stage.case(stage.order(metadata={"cart": "771"}))
    (this,) = built.facts.sessions
    assert built.order is not None
    assert references(this) == {"1042"}
    assert names_this(built.order, this)
    (cart,) = stage.case(sessions=[stage.session(client_reference_id="771")]).facts.sessions
    assert references(cart) == {"771"}
    assert not names_this(built.order, cart)


def test_every_id_on_the_row_is_stored_whatever_its_column() -> None:
    row = stage.order(
        payment_intent_id=stage.INTENT,
        charge_id=stage.CHARGE,
        session_ids=[stage.OTHER_SESSION],
        charge_ids=[stage.OTHER_CHARGE],
    )
    built = stage.case(row).order
    assert built is not None
    assert stored_ids(built) == {stage.SESSION, stage.INTENT, stage.CHARGE, stage.OTHER_SESSION, stage.OTHER_CHARGE}
