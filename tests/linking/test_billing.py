"""Whose a subscription and its bills are, and what events tell of those that nobody read."""

from typing import Any

from core.facts import InvoiceStatus, Json, SubscriptionStatus
from core.linking import Kind, Links, link
from core.times import HOUR
from tests.rules import stage

OTHERS: Json = {"id": "sub_others", "metadata": {"order_id": "1041"}}
SIGNED_UP = {"mode": "subscription", "payment_intent": None, "subscription": stage.SUBSCRIPTION}


def linked(row: Json | None = None, **given: object) -> Links:
    return link(stage.case(row, **({"sessions": [stage.session(**SIGNED_UP)]} | given)))


def ids(things: tuple[Any, ...]) -> list[str]:
    return [thing.id for thing in things]


def told(what: str, about: Json, created: int = stage.PAID, **differs: object) -> Json:
    return stage.event(what) | {"data": {"object": about}, "created": created, "id": f"evt_{what}"} | differs


def test_nothing_where_nothing_was_read() -> None:
    links = linked()
    assert (links.subscriptions, links.invoices) == ((), ())


def test_never_those_of_another_order() -> None:
    bill = stage.invoice(id="in_others", subscription="sub_others", payment_intent="pi_others")
    links = linked(subscriptions=[stage.subscription(**OTHERS)], invoices=[bill])
    assert (links.subscriptions, links.invoices) == ((), ())
    assert links.facts
    assert ids(links.facts.subscriptions) == ["sub_others"]


def test_what_its_checkout_began_and_every_bill_of_it() -> None:
    later = stage.invoice(id="in_later", billing_reason="subscription_cycle", created=stage.NOW, payment_intent="pi_9")
    links = linked(subscriptions=[stage.subscription()], invoices=[later, stage.invoice()])
    assert ids(links.subscriptions) == [stage.SUBSCRIPTION]
    assert ids(links.invoices) == [stage.INVOICE, "in_later"]


def test_what_names_the_order_itself() -> None:
    named = stage.subscription(id="sub_named", metadata={"order_id": "1042"})
    bill = stage.invoice(id="in_named", subscription=None, payment_intent=None, metadata={"order_id": "1042"})
    links = linked(subscriptions=[named], invoices=[bill])
    assert (ids(links.subscriptions), ids(links.invoices)) == (["sub_named"], ["in_named"])


def test_what_the_row_holds() -> None:
    row = stage.order(extra={"stripe_subscription": stage.SUBSCRIPTION})
    assert ids(linked(row, sessions=[], subscriptions=[stage.subscription()]).subscriptions) == [stage.SUBSCRIPTION]


def test_the_bill_that_its_payment_paid() -> None:
    links = linked(sessions=[stage.session()], invoices=[stage.invoice(subscription=None)])
    assert ids(links.invoices) == [stage.INVOICE]


def test_all_of_it_without_an_order() -> None:
    links = linked(order=None, subscriptions=[stage.subscription(**OTHERS)], invoices=[stage.invoice()])
    assert (ids(links.subscriptions), ids(links.invoices)) == (["sub_others"], [stage.INVOICE])


def test_an_event_tells_of_a_subscription_that_nobody_read() -> None:
    began = told("customer.subscription.created", stage.subscription(status="incomplete"))
    runs = told("customer.subscription.updated", stage.subscription())  # within the same second
    (plan,) = linked(events=[runs, began]).subscriptions
    assert (plan.id, plan.status) == (stage.SUBSCRIPTION, SubscriptionStatus.ACTIVE)
    over = told("customer.subscription.deleted", stage.subscription(status="canceled", ended_at=stage.NOW), stage.NOW)
    (plan,) = linked(events=[runs, over, began]).subscriptions
    assert (plan.ended, plan.ended_at) == (True, stage.NOW)


def test_an_event_of_the_end_is_the_end_however_little_it_says() -> None:
    over = told("customer.subscription.deleted", {"id": stage.SUBSCRIPTION, "object": "subscription"})
    (plan,) = linked(events=[over]).subscriptions
    assert (plan.status, plan.ended_at) == (SubscriptionStatus.CANCELED, stage.PAID)


def test_what_was_read_is_newer_than_what_was_told() -> None:
    over = told("customer.subscription.deleted", stage.subscription(status="canceled"))
    (plan,) = linked(events=[over], subscriptions=[stage.subscription()]).subscriptions
    assert plan.status is SubscriptionStatus.ACTIVE


def test_an_event_tells_of_a_bill_that_nobody_read() -> None:
    drawn, paid = told("invoice.created", stage.invoice(status="draft")), told("invoice.paid", stage.invoice())
    (bill,) = linked(events=[paid, drawn]).invoices
    assert bill.status is InvoiceStatus.PAID


def test_the_messages_about_its_subscription_are_its_own() -> None:
    renewed = told("invoice.paid", {"id": "in_later", "subscription": stage.SUBSCRIPTION})
    others = told("invoice.payment_failed", {"id": "in_others", "subscription": "sub_others"})
    assert ids(linked(events=[renewed, others]).events) == [renewed["id"]]
    row = stage.order(extra={"stripe_subscription": stage.SUBSCRIPTION})
    held = {"sessions": [], "subscriptions": [stage.subscription()]}
    assert ids(linked(row, **held, events=[renewed, others]).events) == [renewed["id"]]


def test_what_paid_the_first_bill_is_its_own_though_it_names_nobody() -> None:
    first: dict[str, Any] = {"invoices": [stage.invoice()], "intents": [stage.intent()], "charges": [stage.charge()]}
    links = linked(**first, refunds=[stage.refund(amount=1000)], disputes=[stage.dispute()])
    assert (ids(links.intents), ids(links.charges)) == ([stage.INTENT], [stage.CHARGE])
    assert (len(links.refunds), len(links.disputes)) == (1, 1)
    (payment,) = links.payments
    assert (payment.id, payment.refunded) == (stage.INTENT, 1000)


def test_what_paid_a_later_bill_is_not() -> None:
    later = stage.invoice(id="in_later", billing_reason="subscription_cycle", payment_intent=stage.OTHER_INTENT)
    paid: dict[str, Any] = {"intents": [stage.intent(id=stage.OTHER_INTENT)], "charges": []}
    links = linked(invoices=[later], **paid, refunds=[stage.refund(payment_intent=stage.OTHER_INTENT, charge=None)])
    assert (links.intents, links.refunds) == ((), ())
    assert len(links.payments) == 1


def test_the_refund_of_a_first_bill_whose_payment_was_not_read() -> None:
    back = [stage.refund(charge=None)]
    links = linked(invoices=[stage.invoice()], intents=[], charges=[], refunds=back)
    assert len(links.refunds) == 1


PAID_BY = {"sessions": [stage.session(**SIGNED_UP, invoice=stage.INVOICE)], "subscriptions": [stage.subscription()]}
UNNAMED = stage.intent(created=stage.PAID)
LATER_BILL = stage.invoice(id="in_later", billing_reason="subscription_cycle", payment_intent="pi_later")
LATER = stage.intent(id="pi_later", created=stage.NOW - HOUR)


def paid(row: Json | None = None, **given: object) -> Links:
    return linked(row, **(PAID_BY | {"intents": [UNNAMED, LATER]} | given))


def test_what_paid_the_first_bill_is_the_orders_though_it_names_no_order() -> None:
    links = paid(invoices=[stage.invoice(), LATER_BILL])
    (payment,) = links.payments
    assert (payment.id, payment.subscription_id) == (stage.INTENT, stage.SUBSCRIPTION)
    assert payment.bill
    assert payment.bill.id == stage.INVOICE
    assert ids(links.intents) == [stage.INTENT]


def test_its_refund_and_its_dispute_too_and_none_of_a_later_bill() -> None:
    later = stage.refund(id="re_later", charge="ch_later", payment_intent="pi_later")
    bills = [stage.invoice(), LATER_BILL]
    links = paid(invoices=bills, refunds=[stage.refund(), later], disputes=[stage.dispute()])
    assert (ids(links.refunds), ids(links.disputes)) == ([stage.refund()["id"]], [stage.dispute()["id"]])
    assert links.refunded == 5000
    unseen = paid(invoices=bills, intents=[], charges=[], refunds=[stage.refund(), later])
    assert ids(unseen.refunds) == [stage.refund()["id"]]
    assert unseen.refunded == 5000


def test_never_what_names_another_order() -> None:
    theirs = stage.intent(created=stage.PAID, metadata={"order_id": "1041"})
    other = stage.order(id="1041", session_id=None, payment_intent_id=stage.INTENT)
    links = paid(invoices=[stage.invoice()], intents=[theirs], other_orders=[other])
    assert ids(links.intents) == []


def test_without_its_bills_a_sign_up_is_told_by_its_amount_as_before() -> None:
    named = stage.intent(created=stage.PAID, metadata={"order_id": "1042"})
    (payment,) = paid(intents=[named]).payments
    assert (payment.id, payment.subscription_id) == (stage.INTENT, stage.SUBSCRIPTION)


def test_an_app_that_writes_an_order_for_each_bill_is_paid_by_that_one() -> None:
    row = stage.order(session_id=None, payment_intent_id="pi_later", extra={"subscription": stage.SUBSCRIPTION})
    links = paid(row, sessions=[], invoices=[stage.invoice(), LATER_BILL])
    assert [payment.id for payment in links.payments] == ["pi_later"]
    assert ids(links.bills) == ["in_later"]


def test_a_bill_is_a_payment_where_nothing_else_tells_of_it() -> None:
    row = stage.order(session_id=None, extra={"subscription": stage.SUBSCRIPTION})
    (payment,) = paid(row, sessions=[], intents=[], charges=[], invoices=[stage.invoice()]).payments
    assert (payment.id, payment.amount) == (stage.INVOICE, stage.FIFTY)


def test_what_was_settled_elsewhere_is_no_payment_and_stands_apart() -> None:
    own = {"subscription": None, "billing_reason": "manual", "amount_paid": 0, "payment_intent": None}
    row = stage.order(session_id=None, payment_intent_id=None)
    bill = stage.invoice(**own, paid_out_of_band=True, metadata={"order_id": "1042"})
    links = linked(row, **stage.NOTHING, invoices=[bill])
    assert [(one.kind, one.amount) for one in links.outside] == [(Kind.OUTSIDE, stage.FIFTY)]
    assert links.payments == ()
    assert linked(row, **stage.NOTHING, invoices=[bill | {"status": "void"}]).outside == ()
