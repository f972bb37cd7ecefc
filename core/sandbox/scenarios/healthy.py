"""Healthy orders that were paid in a way of their own: free, by invoice, in yen, by bank debit, without Stripe.

They look wrong to a simple comparison; the product must stay quiet about them. See also `detours`.
"""

from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage
from core.sandbox.scenarios.stage_billing import sign_up


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
    stage.order("paid", updated=2 * MINUTE + 1, stripe_session_id=sign_up(stage).session["id"])


def _adaptive(stage: Stage) -> None:
    seen = {"presentment_amount": stage.purchase.amount * 183 // 100, "presentment_currency": "aud"}
    payment = stage.pay(stage.checkout(presentment_details=seen), 3 * MINUTE, presentment_details=seen)
    stage.booked("paid", payment, updated=3 * MINUTE + 1)


def _krona(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(amount_total=stage.purchase.amount * 100), 2 * MINUTE)
    stage.booked("paid", payment, updated=2 * MINUTE + 1)


def _converted(stage: Stage) -> None:
    asked, rate = stage.purchase.amount, 1.52
    seen = round(asked * rate)
    conversion = {
        "amount_subtotal": asked,
        "amount_total": asked,
        "fx_rate": str(rate),
        "source_currency": stage.purchase.currency,
    }
    session = stage.checkout(amount_subtotal=seen, amount_total=seen, currency="cad", currency_conversion=conversion)
    payment = stage.pay(session, 3 * MINUTE)
    stage.booked("fulfilled", payment, updated=DAY)


def _capital_letters(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    stage.booked("fulfilled", payment, updated=DAY, currency=stage.purchase.currency.upper())


def _paypal(stage: Stage) -> None:
    session = stage.expire(stage.checkout())
    stage.order("paid", updated=7 * MINUTE, stripe_session_id=session["id"], metadata={"payment_method": "paypal"})


def _bank_debit(stage: Stage) -> None:
    done = stage.promise(stage.checkout(payment_method_types=["card", "sepa_debit"]), 3 * MINUTE)
    stage.booked("pending", done, updated=3 * MINUTE + 1)


PAID_DIFFERENTLY = (
    Scenario(
        name="paid_and_booked",
        title="Paid and booked, as it should be.",
        story="The ordinary order.",
        code=None,
        purchase=Purchase("SH-10390", "Clara Winter", "clara.winter@example.com", "Beeswax candles", 2980, "eur"),
        play=paid,
        age=11 * DAY + 21 * HOUR,
    ),
    Scenario(
        name="coupon_for_everything",
        title="Nothing was paid, and that is right: a coupon covered it all.",
        story="A coupon of 100 per cent: the checkout is complete and there will never be a payment intent.",
        code=None,
        purchase=Purchase("SH-10389", "Mateo Alvarez", "mateo.alvarez@example.org", "Sample box", 0, "eur"),
        play=_free,
        age=12 * DAY + 16 * HOUR,
    ),
    Scenario(
        name="subscription",
        title="A subscription: paid, though there is no payment intent.",
        story="Subscriptions are paid by their invoice; the session's payment intent is null by design.",
        code=None,
        purchase=Purchase("SH-10378", "Freya Nilsen", "freya.nilsen@example.net", "Coffee, monthly", 27900, "nok"),
        play=_subscription,
        age=18 * DAY + 10 * HOUR,
    ),
    Scenario(
        name="yen",
        title="An order in yen: 5400 is 5400, not 54.",
        story="Yen have no smaller unit.",
        code=None,
        purchase=Purchase("SH-10384", "Haruka Mori", "haruka.mori@example.com", "Indigo tea towel", 5400, "jpy"),
        play=paid,
        age=15 * DAY + 22 * HOUR,
    ),
    Scenario(
        name="dinar",
        title="An order in Kuwaiti dinar: three decimals.",
        story="18.750 KWD is 18750 in Stripe's unit.",
        code=None,
        purchase=Purchase("SH-10385", "Yousef Al-Sabah", "yousef.alsabah@example.org", "Oud incense set", 18750, "kwd"),
        play=paid,
        age=15 * DAY + 12 * HOUR,
    ),
    Scenario(
        name="shown_in_aussie_dollars",
        title="The customer saw Australian dollars, we booked US dollars; both are right.",
        story="Adaptive pricing: what was presented differs, what was integrated is the order's.",
        code=None,
        purchase=Purchase("SH-10391", "Mia Robertson", "mia.robertson@example.net", "Merino scarf", 7600, "usd"),
        play=_adaptive,
        age=11 * DAY + 2 * HOUR,
    ),
    Scenario(
        name="converted_before_2025",
        title="An old order: the customer was charged in Canadian dollars, we asked for euros.",
        story="Until the end of March 2025 Stripe put the customer's currency on the session, and ours beside it.",
        code=None,
        purchase=Purchase("SH-04417", "Marcel Bouchard", "marcel.bouchard@example.org", "Snow shoes", 15200, "eur"),
        play=_converted,
        age=652 * DAY,
        ages=(640 * DAY, 660 * DAY),
    ),
    Scenario(
        name="icelandic_krona",
        title="An order in krona: 9,400 here, 940,000 at Stripe, and both are right.",
        story="Krona have no smaller unit, and Stripe counts them in hundredths all the same.",
        code=None,
        purchase=Purchase("SH-10379", "Sigrun Jonsdottir", "sigrun.jonsdottir@example.com", "Lopapeysa", 9400, "isk"),
        play=_krona,
        age=18 * DAY,
    ),
    Scenario(
        name="capital_letters",
        title="EUR here, eur there.",
        story="Letter case of a currency is never a difference.",
        code=None,
        purchase=Purchase(
            "SH-10370", "Pierre Dubois", "pierre.dubois@example.com", "Olive oil, five litres", 8450, "eur"
        ),
        play=_capital_letters,
        age=21 * DAY + 18 * HOUR,
    ),
    Scenario(
        name="paid_with_paypal",
        title="Paid, but not through Stripe.",
        story="The customer left Stripe's page and paid with PayPal.",
        code=None,
        purchase=Purchase("SH-10374", "Gabriel Costa", "gabriel.costa@example.com", "Board game", 4490, "eur"),
        play=_paypal,
        age=20 * DAY + 2 * HOUR,
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
)
