"""Whether the platform knows an id that a connected account does not: the payment of a destination charge is there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from core.stripe_api.spans import SpanReader

MOST: Final = (
    500  # ids of a scan: where a seller is charged for by destination charges, all of its orders would be asked
)


@dataclass(slots=True)
class Platform:
    """The platform of a connected account, by a `reader` of its own; `requests`: spent here. Each id is asked for
    once."""

    reader: SpanReader
    requests: int = 0
    _lacking: dict[str, bool] = field(default_factory=dict)

    def lacks(self, ids: Iterable[str], stop: Callable[[], bool]) -> frozenset[str]:
        """Those of some ids that it does not know. Of what was not asked for, or not answered, nobody can say that."""
        every = frozenset(ids)
        fresh = sorted(every - self._lacking.keys())[: MOST - len(self._lacking)]
        if fresh:
            read = self.reader.retrieve(fresh, keep=lambda _: None, stop=stop)
            self.requests += read.requests
            self._lacking |= dict.fromkeys(fresh, False) | {one.id: True for one in read.missing}
        return frozenset(one for one in every if self._lacking.get(one))
