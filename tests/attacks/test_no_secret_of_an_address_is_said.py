"""Nothing leaks: whatever the password and however its address is written, no message, log or error repeats it.

A password is made of pieces that occur in no sentence, with whatever breaks an address between them; four letters of a
piece in a row are a leak.
"""

import asyncio
import re
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from core.addresses import hidden, known, secrets, shown
from core.errors import OrderlensError, SettingsError, redact
from core.journal import Journal
from core.orders import Doors
from core.telling import Teller
from core.telling.news import Message
from core.webhooks import Sender
from core.webhooks.posting import _post

PIECE = st.text("QXZJVK", min_size=4, max_size=8)
BETWEEN = st.sampled_from(["@", "/", "#", "?", ":", "%", "%40", "&", "=", " ", ",", "'", "\\", "://", "@/", ""])
AROUND = st.text(st.characters(exclude_characters="QXZJVK"), max_size=30)
PASSWORDS = st.lists(st.tuples(BETWEEN, PIECE), min_size=1, max_size=3).map(lambda some: "".join(map("".join, some)))
SHAPES = st.sampled_from([
    "{s}://u:{p}@127.0.0.1:9/x", "{s}://u:{q}@127.0.0.1:9/x", "{s}://:{p}@127.0.0.1:9/x", "{s}://u:{p}@/x",
    "{s}://u:{p}@127.0.0.1/x", "{s}://127.0.0.1:9/x?user=u&password={p}", "{s}://127.0.0.1:9/x?password={q}",
    "{s}://127.0.0.1:9/x?token={p}", "{s}://u@127.0.0.1:9/x?never_heard={p}", "{s}://127.0.0.1:9/x?connect_timeout={p}",
    "{s}://127.0.0.1:9/x?sslmode={p}&password={q}", "{s}://127.0.0.1:9/x?charset={p}", "{s}://127.0.0.1:9/x?options={p}",
    "{s}://127.0.0.1:9/x?password={p}&password={q}", "{s}://u:{p}@127.0.0.1:{p}/x", "{s}://u:pw@127.0.0.1:{p}/x",
    "{s}://u:{n}/x", "{s}://u:{p}@127.0.0.1:99999/x", "{s}://u:{p}@[::1/x", "{s}:u:{p}@127.0.0.1/x",
    "u:{p}@127.0.0.1:9/x", "{s}:///u:{p}@127.0.0.1:9/x", "{s}://u:{p}@127.0.0.1:9/x y", '"{s}://u:{p}@127.0.0.1:9/x"',
])  # fmt: skip
SCHEMES = st.sampled_from(["postgresql", "postgres", "postgresql+psycopg", "mysql", "mariadb", "sqlite", "ftp"])


def leaked(text: str, password: str) -> list[str]:
    """Four letters in a row of a piece of the password that stand in the text."""
    pieces = re.findall("[QXZJVK]{4,}", password)
    return sorted({part for one in pieces for at in range(len(one) - 3) if (part := one[at : at + 4]) in text})


def told(error: BaseException) -> str:
    """All that an error and whatever it came from say, for people and for programs."""
    said, waiting = "".join(traceback.format_exception(error)), [error]
    seen: list[BaseException] = []
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.append(one)
        said += f"{one}{one!r}{one.args!r}{getattr(one, 'orig', '')!r}"
        waiting += filter(None, (one.__cause__, one.__context__))
    return said


def spelled(shape: str, scheme: str, password: str) -> str:
    """`n`: where no host follows; behind an @ there would be one."""
    return shape.format(s=scheme, p=password, q=quote(password, safe=""), n=password.replace("@", ""))


def _looked(url: str) -> None:
    with closing(Doors(url)) as doors, doors.reading():
        pass


@settings(max_examples=150)
@example("{s}://127.0.0.1:9/x?user=u&password={p}", "postgresql", "&JJJK=JJJJ")
@given(SHAPES, SCHEMES, PASSWORDS)
def test_the_orders_database(shape: str, scheme: str, password: str) -> None:
    with pytest.raises(OrderlensError) as caught:
        _looked(spelled(shape, scheme, password))
    assert leaked(told(caught.value), password) == []


@settings(max_examples=150)
@given(SHAPES, SCHEMES.filter(lambda one: one != "sqlite"), PASSWORDS)
def test_the_journal(shape: str, scheme: str, password: str) -> None:
    with pytest.raises(OrderlensError) as caught:
        Journal(spelled(shape, scheme, password)).check()
    assert leaked(told(caught.value), password) == []


WEB = st.sampled_from([
    "http://u:{p}@127.0.0.1:9/x", "http://u:{q}@127.0.0.1:9/x", "http://{q}@127.0.0.1:9/x", "http://u:{n}/x",
    "http://127.0.0.1:9/x?token={p}", "http://127.0.0.1:9/x?{q}=1&never_heard={p}", "http://u:{p}@127.0.0.1:{n}/x",
    "ftp://u:{p}@127.0.0.1:9/x", "u:{p}@127.0.0.1:9/x", "http:u:{p}@127.0.0.1:9/x", "http://u:{p}@[::1/x",
    "https://u:{p}@127.0.0.1:9/x?a={p}#{p}", "http:///u:{p}@127.0.0.1:9/x",
])  # fmt: skip


@settings(max_examples=150)
@given(WEB, PASSWORDS)
def test_the_webhook_address(shape: str, password: str) -> None:
    url = spelled(shape, "", password)
    said = shown(url) if "{q}=1" not in shape else ""
    try:
        Sender(url, "whsec_x")
    except SettingsError as error:
        said += told(error)
    else:
        with ThreadPoolExecutor(1) as beside:  # in this one a browser's loop may run
            said += beside.submit(asyncio.run, _post(url, (), b"", 0, 5.0)).result().error or ""
    assert leaked(said, password) == []


@settings(max_examples=60)
@given(
    st.sampled_from(["json://u:{p}@127.0.0.1:9/x", "mailto://u:{p}@127.0.0.1:9", "u:{p}@127.0.0.1", "slack://{p}/{p}/{p}",
                     "json://127.0.0.1:9/?+token={p}", "https://127.0.0.1:9/{p}", "{p}"]),
    PASSWORDS.filter(lambda one: " " not in one),
)  # fmt: skip
def test_whom_to_tell(shape: str, password: str) -> None:
    said = ""
    try:
        teller = Teller([SecretStr(spelled(shape, "", password))])
    except SettingsError as error:
        said = told(error)
    else:
        said = "".join(map(teller.name, teller.marks)) + repr(teller.marks)
        if "127.0.0.1" in shape and teller.marks:
            assert teller.tell(Message("title", "body"), teller.marks) == teller.marks  # nobody is there
    assert leaked(said, password) == []


@given(AROUND, st.sampled_from(["postgresql", "redis", "https"]), PASSWORDS, AROUND)
def test_text_from_elsewhere(before: str, scheme: str, password: str, after: str) -> None:
    """What a stranger wrote: at the least whatever stands before the host, to the first blank."""
    if not set(password) & set(' "') and "://" not in password:
        assert leaked(redact(f"{before} {scheme}://u:{password}@host/x {after}"), password) == []


@given(st.sampled_from(["password", "token", "client_secret", "api_key", "X-Signature", "sig"]), PASSWORDS)
def test_an_option_that_is_called_like_a_secret(name: str, password: str) -> None:
    said = redact(f"see https://host/x?page=2&{name}={quote(password, safe='')}&y=3.")
    assert leaked(said, password) == []
    assert "page=2" in said
    assert "y=3" in said


def test_what_is_no_secret_stays() -> None:
    for text in (
        "https://dashboard.stripe.com/test/payments/pi_3TxQ?page=2",
        "https://shop.example.com:8443/thanks?session_id={CHECKOUT_SESSION_ID}",
        '{"success_url": "https://shop.example.com/thanks", "email": "jane@example.com"}',
        '{"success_url":"https://shop.example.com","email":"jane@example.com"}',
        "https://dashboard.stripe.com/apikeys/create?name=Orderlens&permissions%5B0%5D=rak_charge_read",
    ):
        assert redact(text) == text


def test_a_long_text_costs_no_more_than_its_length() -> None:
    """Each letter is looked at a few times: no text of a stranger's holds up everybody."""
    for part in ("://a:", "://a:@", "?token=", "://?a", "@", "&key=://"):
        began = time.process_time()
        redact("://x@" + part * 40_000)
        assert time.process_time() - began < 20, part


@given(WEB, PASSWORDS)
def test_a_trace_at_the_edge(shape: str, password: str) -> None:
    """Whatever broke, and whatever it says: what the environment holds is taken out."""
    url = spelled(shape, "", password)
    trace = f"ValueError: cannot use {url!r} nor {url} because of {password!r}"
    environment = {"ORDERLENS_TELL": url, "PGPASSWORD": password}
    assert leaked(hidden(trace, known(environment)), password) == []
    if shape.count("{p}@") == shape.count("{p}") == 1:
        assert leaked(hidden(f"no such host: {password}", secrets(url)), password) == []
