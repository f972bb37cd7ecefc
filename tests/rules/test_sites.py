"""Hosts and sites: which are one, and which addresses make a redirect likely."""

import pytest

from core.facts import Endpoint
from core.rules.questions.sites import domain, host, one_site, redirect


@pytest.mark.parametrize(
    ("of", "is_"),
    [
        ("shop.example.co.uk", "example.co.uk"),
        ("www.example.com.au", "example.com.au"),
        ("SHOP.Example.COM", "example.com"),
        ("api.example.io", "example.io"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_the_registrable_part(of: str, is_: str) -> None:
    assert domain(of) == is_


def test_two_customers_of_one_host_are_two_sites() -> None:
    assert not one_site("one.github.io", "two.github.io")
    assert one_site("api.example.io", "www.example.io")
    assert not one_site("127.0.0.1", "10.0.0.1")


def test_a_url_that_is_none_has_no_host() -> None:
    assert (host("https://[::1/x"), host("nonsense"), host("https://A.example/x")) == ("", "", "a.example")


@pytest.mark.parametrize(
    ("url", "shops", "likely"),
    [
        ("https://www.example.com/hook", ("www.example.com",), False),
        ("https://api.example.com/hook", ("www.example.com",), False),
        ("http://localhost:3000/hook", ("localhost",), False),
        ("http://192.168.0.7/hook", (), False),
        ("https://example.com/hook", (), False),
        ("https://example.com/hook", ("www.example.com",), True),
        ("https://www.example.com/hook", ("example.com",), True),
        ("http://www.example.com/hook", ("www.example.com",), True),
        ("https://old.example.net/hook", ("www.example.com",), True),
    ],
)
def test_where_a_redirect_is_likely(url: str, shops: tuple[str, ...], *, likely: bool) -> None:
    assert (redirect(Endpoint("we_1", url, enabled=True), shops) is not None) is likely
