"""`Order`: one row of the app's books, in our words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.facts import json
from core.facts.json import Json
from core.facts.naming import LONGEST, plainly
from core.facts.remembered import remembered
from core.facts.statuses import OrderStatus
from core.money import Money
from core.times import seconds

_UNMISTAKABLE = 16  # characters of a token or a UUID, and of no number
_ELSEHOW = "refunded_otherwise_minor"
_MICROSECONDS = 2**63  # of any year that has four digits
_SESSION_ID = re.compile(r"cs_(?:test|live)_[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class HeldRefund:
    """A refund that the app has in its books and has not carried out or confirmed: `state` is the app's own word;
    `amount_minor` minor units, None where that is not said."""

    state: str
    amount_minor: int | None = None

    def __str__(self) -> str:
        return self.state if self.amount_minor is None else f"{self.state} ({self.amount_minor} minor units)"


@dataclass(frozen=True)  # no slots: what it is called and what it points at are worked out once
class Order:
    """An order as the app's database has it. Times are seconds since 1970 (UTC), amounts minor units.

    None always means "the database does not say". `session_ids`, `payment_intent_ids` and `charge_ids` hold every id
    stored for the order, the primary one first. `refunds_held` are not in `refunded_minor`. `metadata_expected` is what
    the app is expected to have written into Stripe's metadata, `called` what of it names this order and no other, by
    its key (`client_reference_id` may be one): several, where each attempt to pay has a name of its own. `extra`:
    further columns that the settings name. `odd_times` are those that a bundle gives in milli- or microseconds, as they
    stand there; `odd_amount` is a total that is no amount, as it stands there. `raw` is the row as read, for showing.

    `customer_name` is for finding and showing only, and in no bundle.

    `amount_minor` is the whole total; `paid_otherwise_minor` what of it was paid by other means than Stripe (a gift
    card, store credit, a bank transfer), 0 where nothing was, None where what stands there cannot be read.
    `refunded_minor` is what went back by Stripe, as the app says; `refunded_otherwise_minor` what went back by other
    means (a gift card, store credit), None where that cannot be read: then neither is said. `booked_minor` is what the
    app's own rows of payments say came in by Stripe. `rounded`: the total has parts of the smallest coin, so that it
    is right within one.
    """

    id: str
    status: OrderStatus
    raw_status: str = ""
    number: str | None = None
    amount_minor: int | None = None
    refunded_minor: int | None = None
    refunds_held: tuple[HeldRefund, ...] = ()
    refunded_otherwise_minor: int | None = 0
    paid_otherwise_minor: int | None = 0
    booked_minor: int | None = None
    rounded: bool = False
    currency: str | None = None
    session_id: str | None = None
    payment_intent_id: str | None = None
    charge_id: str | None = None
    session_ids: tuple[str, ...] = ()
    payment_intent_ids: tuple[str, ...] = ()
    charge_ids: tuple[str, ...] = ()
    customer_email: str | None = None
    customer_name: str | None = field(default=None, compare=False)
    metadata: Mapping[str, str] = field(default_factory=dict)
    created_at: int | None = None
    updated_at: int | None = None
    deleted: bool = False
    tenant: str | None = None
    stripe_account: str | None = None
    metadata_expected: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    odd_times: Mapping[str, int] = field(default_factory=dict)
    odd_amount: str | None = None
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    @property
    def connected_account(self) -> str | None:
        """The connected account (`acct_...`) that its payment is said to be on: by its column, or its metadata."""
        account = self.stripe_account or self.metadata.get("stripe_account", "")
        return account if account.startswith("acct_") else None

    @property
    def name(self) -> str:
        """What people call it: its number, else its id; of one that is longer than any name is, the beginning."""
        name = self.number or self.id
        return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"

    @property
    def state(self) -> str:
        """Its status for people: our word, behind it the app's own where that is another (`pending (n/false)`); the
        app's own alone where nobody knows what it means."""
        own, ours = self.raw_status.strip(), self.status.value.replace("_", " ")
        if self.status is OrderStatus.UNKNOWN:
            return own or ours
        return ours if own.replace("_", " ").casefold() in ("", ours) else f"{ours} ({own})"

    @remembered
    def amount(self) -> Money | None:
        """The total, where both amount and currency are known."""
        if self.amount_minor is None or not self.currency:
            return None
        return Money(self.amount_minor, self.currency)

    @remembered
    def paid_otherwise(self) -> Money | None:
        """What was paid by other means than Stripe; None where nothing was, or it is not known."""
        return Money(self.paid_otherwise_minor, self.currency) if self.paid_otherwise_minor and self.currency else None

    @property
    def refunded_otherwise(self) -> Money | None:
        """What went back by other means than Stripe; None where nothing did, or it is not known."""
        minor = self.refunded_otherwise_minor
        return Money(minor, self.currency) if minor and self.currency else None

    @remembered
    def due(self) -> Money | None:
        """What is to come in by Stripe: the total less what was paid otherwise. None where either is not known."""
        if self.amount is None or self.paid_otherwise_minor is None:
            return None
        if not self.paid_otherwise_minor:
            return self.amount
        return Money(max(0, self.amount.amount_minor - self.paid_otherwise_minor), self.amount.currency)

    def due_beside(self, paid: Money) -> Money | None:
        """What is due, as `paid` where no more than the rounding of the total lies between the two."""
        due = self.due
        if due is None or not self.rounded or due.currency != paid.currency:
            return due
        return paid if abs(due.amount_minor - paid.amount_minor) <= 1 else due

    @remembered
    def names(self) -> frozenset[str]:
        """What a reference to this order may be spelled as: its id and its number."""
        return frozenset([name for name in (self.id, self.number) if name])

    @remembered
    def spellings(self) -> frozenset[str]:
        """Its names as they are compared, wherever they stand: plain, in lower case. What it is called under one key
        only is among them where it is too long to be anybody's number."""
        names = [name for one in (self.id, self.number) if one and (name := plainly(one))]
        return frozenset([*names, *(one for one in self.surnames if len(one) >= _UNMISTAKABLE)])

    @remembered
    def by_key(self) -> Mapping[str, frozenset[str]]:
        """What it is called under each key, as names are compared: what `called` says; and what it is expected to bear
        there, where that is its id or its number."""
        found = {key: frozenset(map(plainly, values)) for key, values in self.called.items()}
        own = {key: text for key, text in self.metadata_expected.items() if text in self.names}
        return found | {key: found.get(key, frozenset()) | {plainly(text)} for key, text in own.items()}

    @remembered
    def surnames(self) -> frozenset[str]:
        """All that it is called under any key, as names are compared."""
        return frozenset(filter(None, (name for names in self.by_key.values() for name in names)))

    @remembered
    def stored_ids(self) -> frozenset[str]:
        """Every Stripe id on the row, whatever its column: sessions kept in the order's metadata too. A client secret
        stands for its object."""
        kept = self.metadata.get("session_ids")
        singles = (self.session_id, self.payment_intent_id, self.charge_id)
        listed = (*singles, *self.session_ids, *self.payment_intent_ids, *self.charge_ids)
        listed += tuple(_SESSION_ID.findall(kept)) if kept else ()
        return frozenset([one.partition("_secret_")[0] for one in listed if one and one.strip()])

    @classmethod
    def of(cls, raw: Json) -> "Order":
        """An order in the format of a bundle (`core.cases`); keys it does not know are ignored."""
        session, intent, charge = (json.text(raw, key) for key in ("session_id", "payment_intent_id", "charge_id"))
        created, updated = (json.whole(raw, name, within=_MICROSECONDS) for name in ("created_at", "updated_at"))
        created_at, updated_at = seconds(created), seconds(updated)
        plain_times = created == created_at and updated == updated_at
        return cls(
            id=json.text(raw, "id") or "",
            status=OrderStatus.of(raw.get("status")),
            raw_status=json.text(raw, "raw_status") or json.text(raw, "status") or "",
            number=json.text(raw, "number"),
            amount_minor=json.whole(raw, "amount_minor"),
            refunded_minor=json.whole(raw, "refunded_minor"),
            refunds_held=_held(raw.get("refunds_held")),
            refunded_otherwise_minor=json.whole(raw, _ELSEHOW) if _ELSEHOW in raw else 0,
            paid_otherwise_minor=json.whole(raw, "paid_otherwise_minor") if "paid_otherwise_minor" in raw else 0,
            booked_minor=json.whole(raw, "booked_minor"),
            rounded=json.flag(raw, "rounded") or False,
            currency=json.text(raw, "currency"),
            session_id=session,
            payment_intent_id=intent,
            charge_id=charge,
            session_ids=_all(session, json.texts(raw, "session_ids")),
            payment_intent_ids=_all(intent, json.texts(raw, "payment_intent_ids")),
            charge_ids=_all(charge, json.texts(raw, "charge_ids")),
            customer_email=json.text(raw, "customer_email"),
            metadata=json.pairs(raw, "metadata"),
            created_at=created_at,
            updated_at=updated_at,
            deleted=json.flag(raw, "deleted") or False,
            tenant=json.text(raw, "tenant"),
            stripe_account=json.text(raw, "stripe_account"),
            metadata_expected=json.pairs(raw, "metadata_expected"),
            called={str(key): json.texts(json.inner(raw, "called"), str(key)) for key in json.inner(raw, "called")},
            extra=json.pairs(raw, "extra"),
            odd_times={} if plain_times else _odd(created_at=(created, created_at), updated_at=(updated, updated_at)),
            odd_amount=json.text(raw, "odd_amount") or _odd_amount(raw),
            raw=raw,
        )


def _odd_amount(raw: Json) -> str | None:
    held = raw.get("amount_minor")
    return None if held is None or json.whole(raw, "amount_minor") is not None else str(held)


def _held(raw: object) -> tuple[HeldRefund, ...]:
    each = raw if isinstance(raw, list) else []
    found = [one for one in each if isinstance(one, Mapping)]
    return tuple(HeldRefund(json.text(one, "state") or "", json.whole(one, "amount_minor")) for one in found)


def _odd(**times: tuple[int | None, int | None]) -> dict[str, int]:
    """Those that are stored otherwise than in seconds, as they are stored."""
    return {key: stored for key, (stored, at) in times.items() if stored is not None and stored != at}


def _all(primary: str | None, others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(([primary] if primary else []) + list(others)))
