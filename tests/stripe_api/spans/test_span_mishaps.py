"""Whatever happens on the way, nothing is lost or doubled; and what was not read is said."""

import random
import time
from collections.abc import Callable

import pytest
from starlette.responses import Response

from core.stripe_api import Access
from core.stripe_api.spans import INTENTS, SESSIONS, Limits, Range, SpanReader, merged
from tests.stripe_api.spans.kept import PATH, SINCE, UNTIL, WHOLE, Kept, once, skewed
from tests.stripe_api.spans.list_server import KEY, ListServer, broken_off, refusal, too_many
from tests.waiting import LIMIT

Fault = Callable[[str, dict[str, str], int], Response | None]


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
    shelf = lists.shelf(skewed(8000))
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
    assert kept.ids == once(shelf.ids)
    assert read.holes == ()
    assert read.requests == read.pages + read.retried == len(lists.asked)
    assert read.slowed == lists.statuses[429]
    assert kept.done == tuple(WHOLE)


def test_an_answer_that_never_comes_is_asked_for_again(lists: ListServer, url: str) -> None:
    shelf = lists.shelf(skewed(1500))
    lists.hanging = {0, 4}
    reader, kept = SpanReader(Access(KEY, url), Limits(2000, 4000), timeout=2.0), Kept()
    read = reader.read([(SESSIONS, WHOLE)], keep=kept)
    reader.close()
    assert read.holes == ()
    assert read.retried >= 2
    assert kept.ids == once(shelf.ids)


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
    shelf = lists.shelf(skewed(6000))
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
    shelf = lists.shelf(skewed(2000))
    lists.shelf([], INTENTS.path)
    lists.fault = lambda path, _asked, _number: (
        refusal(403, "The key lacks. Having the 'rak_payment_intent_read' permission would allow it.")
        if path == INTENTS.path
        else None
    )
    kept = Kept()
    read = spans.read([(SESSIONS, WHOLE), (INTENTS, WHOLE)], edges=sorted(skewed(2000))[::100], keep=kept)
    assert kept.ids == once(shelf.ids)
    (hole,) = read.holes
    assert (hole.kind, hole.since, hole.until) == ("intents", SINCE, UNTIL)
    assert hole.because == "the key lacks the permission payment_intent_read"


def test_a_page_that_always_fails_is_one_hole_and_the_rest_is_read(lists: ListServer, spans: SpanReader) -> None:
    lists.shelf(skewed(3000))
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
    shelf = lists.shelf(skewed(10))
    body = b'{"object":"list","data":[{"id":"cs_live_x","created":%d,"odd":%s}],"has_more":false}' % (SINCE, told)
    lists.fault = lambda _path, _asked, number: Response(body) if number == 0 else None
    kept = Kept()
    read = spans.read([(SESSIONS, WHOLE)], keep=kept)
    assert (read.holes, read.retried) == ((), 1)
    assert kept.ids == once(shelf.ids)


def test_stripe_may_be_gone_for_as_long_as_patience_lasts(lists: ListServer, url: str) -> None:
    shelf = lists.shelf(skewed(4000))
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
    assert kept.ids == once(shelf.ids)


def test_stripe_gone_for_good_is_a_hole_soon_after_patience_ends(lists: ListServer, spans: SpanReader) -> None:
    lists.shelf(skewed(20_000))
    lists.fault = lambda _path, _asked, number: broken_off() if number >= 40 else None
    kept = Kept()
    read = spans.read([(SESSIONS, WHOLE)], edges=sorted(skewed(20_000))[::300], keep=kept)
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
    assert kept.ids == once(good)
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
