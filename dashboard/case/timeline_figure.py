"""The timeline as a plotly figure: one line a moment, its words above it, so that no label ever lies on another.

Pure. Refuses untrusted markup: plotly reads labels and hover as HTML, so every text is escaped.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from html import escape

import plotly.graph_objects as go

from core.report import Moment, Side, Stress, Timeline
from core.times import clock, moment

LINE, BELOW = 44, 52  # pixels: a moment; the time axis
LONGEST = 64  # characters of a label
SHORTEST = 60  # seconds an axis spans
SYMBOLS = {Side.ORDER: "square", Side.STRIPE: "circle", Side.WEBHOOK: "diamond"}


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of one theme, as in `.streamlit/config.toml`."""

    order: str
    stripe: str
    webhook: str
    bad: str
    text: str
    muted: str
    faint: str

    def of(self, side: Side) -> str:
        """A side's colour."""
        return {Side.ORDER: self.order, Side.STRIPE: self.stripe, Side.WEBHOOK: self.webhook}[side]


LIGHT = Ink("#2e75b6", "#7e57c2", "#0f5e66", bad="#c4314b", text="#1f2428", muted="#4f555a", faint="#d6d2c6")
DARK = Ink("#5b9fdc", "#9b7fd8", "#63bcc2", bad="#e5606f", text="#e7e5df", muted="#bac0c4", faint="#3a4145")


def figure(line: Timeline, zone: tzinfo = UTC, *, dark: bool = False) -> go.Figure:
    """The figure of `line`, its times in `zone`. The oldest moment stands on top."""
    ink = DARK if dark else LIGHT
    drawn = go.Figure()
    for side in Side:
        own = [(row, found) for row, found in enumerate(line.moments) if found.side is side]
        if own:
            drawn.add_traces([_key(side, ink), _trace(side, own, zone, ink)])
    for row, found in enumerate(line.moments):
        drawn.add_annotation(**_label(row, found, line, zone, ink))
    drawn.update_layout(**_layout(line, zone, ink))
    if _now_fits(line):
        drawn.add_vline(x=_clock(line.now, zone), line={"dash": "dot", "width": 1, "color": ink.text})
        drawn.add_annotation(
            text="read",
            x=_clock(line.now, zone),
            y=1,
            yref="paper",
            yanchor="bottom",
            showarrow=False,
            font={"color": ink.muted},
        )
    return drawn


def _plain(text: str) -> str:
    """`text` for plotly, which knows no `&quot;` and would show it as it stands."""
    return escape(text, quote=False)


def _key(side: Side, ink: Ink) -> go.Scatter:
    """A side's entry in the legend, in its own colour whatever its first moment looks like."""
    marker = {"size": 11, "symbol": SYMBOLS[side], "color": ink.of(side)}
    return go.Scatter(name=side.value, x=[None], y=[None], mode="markers", marker=marker)


def _trace(side: Side, own: list[tuple[int, Moment]], zone: tzinfo, ink: Ink) -> go.Scatter:
    colors = [ink.bad if found.stress is Stress.BAD else ink.of(side) for _, found in own]
    hollow = [f"{SYMBOLS[side]}-open" if found.stress is Stress.AHEAD else SYMBOLS[side] for _, found in own]
    return go.Scatter(
        name=side.value,
        showlegend=False,
        x=[_clock(found.at, zone) for _, found in own],
        y=[row for row, _ in own],
        mode="markers",
        marker={"size": 11, "symbol": hollow, "color": colors, "line": {"width": 2, "color": colors}},
        text=[
            f"<b>{_plain(found.what)}</b><br>{moment(found.at, zone, seconds=True)}<br>{_plain(found.detail)}"
            for _, found in own
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _label(row: int, found: Moment, line: Timeline, zone: tzinfo, ink: Ink) -> dict[str, object]:
    """The words above a moment's line: the time, with its day where that is another than the line above's."""
    said = moment(found.at, zone, seconds=True)
    before = moment(line.moments[row - 1].at, zone, seconds=True) if row else ""
    day, clock = said.split(", ") if ", " in said else ("", said)
    time = clock if day and before.startswith(f"{day},") else said
    what = found.what if len(found.what) <= LONGEST else found.what[: LONGEST - 1] + "…"
    warning = "⚠ " if found.stress is Stress.BAD else ""
    return {
        "text": f"<b>{time}</b>  {warning}{_plain(what)}",
        "x": 0, "xref": "paper", "xanchor": "left", "y": row, "yshift": 16,
        "showarrow": False, "align": "left",
        "font": {"size": 13, "color": ink.bad if found.stress is Stress.BAD else ink.text},
    }  # fmt: skip


def _layout(line: Timeline, zone: tzinfo, ink: Ink) -> dict[str, object]:
    count = len(line.moments)
    above = 56 if _now_fits(line) else 36  # the legend, and the word "read" below it
    return {
        "height": above + LINE * count + BELOW,
        "margin": {"l": 8, "r": 16, "t": above, "b": 8},
        "yaxis": {
            "range": [count - 0.5, -0.85],
            "tickvals": list(range(count)),
            "showticklabels": False,
            "gridcolor": ink.faint,
            "zeroline": False,
            "fixedrange": True,
        },
        "xaxis": {
            "type": "date",
            "showgrid": False,
            "zeroline": False,
            "nticks": 5,
            "automargin": True,
            "tickfont": {"color": ink.muted},
            **_span(line, zone),
        },
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "yref": "container", "y": 1, "yanchor": "top"},
        "hoverlabel": {"align": "left"},
        "dragmode": False,
    }


def _span(line: Timeline, zone: tzinfo) -> dict[str, object]:
    """At least a minute, so that no tick divides a second; else as wide as the moments are."""
    if not line.moments or line.moments[-1].at - line.moments[0].at >= SHORTEST:
        return {}
    begin = line.moments[0].at - SHORTEST // 10
    return {"range": [_clock(begin, zone), _clock(begin + SHORTEST, zone)]}


def _now_fits(line: Timeline) -> bool:
    """Whether the time of reading can be shown without squeezing the rest to one side."""
    if not line.moments:
        return False
    first, last = line.moments[0].at, line.moments[-1].at
    return line.now <= last + max(last - first, 60)


def _clock(epoch: int, zone: tzinfo) -> datetime | None:
    """What a clock in `zone` shows; plotly knows no zones."""
    shown = clock(epoch, zone)
    return shown and shown.replace(tzinfo=None)
