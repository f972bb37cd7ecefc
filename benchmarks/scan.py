"""A scan beside hookrecon, on the same orders and the same Stripe, at Stripe's real limits.

`core.sandbox.volume` makes the orders (of whom is wrong what is known beforehand); they stand in a PostgreSQL, and
Stripe's side in a process of its own (`stand_in.py`): 120 ms an answer, 25 requests a second an endpoint, 100 in all.
Each scan is a process of its own with a journal of its own. Prints medians:

    wall        seconds from the first request to the last case in the inbox, beside ceil(sessions / 100) / 25 s
    over        requests to the list of sessions above ceil(sessions / 100); and what suspects needed apart
    CPU, peak   of the scan, of its two processes together; statements to the orders database
    found       of what is wrong, how much was found under its right name; and false alarms

hookrecon 0.9.4 (fetched by uv into a throwaway environment) has its API base set to the same address and the checks
that it writes by itself. Then a million orders beside a million sessions that are at hand already; then the same scan
where 5 % of the answers are 429, 2 % 500 and 1 % resets.

    python benchmarks/scan.py [--orders 10000 100000] [--times 5] [--quick] [--skip hookrecon hand faults]
"""

import argparse
import json
import math
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

sys.path.insert(0, str(Path(__file__).parents[1]))

import psycopg

from benchmarks.at_hand import at_hand, installed, peak, process
from benchmarks.stand_in import Writer
from core.journal import Filter, Journal
from core.orders import OrdersReader
from core.sandbox.scenarios import BY_NAME
from core.sandbox.scenarios.stage import DAY
from core.sandbox.stripe import SECRET_KEY_TEST
from core.sandbox.volume import MIXTURE, generate
from core.sandbox.world import ORDERS_MAPPING
from core.scanning.plan import Plan
from core.scanning.reading.lister import Lister
from core.scanning.scan import Sources, run
from core.settings import OrdersTable
from core.stripe_api import Access
from core.stripe_api.spans import Limits, SpanReader
from core.surroundings import Surroundings
from tests.databases import SERVERS, postgresql

DAYS: Final = 30
HERE: Final = Path(__file__)
LIVE: Final = (Limits(25, 75), Limits(25, 25))  # what live mode allows, shared as `core.wiring` shares it
COLUMNS: Final = (
    "order_number status total_minor currency customer_email stripe_session_id payment_intent_id metadata created_at "
    "updated_at"
).split()
TABLES: Final = """
DROP TABLE IF EXISTS orders CASCADE;
DROP TABLE IF EXISTS subscriptions;
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_number text UNIQUE, status text, total_minor bigint,
    currency text, customer_email text, stripe_session_id text, payment_intent_id text, metadata text,
    created_at timestamptz, updated_at timestamptz
);
CREATE VIEW payments AS SELECT payment_intent_id AS stripe_payment_intent_id FROM orders;
CREATE TABLE subscriptions (stripe_invoice_id text)
"""
INDEXES: Final = (
    "CREATE INDEX ON orders (created_at, id)",
    "CREATE INDEX ON orders (stripe_session_id)",
    "CREATE INDEX ON orders (payment_intent_id)",
    "CREATE INDEX ON orders (customer_email)",
    "ANALYZE orders",
)
PEER: Final = """
import contextlib, io, json, os, sys, time
import psycopg, stripe
from hookrecon import cli, config
stripe.api_base = sys.argv[1]
json.dump(config.build_default_config("STRIPE_SECRET_KEY", "DATABASE_URL", 30), open("hookrecon.config.json", "w"))
sent, execute = [0], psycopg.Connection.execute
def counted(*told, **more):
    sent[0] += 1
    return execute(*told, **more)
psycopg.Connection.execute = counted
began, spent = time.perf_counter(), time.process_time()
with contextlib.redirect_stdout(io.StringIO()) as said:
    code = cli.main(["check", "--json", "--limit", "10000000"])
wall, cpu = time.perf_counter() - began, time.process_time() - spent
report = json.loads(said.getvalue() or "{}")
drifts = [drift for check in report.get("checks", ()) for drift in check["drifts"]]
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak, "statements": sent[0], "code": code, "drifts": drifts}))
"""


@dataclass(frozen=True, slots=True)
class Data:
    """What was made. `expected`: the headline of each order's case by its number, None where all is well; `whose`: the
    number that a row or an object of Stripe's belongs to, by its number or id; `names`: the scenario."""

    folder: Path
    now: int
    sessions: int
    orders: int
    expected: Mapping[str, str | None]
    whose: Mapping[str, str]
    names: Mapping[str, str]


def main() -> None:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--wrong", type=float, default=1.0, help="of a hundred orders; thrice as many look it")
    parser.add_argument("--quick", action="store_true", help="once each")
    parser.add_argument("--skip", nargs="*", default=[], choices=["hookrecon", "hand", "faults"])
    parser.add_argument("--at-hand", type=int, default=1_000_000, help="orders and sessions that are read already")
    parser.add_argument("--one", type=json.loads, help=argparse.SUPPRESS)  # the process of one scan
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(one_scan(**chosen.one)))
        return
    times = 1 if chosen.quick else chosen.times
    with postgresql() as url:
        for count in chosen.orders:
            with tempfile.TemporaryDirectory(prefix="ol-bench-") as folder:
                beside(
                    url,
                    made(url, Path(folder), count, chosen.wrong),
                    times,
                    chosen.skip,
                    small=count == min(chosen.orders),
                )
    if "hand" not in chosen.skip:
        at_hand(chosen.at_hand, times)


def beside(url: str, data: Data, times: int, skip: list[str], *, small: bool) -> None:
    """Scan and, where the data is the smallest, hookrecon and mishaps."""
    wrong = sum(code is not None for code in data.expected.values())
    least, ideal = math.ceil(data.sessions / 100), math.ceil(data.sessions / 100) / 25
    print(
        f"\n{data.orders:,} orders, {data.sessions:,} sessions, {wrong:,} wrong; ideal {ideal:.1f} s, median of {times}"
    )
    with Stripe(data.folder) as stripe:
        ours = [scanned(url, data, stripe) for _ in range(times)]
        wall = told("scan", ours, data, ideal, least)
        if small and "hookrecon" not in skip:
            theirs = [peer(url, stripe) for _ in range(times)]
            longer = told("hookrecon 0.9.4", theirs, data, ideal, least)
            print(f"  hookrecon takes {longer / wall:.1f} times as long")
    if small and "faults" not in skip:
        with Stripe(data.folder, "--faults") as stripe:
            faulty = told(
                "5 % 429, 2 % 500, 1 % resets", [scanned(url, data, stripe) for _ in range(times)], data, ideal, least
            )
        print(f"  with mishaps it takes {faulty / wall:.2f} times as long")


def told(name: str, runs: list[dict[str, Any]], data: Data, ideal: float, least: int) -> float:
    """Print one table; returns the median of the seconds."""
    middle = {key: statistics.median(run[key] for run in runs) for key in ("wall", "cpu", "peak", "statements")}
    last = runs[-1]
    asked = Counter[str]()
    for key, number in last["asked"].items():
        asked[key.rpartition(" ")[0]] += number
    pages = asked["/v1/checkout/sessions"]
    found, missed, alarms = judged(last["cases"], data)
    each = ", ".join(f"{run['wall']:.1f}" for run in runs)
    print(f"  {name}")
    print(f"    wall       {middle['wall']:.2f} s = {middle['wall'] / ideal:.2f} x ideal   ({each})")
    if last.get("phases"):
        print(f"    phases     {', '.join(f'{name} {seconds:.1f} s' for name, seconds in last['phases'].items())}")
    print(
        f"    requests   {sum(asked.values())}: "
        + ", ".join(f"{path} {number}" for path, number in asked.most_common())
    )
    if pages:
        print(f"    over       {pages - least} pages of sessions, {100 * (pages - least) / least:.1f} %")
    print(f"    statements {middle['statements']:.0f}, one for {data.orders / max(middle['statements'], 1):.0f} orders")
    own = f" ({last['own']:.1f} s beside the lists)" if "own" in last else ""
    print(f"    CPU        {middle['cpu']:.1f} s{own}     peak {middle['peak']:.0f} MiB")
    whole = sum(code is not None for code in data.expected.values())
    print(f"    found      {found} of {whole} ({100 * found / whole:.0f} %); false alarms: {len(alarms)}")
    if last.get("state", "complete") != "complete":
        print(f"    it is {last['state']}: {last['why']}")
    for mistake in (*missed[:3], *alarms[:3]):
        print(f"      {mistake}")
    return float(middle["wall"])


def judged(cases: list[list[str | None]], data: Data) -> tuple[int, list[str], list[str]]:
    """How many of the wrong orders were found under their name (None: it gives none); which were not, and what was said
    of them instead; what was said of orders that are well."""
    said = {(data.whose.get(str(what), ""), code) for what, code in cases}
    alarms = [f"{what} {code}" for what, code in cases if data.expected.get(data.whose.get(str(what), "")) is None]
    wrong = {number: code for number, code in data.expected.items() if code is not None}
    found = {number for number, code in wrong.items() if (number, code) in said or (number, None) in said}
    missed = list[str]()
    for number in wrong.keys() - found:
        told = sorted(str(code) for whose, code in said if whose == number)
        missed.append(f"{number} {data.names[number]} is {wrong[number]}: {told or 'not found'}")
    return len(found), missed, alarms


def scanned(url: str, data: Data, stripe: "Stripe") -> dict[str, Any]:
    """One scan in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="ol-scan-") as folder:
        told = {"url": url, "stripe": stripe.url, "folder": folder, "now": data.now}
        stripe.asked()
        found = process(HERE, told)
    return {**found, "asked": stripe.asked()}


def one_scan(*, url: str, stripe: str, folder: str, now: int) -> dict[str, Any]:
    """Scan the last thirty days, as `orderlens scan` does; it began at `now`, whatever the time is."""
    main, ahead = LIVE
    access = Access(api_key=SECRET_KEY_TEST, api_base=stripe)
    began = time.time()  # noqa: TID251 - the edge
    journal = Journal(f"sqlite:///{folder}/journal.sqlite3")
    orders = OrdersReader(url, OrdersTable.model_validate(dict(ORDERS_MAPPING)), seconds=120)
    seen: dict[str, float] = {}
    sources = Sources(
        orders,
        SpanReader(access, main),
        journal,
        Path(folder) / "scratch",
        Surroundings(),
        lambda: now + time.time() - began,  # noqa: TID251 - the edge
        ahead=SpanReader(access, ahead, workers=8),
        progress=lambda stage: seen.update({stage.phase: time.perf_counter()}),
        lister=Lister(access, main),
    )
    at, spent = time.perf_counter(), time.process_time()
    record = run(Plan(since=now - DAYS * DAY, who="benchmark"), sources)
    wall, cpu = time.perf_counter() - at, time.process_time() - spent
    lister = resource.getrusage(resource.RUSAGE_CHILDREN)  # the process that read the lists has ended
    cases, cursor = list[tuple[str, str | None]](), None
    while True:
        kept, cursor = journal.inbox.page(Filter(), after=cursor, limit=1000)
        cases += [(one.number or one.key, one.code) for one in kept]
        if cursor is None:
            break
    sources.close()
    phases = {phase: seconds - at for phase, seconds in seen.items()}
    return {
        "wall": wall, "cpu": cpu + lister.ru_utime + lister.ru_stime, "own": cpu,
        "peak": peak() + lister.ru_maxrss / 1024, "statements": record.statements, "state": record.state,
        "why": f"{record.why} {record.holes[:3]}", "cases": cases, "phases": phases,
    }  # fmt: skip


def peer(url: str, stripe: "Stripe") -> dict[str, Any]:
    """One run of hookrecon."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = ["uv", "run", "--quiet", "--no-project", "--python", python, "--with", "hookrecon==0.9.4"]
    env = {**installed(), "STRIPE_SECRET_KEY": SECRET_KEY_TEST, "DATABASE_URL": url}
    stripe.asked()
    with tempfile.TemporaryDirectory(prefix="ol-peer-") as folder:
        told = [*command, "python", "-c", PEER, stripe.url]
        ran = subprocess.run(told, check=True, stdout=subprocess.PIPE, cwd=folder, env=env)  # noqa: S603 - our own
    found: dict[str, Any] = json.loads(ran.stdout)
    return {**found, "cases": [(drift["objectId"], None) for drift in found["drifts"]], "asked": stripe.asked()}


def made(url: str, folder: Path, count: int, wrong: float) -> Data:
    """Orders into the database, Stripe's side into the folder; of a hundred orders `wrong` are."""
    lately = {name: share for name, share in MIXTURE.items() if BY_NAME[name].ages[1] < DAYS * DAY}
    every = sum(share for name, share in lately.items() if BY_NAME[name].code)
    shares = {name: share * wrong / 100 / every for name, share in lately.items()}
    now = int(time.time())  # noqa: TID251 - the edge
    writer, expected, whose = Writer(folder, now), dict[str, str | None](), dict[str, str]()
    names, rows = dict[str, str](), 0
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in TABLES.split(";"):
            connection.execute(statement)
        with connection.cursor().copy(f"COPY orders ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for built in generate(count, shares, now):
                writer.add(built.objects)
                names[built.number] = built.name
                expected[built.number] = BY_NAME[built.name].code
                whose |= {str(one["id"]): built.number for one in built.objects}
                whose |= {f"stripe:{one['id']}": built.number for one in built.objects}
                for row in built.orders:
                    rows += 1
                    whose[str(row["order_number"])] = built.number
                    copy.write_row([json.dumps(v) if isinstance(v, dict) else v for v in (row[c] for c in COLUMNS)])
        for statement in INDEXES:
            connection.execute(statement)
    writer.close()
    return Data(folder, now, writer.counts["checkout.session"], rows, expected, whose, names)


class Stripe:
    """The stand-in of a folder, in a process of its own; in a `with`."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [sys.executable, str(HERE.with_name("stand_in.py")), str(folder), *options]
        self._process = subprocess.Popen(  # noqa: S603 - our own
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url = self._read().strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)

    def asked(self) -> dict[str, int]:
        """How many requests came since this was last asked, by path and status."""
        pipe: Any = self._process.stdin
        pipe.write("\n")
        pipe.flush()
        found: dict[str, int] = json.loads(self._read())
        return found

    def _read(self) -> str:
        pipe: Any = self._process.stdout
        return str(pipe.readline())


if __name__ == "__main__":
    with SERVERS:
        main()
