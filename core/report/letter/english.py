"""What is said to the customer, in English."""

from core.report.letter.amounts import in_english
from core.report.letter.words import Words
from core.times import day

ENGLISH = Words(
    code="en",
    language="English",
    greeting="Hello,",
    thanks="thank you for writing to us about your order {order}.",
    spoken="This is about your order {order}.",
    thanks_for_payment="thank you for writing to us about your payment.",
    close="Kind regards",
    joint="and",
    dated="{amount} on {day}",
    of_day="{amount} on {day}",
    an_amount="an amount",
    one_payment="your payment of {sums}",
    several_payments="your payments of {sums}",
    money=in_english,
    day=day,
    sentences={
        "looking": "We are still looking into the payment for it, and need a little more time to be certain.",
        "wait": "Please do not pay again in the meantime.",
        "will_write": "We will write to you when we know more.",
        "bank_time": "How soon it shows on your statement depends on your bank; it can take several working days.",
        "how_to_pay": "A colleague will write to you about how it can be paid. "
        "There is nothing you need to do until then.",
        "see": "We can see {paid}.",
        "begun": "We can see that a payment was begun, but not completed.",
        "match": "So that we can match it to your order, please send us its number, "
        "or the e-mail address you ordered with.",
        "of_cart": "It was made at our checkout, but we cannot find the order that should have come of it. "
        "A colleague is looking into that; you do not need to send us anything.",
        "more_than_one": "We can see more than one payment for it: {paid}. We are sorry about this.",
        "which_belongs": "A colleague is checking which of them belongs to the order, "
        "and what is to be returned to you.",
        "nothing_not_again": "You do not need to do anything, and please do not pay again.",
        "see_soon": "We can see {paid}. It can take some minutes until your order shows it.",
        "processed_soon": "Your payment is being processed. It can take some minutes until your order shows it.",
        "bank_asks": "We have received {paid}, and your bank has asked us about it.",
        "bank_holds": "We received {paid}, which was then disputed with your bank. Your bank has the money for now.",
        "colleague": "A colleague is looking into it.",
        "bank_took": "Your bank has decided about your payment, and has taken {sums} back from us.",
        "bank_took_it": "Your bank has decided about your payment, and has taken it back from us.",
        "not_wanted": "If this is not what you wanted, please tell us.",
        "books_returned": "Our books show {paid} as returned to you, but we cannot see that it reached you.",
        "checking_return": "We are sorry about this. A colleague is checking what is still to be returned, and how.",
        "refund_started": "We have received {paid}, and a refund has been started but is not finished.",
        "refund_started_of_it": "We have received your payment, and a refund has been started but is not finished.",
        "refund_asks": "Please look for an e-mail that asks for your bank details: the refund waits for them.",
        "returned": "We have returned {sums}, to the way you paid with.",
        "see_and_total": "We can see {paid}, while the order comes to {total}.",
        "see_and_total_less": "We can see {paid}, while the order comes to {total}, "
        "{otherwise} of which were paid otherwise.",
        "difference": "We are checking where the difference comes from.",
        "received": "We have received {paid}.",
        "not_shown_yet": "The order does not show it yet; we are putting that right.",
        "not_again": "You do not need to pay again.",
        "closed": "The order itself was closed in our books. A colleague is checking what we can do about it.",
        "given_back_otherwise": "We have given {otherwise} back to you in another way, such as store credit.",
        "shown": "The order shows it; there is nothing you need to do.",
        "prepared_closed": "The payment for it is prepared, but was not made yet, "
        "and the order was closed in our books.",
        "do_not_make": "Please do not make it now: a colleague is checking whether the order can still be carried out.",
        "tell_when": "If you have made it already, please tell us when.",
        "payable": "The payment for it was not made yet: it can still be made, "
        "with what you were given at the checkout.",
        "payable_until": "The payment for it was not made yet: it can still be made until {until}, "
        "with what you were given at the checkout.",
        "made_already": "If you have made it already, please do not pay again: "
        "it can take several days until we hear of it.",
        "subscription_over": "The subscription has ended, and nothing more is charged for it.",
        "perhaps": "We can see a payment that may be for it, and are checking whether the two belong together.",
        "outside": "Our records show it as paid by another way than our payment page. A colleague is checking that.",
        "running": "We are checking the subscription that belongs to it, and what you were charged for it.",
        "two_running": "We see two subscriptions that go on. Please tell us whether you meant to have both.",
        "nothing_until_then": "You do not need to do anything until then.",
        "not_found": "We cannot see a completed payment for it so far.",
        "left_account": "If the amount has left your account, please tell us the date "
        "and the exact amount on your statement.",
        "no_card_number": "We do not need your card number.",
        "with_bank": "Your payment has been started and is waiting for your bank; "
        "with some ways to pay this takes several days.",
        "reserved": "The amount is reserved, but has not been taken yet.",
        "let_go": "The amount was only reserved, and the reservation has ended: we have taken no money.",
        "bounced": "Your bank did not carry out the payment for it, so we have received no money.",
        "free": "Nothing is left to pay for it; there is nothing you need to do.",
        "not_taken": "The payment for it was not completed, so we have taken no money.",
        "own_statement": "If you see the amount on your statement all the same, "
        "it may be a reservation that your bank releases itself.",
        "date_and_amount": "In that case please tell us the date and the amount (no card number, please), "
        "and we will check.",
    },
)
