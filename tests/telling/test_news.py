"""What is worth a message. For any course of events: grouped, not too often, each thing once, and nobody's address."""

from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import Money
from core.outages import Outage
from core.telling import Found, Message, Told, news
from core.telling.news import KEPT, LISTED, PAUSE

TITLES: Mapping[str, str] = {"duplicate_payment": "The customer paid more than once", "webhook_failing": "Refused"}
DAY = 86_400


def case(number: int, code: str = "duplicate_payment") -> Found:
    return Found(f"m{number}", code, TITLES[code], f"Order SH-{number}", Money(1000, "eur"))


def outage(*, until: int | None = None, since: int = DAY, code: str = "webhook_failing") -> Outage:
    return Outage(code, since, since + 60, until, 12, 9, (Money(50_000, "eur"),))


def told_by(message: Message | None) -> str:
    assert message is not None
    return f"{message.title}\n{message.body}"


def test_nothing_is_said_of_nothing() -> None:
    assert news([], [], Told(), 100, titles=TITLES) == (None, Told())


def test_an_outage_that_was_over_before_anybody_listened_is_no_news() -> None:
    assert news([], [outage(until=60)], Told(), 100, titles=TITLES) == (None, Told())


def test_a_new_critical_case_is_told_with_what_it_is_and_its_money() -> None:
    message, told = news([case(1)], [], Told(), 100, titles=TITLES)
    assert message == Message(
        "Orderlens: 1 new critical case",
        "Order SH-1: The customer paid more than once [duplicate_payment], 10.00 EUR",
    )
    assert news([case(1)], [], told, 100 + PAUSE, titles=TITLES)[0] is None, "once"


def test_many_are_one_message_that_names_some() -> None:
    message, _ = news([case(number) for number in range(500)], [], Told(), 100, titles=TITLES)
    body = told_by(message).splitlines()
    assert body[0] == "Orderlens: 500 new critical cases"
    assert len(body) == 1 + LISTED + 1
    assert body[-1] == "and 490 more, 4,900.00 EUR"


def test_an_outage_is_told_when_it_begins_and_when_it_is_over() -> None:
    message, told = news([], [outage()], Told(), 100, titles=TITLES)
    assert "OUTAGE since 2 Jan 1970, 00:00 UTC: Refused [webhook_failing], 12 cases, 500.00 EUR" in told_by(message)
    assert news([], [outage()], told, 100 + PAUSE, titles=TITLES)[0] is None
    message, told = news([], [outage(until=60)], told, 100 + 2 * PAUSE, titles=TITLES)
    assert "Orderlens: 1 outage over" in told_by(message)
    assert "9 still open" in told_by(message)
    assert told.outages == ()


def test_one_of_which_nothing_is_left_is_over_too() -> None:
    _, told = news([], [outage()], Told(), 100, titles=TITLES)
    message, _ = news([], [], told, 100 + PAUSE, titles=TITLES)
    assert "OVER: Refused [webhook_failing]" in told_by(message)


def test_what_belongs_to_an_outage_is_told_as_the_outage() -> None:
    critical = [case(number, "webhook_failing") for number in range(12)]
    message, told = news(critical, [outage()], Told(), 100, titles=TITLES)
    assert told_by(message).count("Order SH-") == 0
    assert news([*critical, case(99, "webhook_failing")], [outage()], told, 900, titles=TITLES)[0] is None


def test_what_comes_within_the_pause_waits_for_its_end() -> None:
    _, told = news([case(1)], [], Told(), 100, titles=TITLES)
    held, told = news([case(1), case(2)], [], told, 100 + PAUSE - 1, titles=TITLES)
    message, _ = news([case(1), case(2), case(3)], [], told, 100 + PAUSE, titles=TITLES)
    assert held is None
    assert "2 new critical cases" in told_by(message)


def test_a_clock_that_steps_back_silences_nobody() -> None:
    _, told = news([case(1)], [], Told(), 10_000, titles=TITLES)
    assert news([case(2)], [], told, 50, titles=TITLES)[0] is not None


def test_neither_an_address_nor_a_key_is_sent() -> None:
    hostile = Found("m", "duplicate_payment", "Paid twice", "Order ada@example.org rk_live_verysecret12345", None)
    message, _ = news([hostile], [], Told(), 100, titles=TITLES)
    assert "ada@" not in told_by(message)
    assert "verysecret" not in told_by(message)


def test_what_is_remembered_does_not_grow_for_ever() -> None:
    _, told = news([case(1)], [], Told(), 100, titles=TITLES)
    for day in range(1, 40):  # found again each day: it is still known, and nothing new
        message, told = news([case(1)], [], told, 100 + day * DAY, titles=TITLES)
        assert message is None
    _, told = news([], [], told, 100 + 40 * DAY + KEPT, titles=TITLES)
    assert told.marks == {}


events = st.lists(
    st.tuples(st.integers(1, 400), st.sets(st.integers(0, 30), max_size=12), st.booleans()), min_size=1, max_size=40
)


@given(events)
def test_whatever_happens_each_case_is_told_once_and_messages_are_rare(
    course: list[tuple[int, set[int], bool]],
) -> None:
    """Rounds at some distance, in which more cases are found and an outage comes and goes."""
    told, now, known = Told(), 0, set[int]()
    sent: list[tuple[int, str]] = []
    open_outage: list[bool] = []
    for after, fresh, down in [*course, (PAUSE, set(), False), (PAUSE, set(), False)]:
        now, known = now + after, known | fresh
        going = [outage(since=now)] if down else []
        message, told = news([case(number) for number in sorted(known)], going, told, now, titles=TITLES)
        if message is not None:
            sent.append((now, message.body))
            open_outage += ["OUTAGE" in message.body] if ("OUTAGE" in message.body) != ("OVER" in message.body) else []
    assert all(later - earlier >= PAUSE for (earlier, _), (later, _) in pairwise(sent))
    named = [line for _, body in sent for line in body.splitlines() if line.startswith("Order ")]
    assert len(named) == len(set(named))
    more = sum(int(line.split()[1]) for _, body in sent for line in body.splitlines() if line.startswith("and "))
    assert len(named) + more == len(known), "nothing is lost"
    assert all(one != other for one, other in pairwise(open_outage)), "begin, over, begin"


@pytest.mark.parametrize("cases", [1, 3, 200])
def test_it_is_never_a_message_an_order(cases: int) -> None:
    told, sent = Told(), 0
    for second in range(cases):
        message, told = news([case(number) for number in range(second + 1)], [], told, second, titles=TITLES)
        sent += message is not None
    assert sent == 1
