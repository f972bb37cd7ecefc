"""Attacked: a text from outside, however it is made and however long, costs what its length costs.

Work that grows with the square of a text holds the whole server: `re` lets nobody else run meanwhile.
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from core.cases import mask
from core.catalogue.symptoms import matching, symptoms
from core.catalogue.symptoms import plain as plain_words
from core.cli import speaking
from core.errors import UsageError, redact
from core.export import COLUMNS, csv_of_cells
from core.facts import Order, OrderStatus, may_name, same_name
from core.facts.naming import shape, spellings_of
from core.journal import cleaning
from core.orders.meaning import Record, ids_of, instant, minor, number, spelled
from core.orders.meaning.values import metadata_of, showable
from core.pasted import LONGEST, mode_of, parse, stripe_id
from core.rules import RULES
from core.stripe_api.failures import permission
from dashboard import words
from tests.attacks.growth import GENEROUS, LONG, SHORT, walks
from tests.attacks.patterns import attacks, used

PUMPS = tuple(
    "a A 0 _ - . @ % %40 : / = & ? \x00 \x9b \u202e \u200d é 😀 \ud800 [ { ( ' \" \\ | , ; \n - + # "
    'pi_ cs_test_ cs_live_a sk_test_ _secret_ a@ @a. a@b. a%40b. ://a: ://a:b@ https:// www. order_ #0 0. 1e9 [" {"a":'
    " <script> =1+1; \u2060= 2026-01-01T 1970-01-01 UTC".split(" ")
)


def grown(head: str, pump: str, tail: str, length: int) -> str:
    return head + pump * (length // len(pump)) + tail


def test_the_patterns_of_the_code_are_found() -> None:
    """Compiled ones, those in tables, those written into a call."""
    found = {one.where.partition(" ")[0] for one in used()}
    assert {"core.pasted", "core.orders.meaning.stripe_ids", "core.stripe_api.spans.sent"} <= found
    assert any(where.startswith("core.facts.naming:") for where in found)


def test_every_pattern_is_linear() -> None:
    slow = []
    for one in used():
        costs = {text: walks(one.ask, grown(*text, SHORT)) for text in attacks(one.pattern)}
        worst = max(costs, key=lambda text: costs[text])
        if costs[worst] > GENEROUS or walks(one.ask, grown(*worst, LONG)) > GENEROUS:
            slow.append((one.where, one.how, worst, costs[worst]))
    assert slow == []


def in_cells(text: str) -> object:
    return list(csv_of_cells([dict.fromkeys(COLUMNS[:3], text)]))


def in_a_row(text: str) -> object:
    fields = {"session_id": (text,), "charge_id": (text,), "stripe_refs": (text, text.encode("utf-8", "replace"))}
    return ids_of(Record(fields), keep_damaged=True)


def in_an_order(text: str) -> object:
    order = Order(text, OrderStatus.PENDING, number=text, session_id=text, metadata={"session_ids": text})
    return order.spellings, order.stored_ids


def pasted(text: str) -> object:
    try:
        return parse(text)
    except UsageError:
        return None


TAKING: tuple[Callable[[str], object], ...] = (
    pasted, stripe_id, mode_of, mask, redact, cleaning.text, cleaning.plain, in_cells, in_a_row, in_an_order,
    spelled, showable, metadata_of, number, may_name, shape, spellings_of, permission, plain_words,
    speaking.plain, words.md_escape,
    lambda text: instant(text, ZoneInfo("Europe/Berlin")), lambda text: minor(text, "major", "usd"),
    lambda text: same_name(text, text + "a"), lambda text: matching(symptoms(RULES), text),
)  # fmt: skip


@pytest.mark.parametrize("work", TAKING, ids=lambda work: f"{work.__module__}.{work.__name__}{TAKING.index(work)}")
def test_whatever_takes_a_text_is_linear(work: Callable[[str], object]) -> None:
    most = 4 * GENEROUS  # some look at each letter more than once
    costs = {}
    for pump in filter(None, PUMPS):
        for tail in ("", "\x00", "@"):
            costs[pump, tail] = walks(work, grown("", pump, tail, SHORT), most)
    worst = max(costs, key=lambda text: costs[text])
    assert costs[worst] <= most, f"{worst} costs {costs[worst]:.0f} walks"
    assert walks(work, grown("", *worst, LONG), most) <= most, f"{worst} grows faster than its length"


def test_a_text_too_long_to_name_anything_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match=r"60,000 letters long.*Paste the order number"):
        parse("a" * 60_000)
    assert parse("a" * LONGEST).value == "a" * LONGEST
    assert stripe_id("pi_" + "a" * LONGEST) is None
