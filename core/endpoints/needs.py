"""What a shop has to hear of. One of several types of events is enough for each need; where the settings say on which
events the app books (`booked_on`), each of these is a need of its own."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from core.endpoints.listed import together
from core.facts import Destination, Endpoint, Json
from core.rules.questions.why_unheard import LATER, NOW, REFUND, SUBSCRIPTION

UNHEARD: Final = "webhook_not_subscribed"


@dataclass(frozen=True, slots=True)
class Need:
    """`what`: in words, after "that"; `types`: any of them tells it; `codes`: the headlines of kept cases that show it
    was missed; `always`: every shop has it, else only where such cases are kept or the settings ask for it."""

    key: str
    what: str
    types: tuple[str, ...]
    codes: tuple[str, ...] = ()
    always: bool = False


@dataclass(frozen=True, slots=True)
class Suffered:
    """The kept cases that a gap may have made: how many, and what some of them are called, the newest first. `more`:
    there are more than were counted."""

    cases: int
    names: tuple[str, ...] = ()
    more: bool = False


PAID: Final = Need("paid", "an order is paid", tuple(dict.fromkeys((*NOW, *SUBSCRIPTION[1:3]))), always=True)
NEEDS: Final = (
    PAID,
    Need("refunded", "money was given back", REFUND, always=True),
    Need("paid later", "a payment by a slow method (SEPA, a transfer) came through", LATER),
    Need(
        "failed later",
        "a payment by a slow method failed",
        ("checkout.session.async_payment_failed", "payment_intent.payment_failed", "charge.failed"),
        ("async_failed",),
    ),
    Need("disputed", "a payment is disputed", ("charge.dispute.created",), ("dispute_not_reflected",)),
    Need("expired", "a checkout expired", ("checkout.session.expired",), ("expired_order_open",)),
    Need(
        "ended",
        "a subscription ended",
        ("customer.subscription.deleted", "customer.subscription.updated"),
        ("subscription_ended",),
    ),
)


def needs(booked_on: Iterable[str]) -> tuple[Need, ...]:
    """What this shop has to hear of, as far as its settings tell."""
    booked = tuple(
        Need(f"booked on {one}", f"an order is paid ({one}, on which the app books, as the settings say)", (one,),
             always=True)
        for one in booked_on
    )  # fmt: skip
    return (*booked, *NEEDS[1:]) if booked else NEEDS


def suffers(need: Need, code: str | None, says: str) -> bool:
    """Whether a kept case of this headline shows that the need was missed: `webhook_not_subscribed` names the type that
    nobody asked for."""
    return code in need.codes or (code == UNHEARD and any(f"({kind})" in says for kind in need.types))


def gap(endpoints: Collection[Endpoint]) -> bool:
    """Whether none of these webhook endpoints asks for one of the things that every shop has to hear of, or that a slow
    payment came through: then it matters where else events are sent."""
    enabled = [one for one in endpoints if one.enabled]
    return any(not any(one.wants(kind) for one in enabled for kind in need.types) for need in NEEDS[:3])


def elsewhere(endpoints: Iterable[Endpoint], raws: Iterable[Json]) -> tuple[Destination, ...]:
    """The event destinations of API v2 that are not one of these webhook endpoints."""
    own = [Destination.of_endpoint(one.raw) for one in endpoints]
    return together(own, map(Destination.of, raws))[len(own) :]
