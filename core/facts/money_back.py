"""Stripe's objects that money goes back through, as facts; read as those of `objects` are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from core.facts import json
from core.facts.json import Json
from core.facts.statuses import DisputeStatus, RefundStatus


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund (`re_`, `pyr_`). Only a succeeded one moved money."""

    id: str
    status: RefundStatus
    created: int
    amount: int = 0
    currency: str | None = None
    charge_id: str | None = None
    payment_intent_id: str | None = None
    reason: str | None = None
    failure: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, raw: Json) -> Self:
        """Read refund JSON."""
        return cls(
            id=json.text(raw, "id") or "",
            status=RefundStatus.of(raw.get("status")),
            created=json.whole(raw, "created") or 0,
            amount=json.whole(raw, "amount") or 0,
            currency=json.text(raw, "currency"),
            charge_id=json.ref(raw, "charge"),
            payment_intent_id=json.ref(raw, "payment_intent"),
            reason=json.text(raw, "reason"),
            failure=json.text(raw, "failure_reason"),
            metadata=json.pairs(raw, "metadata"),
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute (`du_`, `dp_`). Its amount can differ from the charge's. `due_by` is when an answer is due, `past_due`
    that it is too late for one; `submissions` counts how often evidence was handed in, and `has_evidence` says whether
    any is saved. `moved` is what it took out of the account and put back, in minor units of the account's own currency
    (taken is negative), None where no balance transaction is given; `refundable` whether the charge still is."""

    id: str
    status: DisputeStatus
    created: int
    livemode: bool | None = None
    amount: int = 0
    currency: str | None = None
    charge_id: str | None = None
    payment_intent_id: str | None = None
    reason: str | None = None
    due_by: int | None = None
    past_due: bool = False
    submissions: int = 0
    has_evidence: bool = False
    refundable: bool | None = None
    moved: int | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, raw: Json) -> Self:
        """Read dispute JSON."""
        evidence = json.inner(raw, "evidence_details")
        return cls(
            id=json.text(raw, "id") or "",
            status=DisputeStatus.of(raw.get("status")),
            created=json.whole(raw, "created") or 0,
            livemode=json.flag(raw, "livemode"),
            amount=json.whole(raw, "amount") or 0,
            currency=json.text(raw, "currency"),
            charge_id=json.ref(raw, "charge"),
            payment_intent_id=json.ref(raw, "payment_intent"),
            reason=json.text(raw, "reason"),
            due_by=json.whole(evidence, "due_by"),
            past_due=json.flag(evidence, "past_due") or False,
            submissions=json.whole(evidence, "submission_count") or 0,
            has_evidence=json.flag(evidence, "has_evidence") or False,
            refundable=json.flag(raw, "is_charge_refundable"),
            moved=_moved(raw),
            metadata=json.pairs(raw, "metadata"),
            raw=raw,
        )


def _moved(raw: Json) -> int | None:
    """The sum of the balance transactions, as far as they came with their amounts."""
    listed = raw.get("balance_transactions")
    moves = (
        [json.whole(one, "amount") for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    )
    amounts = [amount for amount in moves if amount is not None]
    return sum(amounts) if amounts else None
