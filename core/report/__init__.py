"""What is said of a case, made once from what was examined; page, command line, letter, bundle and CSV only draw it.

    report      Report and report(seen): all of it, one plain value
    remedy      which action stands out, and on which page it is taken
    situation   where the money is, and whether the customer is to pay: decided once
    whereabouts where the money is now, movement by movement
    money_line  the same in six figures, the same six for every case
    verdict     what is wrong and what to do now: a finding's own sentences (`core.rules`), or those for none
    agreement   the words for a case in which nothing disagrees
    belonging   what belongs to a paid order beside its status
    beforehand  what can be said before Stripe has answered: the order's own values
    letter      what to say to the customer: on the phone, by mail; in English, in German
    ticket      to a developer
    timeline    what happened, on one axis
    retold      the same with its moments as one reader's clock shows them
    document    the same as plain data: for programs, and in a bundle
    tone        how a case is to be looked at; its icon and colour are the drawer's
    numbers     a number with its noun

Pure. What is wrong is `core.rules`' to say, which fields agree `core.comparison`'s.
"""

from core.report.beforehand import Beforehand, beforehand
from core.report.belonging import TITLE as BELONGS
from core.report.belonging import Belonging
from core.report.document import bundle, comparisons
from core.report.letter import Answer
from core.report.money_line import NOT_KNOWN, Cell
from core.report.numbers import count
from core.report.remedy import Opens, Remedy
from core.report.report import Beside, Report, report
from core.report.retold import read_in, retold
from core.report.situation import Paying, Situation, situation
from core.report.timeline import Fate, Moment, Side, Stress, Timeline
from core.report.tone import Tone
from core.report.verdict import Minor, Verdict, verdict
from core.report.whereabouts import Holding, Place, Whereabouts, whereabouts

__all__ = [
    "BELONGS", "NOT_KNOWN", "Answer", "Beforehand", "Belonging", "Beside", "Cell", "Fate", "Holding", "Minor", "Moment",
    "Opens", "Paying", "Place", "Remedy", "Report", "Side", "Situation", "Stress", "Timeline", "Tone", "Verdict",
    "Whereabouts", "beforehand", "bundle", "comparisons", "count", "read_in", "report", "retold", "situation",
    "verdict", "whereabouts",
]  # fmt: skip
