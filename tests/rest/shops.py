"""Shops for the sieve: orders and Stripe's objects of all kinds, some of which touch what is not theirs."""

from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import strategies as st

from core.facts import Order
from tests.scanning.pairs import DAY, NOW, ODD, STATES, things

Json = dict[str, Any]
Objects = dict[str, list[Json]]
KINDS = ("sessions", "intents", "charges", "refunds", "disputes", "subscriptions", "invoices")
SINCE, UNTIL = NOW - 2 * DAY, NOW + DAY


def ids(n: int) -> tuple[str, str, str]:
    """A session, its intent, its charge."""
    return f"cs_test_a1{n:024d}", f"pi_3{n:022d}", f"ch_3{n:022d}"


def own(some: dict[str, Json], n: int) -> dict[str, Json]:
    """A pair of `tests.scanning.pairs` with ids and names of its own."""
    session, intent, charge = ids(n)
    for kind, key in (("session", session), ("intent", intent), ("charge", charge)):
        some[kind]["id"] = key
    some["charge"]["payment_intent"] = intent
    number = f"A-{1042 + n}"
    some["order"] |= {"id": str(1042 + n), "number": number, "session_id": some["order"]["session_id"] and session}
    some["order"]["payment_intent_id"] = some["order"]["payment_intent_id"] and intent
    some["order"]["customer_email"] = f"jo{n}@example.com"
    if some["session"]["client_reference_id"]:
        some["session"]["client_reference_id"] = number
    for kind in ("session", "intent", "charge"):
        some[kind]["metadata"] = {"order_id": number} if some[kind]["metadata"] else {}
    return some


def laid_out(every: Iterable[tuple[dict[str, Json], bool]]) -> tuple[list[Order], Objects]:
    """Orders, and Stripe's objects as a copy has them: each for itself, with the ids of what belongs to it."""
    orders, found = list[Order](), Objects({kind: [] for kind in KINDS})
    for some, tried in every:
        charged = some["intent"]["status"] != "requires_payment_method"
        found["sessions"].append({"payment_intent": some["intent"]["id"] if tried else None, **some["session"]})
        if tried:
            found["intents"].append({"latest_charge": some["charge"]["id"] if charged else None, **some["intent"]})
            found["charges"] += [some["charge"]] * charged
        orders.append(Order.of(some["order"]))
    return orders, found


STRANGE: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("order.id", ("1042", "1043")),
    ("order.number", ("A-1042", "A-1043", "Straße-7")),
    ("order.session_id", (ids(0)[0], ids(1)[0])),
    ("order.payment_intent_id", (ids(0)[1], ids(1)[1])),
    ("order.charge_id", (ids(0)[2], ids(1)[2])),
    ("order.customer_email", ("jo0@example.com", "JO1@example.com ", "jö@example.com")),
    ("order.status", ("pending",)),
    ("session.client_reference_id", ("a-1042", "#A-1043", "STRASSE-7", "strasse-7", "#", " ", "17\t")),
    ("session.metadata", ({"order_id": "A-1042"}, {"order_id": "straße-7"}, {"order_id": "#"}, {"order_id": " "})),
    ("session.metadata", ({"cart": "A-1042"}, {"data": '{"order": "A-1042"}'}, {"it's": "A-1043"}, {"cart": "17"})),
    ("intent.metadata", ({"cart": "A-1043"}, {"data": '{"order": "1043"}'}, {"data": "{"})),
    ("session.recovered_from", (ids(0)[0],)),
    ("session.payment_intent", (ids(0)[1], None)),
    ("session.customer_email", ("jo0@example.com", "JÖ@example.com")),
    ("session.customer_details", ({"email": "jo1@example.com"}, {"email": "", "name": "Jo"}, {})),
    ("session.mode", ("subscription",)),
    ("session.subscription", ("sub_1",)),
    ("session.created", (NOW - 2 * DAY - 3600,)),
    ("intent.metadata", ({"order_id": "A-1043"}, {"orderId": "1042"})),
    ("intent.id", (ids(0)[1],)),
    ("intent.latest_charge", (ids(1)[2],)),
    ("charge.billing_details", ({"email": "jo0@example.com"},)),
    ("charge.payment_intent", (ids(0)[1], None)),
)


def _apart(sessions: Sequence[Json]) -> list[Json]:
    """The last of each id: a copy has one row of an object."""
    return list({one["id"]: one for one in sessions}.values())


@st.composite
def shops(draw: st.DrawFn) -> tuple[list[Order], Objects]:
    """A few pairs that agree, then some things about them that do not, and objects that touch any of them."""
    every = list[tuple[dict[str, Json], bool]]()
    for n in range(draw(st.integers(1, 7))):
        state = draw(st.sampled_from(sorted(STATES)))
        status = draw(st.sampled_from(STATES[state].split()))
        some = own(things(state, status, names=draw(st.booleans())), n)
        kept = draw(st.integers(0, 5))
        if kept == 0:
            some["order"] |= {"session_id": None, "payment_intent_id": None}
        elif kept == 1 and state == "paid":
            some["order"]["session_id"] = None
        for where, values in draw(st.lists(st.sampled_from((*ODD, *STRANGE)), max_size=2)):
            thing, _, field = where.partition(".")
            some[thing][field] = draw(st.sampled_from(values))
        every.append((some, state == "paid" or draw(st.booleans())))
    orders, found = laid_out(every)
    loose = draw(st.lists(st.sampled_from(("session", "intent", "charge", "order")), max_size=2))
    found["sessions"] = found["sessions"][: len(found["sessions"]) - loose.count("session")]
    found["intents"] = found["intents"][loose.count("intent") :]
    found["charges"] = found["charges"][loose.count("charge") :]
    orders = orders[loose.count("order") :]
    for kind, prefix in (("refunds", "re_"), ("disputes", "dp_")):
        for n in draw(st.lists(st.integers(0, 3), max_size=1)):
            by: Json = draw(
                st.sampled_from(
                    ({"charge": ids(n)[2]}, {"payment_intent": ids(n)[1]}, {"metadata": {"order_id": f"A-{1042 + n}"}})
                )
            )
            found[kind].append({"id": f"{prefix}{n}", "object": kind[:-1], "created": NOW, **by})
    if draw(st.integers(0, 4)) == 0:
        n = draw(st.integers(0, 3))
        found["subscriptions"].append(
            {"id": "sub_1", "object": "subscription", "created": NOW, "metadata": {"order_id": f"A-{1042 + n}"}}
        )
        paid = {"data": [{"payment": {"type": "payment_intent", "payment_intent": ids(n)[1]}}]}
        found["invoices"].append(
            {"id": "in_1", "object": "invoice", "created": NOW, "subscription": "sub_1", "payments": paid}
        )
    return list({one.id: one for one in orders}.values()), {kind: _apart(some) for kind, some in found.items()}
