"""Who may do what: `Person`, the ladder of roles, and the one table of rights. Pure.

A role has every right whose least role is at or below it. Rights are checked where things are done: by the desk, the
inbox and the starter of jobs, never by a page alone. Whoever has the terminal has the settings, and so every right.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal, get_args

from core.errors import Refused

Role = Literal["viewer", "support", "operator", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
"""From the least to the most."""


LOGGED_IN: Final = "logged in"


class Right(StrEnum):
    """What a person may do; the value says it in words."""

    LOOK = "look at cases"
    EXPORT = "export cases as CSV"
    CUSTOMERS = "see customers' e-mail addresses"
    BUNDLE = "save a case as a file"
    RETRIEVE = "retrieve a case afresh"
    TRIAGE = "acknowledge, ignore, assign or note a case"
    SAVE_VIEWS = "save or delete a view"
    TRIAGE_MANY = "acknowledge, ignore, assign or note many cases at once"
    SCAN = "start or stop a scan"
    SEND = "replay or resend a webhook"
    PROBE = "probe the webhook endpoint"
    SEND_MANY = "begin, pause or cancel a run of replays"
    APPROVE = "approve a run of replays"
    SETUP = "see and examine the settings"
    UNMASKED = "save a case with e-mail addresses"
    FORGET = "forget a customer"


LEAST: Final[Mapping[Right, Role]] = MappingProxyType(
    {
        Right.LOOK: "viewer",
        Right.EXPORT: "viewer",
        Right.CUSTOMERS: "support",
        Right.BUNDLE: "support",
        Right.RETRIEVE: "support",
        Right.TRIAGE: "support",
        Right.SAVE_VIEWS: "support",
        Right.TRIAGE_MANY: "operator",
        Right.SCAN: "operator",
        Right.SEND: "operator",
        Right.PROBE: "operator",
        Right.SEND_MANY: "operator",
        Right.APPROVE: "operator",
        Right.SETUP: "operator",
        Right.UNMASKED: "admin",
        Right.FORGET: "admin",
    }
)
"""The least role that has a right."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses Orderlens. `sub`: what the log-in calls them, which never changes; `email`, `name`: as the
    log-in says them, empty where it says none; `shops`: their role in each shop that has a name, where they have one;
    nothing where there is no telling them apart: then `role` is that of all; `known`: how it is known that it is them:
    `LOGGED_IN`, the machine's account that they have at its terminal, or nothing: nobody asked."""

    sub: str
    role: Role
    email: str = ""
    name: str = ""
    shops: tuple[tuple[str, Role], ...] = ()
    known: str = ""

    @classmethod
    def at_terminal(cls, operator: str, account: str = "") -> "Person":
        """Whoever runs a command, under this account of the machine; or opens a dashboard that has no log-in: they
        reach the settings already."""
        return cls(sub=operator, role="admin", known=account)

    def at(self, shop: str) -> "Person":
        """The same person with the role they have in a shop. Refused where they have none there."""
        if not self.shops or not shop:
            return self
        role = dict(self.shops).get(shop)
        if role is None:
            theirs = ", ".join(name for name, _ in self.shops)
            raise Refused(
                f"{self.called} may not use the shop {shop}: nothing gives them a role there.",
                next_step=f"Theirs: {theirs}. Ask whoever runs Orderlens for a role in {shop} ([shops.{shop}.roles]).",
            )
        return replace(self, role=role)

    @property
    def called(self) -> str:
        """How the journal names them."""
        return self.email or self.sub

    def may(self, right: Right) -> bool:
        """Whether their role has it."""
        return ROLES.index(self.role) >= ROLES.index(LEAST[right])

    def why_not(self, right: Right) -> str:
        """Why they may not, for the help of what is disabled; empty where they may."""
        return "" if self.may(right) else f"It takes the role {LEAST[right]} to {right}; yours is {self.role}."

    def must(self, right: Right) -> None:
        """Refused, in words, where they may not."""
        if not self.may(right):
            raise Refused(
                f"{self.called} may not {right}: it takes the role {LEAST[right]}, and theirs is {self.role}.",
                next_step="Ask somebody who has that role, or whoever gives the roles ([login.roles] of the settings).",
            )


def highest(roles: object) -> Role | None:
    """The highest of the roles that are among these names; None where none is."""
    named = roles if isinstance(roles, (list, tuple, set, frozenset)) else ()
    return max((role for role in ROLES if role in named), key=ROLES.index, default=None)
