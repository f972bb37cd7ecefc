"""Draws the comparison, at a glance and whole: what differs first, what is explained with its sum, what agrees last.

Decides nothing: the rows, their order and their verdicts are `core.comparison`'s.
"""

from collections.abc import Iterator

import pandas as pd
import streamlit as st

from core import stripe_links
from core.comparison import Comparison, Row, Sum, Value, Verdict
from core.facts import Facts
from core.report import Beside, count
from core.times import brief, moment
from dashboard import visit, words
from dashboard.case.opening import Open
from dashboard.frame.ids import Ids

LOOKS = {
    Verdict.DIFFERS: words.Look("Differs", ":material/difference:", "red"),
    Verdict.EXPLAINED: words.Look("Different, and explained", ":material/info:", "blue"),
    Verdict.NOT_READ: words.Look("Not fully read", ":material/visibility_off:", "violet"),
    Verdict.INCOMPARABLE: words.Look("Cannot be compared", ":material/balance:", "gray"),
    Verdict.SAME: words.Look("Same", ":material/check:", "green"),
}
ABSENT = "-"
ORDER = "Order"  # the title of its column
MOST = 7  # rows of a glance
APART = 3  # rows that tell several payments apart: amount, time, id
SHORT = {"Checkout session": "Session", "Payment intent": "Intent"}
NARROWEST = 150  # pixels of a value, so that two stand side by side on a telephone


def glance(shown: Open) -> None:
    """The fields that tell most, in a few rows: what disagrees first, then what agrees. Of several payments each has a
    column, and above them stands what they come to."""
    found, main = shown.said.payments, shown.said.beside[0].comparison
    st.markdown("#### Side by side", anchors=False)
    if found is None and len(main.columns) < 2:  # noqa: PLR2004 - one side only
        st.text("Nothing of the order was found at Stripe: nothing was compared.")
        return
    rows = glanced(main) if found is None else found.rows[: max(MOST, APART + len(found.telling))]
    if found and (line := together(found)):
        st.markdown(line)
    alt = "The order and Stripe, field by field: " + "; ".join(f"{row.field} {row.verdict.value}" for row in rows)
    with st.container(key="case_glance"):
        drawn = _short(found or main, rows, Ids.of(shown.opened.case.facts))
        st.table(drawn, border="horizontal", hide_index=True, alt=alt)
    st.markdown(" ".join(_counts(main if found is None else found, rows)))


def glanced(found: Comparison) -> tuple[Row, ...]:
    """The rows of a glance: all that need a look, and of those that agree as many as there is room for."""
    telling = found.telling[:MOST]
    return (*telling, *found.having(Verdict.SAME)[: max(0, MOST - len(telling))])


def together(found: Comparison) -> str:
    """What several payments come to beside the order's amount, and why that is right or not; Markdown. Empty where
    there is nothing to say of it."""
    amount = found.rows[0]
    said = words.md_escape(" ".join([*(f"{one}." for one in amount.sums), amount.why]).strip())
    if amount.verdict is Verdict.DIFFERS and said:
        said = f":red[**{said}**]"
    more = f"{count(found.left_out, 'more payment')} among the movements below." if found.left_out else ""
    return f"{said} {more}".strip()


def _counts(found: Comparison, rows: tuple[Row, ...]) -> Iterator[str]:
    """How many of each verdict there are, and that more can be seen."""
    for verdict, look in LOOKS.items():
        if some := found.having(verdict):
            word = "differ" if look.word == "Differs" and len(some) > 1 else look.word.lower()
            yield words.badge(look, f"{len(some)} {word}")
    if (more := len(found.rows) - len(rows)) > 0:
        yield f":small[:gray[{count(more, 'more field')} below]]"


def _short(found: Comparison, rows: tuple[Row, ...], ids: Ids) -> pd.DataFrame:
    lines = []
    for row in rows:
        named = words.md_escape(row.field)
        cells = [_cell(one, row.verdict, ids) for one, _ in zip(row.values, found.columns, strict=False)]
        lines.append([f"**{named}**" if row.verdict is Verdict.DIFFERS else named, *cells])
    return pd.DataFrame(lines, columns=["Field", *(SHORT.get(column.title, column.title) for column in found.columns)])


def _cell(one: Value | None, verdict: Verdict, ids: Ids) -> str:
    """A value, of an id its end. What does not fit the column is cut by the page, which shows it whole when pressed."""
    if one is None:
        return ""
    shown = brief(one.at, visit.timezone()) if one.at else text(one)
    said = ids.short(shown) or words.md_escape(shown)
    if one.unread:
        return f":violet[{said}]"
    return f":red[**{said}**]" if one.odd and verdict is Verdict.DIFFERS else said


def comparison(shown: Open) -> None:
    """Order and Stripe side by side, what disagrees first."""
    tries = shown.said.beside
    if len(tries) > 1 and st.toggle(f"Two of {len(tries)} payments in two columns", key=f"case.two.{shown.opened.key}"):
        _payments(tries, Ids.of(shown.opened.case.facts))
        return
    beside = _chosen(shown)
    found = beside.comparison
    _summary(found)
    if len(found.columns) < 2:  # noqa: PLR2004 - one side only
        st.text("Nothing of the order was found at Stripe: nothing was compared.")
    ids = Ids.of(shown.opened.case.facts)
    for row in found.telling:
        _block(found, row, ids)
    rest = found.having(Verdict.SAME, Verdict.SHOWN)
    if rest and _whole(shown.opened.key, found):
        alt = f"Fields on which the order and Stripe agree, or that stand on one side only: {len(rest)}."
        st.table(_table(found, rest, ids), border="horizontal", hide_index=True, alt=alt)
    st.caption(f"Below each value: where it stands. All of it was read at {_clock(found.read_at)}.")
    _link(shown.opened.case.facts, beside.page_of)


def _payments(tries: tuple[Beside, ...], ids: Ids) -> None:
    """The order and two attempts to pay, each in one column; where the two differ, it is written bold."""
    numbers = range(len(tries))
    with st.container(horizontal=True):
        first, second = (
            st.selectbox(name, numbers, index=at, format_func=lambda one: tries[one].label, key=f"case.payment.{at}")
            for at, name in enumerate(("One payment", "The other"))
        )
    columns = [_told(tries[one].comparison) for one in (first, second)]
    rows = [_beside(field, columns, ids) for field in dict.fromkeys((*columns[0], *columns[1]))]
    with st.container(key="case_payments"):
        st.table(rows, border="horizontal", hide_index=True, alt="The order and two payments, field by field")


def _told(found: Comparison) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Of each field what the order says, and what the attempt's objects say, each value once."""
    titles = [column.title for column in found.columns]
    told = {}
    for row in found.rows:
        values = [(title, text(one)) for title, one in zip(titles, row.values, strict=True) if one is not None]
        own = next((said for title, said in values if title == ORDER), "")
        told[row.field] = own, tuple(dict.fromkeys(said for title, said in values if title != ORDER))
    return told


def _beside(field: str, columns: list[dict[str, tuple[str, tuple[str, ...]]]], ids: Ids) -> dict[str, str]:
    own = next((column[field][0] for column in columns if field in column), "")
    paid = [column[field][1] if field in column else () for column in columns]
    cells = [", ".join(ids.short(one) or ids.linked(one) for one in said) for said in paid]
    marked = [f"**{cell}**" if cell and paid[0] != paid[1] else cell for cell in cells]
    order = ids.short(own) or ids.linked(own)
    return {"Field": words.md_escape(field), ORDER: order, "One payment": marked[0], "The other": marked[1]}


def summary(found: Comparison) -> tuple[str, ...]:
    """What the comparison came to, for a glance: a line for each verdict, with its fields; Markdown."""
    lines = []
    for verdict in (Verdict.DIFFERS, Verdict.EXPLAINED, Verdict.NOT_READ, Verdict.INCOMPARABLE):
        if rows := found.having(verdict):
            fields = ", ".join(words.md_escape(row.field) for row in rows)
            strong = f"**{fields}**" if verdict is Verdict.DIFFERS else fields
            lines.append(f"{words.badge(LOOKS[verdict])} {strong}")
    if same := found.having(Verdict.SAME):
        lines.append(f"{words.badge(LOOKS[Verdict.SAME])} {count(len(same), 'field')}")
    return tuple(lines)


def _summary(found: Comparison) -> None:
    if lines := summary(found):
        st.markdown("  \n".join(lines))


def _whole(key: str, found: Comparison) -> bool:
    """Whether to show the fields that agree too: asked, and at first only where nothing else is there."""
    return st.toggle(
        "Show the fields that agree too",
        value=not found.telling,
        key=f"case.all.{key}.{bool(found.telling)}",
    )


def _chosen(shown: Open) -> Beside:
    """The attempt to compare with: the first, unless there are several and another one was chosen."""
    tries = shown.said.beside
    if len(tries) == 1:
        return tries[0]
    chosen = st.selectbox(
        f"Compare the order with one of {len(tries)} attempts to pay",
        range(len(tries)),
        format_func=lambda index: tries[index].label,
        key=f"case.attempt.{shown.opened.key}",
    )
    return tries[chosen] if 0 <= chosen < len(tries) else tries[0]


def _block(found: Comparison, row: Row, ids: Ids) -> None:
    """One field that needs a look. Its values stand beside one another, or below on a narrow screen."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{words.md_escape(row.field)}** {words.badge(LOOKS[row.verdict])}")
        for made in row.sums:
            st.markdown(_written(made))
        if row.why:
            st.markdown(words.md_escape(row.why))
        there = [(column, one) for column, one in zip(found.columns, row.values, strict=True) if one is not None]
        values = st.grid(len(there), min_column_width=NARROWEST, gap="small")
        for column, one in there:
            shown = ids.linked(text(one))
            said = f":red[**{shown}**]" if one.odd else f":violet[{shown}]" if one.unread else shown
            where = f"  \n:small[:gray[{words.md_escape(one.where)}]]" if one.where else ""
            values.markdown(f":small[**{column.title}**]  \n{said}{where}")


def _written(made: Sum) -> str:
    """The sum as it is written down, and below it where its figures were read."""
    said = f"**{words.md_escape(made)}**"
    read = [f"{term.name}: {term.where}" for term in (*made.terms, made.result) if term.where]
    return said + (f"  \n:small[:gray[{words.md_escape('; '.join(read))}]]" if read else "")


def text(one: Value | None) -> str:
    """A value as people read it, times in the visitor's zone."""
    if one is None:
        return ""
    if one.unread:
        return "not read"
    if one.at is not None:
        return moment(one.at, visit.timezone(), seconds=True)
    return ABSENT if one.text is None else one.text


def _clock(at: int) -> str:
    """The time of day, to the second."""
    return words.md_escape(moment(at, visit.timezone(), seconds=True).rpartition(", ")[2])


def _table(found: Comparison, rows: tuple[Row, ...], ids: Ids) -> pd.DataFrame:
    lines = [
        [words.md_escape(row.field), *(ids.short(said) or ids.linked(said) for said in map(text, row.values))]
        for row in rows
    ]
    return pd.DataFrame(lines, columns=["Field", *(column.title for column in found.columns)])


def _link(facts: Facts, page_of: str | None) -> None:
    """The payment's page in Stripe's dashboard; the checkout's only where there is no payment: its address is not
    documented."""
    url = stripe_links.dashboard(page_of, mode=facts.key_mode, account=facts.account) if page_of else None
    if page_of and url:
        name = "checkout" if page_of.startswith("cs_") else "payment"
        st.link_button(f"Open this {name} in Stripe", url, icon=":material/open_in_new:", type="tertiary")
