"""No two parts of a report contradict each other: who has the money, whether to pay, what comes next.

Each part's sentences are read for what they claim, and the claims of two parts are held against each other, over every
scenario and every worked case.
"""

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from core.cases import Case
from core.comparison import Verdict
from core.comparison.accused import fields_of
from core.replays import candidates, plan
from core.report import Paying, Remedy, Report, Situation, report
from core.rules import Examined, examine
from tests.report.told import NAMES, NOW, seen

HERE = Path(__file__).parent.parent
MONEY = {  # who has it, by the words that say so
    "shop": r"is paid already|stripe (received|took) \d|the customer paid \d|was charged|have received your payment",
    "nobody": r"no money (came|was taken)|taken no money|received no money|holds no payment|has no payment for it"
    r"|cannot see a completed payment",
    "reserved": r"is (only )?reserved|was only reserved|reservation on the customer's card",
    "bank": r"waiting for your bank|with the bank, which has not|still under way|the bank can take up to",
    "voucher": r"(boleto|oxxo|konbini|multibanco|voucher|transfer)[^.]* can still be paid|can still (pay it|be made)",
    "lost": r"was lost; the money is gone|(taken .*|taken it) back",
}
AT_ODDS = [
    {"shop", "nobody"}, {"shop", "reserved"}, {"shop", "bank"}, {"shop", "lost"}, {"bank", "voucher"},
    {"bank", "nobody"}, {"bank", "reserved"},
]  # fmt: skip
NOT_AGAIN = re.compile(r"not (need )?to pay again|do not (pay again|make it now)", re.IGNORECASE)
ASKS = re.compile(
    r"(ask|send)[^.]*\b(a|another|new|the) (new )?(payment|checkout|payment link)\b(?! page|'s)", re.IGNORECASE
)
REFUND_AGAIN = re.compile(r"do not refund again", re.IGNORECASE)


def worked() -> Iterator[tuple[str, Case]]:
    for file in (HERE / "cases").glob("*.jsonl"):
        for line in file.read_text().splitlines():
            document = json.loads(line)
            yield f"{file.stem}:{document['case']}", Case.of(document)


Cases = dict[str, tuple[Examined, Report]]


@pytest.fixture(scope="module")
def cases() -> Cases:
    """Each case with its report."""
    found = {name: seen(name) for name in NAMES} | {name: examine(case) for name, case in worked()}
    return {name: (one, report(one)) for name, one in found.items()}


def claims(text: str) -> set[str]:
    return {who for who, words in MONEY.items() if re.search(words, text, re.IGNORECASE)}


def unconditional(steps: tuple[str, ...]) -> list[str]:
    """Steps that are to be carried out whatever the ones before came to."""
    return [step for step in steps if not step.startswith(("If ", "Decide ")) and " or " not in step]


def test_headline_and_letter_say_the_same_of_the_money(cases: Cases) -> None:
    """Two claims are at odds unless one of the parts makes both: then it tells of two payments, or of two times."""

    def at_odds(said: Report) -> bool:
        headline, letter = claims(said.verdict.says), claims(said.letter)
        return any(set(pair) in AT_ODDS for pair in product(headline - letter, letter - headline))

    assert [name for name, (_, said) in cases.items() if at_odds(said)] == []


def test_nobody_is_asked_to_pay_and_told_not_to(cases: Cases) -> None:
    def asked(said: Report) -> bool:
        return any(ASKS.search(one) for one in (said.verdict.says, *unconditional(said.verdict.steps)))

    told = {name: said for name, (_, said) in cases.items() if NOT_AGAIN.search(said.letter)}
    assert [name for name, said in told.items() if asked(said) and said.situation is not Situation.PAYABLE] == []


def test_whether_to_pay_is_decided_once(cases: Cases) -> None:
    """The letter says what the decision is; of money that arrived, and of a voucher, it may say more than one thing."""
    more = {Situation.UNCLAIMED, Situation.RECEIVED, Situation.PAYABLE}
    for name, (_, said) in cases.items():
        asks_not_to = said.paying in {Paying.NOT_AGAIN, Paying.CAN}
        assert asks_not_to or not NOT_AGAIN.search(said.verdict.says), name
        assert said.situation in more or bool(NOT_AGAIN.search(said.letter)) is asks_not_to, name


def test_a_refund_on_its_way_is_not_called_missing(cases: Cases) -> None:
    waits = {name: said for name, (_, said) in cases.items() if any(map(REFUND_AGAIN.search, said.verdict.steps))}
    assert [name for name, said in waits.items() if said.situation is Situation.NOT_RETURNED] == []


def test_the_field_that_a_finding_is_about_is_not_the_same(cases: Cases) -> None:
    for name, (found, said) in cases.items():
        fields = {field for one in found.diagnosis.findings for field in fields_of(one)}
        for beside in said.beside:
            assert not fields & {row.field for row in beside.comparison.having(Verdict.SAME)}, name


def test_what_agrees_is_not_a_difference(cases: Cases) -> None:
    clean = {name: said for name, (found, said) in cases.items() if found.diagnosis.clean}
    assert [
        name for name, said in clean.items() if any(b.comparison.having(Verdict.DIFFERS) for b in said.beside)
    ] == []


def test_what_stands_out_can_be_done(cases: Cases) -> None:
    for name, (found, said) in cases.items():
        if said.remedy is Remedy.SEND_AGAIN:
            event = candidates(found)[0]
            planned = plan(found, event, how="replay", url="http://127.0.0.1/hook", can_sign=True, now=NOW)
            assert planned.event is event, name


def test_what_the_key_cannot_see_is_not_called_without_risk(cases: Cases) -> None:
    assert cases["live_id_on_test_shop"][1].verdict.about[0] == "Money at risk: not known yet"
