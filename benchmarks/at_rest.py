"""Pairs at rest through the sieve beside the same pairs through a scan's own path: CPU and memory, in one run.

    python benchmarks/at_rest.py [--pairs 1000000] [--beside 200000] [--memory 2GB] [--signed 100]
                                  [--open 55] [--postgresql URL]

A made-up shop as Stripe's objects in files of Parquet, of whole JSON: of a thousand pairs, 700 are paid, 285 expired
or, `--open` of them, still open, ten paid and not booked, two paid without an order, one refunded, one paid twice, one
without a payment.
Of the 700, `--signed` are sign-ups for a subscription that was renewed once: a session, a subscription, and two each of
bills, payments and charges.
The objects are so alike that the files are much smaller than a real shop's.

The sieve's path: orders as rows, the statements, what is left into a scan's file, and the scan's own comparing of that.
The scan's: pages of a list as Stripe sends them, kept and compared, beside the same orders. Reading orders from their
database, and Stripe's own time, are on neither side. Each path is a process of its own; the scan's takes `--beside` of
the pairs, for it takes long, and CPU is told per pair.

With `--open 0`, for what a scan sieves is older than a day, the same also by what a scan makes of it
(`core.scanning.sifting`), from the orders that it has read and what it has listed to the end of its comparing.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, cast

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec
from at_hand import peak, process
from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from core.facts import CUSTOMARY, NameKeys, Order, OrderStatus
from core.rest import parquet
from core.rest.kinds import NEEDED
from core.rest.sieve import Sieve, Sieving, Tables
from core.rest.sieve.carried import Carried
from core.rest.sieve.duck import Duck
from core.rest.sieve.postgresql import Postgres, table_of
from core.rest.sieve.rows import COLUMNS, value_of
from core.sandbox.scenarios import BY_NAME
from core.scanning.scratch import Scratch, passed
from core.scanning.scratch.copied import There
from core.scanning.scratch.row_at_rest import row_of_order
from core.scanning.sieve.comparing import compare
from core.scanning.sifting import Sifting
from core.stripe_api.spans.sent import page_of

if TYPE_CHECKING:
    from core.scanning.reading.at_rest import AtRest

BEGAN: Final = 1_760_000_000
NOW: Final = BEGAN + 3600
SOME: Final = 1000  # orders at a time
AT_ONCE: Final = 5000  # that a scan reads at a time
N: Final = "@n@"  # stands for a pair's number in what each is made of
STATES: Final = (
    (995, "unbooked"),
    (997, "orphan"),
    (998, "refunded"),
    (999, "twice"),
)
ORDER: Final = ("paid", "signed", "renewed", "expired", "open", "unbooked", "orphan", "refunded", "twice", "bare")
KINDS: Final = {
    "checkout.session": "sessions", "payment_intent": "intents", "charge": "charges", "subscription": "subscriptions",
    "invoice": "invoices",
}  # fmt: skip
STATUS: Final = {"paid": "paid", "expired": "cancelled", "open": "pending", "unbooked": "pending"}
Json = dict[str, Any]


def main() -> None:
    """Write the files, run both paths, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--beside", type=int, default=200_000)
    parser.add_argument("--memory", default="2GB")
    parser.add_argument("--postgresql", help="an empty database to be filled with the same objects as jsonb")
    parser.add_argument("--signed", type=int, default=100, choices=range(701), metavar="0-700")
    parser.add_argument("--open", type=int, default=55, choices=range(286), metavar="0-285")
    parser.add_argument("--one", type=json.loads, help=argparse.SUPPRESS)  # the process of one path
    chosen = parser.parse_args()
    if chosen.one:
        signed.extend(chosen.one.pop("signed"))
        paths: dict[str, Callable[..., Json]] = {"sieve": by_sieve, "sifting": by_sifting, "scan": by_scan}
        print(json.dumps(paths[chosen.one.pop("path")](**chosen.one)))
        return
    signed.extend((chosen.signed, chosen.open))
    with tempfile.TemporaryDirectory(prefix="ol-rest-") as folder:
        began = time.perf_counter()
        written(Path(folder), chosen.pairs)
        size = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1024**2
        print(f"{chosen.pairs:,} pairs in {size:,.0f} MiB of Parquet, made in {time.perf_counter() - began:.0f} s")
        told = {"folder": folder, "count": chosen.pairs, "memory": chosen.memory, "url": None, "signed": signed}
        sieve = shown(
            "the sieve, DuckDB over Parquet", process(Path(__file__), {"path": "sieve", **told}), chosen.pairs
        )
        if not chosen.open:
            sifted = process(Path(__file__), {"path": "sifting", **told})
            sieve = shown("a scan that sieves, DuckDB over Parquet", sifted, chosen.pairs)
        if chosen.postgresql:
            filled(chosen.postgresql, Path(folder))
            for there, name in ((False, "PostgreSQL read and carried over"), (True, "PostgreSQL, temporary tables")):
                before = server_cpu(chosen.postgresql)
                run = process(Path(__file__), {"path": "sieve", **told, "url": chosen.postgresql, "there": there})
                run["parts"]["server, beside it"] = server_cpu(chosen.postgresql) - before
                shown(f"the sieve, {name}", run, chosen.pairs)
        beside = min(chosen.beside, chosen.pairs)
        scan = shown(
            "a scan's own path",
            process(Path(__file__), {"path": "scan", "count": beside, "signed": signed}),
            beside,
        )
    print(f"CPU of the sieve's path / of the scan's own, a pair: {sieve / scan:.2f}")


def shown(name: str, run: Json, count: int) -> float:
    """Print a run; its CPU microseconds a pair."""
    each = run["cpu"] / count * 1e6
    print(f"\n{name}, {count:,} pairs")
    print(f"    wall       {run['wall']:.1f} s   CPU {run['cpu']:.1f} s, {each:.0f} us a pair")
    print(f"    peak       {run['peak']:,.0f} MiB")
    print(f"    left       {run['suspects']:,} orders, {run['orphans']:,} payments   ", end="")
    print("   ".join(f"{part} {spent:.1f} s" for part, spent in run["parts"].items()))
    return float(each)


def by_sieve(*, folder: str, count: int, memory: str, url: str | None, there: bool = False) -> Json:
    """CPU of the whole process, less what making the orders costs. `there`: by PostgreSQL itself."""
    clock = Clock()
    with tempfile.TemporaryDirectory(prefix="ol-rest-") as spill, closing(Scratch.of(Path(spill), "1")) as scratch:
        engine = AtServer(url) if url and there else engine_of(url, Path(spill), memory)
        tables = tables_in_postgresql() if url else parquet.tables(Path(folder))
        sieve = Sieve(engine, tables, "test", canary=0.005)
        with clock("sieve"):
            found = sieve.run(map(row_of_order, clock.apart(orders(count))), since=BEGAN, until=NOW, now=NOW)
        with clock("objects"):
            for kind, some in sieve.objects():
                scratch.keep(kind, some)
        engine.close()
        wanted = {*found.suspects, *found.around, *found.canaries}
        left = [order_of(int(one)) for one in wanted]
        with clock("compare"):
            scratch.keep_orders(left)
            compared = compare(scratch, mode="test", now=NOW)
    return {**clock.told(), "suspects": compared.suspects, "orphans": compared.orphans}


def by_sifting(*, folder: str, count: int, memory: str, url: str | None) -> Json:
    """The same by what a scan does with it: nothing there is younger than now."""
    clock = Clock()
    with tempfile.TemporaryDirectory(prefix="ol-rest-") as spill, closing(Scratch.of(Path(spill), "1")) as scratch:
        made = clock.apart(orders(count))
        while some := list(islice(made, AT_ONCE)):
            with clock("orders"):
                passed.wait(scratch, some)
        for kind, listed in beside(count):
            with clock("listed"):
                scratch.keep(kind, listed)
        engine = engine_of(url, Path(spill), memory)
        tables = tables_in_postgresql() if url else parquet.tables(Path(folder))

        def sieves(keys: NameKeys, canary: float) -> Sieving:
            return Sieve(engine, {kind: tables[kind] for kind in NEEDED}, "test", keys, canary)

        calm = SimpleNamespace(beat=lambda: None, stopped=lambda: False, requests=0)  # nobody waits for its record
        at_rest = cast("AtRest", SimpleNamespace(scratch=scratch, at=NOW, heart=calm, sieved=None))
        sifting = Sifting(at_rest, sieves, 0.005, There(BEGAN, NOW, count, count), subscribed=bool(signed[0]))
        with clock("sieve"):
            if not sifting.run(CUSTOMARY, ()):
                raise SystemExit(sifting.said)
        engine.close()
        with clock("compare"):
            compared = compare(scratch, mode="test", now=NOW)
    return {**clock.told(), "suspects": compared.suspects, "orphans": compared.orphans}


def beside(count: int) -> Iterator[tuple[str, list[Json]]]:
    """What is always listed at Stripe: refunds, subscriptions, bills."""
    every = templates()
    texts = [
        ("refunded", "refunds", every["refunded"]["refunds"]),
        ("signed", "subscriptions", every["signed"]["subscriptions"]),
    ]
    texts += [("signed", "invoices", every[one]["invoices"]) for one in made_of("signed")]
    for state, kind, one in texts:
        text = json.dumps(one)
        numbers = (n for n in range(count) if state_of(n) == state)
        while some := list(islice(numbers, SOME)):
            yield kind, [json.loads(text.replace(N, f"{n:020d}")) for n in some]


def by_scan(*, count: int) -> Json:
    """The same pairs, as pages of a list."""
    clock = Clock()
    with tempfile.TemporaryDirectory(prefix="ol-rest-") as folder, closing(Scratch.of(Path(folder), "1")) as scratch:
        for body in pages(count):
            with clock("decode"):
                page = page_of(body)
            assert isinstance(page, dict)  # noqa: S101 - for the type checker
            with clock("keep"):
                scratch.keep("sessions", page["data"])
        some = list[Order]()
        for order in orders(count):
            some.append(order)
            if len(some) == SOME:
                with clock("orders"):
                    scratch.keep_orders(some)
                some = []
        with clock("compare"):
            scratch.keep_orders(some)
            found = compare(scratch, mode="test", now=NOW)
    return {**clock.told(), "suspects": found.suspects, "orphans": found.orphans}


class Clock:
    """Processor seconds of all threads, and wall seconds, by part; what is `apart` is in none."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self.wall = self.aside = 0.0

    @contextmanager
    def __call__(self, part: str) -> Iterator[None]:
        """Count what is done here."""
        began, at, aside = time.process_time(), time.perf_counter(), self.aside
        yield
        spent = time.process_time() - began - (self.aside - aside)
        self.parts[part] = self.parts.get(part, 0.0) + spent
        self.wall += time.perf_counter() - at - (self.aside - aside)

    def apart(self, made: Iterator[Order]) -> Iterator[Order]:
        """Making these is not counted."""
        while True:
            began = time.process_time()
            some = [one for _, one in zip(range(SOME), made, strict=False)]
            self.aside += time.process_time() - began
            if not some:
                return
            yield from some

    def told(self) -> Json:
        """What came of it."""
        return {"wall": self.wall, "cpu": sum(self.parts.values()), "peak": peak(), "parts": self.parts}


signed: Final[list[int]] = []  # of a thousand pairs: how many sign up, how many are open


def state_of(n: int) -> str:
    """What is the matter with a pair."""
    return next((state for below, state in states() if n % 1000 < below), "bare")


def states() -> tuple[tuple[int, str], ...]:
    """Of a thousand pairs those below each number are in its state, but for those that are in one before."""
    return ((signed[0], "signed"), (700, "paid"), (985 - signed[1], "expired"), (985, "open"), *STATES)


def order_of(n: int) -> Order:
    """The order of a pair."""
    state, own = state_of(n), f"{n:020d}"
    paid = state not in ("expired", "open", "bare")
    return Order(
        id=f"{n}",
        number=f"A-{own}",
        status=OrderStatus(STATUS.get(state, "paid" if paid else "pending")),
        amount_minor=2980,
        currency="eur",
        session_id=None if state == "bare" else f"cs_test_{'c' if state == 'signed' else 'a'}1{own}",
        payment_intent_id=f"pi_3{own}" if paid and state != "signed" else None,
        customer_email=f"{n}@example.com",
        created_at=BEGAN,
    )


def orders(count: int) -> Iterator[Order]:
    """All orders."""
    return (order_of(n) for n in range(count) if state_of(n) != "orphan")


def templates() -> dict[str, dict[str, Json]]:
    """Of each state the objects, by kind, with `N` in place of the number."""
    built = BY_NAME["paid_and_booked"].build(BEGAN, "https://shop.example.com")
    session, intent, charge = (
        next(dict(one) for one in built.objects if one["object"] == name)
        for name in ("checkout.session", "payment_intent", "charge")
    )
    names = {
        session["id"]: f"cs_test_a1{N}",
        intent["id"]: f"pi_3{N}",
        charge["id"]: f"ch_3{N}",
        built.number: f"A-{N}",
    }
    paid = {
        kind: renamed(one, names) for kind, one in (("sessions", session), ("intents", intent), ("charges", charge))
    }
    unpaid = {"payment_status": "unpaid", "payment_intent": None, "expires_at": NOW + 86_400, "amount_total": 2980}
    second = {kind: renamed(one, {f"_a1{N}": f"_b1{N}", f"_3{N}": f"_4{N}"}) for kind, one in paid.items()}
    refund = {
        "id": f"re_3{N}",
        "object": "refund",
        "created": BEGAN,
        "charge": f"ch_3{N}",
        "payment_intent": f"pi_3{N}",
    }
    return {
        **sign_up(),
        "paid": paid,
        "expired": {"sessions": {**paid["sessions"], **unpaid, "status": "expired"}},
        "open": {"sessions": {**paid["sessions"], **unpaid, "status": "open"}},
        "refunded": {
            **paid,
            "refunds": {**refund, "amount": 100, "currency": "eur", "status": "succeeded", "metadata": {}},
        },
        "twice": second,
    }


def sign_up() -> dict[str, dict[str, Json]]:
    """A sign-up with its first bill, and a second bill."""
    built = BY_NAME["subscription"].build(BEGAN, "https://shop.example.com")
    found = {kind: next(dict(one) for one in built.objects if one["object"] == name) for name, kind in KINDS.items()}
    found["intents"] = next(dict(one) for one in built.objects if one["object"] == "payment_intent")
    paid_by = {"payment": {"type": "payment_intent", "payment_intent": found["intents"]["id"]}}
    found["invoices"]["payments"] = {"object": "list", "data": [paid_by]}
    prefixes = {
        "sessions": "cs_test_c1",
        "intents": "pi_5",
        "charges": "ch_5",
        "subscriptions": "sub_1",
        "invoices": "in_1",
    }
    names = {found[kind]["id"]: f"{prefix}{N}" for kind, prefix in prefixes.items()}
    names |= {found["subscriptions"]["customer"]: f"cus_1{N}", built.number: f"A-{N}"}
    sums: Json = dict.fromkeys(
        ("amount_total", "amount", "amount_received", "amount_captured", "total", "amount_due", "amount_paid"), 2980
    )
    sums["currency"] = "eur"
    every = {
        kind: renamed({**one, **{key: value for key, value in sums.items() if key in one}}, names)
        for kind, one in found.items()
    }
    again = {
        kind: renamed(every[kind], {f"_5{N}": f"_6{N}", f"in_1{N}": f"in_2{N}"})
        for kind in ("intents", "charges", "invoices")
    }
    again["invoices"]["billing_reason"] = "subscription_cycle"
    return {"signed": every, "renewed": again}


def renamed(one: Json, names: dict[str, str]) -> Json:
    """An object with other ids in it."""
    text = json.dumps({**one, "created": BEGAN})
    for was, now in names.items():
        text = text.replace(was, now)
    found: Json = json.loads(text)
    return found


def made_of(state: str) -> list[str]:
    """Of which templates a pair consists."""
    more = {
        "signed": ["signed", "renewed"],
        "unbooked": ["paid"],
        "orphan": ["paid"],
        "twice": ["paid", "twice"],
        "bare": [],
    }
    return more.get(state, [state])


def written(folder: Path, count: int) -> None:
    """The files, made by DuckDB out of the templates."""
    every = templates()
    with closing(parquet.Writer(folder)) as writer:  # empty files, for kinds that there are none of
        writer.finish(parquet.Written(BEGAN, NOW, NOW, "test", None))
    with closing(Duck(memory="2GB")) as duck:
        duck.run(f"CREATE TABLE numbers AS SELECT range AS n, lpad(range::VARCHAR, 20, '0') AS own FROM range({count})")
        whens = " ".join(f"WHEN n % 1000 < {below} THEN '{state}'" for below, state in states())
        duck.run(f"CREATE TABLE pairs AS SELECT *, CASE {whens} ELSE 'bare' END AS state FROM numbers")
        for kind, name in parquet.NAMES.items():
            parts = [
                f"SELECT {columns_of(kind, every[one][kind])} FROM pairs WHERE state = '{state}'"
                for state in ORDER
                for one in made_of(state)
                if kind in every[one]
            ]
            if parts:
                path = folder / f"{name}.parquet"
                told = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480"
                duck.run(f"COPY ({' UNION ALL '.join(parts)}) TO '{path}' ({told})")


def columns_of(kind: str, one: Json) -> str:
    """The columns of an object, as `core.rest.parquet` would write them."""
    values: dict[str, object] = {"id": one["id"], "created": one["created"]}
    values |= {name: value_of(one, name, how) for name, how in COLUMNS[kind].items()}
    values["raw"] = one
    types = {"created": "BIGINT"}
    types |= {name: {"whole": "BIGINT", "flag": "BOOLEAN"}.get(how, "VARCHAR") for name, how in COLUMNS[kind].items()}
    return ", ".join(
        f"CAST({literal(value)} AS {types.get(name, 'VARCHAR')}) AS {name}" for name, value in values.items()
    )


def literal(value: object) -> str:
    """A value as SQL has it, with the pair's number in place."""
    if value is None or isinstance(value, bool | int):
        return "NULL" if value is None else str(value)
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    quoted = "'" + text.replace("'", "''") + "'"
    return f"replace({quoted}, '{N}', own)" if N in text else quoted


def pages(count: int) -> Iterator[bytes]:
    """Pages of a list of sessions, with what is expanded in them; refunds, subscriptions and bills after them."""
    every = templates()
    texts = {state: json.dumps(nested(some)) for state, some in every.items() if "sessions" in some}
    refund = json.dumps(every["refunded"]["refunds"])
    plans = [
        json.dumps(every["signed"]["subscriptions"]),
        *(json.dumps(every[one]["invoices"]) for one in made_of("signed")),
    ]
    for first in range(0, count, 100):
        some = range(first, min(first + 100, count))
        found = [texts[one].replace(N, f"{n:020d}") for n in some for one in made_of(state_of(n)) if one in texts]
        found += [one.replace(N, f"{n:020d}") for n in some if state_of(n) == "signed" for one in plans]
        found += [refund.replace(N, f"{n:020d}") for n in some if state_of(n) == "refunded"]
        yield f'{{"object": "list", "data": [{", ".join(found)}], "has_more": true}}'.encode()


def nested(some: dict[str, Json]) -> Json:
    """A session with its payment inside."""
    if "intents" not in some or "subscriptions" in some:
        return some["sessions"]
    return {**some["sessions"], "payment_intent": {**some["intents"], "latest_charge": some["charges"]}}


class AtServer(Postgres):
    """PostgreSQL by itself, in a transaction that may make temporary tables."""

    def __init__(self, url: str) -> None:
        self.connection = create_engine(url, poolclass=NullPool).connect()
        super().__init__(self.connection)

    def close(self) -> None:
        """All that was made goes with the connection."""
        self.connection.close()


def engine_of(url: str | None, folder: Path, memory: str) -> Duck:
    """DuckDB, alone or behind a PostgreSQL."""
    if url is None:
        return Duck(folder, memory=memory)
    database = create_engine(url)

    @contextmanager
    def reading() -> Iterator[Connection]:
        with database.connect() as connection:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            yield connection

    return Carried(reading, folder, memory=memory)


def tables_in_postgresql() -> Tables:
    """Where `filled` has put them."""
    return {kind: table_of(kind, f"SELECT id, created, raw FROM stripe_{name}") for kind, name in parquet.NAMES.items()}


def server_cpu(url: str) -> float:
    """Seconds that a server on this machine has spent in connections that are closed; nan where it is elsewhere."""
    database = create_engine(url, poolclass=NullPool)
    try:
        with database.connect() as connection:
            told = connection.exec_driver_sql("SELECT pg_read_file('postmaster.pid')").scalar_one()
        time.sleep(1)  # until it has noticed
        fields = Path(f"/proc/{told.split()[0]}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
    except (SQLAlchemyError, OSError):
        return float("nan")


def filled(url: str, folder: Path) -> None:
    """Put the files' objects into a PostgreSQL."""
    with closing(Duck(memory="2GB")) as duck, create_engine(url).begin() as db:
        for name in parquet.NAMES.values():
            db.exec_driver_sql(f"CREATE TABLE stripe_{name} (id text PRIMARY KEY, created bigint, raw jsonb)")
            cursor = db.connection.cursor()
            with cursor.copy(f"COPY stripe_{name} FROM STDIN") as copy:
                for row in duck.rows(f"SELECT id, created, raw FROM read_parquet('{folder / name}.parquet')"):
                    copy.write_row(row)
    with create_engine(url, isolation_level="AUTOCOMMIT").connect() as db:
        db.exec_driver_sql("VACUUM ANALYZE")  # as it would have done by itself meanwhile


if __name__ == "__main__":
    os.environ.setdefault("TMPDIR", tempfile.gettempdir())
    main()
