"""Inbox: what scans found and nobody has settled, worst first. One line above it says how many, for how much, and what
is new; an outage is one line more; below it stand findings and scans.

All of it is read from the journal: showing it asks nothing of Stripe.
"""

import streamlit as st

from core.desk import Filter, Share
from core.report import count
from core.times import ago, clock, moment
from dashboard import frame, visit, words
from dashboard.frame import replay_link
from dashboard.inbox import address, banner, choosing, findings, rows, saved, table
from dashboard.scans import panel, spans, standing
from dashboard.scans.standing import Standing


def head(stood: Standing, looked: int | None, *, folded: bool) -> tuple[st.delta_generator.DeltaGenerator, ...]:
    """The page's name, a place for what the choice comes to, what is new, and what can be done about all of it.
    `folded`: where the scans stand is said here."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="inbox_head"):
        st.title("Inbox", anchor=False, width="content")
        summed = st.container(width="content")
        _new(looked)
        st.space("stretch")
        if folded:
            panel.fold(stood)
        panel.starter(stood)
        saved.views(table.first_page, table.done)
        out = st.container(width="content")
    return summed, out


def _new(looked: int | None) -> None:
    """How many are new since whoever looks looked last, as a choice that is pressed."""
    since = choosing.new_since() or looked
    if since is None:
        return
    number, pressed = visit.get_desk().inbox.count(Filter(new_since=since)), choosing.new_since() is not None
    if not number and not pressed:
        return

    def press() -> None:
        table.first_page()
        if pressed:
            st.query_params.pop(choosing.NEW, None)
        else:
            st.query_params[choosing.NEW] = str(since)

    now, zone = clock(visit.now(), visit.timezone()), visit.timezone()
    then = clock(since, zone)
    at = moment(since, zone).rpartition(", ")[2] if now and then and now.date() == then.date() else moment(since, zone)
    st.button(
        f"{number:,} new since {words.md_escape(at)}", key="new", on_click=press,
        icon=":material/close:" if pressed else ":material/fiber_new:", type="primary" if pressed else "secondary",
        help="Show all again" if pressed else "What was found, or opened again, since you looked last",
    )  # fmt: skip


def summary(shares: tuple[Share, ...]) -> None:
    """The choice in one line."""
    unknown = sum(share.unknown for share in shares if share.code)
    untold = sum(share.cases for share in shares if share.code is None)
    said = [f"**{count(sum(share.cases for share in shares), 'case')}**"]
    money = rows.most_money(shares)
    said += [f"**{words.md_escape(money)}** at risk"] if money else []
    said += [f"{unknown:,} with unknown money"] if unknown else []
    said += [f"{untold:,} that could not be told"] if untold else []
    st.markdown(",  ".join(said), width="content")


def only(code: str) -> None:
    """Show the cases of one finding."""
    table.first_page()
    address.put("code", [code])


def nothing(chosen: Filter, stood: Standing) -> None:
    """No case: because of the choice, because all is well, or because nobody knows."""
    if chosen != Filter():
        frame.empty(":material/filter_alt_off:", "Nothing matches this choice", "Take away some of it to see more.")
    elif stood.sound and stood.complete is not None:
        ended = stood.complete.finished_at or stood.complete.beat_at
        frame.empty(
            ":green[:material/check_circle:]",
            "Everything agrees",
            f"Read {ago(ended, visit.now())}: {standing.read(stood.complete)}. No open case.",
        )
    else:
        frame.empty(
            ":material/inbox:", "Nothing found in what was read", "Not everything was, or not lately: see above."
        )


def never() -> None:
    """Nobody has scanned yet: what a scan does, and one clear button."""
    with st.container(border=True, horizontal_alignment="center", gap="small", key="never"):
        st.space("small")
        st.markdown(":gray[:material/radar:]", width="content")
        st.markdown("## Nothing has been scanned yet", width="content", anchors=False)
        st.text(
            "A scan reads the orders and what Stripe holds, compares them, and keeps what disagrees here. "
            "Nothing is changed on either side.",
            width="content",
        )
        panel.start("Scan the last 7 days", spans.WEEK, key="scan.first")
        st.space("small")


def page() -> None:
    """Everything, from what was found down to the scans that found it."""
    desk, listed = visit.get_desk(), panel.records()
    stood = standing.standing(listed, visit.now())
    looked = desk.inbox.looks.look(visit.operator(), visit.now())
    desk.inbox.due_again(visit.now())
    tally = desk.inbox.tally(Filter(states=()))
    kept = sum(tally.states.values())
    summed, out = head(stood, looked, folded=bool(kept))
    table.flash()
    panel.panel(listed, stood, folded=bool(kept))
    if stood.never and not kept:
        if not panel.busy(stood):
            never()
        return
    replay_link.running()
    banner.outages(visit.outages_now(), only)
    if not kept:
        if not panel.busy(stood):
            nothing(Filter(), stood)
    else:
        cases(stood, summed, out, looked, [code.upper() for code in tally.currencies])
    panel.line(stood)
    panel.past(listed)


def cases(
    stood: Standing,
    summed: st.delta_generator.DeltaGenerator,
    out: st.delta_generator.DeltaGenerator,
    looked: int | None,
    currencies: list[str],
) -> None:
    """The choice, and the cases of it."""
    chosen, order = choosing.choice(table.first_page, currencies)
    shares = visit.get_desk().inbox.summary(chosen)
    total = sum(share.cases for share in shares)
    if not shares:
        if not panel.busy(stood):
            nothing(chosen, stood)
        return
    with summed:
        summary(shares)
    with out:
        table.csv_button(chosen, total)
    table.table(chosen, order, total, choosing.new_since() or looked)
    findings.findings(shares)


page()
