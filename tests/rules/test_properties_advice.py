"""No advice fights another, none moves money twice, and no sentence says otherwise: of any order, whatever happened."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given

from core.cases import Case
from core.findings import Action, Finding, Severity
from core.rules import Examined, examine
from core.sandbox.scenarios import EVERY
from tests.rules.attempts import Json
from tests.rules.bundles import bundles, often
from tests.rules.money_model import BOOKS, RETURNS, Standing, carried_out, harm, standing
from tests.rules.worlds_of_money import money_worlds

CASES = Path(__file__).parents[1] / "cases"
ONCE = frozenset(Action) - RETURNS  # said by two findings it is one thing to do; a return would be two
CAREFUL = re.compile(  # speaks of returning, of paying, of booking, and asks for none of it
    r"(do not|neither|nor|not to|without|before) [^.;:]*|refund nobody|nobody is refunded|send nothing back"
    r"|nothing is sent back twice[^.]*|no refund|cannot be refunded|refund (messages|entry)|record the refund[^.;]*"
    r"|if it is paid then: [^.]*|money that came in all the same[^.]*|whether that is returned"
    r"|if (it|the money) comes[^.]*|refund is (still )?on its way",
    re.IGNORECASE,
)
GIVE_BACK = re.compile(
    r"(?<!the )(?<!record )\brefund\b(?! (of|messages|entry))|\b(be|have)\b[^.;:]* refunded|\bsend\w* back"
    r"|has to go back|comes back",
    re.IGNORECASE,
)
ASK = re.compile(
    r"\b(ask|send)\b[^.;:]*\b(new checkout|new payment|for a payment|payment link|to pay\b|another payment|new one for)"
    r"|new link",
    re.IGNORECASE,
)
BOOK = re.compile(
    r"\bmark(s|ed)? (it|(the|this) order) (as )?paid|\bback to paid|order can be completed", re.IGNORECASE
)
UNSURE = re.compile(r"if [^.;:]*\b(is paid|is found|is open|did come in|so|not)\b", re.IGNORECASE)
TOLD = re.compile(
    r"customer (has )?paid \d|customer was charged|rightly paid|paid already|payment has arrived", re.IGNORECASE
)


def stands(examined: Examined, bundle: Json) -> Standing:
    """How the order stands, counted from the bundle; whose the objects are is the product's word."""
    links = examined.links
    own = {thing.id for things in (links.sessions, links.intents, links.charges) for thing in things}
    paid_by = {key for bill in links.bills for key in (*bill.intent_ids, *bill.charge_ids)}
    later = {key for bill in links.invoices for key in (*bill.intent_ids, *bill.charge_ids)} - paid_by
    return standing(bundle, own | paid_by, {bill.id for bill in links.bills}, later)


def named(finding: Finding) -> str:
    return f"{finding.code} ({finding.detail})" if finding.detail else finding.code


def harmful(examined: Examined, now: Standing) -> Iterator[str]:
    """What harms of what is proposed, alone or once another finding's advice was carried out."""
    findings = examined.diagnosis.findings
    for found in findings:
        for action in found.actions:
            if why := harm(now, action, found):
                yield f"{named(found)}: {action}: {why}"
                continue
            after = carried_out(now, action, found)
            for other in [one for one in findings if one is not found]:
                for then in _unharmed(now, other):
                    if (then is not action or then not in ONCE) and (why := harm(after, then, other)):
                        yield f"{named(found)}: {action}, then {named(other)}: {then}: {why}"


def _unharmed(now: Standing, finding: Finding) -> list[Action]:
    return [action for action in finding.actions if not harm(now, action, finding)]


def misspoken(examined: Examined, now: Standing) -> Iterator[str]:
    """What a finding tells people to do, in words, that would harm."""
    headline = examined.diagnosis.headline
    theirs = headline is not None and headline.code == "session_foreign" and not now.settled
    keep = now.disputed or now.lost or now.net + now.later <= now.returning
    paid = now.kept > 0 or now.settled
    for found in examined.diagnosis.findings:
        for text in (found.says, *found.remedy):
            plain = CAREFUL.sub("", text)
            if keep and GIVE_BACK.search(plain):
                yield f"{named(found)}: nothing may go back: {text}"
            if paid and ASK.search(plain):
                yield f"{named(found)}: the customer has paid: {text}"
            if BOOK.search(plain) and now.kept <= 0 and (theirs or not (now.finished or UNSURE.search(plain))):
                yield f"{named(found)}: nothing pays for it: {text}"


def refunds_what_a_bank_has(examined: Examined, now: Standing) -> bool:
    """While a dispute is open no finding offers a refund; after a lost one neither."""
    return (now.disputed or now.lost) and bool(RETURNS & set(examined.diagnosis.actions))


def refunds_a_dispute_that_was_won(examined: Examined, _: Standing) -> bool:
    """Where the order goes back to paid for it, nobody is refunded."""
    won = any(one.detail == "won" for one in examined.diagnosis.findings)
    return won and bool(RETURNS & set(examined.diagnosis.actions))


def books_the_payment_of_another(examined: Examined, now: Standing) -> bool:
    """Below a headline that says whose it is nothing books it, sends its webhook again, or calls it paid."""
    headline = examined.diagnosis.headline
    if headline is None or headline.code != "session_foreign" or now.kept > 0 or now.settled:
        return False
    called_paid = any(TOLD.search(one.says) for one in examined.diagnosis.findings)
    return called_paid or bool(BOOKS & set(examined.diagnosis.actions))


def asks_for_money_and_says_that_it_is_paid(examined: Examined, _: Standing) -> bool:
    """In actions or in words, of whichever findings."""
    offered = examined.diagnosis.actions
    words = " ".join(text for one in examined.diagnosis.findings for text in (one.says, *one.remedy))
    asks = Action.REQUEST_NEW_PAYMENT in offered or ASK.search(CAREFUL.sub("", words))
    return bool(asks) and bool(Action.MARK_PAID_AFTER_VERIFY in offered or TOLD.search(words))


def is_alarmed_in_test_mode(examined: Examined, _: Standing) -> bool:
    """There nothing is critical, and no money is at risk."""
    return examined.case.is_rehearsal and any(
        one.severity is Severity.CRITICAL or _at_risk(one) for one in examined.diagnosis.findings
    )


NEVER = (
    refunds_what_a_bank_has,
    refunds_a_dispute_that_was_won,
    books_the_payment_of_another,
    asks_for_money_and_says_that_it_is_paid,
    is_alarmed_in_test_mode,
)


def _at_risk(finding: Finding) -> bool:
    return bool(finding.money_at_risk and finding.money_at_risk.amount_minor)


def offences(bundle: Json) -> list[str]:
    """All that is wrong with what is advised of a bundle."""
    examined = examine(Case.of(bundle))
    if examined.case.order is None:
        return []
    now = stands(examined, bundle)
    broken = [ever.__name__ for ever in NEVER if ever(examined, now)]
    return [*harmful(examined, now), *misspoken(examined, now), *broken]


@pytest.mark.parametrize("ever", NEVER, ids=lambda ever: str(ever.__name__))
@often(100)
@given(bundle=money_worlds())
def test_a_diagnosis_never(ever: Callable[[Examined, Standing], bool], bundle: Json) -> None:
    examined = examine(Case.of(bundle))
    assert not ever(examined, stands(examined, bundle)), ever.__doc__


@often(500)
@given(bundle=money_worlds())
def test_no_advice_harms_alone_or_after_another_in_a_world_of_money(bundle: Json) -> None:
    assert offences(bundle) == []


@often(200)
@given(bundle=bundles())
def test_nor_in_any_other_world(bundle: Json) -> None:
    assert offences(bundle) == []


@pytest.mark.parametrize("name", ["worked", "variants", "reports_a", "reports_b"])
def test_nor_in_any_worked_case(name: str) -> None:
    rows = [json.loads(line) for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["case"]: found for row in rows if (found := offences(row))} == {}


def test_nor_in_any_scenario() -> None:
    built = {scenario.name: scenario.build(1_795_000_000).bundle() for scenario in EVERY}
    assert {name: found for name, bundle in built.items() if (found := offences(bundle))} == {}
