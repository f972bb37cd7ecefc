"""What holds of every diagnosis, whatever was read."""

import copy
import json
import pickle
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cases import Case, bundle
from core.findings import Action, Diagnosis
from core.rules import NOTES, RULES, examine
from tests.rules import stage

CASES = Path(__file__).parents[1] / "cases"
WORKED = [json.loads(line) for line in (CASES / "worked.jsonl").read_text().splitlines()]
FROM_ABSENCE = {
    "session_not_found",
    "unpaid_marked_paid",
    "id_missing",
    "expired_order_open",
    "refund_not_recorded",
    "paid_not_recorded",
}
KINDS = ("sessions", "intents", "charges", "refunds", "disputes", "events", "endpoints")
cases = st.sampled_from(WORKED)
junk: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 10**18, -(10**18), "", "{", "%s", "usd", "paid", [], {}, [None], {"id": None}, "cs_live_"]),
    st.text(max_size=12),
    st.floats(allow_nan=True, allow_infinity=True),
)


def said(diagnosis: Diagnosis) -> list[str]:
    return [finding.code for finding in (*diagnosis.findings, *diagnosis.notes)]


def places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """The path of every value in a JSON document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def put(document: Any, path: tuple[Any, ...], value: object) -> None:  # noqa: ANN401 - JSON of any shape
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = copy.deepcopy(value)


@settings(max_examples=300, deadline=None)
@given(worked=cases, data=st.data())
def test_nothing_that_stripe_or_a_database_says_makes_it_raise(worked: dict[str, Any], data: st.DataObject) -> None:
    mangled = copy.deepcopy(worked)
    for _ in range(data.draw(st.integers(1, 4))):
        inside = [
            p for p in places(mangled) if p and p != ("stripe",) and p[0] in ("order", "stripe", "key_mode", "config")
        ]
        put(mangled, data.draw(st.sampled_from(inside)), data.draw(junk))
    diagnosis = examine(Case.of(mangled)).diagnosis
    assert all(finding.says and finding.evidence for finding in diagnosis.findings)


@settings(max_examples=100, deadline=None)
@given(worked=cases, seed=st.integers())
def test_the_order_in_which_stripe_lists_things_makes_no_difference(worked: dict[str, Any], seed: int) -> None:
    shuffled, dice = copy.deepcopy(worked), random.Random(seed)  # noqa: S311 - a shuffle
    for things in shuffled["stripe"].values():
        if isinstance(things, list):
            dice.shuffle(things)
    before, after = examine(Case.of(worked)).diagnosis, examine(Case.of(shuffled)).diagnosis
    assert said(before) == said(after)
    assert [f.says for f in before.findings] == [f.says for f in after.findings]


@pytest.mark.parametrize("worked", WORKED, ids=lambda worked: str(worked["case"]))
def test_an_outage_is_never_a_finding(worked: dict[str, Any]) -> None:
    """With nothing read for sure, nothing is concluded from absence, and nothing is called clean."""
    unread = [{"kind": kind, "what": f"the {kind}", "because": "503"} for kind in KINDS]
    diagnosis = examine(Case.of(worked | {"stripe": worked["stripe"] | {"unread": unread}})).diagnosis
    assert set(said(diagnosis)) & FROM_ABSENCE == set()
    assert not diagnosis.clean
    alone = said(diagnosis) == ["key_mode_mismatch"]  # what is of the other mode is not compared: nothing is missing
    assert alone or all(f"the {kind} (503)" in (diagnosis.undetermined or "") for kind in KINDS)


FROM_THE_ROW = {"key_mode_mismatch", "id_placeholder", "id_wrong_type", "id_malformed"}  # an id itself shows these


@pytest.mark.parametrize("worked", WORKED, ids=lambda worked: str(worked["case"]))
def test_an_empty_answer_with_everything_unread_says_nothing_at_all(worked: dict[str, Any]) -> None:
    unread = [{"kind": kind, "what": f"the {kind}", "because": "503"} for kind in KINDS]
    diagnosis = examine(Case.of(worked | {"stripe": {"unread": unread}})).diagnosis
    assert {finding.code for finding in diagnosis.findings} <= FROM_THE_ROW


@settings(max_examples=60, deadline=None)
@given(worked=st.sampled_from([w for w in WORKED if w["expected"]["headline"] is None]), data=st.data())
def test_a_healthy_order_is_not_disturbed_by_strangers(worked: dict[str, Any], data: st.DataObject) -> None:
    """Objects of other orders on the same account, as a search by e-mail brings them along."""
    number = data.draw(st.integers(10_000, 99_999))
    ids = {"id": "cs_live_" + f"x{number}" * 6, "payment_intent": f"pi_stranger{number}"}
    strangers = {
        "sessions": [stage.session(**ids, client_reference_id=str(number))],
        "payment_intents": [stage.intent(id=ids["payment_intent"], metadata={"order_id": str(number)})],
        "charges": [stage.charge(id=f"ch_stranger{number}", payment_intent=ids["payment_intent"])],
        "refunds": [
            stage.refund(id="re_stranger", charge=f"ch_stranger{number}", payment_intent=ids["payment_intent"])
        ],
        "events": [stage.event(about=ids["id"], pending_webhooks=1)],
        "webhook_endpoints": [
            stage.endpoint(id="we_stranger", url="https://elsewhere.example.net", enabled_events=["payout.paid"])
        ],
    }
    crowded = copy.deepcopy(worked)
    for kind in data.draw(st.sets(st.sampled_from(sorted(strangers)), min_size=1)):
        crowded["stripe"][kind] = [*crowded["stripe"][kind], *strangers[kind]]
    assert examine(Case.of(crowded)).diagnosis == examine(Case.of(worked)).diagnosis


@pytest.mark.parametrize("worked", WORKED, ids=lambda worked: str(worked["case"]))
def test_a_finding_shows_what_disagrees_and_leaves_no_gap(worked: dict[str, Any]) -> None:
    diagnosis = examine(Case.of(worked)).diagnosis
    for finding in (*diagnosis.findings, *diagnosis.notes):
        assert finding.evidence
        assert all(one.source and one.field and one.value for one in finding.evidence)
        for text in (finding.says, finding.sureness, *finding.remedy, *finding.cause):
            assert "{" not in text.replace("{CHECKOUT_SESSION_ID}", "")
        assert "None" not in finding.says
        assert "unknown" not in finding.says
    for finding in diagnosis.findings:
        if finding.code not in ("id_placeholder", "id_malformed"):
            assert len(finding.evidence) >= 2
        assert finding.actions


@pytest.mark.parametrize("name", ["worked", "variants", "reports_a", "reports_b"])
def test_how_sure_a_finding_is_is_said_of_this_case(name: str) -> None:
    """Begins with the level that it has, and speaks of no other: what is true of other cases the catalogue says."""
    for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        for finding in examine(Case.of(json.loads(line))).diagnosis.findings:
            said = re.findall(r"certain|probable|possible", finding.sureness.lower())
            assert finding.sureness.startswith(finding.confidence.capitalize()), finding
            assert set(said) == {finding.confidence} or finding.code == "no_pi_by_design", finding
            assert finding.sureness.endswith(".")


@pytest.mark.parametrize("worked", WORKED, ids=lambda worked: str(worked["case"]))
def test_marking_paid_is_proposed_only_where_something_is_settled_and_not_booked(worked: dict[str, Any]) -> None:
    case = Case.of(worked)
    diagnosis = examine(case).diagnosis
    proposed = Action.MARK_PAID_AFTER_VERIFY in diagnosis.actions
    assert case.order is not None
    if proposed:
        again = "refund_overstated" in said(diagnosis)  # a second payment's refund closed it: it is paid still
        assert case.order.status not in ("paid", "fulfilled", "cancelled")
        assert again or case.order.status != "refunded"
        assert any(s.status == "complete" for s in case.facts.sessions) or any(
            i.status == "succeeded" for i in case.facts.intents
        )


def test_a_masked_bundle_is_diagnosed_the_same_but_for_the_e_mail() -> None:
    for worked in WORKED:
        case = Case.of(worked)
        masked = examine(Case.of(bundle(case))).diagnosis
        assert [f.code for f in masked.findings] == [f.code for f in examine(case).diagnosis.findings]


def test_a_status_that_nobody_mapped_is_never_guessed() -> None:
    for worked in WORKED:
        odd = worked | {"order": worked["order"] | {"status": "wc-on-hold"}}
        diagnosis = examine(Case.of(odd)).diagnosis
        assert "`wc-on-hold`" in (diagnosis.undetermined or "") or "key_mode_mismatch" in said(diagnosis)
        assert not {"unpaid_marked_paid", "paid_not_recorded", "paid_order_closed"} & set(said(diagnosis))


def test_rules_and_diagnoses_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(RULES + NOTES)) == RULES + NOTES  # noqa: S301 - our own
    diagnosis = examine(Case.of(WORKED[0])).diagnosis
    assert pickle.loads(pickle.dumps(diagnosis)) == diagnosis  # noqa: S301 - our own
