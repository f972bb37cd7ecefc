"""Suspect by suspect into the inbox.

to_inbox  every suspect and orphan is looked at, and what is found is noted
ahead     suspects looked at, and their events read, while sessions still come in
orphans   payments that nobody claims, each a case
suspects  everything about each suspect, and what is wrong
rows      their rows as they are now, and who shares an id with them
elsewhere orders whose payments are on another account than the one that is scanned
live_first  nothing is told on a copy's word
platform  whether the platform knows what a connected account does not
facts_of  the facts of one suspect, from what was read
looked    one case as a scan has seen it
"""

from core.scanning.looking.ahead import Ahead
from core.scanning.looking.elsewhere import left_out
from core.scanning.looking.facts_of import Account
from core.scanning.looking.looked import Looked, tells_less
from core.scanning.looking.platform import Platform
from core.scanning.looking.suspects import Suspects
from core.scanning.looking.to_inbox import Looking, batches

__all__ = [
    "Account", "Ahead", "Looked", "Looking", "Platform", "Suspects", "batches", "left_out", "tells_less",
]  # fmt: skip
