"""Figures of many orders. Pure: plotly figures from plain data, in the colours of the theme.

Colour repeats what the axis says in words, never says it alone. Text from outside is escaped: plotly reads HTML.
"""

from dataclasses import dataclass
from html import escape
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.findings import Severity
from core.money import exponent
from dashboard.parts.rows import Share

BAR = 34  # pixels a bar and its gap take
PLAIN = {"displayModeBar": False}
MOST = 12  # bars a figure shows; the table below has them all


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours that plotly needs by value; they are the theme's (`.streamlit/config.toml`)."""

    ink: str
    muted: str
    line: str
    paper: str
    red: str
    orange: str
    yellow: str
    blue: str
    green: str
    violet: str
    gray: str

    def of(self, name: str) -> str:
        """The colour that a Look names."""
        found = getattr(self, name)
        assert isinstance(found, str)  # noqa: S101 - for the type checker
        return found


LIGHT = Palette(
    ink="#1f2428",
    muted="#4f555a",
    line="#d6d2c6",
    paper="#fbfaf6",
    red="#c4314b",
    orange="#d9730d",
    yellow="#c79a00",
    blue="#2e75b6",
    green="#2e8b57",
    violet="#7e57c2",
    gray="#7a8085",
)
DARK = Palette(
    ink="#e7e5df",
    muted="#bac0c4",
    line="#3a4145",
    paper="#15181a",
    red="#e5606f",
    orange="#e8954a",
    yellow="#d9b93b",
    blue="#5b9fdc",
    green="#4fb07a",
    violet="#9b7fd8",
    gray="#8b9297",
)
_BY_SEVERITY = {
    Severity.CRITICAL: "red",
    Severity.HIGH: "orange",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "blue",
    Severity.INFO: "gray",
}


def palette(theme: str | None) -> Palette:
    """The colours of a theme: "dark", or light for anything else."""
    return DARK if theme == "dark" else LIGHT


def counts(shares: tuple[Share, ...], colors: Palette) -> go.Figure:
    """How many orders have each headline: one bar a code, the first one on top."""
    shown = shares[:MOST]
    figure = go.Figure(
        go.Bar(
            x=[share.cases for share in shown],
            y=[escape(share.title) for share in shown],
            text=[f"{share.cases:,}" for share in shown],
            customdata=[[escape(share.code), share.severity.value] for share in shown],
            hovertemplate="%{y}<br>%{x} orders, %{customdata[1]}<br><i>%{customdata[0]}</i><extra></extra>",
            orientation="h",
            **_bar(colors, shown),
        )
    )
    _frame(figure, colors, len(shown))
    return figure


def at_risk(shares: tuple[Share, ...], colors: Palette) -> go.Figure | None:
    """Money at risk by headline, one panel a currency, each with a scale of its own. None where none can be told."""
    currencies = sorted({amount.currency for share in shares for amount in share.risk})
    panels = [(currency, _in(shares, currency)) for currency in currencies]
    if not panels:
        return None
    figure = make_subplots(
        rows=len(panels),
        cols=1,
        subplot_titles=[currency.upper() for currency, _ in panels],
        row_heights=[len(shown) + 0.6 for _, shown in panels],
        vertical_spacing=min(0.9 / len(panels), 46 / (sum(len(shown) for _, shown in panels) * BAR + 60)),
    )
    for row, (currency, shown) in enumerate(panels, start=1):
        amounts = [float(amount.major) for share in shown for amount in share.risk if amount.currency == currency]
        figure.add_trace(
            go.Bar(
                x=amounts,
                y=[escape(share.title) for share in shown],
                text=[f"{amount:,.{exponent(currency)}f}" for amount in amounts],
                customdata=[[escape(share.code), currency.upper()] for share in shown],
                hovertemplate="%{y}<br>%{text} %{customdata[1]}<br><i>%{customdata[0]}</i><extra></extra>",
                orientation="h",
                **_bar(colors, shown),
            ),
            row=row,
            col=1,
        )
    _frame(figure, colors, sum(len(shown) for _, shown in panels), panels=len(panels))
    figure.update_annotations(x=0, xanchor="left", xref="paper", font={"size": 13, "color": colors.muted})
    return figure


def _in(shares: tuple[Share, ...], currency: str) -> tuple[Share, ...]:
    return tuple(share for share in shares if any(amount.currency == currency for amount in share.risk))[:MOST]


def _bar(colors: Palette, shown: tuple[Share, ...]) -> dict[str, Any]:
    return {
        "marker": {"color": [colors.of(_BY_SEVERITY[share.severity]) for share in shown], "cornerradius": 3},
        "textposition": "outside",
        "textfont": {"size": 13, "color": colors.ink},
        "cliponaxis": False,
        "showlegend": False,
    }


def _frame(figure: go.Figure, colors: Palette, bars: int, *, panels: int = 0) -> None:
    figure.update_layout(
        height=bars * BAR + panels * 40 + 24,
        margin={"l": 0, "r": 56, "t": 24 if panels else 4, "b": 4},
        bargap=0.35,
        plot_bgcolor="rgba(0,0,0,0)",
        paper_bgcolor="rgba(0,0,0,0)",
        hoverlabel={"bgcolor": colors.paper, "bordercolor": colors.line, "font": {"color": colors.ink}},
    )
    figure.update_xaxes(visible=False, rangemode="tozero", fixedrange=True)
    figure.update_yaxes(
        autorange="reversed",
        automargin=True,
        fixedrange=True,
        ticks="",
        showgrid=False,
        title=None,
        tickfont={"size": 13, "color": colors.ink},
    )
