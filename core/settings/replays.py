"""[replays]: what may be sent again, and what a run of replays may do."""

from typing import Annotated

from pydantic import Field

from core.settings.mapping import Strict


class Replays(Strict):
    """What may be sent again. `reconstruct`: whether an event that Stripe no longer has may be made of its object.

    Of a run of replays: `live`: whether one may send live events at all; `max_items`: at most so many a run;
    `stop_after`: so many in a row that did not heal end it; `second_person`: whether a live one has to be approved by
    somebody else than who began it."""

    reconstruct: bool = False
    live: bool = False
    max_items: Annotated[int, Field(ge=1, le=100_000)] = 1000
    stop_after: Annotated[int, Field(ge=1, le=1000)] = 3
    second_person: bool = False
