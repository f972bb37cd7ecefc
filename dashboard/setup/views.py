"""What the Setup page says, before it is drawn: lines by urgency, the mapping as understood, an order twice. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from core.checks import Check, Level
from core.facts import Order, OrderStatus
from core.money import Money
from core.report import count
from core.settings import OrdersMapping, Relation
from core.times import moment
from dashboard import words
from dashboard.words import Look

LOOKS = {
    Level.ERROR: Look("Error", ":material/report:", "red"),
    Level.UNREAD: Look("Could not look", ":material/visibility_off:", "violet"),
    Level.WARNING: Look("Warning", ":material/warning:", "orange"),
    Level.FINE: Look("Fine", ":material/check_circle:", "green"),
}
"""The looks of the levels, the most urgent first."""
AREAS = {
    "settings": "Settings",
    "orders": "Orders database",
    "stripe": "Stripe",
    "webhooks": "Webhooks",
    "journal": "Journal",
    "letters": "Letters",
    "login": "Log-in",
    "clock": "Clock",
}


PROBES = (
    "Sends {url} a harmless event of a type that nobody knows (orderlens.probe), once signed rightly and once wrongly. "
    "What it answers stands here, and in the journal."
)
PROBED = {"probe, signed": "Signed rightly", "probe, wrong signature": "Signed wrongly"}
_ENDPOINT = "endpoint "  # what a line is called that describes one, with its id


ENABLED = Look("Enabled", ":material/check_circle:", "green")
DISABLED = Look("Disabled", ":material/block:", "gray")


@dataclass(frozen=True, slots=True)
class EndpointShown:
    """An endpoint or event destination: where it leads, whether it is enabled, and what it is told of."""

    id: str
    where: str
    enabled: bool
    what: str


@dataclass(frozen=True, slots=True)
class Source:
    """A relation as it is understood: what it is called, where it is read from, how, and its fields."""

    title: str
    place: str
    query: str
    how: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]


def urgent(checks: Iterable[Check]) -> list[Check]:
    """The lines that ask for something, the most urgent first, each level in the order in which it was looked at."""
    rank = list(LOOKS)
    return sorted((one for one in checks if one.level is not Level.FINE), key=lambda one: rank.index(one.level))


def fine(checks: Iterable[Check]) -> dict[str, list[Check]]:
    """The other lines by their area, as people call it."""
    found: dict[str, list[Check]] = {}
    for one in checks:
        if one.level is Level.FINE:
            found.setdefault(AREAS.get(one.area, one.area), []).append(one)
    return found


def endpoints(checks: Iterable[Check]) -> list[EndpointShown]:
    """The endpoints and event destinations at Stripe, as doctor describes them."""
    described = (one for one in checks if one.area == "webhooks" and one.checked.startswith(_ENDPOINT))
    parts = ((one.checked.removeprefix(_ENDPOINT), one.found.rstrip(".").split("; ")) for one in described)
    return [
        EndpointShown(name, said[0], said[1] == "enabled", f"Told of {'; '.join(said[2:])}.")
        for name, said in parts
        if "_" in name and len(said) > 1
    ]


def unset(*, can_probe: bool) -> str:
    """Why nothing can be probed, where address or secret is missing; else empty."""
    return "" if can_probe else "Set ORDERLENS_WEBHOOK_URL and ORDERLENS_WEBHOOK_SECRET first."


def counts(checks: Iterable[Check]) -> list[tuple[Look, int]]:
    """How many lines there are of each level that occurs."""
    levels = [one.level for one in checks]
    return [(shown, levels.count(level)) for level, shown in LOOKS.items() if level in levels]


def counted(shown: Look, number: int) -> str:
    """How many lines of a level there are: "3 warnings", "21 fine"."""
    word = shown.word.lower()
    return count(number, word) if shown.word in ("Error", "Warning") else f"{number} {word}"


def sources(mapping: OrdersMapping) -> Iterator[Source]:
    """The relations of a mapping, the orders first."""
    prefix = mapping.database.prefix
    orders = mapping.orders
    how = [
        f"amounts in {_unit(orders.unit)}",
        f"times without a zone are {orders.timezone}",
        f"paged by {orders.page_by}",
    ]
    yield _source("Orders", orders, prefix, how)
    for kind, relations in (("Payments", mapping.payments), ("Refunds", mapping.refunds)):
        for number, one in enumerate(relations, 1):
            title = f"{kind} {number}" if len(relations) > 1 else kind
            own = [f"amounts in {_unit(one.unit)}"] if one.unit is not None else []
            yield _source(title, one, prefix, own + (["the column is the id"] if one.refs_exact else []))


def status_rows(found: Iterable[tuple[str, OrderStatus, int]]) -> list[dict[str, object]]:
    """The status words as rows of a table."""
    return [
        {
            "In the app": raw or "(empty)",
            "Means": "no meaning yet" if one is OrderStatus.UNKNOWN else one.value,
            "Rows": rows,
        }
        for raw, one, rows in found
    ]


def raw_rows(order: Order) -> list[dict[str, str]]:
    """What was read of an order, field by field."""
    return [{"Read as": name, "Value": _text(value)} for name, value in order.raw.items() if not _children(value)]


def further(order: Order) -> dict[str, object]:
    """The payments and refunds that were read with an order."""
    return {name: value for name, value in order.raw.items() if _children(value)}


def canonical_rows(order: Order, zone: tzinfo) -> list[dict[str, str]]:
    """The same order in Orderlens' words, its time in `zone`."""
    refunded = order.refunded_minor
    found = {
        "id": order.id,
        "number": order.number,
        "status": order.status.value,
        "amount": words.money(order.amount),
        "paid otherwise": words.UNKNOWN if order.paid_otherwise_minor is None else str(order.paid_otherwise or ""),
        "refunded": words.UNKNOWN
        if refunded is None
        else words.money(Money(refunded, order.currency))
        if order.currency
        else f"{refunded} minor units",
        "session": ", ".join(order.session_ids),
        "payment intent": ", ".join(order.payment_intent_ids),
        "charge": ", ".join(order.charge_ids),
        "customer": order.customer_email,
        "created": moment(order.created_at, zone, seconds=True) if order.created_at is not None else words.UNKNOWN,
        "deleted": "yes" if order.deleted else "no",
        "tenant": order.tenant,
        "Stripe account": order.stripe_account,
        "metadata expected": ", ".join(f"{key}={value}" for key, value in order.metadata_expected.items()),
    }
    return [{"Field": name, "Value": value} for name, value in found.items() if value]


def _source(title: str, relation: Relation, prefix: str, how: Iterable[str]) -> Source:
    joined = "".join(f" ⟕ {join.table}" for join in relation.join)
    place = f"{relation.table}{joined}".replace("{prefix}", prefix) if relation.table else "a query"
    said = [*how, *([f"where {relation.where}"] if relation.where else [])]
    fields = [(name, _spec(spec)) for name, spec in (*relation.columns.items(), *relation.extra.items())]
    query = (relation.query or "").replace("{prefix}", prefix).strip()
    return Source(title, place, query, tuple(said), tuple(fields))


def _spec(spec: object) -> str:
    return ", ".join(map(str, spec)) if isinstance(spec, list | tuple) else str(spec)


def _unit(unit: str | int) -> str:
    return {"minor": "minor units (cents)", "major": "major units (42.00)"}.get(str(unit), f"units of 10^-{unit}")


def _children(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)


def _text(value: object) -> str:
    return "" if value is None else ", ".join(map(_text, value)) if isinstance(value, list) else str(value)
