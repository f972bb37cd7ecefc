"""The role that claims give somebody, and the person they are of. Pure.

The highest role wins. An e-mail decides only where the provider says that it is verified; who has no role does not come
in, and there is no role for everybody.
"""

from collections.abc import Mapping
from typing import Final, Protocol

from core.errors import Refused
from core.people import LOGGED_IN, Person, Role, highest

LONGEST: Final = 255  # letters of an identifier or an e-mail
LONGEST_NAME: Final = 100


class Named(Protocol):
    """Who has which role: role -> groups, role -> e-mails."""

    @property
    def roles(self) -> Mapping[Role, frozenset[str]]: ...
    @property
    def people(self) -> Mapping[Role, frozenset[str]]: ...


class Rules(Named, Protocol):
    """What the settings say: the claim that holds groups, who has which role in all shops, and who in one."""

    @property
    def claim(self) -> str: ...
    @property
    def shops(self) -> Mapping[str, Named]: ...


def role_of(claims: Mapping[str, object], rules: Rules) -> Role | None:
    """The highest role that these claims have in every shop; None where they have none."""
    return _role(claims, rules.claim, rules)


def roles_by_shop(claims: Mapping[str, object], rules: Rules) -> tuple[tuple[str, Role], ...]:
    """Each shop that has a name and in which these claims have a role, with the highest of them."""
    found = ((name, _role(claims, rules.claim, rules, shop)) for name, shop in rules.shops.items())
    return tuple((name, role) for name, role in found if role)


def _role(claims: Mapping[str, object], claim: str, *named: Named) -> Role | None:
    found = claims.get(claim)
    values = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    groups = {one for one in values if isinstance(one, str)}
    email = _text(claims, "email").casefold() if claims.get("email_verified") is True else ""
    by_group = [role for one in named for role, names in one.roles.items() if groups & names]
    by_name = [role for one in named for role, names in one.people.items() if email and email in names]
    return highest(by_group + by_name)


def person_of(claims: Mapping[str, object], rules: Rules) -> Person:
    """Whoever these claims are of. Refused, with the e-mail named, where they have no role here. An e-mail that the
    provider says is not verified names nobody."""
    subject = _text(claims, "sub")
    if not subject:
        raise Refused("The provider does not say who you are.", next_step="Ask whoever runs it.")
    shops = roles_by_shop(claims, rules)
    role = highest([role for _, role in shops]) if rules.shops else role_of(claims, rules)
    if role is None:
        raise Refused(
            f"{called(claims)} may not use Orderlens: nothing gives them a role here.",
            next_step=f"Ask whoever runs Orderlens for a group that has one (claim {rules.claim}).",
        )
    email = "" if claims.get("email_verified") is False else _text(claims, "email")
    return Person(
        sub=subject, role=role, email=email, name=_text(claims, "name")[:LONGEST_NAME], shops=shops, known=LOGGED_IN
    )


def called(claims: Mapping[str, object]) -> str:
    """What whoever came is called, in a refusal."""
    return _text(claims, "email") or _text(claims, "sub") or "Somebody"


def _text(claims: Mapping[str, object], name: str) -> str:
    """A claim as one line of text; empty where it is none, or longer than any."""
    value = claims.get(name)
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text if len(text) <= LONGEST and text.isprintable() else ""
