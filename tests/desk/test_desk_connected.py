"""Orders that name a connected account: read from there, else from the platform; and never called unpaid for looking
at the wrong one."""

import json

import pytest

from core.cases import Case, bundle
from core.desk import Desk, Opened, Outcome
from core.errors import Refused
from core.replays import candidates
from core.report.ticket import ticket
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME, SCENARIOS
from core.sandbox.stripe.objects import ACCOUNT_ID
from dashboard.frame.ids import Ids
from tests.desks import desk_of, desk_on
from tests.people import MIRA
from tests.sellers import OTHER, SELLER, hearing, name_account, to_seller
from tests.worlds import world_of

world = world_of("webhook_refused", "paid_and_booked", "paid_twice", "on_the_sellers_account", scope="function")
desk = desk_of()


def _open(world: World, desk: Desk, name: str) -> Opened:
    (hit,) = desk.find(world.built[name].number, who=MIRA).hits
    return desk.open(hit.key)


def _codes(opened: Opened) -> list[str]:
    return [found.code for found in opened.diagnosis.findings]


class TestQuiet:
    def test_a_direct_charge_is_clean_and_read_from_its_account(self, world: World, desk: Desk) -> None:
        hearing(world)
        to_seller(world, "paid_and_booked")
        world.stripe.switches.requests.clear()
        opened = _open(world, desk, "paid_and_booked")
        facts = opened.case.facts
        assert opened.diagnosis.clean
        assert (facts.account, facts.connected, facts.also_read) == (SELLER, True, ())
        assert facts.events
        assert {event.account for event in facts.events} == {SELLER}
        asked = {(one.path, one.account) for one in world.stripe.switches.requests}
        assert ("/v1/webhook_endpoints", "") in asked  # they stand on the platform
        paid = {account for path, account in asked if path.startswith(("/v1/charges", "/v1/payment_intents"))}
        assert paid == {SELLER}

    def test_a_destination_charge_is_clean_on_the_platform(self, world: World, desk: Desk) -> None:
        world.stripe.connect(SELLER)
        name_account(world, "paid_and_booked")
        opened = _open(world, desk, "paid_and_booked")
        assert opened.diagnosis.clean
        assert (opened.case.facts.account, opened.case.facts.also_read) == (ACCOUNT_ID, (SELLER,))

    def test_the_next_destination_charge_of_a_seller_is_read_once(self, world: World, desk: Desk) -> None:
        world.stripe.connect(SELLER)
        for name in ("paid_and_booked", "webhook_refused"):
            name_account(world, name)
        _open(world, desk, "paid_and_booked")
        world.stripe.switches.requests.clear()
        assert _codes(_open(world, desk, "webhook_refused")) == ["webhook_failing"]
        assert {one.account for one in world.stripe.switches.requests} == {""}
        to_seller(world, "webhook_refused", naming=False)
        hearing(world)
        assert _codes(_open(world, desk, "webhook_refused")) == ["webhook_failing"]  # and yet it is found elsewhere

    def test_a_destination_charge_is_clean_though_the_account_may_not_be_read(self, world: World, desk: Desk) -> None:
        name_account(world, "paid_and_booked")
        assert _open(world, desk, "paid_and_booked").diagnosis.clean

    def test_an_order_that_names_the_keys_own_account_is_read_as_any_other(self, world: World, desk: Desk) -> None:
        name_account(world, "paid_and_booked", ACCOUNT_ID)
        opened = _open(world, desk, "paid_and_booked")
        assert opened.diagnosis.clean
        assert (opened.case.facts.connected, opened.case.facts.account) == (False, ACCOUNT_ID)
        assert {one.account for one in world.stripe.switches.requests} == {""}

    @pytest.mark.parametrize("account", ["acct_1\r\nX-Evil: 1", "acct_", "acct_ü", "seller 7"])
    def test_what_is_no_account_is_not_sent(self, world: World, desk: Desk, account: str) -> None:
        name_account(world, "paid_and_booked", account)
        assert _open(world, desk, "paid_and_booked").diagnosis.clean
        assert {one.account for one in world.stripe.switches.requests} == {""}

    def test_an_account_that_the_key_does_not_open_is_unread_and_nobody_is_called_unpaid(
        self, world: World, desk: Desk
    ) -> None:
        to_seller(world, "paid_and_booked", account=OTHER)
        name_account(world, "paid_and_booked", "acct_1GoneSinceLongQ7x")
        opened = _open(world, desk, "paid_and_booked")
        assert _codes(opened) == ["wrong_account"]
        (unread,) = opened.case.facts.unread
        assert (unread.kind, unread.what) == ("account", "the connected account acct_1GoneSinceLongQ7x")
        assert "does not have access to account" in unread.because
        assert not opened.diagnosis.clean
        assert opened.diagnosis.headline is not None
        assert "which our key does not open" in opened.diagnosis.headline.says

    def test_an_order_that_is_paid_elsewhere_is_not_called_clean(self, world: World, desk: Desk) -> None:
        opened = _open(world, desk, "on_the_sellers_account")
        assert (_codes(opened), opened.diagnosis.clean) == (["wrong_account"], False)

    @pytest.mark.parametrize("account", ["", SELLER], ids=["platform", "account"])
    def test_where_either_could_not_be_read_nothing_is_called_absent(
        self, world: World, desk: Desk, account: str
    ) -> None:
        to_seller(world, "paid_and_booked", account=OTHER)
        world.stripe.connect(SELLER)
        name_account(world, "paid_and_booked")
        world.stripe.switches.fail("unoffered", 99, "/v1/checkout/sessions", account)
        opened = _open(world, desk, "paid_and_booked")
        assert _codes(opened) == []
        assert "checkout session" in (opened.diagnosis.undetermined or "")

    def test_an_order_in_two_parts_is_not_judged(self, world: World, desk: Desk) -> None:
        seller = to_seller(world, "paid_and_booked")
        (session,) = [one for one in world.built["paid_and_booked"].objects if one["object"] == "checkout.session"]
        for one in world.built["paid_and_booked"].objects:
            if one["object"] != "checkout.session":
                seller.remove(one)
                world.stripe.store.put(one)
        seller.put({**session, "payment_intent": None, "payment_status": "unpaid", "status": "open"})
        opened = _open(world, desk, "paid_and_booked")
        assert _codes(opened) == []
        assert "on the platform's own account" in (opened.diagnosis.undetermined or "")


class TestTrouble:
    def test_a_payment_that_is_nowhere_is_looked_for_on_both(self, world: World, desk: Desk) -> None:
        to_seller(world, "paid_and_booked", account=OTHER)
        world.stripe.connect(SELLER)
        name_account(world, "paid_and_booked")
        opened = _open(world, desk, "paid_and_booked")
        assert _codes(opened) == ["session_not_found"]
        assert opened.case.facts.account == SELLER
        assert opened.diagnosis.headline is not None
        assert SELLER in opened.diagnosis.headline.says

    def test_what_is_wrong_is_found_on_the_account(self, world: World, desk: Desk) -> None:
        hearing(world, connect_only=False)
        to_seller(world, "webhook_refused", "paid_twice")
        assert _codes(_open(world, desk, "webhook_refused")) == ["webhook_failing"]
        assert "duplicate_payment" in _codes(_open(world, desk, "paid_twice"))

    def test_only_endpoints_of_the_platform_itself_are_nobody_who_listens(self, world: World, desk: Desk) -> None:
        to_seller(world, "webhook_refused")
        opened = _open(world, desk, "webhook_refused")
        assert _codes(opened) == ["webhook_off"]
        assert opened.diagnosis.headline is not None
        assert SELLER in opened.diagnosis.headline.says


def test_what_a_scenario_shows_does_not_hang_on_whose_account_it_is() -> None:
    """The same payment on a seller's account, of which the order knows, is the same case."""
    some = [one for one in SCENARIOS if one.name != "on_the_sellers_account"][::2]  # the others would take as long
    with World(scenarios=some) as world, desk_on(world) as desk:
        hearing(world)
        to_seller(world, *(one.name for one in some))
        for one in some:
            diagnosis = _open(world, desk, one.name).diagnosis
            said = {found.code for found in diagnosis.findings}
            assert said == {code for code in (one.expected_headline, *one.also) if code}, one.name
            assert diagnosis.undetermined is None, one.name


class TestSending:
    """The shop hears of its sellers by a Connect endpoint, as the body says."""

    def test_a_replay_carries_the_account_and_heals(self, world: World, desk: Desk) -> None:
        hearing(world)
        to_seller(world, "webhook_refused")
        opened = _open(world, desk, "webhook_refused")
        plan = desk.plan_replay(opened, candidates(opened)[0].id)
        assert json.loads(plan.body)["account"] == SELLER
        assert any(SELLER in reason for reason in plan.reasons)
        proof = desk.carry_out(plan, opened, who=MIRA)
        assert proof.outcome is Outcome.HEALED
        assert proof.after is not None
        assert (proof.after.diagnosis.clean, proof.after.case.facts.account) == (True, SELLER)

    def test_stripe_is_asked_to_resend_as_the_account(self, world: World, desk: Desk) -> None:
        hearing(world)
        to_seller(world, "webhook_refused")
        opened = _open(world, desk, "webhook_refused")
        (endpoint,) = opened.case.facts.endpoints
        plan = desk.plan_resend(opened, candidates(opened)[0].id, endpoint.id)
        world.stripe.switches.requests.clear()
        assert desk.carry_out(plan, opened, who=MIRA).outcome is Outcome.HEALED
        (post,) = [one for one in world.stripe.switches.requests if one.method == "POST"]
        assert (post.path.endswith("/retry"), post.account) == (True, SELLER)

    def test_an_endpoint_of_the_platform_itself_is_refused_in_words(self, world: World, desk: Desk) -> None:
        hearing(world, connect_only=False)
        to_seller(world, "webhook_refused")
        opened = _open(world, desk, "webhook_refused")
        (own,) = [
            one["id"]
            for one in world.stripe.store.newest_first("webhook_endpoint", livemode=False)
            if one["application"] is None
        ]
        with pytest.raises(Refused, match="connected accounts"):
            desk.plan_resend(opened, candidates(opened)[0].id, own)

    def test_a_replay_to_an_address_that_hears_of_no_connected_account_is_objected_to(
        self, world: World, desk: Desk
    ) -> None:
        to_seller(world, "webhook_refused")
        opened = _open(world, desk, "webhook_refused")
        plan = desk.plan_replay(opened, candidates(opened)[0].id)
        assert any("another secret" in said and SELLER in said for said in plan.objections)


def test_links_and_commands_name_the_account_and_endpoints_the_platform(world: World, desk: Desk) -> None:
    hearing(world)
    to_seller(world, "webhook_refused")
    opened = _open(world, desk, "webhook_refused")
    said = ticket(opened)
    intent = opened.case.facts.intents[0].id
    assert f"https://dashboard.stripe.com/{SELLER}/test/payments/{intent}" in said
    assert f"retrieve {intent} --stripe-account={SELLER}" in said
    facts = Case.of(bundle(opened.case)).facts  # and a bundle says the same
    assert (facts.account, facts.connected) == (SELLER, True)
    ids = Ids.of(facts)
    assert (
        ids.page(facts.endpoints[0].id)
        == "https://dashboard.stripe.com/test/workbench/webhooks/" + facts.endpoints[0].id
    )


class TestFinding:
    def test_what_the_order_stores_is_found_first_and_read_from_its_account(self, world: World, desk: Desk) -> None:
        hearing(world)
        to_seller(world, "paid_and_booked")
        row = world.built["paid_and_booked"].orders[0]
        for pasted in (row["stripe_session_id"], row["payment_intent_id"], row["customer_email"]):
            found = desk.find(str(pasted), who=MIRA)
            (hit,) = found.hits
            assert found.unread == ()
            assert desk.open(hit.key).case.facts.account == SELLER

    def test_an_id_that_no_order_stores_may_be_on_an_account_that_was_not_asked(self, world: World, desk: Desk) -> None:
        to_seller(world, "paid_and_booked")
        (event, *_) = [one["id"] for one in world.built["paid_and_booked"].objects if one["object"] == "event"]
        found = desk.find(event, who=MIRA)
        assert found.hits == ()
        assert [one.what for one in found.unread] == ["connected accounts"]

    def test_a_shop_without_accounts_hears_nothing_of_them(self) -> None:
        with World(scenarios=[BY_NAME["paid_and_booked"]]) as world, desk_on(world) as desk:
            assert desk.find("evt_1Nowhere00000000000000", who=MIRA).unread == ()
