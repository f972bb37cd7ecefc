"""With time alone, findings only appear, mature or age out, and each only at a documented limit."""

from bisect import bisect_right

from hypothesis import given
from hypothesis import strategies as st

from core.cases import Case
from core.findings import Severity
from core.rules import NOTES, RULES, examine
from core.times import DAY
from tests.rules.attempts import Json
from tests.rules.bundles import bundles, healthy_bundles, often
from tests.rules.stage import NOW

HOUR = 3_600
LIMITS = {  # seconds after a time that the order or Stripe tells: what happens then
    -3 * DAY: "an answer to a dispute is about to be due (dispute_not_reflected)",
    -2 * DAY: "a reservation is about to end (auth_not_captured)",
    -300: "a time of the order is no longer in the future",
    0: "a checkout, a voucher or a reservation ends; a dispute is due",
    300: "the grace time of a payment or a refund is over (settling); an id that is missing is missing (id_missing)",
    HOUR: "an expired checkout is left open (expired_order_open)",
    DAY // 2: "Stripe stops trying to deliver in test mode (webhook_failing)",
    DAY: "an attempt without a checkout is given up; a checkout that does not say until when has ended",
    DAY + HOUR: "the same, an hour later (expired_order_open)",
    3 * DAY: "Stripe stops trying to deliver in live mode (webhook_failing)",
    10 * DAY: "a refund on its way takes too long (refund_overstated)",
    30 * DAY: "Stripe's list of events ends (paid_not_recorded, subscription_doubled)",
}
AGES_OUT = {  # what may be gone later, without anything else having changed
    "settling",  # after the grace time
    "open_session_on_closed_order",  # when the checkout has expired
    "amount_stale_cart",  # the same
    "minor_unit_error",  # the same, while it is only asked for
    "auth_not_captured",  # when the reservation has ended
    "hold_on_closed_order",  # the same
    "hold_short",  # the same
    "async_marked_failed",  # when the voucher can no longer be paid
    "fulfilled_before_funds",  # the same
    "subscription_doubled",  # of two that were not read, when Stripe's list of events no longer reaches back to them
    "note_clock_or_unit",  # when the future has come
}
SUPERSEDED_BY = {
    code: {rule.code for rule in RULES if code in rule.supersedes} for rule in RULES for code in rule.supersedes
}
any_bundle = bundles() | healthy_bundles()
at_length = often(250)


def told_times(document: object) -> set[int]:
    """Every time in a bundle that somebody told: seconds since 1970, this century."""
    if isinstance(document, dict):
        return set[int]().union(*(told_times(item) for item in document.values()))
    if isinstance(document, list):
        return set[int]().union(*map(told_times, document))
    if isinstance(document, str):
        return told_times(int(document)) if document.isdecimal() and len(document) == 10 else set()
    return {document} if isinstance(document, int) and document > 10**9 else set()


def limits(bundle: Json) -> list[int]:
    """The instants at which anything may change."""
    told = told_times({"order": bundle["order"], "stripe": bundle["stripe"]})
    return sorted({at + limit for at in told for limit in LIMITS})


def at(bundle: Json, now: int) -> set[tuple[str, Severity, str | None]]:
    diagnosis = examine(Case.of(bundle | {"now": now})).diagnosis
    return {(f.code, f.severity, f.detail) for f in (*diagnosis.findings, *diagnosis.notes)}


@at_length
@given(bundle=any_bundle, data=st.data())
def test_between_two_limits_nothing_changes(bundle: Json, data: st.DataObject) -> None:
    instants = limits(bundle)
    after = data.draw(st.integers(NOW, NOW + 100 * DAY) | st.sampled_from([i for i in instants if i >= NOW] or [NOW]))
    place = bisect_right(instants, after)
    until = instants[place] - 1 if place < len(instants) else after + 1000 * DAY
    assert at(bundle, after + 1) == at(bundle, max(after + 1, until))


@at_length
@given(
    bundle=any_bundle,
    waits=st.lists(st.sampled_from([61, 299, 302, HOUR, DAY, 3 * DAY, 11 * DAY, 40 * DAY]), min_size=1),
)
def test_what_goes_with_time_has_aged_out_or_matured(bundle: Json, waits: list[int]) -> None:
    now, before = NOW, {code for code, _, _ in at(bundle, NOW)}
    for wait in sorted(waits):
        now += wait
        after = {code for code, _, _ in at(bundle, now)}
        for code in before - after - AGES_OUT:
            assert SUPERSEDED_BY.get(code, set()) & after, f"{code} is gone {now - NOW} seconds later"
        before = after


def test_the_table_names_rules_that_are_there() -> None:
    assert {rule.code for rule in (*RULES, *NOTES)} >= AGES_OUT
