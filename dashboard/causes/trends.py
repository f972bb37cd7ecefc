"""The last 30 days as one figure, and as small bars beside a cause. Pure."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

import plotly.graph_objects as go

from core.desk import Day
from core.times import DAY, moment
from dashboard.causes import told
from dashboard.causes.figure import layout, local, unread
from dashboard.palette import Palette

TALL: Final = 28  # pixels of the tallest small bar


def figure(days: Sequence[Day], now: int, colors: Palette, zone: tzinfo) -> go.Figure:
    """Each day: what happened upwards, what was healed downwards."""
    drawn = go.Figure([
        _bars("happened", days, [day.happened for day in days], colors.orange, zone),
        _bars("healed", days, [-day.healed for day in days], colors.green, zone),
    ])  # fmt: skip
    drawn.update_layout(**{**layout(colors), "barmode": "relative", "margin": {"l": 8, "r": 8, "t": 36, "b": 8}})
    since, until = days[0].at, days[-1].at + DAY
    ticks = told.ticks(since, until, zone)
    drawn.update_xaxes(
        type="date", showgrid=False, tickfont={"color": colors.muted}, fixedrange=True,
        tickvals=[local(at, zone) for at, _ in ticks], ticktext=[said for _, said in ticks],
        range=[local(since, zone), local(until, zone)],
    )  # fmt: skip
    steps = _steps(max(day.happened for day in days), max(day.healed for day in days))
    drawn.update_yaxes(
        gridcolor=colors.line, zeroline=True, zerolinecolor=colors.muted, tickfont={"color": colors.muted},
        fixedrange=True, tickvals=steps, ticktext=[f"{abs(step):,}" for step in steps],
    )  # fmt: skip
    unread(drawn, [(day.at, day.sure) for day in days], DAY, now, colors, zone)
    return drawn


def in_words(days: Sequence[Day], zone: tzinfo) -> str:
    """The figure for who does not see it."""
    worst = max(days, key=lambda day: day.happened)
    said = f"30 days: {sum(day.happened for day in days):,} happened, {sum(day.healed for day in days):,} were healed."
    if worst.happened:
        said += f" The most, {worst.happened:,}, on {_day(worst.at, zone)}."
    unknown = sum(not day.sure for day in days)
    return said + (f" {unknown} of the days were not read, or not all of them." if unknown else "")


def small_bars(counts: Sequence[int], color: str) -> str:
    """Bars without an axis, as HTML; the tallest as high as there is room. Numbers alone go in."""
    most = max([*counts, 1])
    said = f"{sum(counts):,} in {len(counts)} days, at most {max(counts, default=0):,} on one"
    bars = "".join(f'<i style="height:{max(2, round(TALL * cases / most)) if cases else 0}px"></i>' for cases in counts)
    return f'<div class="small-bars" role="img" aria-label="{said}" title="{said}" style="color:{color}">{bars}</div>'


def _bars(name: str, days: Sequence[Day], heights: list[int], color: str, zone: tzinfo) -> go.Bar:
    return go.Bar(
        name=name,
        x=[local(day.at + DAY // 2, zone) for day in days],
        y=heights,
        marker={"color": color, "line": {"width": 0}},
        width=[DAY * 1000 * 0.8] * len(days),
        customdata=[[_day(day.at, zone), f"{abs(height):,}"] for day, height in zip(days, heights, strict=True)],
        hovertemplate=f"%{{customdata[0]}}<br>%{{customdata[1]}} {name}<extra></extra>",
    )


def _steps(up: int, down: int) -> list[int]:
    """Round numbers on both sides of 0."""
    most = max(up, down, 1)
    step = next(size for size in _ROUND if most / size <= 4)  # noqa: PLR2004 - lines on the larger side
    return [*range(-(down // step) * step, 0, step), *range(0, up + 1, step)]


_ROUND: Final = [digit * 10**power for power in range(12) for digit in (1, 2, 5)]


def _day(at: int, zone: tzinfo) -> str:
    return moment(at, zone).rpartition(", ")[0]
