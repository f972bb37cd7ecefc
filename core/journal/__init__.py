"""Orderlens' own book: every action an operator took, every scan, what scans found, and how far a watch has read.

    journal      Journal: record and read entries; the doors to the rest
    entries      Entry: one action, as a row and back
    sendings     Sendings: begun in the journal before anything is sent; one of two at once is refused
    sending_many SendingMany: the same for many items of a run in one transaction
    replay_runs, replay_items   ReplayRuns: runs of replays, and who holds them; ReplayItems: what each of them sends
    plans        Plans: plans of replays, for a day, for whoever made them
    sessions     Sessions: log-ins that were ended before their time; who came and went
    partitions   whose rows are whose: a part for each shop in each mode
    scans        Scans: what was read and what was not; who runs a scan
    scan_records one scan as it is kept
    inbox        Inbox: cases, their states, their readings; paged, summed, filtered in SQL
    kept         what the inbox takes in and hands out
    noting       pure: what a reading means for a case that is kept
    triage       what people make of a case: acknowledged, ignored, open again, somebody's; one or many, with notes
    seen         of two who decide on the same sight, the second is told
    gate         whoever may not is refused, and that is an entry
    forgetting   what is kept of a customer goes, by name or by age
    looks        who looked at the inbox when: what is new since
    views        choices of the inbox, saved under a name
    filtering    which cases, and in what order, as SQL
    keeping      rows to cases and back
    history      History: the cases over time, and what was done about them
    cursors      how far a watch has read
    cleaning     what may be kept of a text
    tables       the tables as the queries see them
    database     one writer at a time; every failure in words
    sound        the file: private, whole, never begun anew where one is
    opening      the engine; tables that are not up to date are brought there by `migrating`
    migrations/  how the tables came to be (alembic)

Entries are added and never changed (but what came of a sending is told into its entry); cases go only where
they are to be forgotten. SQLite by default, in the user's data folder.
"""

from core.journal.cursors import Heard, watch_name
from core.journal.database import Locked
from core.journal.entries import Entry
from core.journal.filtering import UNSETTLED, Filter
from core.journal.forgetting import Forgotten
from core.journal.history import Deed, Healing, History, Stretch
from core.journal.inbox import Inbox, Share, Tally
from core.journal.journal import Journal
from core.journal.kept import Change, Kept, Noted, Reading
from core.journal.replay_items import GOING_ON, ItemState, Part, ReplayItem, ReplayItems
from core.journal.replay_items import item_of as item_of_row
from core.journal.replay_items import row_of as row_of_item
from core.journal.replay_runs import Begun, ReplayRun, ReplayRuns, RunState
from core.journal.scan_records import Hole, ScanRecord
from core.journal.scans import Scans
from core.journal.sending_many import Came
from core.journal.sendings import HOLD, target_of, under_way
from core.journal.views import View

__all__ = [
    "GOING_ON", "HOLD", "UNSETTLED", "Begun", "Came", "Change", "Deed", "Entry", "Filter", "Forgotten", "Healing",
    "Heard", "History", "Hole", "Inbox", "ItemState", "Journal", "Kept", "Locked", "Noted", "Part", "Reading",
    "ReplayItem", "ReplayItems", "ReplayRun", "ReplayRuns", "RunState", "ScanRecord", "Scans", "Share", "Stretch",
    "Tally", "View", "item_of_row", "row_of_item", "target_of", "under_way", "watch_name",
]  # fmt: skip
