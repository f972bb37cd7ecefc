"""`Inbox`: what scans and watches found, until somebody settles it or a later reading finds it well.

Owns noting, and what is asked of the cases. What a reading means is decided in `noting`, what a filter means by
`filtering`, how a case is written by `keeping`, what an operator does by `triage`. Only `forgetting` deletes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, or_, select

from core.export import standing_cells
from core.findings import Severity
from core.journal import filtering, keeping, noting
from core.journal.cleaning import plain
from core.journal.database import Database, patient
from core.journal.filtering import Filter, Order
from core.journal.kept import Change, Kept, Noted, Reading, State
from core.journal.looks import Looks
from core.journal.noting import Standing
from core.journal.tables import BOOKED, CASES, READINGS, TEXTS
from core.journal.triage import AT_ONCE, Triage, chunks
from core.journal.views import Views
from core.money import Money
from core.outages import SLOT, Sighting


@dataclass(frozen=True, slots=True)
class Share:
    """The cases of one headline. `code` None: those that could not be told; `money`: at risk by currency, sorted by its
    code; `unknown` of the cases cannot tell theirs; `severity`: the worst; times: seconds since 1970."""

    code: str | None
    cases: int
    money: tuple[Money, ...]
    unknown: int
    severity: Severity | None
    first_seen: int
    last_seen: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cases there are of each state, severity (None: could not be told) and currency."""

    states: Mapping[State, int]
    severities: Mapping[Severity | None, int]
    currencies: Mapping[str, int]


class Inbox(Triage):
    """The cases of a journal that were read in one of Stripe's modes; those of the other are neither seen nor touched.
    Every method raises Unreachable where the journal cannot be used. `looks`: who looked when; `views`: what was
    saved of choices."""

    def __init__(self, database: Database, part: str = "test") -> None:
        super().__init__(database, part)
        self.looks, self.views = Looks(database, part), Views(database, part)

    @patient
    def note(self, noted: Sequence[Noted], *, now: int) -> tuple[Change, ...]:
        """Take in what readings found, in one transaction: all of them or none. One change for each, in their order.

        A batch should hold some hundred readings: other writers wait for it. To note the same again does no harm, and
        in the same scan it is the same news.
        """
        read = [keeping.cleaned(one) for one in noted]
        changes: list[Change] = []
        with self._database.writing() as connection:
            before = dict[str, Standing]()
            for keys in chunks([one.key for one in read]):
                before |= keeping.standings(connection, keys, self._part)
            after, taken = dict(before), list[Noted]()
            for one in read:
                stood = after.get(one.key)
                what, stands = noting.stands_after(stood, one, now)
                was, state = stood.code if stood else None, stands.state if stands else None
                changes.append(Change(one.key, what, one, was, state))
                if stands is not None and stands is not stood:
                    after[one.key] = stands
                    taken.append(one)
            if taken:
                ids = keeping.write_cases(
                    connection, [after[key] for key in dict.fromkeys(one.key for one in taken)], self._part
                )
                _write(connection, after, ids, taken)
        return tuple(changes)

    @patient
    def page(
        self, chosen: Filter, *, after: str | None = None, limit: int = 50, order_by: Order = "worst"
    ) -> tuple[tuple[Kept, ...], str | None]:
        """At most `limit` cases, and the cursor of the next page (None: there is none). Every page costs the same."""
        with self._database.reading() as connection:
            found = connection.execute(_ids(self._where(chosen), order_by, after).limit(limit + 1)).all()
            cursor = ".".join(str(value) for value in found[limit - 1]) if len(found) > limit else None
            cases = _cases(connection, [row[-1] for row in found[:limit]])
        return cases, cursor

    @patient
    def get(self, key: str) -> Kept | None:
        """One case."""
        with self._database.reading() as connection:
            found = connection.execute(self._id(key)).scalar()
            return None if found is None else _cases(connection, [found])[0]

    def known(self, keys: Sequence[str]) -> tuple[Kept, ...]:
        """Of some cases those that are kept, in no order."""
        with self._database.reading() as connection:
            return tuple(
                case
                for chunk in chunks(list(map(plain, keys)))
                for case in _cases(connection, connection.execute(self._ids_of(chunk)).scalars().all())
            )

    def count(self, chosen: Filter) -> int:
        """How many cases."""
        with self._database.reading() as connection:
            query = select(func.count()).select_from(CASES).where(self._where(chosen))
            return int(connection.execute(query).scalar_one())

    @patient
    def summary(self, chosen: Filter) -> tuple[Share, ...]:
        """The headlines of the cases: the worst first, of these the most frequent."""
        c = CASES.c
        sums = (func.count(), func.count(c.money_minor), func.sum(c.money_minor), func.max(c.weight))
        seen = (func.min(c.first_seen), func.max(c.last_seen))
        query = select(c.code, c.currency, *sums, *seen).where(self._where(chosen)).group_by(c.code, c.currency)
        by_code: dict[str | None, list[Sequence[int]]] = {}
        money: dict[str | None, list[Money]] = {}
        with self._database.reading() as connection:
            for code, currency, *numbers in connection.execute(query):
                by_code.setdefault(code, []).append(numbers)
                if numbers[2]:
                    money.setdefault(code, []).append(Money(int(numbers[2]), currency))
        shares = [_share(code, parts, money.get(code, [])) for code, parts in by_code.items()]
        return tuple(sorted(shares, key=lambda one: (-noting.weight(one.severity), -one.cases, one.code or "")))

    def tally(self, chosen: Filter) -> Tally:
        """How many there are of each kind, for a page that offers the choice."""
        c = CASES.c
        query = select(c.state, c.weight, c.currency, func.count()).where(self._where(chosen))
        states, severities, currencies = dict[State, int](), dict[Severity | None, int](), dict[str, int]()
        with self._database.reading() as connection:
            for state, weight, currency, cases in connection.execute(query.group_by(c.state, c.weight, c.currency)):
                severity = noting.severity(weight)
                states[state] = states.get(state, 0) + cases
                severities[severity] = severities.get(severity, 0) + cases
                currencies[currency] = currencies.get(currency, 0) + cases
        currencies.pop("", None)
        return Tally(states, severities, dict(sorted(currencies.items())))

    def rows_for_csv(self, chosen: Filter, *, order_by: Order = "worst") -> Iterator[Mapping[str, str]]:
        """The cells of every finding of the cases, for `export.csv_of_cells`; read as they are taken, page by page."""
        after: str | None = None
        while True:
            cases, after = self.page(chosen, after=after, limit=AT_ONCE, order_by=order_by)
            for case in cases:
                stands = standing_cells(case.state, case.first_seen, case.last_seen)
                yield from ({**cells, **stands} for cells in case.cells)
            if after is None:
                return

    def readings(self, key: str, limit: int = 50) -> tuple[Reading, ...]:
        """The readings of a case, the newest first; readings in a row that found the same are one."""
        query = (
            select(READINGS)
            .where(READINGS.c.case_id == self._id(key).scalar_subquery())
            .order_by(READINGS.c.id.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return tuple(map(keeping.reading, connection.execute(query).mappings()))

    def keys_open(self, *, unless_scan: int | None = None) -> Iterator[str]:
        """The keys of all cases that are not resolved: a scan has to look at them again. With `unless_scan`, without
        those whose last reading that scan made."""
        query = select(CASES.c.key).where(filtering.of(self._part), CASES.c.state != "resolved")
        if unless_scan is not None:
            query = query.where(or_(CASES.c.scan_id.is_(None), CASES.c.scan_id != unless_scan))
        last: str | None = ""
        while last is not None:
            keys = self._keys(query.where(CASES.c.key > last).order_by(CASES.c.key).limit(AT_ONCE))
            yield from keys
            last = keys[-1] if len(keys) == AT_ONCE else None

    @patient
    def _keys(self, query: Select[str]) -> Sequence[str]:
        with self._database.reading() as connection:
            return connection.execute(query).scalars().all()

    def sightings(self, chosen: Filter, *, since: int | None = None) -> Iterator[Sighting]:
        """The cases as `outages` wants them: with a finding, and a time at which it happened, at or after `since`."""
        c = CASES.c
        unsettled = c.state.in_(filtering.UNSETTLED)
        query = select(c.code, c.happened_at, c.money_minor, c.currency, unsettled).where(
            self._where(chosen), c.code.is_not(None), c.happened_at.is_not(None)
        )
        if since is not None:
            query = query.where(c.happened_at >= since)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return map(Sighting._make, rows)

    @patient
    def note_booked(self, slots: Mapping[int, int]) -> None:
        """Keep how many orders came through well, by the slot (`outages.SLOT` seconds) in which they were made: the
        beginning of the slot and the number. What an earlier scan said of the same slot is replaced."""
        rows = [{"key_mode": self._part, "slot": at // SLOT * SLOT, "orders": orders} for at, orders in slots.items()]
        with self._database.writing() as connection:
            for chunk in chunks([row["slot"] for row in rows]):
                connection.execute(delete(BOOKED).where(BOOKED.c.key_mode == self._part, BOOKED.c.slot.in_(chunk)))
            if rows:
                connection.execute(insert(BOOKED), rows)

    def booked(self, since: int, until: int) -> tuple[tuple[int, int], ...]:
        """What was kept of the slots that begin in [since, until)."""
        query = select(BOOKED.c.slot, BOOKED.c.orders).where(
            BOOKED.c.key_mode == self._part, BOOKED.c.slot >= since, BOOKED.c.slot < until
        )
        with self._database.reading() as connection:
            return tuple((slot, orders) for slot, orders in connection.execute(query.order_by(BOOKED.c.slot)))

    def _id(self, key: str) -> Select[int]:
        return select(CASES.c.id).where(CASES.c.key == plain(key), filtering.of(self._part))

    def _ids_of(self, keys: Sequence[str]) -> Select[int]:
        return select(CASES.c.id).where(CASES.c.key.in_(keys), filtering.of(self._part))


def _write(
    connection: Connection, stands: Mapping[str, Standing], ids: Mapping[str, int], taken: Sequence[Noted]
) -> None:
    shown, unread = dict[int, Noted](), dict[int, str | None]()
    for one in taken:
        if one.outcome == "found" or (one.outcome == "undetermined" and stands[one.key].code is None):
            shown[ids[one.key]] = one
            unread.pop(ids[one.key], None)
        else:
            unread[ids[one.key]] = one.undetermined
    keeping.write_texts(connection, shown, unread)
    keeping.write_readings(connection, [(ids[one.key], one) for one in taken])


def _ids(wanted: ColumnElement[bool], order: Order, after: str | None) -> Select[Any]:
    query = select(*filtering.position(order)).where(wanted).order_by(*filtering.keys(order))
    return query if after is None else query.where(filtering.after(order, after))


def _cases(connection: Connection, ids: Sequence[int]) -> tuple[Kept, ...]:
    query = select(CASES, *(column for column in TEXTS.c if column is not TEXTS.c.case_id))
    query = query.join(TEXTS, TEXTS.c.case_id == CASES.c.id).where(CASES.c.id.in_(ids))
    found = {row["id"]: keeping.kept(row) for row in connection.execute(query).mappings()}
    return tuple(found[one] for one in ids if one in found)


def _share(code: str | None, parts: Sequence[Sequence[int]], money: Sequence[Money]) -> Share:
    cases, known, _, weights, first, last = zip(*parts, strict=True)
    return Share(
        code=code,
        cases=sum(cases),
        money=tuple(sorted(money, key=lambda one: one.currency)),
        unknown=sum(cases) - sum(known),
        severity=noting.severity(max(weights)),
        first_seen=min(first),
        last_seen=max(last),
    )
