"""What is said of the endpoints: nothing where all is well, less where not all was read, and each gap with its step."""

from dataclasses import replace

from core.checks import Check, Level, worst_of
from core.endpoints import Listed, Shop, Suffered, judge
from core.endpoints.listed import together
from core.facts import Destination, Event

NOW = 1_795_348_800
URL = "https://shop.example.com/webhooks/stripe"
ALL = ("checkout.session.completed", "checkout.session.async_payment_succeeded", "charge.refunded")
HOOK = Destination("we_1", "webhook_endpoint", enabled=True, enabled_events=ALL, url=URL, livemode=False, created=1)
BUS = Destination("ed_1", "amazon_eventbridge", enabled=True, enabled_events=("*",), livemode=False, listed_by="v2")
SHOP = Shop(url=URL, api_version="2026-10-28.endive")
ALL_READ = Listed()


def found(*destinations: Destination, shop: Shop = SHOP, listed: Listed = ALL_READ) -> dict[str, Check]:
    lines = judge(replace(listed, destinations=destinations), shop, {}, NOW)
    return {one.checked: one for one in lines if one.level is not Level.FINE}


def test_an_endpoint_that_hears_all_is_fine() -> None:
    assert found(HOOK) == {}
    said = {one.checked: one.found for one in judge(Listed((HOOK,)), SHOP, {}, NOW)}
    assert said["endpoint at Stripe"] == "we_1 is enabled."
    assert "an order is paid" in said["events asked for"]
    assert "Not asked for: when a payment by a slow method failed" in said["events asked for"]


def test_a_bus_beside_the_endpoint_and_an_endpoint_of_the_other_mode_are_fine() -> None:
    other = replace(HOOK, id="we_2", livemode=True, enabled=False)
    assert found(HOOK, other, BUS) == {}


def test_one_endpoint_that_both_lists_have_is_no_duplicate() -> None:
    same = replace(HOOK, id="ed_2", listed_by="v2")
    assert together([HOOK], [same, BUS]) == (HOOK, BUS)
    assert found(HOOK, replace(same, created=2)) == {}


def test_events_of_a_moment_ago_are_on_their_way() -> None:
    young = Event("evt_1", "charge.refunded", NOW - 60, pending_webhooks=1)
    assert found(HOOK, listed=Listed(undelivered=(young,))) == {}


def test_what_was_not_read_is_never_none() -> None:
    lines = found(listed=Listed(unread="the key lacks the permission webhook_read", unread_v2="the same"))
    assert {one.level for one in lines.values()} == {Level.UNREAD}
    blind = found(replace(HOOK, enabled_events=("charge.refunded",)), listed=Listed(unread_v2="an error"))
    assert {one.level for one in blind.values()} == {Level.UNREAD}
    assert "No endpoint that was read asks for" in blind["paid"].found


def test_a_gap_names_the_cases_that_came_of_it() -> None:
    hook = replace(HOOK, enabled_events=("checkout.session.completed", "charge.refunded"))
    assert found(hook) == {}
    lines = judge(Listed((hook,)), SHOP, {"paid later": Suffered(2, ("1001", "1002"))}, NOW)
    (line,) = [one for one in lines if one.level is Level.WARNING]
    assert line.found.endswith("2 kept cases are of the kind that comes of this: 1001 and 1002.")
    assert line.do.startswith("Add checkout.session.async_payment_succeeded")


def test_nobody_asks_for_payments() -> None:
    hook = replace(HOOK, enabled_events=("charge.refunded",))
    assert found(hook)["paid"].level is Level.ERROR
    booked = replace(SHOP, booked_on=("checkout.session.completed", "checkout.session.async_payment_succeeded"))
    both = found(hook, shop=booked)
    assert {one.level for one in both.values()} == {Level.ERROR}
    half = replace(HOOK, enabled_events=("checkout.session.completed", "charge.refunded"))
    assert {one.level for one in found(half, shop=booked).values()} == {Level.WARNING}


def test_what_another_sites_endpoint_is_told_helps_no_order_here() -> None:
    books = Destination("we_9", "webhook_endpoint", enabled=True, enabled_events=("*",), url="https://tool.example/x")
    deaf = replace(HOOK, enabled_events=("payment_intent.created",))
    assert found(HOOK, books).keys() & {"paid", "refunded"} == set(), "where both are told, nobody misses it"
    lines = found(deaf, books)
    assert lines["paid"].level is Level.WARNING
    assert "No endpoint at this shop's sites asks" in lines["paid"].found
    assert lines["paid"].found.endswith("told is tool.example.")
    assert "webhook_hosts" in lines["paid"].do
    named = replace(SHOP, hosts=("tool.example",))
    assert "paid" not in found(deaf, books, shop=named), "the settings say that it is the shop's"
    assert "paid" not in found(books, shop=replace(SHOP, url=None)), "nobody knows which is the shop's"


def test_nothing_is_enabled() -> None:
    assert worst_of(found(replace(HOOK, enabled=False)).values()) is Level.ERROR
    assert "endpoints" in found()
    assert found(BUS) == {"endpoint at Stripe": found(BUS)["endpoint at Stripe"]}  # the bus hears all


def test_an_endpoint_for_connected_accounts_hears_nothing_of_our_own() -> None:
    connect = replace(HOOK, hears="connected")
    assert found(connect)["Connect scope"].level is Level.ERROR
    assert "Connect scope" not in found(connect, shop=replace(SHOP, connected=True))


def test_two_endpoints_told_the_same() -> None:
    twin = replace(HOOK, id="we_2", created=2)
    assert "arrives there twice" in found(HOOK, twin)["duplicates"].found
    beside = replace(twin, url="https://shop.example.com/other")
    assert "Right where two parts" in found(HOOK, beside)["duplicates"].do
    assert found(HOOK, replace(beside, enabled_events=("payout.paid",))) == {}
    assert found(HOOK, replace(beside, thin=True)) == {}


def test_other_hosts_redirects_and_versions() -> None:
    strange = replace(HOOK, url="https://old.example.net/hook")
    hosts = Shop(hosts=("shop.example.com",))
    assert "to no site of this shop" in found(strange, shop=hosts)["endpoint at Stripe"].found
    assert found(replace(HOOK, url="https://hooks.example.com/x"), shop=hosts) == {}
    assert "www.shop.example.com" in found(HOOK, shop=Shop(hosts=("www.shop.example.com",)))["redirect"].found
    assert found(replace(HOOK, api_version="2020-08-27"))["API version"].level is Level.WARNING
    assert found(replace(HOOK, api_version="2020-08-27", thin=True)) == {}


def test_what_is_not_delivered_names_the_newest() -> None:
    old = [Event(f"evt_{n}", "charge.refunded", NOW - 3600 * n, pending_webhooks=1) for n in (1, 2)]
    line = found(HOOK, listed=Listed(undelivered=tuple(old)))["last event not delivered"]
    assert line.level is Level.WARNING
    assert "2 events of the last 30 days were not accepted by every endpoint; the newest: charge.refunded (evt_1)" in (
        line.found
    )


def test_a_destination_of_api_v2_is_read() -> None:
    raw = {
        "id": "ed_1",
        "object": "v2.core.event_destination",
        "type": "webhook_endpoint",
        "status": "enabled",
        "enabled_events": ["v1.checkout.session.completed"],
        "event_payload": "thin",
        "events_from": ["@accounts"],
        "created": "2026-11-22T21:10:00.000Z",
        "livemode": False,
        "webhook_endpoint": {"url": URL},
    }
    read = Destination.of(raw)
    assert (read.thin, read.hears, read.url, read.created) == (True, "connected", URL, 1_795_381_800)
    assert read.asks_for("checkout.session.completed")
    assert Destination.of({}).kind == "unknown"
