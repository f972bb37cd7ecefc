"""What somebody pasted: which thing it names, and of what kind.

Owns the spelling of references; does not look anything up. A client secret (`pi_..._secret_...`) is read as its intent,
and the secret is dropped here: nothing behind this module ever sees it.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final
from urllib.parse import unquote

from core.errors import UsageError
from core.facts import Mode


class Kind(StrEnum):
    """What a reference names. ORDER is whatever is nothing else: an order's number or id, as the shop spells it."""

    ORDER = "order"
    EMAIL = "email"
    SESSION = "session"
    INTENT = "intent"
    CHARGE = "charge"
    REFUND = "refund"
    DISPUTE = "dispute"
    EVENT = "event"
    CUSTOMER = "customer"
    INVOICE = "invoice"
    SUBSCRIPTION = "subscription"


PREFIXES: Final = {
    "cs": Kind.SESSION,
    "pi": Kind.INTENT,
    "ch": Kind.CHARGE,
    "py": Kind.CHARGE,
    "re": Kind.REFUND,
    "pyr": Kind.REFUND,
    "du": Kind.DISPUTE,
    "dp": Kind.DISPUTE,
    "evt": Kind.EVENT,
    "cus": Kind.CUSTOMER,
    "in": Kind.INVOICE,
    "sub": Kind.SUBSCRIPTION,
}
LONGEST: Final = 2_000  # letters: an address of the Dashboard fits; what is longer names nothing, and takes time
_MARKS: Final = "\"'<>|,;:.!?*…"
_BRACKETS_AND_QUOTES: Final = frozenset("Pi Pf Ps Pe Sk Zs".split())  # Unicode's categories
_ID = re.compile(
    r"(?<![A-Za-z0-9_])"
    r"(?P<id>cs_(?P<mode>test|live)_[A-Za-z0-9]+"
    r"|(?P<prefix>pi|ch|py|re|pyr|du|dp|evt|cus|in|sub)_(?:[A-Za-z0-9]{8,}))"
    r"(?:_secret_\w*)?(?![A-Za-z0-9_])"
)
_SECRET = re.compile(r"(?<![A-Za-z0-9_])(?:(?:sk|rk|rkcs)_(?:test|live)_|whsec_)\w+")
_POINTED_AT = re.compile(r"[?&](?:object|related_object|query)=([^&#]+)")  # Workbench and the Dashboard's search
_EMAIL_NAME_BACKWARDS = re.compile(r"[\w.!#$%&'*+=^{|}~-]+")
_EMAIL_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"https?://", re.IGNORECASE)
_TEST_URL = re.compile(r"dashboard\.stripe\.com/(?:[^/?#]+/)?test(?:/|$)", re.IGNORECASE)
_LIVE_URL = re.compile(r"dashboard\.stripe\.com/", re.IGNORECASE)
_MODE = re.compile(r"(?<![A-Za-z0-9])cs_(test|live)_", re.IGNORECASE)
_NUMBER = re.compile(r"^(?:order)?\s*(?:number|no|nr|id)?(?![a-z0-9-])\.?\s*[:#]*\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference. `mode_hint` is what the pasted text itself says: `cs_test_`, `cs_live_`, or a Dashboard address."""

    kind: Kind
    value: str
    mode_hint: Mode | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        """The ways an order's number may be stored, as pasted first: `#1042` also as `1042`, and the reverse."""
        if self.kind is not Kind.ORDER:
            return (self.value,)
        bare = _NUMBER.sub("", self.value) or self.value
        return tuple(dict.fromkeys((self.value, bare, f"#{bare}")))


def parse(text: str) -> Ref:
    """What `text` names: one of Stripe's ids anywhere in it (an address of the Dashboard, say), else an e-mail, else an
    order's number. Quotes, brackets, punctuation, spaces and invisible characters around it do not count.

    UsageError where nothing is left of it, where it is an address that names nothing, for a key or a secret, and for a
    text of more than LONGEST letters.
    """
    cleaned = _cleaned(bounded(text))
    if not cleaned:
        raise UsageError(
            "There is nothing to look for.",
            next_step="Paste an order number, an e-mail address, or an id from Stripe (cs_..., pi_..., evt_...).",
        )
    if _SECRET.search(cleaned):
        raise UsageError(
            "This is a secret of Stripe's, not an id. It was not looked up, and not sent anywhere.",
            next_step="Paste what it belongs to instead. If somebody sent it to you, have it rolled in the dashboard.",
        )
    pointed = _POINTED_AT.search(cleaned)
    for place in (unquote(pointed[1]) if pointed else "", cleaned):
        if found := _ID.search(place):
            return Ref(PREFIXES[found["prefix"] or "cs"], found["id"], _mode(found["mode"], cleaned))
    without_scheme = re.sub(r"^mailto:", "", cleaned, flags=re.IGNORECASE)
    if email := _email(without_scheme.partition("?")[0]):
        return Ref(Kind.EMAIL, _bare(email))
    if _URL.match(cleaned):
        raise UsageError(
            "This address names no payment that Orderlens knows.",
            next_step="Open the payment or the event in Stripe's Dashboard and paste that address or its id.",
        )
    return Ref(Kind.ORDER, cleaned)


def bounded(text: str) -> str:
    """The same text. UsageError where it is longer than LONGEST."""
    if len(text) > LONGEST:
        raise UsageError(
            f"This is {len(text):,} letters long. No order number, address or id has more than {LONGEST:,}.",
            next_step="Paste the order number, the e-mail address or the id alone.",
        )
    return text


def stripe_id(text: str) -> Ref | None:
    """The same for a stored value that should be one of Stripe's ids; None where it is not one."""
    found = _ID.fullmatch(_cleaned(text)) if len(text) <= LONGEST else None
    return Ref(PREFIXES[found["prefix"] or "cs"], found["id"], _mode(found["mode"], "")) if found else None


def mode_of(session_id: str) -> Mode | None:
    """The mode a session id says it is of, damaged or not."""
    if session_id.startswith("cs_live_"):
        return "live"
    if session_id.startswith("cs_test_"):
        return "test"
    said = _MODE.search(session_id)
    if said is None:
        return None
    return "test" if said[1].lower() == "test" else "live"


def _email(text: str) -> str | None:
    """The first e-mail address in it. From each `@` to both sides: a search would begin anew at every letter."""
    for before, after in pairwise(text.split("@")):
        name, host = _EMAIL_NAME_BACKWARDS.match(before[::-1]), _EMAIL_HOST.match(after)
        if name and host:
            return f"{name[0][::-1]}@{host[0]}"
    return None


def _cleaned(text: str) -> str:
    visible = "".join(
        " " if unicodedata.category(letter) in {"Zs", "Zl", "Zp", "Cc"} else letter
        for letter in text
        if unicodedata.category(letter) not in {"Cf", "Co", "Cs"}
    )
    return _bare(" ".join(visible.split()))


def _bare(text: str) -> str:
    """Without the quotes, brackets and punctuation around it."""
    kept = [place for place, letter in enumerate(text) if not _around(letter)]
    return text[kept[0] : kept[-1] + 1] if kept else ""


def _around(letter: str) -> bool:
    return letter in _MARKS or unicodedata.category(letter) in _BRACKETS_AND_QUOTES


def _mode(named: str | None, text: str) -> Mode | None:
    if named == "test" or _TEST_URL.search(text):
        return "test"
    return "live" if named == "live" or _LIVE_URL.search(text) else None
