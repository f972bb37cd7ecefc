"""Payments that no order claims: beside an open order that one of them probably belongs to, or with no order at all.

Only a weak link joins them, so nothing is said of why, and a person confirms before anything is written.
"""

from dataclasses import replace

from core.cases import Case
from core.facts import OPEN_ORDER, Cart, Charge, Event, Intent, Session
from core.findings import Action, Confidence, Evidence, Severity
from core.linking import Links, Payment, link, references, same_site
from core.money import added_up
from core.rules.identity import carts
from core.rules.questions import states
from core.rules.questions.sites import host
from core.rules.rule import Match, Rule, Seen, WithoutOrder, unread
from core.rules.sentences import about_order, costs, money, several, status_of
from core.times import DAY, GRACE, moment

_NEAR = DAY  # between the order and a payment that may be its own
_BOOKS = (  # what tells an app of a payment, the one that tells most first
    "checkout.session.async_payment_succeeded", "checkout.session.completed", "payment_intent.succeeded",
    "charge.succeeded",
)  # fmt: skip
_BILLS = ("Subscription creation", "Subscription update")  # what Stripe calls the payments of its own invoices


def link_missing(seen: Seen) -> Match | None:
    """A payment that names no order has the open order's e-mail, amount and currency, and was made within a day."""
    order = seen.order
    if not _waits(seen) or _leads_away(seen) or _is_all(seen):
        return None
    near = [payment for payment in link(replace(seen.case, order=None)).payments if _may_be(seen, payment)]
    if not near:
        return None
    one = len(near) == 1
    return Match(
        Severity.HIGH,
        near[0].net if one else order.due,
        (
            *map(_paid, near),
            *(Evidence(_source(payment), "order reference", "(empty)") for payment in near),
            about_order(order, "customer_email", order.customer_email),
            *costs(order),
            status_of(order),
        ),
        {**_words_of(near), "paid": money(near[0].net), "mail": order.customer_email or ""},
        detail=None if one else "several",
        confidence=Confidence.POSSIBLE,
        actions=None if one else (),
    )


def unclaimed(case: Case, links: Links) -> Match | None:
    """Money stands at Stripe for longer than the grace time, and no order claims it."""
    ours = [payment for payment in links.still_paid if _is_for_us(case, links, payment)]
    if unread(case, *states.MONEY) or not ours:
        return None
    told, cart = _telling(case, links, ours), case.cart if len(ours) == 1 else None
    named = sorted(
        {name for payment in ours for thing in _things(payment) for name in references(thing, case.surroundings.keys)}
    )
    whose = cart.customer if cart else ""
    return Match(
        Severity.HIGH,
        added_up([payment.net for payment in ours]),
        (
            *map(_paid, ours),
            *(Evidence(_source(ours[0]), "order reference", name) for name in named),
            *(carts.evidence(cart, _source(ours[0])) if cart else ()),
            Evidence("orders", "order", "(none)"),
        ),
        {**_words_of(ours), **carts.words(cart), "named": several(named), "again": _again(told, cart)},
        detail="named" if named else "cart" if whose else "alone" if _mail(ours[0]) else "nobody",
        confidence=Confidence.PROBABLE if named or cart else Confidence.POSSIBLE,
        actions=(
            *((Action.REPLAY_EVENT,) if told and not named else ()),
            Action.LINK_MANUALLY,
            Action.FIX_METADATA_LINK,
            *((Action.CONTACT_CUSTOMER,) if named or whose or _mail(ours[0]) else ()),
        ),
    )


def _telling(case: Case, links: Links, payments: list[Payment]) -> Event | None:
    """The message that would tell the app of one of these payments: one that it books on, and not sent in vain."""
    ids = frozenset[str]().union(*[payment.ids for payment in payments])
    told = [one for one in links.events if one.type in _BOOKS and one.related_ids & ids and one.id not in case.in_vain]
    books = case.surroundings.booked_on
    return min(told, key=lambda one: (one.type not in books, _BOOKS.index(one.type)), default=None)


def _again(told: Event | None, cart: Cart | None) -> str:
    """The step for an app whose orders come of Stripe's messages."""
    if told is not None and cart is not None:
        return f"Send {told.type} again: the order may come of it."
    if told is None:
        return (
            "If your app makes its orders from Stripe's messages: look in Stripe whether it was told of this payment."
        )
    return f"If your app makes its orders from Stripe's messages: send {told.type} again, the order may come of it."


def _waits(seen: Seen) -> bool:
    """The order is open and can be likened to a payment, and nothing of its own is paid or under way, as far as all
    that was read tells."""
    order, links = seen.order, seen.links
    if order.status not in OPEN_ORDER or not order.customer_email or not order.due or seen.unread(*states.MONEY):
        return False
    if links.payments or links.free or links.under_way or links.foreign or links.unclear:
        return False
    return not (states.other_account(seen) or states.other_method(seen))


def _is_for_us(case: Case, links: Links, payment: Payment) -> bool:
    """Whether an order of this shop should have claimed it by now."""
    old = case.now - payment.at >= GRACE
    return old and not _elsewhere(case.surroundings.app_hosts, payment) and not _is_bill(payment, links)


def _words_of(payments: list[Payment]) -> dict[str, str]:
    return {
        "paid": several([money(payment.net) for payment in payments]),
        "from": f" from {mail}" if (mail := _mail(payments[0])) else "",
        "ids": several([payment.id for payment in payments]),
        "when": moment(payments[-1].at),
    }


def _paid(payment: Payment) -> Evidence:
    return Evidence(
        _source(payment), "paid", f"{money(payment.net)}, {moment(payment.at)}, {_mail(payment) or 'no e-mail'}"
    )


def _may_be(seen: Seen, payment: Payment) -> bool:
    order, created = seen.order, seen.order.created_at
    return (
        payment.still_paid
        and payment.net == order.due
        and created is not None
        and abs(_begun(payment) - created) <= _NEAR
        and _mail(payment).casefold() == (order.customer_email or "").strip().casefold()
        and not any(seen.bears_a_name(thing) for thing in _things(payment))
        and not _elsewhere(_home(seen), payment)
    )


def _is_all(seen: Seen) -> bool:
    """Whether all that was read belongs to the order: then there is no stray beside it."""
    facts, links = seen.case.facts, seen.links
    read = (len(facts.sessions), len(facts.intents), len(facts.charges))
    return read == (len(links.sessions), len(links.intents), len(links.charges))


def _leads_away(seen: Seen) -> bool:
    """Whether the order points at something of Stripe's that was not found: that may be paid."""
    return any(lost.startswith(("cs_", "pi_", "ch_", "py_")) for lost in states.unresolved(seen))


def _begun(payment: Payment) -> int:
    return min(thing.created for thing in _things(payment))


def _things(payment: Payment) -> tuple[Session | Intent | Charge, ...]:
    things = (payment.session, payment.intent, *payment.charges)
    return tuple(thing for thing in things if thing)


def _mail(payment: Payment) -> str:
    return next((thing.email.strip() for thing in _things(payment) if thing.email), "")


def _source(payment: Payment) -> str:
    return f"session {payment.session.id}" if payment.session else f"payment {payment.id}"


def _home(seen: Seen) -> tuple[str, ...]:
    """Where the shop is: as the settings say, else where its own checkouts lead back to."""
    back = (host(session.success_url or "") for session in seen.links.sessions)
    return seen.case.surroundings.app_hosts or tuple(filter(None, back))


def _elsewhere(ours: tuple[str, ...], payment: Payment) -> bool:
    """Whether it was made on another site of the same account."""
    back = host((payment.session.success_url if payment.session else "") or "")
    return bool(ours and back) and not any(same_site(back, our) for our in ours)


def _is_bill(payment: Payment, links: Links) -> bool:
    """Whether Stripe's own billing took it, for a subscription: there is nothing for an order to claim."""
    if payment.session:
        return False
    billed = any(event.type.startswith("invoice.") and event.related_ids & payment.ids for event in links.events)
    billed = billed or any(
        not payment.ids.isdisjoint((*i.intent_ids, *i.charge_ids)) for i in links.invoices if i.subscription_id
    )
    paid = [payment.intent, *payment.charges]
    return billed or any(thing.invoice_id or (thing.description or "").startswith(_BILLS) for thing in paid if thing)


UNCLAIMED = WithoutOrder(
    check=unclaimed,
    support={
        "cart": "Stripe took {paid}{from} ({when}), and no order of the shop points at it.{of_cart}",
        "alone": "Stripe took {paid}{from} ({when}), and no order of the shop points at it.{of_cart}",
        "nobody": "Stripe took {paid} ({when}), and no order of the shop points at it. It does not say who paid."
        "{of_cart}",
        "named": "Stripe took {paid}{from} ({when}). It names order {named}, which is not in the orders database."
        "{of_cart}",
    },
    remedy={
        "cart": (
            "{again}",
            "Look in your app whether an order came of cart {cart}. If so, have a developer link the payment to it.",
            "If there is none, tell {whose} that you are looking into it.",
            "Decide with a colleague what becomes of the money.",
        ),
        "nobody": (
            "{again}",
            "Look in Stripe for the customer or the name on {ids}, and in your app for a cart of that amount and time.",
            "If none of it leads to an order, decide with a colleague what becomes of the money.",
        ),
        "alone": (
            "{again}",
            "Ask the customer for the order's number, or for the e-mail address they ordered with.",
            "Look that order up here. If it is there, have a developer link the payment to it.",
            "If there is none, decide with a colleague what becomes of the money.",
        ),
        "named": (
            "Look whether order {named} was deleted, renamed, or belongs to another shop on the same Stripe account.",
            "Ask the customer what they paid for.",
            "If there is no such order, decide with a colleague what becomes of the money.",
        ),
    },
    sureness={
        "cart": "probable: it was paid for a cart of the shop, and no order points at it",
        "alone": "possible: it names no order, so it may have been for something else",
        "nobody": "possible: it names no order, so it may have been for something else",
        "named": "probable: it names an order, which is not there",
    },
)
LINK_MISSING = Rule(
    code="link_missing",
    title="No order claims this payment",
    family="identity",
    severity="high",
    money="the payment that is not assigned",
    explanation="The order is open and nothing that belongs to it is paid, and a payment that names no order has the "
    "same e-mail, amount and currency within a day. Or: money stands at Stripe for more than five minutes, and no "
    "order points at it; where the settings name carts and exactly one has the payment, it says whose that is.",
    support="A payment of {paid} from {mail} ({when}) is not assigned to any order. It probably belongs here. Confirm "
    "with a colleague and link it.",
    support_by_detail={
        "several": "Several payments with this amount from {mail} are not assigned to any order: {ids}. Ask the "
        "customer which one is for this order.",
    },
    causes=(
        "The checkout was made without the order's number, and its id was not stored.",
        "It was paid through a payment link, or a payment made by hand in the Stripe dashboard.",
        "The order is only saved when the customer comes back, and they did not.",
    ),
    developer="Nothing on {ids} leads to an order. Always set client_reference_id, and the order's number as metadata "
    "on both the session and the intent.",
    remedy=(
        "Compare {ids} with the order: e-mail, amount, time.",
        "Ask the customer what they paid for, if in doubt.",
        "Have a developer link the two; a person confirms it.",
    ),
    remedy_by_detail={
        "several": (
            "Ask the customer which of {ids} is for this order.",
            "Have a developer link that one; a person confirms it.",
        ),
    },
    guards=(
        "Several payments, or none, that could be meant: they are listed, and nothing is proposed.",
        "An order without an e-mail.",
        "A payment that names an order, even an unknown one: it is not taken for this order's.",
        "A payment made on another site of the account, or taken by Stripe's own billing.",
        "A payment younger than five minutes.",
    ),
    actions=(Action.LINK_MANUALLY, Action.FIX_METADATA_LINK),
    supersedes=frozenset({"webhook_acked_not_applied", "paid_not_recorded", "expired_order_open"}),
    confidence="possible: only e-mail, amount and time agree; probable where it names an order that is not there",
    sureness={Confidence.POSSIBLE: "possible: only e-mail, amount and time agree"},
    unchecked=("Whether another order of the same customer has this payment.",),
    searched=(
        "Stripe payment without order",
        "client_reference_id is null",
        "Payment Link no order created",
        "orphaned Stripe payment no matching order",
        "No order found for payment intent",
    ),
    orders=OPEN_ORDER,
    paid=False,
    check=link_missing,
    unclaimed=UNCLAIMED,
)
