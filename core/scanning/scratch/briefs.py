"""What is kept of an order and of Stripe's objects for joining, and for the cheap test: a few columns each. Pure.

Owns the *handles*: hashes of everything by which two records may belong together. If linking could join two records,
they share a handle here; a false match costs time, never correctness. An id's handle is even, a name's is odd (an
e-mail's ends in two set bits: it is a likeness, and claims nothing): two payments that name one customer have nothing
to do with one another unless an order bears that name. `make` "plain" says only that the cheap test (`healthy`)
understands the record, not that anything is well.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import chain
from struct import Struct
from typing import Final, NamedTuple

from core.facts import (
    CLOSED_ORDER,
    CUSTOMARY,
    OPEN_ORDER,
    PAID_ORDER,
    Json,
    NameKeys,
    Order,
    email_of,
    plain,
    plainly,
    references_in,
)
from core.facts.billing import about_subscription, paid_by, subscription_of
from core.facts.events import related_ids
from core.facts.json import inner, ref, text, whole
from core.linking import stored_ids
from core.scanning.scratch.ordinary import of_one_mind, state_of
from core.scanning.scratch.signed import billing_state_of, payer_of, plan_of, plans_of
from core.stripe_api.spans import gist_of

_SPECIAL: Final = frozenset("session_ids stripe_account cart_updated_at dispute_status order_group".split())
_SESSION = re.compile(r"cs_(?:test|live)_[A-Za-z0-9]{20,}")
_INTENT = re.compile(r"pi_[A-Za-z0-9]{10,}")
_CHARGE = re.compile(r"(?:ch|py)_[A-Za-z0-9]{10,}")
_COMMON: Final = OPEN_ORDER | CLOSED_ORDER | PAID_ORDER
_WORD: Final = Struct(">q")
_new: Final = tuple.__new__  # ten of a pair: twice as quick as calling the class
KINDS: Final = {
    "checkout.session": "session",
    "payment_intent": "intent",
    "charge": "charge",
    "refund": "refund",
    "dispute": "dispute",
    "subscription": "subscription",
    "invoice": "invoice",
    "event": "event",
}


class OrderBrief(NamedTuple):
    """An order in a row. `make`: "plain", "free" (nothing is due for it), "bare" (no id of Stripe's at all), the
    connected account that it names, or "" (with either only a full look will do); `names` are spelled plainly, one a
    line; `session_key` and `intent_key` are the handles of the stored ids; `plans`: the subscriptions and bills that
    stand in other columns, one a line."""

    key: int
    id: str
    created_at: int | None
    status: str
    amount: int | None
    currency: str
    session: str | None
    intent: str | None
    charge: str | None
    names: str
    make: str
    session_key: int | None
    intent_key: int | None
    plans: str


class ObjectBrief(NamedTuple):
    """A session, intent or charge with what was expanded in it, in a row. `state`: "paid", "open", "expired", "unpaid"
    (an intent of which nothing was taken) for a plain one, "signed", "active", "first", "renewed" for what is plain of
    a subscription (`signed`), else ""; `money`: whether it holds or promises any (then somebody has to claim it);
    `references` as they stand there, without `#`, one a line; `until`: when an open checkout ends. The handles:
    `plan_key` of the subscription that it began, bills, or is; `payer_key` of the bill of a session and of the payment
    of a bill; `buyer_key` of a subscription's customer."""

    key: int
    id: str
    kind: str
    created: int
    intent: str | None
    charge: str | None
    state: str
    amount: int | None
    currency: str
    references: str
    livemode: int
    money: int
    until: int | None
    intent_key: int | None
    plan_key: int | None
    payer_key: int | None
    buyer_key: int | None


class Handle(NamedTuple):
    """A handle and the record that bears it. Records with equal pair keys belong together; None matches any."""

    value: int
    side: int  # 0 an order, 1 an object of Stripe's
    owner: int
    session_pair_key: int | None
    intent_pair_key: int | None


def of_id(stripe_id: str) -> int:
    """The handle of an id, as it is spelled."""
    return _hash(stripe_id) & ~1


def of_name(name: str) -> int:
    """The handle of an order's name, or of a reference to it."""
    return _hash(name) & ~2 | 1


def of_email(email: str) -> int:
    """The handle under which an open order and a payment that names nobody may meet."""
    return _hash(f"e-mail {email.strip().casefold()}") | 3


def brief_of_order(order: Order) -> tuple[OrderBrief, list[Handle]]:
    """An order's row and its handles."""
    key, ids = of_id(f"order {order.id}"), stored_ids(order)
    borne = {one: of_id(one) for one in ids}
    names = sorted(order.spellings)
    session_key, intent_key = [
        (borne.get(one) or of_id(one)) if one else None for one in (order.session_id, order.payment_intent_id)
    ]
    brief = OrderBrief(
        key,
        order.id,
        order.created_at,
        order.status.value,
        order.due.amount_minor if order.due else None,
        (order.currency or "").strip().lower(),
        order.session_id,
        order.payment_intent_id,
        order.charge_id,
        "\n".join(names),
        make_of(order, ids),
        session_key,
        intent_key,
        plans_of(order),
    )
    handles = [*borne.values(), *map(of_name, names)]
    handles += map(of_name, order.surnames.difference(names))
    if order.status in OPEN_ORDER and order.customer_email:
        handles.append(of_email(order.customer_email))
    lone = key if session_key is None and intent_key is None else None
    pair_keys = (session_key or lone, intent_key or lone)
    return brief, [_new(Handle, (handle, 0, key, *pair_keys)) for handle in handles]


def brief_of_object(raw: Json, keys: NameKeys = CUSTOMARY) -> tuple[ObjectBrief, list[Handle]]:
    """The row and the handles of an object as Stripe sent it, with what is expanded inside. `keys`: where the names of
    orders stand."""
    kind = KINDS.get(str(raw.get("object")), "other")
    own = str(raw.get("id"))
    things = list(_things(raw, kind))
    intent_id = own if kind == "intent" else ref(raw, "payment_intent")
    charge_id = own if kind == "charge" else ref(things[-1] if kind in ("session", "intent") else raw, _charge_in(kind))
    names = _references(things, keys)
    others = (ref(raw, "recovered_from"), ref(things[-1], "payment_intent"))
    borne = {one: of_id(one) for one in (own, intent_id, charge_id, *others) if one}
    if kind == "invoice" or raw.get("subscription"):
        borne |= {one: of_id(one) for one in _billing(raw, kind)}
    key = borne.get(own) or of_id(own)
    intent_key = borne[intent_id] if intent_id and kind in ("session", "intent") else None
    plan = plan_of(raw, kind)
    state, amount, until = _judged(raw, kind, things, names, keys, of_plan=plan is not None)
    money = kind in ("session", "intent", "charge") and _money(things[0], kind)
    brief = ObjectBrief(
        key,
        own,
        kind,
        whole(raw, "created") or 0,
        intent_id,
        charge_id,
        state,
        amount,
        (text(raw, "currency") or "").lower(),
        "\n".join(names),
        int(raw.get("livemode") is True),
        int(money),
        until,
        intent_key,
        of_id(plan) if plan else None,
        of_id(payer) if plan and (payer := payer_of(raw, kind)) else None,
        of_id(buyer) if kind == "subscription" and (buyer := ref(raw, "customer")) else None,
    )
    handles = [*borne.values(), *map(of_name, dict.fromkeys(map(plainly, names)))]
    if money and not names and (email := next(filter(None, map(email_of, things)), None)):
        handles.append(of_email(email))
    return brief, [_new(Handle, (handle, 1, key, key, intent_key or key)) for handle in handles]


def _judged(
    raw: Json, kind: str, things: list[Json], names: list[str], keys: NameKeys, *, of_plan: bool
) -> tuple[str, int | None, int | None]:
    """State, amount, end, where nothing is unusual."""
    if not of_plan:
        return state_of(raw, kind, things, keys) if len(names) < 3 else ("", None, None)  # noqa: PLR2004 - two, at most
    odd_names = len(names) > 1 and not (kind == "session" and of_one_mind([raw], keys))
    return (*billing_state_of(raw, kind, odd_names=odd_names), None)


def event_rows(events: Sequence[Json], first: int) -> Iterator[tuple[int, int, int]]:
    """An event under each id it names, so that it is found by any of them."""
    for place, raw in enumerate(events, start=first):
        gist = gist_of(raw)
        key = of_id(text(gist, "id") or "")
        for one in related_ids(gist):
            yield key, of_id(one), place


def texts_of_object(raw: Json, keys: NameKeys = CUSTOMARY) -> tuple[list[str], list[str], str | None]:
    """What its handles are of: ids; names; the e-mail, if it counts. For whoever makes handles otherwise."""
    kind = KINDS.get(str(raw.get("object")), "other")
    things = list(_things(raw, kind))
    charge = ref(things[-1] if kind in ("session", "intent") else raw, _charge_in(kind))
    ids = [str(raw.get("id")), ref(raw, "payment_intent"), charge, ref(raw, "recovered_from")]
    ids.append(ref(things[-1], "payment_intent"))
    names = _references(things, keys)
    counts = kind in ("session", "intent", "charge") and _money(things[0], kind) and not names
    email = next(filter(None, map(email_of, things)), None) if counts else None
    return [*filter(None, ids), *_billing(raw, kind)], list(dict.fromkeys(map(plainly, names))), email


def _hash(text: str) -> int:
    return int(_WORD.unpack(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())[0])


def make_of(order: Order, ids: frozenset[str]) -> str:
    """Whether the cheap test understands it. Anything a rule might look at twice makes it understand nothing."""
    if order.connected_account:
        return order.connected_account
    odd = order.deleted or order.refunded_minor or order.stripe_account or not _SPECIAL.isdisjoint(order.metadata)
    if order.status not in _COMMON or odd:
        return ""
    if not ids:
        return "" if "stripe" in order.metadata.get("payment_method", "").lower() else "bare"
    session, intent, charge = order.session_id, order.payment_intent_id, order.charge_id
    formed = (
        (session is None or _SESSION.fullmatch(session))
        and (intent is None or _INTENT.fullmatch(intent))
        and (charge is None or _CHARGE.fullmatch(charge))
    )
    alone = ids == {one for one in (session, intent, charge) if one} and (session or intent)
    due = order.due.amount_minor if formed and alone and order.currency and order.due else -1
    return "plain" if due > 0 else "" if due else "free"


def _things(raw: Json, kind: str) -> Iterator[Json]:
    """The object, the intent in it, the charge in that, as far as they are there. Of a bill also what it says of its
    subscription."""
    yield raw
    if kind == "invoice" and (about := about_subscription(raw)):
        yield about
    found: object = raw
    for key in {"session": ("payment_intent", "latest_charge"), "intent": ("latest_charge",)}.get(kind, ()):
        found = found.get(key) if isinstance(found, Mapping) else None
        if isinstance(found, Mapping):
            yield found


def _charge_in(kind: str) -> str:
    return {"session": "id", "intent": "id"}.get(kind, "charge")


def _references(things: list[Json], keys: NameKeys) -> list[str]:
    """Every order that any of the things names, each once."""
    named = (references_in(one.get("client_reference_id"), inner(one, "metadata"), keys) for one in things)
    spelled = dict.fromkeys(chain.from_iterable(named))
    return list(dict.fromkeys(filter(None, map(plain, spelled))))


def _billing(raw: Json, kind: str) -> Iterator[str]:
    """What a session, or an invoice, has to do with a subscription: its id, the bill, what paid that."""
    named = [subscription_of(raw), ref(raw, "invoice") if kind == "session" else None]
    if kind == "invoice":
        named += [*paid_by(raw, "payment_intent"), *paid_by(raw, "charge")]
    yield from filter(None, named)


def _money(thing: Json, kind: str) -> bool:
    """Whether it holds money or promises some."""
    status = thing.get("status")
    if kind == "session":
        return thing.get("payment_status") == "paid" or (status == "complete" and bool(whole(thing, "amount_total")))
    return status in ("succeeded", "processing", "requires_capture")
