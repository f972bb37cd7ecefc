"""`docs/catalogue.md`: the whole catalogue for people, made from the rules, the examples and the families."""

from collections.abc import Iterable

from core.catalogue.examples import EXAMPLES, Example, Values, variants
from core.catalogue.families import FAMILIES, Family, families_of
from core.catalogue.gaps import unfilled
from core.catalogue.symptoms import symptoms
from core.findings import numbered
from core.rules import Rule
from core.rules.sentences import sentence

_HEAD = """\
# What can be wrong with an order

Every discrepancy that Orderlens names, in headline order: the first one that holds is the headline of a case, the
others stand below it. Ids, amounts and times are those of the worked example under each entry; what stands in
`[brackets]` is filled in from the case.

You have an error text? Look under [what the error says](#what-the-error-says). You want to fix your app for good? Look
at [the four families](#the-four-families).
"""
_ERRORS = """
# What the error says

What stands in a log, in an answer of Stripe's or in a customer's mail, and the entries it may mean, likeliest first.

| text | may mean |
|---|---|
"""
_NOTES = """
# Notes

Worth knowing beside a finding; never a headline.

"""


def catalogue_markdown(rules: Iterable[Rule], notes: Iterable[Rule] = ()) -> str:
    """The whole document."""
    rules, notes = tuple(rules), tuple(notes)
    known = {rule.code for rule in (*rules, *notes)}
    glance = "\n".join(
        f"| {place} | {_link(rule.code)} | {rule.title} | {rule.severity} |" for place, rule in enumerate(rules, 1)
    )
    said = "\n".join(
        f"| {_cell(one.text)} | {', '.join(map(_link, one.codes))} |" for one in symptoms((*rules, *notes))
    )
    parts = [
        f"{_HEAD}\n| # | code | title | severity |\n|---|---|---|---|\n{glance}\n",
        f"{_ERRORS}{said}\n",
        "\n# The four families\n",
        *(_family(family, known) for family in FAMILIES),
        "\n# The entries\n\n" + "\n".join(map(_entry, rules)),
    ]
    if notes:
        parts.append(_NOTES + "\n".join(map(_entry, notes)))
    return "".join(parts)


def _family(family: Family, known: set[str]) -> str:
    signs = "\n".join(f"- {_link(code)}: {sign}" for code, sign in family.signs.items() if code in known)
    repairs = "\n".join(numbered(family.repairs))
    return (
        f"\n## {family.title}\n\n{family.means}\n\nHow to tell which it is:\n\n{signs}\n\nThe repair for good:\n\n"
        f"{repairs}\n\nPython:\n\n```python\n{family.python}```\n\nNode:\n\n```js\n{family.node}```\n"
    )


def _entry(rule: Rule) -> str:
    example = EXAMPLES[rule.code]
    support = [example.finding().says, *(unfilled(one) for one in variants(rule, example))]
    others = "everything else" if "*" in rule.supersedes else ", ".join(map(_link, sorted(rule.supersedes)))
    fixes = ", ".join(f"[{family.title}](#{_anchor(family.title)})" for family in families_of(rule.code))

    def listed(title: str, lines: tuple[str, ...], *, in_order: bool = False) -> str:
        filled = [example.filled(rule, line) for line in lines]
        marked = numbered(filled) if in_order else [f"- {line}" for line in filled]
        return "\n".join((f"- **{title}:**", *(f"  {line}" for line in marked))) if lines else ""

    parts = [
        f"## {rule.code}\n\n**{rule.title}**\n\n" + "\n".join(f"> {one}\n" for one in support),
        f"- **How it is recognised:** {rule.explanation}",
        listed("What it is not", rule.guards),
        f"- **How sure:** {sentence(rule.confidence)}",
        listed("What was not checked, and could change it", rule.unchecked),
        f"- **Severity:** {sentence(rule.severity)} **Money at risk:** {sentence(rule.money)}",
        listed("Likely causes, likeliest first", rule.causes, in_order=True),
        listed("What to do", rule.remedy, in_order=True),
        f"- **What to change in the code:** {example.filled(rule, rule.developer)}",
        f"- **For good:** {fixes}" if fixes else "",
        f"- **Stands in place of:** {others}" if others else "",
    ]
    return "\n".join(filter(None, parts)) + "\n" + _example(example)


def _example(example: Example) -> str:
    held = "\n".join(f"| {name} | {_cell(_values(said))} |" for name, said in example.held())
    story = f"\n**A worked example.** {example.story}\n\n| what there is | what it says |\n|---|---|\n{held}\n"
    found = example.finding()
    because = "; ".join(f"{one.source}: {one.field} {_cell(one.value)}" for one in found.evidence)
    return f"{story}\nOrderlens says ({found.severity}, {found.confidence}):\n\n> {found.says}\n\nBecause: {because}.\n"


def _values(said: Values) -> str:
    return ", ".join(f"`{name}` {value}" for name, value in said)


def _link(code: str) -> str:
    return f"[{code}](#{code})"


def _anchor(title: str) -> str:
    return title.lower().replace(",", "").replace(" ", "-")


def _cell(text: str) -> str:
    """Text of strangers in a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
