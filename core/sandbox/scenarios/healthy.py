"""Healthy look-alikes: orders that look wrong to a simple comparison, and about which the product must stay quiet."""

from dataclasses import replace

from core.sandbox.objects import invoice, new_id
from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage

_OTHER_SITE = "https://wholesale.example.net"


def paid(stage: Stage) -> None:
    """The ordinary order: a checkout, a payment, a message, a booking."""
    stage.booked("paid", stage.pay(stage.checkout(), 2 * MINUTE), updated=2 * MINUTE + 1)


def _free(stage: Stage) -> None:
    full = 3900
    session = stage.checkout(
        amount_subtotal=full, total_details={"amount_discount": full, "amount_shipping": 0, "amount_tax": 0}
    )
    done = stage.complete(session, MINUTE, "no_payment_required")
    stage.order("paid", updated=MINUTE + 1, stripe_session_id=done["id"])


def _subscription(stage: Stage) -> None:
    buyer, bought = stage.customer(), stage.purchase
    session = stage.checkout(mode="subscription", customer=buyer["id"])
    bill = invoice(
        stage.rng,
        stage.began + 2 * MINUTE,
        customer=buyer["id"],
        customer_email=bought.email,
        customer_name=bought.name,
        total=bought.amount,
        currency=bought.currency,
    )
    stage.keep(bill)
    subscription = new_id("sub", stage.rng, stage.began)
    done = stage.complete(session, 2 * MINUTE, "paid", subscription=subscription, invoice=bill["id"])
    stage.order("paid", updated=2 * MINUTE + 1, stripe_session_id=done["id"])


def _adaptive(stage: Stage) -> None:
    seen = {"presentment_amount": stage.purchase.amount * 183 // 100, "presentment_currency": "aud"}
    payment = stage.pay(stage.checkout(presentment_details=seen), 3 * MINUTE, presentment_details=seen)
    stage.booked("paid", payment, updated=3 * MINUTE + 1)


def _capital_letters(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    stage.booked("fulfilled", payment, updated=DAY, currency=stage.purchase.currency.upper())


def _expired_and_cancelled(stage: Stage) -> None:
    session = stage.expire(stage.checkout())
    stage.order("cancelled", updated=DAY + 1, stripe_session_id=session["id"])


def _third_attempt(stage: Stage) -> None:
    stage.expire(stage.checkout(), 6 * MINUTE)
    stage.expire(stage.checkout(5 * MINUTE), 21 * MINUTE)
    payment = stage.pay(stage.checkout(20 * MINUTE), 24 * MINUTE)
    stage.booked("fulfilled", payment, updated=DAY)


def _refunded(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    stage.refund(payment, 26 * HOUR)
    stage.booked("refunded", payment, updated=26 * HOUR + 2)


def _partly_refunded(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    stage.refund(payment, 26 * HOUR, stage.purchase.amount // 4)
    stage.booked("partially_refunded", payment, updated=26 * HOUR + 2)


def _duplicate_refunded(stage: Stage) -> None:
    extra = stage.pay(stage.checkout(), 3 * MINUTE)
    payment = stage.pay(stage.checkout(MINUTE), 5 * MINUTE)
    stage.refund(extra, 3 * HOUR)
    stage.booked("paid", payment, updated=5 * MINUTE + 1)


def _redundant_failing(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE, undelivered=("payment_intent.succeeded",))
    stage.booked("paid", payment, updated=2 * MINUTE + 1)


def _in_flight(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 80, undelivered=("checkout.session.completed",))
    stage.booked("paid", payment, updated=83)


def _paypal(stage: Stage) -> None:
    session = stage.expire(stage.checkout())
    stage.order("paid", updated=7 * MINUTE, stripe_session_id=session["id"], metadata={"payment_method": "paypal"})


def _same_number_elsewhere(stage: Stage) -> None:
    session = stage.checkout()
    stage.order("pending", stripe_session_id=session["id"])
    local, domain = stage.purchase.email.split("@")
    stranger = replace(
        stage.purchase, name="Rui Tavares", email=f"purchasing.{local}@{domain}", amount=stage.purchase.amount + 48700
    )
    elsewhere = stage.aside(stranger, earlier=11 * MINUTE)
    back = f"{_OTHER_SITE}/thanks?session_id={{CHECKOUT_SESSION_ID}}"
    elsewhere.pay(elsewhere.checkout(success_url=back, cancel_url=_OTHER_SITE), 4 * MINUTE)


def _declined_first(stage: Stage) -> None:
    session = stage.checkout()
    payment = stage.pay(session, 6 * MINUTE, declined=stage.decline(session, 2 * MINUTE))
    stage.booked("paid", payment, updated=6 * MINUTE + 1)


def _bank_debit(stage: Stage) -> None:
    done = stage.promise(stage.checkout(payment_method_types=["card", "sepa_debit"]), 3 * MINUTE)
    stage.booked("pending", done, updated=3 * MINUTE + 1)


def _still_choosing(stage: Stage) -> None:
    stage.order("pending", stripe_session_id=stage.checkout()["id"])


HEALTHY = (
    Scenario(
        name="paid_and_booked",
        title="Paid and booked, as it should be.",
        story="The ordinary order.",
        code=None,
        purchase=Purchase("SH-10450", "Clara Winter", "clara.winter@example.com", "Beeswax candles", 2980, "eur"),
        play=paid,
        age=3 * DAY,
    ),
    Scenario(
        name="coupon_for_everything",
        title="Nothing was paid, and that is right: a coupon covered it all.",
        story="A coupon of 100 per cent: the checkout is complete and there will never be a payment intent.",
        code=None,
        purchase=Purchase("SH-10444", "Mateo Alvarez", "mateo.alvarez@example.org", "Sample box", 0, "eur"),
        play=_free,
        age=3 * DAY + 9 * HOUR,
    ),
    Scenario(
        name="subscription",
        title="A subscription: paid, though there is no payment intent.",
        story="Subscriptions are paid by their invoice; the session's payment intent is null by design.",
        code=None,
        purchase=Purchase("SH-10419", "Freya Nilsen", "freya.nilsen@example.net", "Coffee, monthly", 27900, "nok"),
        play=_subscription,
        age=5 * DAY + 14 * HOUR,
    ),
    Scenario(
        name="yen",
        title="An order in yen: 5400 is 5400, not 54.",
        story="Yen have no smaller unit.",
        code=None,
        purchase=Purchase("SH-10431", "Haruka Mori", "haruka.mori@example.com", "Indigo tea towel", 5400, "jpy"),
        play=paid,
        age=4 * DAY + 18 * HOUR,
    ),
    Scenario(
        name="dinar",
        title="An order in Kuwaiti dinar: three decimals.",
        story="18.750 KWD is 18750 in Stripe's unit.",
        code=None,
        purchase=Purchase("SH-10436", "Yousef Al-Sabah", "yousef.alsabah@example.org", "Oud incense set", 18750, "kwd"),
        play=paid,
        age=4 * DAY + 6 * HOUR,
    ),
    Scenario(
        name="shown_in_aussie_dollars",
        title="The customer saw Australian dollars, we booked US dollars; both are right.",
        story="Adaptive pricing: what was presented differs, what was integrated is the order's.",
        code=None,
        purchase=Purchase("SH-10453", "Mia Robertson", "mia.robertson@example.net", "Merino scarf", 7600, "usd"),
        play=_adaptive,
        age=2 * DAY + 13 * HOUR,
    ),
    Scenario(
        name="capital_letters",
        title="EUR here, eur there.",
        story="Letter case of a currency is never a difference.",
        code=None,
        purchase=Purchase(
            "SH-10401", "Pierre Dubois", "pierre.dubois@example.com", "Olive oil, five litres", 8450, "eur"
        ),
        play=_capital_letters,
        age=8 * DAY,
    ),
    Scenario(
        name="expired_and_cancelled",
        title="Nobody paid, and the order is cancelled.",
        story="The checkout expired and the shop closed the order.",
        code=None,
        purchase=Purchase("SH-10408", "Lena Hoffmann", "lena.hoffmann@example.org", "Wall calendar", 2490, "eur"),
        play=_expired_and_cancelled,
        age=7 * DAY + 1 * HOUR,
    ),
    Scenario(
        name="third_attempt",
        title="Three checkouts for one order, one of them paid: the right one.",
        story="Two attempts were given up, the third is stored and paid.",
        code=None,
        purchase=Purchase("SH-10415", "Kofi Mensah", "kofi.mensah@example.com", "Travel backpack", 13900, "gbp"),
        play=_third_attempt,
        age=6 * DAY,
    ),
    Scenario(
        name="refunded_on_both_sides",
        title="Refunded, and the shop says so.",
        story="A return; Stripe and the shop agree.",
        code=None,
        purchase=Purchase("SH-10417", "Isabelle Rochat", "isabelle.rochat@example.net", "Ski gloves", 9900, "chf"),
        play=_refunded,
        age=5 * DAY + 20 * HOUR,
    ),
    Scenario(
        name="partly_refunded",
        title="A quarter was given back, and the shop says so.",
        story="One of four items was out of stock.",
        code=None,
        purchase=Purchase("SH-10421", "Samuel Ortiz", "samuel.ortiz@example.org", "Four dinner plates", 8800, "usd"),
        play=_partly_refunded,
        age=5 * DAY + 11 * HOUR,
    ),
    Scenario(
        name="duplicate_already_refunded",
        title="Charged twice, and the second charge was given back.",
        story="What remains is exactly the order's total.",
        code=None,
        purchase=Purchase("SH-10426", "Zeynep Kaya", "zeynep.kaya@example.com", "Copper coffee pot", 6150, "eur"),
        play=_duplicate_refunded,
        age=5 * DAY + 4 * HOUR,
    ),
    Scenario(
        name="redundant_message_failing",
        title="One message to the shop keeps failing, but the order is right.",
        story="The shop refuses payment_intent.succeeded and needs only checkout.session.completed.",
        code=None,
        purchase=Purchase("SH-10469", "Anton Gruber", "anton.gruber@example.net", "Hiking poles", 7990, "eur"),
        play=_redundant_failing,
        age=DAY + 15 * HOUR,
    ),
    Scenario(
        name="message_on_its_way",
        title="Already paid by the return page; Stripe's message is still on its way.",
        story="The shop asked Stripe when the customer came back, faster than the webhook.",
        code=None,
        purchase=Purchase("SH-10497", "Ruth Abrams", "ruth.abrams@example.org", "Silk pillowcase", 5900, "usd"),
        play=_in_flight,
        age=2 * MINUTE + 40,
        ages=(100, 5 * MINUTE),
    ),
    Scenario(
        name="paid_with_paypal",
        title="Paid, but not through Stripe.",
        story="The customer left Stripe's page and paid with PayPal.",
        code=None,
        purchase=Purchase("SH-10410", "Gabriel Costa", "gabriel.costa@example.com", "Board game", 4490, "eur"),
        play=_paypal,
        age=6 * DAY + 16 * HOUR,
    ),
    Scenario(
        name="same_number_elsewhere",
        title="Another site on our account has an order of the same number, and that one is paid.",
        story="Two sites share one Stripe account and both count from 10000.",
        code=None,
        purchase=Purchase("SH-10493", "Maeve Gallagher", "maeve.gallagher@example.net", "Rain jacket", 11250, "eur"),
        play=_same_number_elsewhere,
        age=50 * MINUTE,
        ages=(20 * MINUTE, 20 * HOUR),
    ),
    Scenario(
        name="declined_then_paid",
        title="The first card was declined, the second paid.",
        story="The old failure message is history, not news.",
        code=None,
        purchase=Purchase("SH-10465", "Noah Visser", "noah.visser@example.org", "Bicycle bell", 2350, "eur"),
        play=_declined_first,
        age=2 * DAY,
    ),
    Scenario(
        name="bank_debit_under_way",
        title="A bank debit takes days; pending is the truth.",
        story="SEPA Direct Debit: the checkout is complete, the money is on its way.",
        code=None,
        purchase=Purchase("SH-10457", "Katharina Vogel", "katharina.vogel@example.com", "Reading chair", 45900, "eur"),
        play=_bank_debit,
        age=2 * DAY + 5 * HOUR,
        ages=(HOUR, 6 * DAY),
    ),
    Scenario(
        name="still_choosing",
        title="The payment page is open, the customer has not decided.",
        story="Twenty minutes old, nothing paid, nothing wrong.",
        code=None,
        purchase=Purchase("SH-10495", "Theo Jansen", "theo.jansen@example.net", "Enamel mugs", 3980, "eur"),
        play=_still_choosing,
        age=20 * MINUTE,
        ages=(MINUTE, 20 * HOUR),
    ),
)
