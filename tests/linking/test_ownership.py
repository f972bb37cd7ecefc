"""Whose a payment is: ours, another's, nobody's, or not known. What does not name this order is not yet another's."""

import pytest

from core.facts import Json
from core.linking import Books, Whose, contradictions, link
from tests.rules import stage

OTHER = stage.order(id="1041", session_id=None)
CHANCE = {**OTHER, "amount_minor": 9900, "customer_email": "kim@example.com"}  # the payment does not fit it
KIM = {"customer_details": {"email": "kim@example.com"}}
UUID = "3f2b8c1e-90ad-4e57-8a1f-6b2f0c9d7e11"


def books_of(row: Json | None = None, **given: object) -> Books:
    books = link(stage.case(row, **given)).books
    assert books is not None
    return books


def whose(row: Json | None = None, says: Json | None = None, **given: object) -> Whose:
    """Whose the checkout is that the order stores and that `says` so."""
    nameless: Json = {"client_reference_id": None}
    built = stage.case(row, sessions=[stage.session(**{**nameless, **(says or {})})], **given)
    books = link(built).books
    assert books is not None
    return books.whose(built.facts.sessions[0])


def named(name: str) -> Json:
    return {"client_reference_id": name}


class TestNobodys:
    def test_what_bears_no_name(self) -> None:
        assert whose(other_orders=[OTHER]) is Whose.NOBODYS

    @pytest.mark.parametrize("name", ["usr_8f2c", "1041", "pro-yearly", UUID])
    def test_a_name_that_no_order_has(self, name: str) -> None:
        assert whose(says=named(name), no_order_has=[name]) is Whose.NOBODYS

    def test_it_is_compared_without_sign_and_letter_case(self) -> None:
        assert whose(says=named(" #A-77 "), no_order_has=["a-77"]) is Whose.NOBODYS

    def test_one_that_no_order_has_whatever_speaks_against_the_payment(self) -> None:
        """A contradiction does not make an order of what is none."""
        assert whose(says={**named("1041"), **KIM, "amount_total": 700}, no_order_has=["1041"]) is Whose.NOBODYS

    @pytest.mark.parametrize("row", [{"metadata": {"cart": "771"}}, {"extra": {"user_id": "771"}}])
    def test_what_the_order_knows_as_something_else(self, row: Json) -> None:
        assert whose(stage.order(**row), named("771"), other_orders=[{**OTHER, "id": "771"}]) is Whose.NOBODYS

    def test_its_own_customers_address(self) -> None:
        assert whose(says=named("Jo@example.com")) is Whose.NOBODYS

    @pytest.mark.parametrize("differs", [{"amount_minor": 9900}, {"customer_email": "kim@example.com"}])
    def test_a_customers_number_that_another_order_has_by_chance(self, differs: Json) -> None:
        says = {**named("1041"), "customer_details": {"email": "jo@example.com"}}
        assert whose(says=says, other_orders=[{**OTHER, **differs}]) is Whose.NOBODYS

    def test_a_rows_number_that_is_another_orders_display_number(self) -> None:
        row = stage.order(id="8f0c", number="1042")
        assert whose(row, named("17"), other_orders=[{**CHANCE, "id": "5a1b", "number": "17"}]) is Whose.NOBODYS

    @pytest.mark.parametrize("cart", ['{"items": [{"id": 1041, "qty": 2}]}', "[1041, 1040]", "1041\n1040", "x" * 300])
    def test_a_cart_is_no_name_of_an_order(self, cart: str) -> None:
        says = {**named(cart), **KIM}
        assert whose(says=says) is Whose.NOBODYS
        assert stage.case(sessions=[stage.session(**says)]).foreign_names == ()


class TestOurs:
    @pytest.mark.parametrize(
        "name",
        ["1042", "#1042", "0001042", "order_1042", "Order #1042", "wc_order_1042", "shop.example.com:1042"],
    )
    def test_its_own_name_in_any_spelling(self, name: str) -> None:
        assert whose(says=named(name), other_orders=[OTHER]) is Whose.OURS

    def test_a_uuid_without_its_hyphens(self) -> None:
        assert whose(stage.order(id=UUID), named(UUID.replace("-", "").upper())) is Whose.OURS

    def test_the_site_before_its_token(self) -> None:
        assert whose(stage.order(id="tk7Q", tenant="41"), named("41:tk7Q")) is Whose.OURS
        assert whose(stage.order(id="tk7Q", metadata={"blog": "41"}), named("41:tk7Q")) is Whose.OURS

    def test_one_of_its_two_names(self) -> None:
        row = stage.order(id="77", number="A-1042")
        assert whose(row, named("77")) is whose(row, named("A-1042")) is Whose.OURS

    def test_one_name_of_several(self) -> None:
        both = {**named("1041"), "metadata": {"order_id": "1042"}}
        assert whose(says=both, other_orders=[OTHER]) is Whose.OURS

    def test_what_the_settings_expect_it_to_bear(self) -> None:
        row = stage.order(metadata_expected={"basket": "1042"})
        assert whose(row, {**named("usr_9"), "metadata": {"basket": "1042"}}) is Whose.OURS

    def test_one_whose_payment_names_it(self) -> None:
        intents = [stage.intent(metadata={"order_id": "1042"})]
        assert whose(says=named("1041"), intents=intents, other_orders=[OTHER]) is Whose.OURS

    def test_a_group_that_shares_it(self) -> None:
        row = stage.order(metadata={"order_group": "g-7"})
        assert whose(row, {**named("1041"), "metadata": {"order_group": "g-7"}}, other_orders=[OTHER]) is Whose.OURS


class TestAnothers:
    @pytest.mark.parametrize("name", ["1041", "#1041", "0001041", "order_1041", "Order #1041"])
    def test_an_order_of_that_name_exists(self, name: str) -> None:
        assert whose(says=named(name), other_orders=[OTHER]) is Whose.ANOTHERS

    def test_an_order_of_that_number_exists(self) -> None:
        assert whose(says=named("a-1041"), other_orders=[{**OTHER, "number": "A-1041"}]) is Whose.ANOTHERS

    def test_it_keeps_the_payment_itself(self) -> None:
        """However badly that fits."""
        kept = {**CHANCE, "payment_intent_id": stage.INTENT}
        assert whose(says=named("1041"), other_orders=[kept]) is Whose.ANOTHERS

    def test_the_payment_fits_neither(self) -> None:
        says = {**named("1041"), "amount_total": 700}
        assert whose(says=says, other_orders=[CHANCE]) is Whose.ANOTHERS

    @pytest.mark.parametrize("key", ["order_id", "basket"])
    def test_it_stands_where_the_settings_say_that_orders_names_stand(self, key: str) -> None:
        """Whether that is a custom of integrations, or the shop's own."""
        says = {"metadata": {key: "1041"}}
        assert whose(says=says, other_orders=[CHANCE], config={"name_keys": [key]}) is Whose.ANOTHERS

    def test_but_not_where_they_say_that_another_name_stands(self) -> None:
        says = {**named("1041"), "metadata": {"order_id": "77-draft"}}
        config = {"name_keys": ["order_id"]}
        found = whose(says=says, other_orders=[CHANCE], no_order_has=["77-draft"], config=config)
        assert found is Whose.NOBODYS

    @pytest.mark.parametrize("against", [KIM, {"amount_total": 700}])
    def test_nobody_asked_but_it_is_of_the_shops_make_and_does_not_fit(self, against: Json) -> None:
        assert whose(says={**named("1041"), **against}) is Whose.ANOTHERS

    def test_nobody_asked_but_its_own_checkout_shows_where_its_number_stands(self) -> None:
        mine = stage.session(id=stage.OTHER_SESSION, payment_intent=stage.OTHER_INTENT)
        built = stage.case(sessions=[stage.session(client_reference_id="1041"), mine])
        links = link(built)
        assert links.books
        assert links.books.whose(built.facts.sessions[0]) is Whose.ANOTHERS
        assert [one.id for one in links.foreign] == [stage.SESSION]


class TestNotKnown:
    @pytest.mark.parametrize("name", ["1041", "91042", "usr_8f2c", "pro-yearly", UUID])
    def test_a_name_that_nobody_could_ask_for(self, name: str) -> None:
        assert whose(says=named(name)) is Whose.NOT_KNOWN

    @pytest.mark.parametrize("name", ["usr_8f2c", "pro-yearly", UUID, "41:tk7Q", "7"])
    def test_one_of_another_make_whatever_speaks_against_the_payment(self, name: str) -> None:
        assert whose(says={**named(name), **KIM}) is Whose.NOT_KNOWN


class TestOwner:
    def owner(self, name: str, *others: Json) -> str | None:
        built = stage.case(sessions=[stage.session(client_reference_id=name)], other_orders=list(others))
        found = books_of(sessions=[stage.session(client_reference_id=name)], other_orders=list(others)).owner(
            built.facts.sessions[0]
        )
        return found.id if found else None

    def test_nobody_where_no_order_has_the_name(self) -> None:
        assert self.owner("1040", OTHER) is None

    def test_never_this_order(self) -> None:
        assert self.owner("1042", stage.order()) is None

    def test_the_one_that_is_spelled_so_before_one_that_may_be(self) -> None:
        assert self.owner("order_1041", OTHER) == "1041"
        assert self.owner("order_1041", OTHER, {**OTHER, "id": "order_1041"}) == "order_1041"


@pytest.mark.parametrize("name", ["usr_8f2c", "1041", UUID])
def test_what_is_not_proven_to_be_anothers_is_its_own(name: str) -> None:
    links = link(stage.case(sessions=[stage.session(**named(name))]))
    assert (len(links.payments), links.foreign) == (1, ())


class TestContradictions:
    def said(self, row: Json | None = None, **says: object) -> tuple[str, ...]:
        built = stage.case(row, sessions=[stage.session(**says)])
        assert built.order
        return contradictions(built.order, built.facts.sessions[0])

    def test_none_where_a_side_is_silent(self) -> None:
        assert self.said(stage.order(customer_email=None, amount_minor=None), **KIM) == ()
        assert self.said(customer_details=None, amount_total=None) == ()

    def test_none_in_another_currency_or_letter_case(self) -> None:
        assert self.said(amount_total=4100, currency="eur", customer_details={"email": " JO@example.com"}) == ()

    def test_none_where_stripes_figures_explain_the_amount(self) -> None:
        assert self.said(amount_total=5950, total_details={"amount_tax": 950}) == ()

    def test_amount_and_customer(self) -> None:
        assert self.said(amount_total=700, **KIM) == ("amount", "e-mail")
