"""How orders are named in Stripe's objects: the customs of integrations, in one place.

Source: the catalogue's "order reference": `client_reference_id`, or one of six metadata keys. And how one name may be
spelled on both sides: what is left out there says nothing of which order is meant, all else is another order.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from core.facts.billing import Invoice, Subscription
from core.facts.money_back import Dispute, Refund
from core.facts.objects import Charge, Intent, Session

REFERENCE_KEYS = ("order_id", "orderId", "order", "order_number", "orderNumber", "reference")
_CUT = 500  # Stripe keeps at most so many characters of a metadata value
_LONGEST = 200  # characters of a name that anybody gives an order
_DIGITS = 10  # of a number that is filled up with zeros
_WORDS = ("order_", "order-", "ord_", "ord-", "Order #")  # what shops write before their numbers
_WORD = re.compile(
    r"(?:(?:wc|woo|woocommerce|shop|store|sales|web)[ _-])?(?:order|ord|invoice)"
    r"(?:[ _-]?(?:number|no|nr|id))?\.?[ _:#/-]++(?=.*\d)",
    re.IGNORECASE,
)
_SITE = re.compile(r"(?:(?:site|shop|store|blog|wp)[_-]?\w*|[\w-]+(?:\.[\w-]+)+):(?!//)(?=.*\d)", re.IGNORECASE)
_SITE_NUMBER = re.compile(r"\d+:(?=.*\d)(?=.*[^\W\d])")  # `41:tk7Q`; but `41:7` may be a user and a plan


def plain(name: str) -> str:
    """A reference without spaces around it or a leading `#`."""
    return name.strip().lstrip("#").strip()


def plainly(name: str) -> str:
    """A reference as references are compared: plain, in small letters."""
    return plain(name).casefold()


def shape(reference: str) -> str:
    """What a reference looks like, by which a user's id is not taken for an order's: `A-1042` is `a-9`."""
    return re.sub(r"[A-Za-z]+", "a", re.sub(r"\d+", "9", plain(reference)))


def may_name(text: str) -> bool:
    """Whether a text can be what an order is called: not JSON, not several lines, not longer than names are."""
    name = plain(text)
    return bool(name) and len(name) <= _LONGEST and name[0] not in "{[" and name.isprintable()


def spellings_of(name: str) -> tuple[str, ...]:
    """The ways one order's name is spelled on the other side, as it stands first; () for what names no order.

    With and without `#` and leading zeros (to ten digits); a number with and without a word for an order before it
    (`order_`, `wc_order_`, `Order #`); without the site before a colon; a UUID with and without hyphens. Any other
    letters before or behind a number are part of it: `A-1042`, `user_1042` and `1042-2` are not 1042. Letter case is
    as it stands there: compare in small letters.
    """
    return tuple(dict.fromkeys(_spellings(name.strip()))) if may_name(name) else ()


def same_name(one: str, other: str) -> bool:
    """Whether two names are one order's: one is a spelling of the other, in any letter case."""
    here, there = plainly(one), plainly(other)
    if here == there:
        return bool(here)
    return here in map(str.casefold, spellings_of(other)) or there in map(str.casefold, spellings_of(one))


def references_in(
    client: object, metadata: Mapping[str, object], keys: Iterable[str] = REFERENCE_KEYS
) -> tuple[str, ...]:
    """The references in a `client_reference_id` and in `keys` of the metadata, each once, as they are spelled there."""
    named = [client, *[metadata[key] for key in keys if key in metadata]] if metadata else [client]
    return tuple(dict.fromkeys([name for one in named if one is not None and (name := str(one).strip())]))


def differing(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """The keys that two metadata share with different values, as far as Stripe keeps these."""
    return [key for key in one if key in other and str(one[key]).strip()[:_CUT] != str(other[key]).strip()[:_CUT]]


def order_references(
    found: Session | Intent | Charge | Refund | Dispute | Subscription | Invoice, also: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Every order reference it carries, each once, those under the keys `also` too; empty where it names nobody."""
    own = found.client_reference_id if isinstance(found, Session) else None
    return references_in(own, found.metadata, (*REFERENCE_KEYS, *also)) if own or found.metadata else ()


def _spellings(name: str) -> Iterator[str]:
    bare = plain(name)
    yield name
    yield from _numbered(bare)
    for before in (_WORD, _SITE, _SITE_NUMBER):
        if (found := before.match(bare)) and (rest := plain(bare[found.end() :])):
            yield from _numbered(rest)
    if _is_number(bare):
        yield from (word + bare for word in _WORDS)
    yield from _hyphened(bare)


def _numbered(bare: str) -> Iterator[str]:
    """A name with and without its sign, a number with and without zeros before it."""
    yield bare
    yield f"#{bare}"
    if _is_number(bare):
        short = bare.lstrip("0") or "0"
        yield from (short, *(short.zfill(digits) for digits in range(len(short) + 1, _DIGITS + 1)))


def _is_number(bare: str) -> bool:
    return bare.isascii() and bare.isdecimal()


def _hyphened(bare: str) -> Iterator[str]:
    """Both ways to write a UUID."""
    try:
        key = UUID(bare)
    except ValueError:
        return
    yield from (str(key), key.hex)
