"""`Doctor`: looks at everything that is set, on both sides, and says how it stands.

Owns the putting together: the database's checks, Stripe's, what both say together, webhooks, the journal, the
log-in. Does not stop at the first trouble: what cannot be looked at is a line like any other.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from core.addresses import ESCAPED, flaw, shown
from core.checks import Check, Level, worst_of
from core.endpoints.secrets import slips
from core.errors import OrderlensError, SettingsError
from core.facts import Mode, NameKeys, Order, OrderStatus
from core.journal import Journal
from core.orders import Doors, Examined, examine, whole_rows
from core.rest import examining as at_rest
from core.settings import DoorSettings, Letters, OrdersMapping, OrdersSettings, Settings
from core.setup import logging_in, order_names, weigh_against_stripe
from core.setup.endpoints import endpoint_checks
from core.setup.guessing import look, recognised
from core.stripe_api import Access, StripeReader

PAIRS = 10


@dataclass(frozen=True, slots=True)
class Examination:
    """All lines, the newest orders as the mapping reads them, every status word with its meaning and rows; `at`:
    seconds since 1970."""

    checks: tuple[Check, ...]
    sample: tuple[Order, ...]
    words: tuple[tuple[str, OrderStatus, int], ...]
    at: int

    @property
    def worst(self) -> Level:
        """The worst of the lines."""
        return worst_of(self.checks)


class Doctor:
    """Examines what `settings` say, and of the log-in what `door` does (an error: what is wrong with it); `cluster` has
    the lines of what goes through a copy. With the orders' settings alone, Stripe's side is an error of its own."""

    def __init__(
        self,
        settings: Settings | OrdersSettings,
        *,
        clock: Callable[[], float],
        door: DoorSettings | SettingsError | None = None,
        cluster: Callable[[], tuple[Check, ...]] = tuple,
    ) -> None:
        self._settings, self._door = settings, door
        self._clock, self._cluster = clock, cluster

    @property
    def mapping(self) -> OrdersMapping:
        """What the settings say of the orders."""
        return self._settings.mapping

    def examine(self) -> Examination:
        """Look at everything. Never raises for what is out of order."""
        now = int(self._clock())
        stripe, lines = self._stripe()
        try:
            mode = stripe.key_mode if stripe else None
            orders = self._orders(mode, now)
            lines = [*orders.checks, *self._drift(orders), *lines]
            if stripe and isinstance(self._settings, Settings):
                lines += stripe.examine(now=now)
                if not any(one.checked == "connection" or _refused(one) for one in lines):
                    lines += self._endpoints(stripe, self._settings, now)
                if not any(map(_refused, lines)):
                    lines += self._together(stripe, orders.sample)
                if rest := self._settings.rest:
                    lines += at_rest.examine(
                        rest, mode=stripe.key_mode, account=self._settings.stripe_account, now=now,
                        orders=orders.sample, keys=NameKeys(self.mapping.naming_keys),
                    )  # fmt: skip
                    lines += self._cluster()
        finally:
            if stripe:
                stripe.close()
        if isinstance(self._settings, Settings):
            lines += [_webhooks(self._settings), _journal(self._settings), _letters(self._settings.letters)]
            lines += [] if self._door is None else logging_in.checks(self._door, self._clock)
        return Examination(tuple(lines), orders.sample, orders.words, now)

    def endpoints(self) -> tuple[Check, ...]:
        """Look at the endpoints alone. Never raises for what is out of order."""
        stripe, lines = self._stripe()
        if stripe is None or not isinstance(self._settings, Settings):
            return tuple(lines)
        with closing(stripe):
            return (*self._endpoints(stripe, self._settings, int(self._clock())), _webhooks(self._settings))

    def _endpoints(self, stripe: StripeReader, settings: Settings, now: int) -> tuple[Check, ...]:
        url, shop = settings.journal_url.get_secret_value(), settings.kept_as
        with closing(Journal(url, mode=stripe.key_mode, shop=shop)) as journal:
            return endpoint_checks(stripe, journal.inbox, settings, now)

    def _orders(self, mode: Mode | None, now: int) -> Examined:
        try:
            return examine(self._settings.database_url.get_secret_value(), self.mapping, mode=mode, now=now)
        except SettingsError as error:
            return Examined((Check("orders", "address", Level.ERROR, error.message, error.next_step),))

    def _drift(self, orders: Examined) -> list[Check]:
        """Which application's tables these are, where the mapping does not fit them: most likely another generation."""
        if ("tables and columns", Level.ERROR) not in {(one.checked, one.level) for one in orders.checks}:
            return []
        doors = Doors(self._settings.database_url.get_secret_value(), schema=self.mapping.database.schema_name)
        try:
            known = recognised(look(doors))
        except OrderlensError:
            return []
        finally:
            doors.close()
        if known is None:
            return []
        said = f"The tables are those of {known.name}, whose mapping Orderlens has."
        do = "Have it written beside yours, and compare: orderlens init --config new.toml"
        return [Check("orders", "application", Level.WARNING, said, do)]

    def _together(self, stripe: StripeReader, sample: tuple[Order, ...]) -> list[Check]:
        asked = weigh_against_stripe.wanted(sample, PAIRS)
        if not asked:
            return []
        sampled = stripe.sampled([*asked, *weigh_against_stripe.checkouts_of(asked)])
        pairs = weigh_against_stripe.bearing(weigh_against_stripe.pairs(asked, sampled), sampled)
        try:
            url = self._settings.database_url.get_secret_value()
            rows = whole_rows(url, self.mapping, [one.order.id for one in pairs])
        except OrderlensError:  # what cannot be read is a line of the orders' already
            rows = {}
        named = order_names.checks(pairs, rows, self.mapping)
        return [*weigh_against_stripe.checks(asked, sampled, self.mapping), *named]

    def _stripe(self) -> tuple[StripeReader | None, list[Check]]:
        if not isinstance(self._settings, Settings):
            return None, []
        key = self._settings.stripe_api_key.get_secret_value().strip()
        if not key.startswith(("sk_", "rk_", "rkcs_")):
            said = "STRIPE_API_KEY is no secret or restricted key (they begin with sk_ or rk_)."
            return None, [Check("stripe", "key", Level.ERROR, said, "Copy a restricted key from Stripe, API keys.")]
        access = Access(key, self._settings.stripe_api_base, self._settings.stripe_account)
        try:
            return StripeReader(access), []
        except OrderlensError as error:
            return None, [Check("stripe", "key", Level.ERROR, error.message, error.next_step)]


def _refused(one: Check) -> bool:
    """Whether the key opens nothing."""
    return one.checked == "key" and one.level is Level.ERROR


def _webhooks(settings: Settings) -> Check:
    """Whether events can be sent again: an address, and the secret to sign for it."""
    url, secret = settings.webhook_url, settings.webhook_secret
    line = partial(Check, "webhooks", "replaying")
    if not url and not secret:
        do = "To replay events set ORDERLENS_WEBHOOK_URL and ORDERLENS_WEBHOOK_SECRET; to read, neither is needed."
        return line(Level.FINE, "Not set up: events are not sent again from here.", do)
    if not url or not secret:
        missing = "ORDERLENS_WEBHOOK_SECRET" if url else "ORDERLENS_WEBHOOK_URL"
        return line(Level.WARNING, f"{missing} is not set: nothing can be replayed.", f"Set {missing}.")
    if wrong := flaw(url):
        return line(Level.ERROR, f"ORDERLENS_WEBHOOK_URL {wrong}.", f"Correct it. {ESCAPED}")
    if wrong_secret := " ".join(slips(secret.get_secret_value())):
        do = "Copy the signing secret of this endpoint from Stripe, Webhooks; it begins with whsec_."
        return line(Level.WARNING, f"ORDERLENS_WEBHOOK_SECRET: {wrong_secret}", do)
    return line(Level.FINE, f"Set up for {shown(url)}.")


def _day(letters: Letters) -> str:
    named = "zone" in letters.model_fields_set
    return f"the day in {letters.zone}" if named else "that of whoever looks, in a terminal that of UTC"


def _letters(letters: Letters) -> Check:
    """How the shop writes to its customers, and what of it nobody has set. A zone that is none was refused before."""
    signed = f'Signed "{" / ".join(letters.signature.splitlines())}"' if letters.signature else "Not signed"
    said = f"{signed}; {letters.language} is offered first; a day is {_day(letters)}."
    unset = [name for name in ("signature", "language", "zone") if name not in letters.model_fields_set]
    left = f" Of [letters] nobody set: {', '.join(unset)}." if unset else ""
    return Check("letters", "what is said to customers", Level.FINE, said + left)


def _journal(settings: Settings) -> Check:
    line = partial(Check, "journal", "journal")
    try:
        with closing(Journal(settings.journal_url.get_secret_value())) as journal:
            journal.check()
    except SettingsError as error:
        return line(Level.ERROR, error.message, error.next_step)
    except OrderlensError as error:
        return line(Level.ERROR, f"{error.message} Nothing can be replayed without it.", error.next_step)
    return line(Level.FINE, "It can be written; its tables are up to date.")
