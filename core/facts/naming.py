"""How orders are named in Stripe's objects: the customs of integrations, in one place.

Source: the catalogue's "order reference": `client_reference_id`, or one of six metadata keys; and, beside these
customs, what the settings say or a shop's own payments prove (`NameKeys`). And how one name may be spelled on both
sides: what is left out there says nothing of which order is meant, all else is another order.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from core.facts.billing import Invoice, Subscription
from core.facts.money_back import Dispute, Refund
from core.facts.objects import Charge, Intent, Session
from core.facts.remembered import remembered

CLIENT = "client_reference_id"
INSIDE = "->"  # of JSON that stands under a key: `data->order_id`
REFERENCE_KEYS = ("order_id", "orderId", "order", "order_number", "orderNumber", "reference")
_CUT = 500  # Stripe keeps at most so many characters of a metadata value
LONGEST = 200  # characters of a name that anybody gives an order
_DIGITS = 10  # of a number that is filled up with zeros
_WORDS = ("order_", "order-", "ord_", "ord-", "Order #")  # what shops write before their numbers
_WORD = re.compile(
    r"(?:(?:wc|woo|woocommerce|shop|store|sales|web)[ _-])?(?:order|ord|invoice)"
    r"(?:[ _-]?(?:number|no|nr|id))?\.?[ _:#/-]++(?=.*\d)",
    re.IGNORECASE,
)
_SITE = re.compile(r"(?:(?:site|shop|store|blog|wp)[_-]?\w*|[\w-]+(?:\.[\w-]+)+):(?!//)(?=.*\d)", re.IGNORECASE)
Named = Session | Intent | Charge | Refund | Dispute | Subscription | Invoice
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
    return bool(name) and len(name) <= LONGEST and name[0] not in "{[" and name.isprintable()


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


@dataclass(frozen=True)  # no slots: what is looked at is worked out once
class NameKeys:
    """Where the names of orders stand in Stripe's objects: under the customary keys and those `also` that the settings
    say or a shop's payments prove, and `never` under one whose values proved to be something else. A key is one of the
    metadata, a way into JSON there (`data->order_id`), or `client_reference_id`."""

    also: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    @remembered
    def client(self) -> bool:
        """Whether a `client_reference_id` may be an order's name."""
        return CLIENT not in self.never

    @remembered
    def plain(self) -> tuple[str, ...]:
        """The keys of the metadata."""
        every = dict.fromkeys((*REFERENCE_KEYS, *self.also))
        return tuple(key for key in every if key not in self.never and key != CLIENT and INSIDE not in key)

    @remembered
    def inside(self) -> tuple[str, ...]:
        """The ways into JSON that stands in the metadata."""
        return tuple(key for key in dict.fromkeys(self.also) if INSIDE in key and key not in self.never)


CUSTOMARY = NameKeys()


def references_in(client: object, metadata: Mapping[str, object], keys: NameKeys = CUSTOMARY) -> tuple[str, ...]:
    """The references in a `client_reference_id` and in `keys` of the metadata, each once, as they are spelled there."""
    named = [client] if keys.client else []
    if metadata:
        named += [metadata[key] for key in keys.plain if key in metadata]
        named += [written_in(metadata, key) for key in keys.inside]
    return tuple(dict.fromkeys([name for one in named if one is not None and (name := str(one).strip())]))


def written_in(metadata: Mapping[str, object], key: str) -> str | None:
    """What stands under a key of the metadata, or inside of JSON under it."""
    outer, *way = key.split(INSIDE)
    value = metadata.get(outer)
    for part in way:
        value = _decoded(value)
        value = value.get(part) if isinstance(value, Mapping) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def all_written(metadata: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Every key of the metadata with what stands there; of an object in JSON each of its own keys."""
    for key, value in metadata.items():
        if isinstance(value, str) and value[:1] == "{":
            inner = _decoded(value)
            for part, one in inner.items() if isinstance(inner, Mapping) else ():
                if isinstance(one, str | int) and not isinstance(one, bool):
                    yield f"{key}{INSIDE}{part}", str(one)
        elif isinstance(value, str):
            yield key, value


def differing(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """The keys that two metadata share with different values, as far as Stripe keeps these."""
    return [key for key in one if key in other and str(one[key]).strip()[:_CUT] != str(other[key]).strip()[:_CUT]]


def order_references(found: Named, keys: NameKeys = CUSTOMARY) -> tuple[str, ...]:
    """Every order reference it carries under `keys`, each once; empty where it names nobody."""
    own = found.client_reference_id if isinstance(found, Session) else None
    return references_in(own, found.metadata, keys) if own or found.metadata else ()


def written(found: Named, key: str) -> str | None:
    """What it carries under one key of those where names stand."""
    if key == CLIENT:
        return found.client_reference_id if isinstance(found, Session) else None
    return written_in(found.metadata, key)


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


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None
