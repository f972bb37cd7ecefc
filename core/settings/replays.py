"""[replays]: what a run of replays may do."""

from typing import Annotated

from pydantic import Field

from core.settings.mapping import Strict


class Replays(Strict):
    """What a run of replays may do. `live`: whether one may send live events at all; `max_items`: at most so many a
    run; `stop_after`: so many in a row that did not heal end it; `second_person`: whether a live one has to be
    approved by somebody else than who began it."""

    live: bool = False
    max_items: Annotated[int, Field(ge=1, le=100_000)] = 1000
    stop_after: Annotated[int, Field(ge=1, le=1000)] = 3
    second_person: bool = False
