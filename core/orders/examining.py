"""What `orderlens doctor` says about the orders database: whether the mapping fits what is really there.

Owns the checks that need the database alone, each bounded. Comparing with Stripe is for `core.setup`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import distinct, func, select
from sqlalchemy.engine import Connection

from core.checks import Check, Level
from core.errors import OrderlensError, OrdersUnreachable, redact
from core.facts import Mode, Order, OrderStatus
from core.orders.cart_checks import examine_carts
from core.orders.database import Books, CartRows, Doors, Relation, place, served, shapes, tables_of
from core.orders.granting import grants
from core.orders.meaning import summed_up
from core.orders.outcome_checks import examine_outcomes
from core.orders.reader import OrdersReader
from core.settings import OrdersMapping

SAMPLE = 200
_ROWS_COUNTED = 20_000
_CURRENCIES = frozenset(
    "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd btn bwp byn bzd cad cdf chf "
    "clp cny cop crc cup cve czk djf dkk dop dzd egp ern etb eur fjd fkp gbp gel ghs gip gmd gnf gtq gyd hkd hnl hrk "
    "htg huf idr ils inr iqd irr isk jmd jod jpy kes kgs khr kmf kpw krw kwd kyd kzt lak lbp lkr lrd lsl lyd mad mdl "
    "mga mkd mmk mnt mop mru mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron "
    "rsd rub rwf sar sbd scr sdg sek sgd shp sle sll sos srd ssp stn svc syp szl thb tjs tmt tnd top try ttd twd tzs "
    "uah ugx usd usdc uyu uzs ves vnd vuv wst xaf xcd xcg xof xpf yer zar zmw zwl".split()
)
_WITH_MONEY = frozenset({OrderStatus.PAID, OrderStatus.FULFILLED})


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found, the newest orders as the mapping reads them, and every status word with its meaning and rows."""

    checks: tuple[Check, ...]
    sample: tuple[Order, ...] = ()
    words: tuple[tuple[str, OrderStatus, int], ...] = ()


def examine(url: str, mapping: OrdersMapping, *, mode: Mode | None, now: int) -> Examined:
    """Look at everything the mapping names. `mode`: that of the Stripe key, None where there is none; `now`: seconds
    since 1970. SettingsError where `url` is no address; whatever cannot be read is a check, not an exception."""
    doors = Doors(url, schema=mapping.database.schema_name)
    reader = OrdersReader(url, mapping)
    try:
        with doors.reading() as connection:
            connection.execute(select(1))
    except OrdersUnreachable as error:
        return Examined((_unread("database", error),))
    found = [_fine("database", f"{place(doors.url)} answers; every transaction is read-only and rolled back.")]
    try:
        found.append(_rights(doors, mapping))
        books = Books.open(doors, mapping)
        with doors.reading() as connection:
            books.prove(connection)
        reader.check()
    except OrderlensError as error:
        shape = not isinstance(error, OrdersUnreachable) or (error.setting or "").startswith("orders.")
        level = Level.ERROR if shape else Level.UNREAD
        said = Check("orders", "tables and columns", level, error.message, error.next_step)
        return Examined((*found, said))
    found.append(_fine("tables and columns", f"{_count(mapping)} can be read as the settings say."))
    try:
        sample = reader.page(since=None, until=None, limit=SAMPLE).orders
        words = reader.status_words() if "status" in books.orders.specs else ()
        found += _meanings(sample, words, mapping, books, mode=mode, now=now)
        found.append(_unique(doors, books))
        found += _indexes(doors, books, sample)
        with doors.reading() as connection:
            found += examine_carts(connection, books)
        found += examine_outcomes(reader.outcomes, sample)
    except OrderlensError as error:
        return Examined((*found, _unread("orders", error)))
    finally:
        reader.close()
        doors.close()
    return Examined(tuple(found), sample, words)


def _rights(doors: Doors, mapping: OrdersMapping) -> Check:
    said = shapes.warnings(doors, tables_of(mapping))
    if not said:
        what = "file is opened without the right to write" if doors.kind == "sqlite" else "user may only read"
        return _fine("rights of the database user", f"The {what}.")
    do = "As the database's owner, make a user that may only read, and put it into the address."
    return Check("orders", "rights of the database user", Level.WARNING, said[0], do, grants(doors, mapping))


def _meanings(
    sample: Sequence[Order],
    words: Sequence[tuple[str, OrderStatus, int]],
    mapping: OrdersMapping,
    books: Books,
    *,
    mode: Mode | None,
    now: int,
) -> Iterator[Check]:
    if not sample:
        do = "Check table and where in orderlens.toml, or come back when there are orders."
        yield _warning("orders", "There is no order: nothing can be said of what the columns hold.", do)
        return
    yield _statuses(words)
    yield _amounts(sample, mapping, books)
    yield from _otherwise(sample, mapping, books)
    yield _currencies(sample)
    yield _references(sample)
    yield from _modes(sample, mode)
    yield _times(sample, now)


def _statuses(words: Sequence[tuple[str, OrderStatus, int]]) -> Check:
    strange = {raw: rows for raw, status, rows in words if status is OrderStatus.UNKNOWN}
    unknown = list(summed_up(strange, [raw for raw, _, _ in words if raw not in strange]).items())
    if not unknown:
        return _fine("status words", f"All {len(words)} that are in use have a meaning.")
    listed = ", ".join(f"{raw or '(empty)'} ({rows})" for raw, rows in unknown[:12])
    paste = "[orders.status_map]\n" + "\n".join(f'"{raw}" = "?"' for raw, _ in unknown[:12])
    said = f"{len(strange)} of {len(words)} have no meaning, with their rows: {listed}."
    return _warning("status words", said, "Say in orderlens.toml what they mean.", paste)


def _amounts(sample: Sequence[Order], mapping: OrdersMapping, books: Books) -> Check:
    if "amount" not in books.orders.specs:
        return _warning("amounts", "The settings name no amount: it is not compared.", 'Add amount = "..." to columns.')
    lost = [order for order in sample if order.raw.get("amount") is not None and order.amount_minor is None]
    unit = mapping.orders.unit
    if lost:
        said = f"{len(lost)} of {len(sample)} cannot be read as {unit} units of the currency: {_stored(lost[0])}."
        return Check("orders", "amounts", Level.ERROR, said, 'Check unit ("minor", "major" or a number) and currency.')
    rounded = [order for order in sample if order.rounded]
    if len(rounded) * 2 > len(sample):
        said = f"{len(rounded)} of {len(sample)} have parts of the smallest coin: {_stored(rounded[0])}."
        return Check("orders", "amounts", Level.ERROR, said, 'Check unit ("minor", "major" or a number) and currency.')
    holds = {kind for _, kind in books.orders.plain("amount")}
    if unit == "major" and holds == {int}:
        said = "The column holds whole numbers and the unit is major: 4200 is read as 4200.00."
        return _warning("amounts", said, 'If 4200 means 42.00, write unit = "minor".')
    none = sum(order.amount_minor is None for order in sample)
    parts = f"; {len(rounded)} have parts of the smallest coin, are rounded: {_stored(rounded[0])}" if rounded else ""
    empty = f"; {none} are empty" if none else ""
    return _fine("amounts", f"All that are there can be read in {unit} units{parts}{empty}.")


def _stored(order: Order) -> str:
    """An amount as it stands, with its type."""
    held = order.raw.get("amount")
    return f"{redact(repr(held))[:40]} ({type(held).__name__}, {(order.currency or 'no currency').upper()})"


def _otherwise(sample: Sequence[Order], mapping: OrdersMapping, books: Books) -> Iterator[Check]:
    """Whether what was paid by other means can be read, where the settings name it."""
    if not mapping.paid_otherwise and "paid_otherwise" not in books.orders.specs:
        return
    lost = sum(order.paid_otherwise_minor is None for order in sample)
    if lost:
        said = f"What was paid otherwise cannot be read on {lost} of {len(sample)} orders: they are not compared."
        yield Check("orders", "paid otherwise", Level.ERROR, said, "Check its column, unit and currency.")
    else:
        some = sum(bool(order.paid_otherwise_minor) for order in sample)
        yield _fine("paid otherwise", f"{some} of {len(sample)} orders were paid by other means, in part or whole.")


def _currencies(sample: Sequence[Order]) -> Check:
    strange = sorted({order.currency for order in sample if order.currency and order.currency not in _CURRENCIES})
    if strange:
        said = f"These are no currencies: {', '.join(strange[:8])}."
        return Check("orders", "currencies", Level.ERROR, said, "Name the column that holds ISO codes (usd, eur).")
    there = sorted({order.currency.upper() for order in sample if order.currency})
    if not there:
        return _warning(
            "currencies", "No order says its currency.", 'Name the column, or a constant: currency = "=usd".'
        )
    return _fine("currencies", f"{', '.join(there[:12])}.")


def _references(sample: Sequence[Order]) -> Check:
    paid = [order for order in sample if order.status in _WITH_MONEY] or list(sample)
    held = sum(bool(order.session_ids or order.payment_intent_ids or order.charge_ids) for order in paid)
    said = f"{held} of the newest {len(paid)} orders that should have one carry an id of Stripe's."
    if not held:
        do = "Name the columns that hold cs_, pi_ or ch_ ids; `orderlens init` finds them by their values."
        return Check("orders", "Stripe's ids", Level.ERROR, said, do)
    if held * 2 < len(paid):
        do = "If the others were not paid by Stripe this is right; else a source of ids is missing in orderlens.toml."
        return _warning("Stripe's ids", said, do)
    return _fine("Stripe's ids", said)


def _modes(sample: Sequence[Order], mode: Mode | None) -> Iterator[Check]:
    seen = Counter("live" if one.startswith("cs_live_") else "test" for order in sample for one in order.session_ids)
    if mode is None or not seen:
        return
    other = sum(rows for name, rows in seen.items() if name != mode)
    if other * 2 >= seen.total():
        there = "test" if mode == "live" else "live"
        said = (
            f"{other} of {seen.total()} sessions of the newest orders are of {there} mode, the key is of {mode} mode."
        )
        yield Check("orders", "mode of the ids", Level.ERROR, said, f"Use a {there} key, or the other database.")
    else:
        strays = f"; {other} is a finding of its order" if other == 1 else f"; {other} are findings of their orders"
        said = f"{seen[mode]} of {seen.total()} sessions are of {mode} mode, as the key is{strays if other else ''}."
        yield _fine("mode of the ids", said)


def _times(sample: Sequence[Order], now: int) -> Check:
    dated = [order.created_at for order in sample if order.created_at is not None]
    if not dated:
        return _warning("times", "No order says when it was created.", "Name the column: created_at.")
    ahead = sum(at > now + 300 for at in dated)
    if ahead:
        said = f"{ahead} of {len(sample)} orders were created in the future: the time zone is wrong."
        return Check("orders", "times", Level.ERROR, said, 'Set timezone in [orders], e.g. timezone = "Europe/Berlin".')
    missing = len(sample) - len(dated)
    return _fine("times", f"{len(dated)} orders have one" + (f", {missing} have none." if missing else "."))


def _unique(doors: Doors, books: Books) -> Check:
    """Whether an order is one row: a join or a query that is not to-one repeats it."""
    column = books.orders.column("id")
    with doors.reading() as connection:
        some = books.orders.select().with_only_columns(column.label("one")).limit(_ROWS_COUNTED).subquery("some")
        rows, ids = connection.execute(select(func.count(), func.count(distinct(some.c.one)))).one()
    if rows == ids:
        return _fine("one row an order", f"{rows} rows have {ids} ids.")
    said = f"{rows} rows have only {ids} ids: orders are repeated."
    return Check(
        "orders", "one row an order", Level.ERROR, said, "Make every join to-one, or choose one row in the query."
    )


def _indexes(doors: Doors, books: Books, sample: Sequence[Order]) -> Iterator[Check]:
    """Whether what is searched by has an index."""
    if not sample:
        return
    with doors.inspecting() as connection:
        slow = [*_unindexed(connection, "orders", books.orders, _searched(books))]
        for name, relations in (
            ("payments", books.payments),
            ("refunds", books.refunds),
            ("paid_otherwise", books.otherwise),
        ):
            for number, one in enumerate(relations, 1):
                slow += _unindexed(connection, f"{name} {number}", one, ["order_id", *_ids(one)])
        if books.carts is not None and books.mapping.carts is not None:
            naming = CartRows.of(books, books.mapping.carts).naming
            slow += _unindexed(connection, "carts", books.carts, [*_ids(books.carts), *naming])
    if slow:
        do = "On many orders an index helps; without one such a search reads the whole table, within the time limit."
        yield _warning("indexes", f"Not found by an index: {', '.join(slow)}.", do)
    else:
        yield _fine("indexes", "Everything that is searched by has one.")


def _searched(books: Books) -> list[str]:
    return ["id", *(["created_at"] if books.paged_by_time else []), "number", *_ids(books.orders)]


def _ids(relation: Relation) -> list[str]:
    named = ["session_id", "payment_intent_id", "charge_id"]
    return [*named, "stripe_refs"] if relation.settings.refs_exact else named


def _unindexed(connection: Connection, label: str, relation: Relation, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        for column, _ in relation.plain(name)[:1]:
            value = connection.execute(
                relation.select().with_only_columns(column).where(column.is_not(None)).limit(1)
            ).scalar()
            if value is not None and not served(connection, relation, column, value):
                yield f"{label}: {name} ({column.name})"


def _count(mapping: OrdersMapping) -> str:
    further = len(mapping.relations) - 1
    return "The orders" + (
        f" and {further} further sources" if further > 1 else " and another source" if further else ""
    )


def _fine(checked: str, found: str) -> Check:
    return Check("orders", checked, Level.FINE, found)


def _warning(checked: str, found: str, do: str, paste: str = "") -> Check:
    return Check("orders", checked, Level.WARNING, found, do, paste)


def _unread(checked: str, error: OrderlensError) -> Check:
    return Check("orders", checked, Level.UNREAD, error.message, error.next_step)
