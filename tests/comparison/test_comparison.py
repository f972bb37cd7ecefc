"""The comparison: what it calls the same, what differs, what explains it, and what it refuses to say."""

from dataclasses import replace

import pytest
from hypothesis import given

from core.cases import Case
from core.comparison import Comparison, Row, Sum, Value, Verdict, attempts, compare, label
from core.comparison.table import compared as same
from core.facts import Unread
from core.rules import examine
from core.sandbox.scenarios import BY_NAME, HEALTHY
from tests.rules import stage
from tests.rules.bundles import bundles, healthy_bundles, often

NOW = 1_790_000_000
KINDS = {"sessions": "sessions", "intents": "payment_intents", "charges": "charges", "refunds": "refunds"}


def of(case: Case) -> Comparison:
    return compare(examine(case))


def scenario(name: str) -> Case:
    return Case.of(BY_NAME[name].build(NOW).bundle())


def row(found: Comparison, field: str) -> Row:
    return next(row for row in found.rows if row.field == field)


def told(found: Row) -> list[str]:
    return [str(made) for made in found.sums]


def bought(order: dict[str, object], session: dict[str, object], *, received: int, **intent: object) -> Case:
    """An order, its finished checkout, and the payment of it."""
    paid_by = stage.intent(amount=intent.pop("amount", received), amount_received=received, **intent)
    return stage.case(order, sessions=[session], intents=[paid_by], charges=[])


@pytest.mark.parametrize("name", [one.name for one in HEALTHY])
def test_in_a_healthy_case_no_field_differs(name: str) -> None:
    found = of(scenario(name))
    assert [one.field for one in found.having(Verdict.DIFFERS, Verdict.NOT_READ)] == []
    assert not any(one.odd for line in found.rows for one in line.values if one)


def test_discount_and_tax_are_a_sum_that_anybody_can_check() -> None:
    details = {"amount_discount": 500, "amount_tax": 950, "amount_shipping": 0}
    session = stage.session(amount_total=5450, total_details=details)
    amount = row(of(bought(stage.order(status="paid"), session, received=5450)), "Amount")
    assert amount.verdict is Verdict.EXPLAINED
    assert told(amount) == ["50.00 ordered \u2212 5.00 promotion code + 9.50 tax = 54.50 USD paid"]
    assert [term.where for term in amount.sums[0].terms][1:] == [
        "total_details.amount_discount",
        "total_details.amount_tax",
    ]


def test_a_difference_that_nothing_explains_is_called_one_and_measured() -> None:
    amount = row(of(bought(stage.order(status="paid"), stage.session(amount_total=5700), received=5700)), "Amount")
    assert amount.verdict is Verdict.DIFFERS
    assert "7.00 USD too much" in amount.why
    assert [one.odd for one in amount.values if one] == [True, False, False]
    assert not amount.sums


def test_a_partial_capture_shows_what_was_let_go() -> None:
    order = stage.order(status="paid", amount_minor=3000)
    amount = row(of(bought(order, stage.session(), received=3000, amount=5000)), "Amount")
    assert amount.verdict is Verdict.EXPLAINED
    assert told(amount) == ["50.00 reserved \u2212 20.00 not captured = 30.00 USD paid"]


def test_a_reservation_that_ended_does_not_read_as_a_charge() -> None:
    for name, said in (("hold_ran_out", "succeeded, not captured"), ("paid_and_booked", "succeeded")):
        charged = row(of(scenario(name)), "Payment").values[-1]
        assert charged is not None
        assert charged.text == said


def test_a_subscription_and_its_bill_stand_where_they_were_read_and_are_held_against_nobody() -> None:
    found = of(scenario("subscription"))
    rows = {one.field: one for one in found.rows}
    texts = {field: [one.text or one.at for one in rows[field].values if one] for field in rows}
    assert str(texts["Subscription id"][0]).startswith("sub_")
    assert texts["Subscription"] == ["active, 279.00 NOK a period"]
    assert str(texts["Invoice id"][0]).startswith("in_")
    assert texts["Invoice"] == ["paid, 279.00 NOK"]
    assert len(texts["Period ends"]) == 1
    fields = ("Subscription id", "Subscription", "Period ends", "Invoice id", "Invoice")
    assert {rows[field].verdict for field in fields} == {Verdict.SHOWN}
    assert not set(fields) & {one.field for one in of(scenario("paid_and_booked")).rows}


def test_deposits_add_up() -> None:
    amount = row(of(scenario("deposit_and_balance")), "Amount")
    assert amount.verdict is Verdict.EXPLAINED
    assert told(amount)[0].endswith("= 960.00 EUR paid")


def test_a_refund_is_named_and_what_is_left_is_worked_out() -> None:
    case = scenario("partly_refunded")
    back = row(of(case), "Refunded")
    assert back.verdict is Verdict.EXPLAINED
    assert told(back)[0].startswith("88.00 paid \u2212 22.00 refunded (re_")
    assert told(back)[0].endswith("= 66.00 USD left")


@pytest.mark.parametrize(
    ("name", "field", "said"),
    [
        ("converted_before_2025", "Amount", "currency_conversion"),
        ("converted_before_2025", "Currency", "currency_conversion"),
        ("shown_in_aussie_dollars", "Shown to the customer", "presentment_details"),
        ("icelandic_krona", "Amount", "two decimals"),
    ],
)
def test_a_conversion_says_what_the_customer_saw_and_where_that_stands(name: str, field: str, said: str) -> None:
    found = row(of(scenario(name)), field)
    assert found.verdict in {Verdict.EXPLAINED, Verdict.SHOWN}
    assert said in found.why


@pytest.mark.parametrize(("name", "currency", "digits"), [("yen", "JPY", 0), ("dinar", "KWD", 3)])
def test_an_amount_has_the_decimals_of_its_currency(name: str, currency: str, digits: int) -> None:
    shown = {one.text for one in row(of(scenario(name)), "Amount").values if one}
    assert len(shown) == 1
    figure, code = (shown.pop() or "").split()
    assert code == currency
    assert len(figure.partition(".")[2]) == digits


def test_what_differs_stands_first_and_every_value_says_where_it_was_read() -> None:
    found = of(scenario("webhook_refused"))
    assert found.rows[0].field == "Payment"
    assert found.rows[0].verdict is Verdict.DIFFERS
    ranks = [list(Verdict).index(one.verdict) for one in found.rows]
    assert ranks == sorted(ranks)
    assert all(one.where for line in found.rows for one in line.values if one and one.there)


def test_an_order_that_says_nothing_differs_in_nothing() -> None:
    case = scenario("paid_and_booked")
    assert case.order is not None
    silent = replace(case.order, amount_minor=None, currency=None, customer_email=None, created_at=None, raw_status="")
    found = of(replace(case, order=silent))
    assert found.having(Verdict.DIFFERS) == ()


def test_without_any_payment_the_order_stands_alone() -> None:
    case = scenario("paid_and_booked")
    found = of(replace(case, facts=replace(case.facts, sessions=(), intents=(), charges=(), events=())))
    assert [column.title for column in found.columns] == ["Order"]


def test_a_payment_without_an_order_is_compared_with_itself() -> None:
    found = of(replace(scenario("paid_and_booked"), order=None))
    assert [column.title for column in found.columns] == ["Checkout session", "Payment intent", "Charge"]
    assert row(found, "Amount").verdict is Verdict.SAME


def test_charges_that_could_not_be_read_leave_their_fields_open() -> None:
    case = scenario("paid_and_booked")
    unread = (Unread("charges", "the charges of pi_1", "the key may not read them."),)
    found = of(replace(case, facts=replace(case.facts, charges=(), unread=unread)))
    assert found.columns[-1].unread
    for field in ("Payment", "Amount", "Currency"):
        assert row(found, field).verdict is Verdict.NOT_READ
        assert row(found, field).values[-1] == Value(None, unread=True)
    assert "the key may not read them" in row(found, "Currency").why
    assert row(found, "Session id").verdict is Verdict.SAME


def test_what_is_left_is_not_worked_out_from_half_a_reading() -> None:
    case = scenario("partly_refunded")
    unread = (Unread("refunds", "the refunds of pi_1", "503"),)
    back = row(of(replace(case, facts=replace(case.facts, unread=unread))), "Refunded")
    assert back.verdict is Verdict.NOT_READ
    assert not back.sums


def test_the_paid_attempt_is_compared_first_and_strangers_last() -> None:
    case = scenario("paid_in_second_tab")
    tries = attempts(examine(case))
    assert len(tries) > 1
    assert tries[0].settled
    assert not tries[-1].settled
    strange = scenario("reused_payment")
    assert any("not this order's" in label(attempt) for attempt in attempts(examine(strange)))


def test_two_payments_are_two_attempts_and_their_sum_is_shown() -> None:
    case = scenario("paid_twice")
    assert len([attempt for attempt in attempts(examine(case)) if attempt.payment]) == 2
    amount = row(of(case), "Amount")
    assert amount.verdict is Verdict.DIFFERS
    assert len(amount.sums) == 1


@pytest.mark.parametrize(
    ("values", "odd"),
    [
        (("1", "1", "1", "1"), ()),
        (("1", "2", "2", "2"), (0,)),
        (("1", "1", "2", None), (2,)),
        (("1", "2", None, None), (0,)),
        (("1", "2", "3", None), (0, 1, 2)),
        ((None, "1", "2", "2"), (1,)),
        (("1", None, None, None), ()),
        ((None, None, None, None), ()),
    ],
)
def test_odd_is_what_the_fewer_say(values: tuple[str | None, ...], odd: tuple[int, ...]) -> None:
    found = same("field", *(Value(one) for one in values))
    assert tuple(index for index, one in enumerate(found.values) if one and one.odd) == odd
    assert (found.verdict is Verdict.DIFFERS) == bool(odd)


def _consistent(case: Case) -> None:
    """What holds of every case and every attempt of it."""
    seen = examine(case)
    diagnosis = seen.diagnosis
    codes = {found.code for found in diagnosis.findings}
    for attempt in attempts(seen):
        found = compare(seen, attempt)
        sums: list[Sum] = [made for line in found.rows for made in line.sums]
        assert all(made.exact for made in sums)
        for line in found.rows:
            said = {one.text.strip().casefold() for one in line.values if one and one.text is not None}
            if line.field not in {"Payment", "Refunded"} and line.verdict is Verdict.SAME:
                assert len(said) == 1, line
            if any(one and one.unread for one in line.values):
                assert line.verdict not in {Verdict.SAME, Verdict.SHOWN}
            assert all(len(line.values) == len(found.columns) for line in found.rows)
    first = row(compare(seen), "Amount") if attempts(seen) else None
    if first and codes & {"amount_mismatch", "minor_unit_error", "amount_stale_cart", "currency_mismatch"}:
        assert first.verdict is Verdict.DIFFERS
    explained = next((one for one in diagnosis.findings if one.code == "amount_explained"), None)
    if first and explained:
        assert first.verdict is Verdict.EXPLAINED
        figures = {str(term.amount) for term in first.sums[0].terms[1:]}
        assert figures <= {evidence.value for evidence in explained.evidence}


@often(120)
@given(bundle=bundles())
def test_sums_are_exact_and_findings_have_the_last_word(bundle: dict[str, object]) -> None:
    _consistent(Case.of(bundle))


@often(60)
@given(bundle=healthy_bundles())
def test_nothing_differs_in_a_healthy_bundle(bundle: dict[str, object]) -> None:
    case = Case.of(bundle)
    _consistent(case)
    seen = examine(case)
    if seen.diagnosis.clean:
        for attempt in attempts(seen):
            found = compare(seen, attempt)
            assert found.having(Verdict.DIFFERS, Verdict.NOT_READ) == ()


@often(60)
@given(bundle=bundles() | healthy_bundles())
def test_what_was_not_read_is_never_the_same(bundle: dict[str, object]) -> None:
    stripe = bundle["stripe"]
    assert isinstance(stripe, dict)
    for kind, name in KINDS.items():
        unread = [{"kind": kind, "what": f"the {kind}", "because": "503"}]
        case = Case.of(bundle | {"stripe": stripe | {name: [], "unread": unread}})
        found = of(case)
        _consistent(case)
        if case.order and case.order.amount and kind != "refunds" and len(found.columns) > 1:
            assert row(found, "Amount").verdict is not Verdict.SAME
