"""Figures of many orders, from plain data. Pure.

Colour repeats what the axis says in words, never says it alone. Text from outside is escaped: plotly reads HTML.
"""

from collections import Counter
from html import escape

import plotly.graph_objects as go

from core.report import count
from dashboard import words
from dashboard.inbox.rows import Bar
from dashboard.palette import Palette

BAR = 46  # pixels a bar takes with its name above it
MOST = 4  # bars a figure shows; the list beside it has them all
NARROW, LETTER = 350, 6.8  # pixels: a figure on a telephone, a letter beside a bar
PLAIN = {"displayModeBar": False}


def counts(shares: tuple[Bar, ...], colors: Palette) -> go.Figure:
    """How many orders have each headline: one bar a code, the first one on top."""
    return _bars(
        [(share, float(share.cases), count(share.cases, "case")) for share in shares[:MOST]],
        colors,
    )


def at_risk(shares: tuple[Bar, ...], currency: str, colors: Palette) -> go.Figure:
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


def _bars(shown: list[tuple[Bar, float, str]], colors: Palette) -> go.Figure:
    """A bar each: its share, its length, and what is said beside it; its title above it."""
    longest = max((length for _, length, _ in shown), default=1.0)
    beside = [f"{escape(said)}, {share.severity.value}" for share, _, said in shown]
    room = min(0.65, max(map(len, beside), default=0) * LETTER / NARROW)  # of the width, right of the longest bar
    figure = go.Figure(
        go.Bar(
            x=[length for _, length, _ in shown],
            y=list(range(len(shown))),
            text=beside,
            textposition="outside",
            constraintext="none",
            textfont={"size": 13, "color": colors.muted},
            customdata=[[escape(share.title), escape(said), escape(share.code)] for share, _, said in shown],
            hovertemplate="%{customdata[0]}<br>%{customdata[1]}<br><i>%{customdata[2]}</i><extra></extra>",
            orientation="h",
            width=0.26,
            cliponaxis=False,
            marker={
                "color": [colors.named(words.look(share.severity).color) for share, _, _ in shown],
                "cornerradius": 3,
            },
        )
    )
    for place, (share, _, _) in enumerate(shown):
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=place - 0.36, yanchor="middle", showarrow=False,
            text=escape(share.title), font={"size": 14, "color": colors.ink},
        )  # fmt: skip
    figure.update_layout(_layout(len(shown), colors))
    figure.update_xaxes(visible=False, range=[0, longest / (1 - room)], fixedrange=True)
    figure.update_yaxes(visible=False, range=[len(shown) - 0.6, -0.75], fixedrange=True)
    return figure


def _layout(bars: int, colors: Palette) -> dict[str, object]:
    return {
        "height": bars * BAR + 8,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "plot_bgcolor": "rgba(0,0,0,0)",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hoverlabel": {"bgcolor": colors.paper, "bordercolor": colors.line, "font": {"color": colors.ink}},
    }
