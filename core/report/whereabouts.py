"""Where the money of a case is now, by the ledger of its payments, and every movement that brought it there. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.linking import Kind, Movement
from core.money import Money
from core.rules import Examined


class Place(StrEnum):
    """Who has it."""

    SHOP = "with you"
    CUSTOMER = "with the customer"
    RETURNING = "on its way to the customer"
    BANK = "with the bank"
    RESERVED = "only reserved"
    LET_GO = "let go, never taken"
    OUTSIDE = "settled outside Stripe"
    OTHERWISE = "paid otherwise"


_MAKES: Final[dict[Place, dict[Kind, int]]] = {  # what makes up a place, and with which sign
    Place.SHOP: {Kind.TAKEN: 1, Kind.RETURNED: -1, Kind.WITHDRAWN: -1, Kind.REINSTATED: 1, Kind.RETURNING: -1},
    Place.CUSTOMER: {Kind.RETURNED: 1},
    Place.RETURNING: {Kind.RETURNING: 1},
    Place.BANK: {Kind.WITHDRAWN: 1, Kind.REINSTATED: -1},
    Place.RESERVED: {Kind.RESERVED: 1},
    Place.LET_GO: {Kind.LET_GO: 1},
    Place.OUTSIDE: {Kind.OUTSIDE: 1},
    Place.OTHERWISE: {},  # never Stripe's: the order itself says it
}


@dataclass(frozen=True, slots=True)
class Holding:
    """What is in one place, in each currency."""

    place: Place
    amounts: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`holdings`: the places that hold anything, the shop first; `movements`: what brought it there, the oldest first,
    those without a time last; `unknown`: ids of payments whose amounts Stripe's answer did not say."""

    holdings: tuple[Holding, ...] = ()
    movements: tuple[Movement, ...] = ()
    unknown: tuple[str, ...] = ()


def whereabouts(seen: Examined) -> Whereabouts:
    """Where the money is now, and how it came there."""
    moved = seen.links.movements
    holdings = [Holding(place, amounts) for place in Place if (amounts := holding(place, moved))]
    if seen.case.order and (otherwise := seen.case.order.paid_otherwise):
        holdings.append(Holding(Place.OTHERWISE, (otherwise,)))
    return Whereabouts(
        tuple(holdings),
        tuple(sorted(moved, key=lambda movement: (movement.at is None, movement.at or 0))),
        tuple([payment.id for payment in seen.links.payments if payment.net is None]),
    )


def holding(place: Place, moved: Iterable[Movement]) -> tuple[Money, ...]:
    """What a place holds, in each currency in which it holds anything."""
    signs, totals = _MAKES[place], dict[str, int]()
    for movement in moved:
        if sign := signs.get(movement.kind):
            currency = movement.amount.currency
            totals[currency] = totals.get(currency, 0) + sign * movement.amount.amount_minor
    return tuple([Money(minor, currency) for currency, minor in totals.items() if minor])
