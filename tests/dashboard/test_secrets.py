"""Nothing leaks: a key, a secret or a password that stands in the settings, in an order or at Stripe reaches nobody."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from core import wiring
from core.cases import bundle
from core.cli.outcomes import diagnosis_json
from core.export import csv_lines
from core.replays import candidates
from core.sandbox import World
from core.settings import load
from tests.dashboard.conftest import Opening, shown
from tests.people import MIRA, person

LEAKS = {
    "a signing secret": "whsec_" + "LeakedSigning000001",
    "a live key": "sk_live_" + "LeakedKey000000001",
    "a client secret": "pi_3Leak_secret_" + "LeakedClient000001",
    "a password": "postgresql://shop:LeakedPassword1@db/shop",
}
NEVER = ("LeakedSigning", "LeakedKey", "LeakedClient", "LeakedPassword")


@pytest.fixture
def world() -> Iterator[World]:
    """A shop that wrote its secrets where they do not belong: beside an order, and at Stripe."""
    with World() as world:
        built = world.built["webhook_refused"]
        for thing in built.objects:
            data = {"object": {**thing["data"]["object"], "metadata": LEAKS}} if thing["object"] == "event" else {}
            hurt = {"data": data} if data else {"metadata": {"order_id": built.number, **LEAKS}}
            world.stripe.store.change(thing, **hurt)
        with closing(sqlite3.connect(world.shop.books.path)) as shop, shop:
            hurt_row = "UPDATE orders SET metadata = ? WHERE order_number = ?"
            shop.execute(hurt_row, (json.dumps(LEAKS), built.number))
        yield world


@pytest.fixture(autouse=True)
def _settings(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in world.settings_env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ORDERLENS_WEBHOOK_URL", world.webhook_url.replace("http://", "http://shop:LeakedPassword2@"))


def leaked(world: World, text: str) -> list[str]:
    """What of all that is in `text`."""
    return [secret for secret in (*NEVER, world.secret_key, world.webhook_secret) if secret in text]


def test_what_leaves_as_a_file_or_as_data(world: World) -> None:
    with wiring.desk(load()) as desk:
        (hit,) = desk.find(world.built["webhook_refused"].number, who=MIRA).hits
        opened = desk.open(hit.key)
        (event, *_) = candidates(opened)
        proof = desk.carry_out(
            desk.plan_replay(opened, event.id), opened, who=person("ana"), note=" ".join(LEAKS.values())
        )
        retrieved = desk.retrieve(opened, who=person("ana"))
        entries, _ = desk.activity()
    assert len(entries) == 2
    for text in (
        json.dumps(bundle(opened.case, masked=False)),
        json.dumps(diagnosis_json(opened)),
        "".join(csv_lines([opened])),
        proof.says + proof.delivery.answer,
        repr(retrieved.changes),
        repr(entries),
        *(path.read_bytes().decode("latin-1") for path in world.directory.glob("journal.sqlite3*")),
    ):
        assert text
        assert leaked(world, text) == []


def test_what_a_page_shows(world: World, opening: Opening) -> None:
    page = opening(case=world.built["webhook_refused"].number)
    for press in (None, "case.replay"):
        if press:
            page = page.button(key=press).click().run()
        assert not page.exception
        assert leaked(world, shown(page)) == []
    assert "Stripe-Signature" in shown(page)
    page.button(key="case.cancel").click().run()
    for tab, holds in (
        ("For the developer", "webhook_failing"),
        ("Raw", "payment_intent"),
        ("Done so far", "Nothing was done"),
    ):
        (label,) = [one.label for one in page.tabs if tab in one.label]
        page.session_state["case.tab"] = label
        page.run()
        assert not page.exception
        text = shown(page) + "".join(str(getattr(one, "value", "")) for one in page.get("json"))
        text += "".join(one.value.to_csv() for one in page.table).replace("\\", "")
        assert holds in text
        assert leaked(world, text) == []
