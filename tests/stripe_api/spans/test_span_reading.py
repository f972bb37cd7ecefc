"""A span is read whole, each object once, whatever happens on the way; and what was not read is said."""

import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
from starlette.responses import Response

from core.errors import StripeUnreachable
from core.facts import Json
from core.settings import STRIPE_API
from core.stripe_api import Access
from core.stripe_api.spans import INTENTS, REFUNDS, SESSIONS, Batch, Limits, Progress, Range, SpanReader, merged
from tests.stripe_api.spans.list_server import KEY, Bucket, ListServer, broken_off, refusal, too_many
from tests.waiting import LIMIT

SINCE, UNTIL = 1_780_000_000, 1_780_100_000
WHOLE = [Range(SINCE, UNTIL)]
PATH = SESSIONS.path
Fault = Callable[[str, dict[str, str], int], Response | None]


class Kept:
    """What a reading handed over."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    def __call__(self, batch: Batch) -> None:
        self.batches.append(batch)

    @property
    def objects(self) -> list[Json]:
        """All of them."""
        return [one for batch in self.batches for one in batch.objects]

    @property
    def ids(self) -> Counter[object]:
        """How often each was handed over."""
        return Counter(one["id"] for one in self.objects)

    @property
    def done(self) -> tuple[Range, ...]:
        """What is said to be read."""
        return merged(one for batch in self.batches for one in batch.done)

    @property
    def malformed(self) -> list[tuple[str, str]]:
        """What could not be taken."""
        return sorted((one.what, one.because) for batch in self.batches for one in batch.malformed)


def _times(count: int) -> list[int]:
    """Skewed, with a second of its own that holds 250."""
    rng = random.Random(3)  # noqa: S311 - the same volume each time
    return [SINCE + 40_000] * 250 + [SINCE + int(100_000 * rng.random() ** 3) for _ in range(count - 250)]


def _once(ids: list[str]) -> Counter[object]:
    return Counter(dict.fromkeys(ids, 1))


def test_nothing_there_is_one_request_and_nothing_wanted_is_none(lists: ListServer, spans: SpanReader) -> None:
    lists.shelf([])
    kept = Kept()
    read = spans.read([(SESSIONS, WHOLE)], keep=kept)
    assert (read.holes, read.requests, read.pages, read.stopped) == ((), 1, 1, False)
    assert (kept.objects, kept.done) == ([], tuple(WHOLE))
    assert spans.read([(SESSIONS, [])], keep=kept).requests == 0
    assert spans.read([], keep=kept).requests == 0


def test_each_object_once_as_stripe_sent_it_but_without_its_client_secret(lists: ListServer, spans: SpanReader) -> None:
    inner = {
        "id": "pi_1",
        "client_secret": "pi_1_" + "secret_x",
        "metadata": {"said": '"client_secret": "no"', "é": "ü"},
    }
    shelf = lists.shelf(_times(3000), payment_intent=inner, amount_total=1999, rate=1.25, url=None)
    kept, heard = Kept(), list[Progress]()
    read = spans.read([(SESSIONS, WHOLE)], keep=kept, progress=heard.append)
    assert kept.ids == _once(shelf.ids)
    assert kept.done == tuple(WHOLE)
    assert (read.holes, read.retried, read.slowed, read.objects) == ((), 0, 0, 3000)
    assert read.requests == read.pages == len(lists.asked) == len(kept.batches)
    assert kept.objects[0]["payment_intent"] == {**inner, "client_secret": None}
    assert kept.objects[0]["amount_total"] == 1999
    assert {asked["expand[0]"] for _, asked in lists.asked} == {"data.payment_intent.latest_charge"}
    assert [one.requests for one in heard] == sorted(one.requests for one in heard)
    assert (heard[-1].objects, heard[-1].left) == (3000, 0)


def test_only_the_ranges_are_read_and_the_orders_times_begin_windows(lists: ListServer, spans: SpanReader) -> None:
    times = _times(2000)
    shelf = lists.shelf(times)
    wanted = [Range(SINCE + 10, SINCE + 500), Range(SINCE + 400, SINCE + 900), Range(SINCE + 39_000, SINCE + 41_000)]
    kept = Kept()
    spans.read([(SESSIONS, wanted)], edges=sorted(times)[::100], keep=kept)
    inside = [
        one for one, at in zip(shelf.ids, shelf.times, strict=True) if any(r.since <= at < r.until for r in wanted)
    ]
    assert kept.ids == _once(inside)
    assert kept.done == merged(wanted)


def test_listings_are_read_side_by_side(lists: ListServer, spans: SpanReader) -> None:
    for listing in SESSIONS, INTENTS, REFUNDS:
        lists.shelf(_times(1500), listing.path)
    lists.latency = 0.02
    kept = Kept()
    read = spans.read([(SESSIONS, WHOLE), (INTENTS, WHOLE), (REFUNDS, WHOLE[:1])], keep=kept)
    assert read.objects == 4500
    for listing in SESSIONS, INTENTS, REFUNDS:
        mine = [one["id"] for batch in kept.batches if batch.listing == listing for one in batch.objects]
        assert Counter(mine) == _once(lists.shelves[listing.path].ids)
    assert {path for path, _ in lists.asked[:9]} == {SESSIONS.path, INTENTS.path, REFUNDS.path}


def _often(*kinds: tuple[float, Callable[[], Response]]) -> Fault:
    rng = random.Random(5)  # noqa: S311 - the same mishaps each time

    def fault(_path: str, _asked: dict[str, str], _number: int) -> Response | None:
        lot = rng.random()
        for share, made in kinds:
            if lot < share:
                return made()
            lot -= share
        return None

    return fault


def test_mishaps_that_pass_cost_another_try_and_nothing_else(lists: ListServer, spans: SpanReader) -> None:
    shelf = lists.shelf(_times(8000))
    lists.fault = _often(
        (0.03, lambda: too_many("endpoint-rate")),
        (0.01, lambda: too_many("global-concurrency")),
        (0.01, lambda: refusal(429, "This object cannot be accessed right now.", "lock_timeout")),
        (0.01, lambda: refusal(409, "Somebody else is at it.")),
        (0.03, lambda: refusal(500, "An unknown error occurred")),
        (0.01, lambda: Response("<html>502 Bad Gateway</html>", 502)),
        (0.01, lambda: Response('{"object": "list", "data": [', 200)),
        (0.01, lambda: Response('{"object": "list", "data": [], "has_more": true}', 200)),
        (0.01, lambda: Response('{"maintenance": true}', 200)),
        (0.01, broken_off),
    )
    kept = Kept()
    read = spans.read([(SESSIONS, WHOLE)], keep=kept)
    assert kept.ids == _once(shelf.ids)
    assert read.holes == ()
    assert read.requests == read.pages + read.retried == len(lists.asked)
    assert read.slowed == lists.statuses[429]
    assert kept.done == tuple(WHOLE)


def test_an_answer_that_never_comes_is_asked_for_again(lists: ListServer, url: str) -> None:
    shelf = lists.shelf(_times(1500))
    lists.hanging = {0, 4}
    reader, kept = SpanReader(Access(KEY, url), Limits(2000, 4000), timeout=2.0), Kept()
    read = reader.read([(SESSIONS, WHOLE)], keep=kept)
    reader.close()
    assert read.holes == ()
    assert read.retried >= 2
    assert kept.ids == _once(shelf.ids)


def test_what_is_created_meanwhile_neither_doubles_nor_hides_anything(lists: ListServer, spans: SpanReader) -> None:
    shelf = lists.shelf(_times(4000))
    before, fresh, rng = list(shelf.ids), itertools.count(), random.Random(6)  # noqa: S311 - repeatable

    def creating(_path: str, _asked: dict[str, str], _number: int) -> None:
        for at in (UNTIL + 5, SINCE + 40_000, UNTIL - 1, SINCE + int(rng.random() * 100_000)):
            shelf.add(at, f"cs_live_b{next(fresh)}")

    lists.fault = creating
    kept = Kept()
    read = spans.read([(SESSIONS, WHOLE)], keep=kept)
    assert read.holes == ()
    assert max(kept.ids.values()) == 1
    assert set(before) <= set(kept.ids)


def test_limits_are_kept_so_well_that_stripe_never_complains(lists: ListServer, url: str) -> None:
    lists.shelf(_times(9000))
    now = time.monotonic()
    lists.limits = {PATH: Bucket(60, 30, now), "": Bucket(160, 160, now)}  # on a busy machine some come at once
    lists.latency = 0.05
    reader, kept = SpanReader(Access(KEY, url), Limits(40, 160)), Kept()
    read = reader.read([(SESSIONS, WHOLE)], edges=sorted(_times(9000))[::150], keep=kept)
    reader.close()
    assert (read.slowed, read.objects) == (0, 9000)
    assert read.seconds >= read.pages / 40 - 0.3


def test_a_limit_lower_than_thought_slows_and_loses_nothing(lists: ListServer, url: str) -> None:
    shelf = lists.shelf(_times(4000))
    lists.limits = {PATH: Bucket(20, 20, time.monotonic())}
    lists.fault = lambda _path, _asked, number: too_many("endpoint-rate") if 10 <= number < 20 else None  # at least
    reader, kept = SpanReader(Access(KEY, url), Limits(100, 100)), Kept()
    read = reader.read([(SESSIONS, WHOLE)], keep=kept)
    reader.close()
    assert read.slowed > 0
    assert read.holes == ()
    assert kept.ids == _once(shelf.ids)


def _complete(lists: ListServer, kept: Kept, holes: list[Range]) -> None:
    """What is said to be read is, and holes and it are the whole."""
    shelf, done = lists.shelves[PATH], kept.done
    read = {one for one, at in zip(shelf.ids, shelf.times, strict=True) if any(r.since <= at < r.until for r in done)}
    assert read <= set(kept.ids)
    assert merged([*kept.done, *holes]) == tuple(WHOLE)
    assert sum(one.until - one.since for one in (*kept.done, *holes)) == UNTIL - SINCE


def test_a_key_that_is_revoked_stops_at_once_and_the_hole_can_be_filled_alone(
    lists: ListServer, spans: SpanReader
) -> None:
    shelf = lists.shelf(_times(6000))
    lists.latency = 0.01
    lists.fault = lambda _path, _asked, number: (
        refusal(401, "Expired API Key provided: sk_live_****0000", "api_key_expired") if number >= 25 else None
    )
    kept = Kept()
    read = spans.read([(SESSIONS, WHOLE), (INTENTS, WHOLE)], keep=kept)
    holes = [Range(one.since, one.until) for one in read.holes if one.kind == "sessions"]
    _complete(lists, kept, holes)
    assert any(one == ("intents", SINCE, UNTIL) for one in ((h.kind, h.since, h.until) for h in read.holes))
    assert all(one.because.startswith("Stripe does not accept the key") for one in read.holes)
    assert KEY not in str(read)
    assert len(lists.asked) <= 25 + 8
    lists.fault = lambda _path, _asked, _number: None
    asked, again = len(lists.asked), Kept()
    assert spans.read([(SESSIONS, holes)], keep=again).holes == ()
    assert set(kept.ids) | set(again.ids) == set(shelf.ids)
    assert len(lists.asked) - asked <= 60 - 25 + 20


def test_a_listing_the_key_may_not_read_is_a_hole_and_the_others_are_read(lists: ListServer, spans: SpanReader) -> None:
    shelf = lists.shelf(_times(2000))
    lists.shelf([], INTENTS.path)
    lists.fault = lambda path, _asked, _number: (
        refusal(403, "The key lacks. Having the 'rak_payment_intent_read' permission would allow it.")
        if path == INTENTS.path
        else None
    )
    kept = Kept()
    read = spans.read([(SESSIONS, WHOLE), (INTENTS, WHOLE)], edges=sorted(_times(2000))[::100], keep=kept)
    assert kept.ids == _once(shelf.ids)
    (hole,) = read.holes
    assert (hole.kind, hole.since, hole.until) == ("intents", SINCE, UNTIL)
    assert hole.because == "the key lacks the permission payment_intent_read"


def test_a_page_that_always_fails_is_one_hole_and_the_rest_is_read(lists: ListServer, spans: SpanReader) -> None:
    lists.shelf(_times(3000))
    bad = SINCE + 40_000
    lists.fault = lambda _path, asked, _number: (
        refusal(500, "An unknown error occurred", Stripe_Should_Retry="false")
        if int(asked["created[gte]"]) <= bad < int(asked["created[lt]"]) <= bad + 1000
        else None
    )
    kept = Kept()
    read = spans.read([(SESSIONS, [Range(SINCE, bad), Range(bad, bad + 1), Range(bad + 1, UNTIL)])], keep=kept)
    assert read.holes == ()
    apart = Kept()
    read = spans.read([(SESSIONS, [Range(SINCE, SINCE + 30_000), Range(bad, bad + 1)])], keep=apart)
    (hole,) = read.holes
    assert (hole.since, hole.until) == (bad, bad + 1)
    assert hole.because == "Stripe answered with an error of its own (500)"
    assert apart.done == (Range(SINCE, SINCE + 30_000),)


def test_what_stripe_says_about_trying_again_is_done(lists: ListServer, url: str) -> None:
    lists.shelf([])
    spans = SpanReader(Access(KEY, url))
    answers = {
        0: refusal(500, "Do come back.", Retry_After="1"),
        1: refusal(400, "A mood.", Stripe_Should_Retry="true"),
    }
    lists.fault = lambda _path, _asked, number: answers.get(number)
    began = time.monotonic()
    read = spans.read([(SESSIONS, WHOLE)], keep=Kept())
    assert (read.holes, read.requests) == ((), 3)
    assert time.monotonic() - began >= 1
    answers[3] = refusal(503, "Do not come back.", Stripe_Should_Retry="false")
    read = spans.read([(SESSIONS, WHOLE)], keep=Kept())
    assert (len(read.holes), read.requests) == (1, 1)
    spans.close()


@pytest.mark.parametrize("told", [b'"\xff"', b"1.", b"[" * 5000 + b"]" * 5000, b'"\\x"'])
def test_an_answer_that_is_garbled_anywhere_is_asked_for_again(
    lists: ListServer, spans: SpanReader, told: bytes
) -> None:
    shelf = lists.shelf(_times(10))
    body = b'{"object":"list","data":[{"id":"cs_live_x","created":%d,"odd":%s}],"has_more":false}' % (SINCE, told)
    lists.fault = lambda _path, _asked, number: Response(body) if number == 0 else None
    kept = Kept()
    read = spans.read([(SESSIONS, WHOLE)], keep=kept)
    assert (read.holes, read.retried) == ((), 1)
    assert kept.ids == _once(shelf.ids)


def test_stripe_may_be_gone_for_as_long_as_patience_lasts(lists: ListServer, url: str) -> None:
    shelf = lists.shelf(_times(4000))
    back = [0.0]

    def gone(_path: str, _asked: dict[str, str], number: int) -> Response | None:
        if number == 15:
            back[0] = time.monotonic() + 3
        return broken_off() if number >= 15 and time.monotonic() < back[0] else None

    lists.fault = gone
    reader, kept = SpanReader(Access(KEY, url), Limits(2000, 4000), patience=20), Kept()
    read = reader.read([(SESSIONS, WHOLE)], keep=kept)
    reader.close()
    assert read.holes == ()
    assert kept.ids == _once(shelf.ids)


def test_stripe_gone_for_good_is_a_hole_soon_after_patience_ends(lists: ListServer, spans: SpanReader) -> None:
    lists.shelf(_times(20_000))
    lists.fault = lambda _path, _asked, number: broken_off() if number >= 40 else None
    kept = Kept()
    read = spans.read([(SESSIONS, WHOLE)], edges=sorted(_times(20_000))[::300], keep=kept)
    _complete(lists, kept, [Range(one.since, one.until) for one in read.holes])
    assert read.holes
    assert all("the connection to Stripe broke" in one.because for one in read.holes)
    assert read.seconds < LIMIT


def test_nobody_at_the_address_is_a_hole_in_words() -> None:
    reader = SpanReader(Access(KEY, "http://127.0.0.1:9"), patience=0.1)
    read = reader.read([(SESSIONS, WHOLE)], keep=Kept())
    reader.close()
    (hole,) = read.holes
    assert hole.because.startswith("there is no connection to Stripe's address")


def test_malformed_objects_are_reported_once_and_the_rest_is_read(lists: ListServer, spans: SpanReader) -> None:
    shelf = lists.shelf(range(SINCE, SINCE + 5000, 10))
    strange = {
        499: b"17",
        400: b'{"created": 1780004000, "object": "checkout.session"}',
        300: b'{"id": "cs_live_text", "created": "yesterday"}',
        250: b'{"id": "cs_live_none"}',
        200: b'{"id": "", "created": 1780002000}',
        100: b'{"id": "cs_live_far", "created": 99999999999}',
        50: b'{"id": "cs_live_true", "created": true}',
        0: b"null",
    }
    good = [one for place, one in enumerate(shelf.ids) if place not in strange]
    for place, body in strange.items():
        shelf.bodies[place] = body
        if b"cs_live" in body:
            shelf.ids[place] = body.split(b'"')[3].decode()
    kept = Kept()
    read = spans.read([(SESSIONS, WHOLE)], keep=kept)
    assert read.holes == ()
    assert kept.ids == _once(good)
    assert len(kept.malformed) == len(strange)
    named = {what: because for what, because in kept.malformed if what.startswith("cs_")}
    assert set(named) == {"cs_live_text", "cs_live_none", "cs_live_far", "cs_live_true"}
    assert named["cs_live_text"] == "its `created` is no number of seconds"
    assert "lies outside the span" in named["cs_live_far"]


def test_a_list_that_cannot_be_gone_on_with_is_a_hole(lists: ListServer, spans: SpanReader) -> None:
    shelf = lists.shelf(range(SINCE, SINCE + 3000, 10))
    shelf.bodies[100:200] = [b'{"nothing": 1}'] * 100
    kept = Kept()
    (hole,) = spans.read([(SESSIONS, WHOLE)], keep=kept).holes
    assert (hole.since, hole.until) == (SINCE, SINCE + 2001)
    assert "does not go on" in hole.because
    assert set(shelf.ids[200:]) == set(kept.ids)
    same = Response(b'{"object":"list","has_more":true,"data":[{"id":"cs_1","created":1780000500}]}')
    lists.fault = lambda _path, _asked, _number: same
    assert spans.read([(SESSIONS, WHOLE)], keep=Kept()).holes


@pytest.mark.parametrize("where", ["hanging", "pausing", "busy"])
def test_stopping_takes_a_moment_whatever_is_under_way(lists: ListServer, url: str, where: str) -> None:
    lists.shelf(_times(50_000))
    lists.latency = 0.05
    if where == "hanging":
        lists.hanging = set(range(8, 100))
    if where == "pausing":
        lists.fault = lambda _path, _asked, number: refusal(503, "Later.", Retry_After="25") if number > 8 else None
    reader, kept, began = SpanReader(Access(KEY, url), Limits(100, 100), timeout=30), Kept(), time.monotonic()
    read = reader.read([(SESSIONS, WHOLE)], keep=kept, stop=lambda: time.monotonic() > began + 0.7)
    assert time.monotonic() - began < 20, "neither what hangs nor what pauses is waited for"
    assert read.stopped
    _complete(lists, kept, [Range(one.since, one.until) for one in read.holes])
    assert {one.because for one in read.holes} == {"the reading was stopped"}
    reader.close()
    assert time.monotonic() - began < 20
    assert not [one for one in threading.enumerate() if one.name.startswith("stripe-span")]


def test_who_cannot_keep_ends_the_reading_with_his_own_words(lists: ListServer, spans: SpanReader) -> None:
    lists.shelf(_times(5000))
    lists.latency = 0.02

    def full(_: Batch) -> None:
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space left"):
        spans.read([(SESSIONS, WHOLE)], keep=full)
    kept = Kept()
    lists.latency = 0
    assert spans.read([(SESSIONS, WHOLE)], keep=kept).holes == ()
    assert kept.ids == _once(lists.shelves[PATH].ids)


def test_slow_keeping_piles_up_no_more_pages_than_there_are_workers(lists: ListServer, spans: SpanReader) -> None:
    shelf, kept, ahead = lists.shelf(_times(6000)), Kept(), list[int]()

    def slow(batch: Batch) -> None:
        ahead.append(len(lists.asked) - len(kept.batches))
        kept(batch)
        time.sleep(0.01)

    assert spans.read([(SESSIONS, WHOLE)], keep=slow).holes == ()
    assert kept.ids == _once(shelf.ids)
    assert max(ahead) <= 6 + 2


def test_what_cannot_be_a_key_is_said_at_once() -> None:
    with pytest.raises(StripeUnreachable):
        SpanReader(Access("sk_live_ü", STRIPE_API))
