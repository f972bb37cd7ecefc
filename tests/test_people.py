"""Who may do what: one table, a ladder of roles, refusals in words."""

import pytest

from core.errors import Refused
from core.people import LEAST, ROLES, Person, Right, highest


def test_every_right_has_a_least_role() -> None:
    assert set(LEAST) == set(Right)
    assert set(LEAST.values()) == set(ROLES)


@pytest.mark.parametrize("right", Right)
def test_a_higher_role_may_all_that_a_lower_one_may(right: Right) -> None:
    may = [Person("s", role).may(right) for role in ROLES]
    assert may == sorted(may)
    assert may[-1]


def test_looking_is_for_everybody_and_sending_is_not() -> None:
    assert [Person("s", role).may(Right.LOOK) for role in ROLES] == [True, True, True, True]
    assert [Person("s", role).may(Right.SEND) for role in ROLES] == [False, False, True, True]
    assert [Person("s", role).may(Right.CUSTOMERS) for role in ROLES] == [False, True, True, True]


def test_a_refusal_names_the_person_the_deed_both_roles_and_what_to_do() -> None:
    ann = Person("248289", "viewer", "ann@shop.example", "Ann Müller")
    with pytest.raises(Refused) as refused:
        ann.must(Right.SEND)
    assert refused.value.message == (
        "ann@shop.example may not replay or resend a webhook: it takes the role operator, and theirs is viewer."
    )
    assert "[login.roles]" in refused.value.next_step
    assert ann.why_not(Right.SEND) == "It takes the role operator to replay or resend a webhook; yours is viewer."


def test_who_may_is_not_refused_and_needs_no_reason() -> None:
    oncall = Person("1", "operator")
    oncall.must(Right.SEND)
    assert oncall.why_not(Right.SEND) == ""


def test_the_journal_names_the_address_or_what_the_log_in_calls_them() -> None:
    assert Person("248289", "viewer", "ann@shop.example").called == "ann@shop.example"
    assert Person("248289", "viewer").called == "248289"


def test_whoever_has_the_terminal_has_every_right() -> None:
    assert all(Person.at_terminal("root").may(right) for right in Right)


def test_of_several_roles_the_highest_counts_and_unknown_ones_do_not() -> None:
    assert highest(["support", "operator", "owner"]) == "operator"
    assert highest(["owner", "superuser"]) is None
    assert highest("admin") is None  # a text is no list of roles


def test_in_a_shop_somebody_has_the_role_they_have_there() -> None:
    anywhere = Person("ann", "support")
    assert anywhere.at("toys") is anywhere, "no shop is told from another"
    ann = Person("ann", "operator", "ann@shop.example", shops=(("books", "operator"), ("toys", "viewer")))
    assert [ann.at(shop).role for shop in ("books", "toys")] == ["operator", "viewer"]
    assert not ann.at("toys").may(Right.SEND)
    with pytest.raises(Refused, match=r"ann@shop\.example may not use the shop lamps: nothing gives them a role there"):
        ann.at("lamps")
