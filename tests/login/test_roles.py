"""Which role claims give: the highest of theirs, and none where nothing says one."""

from collections.abc import Mapping

import pytest
from pydantic import SecretStr

from core.errors import Refused
from core.login.roles import person_of, role_of
from core.people import Role
from core.settings import Login, Provider

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
