"""What is known of the app around a case, beside its order: what the settings say, and what the rows have taught.

Owns its place in a bundle, under `config`. Reads no settings and no rows: it is handed out by who does.
"""

from dataclasses import dataclass
from typing import Self

from core.facts import Json, NameKeys
from core.facts import json as read


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the operator's settings say about the app, for the guards: hosts it is served from, hosts its webhooks may
    stand on, the API version its SDK expects, the keys under which it writes an order's name into what Stripe keeps
    (`name_keys`; empty where nobody says and no rows prove one), and those whose values proved to be something else
    (`strange_keys`). `as_live`: its test mode plays a live shop, as the embedded sandbox does. `keeps_payments`:
    whether the app has a place for a payment's id; `ids_come_with_payment`: whether its rows tell that an id is written
    only when the payment is booked; `booked_on`: the events on which it books a payment, empty where nobody says;
    `fetches_events`: it takes an event's id and fetches the event from Stripe; `reconstructs`: events that Stripe no
    longer has may be made of its objects."""

    app_hosts: tuple[str, ...] = ()
    webhook_hosts: tuple[str, ...] = ()
    app_api_version: str | None = None
    name_keys: tuple[str, ...] = ()
    as_live: bool = False
    keeps_payments: bool = True
    ids_come_with_payment: bool = False
    booked_on: tuple[str, ...] = ()
    strange_keys: tuple[str, ...] = ()
    fetches_events: bool = False
    reconstructs: bool = False

    @property
    def keys(self) -> NameKeys:
        """Where the names of orders stand."""
        return NameKeys(self.name_keys, self.strange_keys)

    @classmethod
    def of(cls, config: Json) -> Self:
        """As a bundle has it under `config`."""
        return cls(
            app_hosts=read.texts(config, "app_hosts"),
            webhook_hosts=read.texts(config, "webhook_hosts"),
            app_api_version=read.text(config, "app_api_version"),
            name_keys=read.texts(config, "name_keys"),
            strange_keys=read.texts(config, "strange_keys"),
            as_live=read.flag(config, "as_live") or False,
            keeps_payments=read.flag(config, "keeps_payments") is not False,
            ids_come_with_payment=read.flag(config, "ids_come_with_payment") or False,
            booked_on=read.texts(config, "booked_on"),
            fetches_events=read.flag(config, "fetches_events") or False,
            reconstructs=read.flag(config, "reconstructs") or False,
        )

    def as_json(self) -> dict[str, object]:
        """For a bundle; what is as usual, and came later, is left out."""
        return {
            "app_hosts": list(self.app_hosts),
            "webhook_hosts": list(self.webhook_hosts),
            "app_api_version": self.app_api_version,
            "name_keys": list(self.name_keys),
            **({"strange_keys": list(self.strange_keys)} if self.strange_keys else {}),
            **({"as_live": True} if self.as_live else {}),
            **({} if self.keeps_payments else {"keeps_payments": False}),
            **({"ids_come_with_payment": True} if self.ids_come_with_payment else {}),
            **({"booked_on": list(self.booked_on)} if self.booked_on else {}),
            **({"fetches_events": True} if self.fetches_events else {}),
            **({"reconstructs": True} if self.reconstructs else {}),
        }
