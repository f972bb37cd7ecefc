"""Any number of orders, with given shares of trouble, the same each time."""

from collections import Counter
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.sandbox.scenarios import BY_NAME, SCENARIOS
from core.sandbox.volume import FIRST_NUMBER, MIXTURE, generate

NOW = 1_795_000_000


def test_the_rest_is_ordinary_and_paid() -> None:
    built = list(generate(50, {}, NOW))
    assert {one.name for one in built} == {"paid_and_booked"}
    assert {one.order["status"] for one in built} == {"paid"}


@given(count=st.integers(0, 60), share=st.sampled_from([0.0, 0.1, 0.25, 1.0]), seed=st.integers(0, 5))
@settings(max_examples=25, deadline=None)
def test_the_share_asked_for_is_the_share_given(count: int, share: float, seed: int) -> None:
    found = Counter(one.name for one in generate(count, {"paid_twice": share}, NOW, seed))
    assert found["paid_twice"] == round(count * share)
    assert found.total() == count


def test_the_same_arguments_give_the_same_orders_and_another_seed_others() -> None:
    first, again, other = (list(generate(30, MIXTURE, NOW, seed)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_nothing_is_shared_between_two_orders_nor_with_a_scenario() -> None:
    built = list(generate(1500, MIXTURE, NOW))
    ids = Counter(thing["id"] for one in built for thing in one.objects)
    numbers = Counter(str(row["order_number"]) for one in built for row in one.orders)
    emails = Counter(one.order["customer_email"] for one in built)
    assert {max(counted.values()) for counted in (ids, numbers, emails)} == {1}
    assert numbers.keys().isdisjoint(scenario.purchase.number for scenario in SCENARIOS)
    assert len({one.name for one in built}) > 20


def test_numbers_rise_with_time() -> None:
    written = [(one.number, str(one.order["created_at"])) for one in generate(100, {}, NOW)]
    assert written[0][0] == f"SH-{FIRST_NUMBER}"
    assert [at for _, at in sorted(written)] == sorted(at for _, at in written)


def test_amounts_are_ones_stripe_takes() -> None:
    shares = {"dinar": 0.5, "coupon_for_everything": 0.1}
    for one in generate(200, shares, NOW):
        total = one.order["total_minor"]
        assert isinstance(total, int)
        assert total % 10 == 0
        assert (total == 0) == (one.name == "coupon_for_everything")


def test_orders_come_one_by_one() -> None:
    assert len(list(islice(generate(5000, MIXTURE, NOW), 3))) == 3


def test_a_mixture_keeps_its_scenarios_true_for_a_day() -> None:
    assert sum(MIXTURE.values()) < 0.5
    assert all(BY_NAME[name].ages[1] > 86_400 for name in MIXTURE)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="more than all 10 orders"):
        list(generate(10, {"paid_twice": 0.6, "webhook_refused": 0.6}, NOW))
    with pytest.raises(KeyError):
        list(generate(10, {"nobody_knows": 0.1}, NOW))
