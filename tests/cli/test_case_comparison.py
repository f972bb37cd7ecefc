"""`orderlens case` shows order and Stripe side by side: what differs whole, with the column it stands in."""

import json

from core.sandbox import World
from tests.cli.conftest import Orderlens
from tests.worlds import world_of

PLAYED = ("paid_and_booked", "webhook_refused", "paid_in_second_tab", "promotion_code", "placeholder_stored")


world = world_of(*PLAYED)


def test_what_differs_is_told_whole_and_the_rest_by_name(world: World, orderlens: Orderlens) -> None:
    done = orderlens("case", world.built["webhook_refused"].number, env=world.settings_env())
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert any(line.startswith("Side by side: order ") and "checkout session cs_test_" in line for line in lines)
    assert "Order: pending (orders.status)" in lines
    assert "Checkout session: complete, paid (status, payment_status)" in lines
    assert any(line.startswith("same ") and "Amount" in line for line in lines)


def test_where_all_agrees_nothing_stands_out(world: World, orderlens: Orderlens) -> None:
    done = orderlens("case", world.built["paid_and_booked"].number, env=world.settings_env())
    assert done.returncode == 0, done.stderr
    assert "differs" not in done.stdout
    assert any(line.strip().startswith("same ") and "Payment" in line for line in done.stdout.splitlines())


def test_a_difference_that_is_explained_comes_with_its_sum(world: World, orderlens: Orderlens) -> None:
    done = orderlens("case", world.built["promotion_code"].number, env=world.settings_env())
    assert "185.00 ordered \u2212 18.50 promotion code = 166.50 USD paid" in done.stdout
    assert "(orders.total_minor)" in done.stdout


def test_other_attempts_are_named_and_json_has_each(world: World, orderlens: Orderlens) -> None:
    number = world.built["paid_in_second_tab"].number
    assert "another attempt to pay: expired, unpaid" in orderlens("case", number, env=world.settings_env()).stdout
    told = json.loads(orderlens("case", number, "--json", env=world.settings_env()).stdout)
    assert len(told["comparisons"]) == 2
    first = told["comparisons"][0]
    assert [column["title"] for column in first["columns"]][:2] == ["Order", "Checkout session"]
    differing = {row["field"]: row for row in first["rows"] if row["verdict"] == "differs"}
    ours, theirs = differing["Session id"]["values"][:2]
    assert (ours["where"], ours["odd"], theirs["where"]) == ("orders.stripe_session_id", True, "id")
    assert all(len(row["values"]) == len(first["columns"]) for row in first["rows"])
