"""Where else events are sent: asked only where no webhook endpoint asks for what every shop has to hear of."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from core.endpoints.needs import elsewhere, gap
from core.facts import Destination, Endpoint, Json, Unread
from core.stripe_api import asks
from core.stripe_api.reading import following, goes_on, items
from core.stripe_api.wire import Answer, Ask


class Elsewhere:
    """The search of one case. Of a `connected` account the platform's destinations are asked for as well. What may not
    be read misses nothing: then no more is said than the webhook endpoints tell; a list that broke off is `unread`."""

    def __init__(self, *, connected: bool) -> None:
        theirs = asks.of_the_platform()[1:] if connected else ()
        self._asks = tuple(replace(one, optional=True) for one in (asks.destinations(), *theirs))
        self._raws: list[Json] = []
        self.unread: tuple[Unread, ...] = ()

    def wanted(self, endpoints: Collection[Endpoint], unread: Iterable[Unread]) -> Iterator[Ask]:
        """What to ask, once the webhook endpoints are known; nothing where these could not be read."""
        if gap(endpoints) and not any(one.kind == "endpoints" for one in unread):
            yield from self._asks

    def took(self, answer: Answer) -> bool:
        """Whether the answer is one of these; then it is kept."""
        if answer.ask not in self._asks:
            return False
        body = answer.body
        if body is None and answer.ask.pages == asks.PAGES:  # not answered, or not allowed
            return True
        self._raws += items(body) if body is not None else ()
        if page := following(answer):
            self._asks += (page,)
        elif body is None or goes_on(body):
            because = answer.failure.because if answer.failure else "there are more than Orderlens reads"
            self.unread = (Unread("endpoints", answer.ask.what, because),)
        return True

    def found(self, endpoints: Iterable[Endpoint]) -> tuple[Destination, ...]:
        """The destinations that are none of the webhook endpoints."""
        return elsewhere(endpoints, self._raws)
