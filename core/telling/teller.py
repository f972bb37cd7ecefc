"""`Teller`: sends messages to the addresses of the settings, through apprise: Slack, Teams, e-mail, a webhook.

The only place that knows apprise. An address holds a secret, often in its very host: it is called by its number and the
kind of service, and apprise's own log, which would spell it out, is kept silent. A failure is an answer, never raised.
"""

import logging
from collections.abc import Collection, Sequence
from hashlib import sha256

import apprise
from pydantic import SecretStr

from core.errors import SettingsError
from core.telling.news import Message


class Teller:
    """The addresses of ORDERLENS_TELL. SettingsError where one is none that apprise knows. Connects to nothing yet.
    `shop`: whose news it is, where shops have names: a message's title says it."""

    def __init__(self, addresses: Sequence[SecretStr], *, shop: str = "") -> None:
        self._named = f" ({shop})" if shop else ""
        log = logging.getLogger("apprise")
        log.propagate = False
        log.addHandler(logging.NullHandler())
        self._services: dict[str, apprise.NotifyBase] = {}
        self._names: dict[str, str] = {}
        for number, address in enumerate(addresses, start=1):
            secret = address.get_secret_value()
            service = apprise.Apprise.instantiate(secret)
            kind = secret.partition("://")[0] if "://" in secret else "e-mail"
            if not isinstance(service, apprise.NotifyBase):
                raise SettingsError(
                    f"ORDERLENS_TELL: address {number} is none that can be written to.",
                    next_step="Write it as apprise does, slack://... or mailto://..., several with a space between.",
                    setting="ORDERLENS_TELL",
                )
            mark = sha256(secret.encode()).hexdigest()[:16]
            self._services[mark] = service
            self._names[mark] = f"address {number} ({kind})"

    @property
    def marks(self) -> tuple[str, ...]:
        """What tells the addresses apart, without saying what they are."""
        return tuple(self._services)

    def name(self, mark: str) -> str:
        """An address for people: its number and its kind."""
        return self._names[mark]

    def tell(self, message: Message, to: Collection[str]) -> tuple[str, ...]:
        """Send to the addresses with these marks; the marks of those that it did not reach. Addresses that are no
        longer set are passed over."""
        return tuple(mark for mark in to if mark in self._services and not self._reached(mark, message))

    def _reached(self, mark: str, message: Message) -> bool:
        one = apprise.Apprise()
        one.add(self._services[mark])
        title = f"{message.title}{self._named}"
        return bool(one.notify(title=title, body=message.body, body_format=apprise.NotifyFormat.TEXT))
