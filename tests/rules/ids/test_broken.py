"""Ids that are a placeholder, damaged, or of another kind."""

import pytest

from core.findings import Action, Severity
from tests.rules import stage


class TestIdPlaceholder:
    @pytest.mark.parametrize(
        "text", ["{CHECKOUT_SESSION_ID}", "%7BCHECKOUT_SESSION_ID%7D", "%7bcheckout_session_id%7d"]
    )
    def test_the_real_checkout_is_named(self, text: str) -> None:
        found = stage.headline(stage.order(session_id=text))
        assert stage.matter(found) == ("id_placeholder", Severity.HIGH, stage.FIFTY)
        assert text in found.says
        assert stage.values(found)["payment_status"] == "paid"

    def test_of_a_paid_order_nothing_is_at_risk(self) -> None:
        assert stage.headline(stage.BOOKED | {"session_id": "{CHECKOUT_SESSION_ID}"}).money_at_risk == stage.NONE


class TestIdMalformed:
    @pytest.mark.parametrize(
        "text", [stage.SESSION[:-2], stage.SESSION.swapcase(), f" '{stage.SESSION}'", "https://shop.example.com/?s=1"]
    )
    def test_the_pieces_of_an_id(self, text: str) -> None:
        found = stage.headline(stage.order(session_id=text), missing=[text])
        assert (found.code, found.money_at_risk) == ("id_malformed", stage.FIFTY)

    def test_the_whole_id_is_named_where_only_one_can_be_meant(self) -> None:
        assert stage.SESSION in str(stage.headline(stage.order(session_id=stage.SESSION[:-2])).evidence)

    def test_an_id_of_another_kind_is_not_damaged(self) -> None:
        assert "id_malformed" not in stage.said(stage.order(session_id=stage.INTENT))

    def test_a_client_secret_is_never_shown(self) -> None:
        secret = f"{stage.INTENT}_secret_{'x' * 24}"
        for row in (stage.order(session_id=secret), stage.order(session_id=None, payment_intent_id=secret)):
            assert "x" * 24 not in repr(stage.diagnosed(row))


class TestIdOfAnotherKind:
    def test_an_app_without_checkout_is_fine(self) -> None:
        named = stage.intent(metadata={"order_id": "1042"})
        assert stage.diagnosed(stage.BOOKED | {"session_id": None}, sessions=[], intents=[named]).clean

    @pytest.mark.parametrize("number", ["tr_8Wcb3", "manual", "PAYID-M7", "0"])
    def test_what_is_no_id_of_stripes_is_not_one_of_another_kind(self, number: str) -> None:
        assert "id_wrong_type" not in stage.said(stage.BOOKED | {"payment_intent_id": number})

    def test_another_methods_number_is_none_of_ours(self) -> None:
        row = stage.order(status="paid", session_id="src_1", metadata={"payment_method": "paypal"})
        assert "id_wrong_type" not in stage.said(row, **stage.NOTHING)

    @pytest.mark.parametrize("kind", "pi ch py in sub seti plink price cus evt pm src".split())
    def test_each_kind_in_the_sessions_column(self, kind: str) -> None:
        said = stage.headline(stage.order(session_id=f"{kind}_1abcdefghijk2"))
        assert stage.matter(said) == ("id_wrong_type", Severity.HIGH, stage.FIFTY)
        assert said.actions == (Action.FIX_STORED_ID, Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE)
        assert stage.SESSION in str(said.evidence)

    @pytest.mark.parametrize("stored", [stage.SESSION, "ch_1abcdefghijk2", f" {stage.INTENT}", "seti_1abcdefgh"])
    def test_the_intents_column_takes_only_an_intents_id(self, stored: str) -> None:
        said = stage.headline(stage.BOOKED | {"payment_intent_id": stored})
        assert (said.code, said.money_at_risk) == ("id_wrong_type", stage.NONE)
        assert Action.MARK_PAID_AFTER_VERIFY not in said.actions

    def test_a_client_secret_leads_to_its_intent_and_is_not_repeated(self) -> None:
        row = stage.order(session_id=None, payment_intent_id=f"{stage.INTENT}_secret_{'x' * 24}")
        diagnosis = stage.diagnosed(row, sessions=[stage.session(client_reference_id=None)])
        assert stage.codes(diagnosis)[0] == "id_wrong_type"
        assert diagnosis.headline is not None
        assert diagnosis.headline.money_at_risk == stage.FIFTY
        assert "xxx" not in repr(diagnosis)


class TestNoIdAtAll:
    BARE = stage.session(success_url="https://shop.example.com/thanks")

    @pytest.mark.parametrize("word", ["undefined", "null", "'None'", "[object Object]", "%5Bobject%20Object%5D"])
    def test_a_variable_without_a_value_was_written_down(self, word: str) -> None:
        found = stage.headline(stage.order(session_id=word), sessions=[self.BARE])
        assert (found.code, found.detail) == ("id_malformed", "nothing")
        assert word in found.says

    def test_a_success_url_without_the_placeholder_proves_where_it_comes_from(self) -> None:
        found = stage.headline(stage.order(session_id="undefined"), sessions=[self.BARE])
        assert "has no {CHECKOUT_SESSION_ID}" in found.says
        assert "success_url" in stage.values(found)

    @pytest.mark.parametrize("given", ["{CHECKOUT_SESSION_ID}", "%7BCHECKOUT_SESSION_ID%7D"])
    def test_one_that_has_it_proves_nothing(self, given: str) -> None:
        there = stage.session(success_url=f"https://shop.example.com/thanks?id={given}")
        assert "It came from there" not in stage.headline(stage.order(session_id="null"), sessions=[there]).says

    def test_a_placeholder_and_a_message_that_was_not_booked_are_both_told(self) -> None:
        said = stage.said(stage.order(session_id="{CHECKOUT_SESSION_ID}"))
        assert said == ["id_placeholder", "webhook_acked_not_applied"]
