"""What is said of a case, with its moments as one reader's clock shows them. Pure.

A report is made without a zone, and kept and handed on in UTC; for a reader who looks at it, it is told anew. What he
hands on (the letter, the ticket) stays as it is.
"""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, tzinfo
from typing import TypeVar, cast

from core.report.report import Report
from core.times import in_zone

T = TypeVar("T")


def read_in(said: Report, zone: tzinfo) -> Report:
    """A report as it is shown to a reader in `zone`."""
    return said if zone is UTC else replace(retold(said, zone), ticket=said.ticket, answers=said.answers)


def retold(value: T, zone: tzinfo) -> T:
    """The same value, each text in it told in `zone`: of data classes, tuples and mappings of them. Words of ours
    (enumerations) are no text."""
    return cast("T", _retold(value, zone))


def _retold(value: object, zone: tzinfo) -> object:
    if type(value) is str:
        return in_zone(value, zone)
    if isinstance(value, tuple):
        return tuple(_retold(one, zone) for one in value)
    if isinstance(value, dict):
        return {key: _retold(one, zone) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changed = {one.name: _retold(getattr(value, one.name), zone) for one in fields(value) if one.init}
        return replace(value, **changed)
    return value
