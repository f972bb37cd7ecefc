"""`Report`: all that is said of a case, made once, so that no two who draw it say different things. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.comparison import NOTHING, Comparison, attempts, compare, label, placed, several
from core.facts import Cost
from core.replays import unsendable
from core.report.belonging import Belonging, belongings
from core.report.letter import USUAL, Answer, answers
from core.report.money_line import Cell, money_line
from core.report.remedy import Opens, Remedy, caution, opens, remedy
from core.report.situation import Paying, Situation, is_closed, paying, situation
from core.report.ticket import ticket
from core.report.timeline import Timeline, timeline
from core.report.verdict import Minor, Verdict, minors, subtitle, title, unread, verdict, was_read
from core.report.whereabouts import Whereabouts, whereabouts
from core.rules import Examined
from core.settings import Letters


@dataclass(frozen=True, slots=True)
class Beside:
    """The order beside one attempt at paying. `label`: the attempt in a few words; `page_of`: the id of the object
    whose page at Stripe shows it, None where there is none."""

    label: str
    page_of: str | None
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is said of a case, to whoever asks.

    `title`, `subtitle`: what it is about; `verdict`: what is wrong and what to do; `also`: consequences and notes;
    `situation`: where the money is, and `paying`: whether the customer is to pay; `money`: where it is now, and how it
    came there; `money_line`: the same in six figures; `remedy`: what stands out, `caution`: what speaks against
    doing it now; `opens`: where next steps are taken; `unsendable`: why nothing can be sent again, empty where it can;
    `beside`: order and Stripe side by side, the attempt worth comparing first in front, never empty; `payments`: the
    order beside each of its payments, where there are several; `answers`: what to say to the customer, in each
    language, the shop's own first; `ticket`: to a developer; `timeline`; `unread`: what was not read or not searched, a
    sentence each; `belongs`: what the settings want of a paid order, looked at; `undetermined`: what could not be told,
    and why; `read`: how much was read; `read_at`: when, in seconds since 1970; `cost`: of reading it.
    """

    title: str
    subtitle: str
    verdict: Verdict
    also: tuple[Minor, ...]
    situation: Situation
    paying: Paying
    money: Whereabouts
    money_line: tuple[Cell, ...]
    remedy: Remedy
    caution: str
    opens: tuple[Opens, ...]
    unsendable: str
    beside: tuple[Beside, ...]
    payments: Comparison | None
    answers: tuple[Answer, ...]
    ticket: str
    timeline: Timeline
    unread: tuple[str, ...]
    belongs: tuple[Belonging, ...]
    undetermined: str | None
    read: str
    read_at: int
    cost: Cost

    @property
    def letter(self) -> str:
        """The message to the customer, in the shop's own language."""
        return self.answers[0].mail


def report(seen: Examined, places: Mapping[str, str] | None = None, letters: Letters = USUAL) -> Report:
    """What is said of a case. `places`: the shop's columns behind the order's values (`core.comparison.places`);
    `letters`: how the shop writes to its customers."""
    found = situation(seen)
    return Report(
        title=title(seen.case),
        subtitle=subtitle(seen.case),
        verdict=verdict(seen, found),
        also=minors(seen),
        situation=found,
        paying=paying(found, closed=is_closed(seen)),
        money=whereabouts(seen),
        money_line=money_line(seen, found),
        remedy=remedy(seen),
        caution=caution(seen),
        opens=opens(seen),
        unsendable=unsendable(seen),
        beside=_beside(seen, places or {}),
        payments=_payments(seen, places or {}),
        answers=answers(seen, found, letters),
        ticket=ticket(seen),
        timeline=timeline(seen),
        unread=unread(seen),
        belongs=belongings(seen),
        undetermined=seen.diagnosis.undetermined,
        read=was_read(seen.case),
        read_at=seen.case.facts.read_at,
        cost=seen.case.facts.cost,
    )


def _beside(seen: Examined, places: Mapping[str, str]) -> tuple[Beside, ...]:
    tries = attempts(seen) or (NOTHING,)
    pages = (one.intent or one.charge or one.session for one in tries)
    return tuple(
        Beside(
            label(attempt) if attempt.parts else "", page.id if page else None, placed(compare(seen, attempt), places)
        )
        for attempt, page in zip(tries, pages, strict=True)
    )


def _payments(seen: Examined, places: Mapping[str, str]) -> Comparison | None:
    found = several(seen)
    return placed(found, places) if found else None
