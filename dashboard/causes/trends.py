"""The last 30 days as one figure, and as small bars beside a cause. Pure."""

from collections.abc import Sequence
from datetime import tzinfo
from html import escape
from typing import Final

from core.desk import Day
from core.times import DAY, moment
from dashboard.causes import told
from dashboard.palette import Palette

TALL: Final = 28  # pixels of the tallest small bar
UNREAD: Final = 0.18  # how strong the ground is of a day of which not all was read


def figure(days: Sequence[Day], now: int, colors: Palette, zone: tzinfo) -> str:
    """Each day: what happened upwards, what was healed downwards; as HTML. Numbers and times alone go in."""
    up, down = max(day.happened for day in days), max(day.healed for day in days)
    steps = told.gridlines(up, down)
    top, bottom = max(up, *steps, 1), max(down, -steps[0])
    share = 100 / (top + bottom)
    lines = "".join(f'<b style="top:{(top - step) * share:.1f}%">{abs(step):,}</b>' for step in steps)
    drawn = "".join(_day_of(day, now, top, share, colors, zone) for day in days)
    since, until = days[0].at, days[-1].at + DAY
    below = "".join(
        f'<b style="left:{100 * (at - since) / (until - since):.1f}%">{escape(said)}</b>'
        for at, said in told.ticks(since, until, zone)
    )
    names = [("happened", colors.orange, 1.0), ("healed", colors.green, 1.0)]
    names += [] if all(day.sure for day in days) else [("not all was read", colors.violet, 2 * UNREAD)]
    legend = "".join(
        f'<span><i style="background:{color};opacity:{pale}"></i>{name}</span>' for name, color, pale in names
    )
    return (
        f'<div class="days" role="img" aria-label="{escape(in_words(days, zone))}"><div class="names">{legend}</div>'
        f'<div class="course">{lines}<div>{drawn}</div></div><div class="times">{below}</div></div>'
    )


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


def _day_of(day: Day, now: int, top: int, share: float, colors: Palette, zone: tzinfo) -> str:
    """One day: its ground where not all of it was read, its two bars, and what they say."""
    said = f"{_day(day.at, zone)}: {day.happened:,} happened, {day.healed:,} healed"
    said += "" if day.sure or day.at >= now else "; not all was read"
    ground = "" if day.sure or day.at >= now else f'<u style="background:{colors.violet};opacity:{UNREAD}"></u>'
    bars = (
        f'<i style="top:{(top - max(cases, 0)) * share:.1f}%;height:{abs(cases) * share:.1f}%;background:{color}"></i>'
        for cases, color in ((day.happened, colors.orange), (-day.healed, colors.green))
        if cases
    )
    return f'<span title="{escape(said)}">{ground}{"".join(bars)}</span>'


def _day(at: int, zone: tzinfo) -> str:
    return moment(at, zone).rpartition(", ")[0]
