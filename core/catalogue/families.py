"""The four families of trouble between an app's orders and Stripe, each with its repair for good.

Owns how the families are told apart and what to change in the app. The codes are the catalogue's; the code to copy is
in `core.catalogue.fixes`. Not every code has a family: a dispute has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.catalogue.fixes import NODE, PYTHON


@dataclass(frozen=True, slots=True)
class Family:
    """`signs`: each code and what gives it away, likeliest first; `repairs`: what to change, in order."""

    key: str
    title: str
    means: str
    signs: Mapping[str, str]
    repairs: tuple[str, ...]

    @property
    def python(self) -> str:
        """The repair as Python."""
        return PYTHON[self.key]

    @property
    def node(self) -> str:
        """The repair as JavaScript for Node."""
        return NODE[self.key]


FAMILIES: tuple[Family, ...] = (
    Family(
        key="id_not_stored",
        title="The session id was not stored",
        means="The order keeps nothing that leads to its checkout, or something that only looks like it. The payment "
        "is there; the app cannot find it.",
        signs={
            "id_missing": "The column is empty, and a checkout in Stripe names the order.",
            "id_placeholder": "The column holds the words CHECKOUT_SESSION_ID, with braces or %7B.",
            "id_malformed": "It begins like an id, and ends too early or is in other capitals.",
            "id_wrong_type": "It begins with pi_, ch_, sub_ or plink_ where cs_ belongs.",
            "link_missing": "Nothing in Stripe names the order; a payment of the same address and amount is unclaimed.",
        },
        repairs=(
            "Create the order and the checkout in one transaction, and save the id before the customer is redirected.",
            "If saving fails, fail the request: a customer who was not redirected cannot pay.",
            "Put the order's number on the checkout and on the payment, so that either leads back without the id.",
            "Give ids a column of 255 characters that tells capitals apart; one for sessions, one for intents.",
        ),
    ),
    Family(
        key="read_too_early",
        title="Read too early, or from a stale copy",
        means="The app decided on what was true a moment ago: the return page before the money, a cached checkout, an "
        "old event, a row that was loaded before somebody else changed it.",
        signs={
            "settling": "The payment is minutes old, and its message is on the way.",
            "fulfilled_before_funds": "Complete, unpaid, processing: a bank debit that was taken for money.",
            "async_marked_failed": "The same, taken for a failure.",
            "async_failed": "The order moved on, and days later the bank refused.",
            "unpaid_marked_paid": "The order was paid by the success page; Stripe has nothing.",
            "stale_id": "The order points at an older checkout; the customer paid in another.",
            "late_failure_overwrote": "A failure of the first attempt was written over the second one's success.",
            "paid_order_closed": "A timer cancelled without asking Stripe, and the customer was paying.",
            "amount_stale_cart": "The cart changed, and the old checkout was used once more.",
            "webhook_acked_not_applied": "The order was written after the message, and is still unpaid: an old copy "
            "was saved.",
            "open_session_on_closed_order": "The order is finished, and a page or a debit still takes money.",
            "expired_order_open": "The checkout ran out, and nobody told the order.",
            "auth_not_captured": "The card was reserved, and the order calls that paid.",
            "auth_expired": "The same, and the reservation has ended.",
            "hold_released": "The same, and somebody let it go.",
            "hold_short": "The card was reserved, and the order grew.",
            "hold_on_closed_order": "The order was cancelled, and the reservation was not.",
            "payment_doubted": "The order moved on when it was paid, and Stripe's review was still open.",
        },
        repairs=(
            "Retrieve the checkout at the moment of the decision; cache neither it nor its client secret.",
            "Decide by payment_status (paid or no_payment_required), never by status complete or by the success URL.",
            "Wait for async_payment_succeeded where the money takes days; treat complete and unpaid as neither.",
            "Ask Stripe and expire the checkout before a timer cancels an order; and whenever the cart changes.",
            "Write a status only over the one you read: lock the row, or compare it in the UPDATE.",
        ),
    ),
    Family(
        key="changed_by_stripe",
        title="Metadata or amounts changed by Stripe",
        means="The app compares with what it sent, and Stripe has added to it: tax, shipping, a discount, another "
        "currency; or keeps the metadata on one object, and the app looks at the other.",
        signs={
            "amount_explained": "The difference is exactly a discount, tax, shipping or tip that Stripe lists.",
            "amount_mismatch": "The totals differ, and nothing that Stripe lists explains it.",
            "amount_stale_cart": "The totals differ, and the cart is younger than the checkout.",
            "minor_unit_error": "The amounts differ by exactly 100, 10 or 1000: yen have no cents, dinars have three.",
            "currency_mismatch": "The currencies differ, and no conversion of Stripe's explains it.",
            "metadata_not_on_pi": "The order's number is on the checkout, and the handler reads the payment.",
            "metadata_drift": "Checkout and payment name two different orders.",
            "setup_unusable": "A card was saved, and it belongs to no customer.",
            "paid_outside_stripe": "The invoice was marked as paid elsewhere: its payment is canceled.",
            "no_pi_by_design": "A subscription, a free order or a saved card: there is no payment intent.",
            "refund_not_recorded": "Money went back in the Stripe dashboard, and the order does not know.",
            "refund_overstated": "The order says refunded, and the refund failed or is still on its way.",
        },
        repairs=(
            "Compare the cart with amount_subtotal, in the currency you sent; save amount_total and total_details too.",
            "Use the currency's own number of decimals, from one table, in one place.",
            "Write the same keys to metadata and payment_intent_data.metadata: Stripe copies neither to the other.",
            "Branch on mode before you read payment_intent: it is empty for subscriptions, set-ups and free orders.",
            "Handle charge.refunded and refund.updated, and add up refunds that succeeded.",
        ),
    ),
    Family(
        key="wrong_id",
        title="A wrong id at completion",
        means="When the checkout was completed, the app looked up the wrong thing: the id in the browser, an id of "
        "another order, mode or account; or it never got, or refused, the message that carries the right one.",
        signs={
            "session_foreign": "The checkout on the order names another order.",
            "order_copied": "The same ids stand on an older order of the same customer and amount.",
            "duplicate_payment": "Two checkouts of one order are paid, and the order knows one.",
            "stale_id": "The event's checkout is not the one that is stored, and was ignored.",
            "key_mode_mismatch": "The id is a test one, the key a live one; or the reverse.",
            "wrong_account": "The payment is on a connected account, and was looked up on the platform.",
            "session_not_found": "The keys were changed to another account.",
            "webhook_off": "No endpoint is switched on in this mode.",
            "webhook_not_subscribed": "The endpoint does not ask for the event.",
            "webhook_wrong_host": "Stripe reports to another address than this shop.",
            "webhook_failing": "The endpoint refuses: a wrong secret, a parsed body, an exception.",
            "webhook_before_order": "The message was there before the order, and was answered with 200.",
            "webhook_acked_not_applied": "The message was accepted, and never booked.",
            "paid_not_recorded": "Paid, and no message is left to say what happened.",
            "subscription_ended": "The message of the end is not asked for, or not handled.",
        },
        repairs=(
            "Let the verified webhook book the order; the return page only shows what is there.",
            "Take the id from the event, retrieve that object, and find the order by the number on it.",
            "Make it idempotent: save the event's id under a unique key and lock the order's row, in one transaction.",
            "Answer 2xx only when it is done. An order that is not there yet is a 5xx: Stripe tries again for days.",
            "Make the columns of session and intent ids unique, and keep an endpoint and a secret for each mode.",
        ),
    ),
)


def families_of(code: str) -> tuple[Family, ...]:
    """The families that a code belongs to."""
    return tuple(family for family in FAMILIES if code in family.signs)
