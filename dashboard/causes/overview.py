"""The overview, to be read from across a room: is anything wrong, is it getting worse, how old is what is known.

It draws itself anew. Decides nothing: the sentence is `core.pulse`'s, which also knows what may not be said.
"""

import streamlit as st

from core.desk import Overview
from core.errors import OrderlensError
from core.findings import Severity
from core.money import Money
from core.outages import Outage
from core.pulse import Known, Mood, Pace, Trend, pulse
from core.report import Tone, count
from core.rules import TITLES
from core.times import DAY, ago, moment, short_span
from dashboard import frame, visit, words
from dashboard.causes import link, trends
from dashboard.inbox import charts, rows
from dashboard.palette import palette
from dashboard.scans import panel, spans, standing
from dashboard.scans.standing import Standing

EVERY = "30s"
CAUSES = 8  # that are listed; of more the others are counted
SUMS = 3  # currencies that stand large
NARROWEST = 160  # pixels of a figure, so that two stand side by side on a telephone
_LOOKS = {Mood.WELL: words.LOOKS[Tone.AGREES], Mood.UNSURE: words.LOOKS[Tone.COULD_NOT_LOOK]}


@st.fragment(run_every=EVERY)
def render() -> None:
    """All of it, or why it cannot be told: on a turn of its own nothing around it would."""
    try:
        _drawn()
    except OrderlensError as error:
        frame.trouble(error)


def _drawn() -> None:
    listed, now = panel.records(), visit.now()
    stood, seen = standing.standing(listed, now), visit.overview()
    running = panel.busy(stood)
    first = stood.never and not seen.shares and not running
    _sentence(seen, _known(seen, stood, running=running), standing.not_judged(stood.last), first=first)
    if first:
        panel.start("Scan the last 7 days", spans.WEEK, key="overview.scan")
        return
    _figures(seen, stood)
    _causes(seen)
    _days(seen)
    _bars(seen)


def _known(seen: Overview, stood: Standing, *, running: bool) -> Known:
    """What the scans and the watch have read. A watch that has heard everything lately keeps a scan fresh."""
    ended = stood.last is not None and stood.last.state == "complete"
    stale = seen.read_to is None or seen.now - seen.read_to > DAY
    return Known(seen.read_to, stale=stale, whole=ended and not (stood.lost or stood.partial), running=running)


def _sentence(seen: Overview, known: Known, not_judged: str, *, first: bool) -> None:
    """The one sentence, in the colour of what it says, and what qualifies it. `first`: the first scan is to be started
    here."""
    said = pulse(seen.wrong, known, seen.trend, now=seen.now, zone=visit.timezone())
    worst = next((severity for severity in Severity if seen.tally.severities.get(severity)), None)
    look = _LOOKS.get(said.mood) or words.look(worst)
    with st.container(key="overview_sentence", gap="xsmall"):
        st.markdown(f"# :{look.color}[{look.icon} {words.md_escape(said.says)}]", anchors=False)
        beside = [*_pace(seen.trend, known, first=first), *_beside(said.mood, seen, known), not_judged]
        if any(beside):
            st.markdown(words.md_escape(" ".join(filter(None, beside))))


def _pace(found: Trend, known: Known, *, first: bool) -> list[str]:
    """The numbers behind "worse" and "better"; where there are none, what is missing and what to do."""
    if known.until is None and known.running:
        return ["It compares the orders with what Stripe holds; what disagrees appears here when it has ended."]
    if known.until is None:
        press = 'Press "Scan the last 7 days"' if first else "Start a scan in the inbox"
        unread = "No scan has read the orders and Stripe to the end yet, so nothing can be told of them."
        return [unread, f"{press}: it compares the two, and changes nothing."]
    if found.pace is Pace.UNKNOWN:
        short = "Less than two days were read without a gap."
        return [short, "A scan of the last 7 days, started in the inbox, tells whether that is more than before."]
    lately = f"{found.now:,} in the last {found.per}, {found.before:,.1f} before, on average."
    return [lately if found.now or found.before else f"None in the last {found.per}, and none in those before."]


def _beside(mood: Mood, seen: Overview, known: Known) -> list[str]:
    """What qualifies the sentence."""
    said = []
    if mood is not Mood.UNSURE and not known.whole:
        said.append("Not everything could be read: there may be more.")
    if mood is Mood.WRONG and seen.wrong.untold:
        said.append(f"Of {count(seen.wrong.untold, 'further case')} it cannot be told.")
    return said


def _figures(seen: Overview, stood: Standing) -> None:
    """Four of them."""
    unsettled = sum(share.cases for share in seen.shares)
    taken = seen.tally.states.get("acknowledged", 0)
    with st.container(key="overview_figures"):
        places = st.grid(4, min_column_width=NARROWEST, gap="medium")
        _figure(places, "Open cases", f"{unsettled:,}", f"{taken:,} of them acknowledged" if taken else "")
        _figure(places, "Money at risk", *_money(seen))
        healing = seen.healing
        healed = f"median of {count(healing.cases, 'case')} in 30 days"
        took = "not known" if healing.median is None else short_span(healing.median)
        _figure(places, "Time to heal", took, healed if healing.cases else "none was healed in 30 days")
        _figure(places, "Age of what we know", *_age(seen, stood))


def _figure(places: st.delta_generator.DeltaGenerator, title: str, value: str, note: str) -> None:
    shown = f"  \n:small[{words.md_escape(note)}]" if note else ""
    places.markdown(f":small[:gray[{title}]]  \n**{words.md_escape(value)}**{shown}")


def _money(seen: Overview) -> tuple[str, str]:
    """The sum of most cases' currency large, the others beside it; what is not known said."""
    sums = _sums(seen)
    unknown = sum(share.unknown for share in seen.shares)
    notes = [f"and {' + '.join(map(str, sums[1 : 1 + SUMS]))}"] if len(sums) > 1 else []
    if more := len(sums) - 1 - SUMS:
        notes += [f"and {count(more, 'other currency', 'other currencies')}"] if more > 0 else []
    notes += [f"of {count(unknown, 'case')} not known"] if unknown else []
    if not sums:
        if unknown or seen.read_to is None:
            return "not known", notes[-1] if notes else ""
        return "none", ""
    return str(sums[0]), ", ".join(notes)


def _sums(seen: Overview) -> list[Money]:
    """One sum a currency, that of most cases first."""
    cases = {one.currency: 0 for one in rows.money(seen.shares)}
    for share in seen.shares:
        for one in share.money:
            cases[one.currency] = cases.get(one.currency, 0) + share.cases
    return sorted(rows.money(seen.shares), key=lambda one: -cases[one.currency])


def _age(seen: Overview, stood: Standing) -> tuple[str, str]:
    """How long ago all was read, and by what; what is left unread."""
    zone = visit.timezone()
    if seen.read_to is None:
        return "never read", "no scan was complete"
    scanned = f"last whole scan up to {moment(stood.complete.until, zone)}" if stood.complete else ""
    holes = sum(len(one.holes) for one in stood.partial)
    notes = [scanned, f"{count(holes, 'hole')} left" if holes else "", _watch(seen)]
    return short_span(max(0, seen.now - seen.read_to)), "; ".join(filter(None, notes))


def _watch(seen: Overview) -> str:
    """Whether somebody goes on looking."""
    if seen.watched and seen.heard_at is not None:
        return f"the watch heard all {ago(seen.heard_at, seen.now)}"
    if seen.watched:
        return "the watch runs"
    return f"no watch runs since {moment(seen.heard_at, visit.timezone())}" if seen.heard_at else "no watch runs"


def _causes(seen: Overview) -> None:
    """What is wrong, first what goes on at this moment, then the worst: a line each, with its last 30 days."""
    colors, going = palette(st.context.theme.type), _going()
    told = sorted((share for share in seen.shares if share.code), key=lambda share: share.code not in going)
    if not told:
        return
    st.markdown("## Causes", anchors=False)
    with st.container(key="overview_causes", gap="xsmall"):
        for share in told[:CAUSES]:
            code = share.code or ""
            look = words.look(share.severity)
            with st.container(horizontal=True, vertical_alignment="center", gap="small", border=True):
                st.markdown(words.badge(look), width="content")
                link.to(TITLES.get(code, code), code, going[code].since if code in going else None)
                if code in going:
                    one = going[code]
                    since = words.md_escape(
                        f"{one.cases:,} since {moment(one.since, visit.timezone())}, and it goes on"
                    )
                    st.markdown(f":{look.color}[{since}]", width="content")
                st.space("stretch")
                money = f", {' + '.join(map(str, share.money))}" if share.money else ""
                counted = words.md_escape(count(share.cases, "case") + money)
                st.markdown(f"**{counted}**", width="content")
                color = colors.named(look.color)
                st.html(trends.small_bars(seen.by_code.get(code, (0,) * len(seen.days)), color), width="content")
    if len(told) > CAUSES:
        frame.page_link("app_pages/discrepancies.py", f"{len(told) - CAUSES} more in the inbox", ":material/inbox:")


def _going() -> dict[str, Outage]:
    """The outage of each code that goes on at this moment."""
    return {one.code: one for one in reversed(visit.outages_now()) if one.until is None and one.open}


def _days(seen: Overview) -> None:
    """What happened and what was healed, a day each."""
    if not any(day.happened or day.healed for day in seen.days):
        return
    zone = visit.timezone()
    st.markdown("## 30 days", anchors=False)
    drawn = trends.figure(seen.days, seen.now, palette(st.context.theme.type), zone)
    with st.container(key="overview_days"):
        st.html(drawn)


def _bars(seen: Overview) -> None:
    """For how much money, and how often, by headline."""
    found = rows.bars(seen.shares)
    if not found:
        return
    colors = palette(st.context.theme.type)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("## Where the money is", anchors=False)
        currencies = charts.currencies(found)
        for currency in currencies[:SUMS]:
            st.html(charts.at_risk(found, currency, colors))
        if not currencies:
            st.text("None that can be told.")
    with right:
        st.markdown("## How often", anchors=False)
        often = tuple(sorted(found, key=lambda bar: -bar.cases))
        st.html(charts.counts(often, colors))
