"""A bundle is a case as one JSON document: nothing is lost on the way, and nothing leaks."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases import Case, bundle, mask
from core.errors import UsageError
from core.facts import order_references
from tests.rules import stage

WORKED = (Path(__file__).parent / "cases" / "worked.jsonl").read_text(encoding="utf-8").splitlines()


def again(one: Case, *, masked: bool) -> Case:
    return Case.of(json.loads(json.dumps(bundle(one, masked=masked))))


@pytest.mark.parametrize("line", WORKED, ids=lambda line: json.loads(line)["case"])
def test_there_and_back(line: str) -> None:
    one = Case.of(json.loads(line))
    assert again(one, masked=False) == one


def test_what_was_not_read_and_not_searched_comes_along() -> None:
    built = stage.case(unread=["refunds"], missing=[stage.SESSION], config={"app_hosts": ["shop.example.com"]})
    back = again(built, masked=False)
    assert [unread.kind for unread in back.facts.unread] == ["refunds"]
    assert [missing.id for missing in back.facts.missing] == [stage.SESSION]
    assert back.surroundings.app_hosts == ("shop.example.com",)


def test_the_names_that_no_order_has_and_the_keys_that_bear_one_come_along() -> None:
    built = stage.case(no_order_has=["visitor-7", "#9"], config={"name_keys": ["order_ref"]})
    assert built.no_order == ("visitor-7", "#9")
    back = again(built, masked=False)
    assert back.no_order == built.no_order
    assert back.surroundings.name_keys == ("order_ref",)
    assert stage.case().no_order == ()
    assert stage.case().surroundings.name_keys == ()


def test_a_name_that_is_an_e_mail_is_masked_alike_where_it_is_borne_and_where_no_order_has_it() -> None:
    session = stage.session(client_reference_id="jo.doe@example.com", metadata={"order_id": "for jo.doe@example.com"})
    names = ["jo.doe@example.com", "for jo.doe@example.com"]
    back = again(stage.case(sessions=[session], no_order_has=names), masked=True)
    assert back.no_order == ("j***@example.com", "for j***@example.com")
    assert order_references(back.facts.sessions[0]) == back.no_order


def test_a_look_up_that_failed_is_unread_and_one_that_was_answered_is_missing() -> None:
    errors = [
        {"id": "cs_1", "code": "resource_missing", "message": "No such session"},
        {"id": "cs_2", "code": "rate_limit", "message": "Too many requests"},
    ]
    built = stage.case(stripe={"lookup_errors": errors})
    assert [missing.id for missing in built.facts.missing] == ["cs_1"]
    assert [(unread.what, unread.because) for unread in built.facts.unread] == [("cs_2", "Too many requests")]


def test_subscriptions_and_their_bills_come_along() -> None:
    built = stage.case(subscriptions=[stage.subscription()], invoices=[stage.invoice()])
    assert [one.id for one in built.facts.subscriptions] == [stage.SUBSCRIPTION]
    assert [one.subscription_id for one in built.facts.invoices] == [stage.SUBSCRIPTION]
    assert again(built, masked=False) == built


def test_a_payment_without_an_order() -> None:
    built = stage.case(None, order=None)
    assert built.order is None
    assert again(built, masked=True).order is None


def test_e_mails_are_masked_unless_asked_otherwise() -> None:
    built = stage.case(
        stage.order(customer_email="jo.doe@example.com"),
        sessions=[stage.session(customer_details={"email": "kim@shop.org"})],
    )
    text = json.dumps(bundle(built))
    assert "jo.doe@" not in text
    assert "kim@" not in text
    assert "j***@example.com" in text
    assert "jo.doe@example.com" in json.dumps(bundle(built, masked=False))


@pytest.mark.parametrize("masked", [True, False])
def test_secrets_never_come_along(*, masked: bool) -> None:
    key, secret = "sk_" + "live_" + "x" * 24, f"{stage.INTENT}_secret_" + "y" * 24
    built = stage.case(sessions=[stage.session(client_secret=secret, metadata={"key": key, "note": f"see {secret}"})])
    text = json.dumps(bundle(built, masked=masked))
    assert "x" * 24 not in text
    assert "y" * 24 not in text


@pytest.mark.parametrize("document", [None, [], "text", 7, {}, {"stripe": []}, {"order": {}, "stripe": None}])
def test_what_is_no_bundle_is_called_so(document: object) -> None:
    with pytest.raises(UsageError, match="not a case"):
        Case.of(document)


def test_a_bundle_that_does_not_say_when_it_was_seen() -> None:
    with pytest.raises(UsageError, match="`now`"):
        Case.of({"stripe": {}})


def test_keys_that_nobody_knows_are_ignored() -> None:
    built = Case.of({"stripe": {"payouts": [1]}, "now": stage.NOW, "weather": "fine", "expected": {}})
    assert built.facts.sessions == ()
    assert built.now == stage.NOW


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("jo.doe+shop@example.com", "j***@example.com"),
        ("From: <jo@example.co.uk>, please", "From: <j***@example.co.uk>, please"),
        ("j\u00f6rg@b\u00fccher.example", "j***@b\u00fccher.example"),
        (
            "https://shop.example.com/?email=jo.doe%40example.com&x=1",
            "https://shop.example.com/?email=j***%40example.com&x=1",
        ),
        ("no address, 50 % off @ home", "no address, 50 % off @ home"),
    ],
)
def test_a_mask_keeps_the_first_letter_and_the_domain(text: str, masked: str) -> None:
    assert mask(text) == masked


@given(st.from_regex(r"[\w.+~!#$*-]{2,20}", fullmatch=True), st.sampled_from(["@", "%40"]))
def test_no_usual_address_survives_a_mask(name: str, at: str) -> None:
    email = f"{name}{at}example.com"
    assert mask(f"from {email} today") == f"from {name[0]}***{at}example.com today"
    assert mask(mask(email)) == mask(email)
