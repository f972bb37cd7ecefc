"""API versions: which are known, and how an object looked in each.

Owns the list of Stripe's versions from 2022-11-15 on, and what changed between them in the objects that the sandbox
has: each break is one `Change`, undone for a client that is pinned to an earlier version. Objects are kept in today's
shape; nothing here changes them. In the two versions before that, for which tools that copy an account still ask, it
can be read and nothing made: what was made so behaved otherwise (a session had its intent before it was paid). Still
older versions are refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.sandbox.stripe.objects import API_VERSION, Json
from core.sandbox.stripe.store import Store, at

KNOWN = tuple(
    "2022-11-15 2023-08-16 2023-10-16 2024-04-10 2024-06-20 2024-09-30.acacia 2024-10-28.acacia 2024-11-20.acacia"
    " 2024-12-18.acacia 2025-01-27.acacia 2025-02-24.acacia 2025-03-31.basil 2025-04-30.basil 2025-05-28.basil"
    " 2025-06-30.basil 2025-07-30.basil 2025-08-27.basil 2025-09-30.clover 2025-10-29.clover 2025-11-17.clover"
    " 2025-12-15.clover 2026-01-28.clover 2026-02-25.clover 2026-03-25.dahlia 2026-04-22.dahlia 2026-05-27.dahlia"
    " 2026-06-24.dahlia 2026-07-29.dahlia 2026-08-26.dahlia 2026-09-30.endive 2026-10-28.endive".split()
)
"""Oldest first; a name sorts as its date does."""
READ_ONLY = ("2020-08-27", "2022-08-01")

_UI_MODES = {"hosted_page": "hosted", "embedded_page": "embedded", "elements": "custom"}
"""The words for `ui_mode` of a session, as they were before 2026-03-25."""


@dataclass(frozen=True, slots=True)
class Version:
    """One of the known versions, and what a request may say in it."""

    name: str = API_VERSION

    def before(self, release: str) -> bool:
        """Whether it is older than the version of that name."""
        return self.name < release

    @property
    def takes_method_types(self) -> bool:
        """Whether a session or an intent may be made with `payment_method_types`."""
        return self.before("2026-09-30.endive")

    @property
    def usual_capture(self) -> str:
        """The `capture_method` of an intent that names none."""
        return "automatic" if self.before("2024-04-10") else "automatic_async"

    @property
    def automatic_methods(self) -> bool:
        """Whether an intent that names no payment methods takes those of the dashboard."""
        return not self.before("2023-08-16")

    @property
    def ui_modes(self) -> Mapping[str, str]:
        """The words that a request may use for a session's `ui_mode`, with those of today."""
        if self.before("2026-03-25.dahlia"):
            return {old: new for new, old in _UI_MODES.items()}
        return {"form": "form", **{new: new for new in _UI_MODES}}


TODAY = Version()


def known(name: str | None, *, reading: bool = False) -> Version | None:
    """The version of that name, today's for no name; None for one that Stripe does not have, or that is too old, but
    for `reading`."""
    if name is None:
        return TODAY
    return Version(name) if name in KNOWN or (reading and name in READ_ONLY) else None


@dataclass(frozen=True, slots=True)
class Change:
    """What came with a version for one kind of object: how to go back, and what could be expanded before."""

    since: str
    kind: str
    undo: Callable[[Json, Store], Json]
    expandable: Mapping[str, str] = field(default_factory=dict)


def rendered(thing: Json, version: Version, store: Store) -> Json:
    """An object, or a list of them, as a client of that version gets it."""
    if version == TODAY:
        return thing
    if isinstance(listed := thing.get("data"), list):
        return {**thing, "data": [rendered(one, version, store) for one in listed]}
    for change in CHANGES:
        if change.kind == thing.get("object") and version.before(change.since):
            thing = change.undo(thing, store)
    return thing


def happened_for(event: Json, version: Version, store: Store) -> Json:
    """An event for an endpoint of that version. One that was made in another version than today's stays as it is."""
    if version == TODAY or event["api_version"] != API_VERSION:
        return event
    about = rendered(event["data"]["object"], version, store)
    return {**event, "api_version": version.name, "data": {**event["data"], "object": about}}


def expandable(kind: str, version: Version) -> Mapping[str, str]:
    """The fields of a kind that could be expanded in that version, and no longer can be."""
    earlier = [one.expandable for one in CHANGES if one.kind == kind and version.before(one.since)]
    return {name: of for fields in earlier for name, of in fields.items()}


def _charge_with_old_fields(thing: Json, store: Store) -> Json:
    """Nobody describes these fields any more, and every recorded answer up to dahlia has them."""
    lost = _only(store, "dispute", charge=thing["id"])
    return {**thing, "destination": None, "dispute": lost and lost["id"], "order": None, "source": None}


def _intent_with_source(thing: Json, store: Store) -> Json:  # noqa: ARG001 - a change is undone so
    return {**thing, "source": None}


def _session_with_old_words(thing: Json, store: Store) -> Json:  # noqa: ARG001 - a change is undone so
    return {**thing, "ui_mode": _UI_MODES.get(thing["ui_mode"], thing["ui_mode"])}


def _session_with_shipping(thing: Json, store: Store) -> Json:  # noqa: ARG001 - a change is undone so
    return {**thing, "shipping_details": at(thing, "collected_information.shipping_details")}


def _intent_with_invoice(thing: Json, store: Store) -> Json:
    paid = _only(store, "invoice_payment", **{"payment.payment_intent": thing["id"]})
    return {**thing, "invoice": paid and paid["invoice"]}


def _charge_with_invoice(thing: Json, store: Store) -> Json:
    intent = thing.get("payment_intent")
    paid = _only(store, "invoice_payment", **{"payment.payment_intent": intent}) if intent else None
    return {**thing, "invoice": paid and paid["invoice"]}


def _invoice_that_knows_its_payment(thing: Json, store: Store) -> Json:
    paid = _only(store, "invoice_payment", invoice=thing["id"])
    intent_id = at(paid, "payment.payment_intent") if paid else None
    intent = store.get(intent_id, livemode=store.mode(intent_id)) if intent_id else None
    return {
        **{name: value for name, value in thing.items() if name not in ("parent", "total_taxes")},
        "application_fee_amount": None,
        "charge": intent and intent["latest_charge"],
        "discount": None,
        "paid": thing["status"] == "paid",
        "paid_out_of_band": False,
        "payment_intent": intent_id,
        "quote": None,
        "subscription": at(thing, "parent.subscription_details.subscription"),
        "subscription_details": {"metadata": at(thing, "parent.subscription_details.metadata")},
        "tax": None,
        "total_tax_amounts": [],
        "transfer_data": None,
    }


def _subscription_with_period(thing: Json, store: Store) -> Json:  # noqa: ARG001 - a change is undone so
    names = ("current_period_end", "current_period_start")
    items = thing["items"]["data"]
    rest = [{name: value for name, value in one.items() if name not in names} for one in items]
    alone = items[0] if len(items) == 1 else {"plan": None, "quantity": None}
    return {
        **thing,
        **{name: items[0][name] for name in names},
        "discount": None,
        "items": {**thing["items"], "data": rest},
        "plan": alone["plan"],
        "quantity": alone["quantity"],
    }


def _intent_with_charges(thing: Json, store: Store) -> Json:
    """Every attempt, the newest first; a list holds ten."""
    then, own = Version(READ_ONLY[-1]), {"payment_intent": [thing["id"]]}
    made = [rendered(one, then, store) for one in store.newest_first("charge", livemode=thing["livemode"], where=own)]
    rest = {name: value for name, value in thing.items() if name != "latest_charge"}
    return {**rest, "charges": _listed(made, f"/v1/charges?payment_intent={thing['id']}")}


def _charge_with_refunds(thing: Json, store: Store) -> Json:
    """Nobody had to ask for them."""
    made = list(store.newest_first("refund", livemode=thing["livemode"], where={"charge": [thing["id"]]}))
    return {**thing, "refunds": _listed(made, f"/v1/charges/{thing['id']}/refunds")}


def _session_with_shipping_of_old(thing: Json, store: Store) -> Json:  # noqa: ARG001 - a change is undone so
    rest = {name: value for name, value in thing.items() if name not in ("shipping_details", "shipping_cost")}
    rate = at(thing, "shipping_cost.shipping_rate") if thing.get("shipping_cost") else None
    return {**rest, "shipping": thing["shipping_details"], "shipping_rate": rate}


def _listed(things: list[Json], url: str) -> Json:
    first = things[:10]
    return {"object": "list", "data": first, "has_more": first != things, "total_count": len(things), "url": url}


def _only(store: Store, kind: str, **where: str) -> Json | None:
    for livemode in (False, True):
        sought = {name: [value] for name, value in where.items()}
        for found in store.newest_first(kind, livemode=livemode, where=sought):
            return found
    return None


_BASIL = "2025-03-31.basil"
CHANGES = (
    Change("2026-09-30.endive", "charge", _charge_with_old_fields),
    Change("2026-09-30.endive", "payment_intent", _intent_with_source),
    Change("2026-03-25.dahlia", "checkout.session", _session_with_old_words),
    Change(_BASIL, "checkout.session", _session_with_shipping),
    Change(_BASIL, "payment_intent", _intent_with_invoice, {"invoice": "invoice"}),
    Change(_BASIL, "charge", _charge_with_invoice, {"invoice": "invoice"}),
    Change(
        _BASIL,
        "invoice",
        _invoice_that_knows_its_payment,
        {"charge": "charge", "payment_intent": "payment_intent", "subscription": "subscription"},
    ),
    Change(_BASIL, "subscription", _subscription_with_period),
    Change("2022-11-15", "payment_intent", _intent_with_charges),
    Change("2022-11-15", "charge", _charge_with_refunds),
    Change("2022-08-01", "checkout.session", _session_with_shipping_of_old),
)
"""Every break that is undone, the newest first: so Stripe's own answers go back, one version after another."""
