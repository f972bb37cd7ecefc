"""Every time on every page is of the clock that the head names: what is shown fourteen hours ahead of UTC is what is
shown in UTC, fourteen hours later. What is handed on (letter, ticket) says its own zone, and is no part of this."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.sandbox import World
from dashboard import visit
from tests.dashboard.conftest import Opening, listed, scan
from tests.people import MIRA, person

AHEAD = timedelta(hours=14)  # Kiritimati's: no other zone shows the same
NEAR = timedelta(hours=1)  # of a time that is told anew with each run
MOMENT = re.compile(r"\b(\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d)(?::\d\d)?(?P<zone> UTC)?")
DAY = re.compile(r"\b\d{1,2} [A-Z][a-z]{2}\b")
KINDS = (
    "title", "header", "subheader", "markdown", "text", "caption", "error", "warning", "info", "success",
    "button", "expander", "popover", "selectbox", "toggle", "metric",
)  # fmt: skip


def texts(app: AppTest) -> Iterator[str]:
    for kind in KINDS:
        for element in app.get(kind):
            yield from (str(getattr(element, name, "") or "").replace("\\", "") for name in ("value", "label", "help"))
    for table in app.table:
        yield str(table.value.to_csv()).replace("\\", "")
    yield from (json.dumps(row) for row in listed(app))


def moments(app: AppTest, zone: str) -> list[datetime]:
    """All that the page shows, read by a viewer in `zone`."""
    app.context = {"timezone": zone}
    app.run()
    assert not app.exception
    found = [(hit, text) for text in texts(app) for hit in MOMENT.finditer(text)]
    assert [text for hit, text in found if hit["zone"]] == [], "a zone of its own"
    return [datetime.strptime(f"{hit[1]} +0000", "%d %b %Y, %H:%M %z") for hit, _ in found]


def one_clock(app: AppTest, *, at_least: int = 1) -> None:
    ahead, utc = moments(app, "Pacific/Kiritimati"), moments(app, "UTC")
    assert len(ahead) == len(utc) >= at_least
    assert [(one, other) for one, other in zip(ahead, utc, strict=True) if abs(one - other - AHEAD) > NEAR] == []


@pytest.fixture
def scanned(app: Opening, world: World) -> Opening:
    """Pages after a scan; one case is ignored until noon, another was read afresh."""
    scan(world)
    desk, now = visit.get_desk(), visit.now()
    (twice,) = desk.find(world.built["paid_twice"].number, who=MIRA).hits
    desk.inbox.ignore([twice.key], now // 86_400 * 86_400 + 216_000, person("ana"), now)
    (hit,) = desk.find(world.built["webhook_swallowed"].number, who=MIRA).hits
    desk.retrieve(desk.open(hit.key), who=person("ana"))
    return app


def test_of_every_page(scanned: Opening, world: World) -> None:
    one_clock(scanned("discrepancies"), at_least=2)
    one_clock(scanned("overview"))
    one_clock(scanned("cause", code="webhook_failing"), at_least=3)
    one_clock(scanned("find"))
    found = scanned("find")
    found.text_input(key="search").set_value(str(world.built["reused_payment"].order["customer_email"])).run()
    one_clock(found)
    setup = scanned("setup")
    setup.button(key="again").click().run()
    one_clock(setup, at_least=2)


def test_of_every_part_of_a_case(scanned: Opening, world: World) -> None:
    for name in ("webhook_refused", "paid_twice"):
        one_clock(scanned("discrepancies", case=world.built[name].number), at_least=5)


def test_a_day_is_that_of_the_clock(scanned: Opening) -> None:
    opened = scanned("discrepancies")
    opened.query_params["state"] = "Ignored"
    days = []
    for zone in ("Pacific/Kiritimati", "UTC"):
        opened.context = {"timezone": zone}
        (row,) = listed(opened.run())
        days.append(DAY.findall(row["state"]))
    assert len(days[0]) == len(days[1]) == 1
    assert days[0] != days[1]


def test_of_the_catalogues_examples(app: Opening) -> None:
    opened = app("catalogue")
    for code in ("duplicate_payment", "webhook_failing", "note_clock_or_unit"):
        opened.query_params["code"] = code
        one_clock(opened)
