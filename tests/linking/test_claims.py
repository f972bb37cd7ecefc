"""Several orders store one payment: it is shared, copied, taken over, or this one had it first."""

import pytest

from core.facts import Json, Order
from core.linking import Claim, Links, is_dated, link
from core.money import Money
from tests.rules import stage

ROW = stage.order(status="paid", session_id=None, payment_intent_id=stage.INTENT)
HOUR = 3600


def other(**differs: object) -> Json:
    """Another paid row with the same payment, an hour older."""
    return {**ROW, "id": "1041", "created_at": stage.BEGUN - HOUR, **differs}


def linked(*others: Json, row: Json = ROW, **given: object) -> Links:
    nameless = {"sessions": [stage.session(client_reference_id=None)], "intents": [stage.intent()]}
    return link(stage.case(row, other_orders=list(others), **{**nameless, **given}))


def claims(*others: Json, row: Json = ROW, **given: object) -> list[tuple[Claim, str]]:
    return [(what, whose.id) for what, whose in linked(*others, row=row, **given).claims]


class TestNone:
    def test_without_another_order(self) -> None:
        assert claims() == []

    def test_of_one_that_stores_another_payment(self) -> None:
        assert claims(other(payment_intent_id=stage.OTHER_INTENT)) == []

    def test_of_this_row_itself(self) -> None:
        assert claims(other(id="1042")) == []

    def test_where_the_payment_names_this_order(self) -> None:
        links = linked(other(), sessions=[stage.session()])
        assert (links.claims, len(links.payments), links.foreign) == ((), 1, ())


class TestFirst:
    @pytest.mark.parametrize(
        "differs",
        [
            {"created_at": stage.BEGUN + HOUR},
            {"status": "cancelled"},
            {"status": "failed"},
            {"deleted": True},
        ],
    )
    def test_an_order_that_has_it_first_or_after_one_that_was_given_up(self, differs: Json) -> None:
        links = linked(other(**differs))
        assert [what for what, _ in links.claims] == [Claim.FIRST]
        assert (len(links.payments), links.foreign) == (1, ())


class TestShared:
    def test_the_totals_add_up_to_the_payment(self) -> None:
        links = linked(other(amount_minor=3000), row={**ROW, "amount_minor": 2000})
        assert [what for what, _ in links.claims] == [Claim.SHARED]
        assert (links.net, links.foreign) == (Money(5000, "usd"), ())

    def test_of_three(self) -> None:
        others = [other(amount_minor=1500), other(id="1040", amount_minor=1500)]
        assert [what for what, _ in claims(*others, row={**ROW, "amount_minor": 2000})] == [Claim.SHARED]

    def test_whichever_is_older(self) -> None:
        younger = other(amount_minor=3000, created_at=stage.BEGUN + HOUR)
        assert [what for what, _ in claims(younger, row={**ROW, "amount_minor": 2000})] == [Claim.SHARED]

    def test_not_to_the_coin_beside(self) -> None:
        found = claims(other(amount_minor=3001), row={**ROW, "amount_minor": 2000})
        assert found == [(Claim.TAKEN, "1041")]


class TestCopied:
    def test_the_same_customer_and_total_booked_later(self) -> None:
        links = linked(other())
        assert [(what, whose.id) for what, whose in links.claims] == [(Claim.COPIED, "1041")]
        assert (links.net, links.foreign) == (Money(5000, "usd"), ())

    def test_the_oldest_of_several_is_the_first(self) -> None:
        older = other(id="1040", created_at=stage.BEGUN - 2 * HOUR)
        assert claims(other(), older) == claims(older, other()) == [(Claim.COPIED, "1040")]

    def test_the_address_in_other_letters(self) -> None:
        assert claims(other(customer_email=" JO@Example.com")) == [(Claim.COPIED, "1041")]

    def test_one_keeps_the_checkout_and_the_other_its_payment(self) -> None:
        first = other(session_id=stage.SESSION, payment_intent_id=None)
        assert (Claim.COPIED, "1041") in claims(first)


class TestTaken:
    @pytest.mark.parametrize(
        "differs",
        [
            {"amount_minor": 7400},
            {"currency": "eur"},
            {"customer_email": "kim@example.com"},
            {"customer_email": None},
            {"amount_minor": None},
        ],
    )
    def test_other_goods_or_another_customer_or_not_known(self, differs: Json) -> None:
        links = linked(other(**differs))
        assert [(what, whose.id) for what, whose in links.claims] == [(Claim.TAKEN, "1041")]
        assert links.payments == ()
        assert {one.id for one in links.foreign} <= {stage.SESSION, stage.INTENT}
        assert links.foreign

    @pytest.mark.parametrize("undated", [0, 1])
    def test_nobody_knows_which_is_older(self, undated: int) -> None:
        """Either may have it: it is not called a copy."""
        row, first = (
            {**one, "created_at": None} if place == undated else one for place, one in enumerate((ROW, other()))
        )
        assert claims(first, row=row) == [(Claim.TAKEN, "1041")]

    def test_of_two_rows_of_one_second_exactly_one_is_the_copy(self) -> None:
        assert [what for what, _ in claims(other(id="1041", created_at=stage.BEGUN))] == [Claim.COPIED]
        assert [what for what, _ in claims(other(id="1043", created_at=stage.BEGUN))] == [Claim.FIRST]


def test_it_is_known_which_is_older_only_where_both_have_a_date() -> None:
    one, another = Order.of(ROW), Order.of(other())
    assert is_dated(one, another)
    assert not is_dated(one, Order.of(other(created_at=None)))
    assert not is_dated(Order.of(other(created_at=None)), one)
