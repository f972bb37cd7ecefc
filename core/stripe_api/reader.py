"""The reader of Stripe, as the desk uses it."""

from collections.abc import Iterable
from http import HTTPStatus

from core.checks import Check
from core.described import Described
from core.endpoints import Listed
from core.facts import CUSTOMARY, Facts, Mode, NameKeys, Order, Trace
from core.pasted import Ref
from core.stripe_api import asks, examining
from core.stripe_api.case_reading import CaseReading
from core.stripe_api.examining import Sampled
from core.stripe_api.reading import Habits, Reading, unreachable
from core.stripe_api.registered import registered
from core.stripe_api.resending import Resent, resend
from core.stripe_api.resolving import Resolved, Resolving
from core.stripe_api.wire import Access, Wire


class StripeReader:
    """Reads one Stripe account. Writes nothing but an operator's `resend`. Safe to share between threads."""

    def __init__(self, access: Access, *, workers: int = 16, timeout: float = 20.0) -> None:
        """`workers`: questions at the same time; `timeout`: seconds for one answer. StripeUnreachable: not a key."""
        self.access = access
        self._wire = Wire(access, workers=workers, timeout=timeout)
        self._habits = Habits(access.account)

    @property
    def key_mode(self) -> Mode:
        """Test or live, by the key."""
        return self.access.mode

    @property
    def account(self) -> str | None:
        """The account that is read: the configured one, else the key's own, once a case was read and if it may tell."""
        return self._habits.account

    def check(self) -> None:
        """Whether the key opens this account. StripeUnreachable where it does not, or where nobody answers; a key that
        only lacks a permission passes, and the cases say what it lacks."""
        (answer,) = self._wire.ask([asks.any_session()])
        failure = answer.failure
        if failure is not None and (failure.status != HTTPStatus.FORBIDDEN or failure.refuses_key):
            raise unreachable(answer)

    def resolve(self, ref: Ref, *, now: int, keys: NameKeys = CUSTOMARY, traces: Iterable[Trace] = ()) -> Resolved:
        """What Stripe knows about a reference: objects, and what the orders are to be asked for. `now`: seconds since
        1970; `keys`: where the names of orders stand; `traces`: what else the payments of a person may bear.
        StripeUnreachable where nothing could be read."""
        return Resolving(Reading(self._wire, self._habits), ref, now=now, keys=keys, traces=traces).resolved()

    def search(
        self, ref: Ref, said: Described, amounts: tuple[int, ...], *, now: int, keys: NameKeys = CUSTOMARY
    ) -> Resolved:
        """The payments that fit what was `said` of one; `amounts`: what its amount may be in minor units. At most some
        twenty of them, the newest; Stripe's search lags by a minute or more."""
        return Resolving(
            Reading(self._wire, self._habits), ref, now=now, keys=keys, said=said, amounts=amounts
        ).resolved()

    def read_case(self, order: Order | None, *, also: tuple[str, ...] = (), now: int) -> Facts:
        """Everything Stripe says about an order, or about the objects named in `also` (ids of sessions, intents,
        charges, refunds, disputes). A read that fails stands in `Facts.unread`; StripeUnreachable where nothing could
        be read. `now`: seconds since 1970."""
        return CaseReading(Reading(self._wire, self._habits), self.access, order, also, now).facts()

    def examine(self, *, now: int) -> tuple[Check, ...]:
        """What kind of key this is, what it may and should not. Never raises."""
        return examining.examine(self._wire, self.access, now=now)

    def registered(self, *, now: int) -> Listed:
        """Where Stripe sends events, and which are not delivered. Never raises: what was not read is told."""
        return registered(self._wire, now)

    def sampled(self, ids: Iterable[str], *, refunds: bool = False) -> dict[str, Sampled | None]:
        """Payments by their ids, None for one this account does not have; what could not be read is not there. With
        `refunds`, whether they were given back."""
        return examining.sampled(self._wire, ids, refunds=refunds)

    def resend(self, event_id: str, endpoint_id: str) -> Resent:
        """Ask Stripe to send an event to an endpoint again. Never raises: a refusal is an outcome, in words."""
        return resend(self._wire, event_id, endpoint_id)

    def close(self) -> None:
        """Let go of threads and connections."""
        self._wire.close()
