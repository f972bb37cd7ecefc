"""Many cases with one cause and one beginning are one outage; accidents and everyday noise are none."""

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.money import Money
from core.outages import AT_LEAST, OVER, PAUSE, SLOT, Outage, Sighting, outages

T = 1_760_000_400 // SLOT * SLOT
DAY = 86_400


def missed(*at: int, code: str = "order_missed") -> list[Sighting]:
    return [Sighting(code, one, 100, "usd") for one in at]


def every(step: int, *, since: int, until: int) -> range:
    return range(since, until, step)


def test_nothing_is_no_outage() -> None:
    assert outages([], T) == ()
    assert outages(missed(*every(60, since=T, until=T + 60 * (AT_LEAST - 1))), T) == ()


def test_a_run_of_missed_orders_is_one_that_goes_on() -> None:
    (one,) = outages(missed(*every(60, since=T, until=T + 3000)), T + 3000)
    assert one == Outage("order_missed", T, T + 2940, None, 50, 50, (Money(5000, "usd"),))


def test_it_ends_when_orders_are_booked_again() -> None:
    cases = missed(*every(300, since=T, until=T + 2 * DAY))
    before, after = (T - SLOT, 50), (T + 2 * DAY + SLOT, OVER)
    assert outages(cases, T + 3 * DAY, booked=[before])[0].until is None
    (ended,) = outages(cases, T + 3 * DAY, booked=[before, after])
    assert (ended.since, ended.until) == (T, T + 2 * DAY - 300)


def test_a_night_without_orders_does_not_end_it() -> None:
    cases = missed(*every(300, since=T, until=T + 9000), *every(300, since=T + DAY // 2, until=T + DAY // 2 + 9000))
    assert len(outages(cases, T + DAY, booked=[(T - SLOT, 9), (T + DAY, 1)])) == 1
    assert len(outages(cases, T + DAY)) == 2


def test_two_with_good_orders_between_are_two() -> None:
    cases = missed(*every(300, since=T, until=T + 6000), *every(300, since=T + DAY, until=T + DAY + 6000))
    booked = [(at, 2) for at in every(SLOT, since=T + 6000, until=T + DAY)] + [(T + 2 * DAY, 1)]
    second, first = outages(cases, T + DAY + 6000, booked=booked)
    assert (first.since, first.until, first.cases) == (T, T + 5700, 20)
    assert (second.since, second.until, second.cases) == (T + DAY, None, 20)


def test_an_odd_case_an_hour_in_a_busy_shop_is_none() -> None:
    cases = missed(*every(3600, since=T + 7, until=T + 30 * DAY))
    booked = [(at, 100) for at in every(SLOT, since=T, until=T + 30 * DAY)]
    assert outages(cases, T + 30 * DAY, booked=booked) == ()


def test_an_endpoint_that_fails_half_of_the_time_is_one() -> None:
    chance = random.Random(3)  # noqa: S311 - made-up orders need no cryptography
    orders = list(every(SLOT, since=T, until=T + 10 * DAY))
    failing = {at for at in orders if T + DAY <= at < T + 9 * DAY and chance.random() < 0.6}
    booked = [(at, 1) for at in orders if at not in failing]
    found = outages(missed(*(at + 9 for at in failing)), T + 10 * DAY, booked=booked)
    assert max(one.cases for one in found) > 0.9 * len(failing)


def test_codes_and_currencies_are_kept_apart() -> None:
    cases = missed(*every(60, since=T, until=T + 600)) + missed(*every(60, since=T, until=T + 600), code="other")
    cases += [Sighting("other", T + 5, 7, "jpy", open=False), Sighting("other", T + 6)]
    told = {one.code: (one.cases, one.open, one.money) for one in outages(cases, T + 600)}
    assert told == {
        "order_missed": (10, 10, (Money(1000, "usd"),)),
        "other": (12, 11, (Money(7, "jpy"), Money(1000, "usd"))),
    }


times = st.integers(T, T + 20 * PAUSE)
sightings = st.lists(st.builds(Sighting, st.sampled_from(("a", "b")), times, st.none()), max_size=60)
books = st.none() | st.lists(st.tuples(times, st.integers(0, 9)), max_size=20)


@given(sightings, books, st.randoms(use_true_random=False))
def test_whatever_the_cases(cases: list[Sighting], booked: list[tuple[int, int]] | None, chance: random.Random) -> None:
    """Outages of a code do not overlap, hold enough cases, count each once, and do not depend on the order of cases."""
    found = outages(cases, T + 20 * PAUSE, booked=booked)
    for code in ("a", "b"):
        mine = sorted((one for one in found if one.code == code), key=lambda one: one.since)
        assert all(earlier.last <= later.since for earlier, later in pairwise(mine))
        assert sum(one.cases for one in mine) <= sum(case.code == code for case in cases)
    at = {(case.code, case.at) for case in cases}
    for one in found:
        assert one.cases >= AT_LEAST
        assert {(one.code, one.since), (one.code, one.last)} <= at
        assert one.until in (None, one.last)
    shuffled = list(cases)
    chance.shuffle(shuffled)
    assert outages(shuffled, T + 20 * PAUSE, booked=booked) == found


@given(sightings, books)
def test_a_smaller_number_is_enough_for_no_fewer(cases: list[Sighting], booked: list[tuple[int, int]] | None) -> None:
    few, many = (outages(cases, T, booked=booked, at_least=least) for least in (2, 6))
    assert set(many) <= set(few)
