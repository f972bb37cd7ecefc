"""Draws the timeline: at a glance in words; whole as a figure, one line a moment, so that no label lies on another.

`figure` is pure. Plotly reads labels and hover as HTML, so every text is escaped.
"""

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from html import escape
from itertools import groupby

import plotly.graph_objects as go
import streamlit as st

from core.report import Moment, Side, Stress, Timeline, count
from core.times import clock, moment
from dashboard import visit, words
from dashboard.frame.ids import ID, TAIL, Ids
from dashboard.palette import Palette, palette

QUIET = {"displayModeBar": False, "scrollZoom": False}
LINE, BELOW = 44, 52  # pixels: a moment; the time axis
MOST = 4  # moments of a glance
MANY, DRAWN = 16, 40  # moments from which events are folded, and lines that a figure has at most
LONGEST = 64  # characters of a label
SHORTEST = 60  # seconds an axis spans
SYMBOLS = {Side.ORDER: "square", Side.STRIPE: "circle", Side.WEBHOOK: "diamond"}
COLORS = {Side.ORDER: "blue", Side.STRIPE: "violet", Side.WEBHOOK: "teal"}


def glance(line: Timeline) -> None:
    """The last moments in words, those that need an eye among them."""
    st.markdown("#### What happened", anchors=False)
    shown = glanced(line)
    if not shown:
        st.text("Neither side gave a time.")
        return
    zone = visit.timezone()
    lines = []
    for one in shown:
        bad = one.stress is Stress.BAD
        what = words.md_escape(one.what)
        at = words.md_escape(moment(one.at, zone, seconds=True))
        lines.append(f"- :small[:gray[{at}]] {':red[**⚠ ' + what + '**]' if bad else what}")
    if more := len(line.moments) + line.left_out - len(shown):
        lines.append(f"- :small[:gray[{count(more, 'more moment')} in the timeline below]]")
    st.markdown("\n".join(lines))


def glanced(line: Timeline) -> tuple[Moment, ...]:
    """The moments of a glance, the oldest first: what needs an eye, and the latest beside it."""
    past = [one for one in line.moments if one.stress is not Stress.AHEAD]
    bad = [one for one in past if one.stress is Stress.BAD][-MOST + 1 :]
    rest = [one for one in past if one not in bad][-(MOST - len(bad)) :]
    return tuple(sorted((*bad, *rest), key=lambda one: one.at))


def draw(line: Timeline, ids: Ids) -> None:
    """The timeline of both sides, and below it the same in words, with links."""
    if not line.moments:
        st.text("Neither side gave a time.")
        return
    zone, shown = visit.timezone(), folded(line)
    if shown.left_out:
        st.caption(f"{count(shown.left_out, 'earlier moment is', 'earlier moments are')} not drawn.")
    drawn = figure(shown, palette(st.context.theme.type), zone, ids)
    st.plotly_chart(drawn, key="case.timeline", config=QUIET, alt=shown.in_words(zone))
    st.caption(f"Times in {words.md_escape(zone)}. Filled: it happened. Hollow: it is still to come. ⚠: needs an eye.")
    with st.expander("Every moment in words", icon=":material/list:"):
        st.markdown("\n".join(written(line, zone, ids)))


def written(line: Timeline, zone: tzinfo, ids: Ids) -> list[str]:
    """Every moment in words, as lines of Markdown."""
    lines = [
        f"- :small[:gray[{words.md_escape(moment(one.at, zone, seconds=True))}]] {words.md_escape(one.what)}, "
        f"{ids.linked(one.detail)}"
        for one in line.moments
    ]
    earlier = [f"- {count(line.left_out, 'earlier moment')} more, in *Raw*"] if line.left_out else []
    return [*earlier, *lines]


def folded(line: Timeline) -> Timeline:
    """What a figure can hold: of many moments, events in a row that need no eye are one line, and of what is
    still too many the latest are drawn. What needs an eye is never folded."""
    if len(line.moments) <= MANY:
        return line
    kept: list[Moment] = []
    left_out = line.left_out
    for quiet, run in groupby(line.moments, lambda one: one.side is Side.WEBHOOK and one.stress is Stress.PLAIN):
        found = list(run)
        kept += [_one(found)] if quiet and len(found) > 1 else found
    over = max(0, len(kept) - DRAWN)
    return replace(line, moments=tuple(kept[over:]), left_out=left_out + over)


def _one(run: list[Moment]) -> Moment:
    """Several events as one moment, that of the first."""
    what = f"{len(run)} events that need no eye"
    return replace(run[0], what=what, detail="; ".join(one.what for one in run))


def figure(line: Timeline, colors: Palette, zone: tzinfo = UTC, ids: Ids | None = None) -> go.Figure:
    """The figure of `line`, its times in `zone`, the oldest moment on top. What a moment is about is a link where `ids`
    knows its page."""
    drawn = go.Figure()
    for side in Side:
        own = [(row, found) for row, found in enumerate(line.moments) if found.side is side]
        if own:
            drawn.add_traces([_key(side, colors), _trace(side, own, zone, colors)])
    for row, found in enumerate(line.moments):
        drawn.add_annotation(**_label(row, found, line, zone, colors, ids))
    drawn.update_layout(**_layout(line, zone, colors))
    if _now_fits(line):
        drawn.add_vline(x=_clock(line.now, zone), line={"dash": "dot", "width": 1, "color": colors.ink})
        drawn.add_annotation(
            text="read",
            x=_clock(line.now, zone),
            y=1,
            yref="paper",
            yanchor="bottom",
            showarrow=False,
            font={"color": colors.muted},
        )
    return drawn


def _plain(text: str) -> str:
    """`text` for plotly, which knows no `&quot;` and would show it as it stands."""
    return escape(text, quote=False)


def _key(side: Side, colors: Palette) -> go.Scatter:
    """A side's entry in the legend, in its own colour whatever its first moment looks like."""
    marker = {"size": 11, "symbol": SYMBOLS[side], "color": colors.named(COLORS[side])}
    return go.Scatter(name=side.value, x=[None], y=[None], mode="markers", marker=marker)


def _trace(side: Side, own: list[tuple[int, Moment]], zone: tzinfo, colors: Palette) -> go.Scatter:
    inks = [colors.red if found.stress is Stress.BAD else colors.named(COLORS[side]) for _, found in own]
    hollow = [f"{SYMBOLS[side]}-open" if found.stress is Stress.AHEAD else SYMBOLS[side] for _, found in own]
    return go.Scatter(
        name=side.value,
        showlegend=False,
        x=[_clock(found.at, zone) for _, found in own],
        y=[row for row, _ in own],
        mode="markers",
        marker={"size": 11, "symbol": hollow, "color": inks, "line": {"width": 2, "color": inks}},
        text=[
            f"<b>{_plain(found.what)}</b><br>{moment(found.at, zone, seconds=True)}<br>{_plain(found.detail)}"
            for _, found in own
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _label(
    row: int, found: Moment, line: Timeline, zone: tzinfo, colors: Palette, ids: Ids | None
) -> dict[str, object]:
    """The words above a moment's line: the time, with its day where that is another than the line above's."""
    said = moment(found.at, zone, seconds=True)
    before = moment(line.moments[row - 1].at, zone, seconds=True) if row else ""
    day, clock = said.split(", ") if ", " in said else ("", said)
    time = clock if day and before.startswith(f"{day},") else said
    what = found.what if len(found.what) <= LONGEST else found.what[: LONGEST - 1] + "…"
    warning = "⚠ " if found.stress is Stress.BAD else ""
    return {
        "text": f"<b>{time}</b>  {warning}{_plain(what)}{_object(found, ids, colors)}",

        "x": 0, "xref": "paper", "xanchor": "left", "y": row, "yshift": 16,
        "showarrow": False, "align": "left",
        "font": {"size": 13, "color": colors.red if found.stress is Stress.BAD else colors.ink},
    }  # fmt: skip


def _object(found: Moment, ids: Ids | None, colors: Palette) -> str:
    """The end of the id that a moment is about, as a link to its page; nothing where it has none."""
    named = ID.search(found.detail)
    page = ids.page(named[0]) if ids and named else None
    style = f'style="color:{colors.teal}"'
    return f'  <a href="{escape(page)}" {style}>…{named[0][-TAIL:]}</a>' if page and named else ""


def _layout(line: Timeline, zone: tzinfo, colors: Palette) -> dict[str, object]:
    count = len(line.moments)
    above = 56 if _now_fits(line) else 36  # the legend, and the word "read" below it
    return {
        "height": above + LINE * count + BELOW,
        "margin": {"l": 8, "r": 16, "t": above, "b": 8},
        "yaxis": {
            "range": [count - 0.5, -0.85],
            "tickvals": list(range(count)),
            "showticklabels": False,
            "gridcolor": colors.line,
            "zeroline": False,
            "fixedrange": True,
        },
        "xaxis": {
            "type": "date",
            "showgrid": False,
            "zeroline": False,
            "nticks": 5,
            "automargin": True,
            "tickfont": {"color": colors.muted},
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
