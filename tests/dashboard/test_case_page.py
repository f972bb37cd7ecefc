"""The case page on a real shop and a real Stripe account of the sandbox, without a browser."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from streamlit.testing.v1 import AppTest

from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.sandbox.stripe.switches import Fault
from tests.dashboard.conftest import Opening, shown
from tests.worlds import world_of

REFUSED = BY_NAME["webhook_refused"].purchase.number
Case = Callable[[str], AppTest]


world = world_of(scope="function")


@pytest.fixture
def case(app: Opening) -> Case:
    """Opens the page that `?case=` names."""
    return lambda asked: app(case=asked)


def said(page: AppTest) -> str:
    """All the words of a page, without what escaping adds."""
    return shown(page).replace("\\", "").replace("\u2060", "")


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def rewrite(world: World, column: str, value: str) -> None:
    """Change a column of the refused order, as somebody else would."""
    with closing(sqlite3.connect(world.shop.books.path)) as database, database:
        database.execute(f"UPDATE orders SET {column} = ? WHERE order_number = ?", (value, REFUSED))


@pytest.mark.parametrize("name", ["webhook_refused", "paid_twice", "paid_and_booked", "yen", "reused_payment"])
def test_a_case_is_drawn_whole(world: World, case: Case, name: str) -> None:
    page = case(world.built[name].number)
    assert not page.exception
    text = said(page)
    assert world.built[name].number in text
    for heading in ("Say to the customer", "Side by side", "What happened", "Shop says"):
        assert heading in text
    assert "Hello," not in page.code[0].value
    page.segmented_control(key="case.answer").set_value("Mail").run()
    assert page.code[0].value.startswith("Hello,")
    page.segmented_control(key="case.language").set_value("Deutsch").run()
    assert page.code[0].value.startswith("Guten Tag,")


def test_the_headline_stands_before_everything_else(case: Case) -> None:
    page = case(REFUSED)
    words = [one.value.replace("\\", "") for one in page.markdown]
    headline = next(index for index, value in enumerate(words) if value.startswith("## "))
    assert "Stripe keeps trying" in words[headline]
    says = next(index for index, value in enumerate(words) if value.startswith("### "))
    steps = next(index for index, value in enumerate(words) if value.startswith("#### What to do now"))
    assert "149.00 EUR" in words[says]
    assert "1. " in words[steps]
    assert headline < says < steps < words.index("#### Side by side")


def test_any_reference_with_one_case_opens_it(world: World, case: Case) -> None:
    email = str(world.built["webhook_refused"].order["customer_email"])
    assert f"Order {REFUSED}" in said(case(email))


def test_an_unknown_reference_says_where_was_looked(case: Case) -> None:
    page = case("SH-99999")
    assert not page.exception
    assert "No case matches" in said(page)
    assert "Looked here:" in said(page)


def test_a_key_of_a_case_that_is_gone_is_said(case: Case) -> None:
    page = case("order:99999")
    assert not page.exception
    assert "Next step" in said(page)


def test_a_payment_that_no_order_claims_is_shown(world: World, case: Case) -> None:
    intent = next(o for o in world.built["paid_and_booked"].objects if o["object"] == "payment_intent")
    page = case(f"stripe:{intent['id']}")
    assert not page.exception
    assert "What happened" in said(page)


def test_replaying_asks_first_and_proves_afterwards(world: World, case: Case) -> None:
    page = press(case(REFUSED), "case.replay")
    text = said(page)
    assert "Why it is safe" in text
    assert world.webhook_url in text
    assert any("Stripe-Signature" in one.value for one in page.code)
    assert "pending in the shop" in text

    page.text_input(key="case.note").set_value("ticket 4711")
    page = press(page, "case.send")
    assert not page.exception
    text = said(page)
    assert "Healed" in text
    assert "HTTP 200" in text
    assert "paid in the shop" in text
    assert "Nothing disagrees" in text
    assert not page.get("dialog")

    other = said(case(REFUSED))
    assert "Healed: the order was pending and is paid" in other, "to whoever opens it next, and after a reload"
    assert "ana sent it" in other
    assert "HTTP 200" in other


def test_a_dialog_can_be_left_without_sending(case: Case) -> None:
    page = press(press(case(REFUSED), "case.replay"), "case.cancel")
    assert not page.get("dialog")
    assert "pending in the shop" in said(page)


def test_what_would_be_refused_is_not_offered_and_it_is_said_why(world: World, case: Case) -> None:
    page = case(world.built["paid_and_booked"].number)
    assert "Nothing to send again. The order is paid: it already has this payment." in said(page)
    assert not {"case.replay", "case.resend"} & {button.key for button in page.button}


def test_a_refusal_is_shown_with_its_reason(world: World, case: Case) -> None:
    page = press(case(world.built["dispute_unseen"].number), "case.replay")
    page.selectbox(key="case.event").set_value(len(page.selectbox(key="case.event").options) - 1).run()
    text = said(page)
    assert "Not possible" in text
    assert "already has this payment" in text
    assert not [button for button in page.button if button.key == "case.send"]


def test_what_stands_out_is_the_remedy(world: World, case: Case) -> None:
    """One filled button: sending where that helps, else the page of the next step; none where all is well."""
    twice = world.built["paid_twice"]
    page = case(twice.number)
    (link,) = [one for one in page.get("link_button") if one.proto.type == "primary"]
    assert link.proto.label == "Open the payment in Stripe"
    assert any(str(one["id"]) in link.proto.url for one in twice.objects if one["object"] == "payment_intent")
    assert filled(page) == []
    refused = case(REFUSED)
    assert filled(refused) == ["case.replay"]
    assert "It may be refused again" in said(refused)
    for name in ("paid_and_booked", "voucher_in_hand"):
        well = case(world.built[name].number)
        assert filled(well) == []
        assert not [one for one in well.get("link_button") if one.proto.type == "primary"]
        assert "#### What to do now\n\nNothing" in said(well).replace("\\", "")


def filled(page: AppTest) -> list[str | None]:
    """The buttons that stand out."""
    return [button.key for button in page.button if button.proto.type == "primary"]


def test_resending_through_stripe_heals_too(case: Case) -> None:
    page = press(press(case(REFUSED), "case.resend"), "case.send")
    assert not page.exception
    assert "Healed" in said(page)


def test_retrieving_shows_what_changed_since(world: World, case: Case) -> None:
    page = case(REFUSED)
    assert "Nothing changed" in said(press(page, "case.retrieve"))
    rewrite(world, "status", "paid")
    page = press(page, "case.retrieve")
    assert "changed** since the reading of" in said(page)
    table = next(one.value for one in page.table if "Before" in one.value)
    assert list(table.loc[table["Field"] == "status", "Before"]) == ["pending"]


def test_a_question_that_is_not_answered_is_never_green(world: World, case: Case) -> None:
    world.stripe.switches.faults.append(Fault("500", 9, "/v1/refunds"))
    text = said(case(world.built["paid_and_booked"].number))
    assert "Could not look at everything" in text
    assert "Not read" in text
    assert "Nothing disagrees" not in text


def test_the_page_says_what_differs_how_sure_it_is_and_what_was_not_checked(world: World, case: Case) -> None:
    text = said(case(world.built["promotion_code"].number))
    for words in ("How sure this is", "What was not checked", "Different, and explained", "promotion code", "= 166"):
        assert words in text.replace("\\", "")


def test_charges_that_could_not_be_read_leave_their_fields_open(world: World, case: Case) -> None:
    world.stripe.switches.faults.append(Fault("500", 30, "/v1/charges"))
    text = said(case(world.built["paid_and_booked"].number))
    assert "Could not look at everything" in text
    assert "Nothing disagrees" not in text


def test_when_stripe_is_gone_the_reading_before_stays(world: World, case: Case) -> None:
    page = case(REFUSED)
    world.stripe.switches.keys.clear()
    page = press(page, "case.retrieve")
    assert not page.exception
    text = said(page)
    assert "Next step" in text
    assert "the reading before" in text
    assert "Stripe keeps trying" in text


def test_when_stripe_is_gone_from_the_start_nothing_is_called_fine(world: World, case: Case) -> None:
    keys = dict(world.stripe.switches.keys)
    world.stripe.switches.keys.clear()
    page = case(REFUSED)
    assert not page.exception
    text = said(page)
    assert "Next step" in text
    assert "Nothing disagrees" not in text
    assert world.secret_key not in text

    assert f"# Order {REFUSED}" in text, "the order stays"
    assert "pending in the shop" in text
    assert text.count("not known") == 4, "of Stripe's figures"
    world.stripe.switches.keys.update(keys)
    page = press(page, "case.again")
    assert "Stripe keeps trying" in said(page)
    assert "not known" not in said(page)


def test_an_order_that_cannot_be_read_is_looked_for_anew_in_the_next_run(world: World, case: Case) -> None:
    path = world.shop.books.path
    away = path.rename(path.with_suffix(".away"))
    page = case(REFUSED)
    assert "orders database" in said(page)
    away.rename(path)
    assert "Stripe keeps trying" in said(page.run())


def test_an_order_that_was_mended_meanwhile_is_not_sent_to(world: World, case: Case) -> None:
    page = press(case(REFUSED), "case.replay")
    rewrite(world, "status", "paid")
    page = press(page, "case.send")
    assert not page.exception
    assert "Healed" not in said(page)
    assert "already has this payment" in said(page)


def test_what_a_shop_stored_is_never_read_as_markup(world: World, case: Case) -> None:
    rewrite(world, "customer_email", "![x](https://evil.example/p.png)")
    page = case(REFUSED)
    assert not page.exception
    drawn = [str(one.value) for one in (*page.title, *page.markdown, *page.caption)]
    assert any("evil" in value for value in drawn)
    assert not any("![x](" in value for value in drawn)


def test_any_two_objects_are_put_side_by_side(case: Case) -> None:
    page = case(REFUSED)
    page.session_state["case.tab"] = ":material/data_object: Raw"
    page.run()
    show = next(one for one in page.selectbox if one.label == "Show")
    show.set_value("Any two, side by side").run()
    assert not page.exception
    intent = next(one for one in page.selectbox(key="case.raw.first").options if one.startswith("Intent"))
    charge = next(one for one in page.selectbox(key="case.raw.first").options if one.startswith("Charge"))
    page.selectbox(key="case.raw.first").set_value(intent)
    page.selectbox(key="case.raw.second").set_value(charge).run()
    assert not page.exception
    table = page.table[-1].value
    assert ":red[**payment\\_intent**]" in list(table[table["Value"] == "object"].iloc[0])
    page.selectbox(key="case.raw.second").set_value(intent).run()
    assert "The two are the same" in said(page)


def test_two_payments_stand_in_two_columns(world: World, case: Case) -> None:
    page = case(world.built["paid_twice"].number)
    next(one for one in page.toggle if "payments in two columns" in one.label).set_value(True).run()
    assert not page.exception
    table = page.table[-1].value
    assert list(table.columns) == ["Field", "Order", "One payment", "The other"]
    ids = table[table["Field"] == "Intent id"].iloc[0]
    assert ids["One payment"] != ids["The other"]
    assert "/payments/pi_" in ids["One payment"]


def test_an_agreeing_field_is_shown_on_demand(case: Case) -> None:
    page = case(REFUSED)
    assert len(page.table) == 1, "the glance"
    page.toggle[0].set_value(True).run()
    assert "Currency" in list(page.table[1].value["Field"])


def test_the_glance_shows_what_differs_first_and_in_red(case: Case) -> None:
    glance = case(REFUSED).table[0].value
    assert list(glance.columns) == ["Field", "Order", "Session", "Intent", "Charge"]
    first = glance.iloc[0]
    assert (first["Field"], first["Order"], first["Session"]) == (
        "**Payment**",
        ":red[**pending**]",
        "complete\\, paid",
    )


def test_the_last_moments_stand_on_the_page_in_words(case: Case) -> None:
    moments = next(one.value for one in case(REFUSED).markdown if "charged" in one.value)
    assert ":red[" in moments
    assert "not accepted" in moments
