"""Figures of many orders, from plain data, as HTML: every word of them can be searched and copied. Pure.

Colour repeats what stands beside a bar in words, never says it alone. Text from outside is escaped.
"""

from collections import Counter
from html import escape

from core.report import count
from dashboard import words
from dashboard.inbox.rows import Bar
from dashboard.palette import Palette

MOST = 4  # bars a figure shows; the list beside it has them all


def counts(shares: tuple[Bar, ...], colors: Palette) -> str:
    """How many orders have each headline: one bar a code, the first one on top."""
    return _bars([(share, float(share.cases), count(share.cases, "case")) for share in shares[:MOST]], colors)


def at_risk(shares: tuple[Bar, ...], currency: str, colors: Palette) -> str:
    """Money at risk in one currency, by headline; the most on top."""
    risks = [(share, amount) for share in shares for amount in share.risk if amount.currency == currency.lower()]
    risks.sort(key=lambda one: -one[1].amount_minor)
    return _bars([(share, float(amount.major), str(amount)) for share, amount in risks[:MOST]], colors)


def currencies(shares: tuple[Bar, ...]) -> tuple[str, ...]:
    """The currencies that money at risk is in, upper case, the one of most cases first."""
    seen: Counter[str] = Counter()
    for share in shares:
        seen.update({amount.currency.upper(): share.cases for amount in share.risk})
    return tuple(sorted(seen, key=lambda currency: (-seen[currency], currency)))


def _bars(shown: list[tuple[Bar, float, str]], colors: Palette) -> str:
    """A bar each: its share, its length, and what is said beside it; its title above it."""
    longest = max((length for _, length, _ in shown), default=1.0) or 1.0
    lines = (
        f'<div class="bar">{escape(share.title)}'
        f'<span><i style="flex:0 1 {60 * length / longest:.1f}%;'
        f'background:{colors.named(words.look(share.severity).color)}"></i>'
        f"{escape(said)}, {share.severity.value}</span></div>"
        for share, length, said in shown
    )
    return f'<div class="bars">{"".join(lines)}</div>'
