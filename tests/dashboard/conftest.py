"""The pages without a browser, on the sandbox: real HTTP, a real database, Streamlit's own AppTest."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.sandbox.world import World

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
Opening = Callable[..., AppTest]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A shop and a Stripe account of this module's own."""
    with World() as started:
        yield started


@pytest.fixture
def opening(monkeypatch: pytest.MonkeyPatch) -> Iterator[Opening]:
    """Opens pages with the settings of the environment: `opening("find")`, `opening("discrepancies", code="x")`."""
    monkeypatch.setenv("ORDERLENS_OPERATOR", "ana")
    st.cache_resource.clear()

    def make(page: str = "find", **query: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=60)
        app.context = {"timezone": "Europe/Berlin"}
        app.run()
        if page != "find":
            app.switch_page(f"app_pages/{page}.py")
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    yield make
    for thread in threading.enumerate():
        if thread.name == "survey":
            thread.join(60)
    st.cache_resource.clear()


@pytest.fixture
def app(opening: Opening, world: World, monkeypatch: pytest.MonkeyPatch) -> Opening:
    """Opens pages on the sandbox."""
    for name, value in world.settings_env().items():
        monkeypatch.setenv(name, value)
    return opening


def surveyed(app: AppTest) -> AppTest:
    """The page once the reading that it began has ended."""
    for thread in threading.enumerate():
        if thread.name == "survey":
            thread.join(60)
    return app.run()


def shown(app: AppTest) -> str:
    """All text of a page, as one string."""
    kinds = ("title", "header", "subheader", "markdown", "text", "caption", "code")
    return "\n".join(str(getattr(element, "value", "")) for kind in kinds for element in app.get(kind))
