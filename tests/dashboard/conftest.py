"""The pages without a browser, on the sandbox: real HTTP, a real database, Streamlit's own AppTest."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.journal import Journal, ScanRecord
from core.people import Person
from core.sandbox import World
from core.scanning.plan import Plan
from core.scanning.scan import run
from core.settings import load
from core.stripe_api.spans import Limits
from core.wiring.scans import sources
from dashboard.server.door import told
from tests.waiting import LIMIT
from tests.worlds import world_of

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
LIST = "orderlens.cases"
ANA = Person.at_terminal("ana")
Opening = Callable[..., AppTest]


world = world_of()


@pytest.fixture
def opening(monkeypatch: pytest.MonkeyPatch) -> Iterator[Opening]:
    """Opens pages with the settings of the environment: `opening("find")`, `opening("discrepancies", code="x")`."""
    monkeypatch.setenv("ORDERLENS_OPERATOR", "ana")
    st.cache_resource.clear()

    def make(page: str = "find", *, person: Person = ANA, viewer: str = "Europe/Berlin", **query: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=LIMIT)
        app.context = {"timezone": viewer}
        app.user = {"person": told(person)}  # as the door hands it on
        app.run()
        if page != "find":
            app.switch_page(f"app_pages/{page}.py")
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    yield make
    st.cache_resource.clear()


@pytest.fixture
def app(opening: Opening, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Opening:
    """Opens pages on the sandbox, with a journal of the test's own."""
    for name, value in world.settings_env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ORDERLENS_JOURNAL_URL", f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    monkeypatch.setenv("ORDERLENS_CACHE_DIR", str(tmp_path))
    return opening


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """The journal that the pages read."""
    opened = Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    yield opened
    opened.close()


def scan(world: World, *, days: int = 7) -> ScanRecord:
    """A scan of the world, into the journal that the environment names."""
    plan = Plan(since=int(time.time()) - days * 86_400, who="ana")
    with closing(sources(load(), limits=Limits(1000.0, 1000.0), folder=world.directory / "scans")) as read:
        return run(plan, read)


def listed(app: AppTest) -> list[dict[str, Any]]:
    """The rows that the list of cases was handed, as plain values."""
    told = [element.proto.json for element in app.get("bidi_component") if element.proto.component_name == LIST]
    return list(json.loads(told[0])["rows"]) if told else []


def entries(app: AppTest) -> list[str]:
    """The codes that the lists of entries were handed, in their order."""
    parts = [one.proto.json for one in app.get("bidi_component") if one.proto.component_name == "orderlens.entries"]
    return [line["code"] for part in parts for line in json.loads(part)["lines"]]


def shown(app: AppTest) -> str:
    """All text of a page, as one string."""
    kinds = ("title", "header", "subheader", "markdown", "text", "caption", "code")
    return "\n".join(str(getattr(element, "value", "")) for kind in kinds for element in app.get(kind))


def text(page: AppTest) -> str:
    """All words of a page, without what escaping adds."""
    assert not page.exception
    return shown(page).replace("\\", "").replace("\u2060", "")
