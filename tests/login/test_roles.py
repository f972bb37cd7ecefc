"""Which role claims give: the highest of theirs, and none where nothing says one."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from pydantic import SecretStr

from core.errors import Refused
from core.login.roles import person_of, role_of
from core.login.sessions import Session, Sessions
from core.people import Role
from core.settings import Login, Provider
from core.settings.allowed import RolesOfShop
from tests.login.conftest import alone

LOGIN = Login(
    url="https://orderlens.example.com",
    provider=Provider("https://login.example.com", "orderlens", SecretStr("s")),
    roles={"support": frozenset({"support", "help"}), "operator": frozenset({"payments"})},
    people={"viewer": frozenset({"ann@shop.example"}), "admin": frozenset({"root@shop.example"})},
)
ANN = {"sub": "a1", "email": "Ann@Shop.Example", "email_verified": True}


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"groups": ["support"]}, "support"),
        ({"groups": "support"}, "support"),  # one value
        ({"groups": ["payments", "support", "else"]}, "operator"),
        ({"groups": ["sup"]}, None),
        ({"groups": ["Support"]}, None),
        ({"groups": {"support": True}}, None),
        ({"groups": [["support"], None, 1]}, None),
        ({"groups": "support payments"}, None),
        ({"roles": ["support"]}, None),  # another claim
        ({}, None),
        (ANN, "viewer"),
        ({**ANN, "groups": ["help"]}, "support"),
        ({**ANN, "email": "root@shop.example"}, "admin"),
    ],
    ids=str,
)
def test_the_highest_role_that_claims_have(claims: Mapping[str, object], role: Role | None) -> None:
    assert role_of(claims, LOGIN) == role


@pytest.mark.parametrize("verified", [False, None, "true", 1, "yes"])
def test_pitfall_7_an_e_mail_decides_only_where_it_is_verified(verified: object) -> None:
    claims = {"sub": "a1", "email": "root@shop.example", "email_verified": verified}
    assert role_of(claims, LOGIN) is None
    assert role_of({"sub": "a1", "email": "root@shop.example"}, LOGIN) is None


def test_who_has_no_role_is_named_by_their_e_mail() -> None:
    with pytest.raises(Refused, match=r"nora@shop\.example may not use Orderlens") as caught:
        person_of({"sub": "n", "email": "nora@shop.example", "groups": ["else"]}, LOGIN)
    assert "claim groups" in caught.value.next_step


def test_an_e_mail_that_is_said_not_to_be_verified_names_nobody() -> None:
    claims = {"sub": "m1", "email": "ann@shop.example", "groups": ["support"], "name": "Mallory"}
    assert person_of({**claims, "email_verified": False}, LOGIN).called == "m1"
    assert person_of(claims, LOGIN).called == "ann@shop.example"  # Entra says nothing of it


def test_what_names_somebody_is_one_line_of_bounded_length() -> None:
    person = person_of({**ANN, "name": "Ann\r\n" + "x" * 500}, LOGIN)
    assert (person.name, person.email) == ("", "Ann@Shop.Example")
    for wrong in ("", "x" * 256, None, 7, "a\x00b"):
        with pytest.raises(Refused, match="does not say who you are"):
            person_of({**ANN, "sub": wrong}, LOGIN)


SHOPS = replace(
    LOGIN,
    shops={
        "books": RolesOfShop({"admin": frozenset({"books-admins"})}),
        "toys": RolesOfShop(people={"support": frozenset({"tom@toys.example"})}),
    },
)


@pytest.mark.parametrize(
    ("claims", "shops", "role"),
    [
        ({"groups": ["support"]}, {"books": "support", "toys": "support"}, "support"),  # in every shop
        ({"groups": ["support", "books-admins"]}, {"books": "admin", "toys": "support"}, "admin"),
        ({"groups": ["books-admins"]}, {"books": "admin"}, "admin"),
        ({"email": "Tom@toys.example", "email_verified": True}, {"toys": "support"}, "support"),
    ],
    ids=str,
)
def test_who_has_a_role_in_a_shop_has_it_there_and_nowhere_else(
    claims: Mapping[str, object], shops: Mapping[str, Role], role: Role
) -> None:
    person = person_of({"sub": "t1", **claims}, SHOPS)
    assert (dict(person.shops), person.role) == (shops, role)
    for shop in ("books", "toys"):
        if shop in shops:
            assert person.at(shop).role == shops[shop]
        else:
            with pytest.raises(Refused, match=f"may not use the shop {shop}"):
                person.at(shop)


def test_who_has_a_role_in_no_shop_does_not_come_in() -> None:
    for claims in ({"email": "tom@toys.example"}, {"groups": ["else"]}):
        with pytest.raises(Refused, match="nothing gives them a role here"):
            person_of({"sub": "t1", **claims}, SHOPS)


def test_a_role_that_moves_to_another_shop_ends_the_log_ins_of_before() -> None:
    """What is signed holds who has which role where."""
    moved = replace(LOGIN, shops={"books": SHOPS.shops["toys"], "toys": SHOPS.shops["books"]})
    tom = person_of({"sub": "t1", "groups": ["books-admins"]}, SHOPS)
    before, after = (Sessions(one, "s" * 32, Unused(), lambda: 1.0) for one in (SHOPS, moved))
    _, cookie = before.begun(tom)

    async def holding(sessions: Sessions) -> Session | None:
        return await sessions.holding(cookie)

    kept = alone(holding(before))
    assert kept is not None
    assert kept.person == tom, "with their shops"
    assert alone(holding(after)) is None


def test_a_secret_is_changed_without_logging_anybody_out() -> None:
    old, new = "o" * 32, "n" * 32
    ann = person_of(ANN, LOGIN)

    def cookie_by(secret: str) -> str:
        return Sessions(LOGIN, secret, Unused(), lambda: 1.0).begun(ann)[1]

    def lets_in(secret: str, cookie: str) -> bool:
        held = Sessions(LOGIN, secret, Unused(), lambda: 1.0)

        async def asked() -> Session | None:
            return await held.holding(cookie)

        return alone(asked()) is not None

    assert lets_in(f"{new}, {old}", cookie_by(old)), "whoever is in stays in"
    assert lets_in(new, cookie_by(f"{new},{old}")), "signed with the first"
    assert not lets_in(old, cookie_by(f"{new},{old}"))
    assert not lets_in(new, cookie_by(old)), "in the end the old one is worth nothing"


class Unused:
    """A book in which nothing stands."""

    def revoke(self, sid: str, *, until: int, now: int) -> None: ...

    def revoked(self, now: int) -> Mapping[str, int]:  # noqa: ARG002 - the book's own
        return {}

    def note(self, at: int, who: str, what: str, outcome: str) -> None: ...
