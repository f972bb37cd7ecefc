"""What the error says: a pasted text leads to the codes it may mean, whatever stands around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue import matching, symptoms
from core.catalogue.symptoms import SEVERAL, plain
from core.rules import NOTES, RULES, Rule

EVERY = symptoms((*RULES, *NOTES))
WORDS = st.sampled_from([one.text for one in EVERY])
NOISE = st.sampled_from(
    ["", "cs_test_a1B2c3", "req_Yz12", "2026-11-22T21:10:00Z", "error:", "[404]", "Traceback", "{", "order #1042"]
)


def codes(pasted: str) -> list[str]:
    return list(dict.fromkeys(code for one in matching(EVERY, pasted) for code in one.codes))


@pytest.mark.parametrize("pasted", ["", " ", "refund", "cs_test_a1B2c3", "1042", "zebra crossing", "no", "!?"])
def test_what_is_no_error_text_means_nothing(pasted: str) -> None:
    assert matching(EVERY, pasted) == ()


@pytest.mark.parametrize(
    ("pasted", "first"),
    [
        ("No such checkout.session", "session_not_found"),
        ("no such checkout session: 'cs_test_a1B2c3D4...'", "session_not_found"),
        ('{"code":"resource_missing","message":"No such payment_intent: \'pi_3Q8dLmKx\'"}', "session_not_found"),
        ("Session data mismatch", "session_foreign"),
        ("Error: Session Data Mismatch for cs_live_b1 (order 1042)", "session_foreign"),
        ("Payment status incorrect", "fulfilled_before_funds"),
        ("No signatures found matching the expected signature for payload. Are you passing", "webhook_failing"),
        ('failed: Only Checkout Sessions with a status in ["open"] can be expired. This Checkout', "paid_order_closed"),
        ("Received event with API version 2019-12-03, but Stripe.net 51.0 expects", "note_api_version_skew"),
    ],
)
def test_an_error_text_means_its_codes_likeliest_first(pasted: str, first: str) -> None:
    assert codes(pasted)[0] == first


def test_the_other_mode_is_said_before_the_unknown_id() -> None:
    """The longer text tells more."""
    said = (
        "No such checkout.session: 'cs_test_a1'; a similar object exists in test mode, but a live mode key was used to "
        "make this request."
    )
    assert codes(said)[0] == "key_mode_mismatch"


@given(text=WORDS, before=NOISE, after=NOISE, capitals=st.booleans())
def test_ids_capitals_and_what_stands_around_make_no_difference(
    text: str, before: str, after: str, *, capitals: bool
) -> None:
    pasted = f"{before} {text.upper() if capitals else text} {after}"
    wanted = next(one for one in EVERY if one.text == text)
    assert wanted in matching(EVERY, pasted)


@given(st.text())
def test_nothing_that_is_pasted_is_an_error(pasted: str) -> None:
    assert set(codes(pasted)) <= {rule.code for rule in (*RULES, *NOTES)}


def test_every_text_is_listed_once_and_means_something() -> None:
    assert len({plain(one.text) for one in EVERY}) == len(EVERY)
    assert all(one.codes for one in EVERY)
    assert {plain(one.text) for one in SEVERAL} <= {plain(one.text) for one in EVERY}


def test_every_code_that_is_named_is_an_entry() -> None:
    known = {rule.code for rule in (*RULES, *NOTES)}
    assert {code for one in SEVERAL for code in one.codes} <= known


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_what_a_rule_says_people_search_for_finds_it(rule: Rule) -> None:
    assert all(rule.code in codes(text) for text in rule.searched)
