"""A language: how each line is said in it, and how it writes amounts and days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from core.money import Money
from core.report.letter.lines import Line, Sum
from core.settings import Letters


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say in one language: `spoken` on the phone, `mail` ready to be copied and signed."""

    language: str
    spoken: str
    mail: str


@dataclass(frozen=True, slots=True)
class Words:
    """One language, by its `code` in the settings. `spoken` begins what is said on the phone about an order; `thanks`
    is about an order or, `thanks_for_payment`, about a payment without one; `sentences` by the name of their line;
    `an_amount` stands where it is not known; `one_payment` and
    `several_payments` hold `{sums}`. `dated` says when something was done, `of_day` of which day a payment is."""

    code: str
    language: str
    greeting: str
    thanks: str
    spoken: str
    thanks_for_payment: str
    close: str
    joint: str
    dated: str
    of_day: str
    an_amount: str
    one_payment: str
    several_payments: str
    money: Callable[[Money], str]
    day: Callable[[int, tzinfo], str]
    sentences: Mapping[str, str]

    def answer(self, said: tuple[Line, ...], order: str | None, letters: Letters) -> Answer:
        """The lines in this language, about the order of this name; days and signature as the shop has them."""
        zone = letters.clock
        body = [self._line(one, zone) for one in said]
        thanks = self.thanks.format(order=order) if order else self.thanks_for_payment
        mail = "\n".join([self.greeting, "", thanks, "", *body, "", self.close, *letters.signature.splitlines()])
        about = [self.spoken.format(order=order)] if order else []
        return Answer(self.language, " ".join([*about, *body]), mail)

    def _line(self, line: Line, zone: tzinfo) -> str:
        return self.sentences[line.name].format(
            paid=self._paid(line.sums, zone),
            sums=self._joined([self._sum(one, self.dated, zone) for one in line.sums]),
            total=self.money(line.total) if line.total else "",
            otherwise=self.money(line.otherwise) if line.otherwise else "",
            until=self.day(line.until, zone) if line.until else "",
        )

    def _paid(self, sums: tuple[Sum, ...], zone: tzinfo) -> str:
        said = self._joined([self._sum(one, self.of_day, zone) for one in sums])
        return (self.one_payment if len(sums) == 1 else self.several_payments).format(sums=said)

    def _sum(self, one: Sum, dated: str, zone: tzinfo) -> str:
        amount = self.money(one.amount) if one.amount else self.an_amount
        return dated.format(amount=amount, day=self.day(one.at, zone)) if one.at else amount

    def _joined(self, parts: list[str]) -> str:
        return f"{', '.join(parts[:-1])} {self.joint} {parts[-1]}" if len(parts) > 1 else "".join(parts)
