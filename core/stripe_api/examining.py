"""What `orderlens doctor` asks Stripe: what kind of key this is, what it may read, what it may write and should not.

A right to write is tried on objects that cannot exist: the answer is "may not" or "no such object", and nothing is
changed either way. A secret key is not tried: it may do everything. Also reads the payments that settle what a database
does not say (`sampled`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from core import stripe_links
from core.checks import Check, Level
from core.facts import CLIENT, Json
from core.facts.json import text
from core.pasted import Kind
from core.stripe_api import asks
from core.stripe_api.failures import Failure
from core.stripe_api.wire import Access, Answer, Ask, Wire

_SKEW_SECONDS: Final = 60
_NOBODY: Final = "orderlens_asks_whether_it_may"


@dataclass(frozen=True, slots=True)
class Permission:
    """A right of a restricted key: its name, the question that shows it, and what is lost without it."""

    name: str
    path: str
    lost: str
    needed: bool = True


PERMISSIONS: Final = (
    Permission(
        "checkout_session_read", "/v1/checkout/sessions", "no Checkout Session is read: hardly any case can be told"
    ),
    Permission("payment_intent_read", "/v1/payment_intents", "no payment is read: hardly any case can be told"),
    Permission("charge_read", "/v1/charges", "attempts to pay and refunds are not seen"),
    Permission("dispute_read", "/v1/disputes", "disputes are not seen", needed=False),
    Permission(
        "event_read", "/v1/events", "webhooks are not seen: no cause is found, nothing can be replayed", needed=False
    ),
    Permission("webhook_read", "/v1/webhook_endpoints", "a disabled or missing endpoint is not noticed", needed=False),
    Permission("subscription_read", "/v1/subscriptions", "whether a subscription still runs is not seen", needed=False),
    Permission(
        "invoice_read",
        "/v1/invoice_payments",
        "a subscription's bills are not seen, nor what was given back of the first one, nor a bill settled elsewhere",
        needed=False,
    ),
    Permission("customer_read", "/v1/customers", "a search by e-mail finds less", needed=False),
)
_WRITES: Final = (
    ("payment_intent_write", f"/v1/payment_intents/pi_{_NOBODY}"),
    ("charge_write", f"/v1/refunds/re_{_NOBODY}"),
    ("checkout_session_write", f"/v1/checkout/sessions/cs_test_{_NOBODY}"),
    ("customer_write", f"/v1/customers/cus_{_NOBODY}"),
    ("webhook_write", f"/v1/webhook_endpoints/we_{_NOBODY}"),
)


@dataclass(frozen=True, slots=True)
class Sampled:
    """A payment as Stripe has it: minor units, lower-case currency, seconds since 1970. `paid` None where it cannot be
    told; `returned`: all of it was refunded, so far as that was asked."""

    id: str
    amount_minor: int | None
    currency: str | None
    created: int | None
    metadata: Mapping[str, str] = field(default_factory=dict)
    paid: bool | None = None
    returned: bool = False
    client: str | None = None  # a session's `client_reference_id`


def examine(wire: Wire, access: Access, *, now: int) -> tuple[Check, ...]:
    """The key, its rights, the account and the clock. `now`: seconds since 1970."""
    answers = wire.ask([Ask(one.name, one.name, one.path, (("limit", 1),)) for one in PERMISSIONS])
    refused = next((one.failure for one in answers if one.failure and one.failure.refuses_key), None)
    if refused:
        said = f"Stripe does not accept it: {refused.message}"
        do = "Copy the key again from Stripe, or make a new one by the link."
        return (Check("stripe", "key", Level.ERROR, said, do, _link(access)),)
    silent = [one.failure for one in answers if one.failure and not one.failure.is_final]
    if len(silent) == len(answers):
        said = f"Nothing could be asked, because {silent[0].because}."
        return (Check("stripe", "connection", Level.UNREAD, said, "Check the network, then ask again."),)
    found = [_key(access), *_account(wire, access, answers), *_rights(access, answers)]
    if access.api_key.startswith("rk"):
        found.append(_writes(wire, access))
    found += _clock(wire, now)
    return tuple(found)


def sampled(wire: Wire, ids: Iterable[str], *, refunds: bool = False) -> dict[str, Sampled | None]:
    """Payments by their ids (pi_, ch_, py_, cs_), with `refunds` what was given back of them as well; None for one that
    this account does not have. What could not be read is not in the answer."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Sampled | None] = {}
    ask = _whole if refunds else _bare
    for one, answer in zip(wanted, wire.ask([ask(one) for one in wanted]), strict=True):
        if answer.body is not None:
            body = answer.body
            amount = body.get("amount_total") if one.startswith("cs_") else body.get("amount")
            metadata = body.get("metadata")
            found[one] = Sampled(
                one,
                amount if isinstance(amount, int) else None,
                str(body["currency"]).lower() if body.get("currency") else None,
                created if isinstance(created := body.get("created"), int) else None,
                {str(k): str(v) for k, v in metadata.items()} if isinstance(metadata, Mapping) else {},
                _paid(body),
                _returned(body),
                text(body, CLIENT),
            )
        elif answer.failure is not None and answer.failure.is_missing:
            found[one] = None
    return found


def _paid(body: Mapping[str, object]) -> bool | None:
    """Whether a session, an intent or a charge was paid; None where nothing was due or it is under way."""
    said = {"paid": True, "unpaid": False}.get(str(body.get("payment_status")))
    if body.get("object") == "payment_intent":
        said = None if body.get("status") in ("processing", "requires_capture") else body.get("status") == "succeeded"
    elif body.get("object") == "charge":
        said = bool(body.get("paid")) and bool(body.get("captured"))
    return said


def _returned(body: Mapping[str, object]) -> bool:
    """Whether all was refunded, by the charge inside."""
    inner = body.get("payment_intent") or body.get("latest_charge")
    if isinstance(inner, Mapping):
        return _returned(inner)
    return body.get("object") == "charge" and body.get("refunded") is True


def _whole(object_id: str) -> Ask:
    kind = Kind.SESSION if object_id.startswith("cs_") else Kind.INTENT if object_id.startswith("pi_") else Kind.CHARGE
    return asks.one(kind, object_id)


def _bare(object_id: str) -> Ask:
    full = _whole(object_id)
    return Ask(full.kind, full.what, full.path, (), id=object_id)


def _key(access: Access) -> Check:
    mode = f"{access.mode} mode"
    if access.api_key.startswith("sk_"):
        do = "Make a restricted key with exactly the rights that Orderlens needs; the link has them filled in."
        said = f"A secret key, {mode}: it may do everything, also refund and pay out."
        return Check("stripe", "key", Level.WARNING, said, do, _link(access))
    return Check("stripe", "key", Level.FINE, f"A restricted key, {mode}.")


def _account(wire: Wire, access: Access, answers: Iterable[Answer]) -> Iterator[Check]:
    (answer,) = wire.ask([Ask("account", "the account", "/v1/account", optional=True)])
    own = answer.body.get("id") if answer.body else None
    messages = (one.failure.message for one in (answer, *answers) if one.failure)
    named = next((found[0] for one in messages if (found := re.search(r"acct_\w+", one))), None)
    account = access.account or own or named
    if account:
        connected = " (connected, as the settings say)" if access.account else ""
        yield Check("stripe", "account", Level.FINE, f"{account}{connected}.")
    else:
        yield Check("stripe", "account", Level.FINE, "The key's own; it may not say which, and need not.")


def _rights(access: Access, answers: Iterable[Answer]) -> Iterator[Check]:
    for one, answer in zip(PERMISSIONS, answers, strict=True):
        failure = answer.failure
        if failure is None:
            yield Check("stripe", f"right {one.name}", Level.FINE, "There.")
        elif failure.status == HTTPStatus.FORBIDDEN:
            level = Level.ERROR if one.needed else Level.WARNING
            do = "Give the key this right, or make one by the link."
            yield Check("stripe", f"right {one.name}", level, f"Missing: {one.lost}.", do, _link(access))
        else:
            said = f"Not asked, because {failure.because}."
            yield Check("stripe", f"right {one.name}", Level.UNREAD, said, "Ask again in a moment.")


def _writes(wire: Wire, access: Access) -> Check:
    answers = [(name, wire.post(path, ())) for name, path in _WRITES]
    may = [name for name, answer in answers if not isinstance(answer, Failure) or answer.is_missing]
    unsure = [name for name, answer in answers if name not in may and not _forbidden(answer)]
    if may:
        said = f"The key may write where it should only read: {', '.join(may)}."
        do = "Take these rights away; Orderlens writes nothing but a resend you ask for (event_write)."
        return Check("stripe", "rights to write", Level.WARNING, said, do, _link(access))
    if unsure:
        return Check("stripe", "rights to write", Level.UNREAD, f"Not told: {', '.join(unsure)}.", "Ask again.")
    return Check("stripe", "rights to write", Level.FINE, "None that matters.")


def _forbidden(answer: Json | Failure) -> bool:
    """Whether Stripe said that the key may not. Any other answer but "no such object" tells nothing."""
    return isinstance(answer, Failure) and answer.status == HTTPStatus.FORBIDDEN


def _clock(wire: Wire, now: int) -> Iterator[Check]:
    theirs = wire.time()
    if theirs is None:
        return
    apart = now - theirs
    if abs(apart) > _SKEW_SECONDS:
        said = f"This machine's clock is {abs(apart)} s {'ahead of' if apart > 0 else 'behind'} Stripe's."
        do = "Set it by NTP: an app refuses webhooks that are signed more than five minutes away."
        yield Check("clock", "clock", Level.WARNING, said, do)
    else:
        yield Check("clock", "clock", Level.FINE, "Within a minute of Stripe's.")


def _link(access: Access) -> str:
    return stripe_links.restricted_key([one.name for one in PERMISSIONS], mode=access.mode)
