"""Cases of the sandbox's scenarios, as they were examined and as they are said."""

from dataclasses import replace

from core.cases import Case
from core.facts import Unread
from core.report import Report, report
from core.rules import Examined, examine
from core.sandbox.scenarios import BY_NAME

NOW = 1_790_000_000
NAMES = sorted(BY_NAME)


def seen(name: str) -> Examined:
    """A scenario, examined."""
    return examine(Case.of(BY_NAME[name].build(NOW).bundle()))


def said(name: str) -> Report:
    """A scenario, said."""
    return report(seen(name))


def without_order(name: str) -> Report:
    """The same payment, and no order of the shop."""
    return report(examine(replace(seen(name).case, order=None)))


def unread(name: str, kind: str = "intents") -> Report:
    """The same, where one kind of object could not be read."""
    case = seen(name).case
    missing = (Unread(kind, f"the {kind}", "time-out"),)
    return report(examine(replace(case, facts=replace(case.facts, unread=missing))))
