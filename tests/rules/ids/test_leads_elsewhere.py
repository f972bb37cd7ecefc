"""Ids that lead to an old checkout, or to nothing."""

from core.findings import Action, Severity
from core.times import DAY
from tests.rules import stage


class TestStaleId:
    def test_another_checkout_was_paid(self) -> None:
        old = stage.expired(id=stage.OTHER_SESSION)
        found = stage.headline(stage.order(session_id=stage.OTHER_SESSION), sessions=[stage.session(), old])
        assert stage.matter(found) == ("stale_id", Severity.HIGH, stage.FIFTY)
        assert stage.SESSION in " ".join(found.remedy)
        assert Action.EXPIRE_SESSION not in found.actions

    def test_the_old_checkout_can_still_be_paid(self) -> None:
        old = stage.expired(id=stage.OTHER_SESSION, status="open", expires_at=stage.NOW + DAY)
        found = stage.headline(stage.order(session_id=stage.OTHER_SESSION), sessions=[stage.session(), old])
        assert Action.EXPIRE_SESSION in found.actions

    def test_of_a_paid_order_it_is_a_small_matter(self) -> None:
        old = stage.expired(id=stage.OTHER_SESSION)
        found = stage.headline(
            stage.order(status="paid", session_id=stage.OTHER_SESSION), sessions=[stage.session(), old]
        )
        assert (found.severity, found.money_at_risk) == (Severity.LOW, stage.NONE)

    def test_stripe_does_not_know_the_old_one(self) -> None:
        found = stage.headline(stage.order(session_id=stage.OTHER_SESSION), missing=[stage.OTHER_SESSION])
        assert found.code == "stale_id"

    def test_a_recovered_checkout(self) -> None:
        again = stage.session(id=stage.OTHER_SESSION, client_reference_id=None, recovered_from=stage.SESSION)
        assert stage.headline(stage.order(), sessions=[stage.expired(), again]).code == "stale_id"

    def test_the_stored_payment_was_declined(self) -> None:
        declined = stage.intent(
            id=stage.OTHER_INTENT, status="requires_payment_method", amount_received=0, metadata={"order_id": "1042"}
        )
        row = stage.order(session_id=None, payment_intent_id=stage.OTHER_INTENT)
        assert stage.headline(row, intents=[stage.intent(), declined]).code == "stale_id"

    def test_the_stored_payment_is_not_the_paid_checkouts(self) -> None:
        found = stage.headline(stage.BOOKED | {"payment_intent_id": stage.OTHER_INTENT})
        assert (found.code, found.severity) == ("stale_id", Severity.LOW)

    def test_a_payment_of_this_minute_may_still_mend_it(self) -> None:
        now = {"created": stage.NOW - 60}
        row = stage.order(session_id=stage.OTHER_SESSION)
        old = stage.expired(id=stage.OTHER_SESSION)
        diagnosis = stage.diagnosed(
            row, sessions=[stage.session(**now), old], intents=[stage.intent(**now)], charges=[], events=[]
        )
        assert stage.codes(diagnosis) == ["settling"]


class TestIdMissing:
    def test_a_payment_names_the_order(self) -> None:
        found = stage.headline(stage.order(session_id=None))
        assert stage.matter(found) == ("id_missing", Severity.HIGH, stage.FIFTY)
        assert stage.SESSION in " ".join(found.remedy)
        assert stage.values(found)["session_id"] == "(empty)"

    def test_an_open_checkout_names_the_order(self) -> None:
        waiting = stage.expired(status="open", expires_at=stage.NOW + DAY)
        found = stage.headline(stage.order(session_id=None), sessions=[waiting], **stage.UNPAID)
        assert (found.code, found.severity) == ("id_missing", Severity.MEDIUM)

    def test_a_checkout_of_this_minute_is_no_reason_yet(self) -> None:
        fresh = stage.expired(status="open", created=stage.NOW - 30, expires_at=stage.NOW + DAY)
        assert stage.diagnosed(stage.order(session_id=None), sessions=[fresh], **stage.UNPAID).clean
