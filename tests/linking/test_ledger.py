"""Every movement of a payment's money, where it was read, and what they add up to."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.facts import DisputeStatus, Json, RefundStatus
from core.linking import Kind, Links, Payment, link
from core.linking.ledger import LEFT, OPEN, added
from core.money import Money
from tests.rules import stage
from tests.rules.bundles import often

PART: dict[str, Any] = {  # 30.00 of the 50.00 that were reserved
    "intents": [stage.intent(amount_received=3000)],
    "charges": [stage.charge(amount_captured=3000, amount_refunded=2000)],
    "refunds": [stage.refund(id="re_rest", amount=2000, created=stage.PAID)],
    "sessions": [stage.session(payment_status="unpaid")],
}
CONVERTED: dict[str, Any] = {  # 50.00 USD, of which the customer saw 40.00 EUR
    "sessions": [
        stage.session(
            amount_total=4000, currency="eur", currency_conversion={"amount_total": 5000, "source_currency": "usd"}
        )
    ],
    "intents": [stage.intent(amount=4000, amount_received=4000, currency="eur")],
    "charges": [stage.charge(amount=4000, amount_captured=4000, currency="eur")],
}


def linked(**given: object) -> Links:
    return link(stage.case(**given))  # type: ignore[arg-type]  # the same arguments, checked there


def paid(**given: object) -> Payment:
    (payment,) = linked(**given).payments
    return payment


def moved(payment: Payment, kind: Kind) -> list[tuple[int, str]]:
    return [(one.amount.amount_minor, one.source) for one in payment.movements if one.kind is kind]


def asked(status: str, **differs: object) -> list[Json]:
    return [stage.dispute(status=status, **differs)]


class TestTaken:
    def test_what_was_asked_and_not_received_is_none(self) -> None:
        unpaid = stage.intent(status="requires_payment_method", amount_received=0)
        assert linked(sessions=[], intents=[unpaid], charges=[]).payments == ()

    def test_what_the_charge_captured(self) -> None:
        payment = paid()
        assert payment.amount == payment.left == payment.net == Money(5000, "usd")
        (only,) = payment.movements
        assert (only.kind, only.amount, only.source) == (Kind.TAKEN, Money(5000, "usd"), stage.INTENT)
        assert (only.field, only.at) == ("amount_captured", stage.PAID)

    def test_what_the_intent_received_where_no_charge_was_read(self) -> None:
        (only,) = paid(charges=[]).movements
        assert (only.amount, only.field) == (Money(5000, "usd"), "amount_received")


class TestLetGo:
    def test_the_rest_of_a_partial_capture_went_to_nobody(self) -> None:
        links, payment = linked(**PART), paid(**PART)
        assert (links.refunds, links.refunded) == ((), 0)
        assert [one.id for one in links.releases] == ["re_rest"]
        assert payment.amount == payment.net == Money(3000, "usd")
        assert moved(payment, Kind.LET_GO) == [(2000, stage.CHARGE)]
        assert moved(payment, Kind.RETURNED) == []

    def test_without_its_refund_object_too(self) -> None:
        payment = paid(**PART | {"refunds": []})
        assert (payment.refunded, payment.net) == (0, Money(3000, "usd"))

    def test_without_its_charge_too(self) -> None:
        payment = paid(**PART | {"refunds": [], "charges": []})
        assert moved(payment, Kind.LET_GO) == [(2000, stage.INTENT)]
        assert payment.net == Money(3000, "usd")

    @pytest.mark.parametrize("at", [stage.PAID, stage.NOW - 60])
    def test_a_real_refund_of_the_same_amount_is_returned(self, at: int) -> None:
        again = stage.refund(id="re_real", amount=2000, created=at)
        charge = stage.charge(amount_captured=3000, amount_refunded=4000)
        given = PART | {"charges": [charge], "refunds": [again, *PART["refunds"]]}
        payment = paid(**given)
        assert (payment.refunded, payment.net) == (2000, Money(1000, "usd"))
        assert len(moved(payment, Kind.RETURNED)) == len(linked(**given).releases) == 1

    def test_a_real_refund_of_another_amount_is_returned(self) -> None:
        again = stage.refund(id="re_real", amount=500)
        charge = stage.charge(amount_captured=3000, amount_refunded=2500)
        payment = paid(**PART | {"charges": [charge], "refunds": [*PART["refunds"], again]})
        assert moved(payment, Kind.RETURNED) == [(500, "re_real")]
        assert payment.net == Money(2500, "usd")

    def test_a_hold_that_was_cancelled_returned_nothing(self) -> None:
        """However many refunds Stripe writes down for it."""
        let_go = stage.charge(captured=False, amount_captured=0, amount_refunded=5000, refunded=True)
        halves = [stage.refund(id="re_1", amount=2500), stage.refund(id="re_2", amount=2500)]
        canceled = stage.intent(status="canceled", amount_received=0)
        links = linked(
            sessions=[stage.session(payment_status="unpaid")], intents=[canceled], charges=[let_go], refunds=halves
        )
        assert (links.payments, links.refunds, links.refunded) == ((), (), 0)
        assert [one.id for one in links.releases] == ["re_1", "re_2"]


class TestReturned:
    @pytest.mark.parametrize("status", ["failed", "canceled"])
    def test_what_did_not_go_through_is_with_the_shop(self, status: str) -> None:
        payment = paid(refunds=[stage.refund(status=status)])
        assert (payment.refunded, payment.pending, payment.net) == (0, 0, Money(5000, "usd"))
        assert moved(payment, Kind.RETURNED) == moved(payment, Kind.RETURNING) == []

    @pytest.mark.parametrize("status", ["pending", "requires_action"])
    def test_what_is_on_its_way_still_stands(self, status: str) -> None:
        payment = paid(charges=[stage.charge(amount_refunded=2000)], refunds=[stage.refund(amount=2000, status=status)])
        assert (payment.refunded, payment.pending, payment.net) == (0, 2000, Money(5000, "usd"))
        assert moved(payment, Kind.RETURNING) == [(2000, stage.refund()["id"])]

    def test_what_went_back_refund_by_refund(self) -> None:
        some = [stage.refund(id="re_1", amount=1000), stage.refund(id="re_2", amount=500)]
        payment = paid(charges=[stage.charge(amount_refunded=1500)], refunds=some)
        assert moved(payment, Kind.RETURNED) == [(1000, "re_1"), (500, "re_2")]
        assert payment.left == Money(3500, "usd")

    def test_what_only_the_charge_tells_of(self) -> None:
        payment = paid(charges=[stage.charge(amount_refunded=1500)])
        assert moved(payment, Kind.RETURNED) == [(1500, stage.CHARGE)]

    def test_never_more_than_was_taken(self) -> None:
        payment = paid(refunds=[stage.refund(id="re_1", amount=4000), stage.refund(id="re_2", amount=4000)])
        assert (payment.refunded, payment.left, payment.net) == (5000, Money(0, "usd"), Money(0, "usd"))
        assert not payment.stands
        assert moved(payment, Kind.RETURNED) == [(4000, "re_1"), (1000, "re_2")]


class TestWithdrawn:
    @pytest.mark.parametrize("status", ["warning_needs_response", "warning_under_review", "warning_closed"])
    def test_an_inquiry_withdraws_nothing(self, status: str) -> None:
        payment = paid(disputes=asked(status))
        assert (payment.withdrawn, payment.questioned, payment.net) == (0, 0, Money(5000, "usd"))

    def test_nor_does_a_dispute_that_was_prevented(self) -> None:
        assert paid(disputes=asked("prevented")).net == Money(5000, "usd")

    @pytest.mark.parametrize("status", ["needs_response", "under_review"])
    def test_an_open_dispute_has_its_money_and_the_order_is_paid_all_the_same(self, status: str) -> None:
        payment = paid(disputes=asked(status))
        assert (payment.withdrawn, payment.questioned, payment.net) == (5000, 5000, Money(0, "usd"))
        assert (payment.stands, payment.still_paid, payment.unreturned) == (False, True, True)
        assert moved(payment, Kind.WITHDRAWN) == [(5000, stage.dispute()["id"])]

    @pytest.mark.parametrize("status", ["lost", "charge_refunded"])
    def test_a_lost_one_has_it_for_good(self, status: str) -> None:
        payment = paid(disputes=asked(status))
        assert (payment.withdrawn, payment.questioned, payment.net) == (5000, 0, Money(0, "usd"))
        assert (payment.stands, payment.still_paid, payment.unreturned) == (False, False, True)

    def test_a_won_one_gave_it_back(self) -> None:
        payment = paid(disputes=asked("won"))
        assert (payment.withdrawn, payment.questioned, payment.net) == (0, 0, Money(5000, "usd"))
        assert moved(payment, Kind.WITHDRAWN) == moved(payment, Kind.REINSTATED) == [(5000, stage.dispute()["id"])]

    def test_a_part_of_the_payment(self) -> None:
        payment = paid(disputes=asked("lost", amount=1200))
        assert (payment.withdrawn, payment.net) == (1200, Money(3800, "usd"))
        assert payment.still_paid

    def test_what_was_returned_cannot_be_withdrawn_again(self) -> None:
        payment = paid(**stage.refunded(4000), disputes=asked("lost"))
        assert (payment.refunded, payment.withdrawn, payment.net) == (4000, 1000, Money(0, "usd"))

    def test_two_of_them_take_no_more_than_was_there(self) -> None:
        both = [stage.dispute(status="lost", amount=4000), stage.dispute(id="du_2", status="lost", amount=4000)]
        payment = paid(disputes=both)
        assert (payment.withdrawn, payment.net) == (5000, Money(0, "usd"))

    def test_in_another_currency_nobody_knows_what_stands(self) -> None:
        payment = paid(disputes=asked("lost", amount=4600, currency="eur"))
        assert (payment.left, payment.net) == (Money(5000, "usd"), None)
        assert payment.stands

    def test_unless_it_was_won(self) -> None:
        assert paid(disputes=asked("won", amount=4600, currency="eur")).net == Money(5000, "usd")


class TestBeside:
    def test_an_id_of_a_balance_transaction_says_no_fee(self) -> None:
        assert moved(paid(charges=[stage.charge(balance_transaction="txn_1")]), Kind.FEE) == []

    def test_the_fee_where_its_balance_transaction_was_read(self) -> None:
        """It counts in the account's currency, and never against what stands."""
        settled = {"id": "txn_1", "object": "balance_transaction", "fee": 175, "currency": "eur"}
        payment = paid(charges=[stage.charge(balance_transaction=settled)])
        (fee,) = [one for one in payment.movements if one.kind is Kind.FEE]
        assert (fee.amount, fee.source, fee.field) == (Money(175, "eur"), "txn_1", "fee")
        assert payment.net == Money(5000, "usd")


class TestConverted:
    def test_what_was_taken_is_the_apps_amount(self) -> None:
        assert paid(**CONVERTED).net == Money(5000, "usd")

    def test_a_refund_is_counted_in_the_customers_currency(self) -> None:
        payment = paid(**CONVERTED, refunds=[stage.refund(amount=2000, currency="eur")])
        assert (payment.refunded, payment.net) == (2500, Money(2500, "usd"))
        assert moved(payment, Kind.RETURNED) == [(2500, stage.refund()["id"])]

    def test_so_is_a_dispute(self) -> None:
        payment = paid(**CONVERTED, disputes=asked("lost", amount=4000, currency="eur"))
        assert (payment.withdrawn, payment.net) == (5000, Money(0, "usd"))


REFUNDS = st.lists(
    st.builds(
        lambda amount, status, at: stage.refund(amount=amount, status=status, created=stage.PAID + at),
        st.integers(1, 6000),
        st.sampled_from([*map(str, RefundStatus), None]),
        st.integers(0, 3),
    ),
    max_size=4,
)
DISPUTES = st.lists(
    st.builds(
        lambda amount, status, at: stage.dispute(amount=amount, status=status, created=stage.PAID + at),
        st.integers(1, 6000),
        st.sampled_from(DisputeStatus),
        st.integers(0, 3),
    ),
    max_size=3,
)


def told_apart(things: list[Json], prefix: str) -> list[Json]:
    return [{**thing, "id": f"{prefix}_{place}"} for place, thing in enumerate(things)]


@often(300)
@given(
    captured=st.integers(1, 5000),
    said=st.integers(0, 5000),
    refunds=REFUNDS,
    disputes=DISPUTES,
    converted=st.booleans(),
    seed=st.integers(),
)
def test_what_stands_is_the_sum_of_the_movements(
    captured: int, said: int, refunds: list[Json], disputes: list[Json], *, converted: bool, seed: int
) -> None:
    given: dict[str, Any] = {
        "intents": [stage.intent(amount_received=captured)],
        "charges": [stage.charge(amount_captured=captured, amount_refunded=said)],
        "refunds": told_apart(refunds, "re"),
        "disputes": told_apart(disputes, "du"),
    }
    if converted:
        given |= CONVERTED
    links = linked(**given)
    (payment,) = links.payments
    assert payment.amount
    assert payment.left
    assert payment.net
    taken, moves = payment.amount.amount_minor, payment.movements
    assert all(one.amount.amount_minor > 0 for one in moves)
    assert added(moves, Kind.TAKEN) == taken
    assert added(moves, Kind.RETURNED) == payment.refunded
    assert added(moves, Kind.RETURNING) == payment.pending
    assert added(moves, Kind.WITHDRAWN) - added(moves, Kind.REINSTATED) == payment.withdrawn
    assert payment.left.amount_minor == taken - payment.refunded
    assert payment.net.amount_minor == payment.left.amount_minor - payment.withdrawn
    assert 0 <= payment.net.amount_minor <= payment.left.amount_minor <= taken
    assert 0 <= payment.questioned <= payment.withdrawn
    dice = random.Random(seed)  # noqa: S311 - a shuffle
    for things in given.values():
        dice.shuffle(things)
    assert linked(**given) == links


def test_every_state_of_a_dispute_is_decided_or_not() -> None:
    """An open one may have its money or not; one that has it for good is lost."""
    inquiries = {status for status in DisputeStatus if status.startswith("warning_")}
    assert LEFT.isdisjoint(inquiries)
    assert {DisputeStatus.LOST, DisputeStatus.CHARGE_REFUNDED} == LEFT - OPEN
