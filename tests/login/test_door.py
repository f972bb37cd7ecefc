"""The door over HTTP: who comes in, who does not, what is asked for at which address."""

import base64
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.types import Message

from core.cli.outcomes import Exit
from core.settings import EXAMPLE
from dashboard.server.door import Door
from tests.login.conftest import Doors, Provider, Site, alone, led_to, ports, tells_who_came
from tests.login.tabs import FORGED, Making, port_of, sent_away, tab
from tests.waiting import LIMIT


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    own, *sites = ports(4)
    redirects = tuple(f"http://127.0.0.1:{port}/login/callback" for port in sites)
    provider = Provider(own, redirects)
    with provider.running():
        yield provider


@pytest.fixture(scope="module")
def site(provider: Provider, doors: Doors) -> Iterator[Site]:
    with doors.before(provider.issuer, port_of(provider, 0)) as running:
        yield running


def test_a_stranger_sees_nothing_but_the_way_to_log_in(site: Site, somebody: Making) -> None:
    stranger = somebody()
    page = stranger.opens(f"{site.url}/discrepancies?case=1042&x=a%26b")
    assert (page.status_code, page.headers["cache-control"]) == (302, "no-store")
    assert page.headers["location"] == "/login?next=%2Fdiscrepancies%3Fcase%3D1042%26x%3Da%2526b"
    assert stranger.opens(site.url).headers["location"] == "/login"
    for path in ("/static/index.html", "/media/abc.csv", "/legible.css", "/_stcore/message", "/component/x"):
        refused = stranger.client.get(site.url + path, headers={"accept": "*/*"})
        assert (refused.status_code, refused.text) == (401, "Log in first.\n"), path
    assert stranger.client.post(f"{site.url}/", headers={"accept": "text/html"}).status_code == 401
    for path in ("/auth/login", "/auth/logout", "/oauth2callback", "/_stcore/upload_file/a/b", "/_stcore/metrics"):
        assert stranger.client.get(site.url + path).status_code == 404, path


def test_pitfall_1_the_pings_stay_open_and_a_strangers_page_is_told_to_load_itself_anew(
    site: Site, somebody: Making
) -> None:
    stranger = somebody()
    for path in ("/healthz", "/_stcore/health", "/_stcore/host-config"):
        assert stranger.client.get(site.url + path).status_code == 200, path
    with tab(site) as opened:
        assert opened.subprotocol == "streamlit"
        assert sent_away(opened) == ""
        assert opened.close_code == 1008


def test_whoever_has_a_role_comes_in_where_they_wanted_to(site: Site, somebody: Making, doors: Doors) -> None:
    ann = somebody()
    back = ann.logs_in(site.url, "ann", "/?case=pi_123&x=%26")
    assert (back.status_code, led_to(back)) == (200, "/?case=pi_123&x=%26")
    assert ann.opens(f"{site.url}/?case=pi_123").status_code == 200
    entry = doors.last()
    assert (entry.who, entry.what, entry.outcome) == ("ann@shop.example", "log in", "support")


def test_pitfall_8_without_a_role_nobody_comes_in_and_the_e_mail_is_named(
    site: Site, somebody: Making, doors: Doors
) -> None:
    nora = somebody()
    refused = nora.logs_in(site.url, "nora")
    assert refused.status_code == 403
    assert "nora@shop.example may not use Orderlens" in refused.text
    assert nora.opens(site.url).status_code == 302
    entry = doors.last()
    assert (entry.who, entry.what, entry.outcome) == ("nora@shop.example", "refused", "no role")


def test_whoever_says_no_at_the_provider_is_told_what_it_said(site: Site, somebody: Making) -> None:
    refused = somebody().logs_in(site.url, "nobody")
    assert refused.status_code == 403
    assert "access_denied not today" in refused.text


def test_the_cookie_is_one_that_no_script_and_no_other_site_can_use(site: Site, somebody: Making) -> None:
    set_by = SimpleCookie()
    for line in somebody().logs_in(site.url, "ann").headers.get_list("set-cookie"):
        set_by.load(line)
    cookie = set_by["orderlens"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "lax", "/", "")
    assert 35_900 < int(cookie["max-age"]) <= 36_000
    assert len(cookie.value) < 500
    gone = next(one for name, one in set_by.items() if name.startswith("orderlens-login-"))
    assert gone["max-age"] == "0"


def test_pitfall_5_two_log_ins_at_once_both_come_through_and_only_the_newest_five_are_kept(
    site: Site, somebody: Making
) -> None:
    ann = somebody()
    first, second = ann.at_provider(f"{site.url}/?case=one"), ann.at_provider(f"{site.url}/?case=two")
    assert led_to(ann.comes_back(first, "ann")) == "/?case=one"
    assert led_to(ann.comes_back(second, "ann")) == "/?case=two"
    many = somebody()
    for _ in range(9):
        many.opens(f"{site.url}/login")
    assert sum(name.startswith("orderlens-login-") for name in many.client.cookies) == 5


@pytest.mark.parametrize(
    "where",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:x", "/\tx", "x", f"/{'x' * 2000}"],
)
def test_pitfall_6_a_log_in_leads_nowhere_but_to_a_path_of_ours(site: Site, somebody: Making, where: str) -> None:
    ann = somebody()
    asked = ann.at_provider(f"{site.url}/login?{urlencode({'next': where})}")
    assert led_to(ann.comes_back(asked, "ann")) == "/"


def test_an_answer_that_nobody_asked_for_is_none(site: Site, somebody: Making) -> None:
    ann, mallory = somebody(), somebody()
    asked = mallory.at_provider(f"{site.url}/login")
    url = f"{asked}/otto"
    while "/login/callback" not in url:
        url = str(mallory.opens(url).headers["location"])
    planted = ann.opens(url)  # Mallory's answer in Ann's browser
    assert "This log-in is not known any more." in planted.text
    assert "set-cookie" not in planted.headers
    assert ann.opens(site.url).headers["location"] == "/login"
    assert mallory.opens(url).status_code == 200
    again = mallory.opens(url)  # the same answer twice: its question is gone
    assert "set-cookie" not in again.headers


def test_pitfall_10_a_person_that_somebody_names_themselves_is_nobody(site: Site, somebody: Making) -> None:
    stranger = somebody()
    assert stranger.opens(site.url, x_orderlens_person=FORGED).status_code == 302
    with tab(site, None, **{"X-Orderlens-Person": FORGED}) as opened:
        assert sent_away(opened) == ""


def test_a_cookie_that_was_changed_or_made_up_is_none(site: Site, somebody: Making) -> None:
    ann = somebody()
    ann.logs_in(site.url, "ann")
    value = ann.client.cookies["orderlens"]
    for wrong in (value[:-1], f"x{value}", "", "a.b.c", "é"):
        sent = {b"accept": b"text/html", b"cookie": f"orderlens={wrong}".encode()}
        assert somebody().client.get(site.url, headers=sent).status_code == 302, wrong
    among = {"accept": "text/html", "cookie": f"x=a b; {{bad}}; orderlens={value}; y"}
    assert somebody().client.get(site.url, headers=among).status_code == 200


def test_pitfall_11_names_with_umlauts_and_the_role_arrive_behind_the_door(site: Site, somebody: Making) -> None:
    ann, otto = somebody(), somebody()
    ann.logs_in(site.url, "ann")
    otto.logs_in(site.url, "otto")
    (told,) = ann.opens(site.url, x_orderlens_person=FORGED).json()
    person = {"email": "ann@shop.example", "name": "Ann Müller", "role": "support", "shops": [], "sub": "ann"}
    person |= {"known": "logged in"}
    assert json.loads(base64.urlsafe_b64decode(told)) == person
    (told,) = otto.opens(site.url).json()
    assert json.loads(base64.urlsafe_b64decode(told))["role"] == "operator"  # the highest of theirs


def test_the_provider_is_away(doors: Doors, somebody: Making) -> None:
    nowhere, port = ports(2)
    with doors.before(f"http://127.0.0.1:{nowhere}", port) as site:
        answer = somebody().opens(f"{site.url}/login")
        assert answer.status_code == 502
        assert "The log-in provider does not answer" in answer.text
        assert ">Try again</a>" in answer.text


def test_a_provider_that_calls_itself_otherwise_is_not_believed(
    provider: Provider, doors: Doors, somebody: Making
) -> None:
    with doors.before(provider.issuer.replace("127.0.0.1", "localhost"), ports(1)[0]) as site:
        answer = somebody().opens(f"{site.url}/login")
        assert answer.status_code == 502
        assert "ORDERLENS_OIDC_ISSUER calls it" in answer.text


def test_without_a_log_in_whoever_has_this_machine_is_who_the_settings_say(doors: Doors, somebody: Making) -> None:
    with doors.before(None, ports(1)[0]) as site:
        here = somebody()
        for path in ("/", "/login", "/logout"):
            (told,) = here.opens(site.url + path, x_orderlens_person=FORGED).json()
            assert json.loads(base64.urlsafe_b64decode(told)) == {
                "email": "",
                "known": "",
                "name": "",
                "role": "admin",
                "shops": [],
                "sub": "ana",
            }
        with tab(site) as opened:
            opened.send(b"x")
            assert opened.recv(timeout=LIMIT) == b"x"


@pytest.mark.parametrize(("reached", "let_in"), [("127.0.0.1", True), ("::1", True), ("10.0.0.7", False), ("", False)])
@pytest.mark.parametrize("anywhere", [False, True])
def test_without_a_log_in_another_machine_comes_in_only_where_that_is_meant(
    reached: str, *, let_in: bool, anywhere: bool
) -> None:
    door = Door(tells_who_came, entrance=None, operator="ana", anywhere=anywhere)
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "server": (reached, 8501)}
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    alone(door(scope, receive, send))
    assert sent[0]["status"] == (200 if let_in or anywhere else 403)


def test_serve_refuses_another_address_where_nobody_has_to_log_in(tmp_path: Path) -> None:
    (tmp_path / "orderlens.toml").write_text(EXAMPLE)
    own = {"STRIPE_API_KEY": "rk_test_" + "k" * 24, "ORDERLENS_DATABASE_URL": "sqlite:///shop.sqlite3"}
    command = [sys.executable, "-m", "core.cli", "serve", "--host=0.0.0.0", "--port=0"]
    done = subprocess.run(command, cwd=tmp_path, env={**os.environ, **own}, capture_output=True, text=True, check=False)
    assert done.returncode == Exit.USAGE
    assert "nobody would have to log in" in done.stderr
    assert "--without-login" in done.stderr


def test_what_is_told_in_the_log_has_no_secret_of_a_log_in(
    site: Site, somebody: Making, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ann = somebody()
    ann.comes_back(ann.at_provider(f"{site.url}/login"), "ann")
    assert "log in: ann@shop.example support" in caplog.text
    assert ann.client.cookies["orderlens"] not in caplog.text
