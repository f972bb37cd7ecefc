"""Entries of the catalogue: what is searched in them, and how one is drawn."""

import re
from collections.abc import Iterable

import streamlit as st

from core.catalogue import sentence, unfilled
from core.findings import Severity
from core.rules import Rule
from dashboard import words
from dashboard.words import Look, look


def matching(rules: Iterable[Rule], text: str) -> tuple[Rule, ...]:
    """The entries that have every word of `text` in what is shown of them, in the order of the catalogue."""
    wanted = text.lower().split()
    return tuple(rule for rule in rules if all(word in _haystack(rule) for word in wanted))


def worst(rule: Rule) -> Look:
    """The look of the worst severity that the entry's words name; a note's where they name none."""
    named = re.findall(r"\w+", rule.severity.lower())
    return next((look(severity) for severity in Severity if severity.value in named), words.NOTE)


def label(rule: Rule) -> str:
    """One line that names the entry, in Markdown."""
    return f"{words.badge(worst(rule))} **{words.md_escape(rule.title)}** :gray[{words.md_escape(rule.code)}]"


def entry(rule: Rule) -> None:
    """All that an entry says, for support first and for developers second."""
    support, developer = st.columns(2, gap="large")
    with support:
        _part("What to say", [unfilled(rule.support), *map(unfilled, rule.support_by_detail.values())])
        _part("What to do next", [unfilled(step) for step in rule.remedy], numbered=True)
        _part("How urgent", [sentence(rule.severity)])
        _part("Money at risk", [sentence(rule.money)])
    with developer:
        _part("How it is told", [rule.explanation])
        _part("Causes, likeliest first", list(rule.causes), numbered=True)
        _part("For the developer", [unfilled(rule.developer)])
        _part("Keeps quiet for", list(rule.guards), bullets=True)


def _part(title: str, lines: list[str], *, numbered: bool = False, bullets: bool = False) -> None:
    if not any(lines):
        return
    st.markdown(f"###### {title}", anchors=False)
    if numbered and len(lines) > 1:
        st.markdown("\n".join(f"{number}. {words.md_escape(line)}" for number, line in enumerate(lines, start=1)))
    elif (bullets or numbered) and len(lines) > 1:
        st.markdown("\n".join(f"- {words.md_escape(line)}" for line in lines))
    else:
        st.markdown("\n\n".join(words.md_escape(line) for line in lines))


def _haystack(rule: Rule) -> str:
    said = (rule.code, rule.title, rule.family, rule.severity, rule.explanation, rule.support, rule.developer)
    return " ".join((*said, *rule.causes, *rule.remedy, *rule.guards)).lower()
