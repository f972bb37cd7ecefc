"""A viewer who speaks to the server without a browser, and knows every button of an operator's page: nothing that the
table of rights does not give is done, and nothing that is masked is sent."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Final

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from core.journal import Journal
from core.sandbox import World
from tests.login.conftest import TABLE, Provider, Site, Somebody, ports, served
from tests.waiting import LIMIT
from tests.worlds import world_of

world = world_of("webhook_refused", "paid_twice")
OWN: Final = "vera@shop.example"
ADDRESS: Final = re.compile(rb"[\w.+-]{2,}@[\w-]+\.(?:com|example)")  # masked ones have one letter before their stars
LETTING: Final = frozenset({"log in", "refused"})  # what may stand of a viewer in the journal


@dataclass(slots=True)
class Raw:
    """A page of somebody, spoken to message by message. `came`: every byte that the server sent; `buttons`: the ids of
    all that were drawn, by what stands behind the last part of an id: the key; `barred`: those that were disabled."""

    opened: ClientConnection
    came: bytearray = field(default_factory=bytearray)
    buttons: dict[str, str] = field(default_factory=dict)
    barred: set[str] = field(default_factory=set)

    def goes(self, page: str, query: str, *pressed: str) -> None:
        """Have a page drawn, with these buttons (ids) pressed."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        asked.rerun_script.context_info.timezone = "UTC"
        asked.rerun_script.widget_states.widgets.extend(WidgetState(id=one, trigger_value=True) for one in pressed)
        self.opened.send(asked.SerializeToString())
        while True:
            told = self.opened.recv(timeout=LIMIT)
            assert isinstance(told, bytes)
            self.came += told
            message = ForwardMsg.FromString(told)
            self._drawn(message)
            if message.WhichOneof("type") == "script_finished" and message.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
            ):
                return

    def _drawn(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if message.WhichOneof("type") == "delta" and kind in ("button", "download_button"):
            button = element.button if kind == "button" else element.download_button
            key = str(button.id).rpartition("-")[2]
            self.buttons[key] = button.id
            (self.barred.add if button.disabled else self.barred.discard)(key)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    own, site = ports(2)
    provider = Provider(own, (f"http://127.0.0.1:{site}/login/callback",))
    with provider.running():
        yield provider


@pytest.fixture(scope="module")
def site(world: World, provider: Provider) -> Iterator[Site]:
    url = provider.redirects[0].removesuffix("/login/callback")
    with served(world, provider.issuer, url, TABLE, known="vera@shop.example viewer") as running:
        yield running


@contextmanager
def page_of(site: Site, who: Somebody, name: str) -> Iterator[Raw]:
    """An open page of somebody who logs in now."""
    who.logs_in(site.url, name)
    kept = "; ".join(f"{cookie}={value}" for cookie, value in who.client.cookies.items())
    with connect(
        site.socket,
        origin=Origin(site.url),
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={"Cookie": kept},
        max_size=None,
    ) as opened:
        yield Raw(opened)


def test_whatever_a_viewer_sends_is_refused_and_nothing_of_a_customer_comes(
    site: Site, world: World, somebody: Callable[[], Somebody]
) -> None:
    query = f"case={world.built['webhook_refused'].number}"
    with page_of(site, somebody(), "otto") as otto:
        otto.goes("", query)
        otto.goes("", query, otto.buttons["case.retrieve"])
        otto.goes("", query, otto.buttons["case.replay"])  # the dialog that sends is drawn
        otto.goes("discrepancies", "")
        known = dict(otto.buttons)
        assert {"case.replay", "case.retrieve", "case.send"} <= known.keys()
        assert ADDRESS.search(bytes(otto.came)), "an operator sees whose it is"
    with page_of(site, somebody(), "vera") as vera:
        vera.goes("", query)
        assert {"case.replay", "case.retrieve"} <= vera.barred
        for key, button in {**known, **vera.buttons}.items():
            vera.goes("", query, button)
            if key.startswith("scan"):
                vera.goes("discrepancies", "", button)
        vera.goes("", query, *known.values())
        assert set(ADDRESS.findall(bytes(vera.came))) <= {OWN.encode(), b"jane@example.com"}, "hers, and the example"
    with closing(Journal(world.settings_env()["ORDERLENS_JOURNAL_URL"])) as journal:
        entries, _ = journal.recent(limit=500)
        assert journal.scans.recent() == ()
    assert ("otto@shop.example", "retrieve") in {(one.who, one.what) for one in entries}, "so a press is a press"
    did = [(one.what, one.outcome) for one in entries if one.who == OWN]
    assert [one for one in did if one[0] not in LETTING and one[1] != "refused"] == []
