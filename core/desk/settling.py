"""What a reading by hand means for a case that the inbox keeps: it settles it, changes it, or opens it again, at once.

Only cases that are kept already: what scans have not found is not put on anybody's list by looking at it. A reading
that saw less than was known of the case changes nothing; nor does an inbox that does not answer stop anybody.
"""

from contextlib import suppress

from core.desk.results import Opened
from core.errors import OrderlensError
from core.journal import Inbox, Kept, Noted


def settle(inbox: Inbox, opened: Opened, *, now: int) -> None:
    """Note the reading of a kept case."""
    with suppress(OrderlensError):
        known = inbox.get(opened.key)
        if known is None or _saw_less(opened, known):
            return
        inbox.note([Noted.of(opened.key, opened, partial=_partly_read(opened))], now=now)


def _partly_read(opened: Opened) -> bool:
    facts = opened.case.facts
    return bool(facts.unread or facts.events_unsearched)


def _saw_less(opened: Opened, known: Kept) -> bool:
    """Whether a payment that was known of it was not read now: then nobody can say that it is well."""
    facts = opened.case.facts
    seen = {
        *(one.id for one in facts.sessions), *(one.id for one in facts.intents), *(one.id for one in facts.charges),
    }  # fmt: skip
    return not seen.issuperset((*known.session_ids, *known.intent_ids))
