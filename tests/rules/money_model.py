"""What advice does to money and books: a small model of its own, which knows nothing of the product's guard.

`Standing` is how an order stands, counted from the JSON of a bundle; `harm` says why an action would harm there, and
`carried_out` how the order stands after it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.findings import Action, Finding
from tests.rules.attempts import Json

_DECIDED = {"won", "lost", "prevented", "warning_closed", "charge_refunded"}  # a dispute that is none of these is open
_LOST = {"lost", "charge_refunded"}
_WAITING = {"pending", "requires_action"}
_ASKED_BY = ("sessions", "payment_intents")
Reasons = Callable[["Standing", Finding], list[tuple[str, bool]]]
RETURNS = {Action.REFUND_DUPLICATE, Action.REFUND_PAYMENT, Action.RETRY_REFUND, Action.REOPEN_OR_REFUND}
BOOKS = {Action.MARK_PAID_AFTER_VERIFY, Action.REPLAY_EVENT}


@dataclass(frozen=True)
class Standing:
    """How an order stands; amounts are minor units. `net` is with the shop, `kept` also what a bank has not decided
    about; `returning` is on its way back; `extra` came beside the largest payment, `later` with later bills.
    `settled`: nothing was due, or it was paid elsewhere; `finished`: that, or a card was saved to be charged later.
    `coming`: money is under way; `page`: one can still be paid. The last ones say what has been carried out: `undone`
    where what was given back is what paid for the order.
    """

    due: int = 0
    net: int = 0
    kept: int = 0
    returned: int = 0
    returning: int = 0
    held: int = 0
    disputed: bool = False
    lost: bool = False
    settled: bool = False
    finished: bool = False
    coming: bool = False
    page: bool = False
    extra: int = 0
    later: int = 0
    gave_back: bool = False
    undone: bool = False
    charged: bool = False
    booked: bool = False
    closed: bool = False


@dataclass(frozen=True)
class Sum:
    """One sum that came in: what was taken, what went back of it and is on its way, what a bank took, and what one has
    not decided about."""

    taken: int
    returned: int
    returning: int
    lost: int
    drawn: int

    @property
    def kept(self) -> int:
        return max(0, self.taken - self.returned - self.lost)

    @property
    def net(self) -> int:
        return max(0, self.kept - self.drawn)


def standing(bundle: Json, own: set[str], bills: set[str], later: set[str]) -> Standing:
    """How the order stands by those objects of the bundle whose ids are its `own`; `bills` are its invoices, `later`
    what paid the later ones of its subscription."""
    stripe, now = bundle["stripe"], bundle["now"]
    told = [one["data"]["object"] for one in _all(stripe, "events") if one["type"].startswith("invoice.")]
    own_bills = [one for one in (*_all(stripe, "invoices"), *told) if one["id"] in bills]
    sessions, intents = ([one for one in _all(stripe, kind) if one["id"] in own] for kind in _ASKED_BY)
    sums, after = _sums(stripe, own, sessions, intents), _sums(stripe, later, [], [])
    disputes = [one for one in _all(stripe, "disputes") if _concerns(one, own | later)]
    free = [one for one in sessions if one["payment_status"] == "no_payment_required" and one["status"] == "complete"]
    outside = any(one["status"] == "paid" and _elsewhere(one) for one in own_bills)
    return Standing(
        due=bundle["order"].get("amount_minor") or 0,
        net=sum(one.net for one in sums),
        kept=sum(one.kept for one in sums),
        returned=sum(one.returned for one in sums),
        returning=sum(one.returning for one in sums),
        extra=sum(one.net for one in sums) - max([one.net for one in sums], default=0),
        later=sum(max(0, one.net - one.returning) for one in after),
        held=sum(one["amount"] for one in intents if one["status"] == "requires_capture"),
        disputed=any(one["status"] not in _DECIDED for one in disputes),
        lost=any(one["status"] == "lost" for one in disputes),
        finished=bool(free) or outside,
        settled=any(one["mode"] != "setup" for one in free) or outside,
        coming=any(one["status"] == "processing" or _waits_for_money(one) for one in intents),
        page=any(one["status"] == "open" and (one.get("expires_at") or 0) > now for one in sessions),
    )


def _sums(stripe: Json, own: set[str], sessions: list[Json], intents: list[Json]) -> list[Sum]:
    """The sums that came in: by charges; by intents without one; by paid sessions of which neither was read."""
    charges = [one for one in _all(stripe, "charges") if _concerns(one, own)]
    sums = [_of_charge(charge, stripe) for charge in charges if charge["status"] == "succeeded"]
    known = {_id(charge.get("payment_intent")) for charge in charges} - {None}
    alone = [one for one in intents if one["status"] == "succeeded" and one["id"] not in known]
    sums += [_sum(stripe, one, one.get("amount_received") or one["amount"]) for one in alone]
    known |= {one["id"] for one in (*intents, *charges)}
    known |= {bill["id"] for bill in _all(stripe, "invoices") if not known.isdisjoint(_paid_by(bill))}
    for session in [one for one in sessions if one["payment_status"] == "paid"]:
        if known.isdisjoint([_id(session.get("payment_intent")), _id(session.get("invoice"))]):
            sums.append(_sum(stripe, session, session.get("amount_total") or 0))
    return [one for one in sums if one.taken]


def _of_charge(charge: Json, stripe: Json) -> Sum:
    taken = (charge.get("amount_captured") or charge["amount"]) if charge.get("captured", True) else 0
    return _sum(stripe, charge, taken, charge["amount"] - taken, charge.get("amount_refunded") or 0)


def _sum(stripe: Json, thing: Json, taken: int, let_go: int = 0, said: int = 0) -> Sum:
    """What became of what a charge, an intent or a session took; `said`: what it says itself that went back."""
    about = [one for one in _all(stripe, "refunds") if _is_of(one, thing)]
    through = [one["amount"] for one in about if one["status"] == "succeeded"] if about else [said]
    if let_go in through:
        through.remove(let_go)
    disputes = [one for one in _all(stripe, "disputes") if _is_of(one, thing)]
    return Sum(
        taken,
        min(taken, sum(through)),
        sum(one["amount"] for one in about if one["status"] in _WAITING),
        sum(one["amount"] for one in disputes if one["status"] in _LOST),
        sum(one["amount"] for one in disputes if one["status"] not in _DECIDED and _draws(one)),
    )


def _draws(dispute: Json) -> bool:
    """An inquiry takes nothing."""
    return not dispute["status"].startswith("warning_")


def _is_of(one: Json, thing: Json) -> bool:
    """Whether a refund or a dispute is of a charge, an intent, or a session."""
    charge, key = _id(one.get("charge")), _id(one.get("payment_intent"))
    if charge and thing.get("object") == "charge":
        return bool(charge == thing["id"])
    return key is not None and key in (thing["id"], _id(thing.get("payment_intent")))


def _concerns(thing: Json, mine: set[str]) -> bool:
    return not mine.isdisjoint([key for key in map(_id, map(thing.get, ("id", "charge", "payment_intent"))) if key])


def _paid_by(bill: Json) -> set[str | None]:
    listed = [one.get("payment") or {} for one in (bill.get("payments") or {}).get("data", [])]
    return {_id(one.get(kind)) for one in (bill, *listed) for kind in ("payment_intent", "charge")} - {None}


def _elsewhere(bill: Json) -> bool:
    return bool(bill.get("paid_out_of_band") or bill.get("amount_paid_off_stripe"))


def _waits_for_money(intent: Json) -> bool:
    """A voucher, a transfer or a small sum to confirm; not a 3-D Secure page that was left."""
    if intent["status"] != "requires_action":
        return False
    what = (intent.get("next_action") or {}).get("type")
    return what not in (None, "use_stripe_sdk", "redirect_to_url")


def _id(value: object) -> str | None:
    """An id, whether the object it names was written out or not."""
    found = value.get("id") if isinstance(value, dict) else value
    return str(found) if found else None


def _all(stripe: Json, kind: str) -> list[Json]:
    return [one for one in stripe.get(kind) or [] if isinstance(one, dict)]


def harm(now: Standing, action: Action, finding: Finding) -> str | None:
    """Why it would harm to carry out this advice of a finding where the order stands so; None where it would not."""
    reasons = _HARM.get(action)
    return next((why for why, holds in (reasons(now, finding) if reasons else []) if holds), None)


def _returning(now: Standing, finding: Finding) -> list[tuple[str, bool]]:
    return [
        ("the bank decides about this money", now.disputed),
        ("the bank took it", now.lost),
        ("it was returned already", now.gave_back),
        ("nothing of it is with the shop", now.net + now.later <= 0),
        ("more than what stands", _at_most(now, finding) > now.net + now.later),
        ("it is on its way back already", _at_most(now, finding) > now.net - now.returning + now.later),
        ("the customer was only just charged", now.charged),
        ("the order was booked as paid", now.booked and Action.REFUND_DUPLICATE not in finding.actions),
    ]


def _asking(now: Standing, _: Finding) -> list[tuple[str, bool]]:
    return [
        ("the customer has paid", now.net > 0 or now.kept > 0),
        ("nothing is due", now.settled),
        ("the customer may still pay as it is", now.coming),
        ("it was charged already", now.charged),
        ("it was booked as paid", now.booked),
        ("it was returned", now.undone),
        ("the order was closed", now.closed),
    ]


def _capturing(now: Standing, _: Finding) -> list[tuple[str, bool]]:
    return [
        ("nothing is reserved", now.held <= 0),
        ("the customer has paid", now.net >= now.due > 0),
        ("it was charged already", now.charged),
        ("it was returned", now.undone),
        ("the order was closed", now.closed),
    ]


def _booking(now: Standing, finding: Finding) -> list[tuple[str, bool]]:
    of_refund = "went back to the customer" in finding.says
    return [
        ("nothing pays for it", not of_refund and now.kept <= 0 and not now.finished),
        ("nothing went back", of_refund and not now.returned),
        ("it was returned", now.undone),
        ("the order was closed", now.closed),
    ]


def _cancelling(now: Standing, _: Finding) -> list[tuple[str, bool]]:
    return [
        ("the customer has paid", now.net > 0 or now.settled),
        ("the customer may still pay", now.coming or now.page or now.held > 0),
        ("the customer was charged", now.charged),
        ("it was booked as paid", now.booked),
    ]


_HARM: dict[Action, Reasons] = {
    **dict.fromkeys(RETURNS, _returning),
    **dict.fromkeys(BOOKS, _booking),
    Action.REQUEST_NEW_PAYMENT: _asking,
    Action.CAPTURE_NOW: _capturing,
    Action.CANCEL_ORDER: _cancelling,
    Action.RELEASE_HOLD: lambda now, _: [("nothing is reserved", now.held <= 0)],
    Action.END_ACCESS: lambda now, _: [("it was booked as paid", now.booked), ("it was charged", now.charged)],
    Action.RECORD_REFUND: lambda now, _: [("nothing went back", now.returned <= 0)],
    Action.RECORD_DISPUTE_LOSS: lambda now, _: [("it was returned", now.gave_back)],
    Action.RESPOND_DISPUTE: lambda now, _: [("it was returned", now.gave_back)],
}


def carried_out(now: Standing, action: Action, finding: Finding) -> Standing:
    """How the order stands when this advice of a finding was carried out."""
    if action in RETURNS:
        undone, back = action is not Action.REFUND_DUPLICATE, _at_most(now, finding)
        return replace(now, net=now.net - back, kept=now.kept - back, gave_back=True, undone=undone)
    if action in (Action.REQUEST_NEW_PAYMENT, Action.CAPTURE_NOW):
        held = now.held if action is Action.CAPTURE_NOW else 0
        came = held or now.due
        return replace(now, net=now.net + came, kept=now.kept + came, held=now.held - held, charged=True)
    if action in BOOKS and "went back to the customer" not in finding.says:
        return replace(now, booked=True)
    does: Json = {
        Action.RELEASE_HOLD: {"held": 0},
        Action.CANCEL_ORDER: {"closed": True},
        Action.END_ACCESS: {"closed": True},
        Action.WAIT: {"coming": True},
    }
    return replace(now, **does.get(action, {}))


def _at_most(now: Standing, finding: Finding) -> int:
    """What goes back: what the finding is about; where it does not say, all that stands. Of several payments one
    stays."""
    about = finding.money_at_risk.amount_minor if finding.money_at_risk else 0
    if Action.REFUND_DUPLICATE in finding.actions:
        return min(about or now.extra, now.extra + now.later)
    return about or now.net
