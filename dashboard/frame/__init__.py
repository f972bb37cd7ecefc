"""What stands around every page, and what several pages are made of.

page             head, troubles in words, the way back from a case, the footer; handed on here
search           the search in the head
search_box       a box to search in, whose text stands in the address
catalogue_entry  an entry of the catalogue, with its worked example
replay_link      the way from a choice of cases to the plan of a replay, and to the runs
journal_table    entries of the journal as a table
ids              pure: text in which every id of Stripe's is a link
"""

from dashboard.frame.page import (
    TEXT,
    WIDE,
    WIDTH,
    WIDTHS,
    back,
    body,
    configure,
    empty,
    foot,
    head,
    page_link,
    place,
    reading,
    titled,
    trouble,
)

__all__ = [
    "TEXT", "WIDE", "WIDTH", "WIDTHS", "back", "body", "configure", "empty", "foot", "head", "page_link", "place",
    "reading", "titled", "trouble",
]  # fmt: skip
