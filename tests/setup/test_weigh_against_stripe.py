"""What payments say of unit, currency and time zone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.checks import Level
from core.facts import Order, OrderStatus
from core.settings import OrdersMapping, Unit
from core.setup import weigh_against_stripe
from core.setup.weigh_against_stripe import Pair, Verdict, verdict
from core.stripe_api import Sampled

SUMMER, WINTER = 1_783_000_000, 1_796_000_000


def mapping(unit: Unit = "minor", timezone: str = "UTC") -> OrdersMapping:
    columns = {"id": "id", "status": "status"}
    return OrdersMapping.model_validate(
        {"orders": {"table": "o", "unit": unit, "timezone": timezone, "columns": columns}}
    )


def pair(number: int, raw: object, paid: int, currency: str = "eur", *, at: str | int = "", created: int = 0) -> Pair:
    order = Order(
        id=str(number),
        status=OrderStatus.PAID,
        currency=currency,
        raw={"amount": raw, "created_at": at},
        number=f"R{number}",
    )
    return Pair(order, Sampled(f"pi_{number}", paid, currency, created, {"order": f"R{number}", "x": "y"}))


@pytest.mark.parametrize(
    ("raws", "unit"),
    [
        ([("12.50", 1250), ("7", 700), ("99.99", 9999)], "major"),
        ([("1250", 1250), ("700", 700), ("9999", 9999)], "minor"),
    ],
)
def test_amounts_that_equal_stripes_settle_the_unit(raws: Sequence[tuple[str, int]], unit: str) -> None:
    found = [pair(n, raw, paid) for n, (raw, paid) in enumerate(raws)]
    assert verdict(found, mapping("minor")).unit == unit
    assert verdict(found, mapping("major")).unit == unit


def test_a_fixed_factor_shows_in_currencies_of_other_exponents() -> None:
    found = [pair(n, str(500 * 100 + n * 100), 500 + n, "jpy") for n in range(4)]
    assert verdict(found, mapping("minor")).unit == 2


def test_one_wrong_amount_among_many_is_no_wrong_unit() -> None:
    found = [pair(n, str(n * 100), n * 100) for n in range(1, 6)] + [pair(9, "1.50", 150)]
    assert verdict(found, mapping("minor")).unit == "minor"


def test_two_pairs_settle_nothing() -> None:
    assert verdict([pair(1, "1.50", 150), pair(2, "2.50", 250)], mapping()) == Verdict(2)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"])
def test_times_beside_stripes_settle_the_zone_in_summer_and_winter(zone: str) -> None:
    found = []
    for n, at in enumerate((SUMMER, SUMMER + 86_400, WINTER, WINTER + 86_400)):
        local = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        found.append(pair(n, "1", 1, at=local.isoformat(" "), created=at + 240))
    assert verdict(found, mapping()).timezone == zone


def test_times_that_name_their_zone_need_no_oracle() -> None:
    aware = [pair(n, "1", 1, at="2026-07-01T10:00:00+02:00", created=SUMMER) for n in range(4)]
    epochs = [pair(n, "1", 1, at=SUMMER * 1000, created=SUMMER) for n in range(4)]
    assert verdict(aware, mapping()).timezone is None
    assert verdict(epochs, mapping()).timezone is None


def test_wrong_settings_are_errors_with_what_to_write() -> None:
    asked = {f"pi_{n}": pair(n, "12.50", 1250).order for n in range(4)}
    told = {name: Sampled(name, 1250, "usd", SUMMER) for name in asked}
    lines = {one.checked: one for one in weigh_against_stripe.checks(asked, told, mapping("minor"))}
    assert lines["unit of amounts"].paste == 'unit = "major"'
    assert lines["currency"].paste == 'currency = "=usd"'
    assert lines["currency"].level is Level.ERROR


def test_payments_nobody_knows_are_those_of_another_account() -> None:
    asked = {f"pi_{n}": pair(n, "1", 1).order for n in range(4)}
    (line,) = weigh_against_stripe.checks(asked, dict.fromkeys(asked), mapping())
    assert line.level is Level.ERROR
    assert "account" in line.do


def test_payments_of_connected_accounts_are_not_looked_for_here() -> None:
    of_sellers = {f"pi_{n}": replace(pair(n, "1", 1).order, stripe_account="acct_1") for n in range(4)}
    (line,) = weigh_against_stripe.checks(of_sellers, dict.fromkeys(of_sellers), mapping())
    assert line.level is Level.UNREAD
    ours = {f"pi_{n}": pair(n, "1", 1) for n in range(4, 8)}
    asked = {**of_sellers, **{name: one.order for name, one in ours.items()}}
    known = {**dict.fromkeys(of_sellers), **{name: one.payment for name, one in ours.items()}}
    first = weigh_against_stripe.checks(asked, known, mapping())[0]
    assert (first.level, first.found) == (Level.FINE, "Stripe knows 4 of 4 payments asked for.")


def test_payments_that_could_not_be_read_accuse_nobody() -> None:
    asked = {f"pi_{n}": pair(n, "1", 1).order for n in range(4)}
    assert [one.level for one in weigh_against_stripe.checks(asked, {}, mapping())] == [Level.FINE, Level.UNREAD]


@pytest.mark.parametrize(("differ", "level"), [(0, Level.FINE), (1, Level.FINE), (2, Level.FINE), (3, Level.WARNING)])
def test_amounts_of_which_several_differ_are_not_called_right(differ: int, level: Level) -> None:
    asked = {f"pi_{n}": pair(n, "12.50" if n >= differ else "9.13", 1250).order for n in range(6)}
    told = {name: Sampled(name, 1250, "eur", SUMMER) for name in asked}
    lines = {one.checked: one for one in weigh_against_stripe.checks(asked, told, mapping("major"))}
    found = lines["unit of amounts"]
    assert found.level is level
    assert f"{6 - differ} of 6 amounts equal" in found.found or not differ


def test_what_was_paid_otherwise_makes_no_amount_differ() -> None:
    asked = {
        f"pi_{n}": replace(pair(n, "12.50", 450).order, amount_minor=1250, paid_otherwise_minor=800) for n in range(4)
    }
    told = {name: Sampled(name, 450, "eur", SUMMER) for name in asked}
    lines = {one.checked: one for one in weigh_against_stripe.checks(asked, told, mapping("major"))}
    assert lines["unit of amounts"].level is Level.FINE
