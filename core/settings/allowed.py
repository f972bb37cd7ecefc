"""Who may use Orderlens, and which of its shops: roles by the groups and the verified e-mails of people. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Protocol

from pydantic import Field

from core.people import Role

_EXAMPLE: Final = '[login.roles]\nsupport = ["support"]   # role = values of the claim\noperator = ["payments-oncall"]'
Names = tuple[Annotated[str, Field(min_length=1)], ...]


class WhoMayUse(Protocol):
    """What a file says: role -> values of the claim, role -> verified e-mails."""

    @property
    def roles(self) -> Mapping[Role, Names]: ...
    @property
    def people(self) -> Mapping[Role, Names]: ...


@dataclass(frozen=True, slots=True)
class RolesOfShop:
    """Who may use one shop, beside those who may use all: role -> values of the claim, role -> e-mails in small
    letters."""

    roles: Mapping[Role, frozenset[str]] = field(default_factory=dict)
    people: Mapping[Role, frozenset[str]] = field(default_factory=dict)


def by_shop(shops: Mapping[str, WhoMayUse]) -> dict[str, RolesOfShop]:
    """Of each shop, who may use it."""
    return {name: RolesOfShop(groups(one), emails(one)) for name, one in shops.items()}


def groups(table: WhoMayUse) -> dict[Role, frozenset[str]]:
    """Role -> values of the claim."""
    return {role: frozenset(names) for role, names in table.roles.items()}


def emails(table: WhoMayUse) -> dict[Role, frozenset[str]]:
    """Role -> e-mails in small letters."""
    return {role: frozenset(map(str.casefold, names)) for role, names in table.people.items()}


def nobody(table: WhoMayUse, shops: Mapping[str, WhoMayUse]) -> list[str]:
    """A line where nobody could come in."""
    if any(any(one.roles.values()) or any(one.people.values()) for one in (table, *shops.values())):
        return []
    return [f"[login.roles] and [login.people] give nobody a role: nobody could come in. Example:\n{_EXAMPLE}"]
