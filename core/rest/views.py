"""Stripe's objects made out of single columns: a SELECT that has each of them as JSON, with the names that Stripe gives
and only what the columns hold, so that all that reads whole objects reads these.

What no column says is taken from where it stands as well, if that is as true: an intent's last charge is the one that
succeeded, else the newest; what was taken by a charge is what its payment received, or, where nobody can take a part
(no manual capture), all of it; a finished checkout whose payment succeeded was paid, with the payment's amount where
both are of one currency and nobody could raise it. All else is left out, and named (`core.rest.fields`). Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from core.errors import SettingsError
from core.rest.fields import FIELDS, FLAT, NAMES, SILENT, STRIPES, How
from core.rest.laid import SEVERAL, Columns, Laid, Spelling

_TIMES: Final = ("timestamp", "date")
_WHOLE: Final = ("automatic", "automatic_async")  # capture methods that take all at once
_TYPES: Final[Mapping[How, str]] = {"text": "text", "whole": "bigint", "time": "bigint", "flag": "boolean"}
_NO_FLAG, _NO_TEXT = "CAST(NULL AS boolean)", "CAST(NULL AS text)"


@dataclass(slots=True)
class Views:
    """Of the tables by kind. `livemode`: where all rows are of one mode and no column says so."""

    spelling: Spelling
    tables: Mapping[str, Laid]
    livemode: bool | None = None
    lacks: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Look at the columns: `lacks` are the holes by name, `missing` all fields that no column holds."""
        for kind, table in self.tables.items():
            for name in FIELDS[kind]:
                if self._own(kind, name) is None:
                    self._note(kind, name, table)

    def of(self, kind: str) -> str:
        """A SELECT of `id`, `created` (seconds since 1970), `livemode`, the id of what stands inside, `raw` (the object
        as JSON) and `synced` (a time; where no column says it, when the object was made)."""
        laid = self.tables[kind]
        known = {name: said for name in FIELDS[kind] if (said := self._value(kind, name)) is not None}
        made = self._created(laid)
        pairs = [f"'{name}', {said}" for name, said in known.items()]
        raw = ", ".join([f"'id', {_id(laid)}", f"'object', '{NAMES[kind]}'", f"'created', {made}", *pairs])
        inside = {"sessions": "payment_intent", "intents": "latest_charge", "charges": "payment_intent"}.get(kind)
        chosen = [f"{_id(laid)} AS id", f"{made} AS created", f"{known.get('livemode', _NO_FLAG)} AS livemode"]
        chosen += [f"{known.get(inside, _NO_TEXT)} AS {inside}"] if inside else []
        synced = f't."{laid.synced}"' if laid.synced else f"to_timestamp({made})"
        joins = " ".join(self._joins(kind))
        return (
            f"SELECT {', '.join(chosen)}, {self.spelling.build}({raw}) AS raw, {synced} AS synced "
            f"FROM {laid.source} t {joins}"
        )

    def _note(self, kind: str, name: str, table: Laid) -> None:
        said = f"{kind.removesuffix('s')}.{name}"
        if name == "metadata" and table.pairs:
            return
        self.missing.append(said)
        elsewhere = name == "customer_details" and self._own(kind, "customer_email") is not None
        if name in SILENT.get(kind, {}) and not elsewhere:
            self.lacks.append(said)

    def _created(self, laid: Laid) -> str:
        column = laid.said.get("created") or laid.first(("created",))
        if column is None:
            raise SettingsError(
                f"{laid.source} has no column that says when an object was made.",
                next_step='Name it: columns.TABLE = { created = "..." } under [stripe.rest].',
                setting="stripe.rest",
            )
        return self._read(f't."{column}"', "time", laid.columns[column])

    def _own(self, kind: str, name: str) -> str | None:
        """A field as its own column has it, or the columns of its parts."""
        laid = self.tables[kind]
        if (column := laid.column(kind, name)) is not None:
            own, how = f't."{column}"', laid.columns[column]
            read = self._read(own, FIELDS[kind][name], how)
            if name == "status" and laid.versions:  # of two as new as each other neither is known to be the last
                return f"CASE WHEN NOT t.{SEVERAL} THEN {read} END"
            if name == "last_payment_error" and how == "text":  # any words there are some error
                return f"coalesce({read}, CASE WHEN {own} <> '' THEN {self.spelling.build}('message', {own}) END)"
            return read
        parts = {
            part: f't."{found}"'
            for part, asked in FLAT.get(name, {}).items()
            if (found := laid.first(asked)) is not None
        }
        if not parts:
            return None
        built = ", ".join(f"'{part}', {said}" for part, said in parts.items())
        there = f"coalesce({', '.join(f'CAST({said} AS text)' for said in parts.values())}) IS NOT NULL"
        return f"CASE WHEN {there} THEN {self.spelling.build}({built}) END"

    def _some(self, kind: str, name: str) -> str:
        """The same, or nothing, of its type."""
        return self._own(kind, name) or f"CAST(NULL AS {_TYPES[FIELDS[kind][name]]})"

    def _read(self, column: str, how: How, kind: str) -> str:
        match how:
            case "text":
                return f"nullif(CAST({column} AS text), '')"
            case "whole":
                return f"CAST({column} AS bigint)"
            case "flag":
                return f"CAST({column} AS boolean)"
            case "time":
                timed = kind.lower().startswith(_TIMES)
                return self.spelling.epoch(column) if timed else f"CAST({column} AS bigint)"
            case "object":
                return self.spelling.read(column, kind)

    def _value(self, kind: str, name: str) -> str | None:
        """A field, from its column or from where else it stands."""
        if name == "metadata":
            if (own := self._own(kind, name)) is not None:
                return own  # nothing there, or nothing that can be read, is not known to be `{}`, which Stripe sends
            return f"coalesce(m.found, {self.spelling.empty})" if self.tables[kind].pairs else None
        if name == "livemode" and self.livemode is not None:
            return str(self.livemode).lower()
        own = self._own(kind, name)
        return self._elsewhere(kind, name) if own is None else own

    def _elsewhere(self, kind: str, name: str) -> str | None:
        """A field that has no column, from what else the copy holds."""
        own = f"{kind}.{name}"
        if own == "sessions.livemode":
            by = {mode: f"starts_with({_id(self.tables[kind])}, 'cs_{mode}_')" for mode in ("live", "test")}
            return f"CASE WHEN {by['live']} THEN true WHEN {by['test']} THEN false END"
        if own == "sessions.payment_status":
            bought, ended = self._is("sessions", "status", "complete"), self._is("sessions", "status", "expired")
            return f"CASE WHEN {bought} AND i.status = 'succeeded' THEN 'paid' WHEN {ended} THEN 'unpaid' END"
        if own == "sessions.amount_total":
            alike = f"{self._some('sessions', 'currency')} = i.currency AND i.capture IN {_WHOLE}"
            return f"CASE WHEN {self._is('sessions', 'status', 'complete')} AND {alike} THEN i.amount END"
        if own in ("charges.disputed", "intents.latest_charge"):
            return self._disputed() if kind == "charges" else "l.id"
        received = {"intents.amount_received": self._taken, "charges.amount_captured": self._received}.get(own)
        return f"CASE WHEN {self._is(kind, 'status', 'succeeded')} THEN {received()} END" if received else None

    def _is(self, kind: str, name: str, value: str) -> str:
        own = self._some(kind, name)
        mode = f" AND {self._some(kind, 'mode')} = 'payment'" if kind == "sessions" else ""
        return f"({own} = '{value}'{mode})"

    def _taken(self) -> str:
        """All of an intent's last charge, where no part of it can have been taken."""
        capture = self._some("intents", "capture_method")
        return f"CASE WHEN l.status = 'succeeded' AND l.captured AND {capture} IN {_WHOLE} THEN l.amount END"

    def _received(self) -> str:
        captured, amount = self._some("charges", "captured"), self._some("charges", "amount")
        whole = f"CASE WHEN {captured} AND i.capture IN {_WHOLE} THEN {amount} END"
        return f"CASE WHEN i.status = 'succeeded' THEN coalesce(i.received, {whole}) END"

    def _disputed(self) -> str | None:
        own = self.tables["charges"].first(("dispute_id", "dispute"))
        said = [f't."{own}" IS NOT NULL'] if own else []
        if "disputes" in self.tables:
            said.append(f"{_id(self.tables['charges'])} IN ({self._charges_disputed()})")
        return f"({' OR '.join(said)})" if said else None

    def _charges_disputed(self) -> str:
        laid = self.tables["disputes"]
        charge = laid.column("disputes", "charge")
        return f'SELECT t."{charge}" FROM {laid.source} t WHERE t."{charge}" IS NOT NULL' if charge else "SELECT NULL"

    def _joins(self, kind: str) -> list[str]:
        """What is needed of other tables."""
        laid, joins = self.tables[kind], list[str]()
        if laid.pairs and self._own(kind, "metadata") is None:
            table, ref = laid.pairs
            grouped = f'{self.spelling.grouped}("key", "value")'
            pairs = f'SELECT "{ref}" AS owner, {grouped} AS found FROM {table} GROUP BY 1'
            joins.append(f"LEFT JOIN ({pairs}) m ON m.owner = {_id(laid)}")
        lacking = {name for name in FIELDS[kind] if self._own(kind, name) is None}
        if kind == "sessions" and lacking & {"payment_status", "amount_total"}:
            joins.append(f"LEFT JOIN ({self._intents()}) i ON i.id = {self._some(kind, 'payment_intent')}")
        if kind == "charges" and "amount_captured" in lacking:
            joins.append(f"LEFT JOIN ({self._intents()}) i ON i.id = {self._some(kind, 'payment_intent')}")
        if kind == "intents" and lacking & {"latest_charge", "amount_received"}:
            joins.append(f"LEFT JOIN ({self._last_charges()}) l ON l.owner = {_id(laid)}")
        return joins

    def _intents(self) -> str:
        columns = {"status": "status", "amount": "amount", "currency": "currency"}
        columns |= {"received": "amount_received", "capture": "capture_method"}
        chosen = [f"{self._some('intents', name)} AS {alias}" for alias, name in columns.items()]
        return f"SELECT {_id(self.tables['intents'])} AS id, {', '.join(chosen)} FROM {self.tables['intents'].source} t"

    def _last_charges(self) -> str:
        """Of each intent the charge that succeeded, else the newest."""
        laid = self.tables["charges"]
        owner = self._some("charges", "payment_intent")
        status, amount, captured = (self._some("charges", one) for one in ("status", "amount", "captured"))
        rows = (
            f"SELECT {owner} AS owner, {_id(laid)} AS id, {status} AS status, {amount} AS amount, "
            f"{captured} AS captured, {self._created(laid)} AS made FROM {laid.source} t"
        )
        order = "owner, CASE WHEN status = 'succeeded' THEN 0 ELSE 1 END, made DESC, id"
        return f"SELECT DISTINCT ON (owner) * FROM ({rows}) c WHERE owner IS NOT NULL ORDER BY {order}"


def checked(kind: str, said: Mapping[str, str], columns: Columns) -> Mapping[str, str]:
    """The columns that the settings name for a kind. SettingsError for one that is not there."""
    at = f"columns.{STRIPES[kind]}"
    for name, column in said.items():
        if name not in FIELDS[kind] and name not in ("id", "created"):
            raise SettingsError(
                f"[stripe.rest] {at}: `{name}` is nothing that is read.",
                next_step=f"These are: {', '.join(('id', 'created', *FIELDS[kind]))}.",
                setting="stripe.rest",
            )
        if column not in columns:
            raise SettingsError(
                f"[stripe.rest] {at}: there is no column `{column}`.",
                next_step=f"There are: {', '.join(sorted(columns))}.",
                setting="stripe.rest",
            )
    return said


def _id(laid: Laid) -> str:
    return f't."{laid.said.get("id") or laid.first(("id",)) or "id"}"'
