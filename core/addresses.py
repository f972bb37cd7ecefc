"""Addresses as settings hold them: what may be said of one, and what is wrong with how it is written. Pure.

An address can hold a password: before the host, in any option behind it, and, where `@` or `/` was not escaped, in what
looks like its host or its path. So no address is shown as it was given. A database is called by its host and name
(`core.databases`), an http address by what `shown` leaves of it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from string import Formatter
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, quote_plus, unquote, urlsplit

ESCAPED: Final = "Write @ as %40, : as %3A, / as %2F, ? as %3F and # as %23 where a password holds one."
_USER = re.compile(r"[\w+.-]+://(?:[^:/]*(?::(?!\d*[/?])[^@]*)?@)?")  # a port is no password that begins with a number
_NO_PORT = re.compile(r"[\w+.-]+://(?:[^/?#]*@)?[^/?#@]*:(?:[/?#]|$)")
_HOST = re.compile(r"[\w.:%\[\]-]+")
_OPTION_NAME = re.compile(r"[a-z]+(?:_[a-z]+)*")  # as every driver spells its own
_SECRET_NAMES = re.compile(r"(?i)(PASSWORD|PASSWD|SECRET|TOKEN|KEY|_TELL|CREDENTIALS?)$")
_GAPS: Final = frozenset({"id", "number"})  # of an order, in the address of its page
_MOST: Final = 64  # colons of an address behind which a secret is looked for
_TELLING: Final = 4  # letters: a shorter text is taken out only where it stands alone


def misplaced_at(url: str) -> bool:
    """Whether an `@` stands behind the one that ends user and password: most likely one of a password's own."""
    begun = _USER.match(url)
    return "@" in url[begun.end() if begun else 0 :]


def unfinished(url: str) -> bool:
    """Whether a colon stands where a port would: most likely a password follows, and the host was forgotten."""
    return bool(_NO_PORT.match(url))


def flaw(url: str) -> str | None:
    """What is wrong with an http(s) address, in words that repeat nothing of it; None where it can be used."""
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https"):
        return "is not an http(s) address"
    if "@" in parts.path + parts.query + parts.fragment or parts.netloc.count("@") > 1:
        return "has an @ that is not the one before the host"
    if unfinished(url):
        return "has a colon without a port"
    if not parts.hostname or not _HOST.fullmatch(parts.hostname):
        return "has no host"
    return None


def wrong_web(name: str, url: str | None) -> list[str]:
    """A line for people where the setting `name` holds an http(s) address that is none."""
    wrong = flaw(url.strip()) if url else None
    return [f"{name} {wrong}. {ESCAPED if '@' in wrong else 'Write it as https://host/path.'}"] if wrong else []


def wrong_base(url: str) -> list[str]:
    """A line where ORDERLENS_STRIPE_API_BASE is none that Stripe, or what stands in for it, can be asked at."""
    if "@" in url:
        return ["ORDERLENS_STRIPE_API_BASE holds a user or a password: Stripe takes the key alone. Leave it out."]
    return wrong_web("ORDERLENS_STRIPE_API_BASE", url)


def wrong_template(name: str, template: str | None) -> list[str]:
    """A line for people where the setting `name` is no address with gaps for an order's id or number."""
    if template is None:
        return []
    example = f'Example: {name} = "https://shop.example/admin/orders/{{id}}"'
    try:
        gaps = {gap for _, gap, spec, how in Formatter().parse(template) if gap is not None and not (spec or how)}
        plain = template.format(id="1", number="1")
    except (ValueError, KeyError, IndexError, AttributeError):
        return [f"{name} has gaps that cannot be filled: there are {{id}} and {{number}}. {example}"]
    if not gaps or gaps - _GAPS or not plain.startswith(("https://", "http://")):
        return [f"{name} is no address with a gap for the order, {{id}} or {{number}}. {example}"]
    return wrong_web(name, plain)


def shown(url: str) -> str:
    """An http(s) address for people: without user, password and options."""
    if flaw(url) is not None or (parts := _split(url)) is None:
        return "an address that cannot be read"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" + ("?***" if parts.query else "")


def secrets(url: str) -> frozenset[str]:
    """Every text in an address that may be one: whatever stands between scheme and host, the value of each option.
    For what a driver or a library says of it: there may be more in it than there is."""
    before = url.rpartition("@")[0]
    signs = islice((at for at, sign in enumerate(before) if sign == ":"), _MOST)
    found = {before, *before.split("@"), *(before[at + 1 :].removeprefix("//") for at in signs)}
    _, _, query = url.partition("?")
    found |= {value for _, value in parse_qsl(query, keep_blank_values=True)}
    options = [option.partition("=") for option in query.split("&")]
    found |= {value for _, _, value in options} | misnamed(name for name, _, _ in options)
    return frozenset(found | {unquote(one) for one in found}) - {""}


def misnamed(options: Iterable[str]) -> frozenset[str]:
    """The names of options that may be parts of a secret: an & that is not escaped makes names of what follows it."""
    found, told = set[str](), False
    for name in options:
        if told or not _OPTION_NAME.fullmatch(name):
            found.add(name)
        told = told or bool(_SECRET_NAMES.search(name))
    return frozenset(found)


def known(environment: Mapping[str, str]) -> frozenset[str]:
    """Every text in an environment that may be a secret: by the name of the variable, or as part of an address."""
    found: set[str] = set()
    for name, value in environment.items():
        if _SECRET_NAMES.search(name):
            found |= {value, *value.split()}
        for word in (value, *value.split()) if "://" in value or "@" in value else ():
            found |= secrets(word)
    return frozenset(one for one in found if len(one) >= _TELLING)


def hidden(text: str, kept_back: Iterable[str]) -> str:
    """`text` without any of these, in any spelling of theirs."""
    for one in sorted(_spellings(kept_back), key=len, reverse=True):
        pattern = re.escape(one) if len(one) >= _TELLING else rf"(?<!\w){re.escape(one)}(?!\w)"
        text = re.sub(pattern, "***", text)
    return text


def _spellings(texts: Iterable[str]) -> Iterator[str]:
    for one in set(texts):
        yield from {one, quote(one), quote(one, safe=""), quote_plus(one), repr(one)[1:-1]} - {""}


def _split(url: str) -> SplitResult | None:
    """Its parts; None where it has none, or a port that is no number."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts
