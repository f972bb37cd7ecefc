"""Whatever a customer pasted is understood, and the junk around it never changes what it names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UsageError
from core.pasted import Kind, Ref, parse, stripe_id

SESSION = "cs_test_a1xVg4Xr7cJq2mTn8Kp0Zs5Wb3Yd6Hf9Lw1Ee"
INTENT = "pi_3NabcDEF123ghiJKL456mnoP"
EVERY = {
    SESSION: Kind.SESSION,
    "cs_live_b1xVg4Xr7cJq2mTn8Kp0Zs5Wb3Yd6Hf9Lw1Ee": Kind.SESSION,
    INTENT: Kind.INTENT,
    "ch_3NabcDEF123ghiJKL456mnoP": Kind.CHARGE,
    "py_3NabcDEF123ghiJKL456mnoP": Kind.CHARGE,
    "re_3NabcDEF123ghiJKL456mnoP": Kind.REFUND,
    "pyr_3NabcDEF123ghiJKL456mno": Kind.REFUND,
    "du_1NabcDEF123ghiJKL456mnoP": Kind.DISPUTE,
    "dp_1NabcDEF123ghiJKL456mnoP": Kind.DISPUTE,
    "evt_1NabcDEF123ghiJKL456mno": Kind.EVENT,
    "cus_Nabc123DEF456g": Kind.CUSTOMER,
    "in_1NabcDEF123ghiJKL456mnoP": Kind.INVOICE,
    "sub_1NabcDEF123ghiJKL456mnoP": Kind.SUBSCRIPTION,
    "jenny.o'hara+shop@mail.example.co.uk": Kind.EMAIL,
    "1042": Kind.ORDER,
    "SO-2026/00042": Kind.ORDER,
    "#1042": Kind.ORDER,
    "in_2024": Kind.ORDER,
    "Ørder № 7": Kind.ORDER,
}
QUOTES = "\"'`\u00b4\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb\u2039\u203a"
SPACES = " \t\r\n\u00a0\u3000"
INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff\u202a"
JUNK = st.text(st.sampled_from(QUOTES + SPACES + INVISIBLE + "<>()[]{},;:.!?"), max_size=6)


@pytest.mark.parametrize(("text", "kind"), EVERY.items())
def test_every_kind_is_told_from_the_others(text: str, kind: Kind) -> None:
    assert (parse(text).kind, parse(text).value) == (kind, text)


@given(st.sampled_from(sorted(EVERY)), JUNK, JUNK)
def test_junk_around_a_reference_never_changes_it(text: str, before: str, after: str) -> None:
    assert parse(before + text + after) == parse(text)


@given(st.sampled_from(sorted(EVERY)), st.integers(0, 60), st.sampled_from("\u200b\u2060\ufeff\u00ad"))
def test_invisible_letters_inside_a_reference_do_not_count(text: str, place: int, letter: str) -> None:
    assert parse(text[:place] + letter + text[place:]) == parse(text)


@given(st.text())
def test_any_text_names_something_or_is_refused_in_words(text: str) -> None:
    try:
        ref = parse(text)
    except UsageError:
        return
    assert ref.value
    assert ref.value == ref.value.strip()
    assert not [letter for letter in ref.value if unicodedata.category(letter) in {"Cc", "Cf"}]


@pytest.mark.parametrize("text", ["", "   ", "\u200b", '""', "()", "…"])
def test_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="nothing to look for"):
        parse(text)


@pytest.mark.parametrize("secret", [f"{INTENT}_secret_h4nD5mAtt3rs", f"{INTENT}_secret_", f"<{INTENT}_secret_abc>,"])
def test_a_client_secret_is_its_intent_and_nothing_more(secret: str) -> None:
    assert parse(secret) == Ref(Kind.INTENT, INTENT)


@pytest.mark.parametrize(
    ("address", "value", "mode"),
    [
        (f"https://dashboard.stripe.com/payments/{INTENT}", INTENT, "live"),
        (f"https://dashboard.stripe.com/test/payments/{INTENT}", INTENT, "test"),
        (f"https://dashboard.stripe.com/acct_1NabcDEF123ghiJK/test/payments/{INTENT}?tab=1", INTENT, "test"),
        (f"dashboard.stripe.com/acct_1NabcDEF123ghiJK/payments/{INTENT}#events", INTENT, "live"),
        (f"https://dashboard.stripe.com/test/checkout/sessions/{SESSION}", SESSION, "test"),
        ("https://dashboard.stripe.com/events/evt_1NabcDEF123ghi", "evt_1NabcDEF123ghi", "live"),
        ("https://dashboard.stripe.com/test/customers/cus_Nabc123DEF456g", "cus_Nabc123DEF456g", "test"),
        ("https://dashboard.stripe.com/disputes/du_1NabcDEF123ghi", "du_1NabcDEF123ghi", "live"),
        ("https://dashboard.stripe.com/test/invoices/in_1NabcDEF123ghi", "in_1NabcDEF123ghi", "test"),
        (f"https://dashboard.stripe.com/test/workbench/inspector?object={INTENT}&x=1", INTENT, "test"),
        (f"https://dashboard.stripe.com/customers/cus_Nabc123DEF456g?object=%20{INTENT}", INTENT, "live"),
        ("https://dashboard.stripe.com/test/workbench/webhooks/we_1Nabc?event=evt_1NabcDEF1", "evt_1NabcDEF1", "test"),
        (f"https://checkout.stripe.com/c/pay/{SESSION}#fidkdWxOYHwnPyd1blpxYHZxWjA0", SESSION, "test"),
        (f"https://shop.example.com/thanks?session_id={SESSION}", SESSION, "test"),
    ],
)
def test_an_address_leads_to_the_id_in_it(address: str, value: str, mode: str) -> None:
    ref = parse(f" <{address}> ")
    assert (ref.value, ref.mode_hint) == (value, mode)


@pytest.mark.parametrize("address", ["https://dashboard.stripe.com/test/apikeys", "https://shop.example.com/orders/7"])
def test_an_address_that_names_nothing_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="names no payment"):
        parse(address)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("mailto:jenny@example.com?subject=Where is my lamp", "jenny@example.com"),
        ("Jenny Rosen <jenny@example.com>", "jenny@example.com"),
        ("From: 'jenny@example.com',", "jenny@example.com"),
        ("jenny@büro.example", "jenny@büro.example"),
    ],
)
def test_an_email_is_found_as_mail_programs_write_it(text: str, value: str) -> None:
    assert parse(text) == Ref(Kind.EMAIL, value)


def test_a_sentence_with_an_id_in_it_names_the_id() -> None:
    assert parse(f"payment {INTENT} of jenny@example.com failed.").value == INTENT


@pytest.mark.parametrize(
    "secret", ["sk_" + "test_abcdefgh12345678", "rk_" + "live_abcdefgh1234", "whsec_" + "abcdefgh"]
)
def test_a_secret_is_not_looked_up_and_not_repeated(secret: str) -> None:
    with pytest.raises(UsageError, match="not sent anywhere") as refused:
        parse(f"key: {secret}")
    assert secret not in str(refused.value)


def test_an_order_number_may_be_stored_with_or_without_its_sign() -> None:
    assert parse("Order no. #1042").spellings == ("Order no. #1042", "1042", "#1042")
    assert parse("1042").spellings == ("1042", "#1042")
    assert parse("#").spellings[0] == "#"
    for whole in ("nonsense", "Norma-7", "NO-1042", "orderly", "ID77"):
        assert parse(whole).spellings == (whole, f"#{whole}")  # a word or a number of its own, not "no." before one
    assert parse(INTENT).spellings == (INTENT,)


def test_the_mode_is_known_where_the_text_tells_it() -> None:
    assert parse("cs_live_b1xVg4").mode_hint == "live"
    assert parse(SESSION).mode_hint == "test"
    assert parse(INTENT).mode_hint is None


@pytest.mark.parametrize("stored", ["{CHECKOUT_SESSION_ID}", "", "1042", f"see {INTENT}", "plink_1NabcDEF123ghiJKL"])
def test_a_stored_value_that_is_no_id_is_none(stored: str) -> None:
    assert stripe_id(stored) is None


def test_a_stored_value_is_read_through_its_quotes() -> None:
    assert stripe_id(f' "{SESSION}"\n') == Ref(Kind.SESSION, SESSION, "test")
