"""What an operator can do: find a case, open it, read it afresh, plan and carry out a sending, survey many orders.

    desk       Desk: the one door for pages and commands
    results    what it hands out, all of it frozen
    sides      reading both sides of one case
    connected  from which account, where its order names a connected one
    coming     cases that are being opened: the order at once, Stripe as it comes; equal openings are one reading
    masking    pure: the same for whoever may not see customers' addresses
    recalled   what scans have learned of names, as the journal has it
    finding    from anything pasted to a list of hits
    hits       orders and payments that were found, as hits
    spoken     pure: order numbers as people say them
    changes    pure: two readings of a case -> what changed, field by field
    acting     plan, write into the journal, send
    probing    a probe of the configured endpoint, kept, and told again
    proving    watch the order, read both sides again, say what came of it
    fulfilled  pure: what belongs to a paid order, beside a sending
    sent_before pure: what earlier sendings mean for a plan, and for who looks
    underway   what is being sent: a desk is not closed before that was looked after
    settling   what a reading means for a case that the inbox keeps
    surveying  many cases, several at a time
    causing    one cause: its outage, its cases over time, what was done
    overseeing all causes: what is wrong at this moment, and how it went

What is wrong is `core.rules`' to say, what may be sent `core.replays`'. One desk is shared by all threads.
"""

from core.desk.causing import Cause
from core.desk.desk import Desk
from core.desk.masking import Reading
from core.desk.overseeing import Day, Overview
from core.desk.results import Change, Found, Hit, Opened, Outcome, Proof, Retrieved, Survey, Unsettled
from core.desk.sides import KEYS
from core.journal import UNSETTLED, Deed, Entry, Filter, Kept, ScanRecord, Share, Tally, View
from core.journal.filtering import Order
from core.journal.kept import State
from core.journal.triage import Step

__all__ = [
    "KEYS", "UNSETTLED", "Cause", "Change", "Day", "Deed", "Desk", "Entry", "Filter", "Found", "Hit", "Kept",
    "Opened", "Order", "Outcome", "Overview", "Proof", "Reading", "Retrieved", "ScanRecord", "Share", "State",
    "Step", "Survey", "Tally", "Unsettled", "View",
]  # fmt: skip
