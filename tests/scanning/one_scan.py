"""One scan in a process of its own, to be killed, starved or run beside another."""

import resource
import time
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from core.errors import OrderlensError
from core.journal import Journal
from core.orders import OrdersReader
from core.scanning.plan import Plan
from core.scanning.reading.lister import Lister
from core.scanning.scan import Sources, run
from core.settings import OrdersTable
from core.stripe_api import Access
from core.stripe_api.spans import Limits, SpanReader
from core.surroundings import Surroundings
from tests.waiting import LIMIT

FAST = Limits(per_endpoint=1000.0, overall=1000.0)


def main(given: dict[str, Any]) -> dict[str, Any]:
    """Scan as `given`. As on a full disk: `largest_file`: no file may grow beyond so many bytes."""
    access = Access(api_key=given["key"], api_base=given["stripe_url"])
    sources = Sources(
        OrdersReader(given["orders_url"], OrdersTable.model_validate(given["mapping"])),
        SpanReader(access, FAST, timeout=LIMIT, patience=3.0),
        Journal(given["journal_url"], patience=(0.2, 0.4)),
        Path(given["folder"]),
        Surroundings(as_live=True),
        time.time,
        patience=(0.2, 0.4, 0.8, 1.6),
        ahead=SpanReader(access, FAST, timeout=LIMIT, patience=3.0, workers=4),
        lister=Lister(access, FAST, timeout=LIMIT, patience=3.0),
    )
    sources.journal.check()
    if given["largest_file"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (given["largest_file"], resource.RLIM_INFINITY))
    with closing(sources):
        try:
            record = run(Plan(since=given["since"], who=given["who"], canary=1.0), sources)
        except OrderlensError as error:
            return {"state": "not begun or not ended", "why": error.message}
    return {"id": record.id, "state": record.state, "why": record.why, "holes": [hole.kind for hole in record.holes]}


def tell(given: dict[str, Any], answer: Connection) -> None:
    """Scan, and say what the record says; where the journal cannot be used, the complaint."""
    answer.send(main(given))
