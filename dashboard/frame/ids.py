"""Text in which every id of Stripe's is a link to its page there, of the right mode and account. Pure.

What is abbreviated or cut is no id, and a kind without a page has no link: none is guessed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core import stripe_links
from core.facts import Facts, Mode
from core.facts.facts import account_of
from dashboard.words import md_escape

ID = re.compile(
    r"(?<![A-Za-z0-9_])(?:pi|ch|py|cs|evt|cus|in|sub|du|dp|we|ed)_(?!\w*_secret_)[A-Za-z0-9_]{8,255}(?![A-Za-z0-9_]|\.\.|…)",
    re.ASCII,
)
TAIL = 6  # letters of an id that tell it from others


def _texts(document: object) -> Iterator[str]:
    """All texts of a document, but for the names of its fields."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, Mapping):
        for one in document.values():
            yield from _texts(one)
    elif isinstance(document, Sequence):
        for one in document:
            yield from _texts(one)


@dataclass(frozen=True, slots=True)
class Ids:
    """Whose ids they are; `connected`: as of `Facts`."""

    mode: Mode
    account: str | None
    connected: bool = False

    @classmethod
    def of(cls, facts: Facts) -> "Ids":
        """Those of a case."""
        return cls(facts.key_mode, facts.account, facts.connected)

    def page(self, object_id: str) -> str | None:
        """Where an object is seen at Stripe."""
        account = account_of(object_id, self.account, connected=self.connected)
        return stripe_links.dashboard(object_id, mode=self.mode, account=account)

    def linked(self, value: object, limit: int = 500) -> str:
        """`value` as text that Markdown shows letter by letter, at most `limit` of them, with its ids as links."""
        text = str(value)
        text = text if len(text) <= limit else f"{text[: limit - 1]}…"
        parts, at = [], 0
        for found in ID.finditer(text):
            parts += [md_escape(text[at : found.start()]), self._link(found[0], found[0])]
            at = found.end()
        return "".join((*parts, md_escape(text[at:])))

    def short(self, object_id: str) -> str | None:
        """An id by its end, as a link; None where the text is no id, or has no page."""
        return self._link(object_id, f"…{object_id[-TAIL:]}") if ID.fullmatch(object_id) else None

    def within(self, document: object) -> tuple[str, ...]:
        """Every id of a document that has a page, as a link, in the order in which they stand, each once."""
        found = dict.fromkeys(one for text in _texts(document) for one in ID.findall(text) if self.page(one))
        return tuple(self._link(one, one) for one in found)

    def _link(self, object_id: str, shown: str) -> str:
        page = self.page(object_id)
        return f"[{md_escape(shown)}]({page})" if page else md_escape(object_id)
