"""A span is read whole, each object once, side by side, and no faster than Stripe allows."""

import itertools
import random
import threading
import time
from collections import Counter

import pytest

from core.errors import StripeUnreachable
from core.settings import STRIPE_API
from core.stripe_api import Access
from core.stripe_api.spans import INTENTS, REFUNDS, SESSIONS, Batch, Limits, Progress, Range, SpanReader, merged
from tests.stripe_api.spans.kept import PATH, SINCE, UNTIL, WHOLE, Kept, once, skewed
from tests.stripe_api.spans.list_server import KEY, Bucket, ListServer, refusal, too_many


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
    shelf = lists.shelf(skewed(3000), payment_intent=inner, amount_total=1999, rate=1.25, url=None)
    kept, heard = Kept(), list[Progress]()
    read = spans.read([(SESSIONS, WHOLE)], keep=kept, progress=heard.append)
    assert kept.ids == once(shelf.ids)
    assert kept.done == tuple(WHOLE)
    assert (read.holes, read.retried, read.slowed, read.objects) == ((), 0, 0, 3000)
    assert read.requests == read.pages == len(lists.asked) == len(kept.batches)
    assert kept.objects[0]["payment_intent"] == {**inner, "client_secret": None}
    assert kept.objects[0]["amount_total"] == 1999
    assert {asked["expand[0]"] for _, asked in lists.asked} == {"data.payment_intent.latest_charge"}
    assert [one.requests for one in heard] == sorted(one.requests for one in heard)
    assert (heard[-1].objects, heard[-1].left) == (3000, 0)


def test_only_the_ranges_are_read_and_the_orders_times_begin_windows(lists: ListServer, spans: SpanReader) -> None:
    times = skewed(2000)
    shelf = lists.shelf(times)
    wanted = [Range(SINCE + 10, SINCE + 500), Range(SINCE + 400, SINCE + 900), Range(SINCE + 39_000, SINCE + 41_000)]
    kept = Kept()
    spans.read([(SESSIONS, wanted)], edges=sorted(times)[::100], keep=kept)
    inside = [
        one for one, at in zip(shelf.ids, shelf.times, strict=True) if any(r.since <= at < r.until for r in wanted)
    ]
    assert kept.ids == once(inside)
    assert kept.done == merged(wanted)


def test_listings_are_read_side_by_side(lists: ListServer, spans: SpanReader) -> None:
    for listing in SESSIONS, INTENTS, REFUNDS:
        lists.shelf(skewed(1500), listing.path)
    lists.latency = 0.02
    kept = Kept()
    read = spans.read([(SESSIONS, WHOLE), (INTENTS, WHOLE), (REFUNDS, WHOLE[:1])], keep=kept)
    assert read.objects == 4500
    for listing in SESSIONS, INTENTS, REFUNDS:
        mine = [one["id"] for batch in kept.batches if batch.listing == listing for one in batch.objects]
        assert Counter(mine) == once(lists.shelves[listing.path].ids)
    assert {path for path, _ in lists.asked[:9]} == {SESSIONS.path, INTENTS.path, REFUNDS.path}


def test_what_is_created_meanwhile_neither_doubles_nor_hides_anything(lists: ListServer, spans: SpanReader) -> None:
    shelf = lists.shelf(skewed(4000))
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
    lists.shelf(skewed(9000))
    now = time.monotonic()
    lists.limits = {PATH: Bucket(60, 30, now), "": Bucket(160, 160, now)}  # on a busy machine some come at once
    lists.latency = 0.05
    reader, kept = SpanReader(Access(KEY, url), Limits(40, 160)), Kept()
    read = reader.read([(SESSIONS, WHOLE)], edges=sorted(skewed(9000))[::150], keep=kept)
    reader.close()
    assert (read.slowed, read.objects) == (0, 9000)
    assert read.seconds >= read.pages / 40 - 0.3


def test_a_limit_lower_than_thought_slows_and_loses_nothing(lists: ListServer, url: str) -> None:
    shelf = lists.shelf(skewed(4000))
    lists.limits = {PATH: Bucket(20, 20, time.monotonic())}
    lists.fault = lambda _path, _asked, number: too_many("endpoint-rate") if 10 <= number < 20 else None  # at least
    reader, kept = SpanReader(Access(KEY, url), Limits(100, 100)), Kept()
    read = reader.read([(SESSIONS, WHOLE)], keep=kept)
    reader.close()
    assert read.slowed > 0
    assert read.holes == ()
    assert kept.ids == once(shelf.ids)


def _complete(lists: ListServer, kept: Kept, holes: list[Range]) -> None:
    """What is said to be read is, and holes and it are the whole."""
    shelf, done = lists.shelves[PATH], kept.done
    read = {one for one, at in zip(shelf.ids, shelf.times, strict=True) if any(r.since <= at < r.until for r in done)}
    assert read <= set(kept.ids)
    assert merged([*kept.done, *holes]) == tuple(WHOLE)
    assert sum(one.until - one.since for one in (*kept.done, *holes)) == UNTIL - SINCE


@pytest.mark.parametrize("where", ["hanging", "pausing", "busy"])
def test_stopping_takes_a_moment_whatever_is_under_way(lists: ListServer, url: str, where: str) -> None:
    lists.shelf(skewed(50_000))
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
    lists.shelf(skewed(5000))
    lists.latency = 0.02

    def full(_: Batch) -> None:
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space left"):
        spans.read([(SESSIONS, WHOLE)], keep=full)
    kept = Kept()
    lists.latency = 0
    assert spans.read([(SESSIONS, WHOLE)], keep=kept).holes == ()
    assert kept.ids == once(lists.shelves[PATH].ids)


def test_slow_keeping_piles_up_no_more_pages_than_there_are_workers(lists: ListServer, spans: SpanReader) -> None:
    shelf, kept, ahead = lists.shelf(skewed(6000)), Kept(), list[int]()

    def slow(batch: Batch) -> None:
        ahead.append(len(lists.asked) - len(kept.batches))
        kept(batch)
        time.sleep(0.01)

    assert spans.read([(SESSIONS, WHOLE)], keep=slow).holes == ()
    assert kept.ids == once(shelf.ids)
    assert max(ahead) <= 6 + 2


def test_what_cannot_be_a_key_is_said_at_once() -> None:
    with pytest.raises(StripeUnreachable):
        SpanReader(Access("sk_live_ü", STRIPE_API))
