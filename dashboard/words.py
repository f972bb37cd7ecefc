"""Looks, money and escaping: how what is said is shown, in more than one place. Pure; knows no Streamlit.

A state is always an icon, a word and a colour together. Colours are the names of Streamlit's palette, whose values the
theme gives (`.streamlit/config.toml`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from core.findings import Confidence, Evidence, Severity
from core.money import Money
from core.report import Tone

UNKNOWN = "unknown"

_WORD_JOINER = "\u2060"  # invisible; stops Markdown from making links of bare addresses, which backslashes cannot
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:@&\"'/=^,;%?])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown: `word`, `icon` (":material/...:") and `color` (a name of Streamlit's palette)."""

    word: str
    icon: str
    color: str


LOOKS = {
    Tone.CRITICAL: Look("Critical", ":material/report:", "red"),
    Tone.HIGH: Look("High", ":material/warning:", "orange"),
    Tone.MEDIUM: Look("Medium", ":material/error:", "yellow"),
    Tone.LOW: Look("Low", ":material/flag:", "blue"),
    Tone.INFO: Look("Info", ":material/info:", "gray"),
    Tone.AGREES: Look("Agrees", ":material/check_circle:", "green"),
    Tone.COULD_NOT_LOOK: Look("Could not look", ":material/visibility_off:", "violet"),
    Tone.CANNOT_TELL: Look("Cannot tell", ":material/help:", "violet"),
    Tone.NO_ORDER: Look("No order", ":material/link_off:", "violet"),
    Tone.NOTE: Look("Note", ":material/sticky_note_2:", "gray"),
}
NEXT = Look("Next step", ":material/arrow_forward:", "gray")
CONFIDENCES = {
    Confidence.CERTAIN: "certain: both values were read",
    Confidence.PROBABLE: "probable: read, and this is the likeliest cause",
    Confidence.POSSIBLE: "possible: a weak link only",
}
MODES = {
    "test": Look("Test mode", ":material/science:", "orange"),
    "live": Look("Live mode", ":material/bolt:", "green"),
}

SANDBOX = Look("Sandbox: made-up data", ":material/theater_comedy:", "violet")


def look(severity: Severity | None) -> Look:
    """How a severity is shown; None: nothing could be told."""
    return LOOKS[Tone.CANNOT_TELL if severity is None else Tone(severity.value)]


def badge(shown: Look, word: str | None = None) -> str:
    """A look as a Markdown badge; `word` (trusted, or escaped) in place of its own."""
    return f":{shown.color}-badge[{shown.icon} {word or shown.word}]"


def md_escape(value: object, limit: int = 500) -> str:
    """`value` as text that Markdown shows letter by letter: no link, image, icon, colour or formula comes of it.

    At most `limit` characters, a line break becomes a sign. For everything that is not our own words.
    """
    text = str(value)
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    text = _CONTROL.sub("\ufffd", text.replace("\r", "")).replace("\n", " ⏎ ")
    text = re.sub(r"(?i)(https?|ftp|mailto|xmpp):", lambda found: found[1] + _WORD_JOINER + ":", text)
    text = re.sub(r"(?i)\bwww\.", "www" + _WORD_JOINER + ".", text).replace("@", _WORD_JOINER + "@")
    return _PUNCTUATION.sub(r"\\\1", text)


def printable(text: str) -> str:
    """`text` for a command that reads no Markdown: one line, without signs that show nothing or turn its direction."""
    return _CONTROL.sub("\ufffd", text.replace("\r", "").replace("\n", " ⏎ ").replace("\t", " "))


def evidence(one: Evidence, written: Callable[[object], str] = md_escape) -> str:
    """What shows a finding, as a line of a Markdown list; `written` makes Markdown of its values."""
    field, value, source = map(written, (one.field.replace("_", " "), one.value, one.source))
    return f"- {field}: **{value}** :small[:gray[in {source}]]"


def money(amount: Money | None) -> str:
    """An amount for people: "42.00 USD"; "unknown" for None."""
    return UNKNOWN if amount is None else str(amount)
