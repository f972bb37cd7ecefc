"""A log-in ends: everywhere, in time, and by nobody else's doing; what a restart and a second door know of it."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.login.conftest import Doors, Provider, Site, ports
from tests.login.tabs import Making, port_of, sent_away, tab
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


def test_pitfall_2_log_out_ends_every_tab_a_little_later_and_a_replayed_cookie_is_refused(
    site: Site, somebody: Making
) -> None:
    ann, thief = somebody(), somebody()
    ann.logs_in(site.url, "ann")
    thief.client.cookies.set("orderlens", ann.client.cookies["orderlens"], domain="127.0.0.1")
    assert thief.opens(site.url).status_code == 200
    with tab(site, ann) as one, tab(site, ann) as other:
        left = ann.opens(f"{site.url}/logout", sec_fetch_site="same-origin")
        assert left.status_code == 302
        assert parse_qs(urlsplit(left.headers["location"]).query) == {
            "client_id": ["orderlens"],
            "post_logout_redirect_uri": [f"{site.url}/signed-out"],
        }
        assert "orderlens" not in ann.client.cookies
        assert thief.opens(site.url).status_code == 302
        assert {sent_away(one), sent_away(other)} == {"/signed-out"}
    assert "You are signed out." in ann.opens(f"{site.url}/signed-out").text


def test_another_site_cannot_log_anybody_out(site: Site, somebody: Making) -> None:
    ann = somebody()
    ann.logs_in(site.url, "ann")
    for whence in ("cross-site", "same-site"):
        refused = ann.opens(f"{site.url}/logout", sec_fetch_site=whence)
        assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
    assert ann.opens(site.url).status_code == 200


def test_a_link_from_another_site_opens_nothing_by_itself_with_a_log_in_before_it_either(
    site: Site, somebody: Making
) -> None:
    stranger = somebody()
    for path in ("/?case=1042", "/login?next=%2F%3Fcase%3D1042", "/login?next=/setup"):
        assert "Nothing was read yet." in stranger.opens(site.url + path, sec_fetch_site="cross-site").text, path
    for path in ("/", "/login", "/login?next=%2Fdiscrepancies"):
        assert stranger.opens(site.url + path, sec_fetch_site="cross-site").status_code == 302, path


def test_two_doors_with_one_secret_know_the_same_people_and_who_left(
    site: Site, provider: Provider, doors: Doors, somebody: Making
) -> None:
    ann, thief = somebody(), somebody()
    ann.logs_in(site.url, "ann")
    thief.client.cookies.set("orderlens", ann.client.cookies["orderlens"], domain="127.0.0.1")
    with doors.before(provider.issuer, port_of(provider, 1), url=site.url) as second:
        assert ann.opens(second.url).status_code == 200
        with tab(second, ann) as opened:
            ann.opens(f"{site.url}/logout")
            assert sent_away(opened) == "/signed-out"
        assert thief.opens(second.url).status_code == 302
    assert thief.opens(site.url).status_code == 302


def test_a_restart_keeps_people_in_and_others_out_and_other_rules_ask_again(
    provider: Provider, doors: Doors, somebody: Making
) -> None:
    ann, left = somebody(), somebody()
    port = port_of(provider, 2)
    with doors.before(provider.issuer, port, secret="") as before:  # made once, beside the journal
        for one in (ann, left):
            one.logs_in(before.url, "ann")
        gone = left.client.cookies["orderlens"]
        left.opens(f"{before.url}/logout")
    assert (doors.folder / "session.secret").stat().st_mode & 0o777 == 0o600
    left.client.cookies.set("orderlens", gone, domain="127.0.0.1")
    with doors.before(provider.issuer, port, secret="") as after:
        assert ann.opens(after.url).status_code == 200
        assert left.opens(after.url).status_code == 302
    others = '\n[login]\nscopes = "openid groups"\n[login.roles]\noperator = ["payments-oncall"]\n'
    with doors.before(provider.issuer, port, secret="", table=others) as changed:
        assert ann.opens(changed.url).status_code == 302
    with doors.before(provider.issuer, port) as another:
        assert ann.opens(another.url).status_code == 302


def test_pitfall_4_at_its_end_and_not_before_a_log_in_is_over_and_the_page_loads_itself_anew(
    provider: Provider, doors: Doors, somebody: Making
) -> None:
    ahead = 0
    with doors.before(provider.issuer, port_of(provider, 2), clock=lambda: time.time() + ahead) as site:
        ann = somebody()
        ann.logs_in(site.url, "ann")
        value = ann.client.cookies["orderlens"]
        with tab(site, ann) as opened:
            ahead = 9 * 3600
            assert ann.opens(site.url).status_code == 200
            opened.send(b"half-typed")
            assert opened.recv(timeout=LIMIT) == b"half-typed"
            ahead = 10 * 3600
            assert sent_away(opened) == ""
        old = {"accept": "text/html", "cookie": f"orderlens={value}"}
        assert somebody().client.get(site.url, headers=old).status_code == 302


def test_where_nobody_knows_who_left_nobody_comes_in(provider: Provider, somebody: Making, tmp_path: Path) -> None:
    ann, there = somebody(), Doors(tmp_path)
    with there.before(provider.issuer, port_of(provider, 2)) as site:
        ann.logs_in(site.url, "ann")
    (tmp_path / "journal.sqlite3").rename(tmp_path / "elsewhere.sqlite3")
    (tmp_path / "journal.sqlite3").mkdir()
    with there.before(provider.issuer, port_of(provider, 2)) as site:
        answer = ann.opens(site.url)
        assert answer.status_code == 502
        assert "journal" in answer.text
