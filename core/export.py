"""What leaves the product as text: findings as CSV that a spreadsheet can open safely.

Owns the columns, which are stable: new ones are added at the end. A cell that a spreadsheet would take for a formula is
made text with an apostrophe; numbers stay numbers. Never holds all rows at once: lines are made as they are read.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from core.facts import Cart
from core.findings import Finding, numbered
from core.money import Money
from core.report import situation, verdict
from core.rules import Examined
from core.stripe_links import dashboard
from core.times import iso

_DESCRIBED: Final = {
    "order_id": "The order's id in the app's database; empty for a payment that no order claims.",
    "order_number": "The number people use for it, where the database has one.",
    "order_status": "The app's own word for its state.",
    "order_status_meaning": "The same in Orderlens' words: created, pending, paid, fulfilled, cancelled, ...",
    "customer_email": "The order's e-mail; of a payment that no order claims, its cart's.",
    "code": "The finding's code in the catalogue; empty where the case could not be told.",
    "title": "The finding in a few words.",
    "headline": "`yes` for the finding that explains the others of the same order, else `no`.",
    "severity": "critical, high, medium, low or info.",
    "confidence": "certain, probable or possible.",
    "money_at_risk": "In major units (42.00); empty where it cannot be told.",
    "money_at_risk_minor": "The same in minor units (4200).",
    "money_at_risk_currency": "Its currency, in capitals.",
    "order_amount": "The order's total, in major units.",
    "order_amount_minor": "The same in minor units.",
    "order_currency": "Its currency, in capitals.",
    "net_paid": "What Stripe holds of the order's payments after refunds, in major units.",
    "net_paid_minor": "The same in minor units.",
    "net_paid_currency": "Its currency, in capitals.",
    "session_ids": "The checkout sessions that belong to the order, with spaces between.",
    "payment_intent_ids": "Its payment intents.",
    "says": "What to say, in a sentence or two.",
    "remedy": "The next steps, numbered.",
    "actions": "The proposed actions, as the catalogue's words.",
    "evidence": "The values that disagree, and where each was read.",
    "notes": "Codes of the notes on the case.",
    "undetermined": "What could not be told, and why; empty after a full reading.",
    "stripe_url": "The payment's or checkout's page in Stripe's dashboard.",
    "mode": "test or live.",
    "account": "The Stripe account that was read, where it is known.",
    "order_created_at": "ISO 8601, UTC.",
    "read_at": "When Stripe was read: ISO 8601, UTC.",
    "state": "Of a case of the inbox: open, acknowledged, ignored or resolved; empty elsewhere.",
    "first_seen": "When the inbox first had the case: ISO 8601, UTC.",
    "last_seen": "When the case was last found: ISO 8601, UTC.",
    "paid_otherwise": "What of the order's total was paid by other means than Stripe, in major units.",
    "cart_id": "Of a payment that no order claims: the cart it was made for, where exactly one has it.",
    "cart_customer": "Whose cart that is.",
}
COLUMNS: Final = tuple(_DESCRIBED)
_LONGEST: Final = 32_767  # characters; what is longer a spreadsheet spills into the next rows
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_SIGNS: Final = "=+-@\uff1d\uff0b\uff0d\uff20|%"  # with which a spreadsheet's formula begins
_UNSEEN: Final = frozenset("Cf Cn Co Cs Mn Me Zs Zl Zp".split())  # categories of letters that nobody sees, or spaces
_QUOTES: Final = "\"'`"


def csv_lines(cases: Iterable[Examined]) -> Iterator[str]:
    """One row per finding, the headline's first; a case that could not be told has one row without a code, a clean
    one has none. The first line is a byte order mark and the header; each ends with CR LF, and encodes as UTF-8."""
    return csv_of_cells(cells for seen in cases for cells in cells_of(seen))


def csv_of_cells(rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """The same lines, of rows that `cells_of` made, here or long ago: a column they lack is empty."""
    return table(COLUMNS, rows)


def table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Rows under these columns, a header first, with cells that a spreadsheet can open safely."""
    yield "\ufeff" + _line(columns)
    for cells in rows:
        yield _line(cells.get(column, "") for column in columns)


def as_written(cell: str) -> str:
    """A cell of such a file as it was before it was made safe: without the apostrophes before a formula."""
    return ";".join(part[1:] if part[:1] == "'" and _is_formula(part[1:]) else part for part in cell.split(";"))


def cells_of(seen: Examined) -> tuple[Mapping[str, str], ...]:
    """The rows of a case, by column, as they are before a spreadsheet is thought of; empty cells may be left out."""
    diagnosis = seen.diagnosis
    rows = [_finding_cells(found, headline=found is diagnosis.headline) for found in diagnosis.findings]
    if not rows and diagnosis.undetermined:
        rows = [_undetermined_cells(seen)]
    shared = _case_cells(seen) if rows else {}
    return tuple({**shared, **row} for row in rows)


def standing_cells(state: str, first_seen: int, last_seen: int) -> dict[str, str]:
    """What the inbox adds to each row of a case; times are seconds since 1970."""
    return {"state": state, "first_seen": iso(first_seen) or "", "last_seen": iso(last_seen) or ""}


def columns_markdown() -> str:
    """`docs/csv.md`: what each column holds."""
    table = "\n".join(f"| `{name}` | {meaning} |" for name, meaning in _DESCRIBED.items())
    return (
        "# The CSV\n\n"
        "One row per finding: the headline's first, then the others of the same order. A case that could not be "
        "told has\n"
        "one row without a code; a clean case has none. UTF-8 with a byte order mark, every cell quoted, lines "
        "end with\n"
        "CR LF. Columns are never renamed or reordered; new ones are added at the end.\n\n"
        "Times are ISO 8601 in UTC. Amounts stand in major units (42.00) beside minor units (4200): two decimals "
        "for most\n"
        "currencies, none for yen and its like, three for dinars. A text that a spreadsheet would take for a formula\n"
        "(it begins with `=`, `+`, `-` or `@`, or has one behind a `;`, where some begin a new cell) gets an\n"
        "apostrophe before it; numbers do not. Cells end after 32,767\n"
        "characters. Ids are written as they are: have a program read them as text (`dtype=str` in pandas), for a\n"
        "spreadsheet drops the zeros in front of `00123` and rounds numbers of more than 15 digits.\n\n"
        f"| column | what it holds |\n|---|---|\n{table}\n"
    )


def _case_cells(seen: Examined) -> dict[str, str]:
    """The cells that all rows of a case share."""
    order, facts, links, diagnosis = seen.case.order, seen.case.facts, seen.links, seen.diagnosis
    cells = {
        "notes": " ".join(note.code for note in diagnosis.notes),
        "undetermined": diagnosis.undetermined or "",
        "session_ids": " ".join(session.id for session in links.sessions),
        "payment_intent_ids": " ".join(intent.id for intent in links.intents),
        "stripe_url": _page(seen),
        "mode": facts.key_mode,
        "account": facts.account or "",
        "read_at": iso(facts.read_at) or "",
        **_amount("net_paid", links.net),
    }
    if order is None:
        return {**cells, **_of_cart(seen.case.cart)} if seen.case.cart else cells
    currency = {"order_currency": (order.currency or "").upper()}
    minor = {} if order.amount_minor is None else {"order_amount_minor": str(order.amount_minor)}
    whole = {"order_amount": f"{order.amount.major:f}"} if order.amount else {}
    otherwise = {"paid_otherwise": f"{order.paid_otherwise.major:f}"} if order.paid_otherwise else {}
    return {
        **cells,
        **currency,
        **minor,
        **whole,
        **otherwise,
        "order_id": order.id,
        "order_number": order.number or "",
        "order_status": order.raw_status or order.status.value,
        "order_status_meaning": order.status.value,
        "customer_email": order.customer_email or "",
        "order_created_at": iso(order.created_at) or "",
    }


def _of_cart(cart: Cart) -> dict[str, str]:
    return {"cart_id": cart.id, "cart_customer": cart.customer, "customer_email": cart.customer_email or ""}


def _undetermined_cells(seen: Examined) -> dict[str, str]:
    said = verdict(seen, situation(seen))
    return {"title": said.title, "headline": "no", "says": said.says}


def _finding_cells(finding: Finding, *, headline: bool) -> dict[str, str]:
    return {
        "code": finding.code,
        "title": finding.title,
        "headline": "yes" if headline else "no",
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "says": finding.says,
        "remedy": "\n".join(numbered(finding.remedy)),
        "actions": " ".join(action.value for action in finding.actions),
        "evidence": "; ".join(f"{e.source}: {e.field} = {e.value}" for e in finding.evidence),
        **_amount("money_at_risk", finding.money_at_risk),
    }


def _amount(name: str, money: Money | None) -> dict[str, str]:
    if money is None:
        return {}
    return {
        name: f"{money.major:f}",
        f"{name}_minor": str(money.amount_minor),
        f"{name}_currency": money.currency.upper(),
    }


def _page(seen: Examined) -> str:
    """The page of the newest payment, else of the newest checkout."""
    facts, links = seen.case.facts, seen.links
    ids = [links.payments[-1].id] if links.payments else [s.id for s in links.sessions[-1:]]
    ids += [intent.id for intent in links.intents[-1:]]
    pages = (dashboard(one, mode=facts.key_mode, account=facts.account) for one in ids)
    return next(filter(None, pages), "")


def _line(cells: Iterable[str]) -> str:
    return ",".join(f'"{_cell(text)}"' for text in cells) + "\r\n"


def _is_formula(part: str) -> bool:
    """Whether a spreadsheet may take it for one, whatever unseen letters, spaces and quotes stand before the sign."""
    for letter in part:
        if letter in _SIGNS:
            return not _NUMBER.fullmatch(part.strip())
        if letter not in _QUOTES and (letter.isalnum() or unicodedata.category(letter) not in _UNSEEN):
            return False
    return False


def _cell(text: str) -> str:
    """One line, no control characters, no formula, quotes doubled, no longer than a spreadsheet's cell."""
    plain = _CONTROL.sub(" ", text).encode("utf-8", "replace").decode("utf-8")
    plain = ";".join(f"'{part}" if _is_formula(part) else part for part in plain.split(";"))
    if len(plain) > _LONGEST:
        plain = plain[: _LONGEST - 3] + "..."
    return plain.replace('"', '""')
