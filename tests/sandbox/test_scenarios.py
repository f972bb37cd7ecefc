"""The scenarios as data: complete, consistent, apart from one another, and the same each time."""

import json
from collections import Counter
from typing import Any

import pytest

from core.sandbox.scenarios import APART, BY_NAME, EVERY, HEALTHY, SCENARIOS, SHOP_URL, Built, Scenario
from core.sandbox.stripe.objects import Json

NOW = 1_795_000_000
DAY = 86_400
GRACE = 300
CATALOGUE = frozenset(
    "key_mode_mismatch session_foreign order_copied duplicate_payment late_failure_overwrote paid_order_closed "
    "dispute_not_reflected id_placeholder id_wrong_type id_malformed wrong_account stale_id id_missing "
    "session_not_found async_failed auth_expired auth_not_captured fulfilled_before_funds async_marked_failed "
    "unpaid_marked_paid minor_unit_error currency_mismatch metadata_drift webhook_off webhook_not_subscribed "
    "metadata_not_on_pi webhook_wrong_host webhook_failing webhook_before_order no_pi_by_design "
    "webhook_acked_not_applied link_missing paid_not_recorded amount_stale_cart amount_mismatch refund_overstated "
    "refund_not_recorded amount_explained open_session_on_closed_order expired_order_open settling "
    "payment_doubted hold_on_closed_order hold_short hold_released setup_unusable "
    "subscription_ended subscription_still_charged subscription_doubled paid_outside_stripe".split()
)
REMARKS = frozenset(
    "note_duplicate_endpoints note_email_differs note_pi_not_stored note_clock_or_unit note_api_version_skew".split()
)
LOOK_ALIKES = {  # the guards of the catalogue, and the scenarios that show an order which they keep quiet
    "a coupon, a trial, a subscription": "coupon_for_everything trial_month subscription",
    "currencies of zero and three decimals, of two meanings, in capitals": "yen dinar icelandic_krona capital_letters",
    "adaptive pricing, before and since March 2025": "converted_before_2025 shown_in_aussie_dollars",
    "delayed methods": "bank_debit_under_way voucher_in_hand shipped_on_trust",
    "reserved now, taken later; never authorised": "reserved_until_pick_up never_authorised let_go_and_closed",
    "a review that is over; a card for later": "review_approved card_of_a_customer",
    "expired and closed; several checkouts; old failures": "expired_and_cancelled third_attempt declined_then_paid",
    "refunds": "duplicate_already_refunded refund_under_way refunded_on_both_sides partly_refunded",
    "deposits; a payment that two orders share": "deposit_and_balance one_payment_for_two",
    "another site, another host": "same_number_elsewhere booked_from_elsewhere",
    "deliveries": "redundant_message_failing message_on_its_way",
    "another method; older than the events": "paid_with_paypal paid_long_ago",
    "either mode; a look-up that failed": "paid_and_booked live_and_well nobody_may_look",
    "disputes": "dispute_won dispute_known",
    "a subscription goes on, changes, will end": "renewed_each_month upgraded_in_place renewal_declined will_not_renew",
    "a subscription is over": "ended_and_closed subscribed_again",
    "what paid a first bill is the order's": "sign_up_refunded",
}
ON_ANOTHER_SITE = {"same_number_elsewhere", "shop_moved", "booked_from_elsewhere"}
EACH = pytest.mark.parametrize("scenario", EVERY, ids=lambda scenario: scenario.name)
BUILT = {scenario.name: scenario.build(NOW) for scenario in EVERY}


def events(built: Built) -> list[Json]:
    return [thing for thing in built.objects if thing["object"] == "event"]


def now_of(built: Built) -> dict[str, Json]:
    return {thing["id"]: thing for thing in built.objects if thing["object"] != "event"}


def test_there_are_healthy_look_alikes_in_plenty() -> None:
    assert len(HEALTHY) >= 10
    assert all(scenario.code is None and not scenario.also for scenario in HEALTHY)


@pytest.mark.parametrize("guard", LOOK_ALIKES)
def test_each_guard_of_the_catalogue_has_its_healthy_orders(guard: str) -> None:
    shown = [BY_NAME[name] for name in LOOK_ALIKES[guard].split()]
    assert all(scenario.code is None and not scenario.also for scenario in shown)


def test_every_code_of_the_catalogue_has_a_scenario_and_each_note() -> None:
    assert {scenario.code for scenario in EVERY} - {None} == CATALOGUE
    assert {note for scenario in EVERY for note in scenario.notes} == REMARKS


def test_nearly_all_of_them_can_live_side_by_side() -> None:
    alone = CATALOGUE - {scenario.code for scenario in SCENARIOS}
    assert alone == {"webhook_off", "webhook_not_subscribed", "metadata_not_on_pi"}
    assert {*SCENARIOS, *APART} == set(EVERY)


def test_nothing_is_shared_between_two_scenarios() -> None:
    for what in (
        [scenario.name for scenario in EVERY],
        [scenario.purchase.email for scenario in EVERY],
        [scenario.purchase.amount for scenario in EVERY if scenario.purchase.amount],
        [row["order_number"] for built in BUILT.values() for row in built.orders],
        [thing["id"] for built in BUILT.values() for thing in built.objects],
    ):
        assert [one for one, times in Counter(what).items() if times > 1] == []


@EACH
def test_it_is_the_same_each_time_and_needs_no_more_than_json(scenario: Scenario) -> None:
    assert scenario.build(NOW) == BUILT[scenario.name]
    assert json.loads(json.dumps(scenario.build(NOW).bundle())) == BUILT[scenario.name].bundle()


@EACH
def test_it_tells_a_person_what_it_is(scenario: Scenario) -> None:
    assert scenario.title.endswith((".", "?"))
    assert scenario.story.endswith(".")
    assert scenario.purchase.email.rpartition("@")[2] in {"example.com", "example.org", "example.net"}


@EACH
def test_nothing_happens_in_the_future_and_events_are_within_stripes_memory(scenario: Scenario) -> None:
    built = BUILT[scenario.name]
    assert all(thing["created"] <= NOW for thing in built.objects)
    assert all(told["created"] >= NOW - 30 * DAY for told in events(built))
    written = [str(row[column]) for row in built.orders for column in ("created_at", "updated_at")]
    assert all(text.endswith("+00:00") for text in written)


@EACH
def test_it_happened_long_enough_ago_to_be_judged_unless_it_is_about_that(scenario: Scenario) -> None:
    built = BUILT[scenario.name]
    newest = max((told["created"] for told in events(built)), default=0)
    young = scenario.name in {"paid_a_moment_ago", "message_on_its_way"}
    assert (NOW - newest < GRACE) == young


@EACH
def test_an_event_keeps_the_object_as_it_was_and_its_mode(scenario: Scenario) -> None:
    built = BUILT[scenario.name]
    things = now_of(built)
    for told in events(built):
        then: dict[str, Any] = told["data"]["object"]
        assert then["id"] in things
        assert told["livemode"] == then.get("livemode", False)
        assert then["created"] <= told["created"]
        status = {"checkout.session.completed": "complete", "checkout.session.expired": "expired"}
        assert then.get("status") == status.get(told["type"], then.get("status"))


@EACH
def test_each_id_that_stripes_objects_name_leads_to_an_object(scenario: Scenario) -> None:
    built = BUILT[scenario.name]
    things = now_of(built)
    for thing in things.values():
        for field in (
            "payment_intent",
            "charge",
            "latest_charge",
            "customer",
            "subscription",
            "invoice",
            "latest_invoice",
        ):
            assert thing.get(field) is None or thing[field] in things
        if thing["object"] == "refund":
            counted = 0 if thing["status"] == "failed" else thing["amount"]
            assert things[thing["charge"]]["amount_refunded"] == counted
        if thing["object"] == "charge" and thing["payment_intent"]:
            assert thing["currency"] == things[thing["payment_intent"]]["currency"]


@EACH
def test_a_checkout_returns_to_the_shop_unless_it_is_another_sites(scenario: Scenario) -> None:
    sessions = [thing for thing in BUILT[scenario.name].objects if thing["object"] == "checkout.session"]
    elsewhere = [one for one in sessions if not one["success_url"].startswith(SHOP_URL + "/")]
    assert len(elsewhere) == (scenario.name in ON_ANOTHER_SITE)


@EACH
def test_what_is_not_acknowledged_was_wanted(scenario: Scenario) -> None:
    wanted = {kind for hook in scenario.scenery.hooks for kind in hook.events}
    assert {told["type"] for told in events(BUILT[scenario.name]) if told["pending_webhooks"]} <= wanted


@EACH
def test_a_scenario_that_heals_has_the_event_to_replay(scenario: Scenario) -> None:
    kinds = [told["type"] for told in events(BUILT[scenario.name])]
    assert scenario.heals is None or scenario.heals in kinds


def test_the_bundle_says_what_a_look_up_of_the_stored_ids_would_answer() -> None:
    def messages(name: str) -> list[str]:
        stripe: Any = BUILT[name].bundle()["stripe"]
        return [error["message"] for error in stripe["lookup_errors"]]

    assert messages("paid_and_booked") == []
    assert "exists in live mode" in messages("live_id_on_test_shop")[0]
    assert messages("other_account")[0].startswith("No such checkout.session: 'cs_test_")
    assert "exists in test mode, but a live mode key" in messages("test_payment_on_live_shop")[0]
    assert messages("nobody_may_look") == []
    assert messages("placeholder_stored") == ["No such checkout.session: '%7BCHECKOUT_SESSION_ID%7D'"]


def test_the_bundle_shows_what_its_scenery_lets_be_seen() -> None:
    def stripe(name: str) -> Any:  # noqa: ANN401 - JSON
        return BUILT[name].bundle()["stripe"]

    assert [one["status"] for one in stripe("endpoint_switched_off")["webhook_endpoints"]] == ["disabled"]
    assert stripe("endpoint_in_the_other_mode")["webhook_endpoints"] == []
    assert len(stripe("told_twice")["webhook_endpoints"]) == 2
    assert (stripe("nobody_may_look")["sessions"], len(stripe("nobody_may_look")["unread"])) == ([], 1)
    assert stripe("test_payment_on_live_shop")["sessions"] == []
    assert BUILT["live_and_well"].bundle()["key_mode"] == "live"


def test_the_bundle_of_a_shared_payment_brings_the_other_order() -> None:
    bundle: Any = BUILT["reused_payment"].bundle()
    (other,) = bundle["other_orders"]
    assert other["id"] != bundle["order"]["id"]
    assert other["session_id"] == bundle["order"]["session_id"]


def test_a_scenario_can_be_played_by_another_customer() -> None:
    scenario = BY_NAME["webhook_refused"]
    purchase = BY_NAME["yen"].purchase
    built = scenario.build(NOW, purchase=purchase, age=DAY)
    assert built.order["customer_email"] == purchase.email
    assert built.order["total_minor"] == purchase.amount
    assert built.number == purchase.number
