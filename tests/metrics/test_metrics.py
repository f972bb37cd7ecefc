"""The figures for a monitor: what the journal has, without a name in it; 503 in words where it cannot be read."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from core.cli.monitored import monitored, understood
from core.errors import UsageError
from core.journal import Entry, Journal
from core.metrics import Collected, Of, listening
from core.money import Money
from tests.journal.noted import NOW, found, untold
from tests.people import person

Samples = dict[str, float]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")) as opened:
        yield opened


@pytest.fixture
def monitor(journal: Journal) -> Iterator[httpx.Client]:
    with (
        listening(Collected({"": Of(journal, "test", None)}), host="127.0.0.1", port=0) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        yield client


def samples(monitor: httpx.Client) -> Samples:
    """Each sample by its name and labels, as Prometheus reads them."""
    answer = monitor.get("/metrics")
    assert answer.status_code == 200
    return {
        one.name + "".join(f" {label}={value}" for label, value in sorted(one.labels.items())): one.value
        for family in text_string_to_metric_families(answer.text)
        for one in family.samples
        if one.name.startswith("orderlens_")
    }


def test_a_new_journal_has_no_moment_and_no_case(monitor: httpx.Client) -> None:
    assert samples(monitor) == {}
    assert monitor.get("/healthz").json() == monitor.get("/readyz").json() == {"ok": True}


def test_it_counts_cases_money_moments_and_deeds(journal: Journal, monitor: httpx.Client) -> None:
    journal.inbox.note([found("order:1"), found("order:2"), found("order:3", money=Money(900, "eur"))], now=NOW)
    journal.inbox.note([untold("order:4")], now=NOW)
    journal.inbox.acknowledge(["order:2"], person("ada@shop.example"), NOW)
    journal.inbox.ignore(["order:3"], NOW + 99, person("ada@shop.example"), NOW)
    journal.record(Entry(NOW, "ada@shop.example", "replay", "order:1", "evt_1", "healed", {"order": "WEB-1"}))
    journal.record(Entry(NOW, "ada@shop.example", "export", "", "csv", "3 cases"))
    scan = journal.scans.begin(since=NOW - 60, until=NOW - 5, key_mode="test", account=None, who="ada", now=NOW)
    journal.scans.finish(scan.id, state="complete", now=NOW + 7)
    journal.cursors.set("watch test", f'{{"heard_at": {NOW + 3}}}', NOW)
    journal.cursors.set("watch test by", f"{NOW + 4} here 1", NOW)
    assert samples(monitor) == {
        "orderlens_cases severity=critical state=open": 1,
        "orderlens_cases severity=unknown state=open": 1,
        "orderlens_cases severity=critical state=acknowledged": 1,
        "orderlens_cases severity=critical state=ignored": 1,
        "orderlens_money_at_risk_minor currency=usd": 8400,
        "orderlens_watch_heard_timestamp_seconds": NOW + 3,
        "orderlens_watch_beat_timestamp_seconds": NOW + 4,
        "orderlens_scan_complete_timestamp_seconds": NOW + 7,
        "orderlens_scan_read_to_timestamp_seconds": NOW - 5,
        "orderlens_actions_total outcome=healed what=replay": 1,
        "orderlens_actions_total outcome= what=export": 1,
        "orderlens_actions_total outcome= what=acknowledge": 1,
        "orderlens_actions_total outcome= what=ignore": 1,
    }
    said = monitor.get("/metrics").text
    assert not [name for name in ("WEB-1", "order:1", "ada", "evt_1", "jenny") if name in said]


def test_a_journal_that_cannot_be_read_is_not_ready_and_alive(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    with (
        closing(Journal(f"sqlite:///{tmp_path / 'file' / 'journal.sqlite3'}")) as nowhere,
        listening(Collected({"": Of(nowhere, "test", None)}), host="127.0.0.1", port=0) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        assert client.get("/healthz").status_code == 200
        for path in ("/readyz", "/metrics"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert "journal" in answer.json()["because"]
            assert answer.json()["next"]
        assert client.get("/").status_code == 404


def test_a_port_that_is_taken_is_said(journal: Journal) -> None:
    figures = Collected({"": Of(journal, "test", None)})
    with (
        listening(figures, host="127.0.0.1", port=0) as port,
        pytest.raises(UsageError, match=f"Port {port} on 127.0.0.1 cannot be used for metrics"),
        listening(figures, host="127.0.0.1", port=port),
    ):
        raise AssertionError


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("9464", ("127.0.0.1", 9464)),
        ("0.0.0.0:9464", ("0.0.0.0", 9464)),
        ("[::1]:0", ("::1", 0)),
        ("metrics.internal:80", ("metrics.internal", 80)),
    ],
)
def test_where_it_answers_is_a_port_or_a_host_and_a_port(said: str, means: tuple[str, int]) -> None:
    assert understood(said) == means


@pytest.mark.parametrize("said", ["", "here", "127.0.0.1", "70000", ":9464", "http://127.0.0.1:9464"])
def test_anything_else_is_an_error(said: str) -> None:
    with pytest.raises(UsageError, match="that is no port"):
        understood(said)


def test_it_answers_on_the_other_loopback_too(journal: Journal) -> None:
    figures = Collected({"": Of(journal, "test", None)})
    with listening(figures, host="::1", port=0) as port:
        assert httpx.get(f"http://[::1]:{port}/healthz", timeout=60).status_code == 200


def test_without_the_option_nothing_listens() -> None:
    with monitored(None, None):  # type: ignore[arg-type] # the settings are not looked at
        pass
