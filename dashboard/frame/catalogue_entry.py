"""Entries of the catalogue: what is searched in them, and how one is drawn, with its worked example."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from core.catalogue import EXAMPLES, Example, Symptom, matching, sentence, symptoms, unfilled, variants
from core.findings import Severity, numbered
from core.report import Tone
from core.rules import NOTES, RULES, Rule
from dashboard import visit, words
from dashboard.component import Line
from dashboard.words import Look, look

ALL = (*RULES, *NOTES)
BY_CODE = {rule.code: rule for rule in ALL}
SYMPTOMS = symptoms(ALL)
PAGE = "catalogue"  # its address, from every other page
LONGEST = 1200  # characters of a sentence


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: `said`, the known error texts in it; `meant`, the entries those may mean, likeliest first;
    `worded`, the other entries that have every word of it, in the order of the catalogue."""

    said: tuple[Symptom, ...]
    meant: tuple[Rule, ...]
    worded: tuple[Rule, ...]


def search(text: str) -> Found:
    """The entries for words, a code, an error text, or a line of a log that has one in it."""
    said = matching(SYMPTOMS, text)
    meant = tuple(BY_CODE[code] for code in dict.fromkeys(code for one in said for code in one.codes))
    wanted = text.lower().split()
    worded = (rule for rule in ALL if all(word in _HAYSTACKS[rule.code] for word in wanted))
    return Found(said, meant, tuple(rule for rule in worded if rule not in meant))


def address(code: str) -> str:
    """Where an entry is read, as a link of any other page."""
    return f"{PAGE}?code={code}"


def link(code: str, title: str) -> str:
    """A link to an entry, in Markdown; it opens beside the page, so that what was read stays there."""
    return f"[{words.md_escape(title)}]({address(code)})"


def worst(rule: Rule) -> Look:
    """The look of the worst severity that the entry's words name; a note's where they name none."""
    named = re.findall(r"\w+", rule.severity.lower())
    return next((look(severity) for severity in Severity if severity.value in named), words.LOOKS[Tone.NOTE])


def label(rule: Rule) -> str:
    """One line that names the entry, in Markdown."""
    return f"**{words.md_escape(rule.title)}** {words.badge(worst(rule))} :small[:gray[{words.md_escape(rule.code)}]]"


def line(rule: Rule) -> Line:
    """The same as a line of a list."""
    shown = worst(rule)
    return Line(rule.code, rule.title, shown.word, shown.icon.removeprefix(":material/").removesuffix(":"), shown.color)


def entry(rule: Rule) -> None:
    """All that an entry says: what it means and what to do, then how it is recognised, then the developer's part.

    Ids, amounts and times are those of its worked example, the times as the reader's clock shows them.
    """
    one = EXAMPLES[rule.code]

    def filled(lines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one.filled(rule, line) for line in lines)

    _draw(_part("What it means", (one.finding().says, *map(unfilled, variants(rule, one)))))
    left, right = st.columns(2, gap="large")
    with left:
        _draw(
            _part("What to do", filled(rule.remedy), in_order=True),
            _part("How it is recognised", (rule.explanation,)),
            _part("How urgent", (rule.severity,)),
            _part("Money at risk", (rule.money,)),
        )
    with right:
        _draw(
            _part("Likely causes, likeliest first", filled(rule.causes), in_order=True),
            _part("What it is not", rule.guards),
            _part("How sure", (rule.confidence,)),
            _part("What was not checked, and could change it", filled(rule.unchecked)),
        )
    _draw(_part("What to change in the code", filled((rule.developer,))))


def example(worked: Example) -> None:
    """The worked example: how it came to that, what both sides hold, and the sentence that results."""
    held = "\n".join(f"- **{kind}** {_values(said)}" for kind, said in worked.held())
    _draw("## A worked example", words.md_escape(worked.story), held)
    found = worked.finding()
    with st.container(border=True):
        _draw(
            f"{words.badge(look(found.severity))} :gray-badge[{words.CONFIDENCES[found.confidence]}]",
            f"**{words.md_escape(visit.told(found.says), LONGEST)}**",
            "\n".join(words.evidence(one, _told) for one in found.evidence),
        )


def _draw(*parts: str) -> None:
    """Several paragraphs as one element: a browser takes as long for each that it takes for its words."""
    st.markdown("\n\n".join(filter(None, parts)), anchors=False)


def _part(title: str, lines: tuple[str, ...], *, in_order: bool = False) -> str:
    if not any(lines):
        return ""
    said = [_said(line) for line in lines]
    body = said[0] if len(said) == 1 else "\n".join(numbered(said) if in_order else [f"- {line}" for line in said])
    return f"## {title}\n\n{body}"


def _said(line: str) -> str:
    return words.md_escape(visit.told(sentence(line)), LONGEST)


def _values(said: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f":gray[{words.md_escape(name)}] {_told(value)}" for name, value in said)


def _told(value: object) -> str:
    return words.md_escape(visit.told(str(value)))


def _haystack(rule: Rule) -> str:
    said = (rule.code, rule.title, rule.family, rule.severity, rule.explanation, rule.support, rule.developer)
    lists: Iterable[tuple[str, ...]] = (rule.causes, rule.remedy, rule.guards, rule.searched, rule.unchecked)
    return " ".join((*said, *(line for lines in lists for line in lines))).lower()


_HAYSTACKS = {rule.code: _haystack(rule) for rule in ALL}
