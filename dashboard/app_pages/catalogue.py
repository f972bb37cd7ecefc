"""Catalogue: everything Orderlens can find, what error texts may mean, and how to fix the app for good.

`?code=` shows one entry, `?family=` one of the four families; both are links that other pages and people use.
"""

from collections.abc import Iterable

import streamlit as st

from core.catalogue import EXAMPLES, FAMILIES, Family, families_of
from core.findings import numbered
from core.rules import Rule
from dashboard import component, frame, words
from dashboard.causes import link
from dashboard.frame import catalogue_entry

CODE, FAMILY = "code", "family"
TABS = ("Entries", "Fix it for good", "What the error says")


def choose(code: str) -> None:
    """Show one entry. Each change is a step of the browser's history, and the one in between shows the family still."""
    st.query_params[CODE] = code
    st.query_params.pop(FAMILY, None)


def choose_family(key: str) -> None:
    """Show one family, over the entry it was opened from."""
    st.query_params[FAMILY] = key


def leave(name: str) -> None:
    """Back to what was shown before."""
    st.query_params.pop(name, None)


def back(name: str, to: str) -> None:
    """The way there."""
    st.button(to, icon=":material/arrow_back:", key="all", type="tertiary", on_click=leave, args=(name,))


def one(code: str) -> None:
    """A single entry; or that there is none of this name."""
    back(CODE, "All entries")
    rule = catalogue_entry.BY_CODE.get(code)
    if rule is None:
        st.title("Catalogue", anchor=False)
        frame.empty(":material/search_off:", "No entry has this code", "It may be of a newer or older Orderlens.")
        return
    st.title(words.md_escape(rule.title), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{words.badge(catalogue_entry.worst(rule))} `{rule.code}`", width="content")
        link.of_code(rule.code)
    with st.container(key="sections"):
        catalogue_entry.entry(rule)
        if others := [
            catalogue_entry.BY_CODE[code] for code in sorted(rule.supersedes) if code in catalogue_entry.BY_CODE
        ]:
            st.markdown("## Stands in place of", anchors=False)
            rows(others, key="others")
        if belongs := families_of(rule.code):
            st.markdown("## Fix it for good", anchors=False)
            with st.container(horizontal=True):
                for found in belongs:
                    repair(found, found.title)
        if rule.code in EXAMPLES:
            catalogue_entry.example(EXAMPLES[rule.code])


def family(key: str) -> None:
    """One family: its codes, how to tell which it is, the repair, the code."""
    came_from = catalogue_entry.BY_CODE.get(st.query_params.get(CODE, ""))
    back(FAMILY, came_from.title if came_from else "The whole catalogue")
    found = next((family for family in FAMILIES if family.key == key), None)
    if found is None:
        st.title("Catalogue", anchor=False)
        frame.empty(":material/search_off:", "There is no such family", "The four that are there are one step back.")
        return
    st.title(words.md_escape(found.title), anchor=False)
    with st.container(key="sections"):
        st.markdown(words.md_escape(found.means))
        st.markdown("## Which of them is it?", anchors=False)
        for code, sign in found.signs.items():
            if code in catalogue_entry.BY_CODE:
                with st.container(gap=None):
                    row(catalogue_entry.BY_CODE[code])
                    st.markdown(words.md_escape(sign))
        st.markdown("## The repair for good", anchors=False)
        st.markdown("\n".join(numbered(map(words.md_escape, found.repairs))))
        python, node = st.tabs(["Python", "Node"])
        python.code(found.python, language="python")
        node.code(found.node, language="javascript")


def row(rule: Rule) -> None:
    """One entry of a list; pressed, it opens."""
    st.button(
        catalogue_entry.label(rule), key=f"entry.{rule.code}", type="tertiary", on_click=choose, args=(rule.code,)
    )


def listed() -> None:
    """All entries in the order in which one becomes the headline; or those that fit what is searched for."""
    text = st.text_input(
        "Search the catalogue",
        key="catalogue.search",
        type="search",
        placeholder="An error text, a line of a log, or a word: No such checkout.session, refund, webhook…",
        label_visibility="collapsed",
        max_chars=20_000,  # some pages of a log
        persist_state="page",  # bound to the address, it would put a step of its own between an entry and Back
    )
    if not (text or "").strip():
        st.caption(
            "Where several hold for one order, the one that stands first here is the headline; the others are shown "
            "below it."
        )
        rows(catalogue_entry.ALL, key="entries")
        return
    found = catalogue_entry.search(text or "")
    if found.said:
        said = " or ".join(f"“{words.md_escape(symptom.text)}”" for symptom in found.said[:2])
        st.markdown(f"{said} may mean, likeliest first:")
        rows(found.meant, key="entries.meant")
    if found.worded:
        if found.said:
            st.markdown("Other entries with these words:")
        rows(found.worded, key="entries.worded")
    if not (found.said or found.worded):
        frame.empty(":material/search_off:", "No entry has these words", "Try one word, or a part of the error text.")


def rows(rules: Iterable[Rule], *, key: str) -> None:
    """A list of entries."""
    component.entries([catalogue_entry.line(rule) for rule in rules], name=CODE, key=key, opened=choose)


def repairs() -> None:
    """The four families, each a step away."""
    st.caption("Nearly every order that disagrees with Stripe is of one of four families.")
    for found in FAMILIES:
        card(found)


def card(found: Family) -> None:
    """A family in short."""
    with st.container(border=True):
        st.markdown(f"## {words.md_escape(found.title)}", anchors=False)
        st.markdown(words.md_escape(found.means))
        repair(found, "How to tell it, and the repair")


def repair(found: Family, label: str) -> None:
    """The way to a family."""
    key = f"family.{found.key}"
    st.button(label, icon=":material/build:", key=key, on_click=choose_family, args=(found.key,))


def errors() -> None:
    """Every known text, with links to what it may mean."""
    st.caption("What stands in a log, in an answer of Stripe's, or in a customer's mail, and what it may mean.")
    table = st.container(key="errors")
    table.table(
        [
            {
                "What it says": words.md_escape(symptom.text),
                "What it may mean": ", ".join(
                    catalogue_entry.link(c, catalogue_entry.BY_CODE[c].title) for c in symptom.codes
                ),
            }
            for symptom in catalogue_entry.SYMPTOMS
        ],
        border="horizontal",
        hide_index=True,
        alt="Error texts and what they may mean",
    )


if key := st.query_params.get(FAMILY):
    family(key)
elif code := st.query_params.get(CODE):
    one(code)
else:
    st.title("Catalogue", anchor=False)
    st.text("Everything Orderlens can find, what an error text may mean, and how to fix the app for good.")
    views = (listed, repairs, errors)
    for tab, draw in zip(st.tabs(TABS, on_change="rerun", key="part", bind="query-params"), views, strict=True):
        if tab.open:
            with tab, st.container(key="sections"):
                draw()
