"""The reader of Stripe, as the desk uses it."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

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

_ACCOUNT: Final = re.compile(r"acct_[A-Za-z0-9_]{1,250}")


class StripeReader:
    """Reads one Stripe account, and single cases from accounts that are connected to it. Writes nothing but an
    operator's `resend`. Safe to share between threads."""

    def __init__(self, access: Access, *, workers: int = 16, timeout: float = 20.0) -> None:
        """`workers`: questions at the same time; `timeout`: seconds for one answer. StripeUnreachable: not a key."""
        self.access = access
        self._wire = Wire(access, workers=workers, timeout=timeout)
        self._habits = Habits(access.account)
        self._connected: dict[str, Habits] = {}
        self.charged_here: set[str] = set()
        """The connected accounts of which the last payment that was looked for is on the platform."""

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

    def elsewhere(self, order: Order) -> str | None:
        """The connected account that the order says its payment is on; None where it names none, or the one that is
        read anyhow. What a column holds goes into a header: anything but an id is passed over."""
        account = order.connected_account
        if account is None or not _ACCOUNT.fullmatch(account):
            return None
        if self._habits.asks_account:
            self._habits.learn_account(*self._wire.ask([asks.own_account()]))
        return account if account != self._habits.account else None

    def read_case(
        self, order: Order | None, *, also: tuple[str, ...] = (), account: str | None = None, now: int
    ) -> Facts:
        """Everything Stripe says about an order, or about the objects named in `also` (ids of sessions, intents,
        charges, refunds, disputes); with an `account`, as that connected one has it. A read that fails stands in
        `Facts.unread`; StripeUnreachable where nothing could be read, AccountClosed where the account may not be.
        `now`: seconds since 1970."""
        if account is None:
            return CaseReading(Reading(self._wire, self._habits), self.access, order, also, now).facts()
        habits = self._connected.setdefault(account, Habits(account))
        marked = account if self._habits.account else None  # else it may be the key's own after all
        return CaseReading(Reading(self._wire, habits, account), self.access, order, also, now, marked).facts()

    def examine(self, *, now: int) -> tuple[Check, ...]:
        """What kind of key this is, what it may and should not. Never raises."""
        return examining.examine(self._wire, self.access, now=now)

    def registered(self, *, now: int) -> Listed:
        """Where Stripe sends events, and which are not delivered. Never raises: what was not read is told."""
        return registered(self._wire, now, connected=self.access.account is not None)

    def sampled(self, ids: Iterable[str], *, refunds: bool = False) -> dict[str, Sampled | None]:
        """Payments by their ids, None for one this account does not have; what could not be read is not there. With
        `refunds`, whether they were given back."""
        return examining.sampled(self._wire, ids, refunds=refunds)

    def resend(self, event_id: str, endpoint_id: str, account: str | None = None) -> Resent:
        """Ask Stripe to send an event to an endpoint again; `account`: the connected one that the event is of. Never
        raises: a refusal is an outcome, in words."""
        return resend(self._wire, event_id, endpoint_id, account)

    def close(self) -> None:
        """Let go of threads and connections."""
        self._wire.close()
