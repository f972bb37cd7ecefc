"""Hosts and sites: where a URL leads, which hosts are one site, and whether a delivery would meet a redirect.

The registrable domain is told by the public suffix list that comes with its package; nothing is fetched.
"""

from functools import cache, lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from core.facts import Endpoint
from core.linking import same_site

_HERE = ("localhost", ".localhost", ".local", ".internal", ".test")


@lru_cache(maxsize=1024)
def host(url: str) -> str:
    """The host of a URL; empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # a malformed IPv6 address
        return ""


@lru_cache(maxsize=1024)
def domain(host: str) -> str:
    """The registrable part: `example.co.uk` of `shop.example.co.uk`; a host without one, or an address, as it is."""
    if _is_address(host):
        return host
    return _list().privatesuffix(host) or host.lower()


def one_site(one: str, other: str) -> bool:
    """Whether two hosts belong to one registrable domain."""
    return same_site(domain(one), domain(other))


def redirect(endpoint: Endpoint, shops: tuple[str, ...]) -> str | None:
    """What makes a redirect likely at the endpoint's address, in words; None where nothing does. `shops`: the hosts
    that the shop is known to be on. Stripe follows none: it takes the answer 301 or 308 for a refusal."""
    there = host(endpoint.url).lower()
    if not there or there in shops:
        return "plain http" if _is_plain(endpoint.url, there) else None
    twin = next((shop for shop in shops if _bare(shop) == _bare(there)), None)
    if twin is not None:
        return f"{there}, not {twin}"
    if shops and not any(one_site(there, shop) for shop in shops):
        return f"{there}, not {shops[0]}"
    return "plain http" if _is_plain(endpoint.url, there) else None


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


def _is_plain(url: str, there: str) -> bool:
    """Whether it is on plain http, and not on somebody's own machine."""
    return url.lower().startswith("http:") and not _is_address(there) and not f".{there}".endswith(_HERE)


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdecimal()


@cache
def _list() -> PublicSuffixList:
    return PublicSuffixList()
