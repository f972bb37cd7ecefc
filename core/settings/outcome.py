"""[outcome]: what must be true of a paid order beyond its status. Shape, and the sentences for what is wrong with it.

    [outcome.confirmation]
    says = "a confirmation was sent"
    lacks = "no confirmation was sent"      # optional
    column = "confirmed_at"                 # of the order's row, or one of its `extra`
    [outcome.access]
    says = "access was given"
    query = "SELECT 1 FROM access WHERE order_id = :id"
    [outcome.quantity]
    says = "two seats are booked"
    column = "seats"
    equals = 2

Connects to nothing; whether the database has such columns and tables is `core.orders`' to say.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    model_validator,
)

from core.settings import columns
from core.settings.queries import Asking

_MOST = 12

Sentence = Annotated[str, Field(min_length=3, max_length=120)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]


def _column(written: str) -> str:
    if written.startswith("="):
        raise ValueError("a constant is true of every order: name a column")
    columns.parse(written)
    return written


class Expectation(BaseModel):
    """One thing that must be true of a paid order. With a `column`: that something stands there (not NULL, empty, 0 or
    false). With a `query`: that it finds a row whose first column holds something. With `equals` besides: that this
    stands there. `says` what is so then, `lacks` what is so else."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    says: Sentence
    lacks: Annotated[str, Field(max_length=120)] = ""
    column: Annotated[str, Field(min_length=1), AfterValidator(_column)] | None = None
    query: Asking | None = None
    equals: StrictBool | StrictInt | StrictFloat | StrictStr | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Expectation":
        if (self.column is None) == (self.query is None):
            both = "both `column` and `query` are given" if self.column else "neither `column` nor `query` is given"
            raise ValueError(f"{both}: one of them says where to look")
        return self


def _few(found: Mapping[str, Expectation]) -> Mapping[str, Expectation]:
    if len(found) > _MOST:
        raise ValueError(f"at most {_MOST} things are looked at on every case")
    return found


Outcomes = Annotated[dict[Name, Expectation], AfterValidator(_few)]
"""All of [outcome], by their names."""
