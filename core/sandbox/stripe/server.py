"""`StripeServer`: the sandbox's Stripe on a port of this machine.

Owns the account and its server. The socket is bound to 127.0.0.1, and requests addressed to another name are turned
away.
"""

from random import Random

from starlette.applications import Starlette

from core.sandbox.loopback import Loopback, Running
from core.sandbox.stripe.api.app import application
from core.sandbox.stripe.api.call import Account
from core.sandbox.stripe.deliveries import Attempt
from core.sandbox.stripe.store import Store
from core.sandbox.stripe.switches import RESTRICTED_KEY_TEST, SECRET_KEY_LIVE, SECRET_KEY_TEST, Switches


class StripeServer(Running):
    """A Stripe account at `url`, between `start` and `stop` or in a `with`.

    `store` is seeded directly, `switches` set clock, speed, faults and keys, `attempts` is what was sent to webhook
    endpoints. A `seed` makes ids repeatable. OSError where the port is taken.
    """

    def __init__(self, *, port: int = 0, seed: int | None = None) -> None:
        self._account = Account(rng=Random(seed))
        self.store: Store = self._account.store
        self.switches: Switches = self._account.switches
        self.app: Starlette = application(self._account)
        self._served = Loopback(self.app, port=port, name="stripe")
        self.url: str = self._served.url
        self.port: int = self._served.port

    def connect(self, account_id: str) -> Store:
        """What an account connected to this one holds: there from now on, and found by `Stripe-Account`."""
        return self._account.connect(account_id).store

    @property
    def attempts(self) -> list[Attempt]:
        """Every attempt to deliver an event so far."""
        return self._account.deliveries.attempts

    @property
    def busy(self) -> bool:
        """Whether an event is on its way, or waits for another attempt."""
        return any(one.deliveries.busy for one in (self._account, *self._account.connected.values()))

    def start(self) -> None:
        """Return once it answers."""
        self._served.start()

    def stop(self) -> None:
        """Stop answering and delivering."""
        self._served.stop()


__all__ = ["RESTRICTED_KEY_TEST", "SECRET_KEY_LIVE", "SECRET_KEY_TEST", "StripeServer"]
