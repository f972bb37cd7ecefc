"""Every case that a filter wants is on exactly one page, in order; found through an index; and the sums are right."""

import random
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from core.export import COLUMNS, csv_of_cells
from core.findings import Severity
from core.journal import Filter, Journal, Kept, Noted
from core.journal.filtering import Order, conditions
from core.journal.inbox import _ids
from core.journal.tables import CASES
from core.money import Money
from core.outages import SLOT
from tests.journal.noted import NOW, clean, found, untold
from tests.people import person

EVERY = Filter(states=())
ORDERS: tuple[Order, ...] = ("worst", "newest", "oldest", "dearest")
FILTERS = (
    EVERY,
    Filter(),
    Filter(codes=("a_b", "other")),
    Filter(severities=(Severity.HIGH, None), states=()),
    Filter(currencies=("JPY", "eur")),
    Filter(at_least=200, at_most=700),
    Filter(seen_since=NOW + 50, older_than=NOW - 3000),
    Filter(owners=("", "ben"), states=("acknowledged",)),
    Filter(new_since=NOW + 40, owners=("ben", "cy")),
    Filter(text="web-1"),
    Filter(text="cs_test_1 ex", states=("resolved", "open")),
)


def _filled(journal: Journal) -> list[Noted]:
    chance = random.Random(11)  # noqa: S311 - made-up cases need no cryptography
    noted = []
    for number in range(120):
        codes = (chance.choice(("a_b", "axb", "other")), "note_too")
        money = chance.choice((None, Money(chance.randrange(9) * 100, chance.choice(("usd", "eur", "jpy")))))
        severity = chance.choice(list(Severity))
        one = found(f"order:{number}", codes[0], codes=codes, money=money, severity=severity, at=NOW + number % 7)
        noted.append(untold(one.key) if number % 11 == 0 else one)
    for number, one in enumerate(noted):
        journal.inbox.note([one], now=NOW + number % 90)
    keys = [one.key for one in noted]
    journal.inbox.note([clean(key, at=NOW + 900) for key in keys[::5]], now=NOW + 900)
    journal.inbox.acknowledge(keys[1::7], person("ada"), NOW)
    journal.inbox.ignore(keys[2::9], NOW + 9999, person("ada"), NOW)
    journal.inbox.assign(keys[3::4], "ben", person("ada"), NOW)
    journal.inbox.reopen(keys[4::6], person("ada"), NOW + 999)
    return noted


def _every(journal: Journal, chosen: Filter, order_by: Order, limit: int) -> list[Kept]:
    cases, after = journal.inbox.page(chosen, limit=limit, order_by=order_by)
    listed = list(cases)
    while after is not None:
        cases, after = journal.inbox.page(chosen, after=after, limit=limit, order_by=order_by)
        assert cases
        listed += cases
    return listed


def _wanted(case: Kept, chosen: Filter) -> bool:
    """The filter as a person reads it."""
    minor = None if case.money is None else case.money.amount_minor
    terms = [case.key[6:], case.number or "", *(case.number or "").split("-"), case.email, case.email.partition("@")[2]]
    terms += [*case.session_ids, *case.intent_ids]
    return (
        (not chosen.states or case.state in chosen.states)
        and (not chosen.codes or not set(chosen.codes).isdisjoint(case.codes))
        and (not chosen.severities or case.severity in chosen.severities)
        and (not chosen.currencies or case.currency in [one.lower() for one in chosen.currencies])
        and (chosen.at_least is None or (minor is not None and minor >= chosen.at_least))
        and (chosen.at_most is None or (minor is not None and minor <= chosen.at_most))
        and (chosen.seen_since is None or case.last_seen >= chosen.seen_since)
        and (chosen.older_than is None or (case.happened_at is not None and case.happened_at < chosen.older_than))
        and (not chosen.owners or case.owner in chosen.owners)
        and (chosen.new_since is None or case.opened_at > chosen.new_since)
        and all(any(term.lower().startswith(word) for term in terms) for word in chosen.text.lower().split())
    )


def _rank(case: Kept, order_by: Order) -> tuple[int, ...]:
    weight = 0 if case.severity is None else 5 - case.severity.rank
    dear = -1 if case.money is None else case.money.amount_minor
    ranks = {"worst": (weight, dear, case.first_seen), "newest": (case.first_seen,), "dearest": (dear,)}
    return (*(-part for part in ranks[order_by]), -case.id) if order_by != "oldest" else (case.first_seen, case.id)


def test_pages_hold_what_the_filter_wants_once_and_in_order(shared: Journal) -> None:
    _filled(shared)
    everything = _every(shared, EVERY, "worst", 500)
    assert len(everything) == 120
    for number, chosen in enumerate(FILTERS):
        wanted = [case for case in everything if _wanted(case, chosen)]
        order_by = ORDERS[number % len(ORDERS)]
        assert wanted, chosen
        assert _every(shared, chosen, order_by, 7) == sorted(wanted, key=lambda case: _rank(case, order_by))
        assert shared.inbox.count(chosen) == len(wanted)


def test_sqlite_needs_neither_the_table_nor_a_sort(tmp_path: Path) -> None:
    journal = Journal(f"sqlite:///{tmp_path}/journal.sqlite3")
    journal.inbox.note([found()], now=NOW)
    for order_by in ORDERS:
        for after in (None, "5.1.1.1" if order_by == "worst" else "1.1"):
            wanted = conditions(
                Filter(at_least=1, codes=("a",), older_than=NOW, seen_since=1, owners=("",), new_since=1), "test"
            )
            query = _ids(wanted, order_by, after).limit(51)
            sql = str(query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
            with journal._database.reading() as connection:  # noqa: SLF001 - the plan is asked where the query runs
                plan = " ".join(str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}"))
            assert "COVERING INDEX" in plan, (order_by, plan)
            assert "TEMP B-TREE" not in plan, (order_by, plan)
    journal.close()


def test_what_every_page_and_every_scan_asks_goes_by_an_index(tmp_path: Path) -> None:
    journal = Journal(f"sqlite:///{tmp_path}/journal.sqlite3")
    journal.inbox.note([found()], now=NOW)
    mine = CASES.c.key_mode == "test"
    asked = {
        select(CASES.c.id).where(mine & (CASES.c.state == "ignored") & (CASES.c.ignored_until <= NOW)): "cases_ignored",
        select(CASES.c.key).where(mine, CASES.c.state != "resolved", CASES.c.key > "a").order_by(CASES.c.key): "key>?",
        select(CASES).where(mine, CASES.c.key.in_(["a", "b"])): "key=?",
    }
    for query, by in asked.items():
        sql = str(query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
        with journal._database.reading() as connection:  # noqa: SLF001 - the plan is asked where the query runs
            plan = " ".join(str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}"))
        assert by in plan, plan
        assert "TEMP B-TREE" not in plan, plan
    journal.close()


def test_the_summary_adds_up_what_the_pages_show(shared: Journal) -> None:
    _filled(shared)
    for chosen in FILTERS:
        cases = _every(shared, chosen, "worst", 50)
        shares, tally = shared.inbox.summary(chosen), shared.inbox.tally(chosen)
        assert sum(share.cases for share in shares) == sum(tally.states.values()) == len(cases)
        assert sum(tally.severities.values()) == len(cases)
        for share in shares:
            mine = [case for case in cases if case.code == share.code]
            assert share.cases == len(mine)
            assert share.unknown == sum(case.money is None for case in mine)
            assert share.first_seen == min(case.first_seen for case in mine)
            for sum_of in share.money:
                amounts = [case.money for case in mine if case.money and case.money.currency == sum_of.currency]
                assert sum_of.amount_minor == sum(money.amount_minor for money in amounts)


def test_money_of_two_currencies_is_never_added_up(shared: Journal) -> None:
    shared.inbox.note(
        [found("order:1"), found("order:2", money=Money(5, "jpy")), found("order:3", money=None)], now=NOW
    )
    (share,) = shared.inbox.summary(Filter())
    assert (share.money, share.unknown) == ((Money(5, "jpy"), Money(4200, "usd")), 1)


@pytest.mark.parametrize(
    "text", ["WEB-7", "#web-7", "7", "jenny.rosen@example.com", "EXAMPLE.com", "cs_test_7", "pi_7 web"]
)
def test_a_case_is_found_by_what_people_have_at_hand(shared: Journal, text: str) -> None:
    shared.inbox.note([found("order:7"), found("order:8", email="", number="N-9", session_ids=())], now=NOW)
    assert [case.key for case in shared.inbox.page(Filter(text=text))[0]] == ["order:7"]


def test_a_text_with_wildcards_finds_nothing_more(shared: Journal) -> None:
    shared.inbox.note([found("order:7", code="a_b")], now=NOW)
    for chosen in (
        Filter(text="%"),
        Filter(text="_"),
        Filter(codes=("a%",)),
        Filter(codes=("axb",)),
        Filter(codes=("a",)),
    ):
        assert shared.inbox.count(chosen) == 0


def test_the_csv_has_a_line_for_every_finding(shared: Journal) -> None:
    two = (
        {"order_id": "1", "code": "a", "says": "x" * 9},
        {"order_id": "1", "code": "b", "customer_email": "jo@x.com"},
    )
    shared.inbox.note([found("order:1", cells=two), found("order:2", severity=Severity.LOW)], now=NOW)
    lines = list(csv_of_cells(shared.inbox.rows_for_csv(Filter())))
    assert len(lines) == 4
    assert lines[1].count(",") == len(COLUMNS) - 1
    assert [("j***@x.com" in line, '"b"' in line) for line in lines[1:3]] == [(False, False), (True, True)]


def test_what_outages_are_told_from(shared: Journal) -> None:
    shared.inbox.note([found("order:1"), found("order:2", happened_at=None), untold("order:3")], now=NOW)
    (seen,) = shared.inbox.sightings(EVERY)
    assert (seen.code, seen.at, seen.minor, seen.currency, seen.open) == (
        "webhook_failed",
        NOW - 3600,
        4200,
        "usd",
        True,
    )
    assert list(shared.inbox.sightings(EVERY, since=NOW)) == []
    shared.inbox.note_booked({NOW: 3, NOW + SLOT: 5})
    shared.inbox.note_booked({NOW + SLOT: 7})
    first = NOW // SLOT * SLOT
    assert shared.inbox.booked(first, first + SLOT) == ((first, 3),)
    assert shared.inbox.booked(first, first + 2 * SLOT) == ((first, 3), (first + SLOT, 7))
