"""`Collected`: the figures, asked of the journal at each scrape."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.facts import Mode
from core.journal import UNSETTLED, Filter, Journal

SCANS: Final = 50  # the newest, among which the last complete one is looked for
TOLD: Final = ("replay", "resend", "retrieve", "log in", "refused")  # whose outcome is one of a few words


@dataclass(frozen=True, slots=True)
class Of:
    """A shop: its part of the journal; `mode`, `account`: of its Stripe key, as the journal keeps them apart."""

    journal: Journal
    mode: Mode
    account: str | None


class Collected(Collector):
    """What a scrape gets, of `shops` by name: with a label `shop` where they have names."""

    def __init__(self, shops: Mapping[str, Of]) -> None:
        self._shops = shops
        self._label = ("shop",) if any(shops) else ()

    def describe(self) -> Iterable[Metric]:
        """Nothing before the first scrape: the journal is asked then, not at the start."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """The figures. Unreachable where the journal cannot be read."""
        cases = self._gauge("orderlens_cases", "Cases that are not resolved.", "state", "severity")
        money = self._gauge(
            "orderlens_money_at_risk_minor", "Of cases that nobody settled, in minor units.", "currency"
        )
        done = CounterMetricFamily(
            "orderlens_actions", "What was done, by outcome.", labels=(*self._label, "what", "outcome")
        )
        moments = {
            name: self._gauge(f"{name}_timestamp_seconds", what)
            for name, what in (
                ("orderlens_watch_heard", "When the watch last heard all events."),
                ("orderlens_watch_beat", "When a watch last said that it runs."),
                ("orderlens_scan_complete", "When the last scan that read all it was to read ended."),
                ("orderlens_scan_read_to", "Up to when scans have read everything."),
            )
        }
        for name, shop in self._shops.items():
            own = (name,) if self._label else ()
            for labels, number in _cases(shop):
                cases.add_metric((*own, *labels), number)
            for currency, amount in sorted(_at_risk(shop).items()):
                money.add_metric((*own, currency), amount)
            for (what, outcome), times in sorted(shop.journal.counts(TOLD).items()):
                done.add_metric((*own, what, outcome), times)
            for which, at in _moments(shop).items():
                if at is not None:
                    moments[which].add_metric(own, at)
        yield from (cases, money, *moments.values(), done)

    def ready(self) -> None:
        """Unreachable, in words, where the journal cannot be read."""
        for one in self._shops.values():
            one.journal.cursors.get("ready")

    def close(self) -> None:
        """Let go of the journal."""
        for one in self._shops.values():
            one.journal.close()

    def _gauge(self, name: str, what: str, *labels: str) -> GaugeMetricFamily:
        return GaugeMetricFamily(name, what, labels=(*self._label, *labels))


def _cases(shop: Of) -> Iterator[tuple[tuple[str, str], int]]:
    for state in (*UNSETTLED, "ignored"):
        for severity, number in shop.journal.inbox.tally(Filter(states=(state,))).severities.items():
            yield (state, severity.name.lower() if severity else "unknown"), number


def _at_risk(shop: Of) -> dict[str, int]:
    found: dict[str, int] = {}
    for share in shop.journal.inbox.summary(Filter(states=UNSETTLED)):
        for money in share.money:
            found[money.currency] = found.get(money.currency, 0) + money.amount_minor
    return found


def _moments(shop: Of) -> dict[str, int | None]:
    heard = shop.journal.cursors.heard(shop.mode, shop.account)
    recent = shop.journal.scans.recent(SCANS)
    whole = [one for one in recent if one.state == "complete" and one.key_mode == shop.mode]
    return {
        "orderlens_watch_heard": heard.at,
        "orderlens_watch_beat": heard.beat,
        "orderlens_scan_complete": max((one.finished_at or 0 for one in whole), default=None),
        "orderlens_scan_read_to": max((one.until for one in whole), default=None),
    }
