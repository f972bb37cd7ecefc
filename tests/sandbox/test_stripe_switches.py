"""The switches: speed, limits, faults, the clock; and what is not meant to happen by itself."""

import time
from collections.abc import Iterator

import httpx
import pytest
import stripe

from core.sandbox.loopback import Loopback
from core.sandbox.stripe import SECRET_KEY_LIVE, SECRET_KEY_TEST, StripeServer
from core.sandbox.stripe.api.app import OPERATIONS, application
from core.sandbox.stripe.api.call import Account, Asker
from core.sandbox.stripe.api.limits import Rates
from core.sandbox.stripe.api.refusals import Refusal
from core.sandbox.stripe.switches import Switches
from tests.sandbox.tour import Shop, client
from tests.waiting import LIMIT
from tests.worlds import stripe_of

server = stripe_of(12)


def test_nothing_goes_wrong_by_itself(server: StripeServer) -> None:
    api = client(server)
    for _ in range(60):
        assert api.v1.events.list().data == []
    assert [one.status for one in server.switches.requests] == [200] * 60


def test_a_budget_of_429s(server: StripeServer) -> None:
    server.switches.fail("429", times=2)
    for _ in range(2):
        with pytest.raises(stripe.RateLimitError) as refused:
            client(server).v1.events.list()
    headers = {str(name).lower(): value for name, value in (refused.value.headers or {}).items()}
    assert headers["stripe-rate-limited-reason"] == "global-rate"
    assert "retry-after" not in headers
    assert refused.value.error
    assert refused.value.error.code == "rate_limit"
    assert client(server).v1.events.list().data == []


def test_a_budget_of_500s_for_some_addresses_only(server: StripeServer) -> None:
    server.switches.fail("500", path="/v1/events")
    assert client(server).v1.charges.list().data == []
    with pytest.raises(stripe.APIError) as failed:
        client(server).v1.events.list()
    assert failed.value.http_status == 500
    assert client(server).v1.events.list().data == []


def test_an_object_that_is_locked(server: StripeServer) -> None:
    server.switches.fail("lock")
    with pytest.raises(stripe.RateLimitError) as locked:
        client(server).v1.events.list()
    assert locked.value.error
    assert locked.value.error.code == "lock_timeout"
    assert "stripe-rate-limited-reason" not in {str(name).lower() for name in locked.value.headers or {}}


def test_a_connection_that_is_cut(server: StripeServer) -> None:
    server.switches.fail("reset")
    with pytest.raises(stripe.APIConnectionError):
        client(server).v1.events.list()
    assert client(server).v1.events.list().data == []
    assert [one.status for one in server.switches.requests] == [0, 200]


def test_the_sdk_survives_a_cut_when_told_to_try_again(server: StripeServer) -> None:
    server.switches.fail("reset")
    patient = stripe.StripeClient(SECRET_KEY_TEST, base_addresses={"api": server.url}, max_network_retries=1)
    assert patient.v1.events.list().data == []


def test_an_answer_that_never_comes(server: StripeServer, caplog: pytest.LogCaptureFixture) -> None:
    server.switches.fail("hang")
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{server.url}/v1/events", timeout=httpx.Timeout(LIMIT, read=0.2))
    assert client(server).v1.events.list().data == []
    assert caplog.records == []  # a client that gives up is no error


def test_a_hang_ends_in_a_cut(server: StripeServer) -> None:
    server.switches.hang = 0.05
    server.switches.fail("hang")
    with pytest.raises(stripe.APIConnectionError):
        client(server).v1.events.list()


def test_latency(server: StripeServer) -> None:
    server.switches.latency = 0.12
    began = time.monotonic()
    client(server).v1.events.list()
    assert time.monotonic() - began >= 0.12


@pytest.fixture
def limited() -> Iterator[httpx.Client]:
    """A Stripe that keeps its limits, on a second that never ends."""
    account = Account(switches=Switches(rate_limits=True))
    with Loopback(application(account, Rates(clock=lambda: 0.0))) as served, httpx.Client(base_url=served.url) as http:
        yield http


def _asked(http: httpx.Client, path: str, key: str = SECRET_KEY_TEST) -> tuple[int, str | None]:
    answer = http.get(path, headers={"Authorization": f"Bearer {key}"})
    return answer.status_code, answer.headers.get("stripe-rate-limited-reason")


def test_an_endpoint_answers_twenty_five_times_a_second(limited: httpx.Client) -> None:
    assert [_asked(limited, "/v1/events", SECRET_KEY_LIVE) for _ in range(25)] == [(200, None)] * 25
    assert _asked(limited, "/v1/events", SECRET_KEY_LIVE) == (429, "endpoint-rate")
    assert _asked(limited, "/v1/charges", SECRET_KEY_LIVE) == (200, None)


def test_all_objects_of_a_kind_share_a_bucket(limited: httpx.Client) -> None:
    answers = [_asked(limited, f"/v1/charges/ch_{number}", SECRET_KEY_LIVE) for number in range(26)]
    assert answers == [(404, None)] * 25 + [(429, "endpoint-rate")]


def test_search_has_a_smaller_bucket(limited: httpx.Client) -> None:
    answers = [_asked(limited, "/v1/charges/search?query=amount>1") for _ in range(21)]
    assert answers == [(200, None)] * 20 + [(429, "endpoint-rate")]


@pytest.mark.parametrize(("key", "most"), [(SECRET_KEY_TEST, 25), (SECRET_KEY_LIVE, 100)])
def test_the_account_has_a_bucket_for_all(limited: httpx.Client, key: str, most: int) -> None:
    kinds = ("events", "charges", "refunds", "disputes", "customers")
    answers = [_asked(limited, f"/v1/{kinds[number % 5]}", key) for number in range(most + 1)]
    assert answers == [(200, None)] * most + [(429, "global-rate")]


def test_a_bucket_fills_again() -> None:
    seconds = [0.0]
    rates, operation = Rates(clock=lambda: seconds[0]), next(one for one in OPERATIONS if one.searches)
    asker = Asker(SECRET_KEY_TEST, livemode=False, rights=None)
    for _ in range(20):
        rates.spend(operation, asker)
    with pytest.raises(Refusal):
        rates.spend(operation, asker)
    seconds[0] = 0.05
    rates.spend(operation, asker)
    with pytest.raises(Refusal):
        rates.spend(operation, asker)


def _status(server: StripeServer, path: str) -> int:
    return httpx.get(server.url + path, headers={"Authorization": f"Bearer {SECRET_KEY_TEST}"}).status_code


def test_the_clock_stands_still_or_runs_ahead(server: StripeServer) -> None:
    server.switches.frozen_at = 1_795_000_000
    assert Shop(server).sell()["created"] == 1_795_000_000
    server.switches.frozen_at = None
    server.switches.offset = 3600
    assert abs(Shop(server).sell()["created"] - time.time() - 3600) < 5


def test_the_switchboard_works_from_another_process(server: StripeServer) -> None:
    board = f"{server.url}/_sandbox"
    changed = {"latency": 0.0, "retry_delays": [0.5], "v2_events": False, "frozen_at": 1_795_000_000}
    shown = httpx.post(f"{board}/switches", json=changed).json()["switches"]
    assert {name: shown[name] for name in changed} == changed
    assert server.switches.retry_delays == (0.5,)
    assert httpx.post(f"{board}/switches", json={"colour": 1}).status_code == 400
    assert httpx.post(f"{board}/switches", json={"latency": "long"}).status_code == 400
    assert httpx.post(f"{board}/faults", json={"kind": "429", "times": 1}).status_code == 200
    assert httpx.post(f"{board}/faults", json={"kind": "flood"}).status_code == 400
    assert _status(server, "/v1/events") == 429
    httpx.post(f"{board}/keys", json={"key": "rk_test_new", "rights": ["event_read"]})
    assert client(server, "rk_test_new").v1.events.list().data == []
    seen = httpx.get(board).json()
    assert [one[3] for one in seen["requests"]] == [429, 200]
    assert SECRET_KEY_TEST not in str(seen)


def test_objects_are_seeded_from_another_process(server: StripeServer) -> None:
    session = Shop(server).sell()
    copied = {**session, "id": session["id"][:-3] + "abc", "client_reference_id": "SH-7"}
    assert httpx.post(f"{server.url}/_sandbox/objects", json=[copied]).json() == {"kept": 1}
    assert client(server).v1.checkout.sessions.retrieve(copied["id"]).client_reference_id == "SH-7"


def test_a_taken_port_is_an_error(server: StripeServer) -> None:
    with pytest.raises(OSError, match=r"[Aa]ddress already in use"):
        StripeServer(port=server.port)


def test_it_starts_and_stops_at_once() -> None:
    began = time.process_time()
    with StripeServer():
        started = time.process_time() - began
    assert started < 1  # of work
