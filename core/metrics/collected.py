"""`Collected`: the figures, asked of the journal at each scrape."""

from collections.abc import Iterable, Iterator
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.facts import Mode
from core.journal import UNSETTLED, Filter, Journal

SCANS: Final = 50  # the newest, among which the last complete one is looked for
TOLD: Final = ("replay", "resend", "retrieve", "log in", "refused")  # whose outcome is one of a few words


class Collected(Collector):
    """What a scrape gets. `mode`, `account`: of the Stripe key, as the journal keeps them apart."""

    def __init__(self, journal: Journal, mode: Mode, account: str | None) -> None:
        self._journal, self._mode, self._account = journal, mode, account

    def describe(self) -> Iterable[Metric]:
        """Nothing before the first scrape: the journal is asked then, not at the start."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """The figures. Unreachable where the journal cannot be read."""
        yield from self._cases()
        yield from self._watch()
        yield from self._scans()
        done = CounterMetricFamily("orderlens_actions", "What was done, by outcome.", labels=("what", "outcome"))
        for (what, outcome), times in sorted(self._journal.counts(TOLD).items()):
            done.add_metric((what, outcome), times)
        yield done

    def ready(self) -> None:
        """Unreachable, in words, where the journal cannot be read."""
        self._journal.cursors.get("ready")

    def close(self) -> None:
        """Let go of the journal."""
        self._journal.close()

    def _cases(self) -> Iterator[Metric]:
        cases = GaugeMetricFamily("orderlens_cases", "Cases that are not resolved.", labels=("state", "severity"))
        for state in (*UNSETTLED, "ignored"):
            for severity, number in self._journal.inbox.tally(Filter(states=(state,))).severities.items():
                cases.add_metric((state, severity.name.lower() if severity else "unknown"), number)
        yield cases
        at_risk: dict[str, int] = {}
        for share in self._journal.inbox.summary(Filter(states=UNSETTLED)):
            for money in share.money:
                at_risk[money.currency] = at_risk.get(money.currency, 0) + money.amount_minor
        money_family = GaugeMetricFamily(
            "orderlens_money_at_risk_minor", "Of cases that nobody settled, in minor units.", labels=("currency",)
        )
        for currency, amount in sorted(at_risk.items()):
            money_family.add_metric((currency,), amount)
        yield money_family

    def _watch(self) -> Iterator[Metric]:
        heard = self._journal.cursors.heard(self._mode, self._account)
        yield _moment("orderlens_watch_heard", "When the watch last heard all events.", heard.at)
        yield _moment("orderlens_watch_beat", "When a watch last said that it runs.", heard.beat)

    def _scans(self) -> Iterator[Metric]:
        whole = [
            one for one in self._journal.scans.recent(SCANS) if one.state == "complete" and one.key_mode == self._mode
        ]
        ended = max((one.finished_at or 0 for one in whole), default=None)
        yield _moment("orderlens_scan_complete", "When the last scan that read all it was to read ended.", ended)
        read_to = max((one.until for one in whole), default=None)
        yield _moment("orderlens_scan_read_to", "Up to when scans have read everything.", read_to)


def _moment(name: str, what: str, at: int | None) -> Metric:
    """A moment in seconds since 1970; no sample where there was none."""
    family = GaugeMetricFamily(f"{name}_timestamp_seconds", what)
    if at is not None:
        family.add_metric((), at)
    return family
