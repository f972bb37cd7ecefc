"""A case of several payments: a column a payment, and what they come to beside the order's amount."""

from core.cases import Case
from core.comparison import Comparison, Row, Verdict, several
from core.comparison.payments import MOST
from core.rules import examine
from core.sandbox.scenarios import BY_NAME
from tests.rules import stage

NOW = 1_790_000_000


def of(name: str) -> Comparison:
    found = several(examine(Case.of(BY_NAME[name].build(NOW).bundle())))
    assert found is not None
    return found


def row(found: Comparison, field: str) -> Row:
    return next(row for row in found.rows if row.field == field)


def told(found: Row) -> list[str | None]:
    return [one.text if one else None for one in found.values]


def test_one_payment_or_none_is_no_case_of_several() -> None:
    for name in ("paid_and_booked", "old_failure_came_late"):
        assert several(examine(Case.of(BY_NAME[name].build(NOW).bundle()))) is None


def test_paid_twice_shows_both_payments_and_their_sum() -> None:
    found = of("paid_twice")
    assert [column.title for column in found.columns] == ["Order", "Payment 1", "Payment 2"]
    amount = row(found, "Amount")
    assert found.rows[0] == amount
    assert (amount.verdict, told(amount)) == (Verdict.DIFFERS, ["219.00 USD"] * 3)
    assert [str(one) for one in amount.sums] == ["219.00 payment 1 + 219.00 payment 2 = 438.00 USD paid"]
    assert amount.why == "That is 219.00 USD more than the 219.00 USD that the order asks for."
    stored, first, second = told(row(found, "Payment id"))
    assert first != second == stored
    first_at, second_at = (one.at if one else None for one in row(found, "Paid").values[1:])
    assert first_at
    assert second_at
    assert first_at < second_at
    assert told(row(found, "Payment")) == ["paid", "succeeded", "succeeded"]


def test_what_the_finding_is_about_is_no_more_than_it_says() -> None:
    found = of("paid_twice")
    assert {one.field for one in found.having(Verdict.DIFFERS)} == {"Amount"}


def test_deposits_that_add_up_are_explained_by_their_sum() -> None:
    amount = row(of("deposit_and_balance"), "Amount")
    assert amount.verdict is Verdict.EXPLAINED
    assert str(amount.sums[0]).endswith("= 960.00 EUR paid")


def test_what_went_back_of_one_of_them_stands_in_its_column() -> None:
    found = several(examine(stage.case(stage.BOOKED, **stage.twice(), **stage.second_refunded())))
    assert found is not None
    assert told(row(found, "Refunded"))[1:] == [None, "50.00 USD"]


def test_many_payments_keep_to_the_room_and_say_how_many_are_left_out() -> None:
    many = range(MOST + 3)
    ids = [f"pi_{one}AAAAAAAAAAAAAAAA" for one in many]
    sessions = [stage.session(id=f"cs_live_{one}AAAAAAAAAAAA", payment_intent=ids[one]) for one in many]
    intents = [stage.intent(id=ids[one]) for one in many]
    found = several(examine(stage.case(stage.BOOKED, sessions=sessions, intents=intents, charges=[])))
    assert found is not None
    assert len(found.columns) == 1 + MOST
    assert found.left_out == 3
    assert not row(found, "Amount").sums
