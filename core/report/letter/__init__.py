"""What to say to the customer, on the phone or by mail: polite, true, without our internals, promising nothing that we
cannot keep.

    lines    what is said, decided once: sentences by their names, with what stands in them
    words    a language: how a line becomes a sentence, and an answer
    amounts  how each writes an amount
    english  how that is said
    german   the same

Pure. Goes by the situation alone. Never asks to pay again while a payment may exist, and never promises a refund or a
day. Amounts are as the customer saw them; days, language and signature as the shop's settings have them.
"""

from core.report.letter.english import ENGLISH
from core.report.letter.german import GERMAN
from core.report.letter.lines import lines
from core.report.letter.words import Answer, Words
from core.report.situation import Situation
from core.rules import Examined
from core.settings import Letters

LANGUAGES = (ENGLISH, GERMAN)
USUAL = Letters()

__all__ = ["LANGUAGES", "USUAL", "Answer", "Words", "answers"]


def answers(seen: Examined, found: Situation, letters: Letters = USUAL) -> tuple[Answer, ...]:
    """What to say, in each language; the shop's own first."""
    said = lines(seen, found)
    order = seen.case.order
    ordered = sorted(LANGUAGES, key=lambda words: words.code != letters.language)
    return tuple(words.answer(said, order.name if order else None, letters) for words in ordered)
