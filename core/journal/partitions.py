"""Whose rows are whose: one journal holds the books of all shops, in both of Stripe's modes, each by itself.

A part is called by the mode, and by the shop behind it where that has a name: "live", "live toys". It stands in the
column `key_mode` of every table, which leads every index. So whatever a journal held before there were several shops
goes on to be what it was: the part of the shop without a name.
"""

from typing import Final

from sqlalchemy import Column, ColumnElement, and_, or_

from core.facts import Mode
from core.journal.tables import ENTRIES

ANYBODYS: Final = ""
"""What the oldest entries have, of which nobody knows the mode; and log-ins, which are of no shop."""


def part(mode: str, shop: str) -> str:
    """How the part of a shop in a mode is called."""
    return f"{mode} {shop}" if shop else mode


def mode_in(called: str) -> str:
    """The mode of a part."""
    return called.partition(" ")[0]


def both(column: Column[str], shop: str) -> ColumnElement[bool]:
    """The rows of a shop, in both modes."""
    modes: tuple[Mode, ...] = ("test", "live")
    return column.in_([part(one, shop) for one in modes])


def entries_of(called: str) -> ColumnElement[bool]:
    """The entries that a part shows: its own, and those of no shop. The oldest, of which only the case is known, are
    those of the shop without a name."""
    e = ENTRIES.c
    if " " not in called:
        return e.key_mode.in_((called, ANYBODYS))
    return or_(e.key_mode == called, and_(e.key_mode == ANYBODYS, e.case_key == ""))
