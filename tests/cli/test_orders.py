"""`orderlens orders`: what the mapping makes of the rows, as JSON lines, found by any of an order's names."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Orderlens
from tests.shops import SCHEMAS, Shop

SPREE = Shop("spree")
Run = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def orders(orderlens: Orderlens, tmp_path: Path) -> Run:
    """`orders("--id", "5001")`: the documents printed for Spree's shop. No Stripe key is set."""
    url = f"sqlite:///{tmp_path / 'spree.sqlite3'}"
    SPREE.build(url, sqlite=True)

    def run(*words: str) -> list[dict[str, Any]]:
        config = ("--config", str(SCHEMAS / "spree" / "mapping.toml"))
        done = orderlens("orders", *config, *words, env={"ORDERLENS_DATABASE_URL": url})
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


def test_every_order_is_printed_with_exactly_the_canonical_fields(orders: Run) -> None:
    expected = [{key: value for key, value in one.items() if key != "scenario"} for one in SPREE.expected]
    printed = orders()
    assert sorted(printed, key=lambda one: one["id"]) == sorted(expected, key=lambda one: one["id"])
    assert [set(one) for one in printed] == [set(expected[0])] * 23


def test_each_name_prints_its_order(orders: Run) -> None:
    split = next(one for one in SPREE.expected if one["scenario"] == 16)
    for option, value in (
        ("--id", split["id"]),
        ("--number", split["number"].lower()),
        ("--intent", split["payment_intent_ids"][0]),
        ("--charge", split["charge_ids"][1]),
        ("--email", split["customer_email"].upper()),
    ):
        assert [one["id"] for one in orders(option, value)] == [split["id"]], option
    assert orders("--session", "cs_test_b1Rd2BhRqef3zyyHjpxtDlOwX0VgL9g0YKwDSq") == []


def test_a_span_and_a_limit_cut_the_list(orders: Run) -> None:
    assert [one["id"] for one in orders("--since", "2025-04-04", "--until", "2025-04-05T23:13:23Z")] == ["5022"]
    assert [one["id"] for one in orders("--limit", "2")] == ["5023", "5022"]


def test_doubts_are_said_on_stderr_and_the_exit_code_is_of_what_could_not_be_read(
    orderlens: Orderlens, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'spree.sqlite3'}"
    SPREE.build(url, sqlite=True)
    (tmp_path / "orderlens.toml").write_text(
        '[orders]\ntable = "spree_orders"\nunit = "major"\ncolumns = { id = "id", status = "state", amount = "total" }'
    )
    done = orderlens("orders", "--limit", "20", env={"ORDERLENS_DATABASE_URL": url})
    assert done.returncode == 0
    assert "Unknown status complete: 1" in done.stderr
    assert "there are more" in done.stderr
    gone = orderlens("orders", env={"ORDERLENS_DATABASE_URL": f"sqlite:///{tmp_path / 'gone'}"})
    assert (gone.returncode, gone.stdout) == (1, "")
    unset = orderlens("orders")
    assert unset.returncode == 2
    assert "ORDERLENS_DATABASE_URL is not set" in unset.stderr
    assert "STRIPE" not in unset.stderr


@pytest.mark.parametrize("command", [("orders",), ("case", "1001"), ("export",), ("serve", "--port", "0")])
def test_every_command_that_reads_settings_takes_them_from_the_file_that_is_named(
    orderlens: Orderlens, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "other.toml").write_text('[orders]\ntable = "o"\nunit = "euros"')
    done = orderlens(*command, "--config", "other.toml")
    assert done.returncode == 2
    assert "other.toml: orders.unit" in done.stderr
    assert "`status` is missing" in done.stderr
