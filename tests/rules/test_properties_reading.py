"""How the facts were read makes no difference, and what was not read makes nothing worse and nothing clean."""

import copy
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.cases import Case
from core.findings import Diagnosis
from core.rules import RULES, Examined, examine
from core.rules.advice import RETURNS
from tests.rules.attempts import KINDS, Json
from tests.rules.bundles import bundles, healthy_bundles, often

any_bundle = bundles() | healthy_bundles()
MAPS_OF_THE_SHOP = ("metadata",)  # whose keys are the shop's own words, and mean something
at_length = often(200)
RETURNING = {rule.code for rule in RULES if rule.actions[:1] and rule.actions[0] in RETURNS}


def said(diagnosis: Diagnosis) -> set[str]:
    return {finding.code for finding in (*diagnosis.findings, *diagnosis.notes)}


def said_or_superseded(seen: Examined) -> set[str]:
    """With what another finding stands in place of: it would be said if that one could not be told. So would a second
    way to return money, which nobody proposes beside the first, nor while a refund is under way
    (`core.rules.advice`)."""
    diagnosis, codes = seen.diagnosis, said(seen.diagnosis)
    one_is_enough = bool(RETURNS & set(diagnosis.actions)) or bool(seen.links.pending_refund)
    returning = RETURNING if one_is_enough else set[str]()
    return codes.union(returning, *(rule.supersedes for rule in RULES if rule.code in codes))


@at_length
@given(bundle=any_bundle, seed=st.integers(0, 10**6))
def test_the_order_of_any_list_makes_no_difference(bundle: Json, seed: int) -> None:
    shuffled, dice = copy.deepcopy(bundle), random.Random(seed)  # noqa: S311 - a shuffle
    for name in KINDS:
        dice.shuffle(shuffled["stripe"][name])
    assert examine(Case.of(shuffled)).diagnosis == examine(Case.of(bundle)).diagnosis


@at_length
@given(bundle=any_bundle, data=st.data())
def test_an_object_that_was_read_twice_makes_no_difference(bundle: Json, data: st.DataObject) -> None:
    doubled = copy.deepcopy(bundle)
    for name in KINDS:
        things = doubled["stripe"][name]
        if things:
            things.insert(data.draw(st.integers(0, len(things))), copy.deepcopy(data.draw(st.sampled_from(things))))
    assert examine(Case.of(doubled)).diagnosis == examine(Case.of(bundle)).diagnosis


@at_length
@given(bundle=any_bundle, value=st.sampled_from(["x", 1, None, [], {"id": "pi_x"}, {"order_id": "77"}, True]))
def test_fields_that_nobody_knows_make_no_difference(bundle: Json, value: object) -> None:
    assert examine(Case.of(_with_more(bundle, value))).diagnosis == examine(Case.of(bundle)).diagnosis


def _with_more(document: Any, value: object) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(document, dict):
        more = {key: item if key in MAPS_OF_THE_SHOP else _with_more(item, value) for key, item in document.items()}
        return more | {"field_of_the_future": copy.deepcopy(value)}
    return [_with_more(item, value) for item in document] if isinstance(document, list) else document


@often(400)
@given(bundle=any_bundle, data=st.data())
def test_what_was_not_read_adds_no_finding_and_makes_nothing_clean(bundle: Json, data: st.DataObject) -> None:
    """Of any kinds of facts all, or any part, is taken away and marked as not read."""
    kinds = data.draw(st.sets(st.sampled_from(sorted(KINDS)), min_size=1, max_size=3))
    stripe = dict(bundle["stripe"])
    for kind in sorted(kinds):
        stripe[kind] = [thing for thing in stripe[kind] if data.draw(st.integers(0, 3)) == 0]
    unread = [{"kind": KINDS[kind], "what": f"the {KINDS[kind]}", "because": "503"} for kind in sorted(kinds)]
    partly = examine(Case.of(bundle | {"stripe": stripe | {"unread": unread}})).diagnosis
    assert said(partly) <= said_or_superseded(examine(Case.of(bundle)))
    assert not partly.clean


@at_length
@given(bundle=any_bundle, data=st.data())
def test_one_object_that_could_not_be_looked_up_adds_no_finding(bundle: Json, data: st.DataObject) -> None:
    """Asked for by its id and answered with an error that says nothing of it."""
    things = [(name, thing) for name in KINDS for thing in bundle["stripe"][name] if name != "webhook_endpoints"]
    if not things:
        return
    name, lost = data.draw(st.sampled_from(things))
    left = [thing for thing in bundle["stripe"][name] if thing["id"] != lost["id"]]
    error = {"id": lost["id"], "code": "rate_limit", "message": "Too many requests"}
    partly = examine(Case.of(bundle | {"stripe": bundle["stripe"] | {name: left, "lookup_errors": [error]}})).diagnosis
    assert said(partly) <= said_or_superseded(examine(Case.of(bundle)))
    assert not partly.clean
