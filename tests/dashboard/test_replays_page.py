"""The plan of a run and the run on its page: the journal, the sandbox and Streamlit's own AppTest."""

from collections.abc import Callable
from contextlib import closing

import pytest
from streamlit.testing.v1 import AppTest

from core.people import Person
from core.replaying import ReplayRun, of_keys
from core.sandbox import World
from core.settings import load
from core.wiring.replays import replaying
from tests.dashboard.conftest import ANA, Opening, scan, shown, text
from tests.waiting import eventually
from tests.worlds import world_of

world = world_of("webhook_refused", "webhook_swallowed", "paid_and_booked", scope="function")
BEN = Person("ben", "operator")
VERA = Person("vera", "viewer")


def _planned(world: World, app: Opening, *, person: Person = ANA) -> AppTest:
    """The plan page, for all cases of the inbox."""
    scan(world)
    page = app("discrepancies", person=person)
    page.checkbox[0].check().run()
    page.button(key="replay.plan").click().run()
    return page


def test_nothing_was_chosen_and_nothing_ran(app: Opening) -> None:
    assert "No run yet" in text(app("replays"))
    assert "No cases are chosen" in text(app("replays", plan="new"))
    assert "There is no run 7" in text(app("replays", run="7"))
