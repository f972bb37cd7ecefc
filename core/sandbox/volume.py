"""Any number of orders: given shares of each scenario among ordinary paid ones, for scans, demos and measurements.

Owns who buys, what, when and for how much, at random but repeatably. Orders come one by one, oldest first, under
ascending numbers that no single scenario uses.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random

from core.sandbox.scenarios import BY_NAME, HEALTHY, SCENARIOS, SHOP_URL, Built, Purchase, Scenario
from core.sandbox.scenarios.stage import DAY, HOUR, Row
from core.sandbox.stripe.objects import Json

FIRST_NUMBER = 200_001
ORDINARY = replace(BY_NAME["paid_and_booked"], ages=(HOUR, 27 * DAY))
_LASTING = [one for one in SCENARIOS if one.ages[1] > DAY and one.name != ORDINARY.name]
MIXTURE: Mapping[str, float] = {one.name: 0.005 if one in HEALTHY else 0.001 for one in _LASTING}
"""A believable shop: five orders in a hundred are wrong, three times as many only look it."""

_FIRST = (
    "Ada Aisha Alan Amir Anna Anouk Arjun Astrid Ben Bianca Carl Carmen Chen Daria David Elena Emil Erik Fatima Felix "
    "Greta Hugo Ida Ines Ivan Jana Javier Joan Kamal Karin Leo Lina Luca Maja Malik Marta Mei Milan Nadia Nils Oscar "
    "Paula Pedro Quentin Rania Rosa Sami Sara Stefan Tara Tom Ursula Vera Wim Yara Yusuf Zoe"
).split()
_LAST = (
    "Abbott Andersson Bauer Becker Bianchi Brandt Carter Castillo Dahl Dupont Eriksen Farkas Ferrari Garcia Greene "
    "Haas Horvat Ito Jansen Jensen Kaur Khan Kim Kovacs Lambert Larsen Lopez Maier Marino Meyer Moreno Nguyen Novotny "
    "Olsen Ortega Patel Petrov Quinn Rossi Santos Sato Schmid Silva Singh Tanaka Torres Urban Varga Wagner Weber Yilmaz"
).split()
_GOODS = (
    "Linen shirt;Oak stool;Teapot;Wool blanket;Desk lamp;Rain boots;Bread knife;Picture frame;Notebook set;Bath towels"
).split(";")
_DOMAINS = ("example.com", "example.org", "example.net")
_TILLS = (("eur", 5900), ("eur", 3450), ("usd", 7200), ("gbp", 4800), ("chf", 8900), ("sek", 64_900), ("jpy", 6800))
"""Currencies with a usual amount in minor units; the euro twice, because this shop sells most in it."""


def generate(
    count: int, shares: Mapping[str, float], now: int, seed: int = 1, *, shop_url: str = SHOP_URL
) -> Iterator[Built]:
    """`count` orders as they stand at `now`, of which `shares` names each scenario's part (0 to 1; what is left over is
    ordinary and paid). The same arguments give the same orders. ValueError where the shares exceed 1, KeyError for a
    scenario nobody knows."""
    rng = Random(seed)
    for number, (age, scenario) in enumerate(_plan(count, shares, rng), start=FIRST_NUMBER):
        purchase = _purchase(f"SH-{number}", scenario, rng)
        yield scenario.build(now, shop_url, purchase=purchase, age=age, rng=rng)


def _plan(count: int, shares: Mapping[str, float], rng: Random) -> list[tuple[int, Scenario]]:
    chosen = [(BY_NAME[name], round(count * share)) for name, share in shares.items()]
    ordinary = count - sum(some for _, some in chosen)
    if ordinary < 0:
        raise ValueError(f"The shares add up to more than all {count} orders.")
    parts = (scenario for scenario, some in [*chosen, (ORDINARY, ordinary)] for _ in range(some))
    aged = ((rng.randint(*scenario.ages), scenario) for scenario in parts)
    return sorted(aged, key=lambda one: one[0], reverse=True)


def _purchase(number: str, scenario: Scenario, rng: Random) -> Purchase:
    first, last = rng.choice(_FIRST), rng.choice(_LAST)
    currency, usual = scenario.purchase.currency, scenario.purchase.amount
    if scenario is ORDINARY:
        currency, usual = rng.choice(_TILLS)
    return Purchase(
        number=number,
        name=f"{first} {last}",
        email=f"{first}.{last}.{number[3:]}@{rng.choice(_DOMAINS)}".lower(),
        item=rng.choice(_GOODS),
        amount=10 * round(usual * rng.uniform(0.4, 2.5) / 10),
        currency=currency,
    )


def without_checkout(built: Built) -> Built:
    """The same, had the shop taken the payment on a page of its own: intents and charges as they are, no session, and
    rows that keep none."""
    kept = [one for one in built.objects if "checkout.session" not in (one["object"], _about(one).get("object"))]
    rows = tuple({**row, "stripe_session_id": None} for row in built.orders)
    return replace(built, orders=rows, objects=tuple(kept))


def by_charge(built: Built) -> Built:
    """The same, had the shop kept charges alone (as `charge` in the metadata of its rows)."""
    plain = without_checkout(built)
    last = {one["payment_intent"]: one["id"] for one in plain.objects if one["object"] == "charge"}
    return replace(plain, orders=tuple(_by_charge(row, last) for row in plain.orders))


def before_intents(built: Built) -> Built:
    """The same, had it been taken in the years before intents: charges, and rows that keep these."""
    plain = by_charge(built)
    kept = [one for one in plain.objects if "payment_intent" not in (one["object"], _about(one).get("object"))]
    alone = [{**one, "payment_intent": None} if "payment_intent" in one else one for one in kept]
    return replace(plain, objects=tuple(alone))


def _by_charge(row: Row, last: Mapping[object, str]) -> Row:
    intent, stored = row["payment_intent_id"], row["metadata"]
    named = {"charge": last[intent]} if intent in last else {}
    return {**row, "payment_intent_id": None, "metadata": {**(stored if isinstance(stored, Mapping) else {}), **named}}


def _about(thing: Json) -> Json:
    """What an event tells of; nothing for other objects."""
    subject: Json = thing.get("data", {}).get("object", {}) if thing["object"] == "event" else {}
    return subject
