"""The figure of a cause: affected orders in the colour of its severity, beside them in pale what came through well.

Pure. The beginning is a line with its time. What was not read is a ground of the colour of "could not look".
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from itertools import groupby
from operator import itemgetter
from typing import Final

import plotly.graph_objects as go

from core.desk import Cause
from core.times import clock, moment
from dashboard.causes import told
from dashboard.palette import Palette
from dashboard.words import Look

HEIGHT: Final = 320


def figure(cause: Cause, look: Look, colors: Palette, zone: tzinfo) -> go.Figure:
    """Stacked bars, one a stretch of time."""
    drawn = go.Figure([
        _bars(cause, "affected", colors.named(look.color), [bar.affected for bar in cause.bars], zone),
        _bars(cause, "came through well", colors.line, [bar.well for bar in cause.bars], zone),
    ])  # fmt: skip
    drawn.update_layout(**layout(colors))
    ticks = told.ticks(cause.window.since, cause.window.until, zone)
    drawn.update_xaxes(
        type="date", showgrid=False, automargin=True, tickfont={"color": colors.muted}, fixedrange=True,
        tickvals=[local(at, zone) for at, _ in ticks], ticktext=[said for _, said in ticks],
        range=[local(cause.window.since, zone), local(cause.window.until, zone)],
    )  # fmt: skip
    steps = told.gridlines(max((bar.affected + bar.well for bar in cause.bars), default=0))
    drawn.update_yaxes(
        gridcolor=colors.line, zeroline=False, tickfont={"color": colors.muted}, fixedrange=True, rangemode="tozero",
        automargin=True, tickvals=steps, ticktext=[f"{step:,}" for step in steps],
    )  # fmt: skip
    unread(drawn, [(bar.at, bar.sure) for bar in cause.bars], cause.window.width, cause.now, colors, zone)
    shown = cause.chosen.shown
    if shown is not None:
        bar = (
            (shown.since - cause.window.since) // cause.window.width * cause.window.width
        )  # none stands across the line
        _line(drawn, cause.window.since + bar, f"<b>began {moment(shown.since, zone)}</b>", colors, zone, width=2)
        if shown.until is not None and shown.until - shown.since > cause.window.width * 3:
            bar = -(-(shown.until + 1 - cause.window.since) // cause.window.width) * cause.window.width
            _line(drawn, cause.window.since + bar, "", colors, zone, width=1)
    return drawn


def _bars(cause: Cause, name: str, color: str, orders: list[int], zone: tzinfo) -> go.Bar:
    half = cause.window.width / 2
    return go.Bar(
        name=name,
        x=[local(bar.at + half, zone) for bar in cause.bars],
        y=orders,
        width=[cause.window.width * 1000 * 0.86] * len(cause.bars),
        marker={"color": color, "line": {"width": 0}},
        customdata=[moment(bar.at, zone) for bar in cause.bars],
        hovertemplate=f"%{{customdata}}<br>%{{y:,}} {name}<extra></extra>",
    )


def _line(drawn: go.Figure, at: int, said: str, colors: Palette, zone: tzinfo, *, width: int) -> None:
    drawn.add_vline(x=local(at, zone), line={"width": width, "color": colors.ink})
    if said:
        drawn.add_annotation(
            x=local(at, zone), y=1, yref="paper", yanchor="bottom", xanchor="left", xshift=-1, showarrow=False,
            text=said, font={"size": 14, "color": colors.ink},
        )  # fmt: skip


def unread(
    drawn: go.Figure, stretches: Sequence[tuple[int, bool]], width: int, now: int, colors: Palette, zone: tzinfo
) -> None:
    """The ground below what was not read to the end. `stretches`: when each begins, and whether it was."""
    for sure, some in groupby(stretches, key=itemgetter(1)):
        run = [at for at, _ in some]
        if not sure and run[0] < now:
            drawn.add_vrect(
                x0=local(run[0], zone), x1=local(min(run[-1] + width, now), zone), fillcolor=colors.violet,
                opacity=0.13, line_width=0, layer="below",
            )  # fmt: skip
    if not all(sure for _, sure in stretches):
        mark = {"size": 12, "symbol": "square", "color": colors.violet, "opacity": 0.4}
        drawn.add_trace(go.Scatter(name="not all was read", x=[None], y=[None], mode="markers", marker=mark))


def local(epoch: float, zone: tzinfo) -> datetime | None:
    """What a clock in `zone` shows; plotly knows no zones."""
    shown = clock(epoch, zone)
    return shown and shown.replace(tzinfo=None)


def layout(colors: Palette) -> dict[str, object]:
    """What a figure of stacked bars over time looks like."""
    return {
        "template": "none",
        "height": HEIGHT,
        "barmode": "stack",
        "bargap": 0,
        "margin": {"l": 8, "r": 8, "t": 64, "b": 8},
        "plot_bgcolor": "rgba(0,0,0,0)",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 13, "color": colors.ink},
        "showlegend": True,
        "legend": {
            "orientation": "h", "x": 0, "xanchor": "left", "yref": "container", "y": 1, "yanchor": "top",
            "traceorder": "normal", "itemclick": False, "itemdoubleclick": False,
        },
        "hoverlabel": {"bgcolor": colors.paper, "bordercolor": colors.line, "font": {"color": colors.ink}},
        "dragmode": False,
    }  # fmt: skip
