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


CASES: dict[str, Examined] = {name: seen(name) for name in NAMES} | {name: examine(case) for name, case in worked()}


@pytest.fixture(params=sorted(CASES))
def case(request: pytest.FixtureRequest) -> tuple[Examined, Report]:
    found = CASES[request.param]
    return found, report(found)


def claims(text: str) -> set[str]:
    return {who for who, words in MONEY.items() if re.search(words, text, re.IGNORECASE)}


def unconditional(steps: tuple[str, ...]) -> list[str]:
    """Steps that are to be carried out whatever the ones before came to."""
    return [step for step in steps if not step.startswith(("If ", "Decide ")) and " or " not in step]


def test_headline_and_letter_say_the_same_of_the_money(case: tuple[Examined, Report]) -> None:
    """Two claims are at odds unless one of the parts makes both: then it tells of two payments, or of two times."""
    headline, letter = claims(case[1].verdict.says), claims(case[1].letter)
    pairs = product(headline - letter, letter - headline)
    assert [pair for pair in pairs if set(pair) in AT_ODDS] == []


def test_nobody_is_asked_to_pay_and_told_not_to(case: tuple[Examined, Report]) -> None:
    said = case[1]
    asking = [one for one in (said.verdict.says, *unconditional(said.verdict.steps)) if ASKS.search(one)]
    if NOT_AGAIN.search(said.letter) and said.situation is not Situation.PAYABLE:
        assert asking == []
    if NOT_AGAIN.search(said.verdict.says):
        assert said.paying in {Paying.NOT_AGAIN, Paying.CAN}
    assert bool(NOT_AGAIN.search(said.letter)) is (said.paying in {Paying.NOT_AGAIN, Paying.CAN}) or (
        said.situation in {Situation.UNCLAIMED, Situation.RECEIVED, Situation.PAYABLE}
    )


def test_a_refund_on_its_way_is_not_called_missing(case: tuple[Examined, Report]) -> None:
    said = case[1]
    if any(REFUND_AGAIN.search(step) for step in said.verdict.steps):
        assert said.situation is not Situation.NOT_RETURNED


def test_the_field_that_a_finding_is_about_is_not_the_same(case: tuple[Examined, Report]) -> None:
    found, said = case
    fields = {field for one in found.diagnosis.findings for field in fields_of(one)}
    for beside in said.beside:
        same = {row.field for row in beside.comparison.having(Verdict.SAME)}
        assert not fields & same


def test_what_agrees_is_not_a_difference(case: tuple[Examined, Report]) -> None:
    found, said = case
    if found.diagnosis.clean:
        assert all(not beside.comparison.having(Verdict.DIFFERS) for beside in said.beside)


def test_what_stands_out_can_be_done(case: tuple[Examined, Report]) -> None:
    found, said = case
    if said.remedy is Remedy.SEND_AGAIN:
        event = candidates(found)[0]
        assert plan(found, event, how="replay", url="http://127.0.0.1/hook", can_sign=True, now=NOW).event is event


def test_what_the_key_cannot_see_is_not_called_without_risk() -> None:
    assert report(CASES["live_id_on_test_shop"]).verdict.about[0] == "Money at risk: not known yet"
