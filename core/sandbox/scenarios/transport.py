"""Scenarios about the message: the payment is there, and the shop was not told, did not listen, or did not book."""

from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.setting import NO_DELAYED, OTHER_MODE_ONLY, PAYMENTS_ONLY, SWITCHED_OFF
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage
from core.sandbox.scenarios.stage_billing import sign_up
from core.sandbox.scenarios.stage_later import clear

_CARRIERS = ("payment_intent.succeeded", "checkout.session.completed")
_NEW_SITE = "https://www.lanternloom.example.com"


def _waiting(stage: Stage, *, undelivered: tuple[str, ...] = ()) -> None:
    payment = stage.pay(stage.checkout(), 3 * MINUTE, undelivered=undelivered)
    stage.order("pending", stripe_session_id=payment.session["id"])


def _cleared(stage: Stage) -> None:
    promised = stage.promise(stage.checkout(payment_method_types=["card", "sepa_debit"]), 3 * MINUTE)
    payment = clear(stage, promised, 3 * DAY)
    stage.booked("pending", payment, updated=3 * MINUTE + 1)


def _nameless_payment(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 3 * MINUTE, metadata={})
    stage.order("pending", stripe_session_id=payment.session["id"])


def _moved(stage: Stage) -> None:
    back = f"{_NEW_SITE}/thanks?session_id={{CHECKOUT_SESSION_ID}}"
    payment = stage.pay(stage.checkout(success_url=back, cancel_url=_NEW_SITE), 3 * MINUTE)
    stage.order("pending", stripe_session_id=payment.session["id"])


def _refused(stage: Stage) -> None:
    _waiting(stage, undelivered=_CARRIERS)


def _told_before_saved(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    saved = 2 * MINUTE + 7
    stage.order("pending", after=saved, updated=saved, stripe_session_id=payment.session["id"])


def _no_intent(stage: Stage) -> None:
    stage.order("pending", stripe_session_id=sign_up(stage).session["id"])


def _free_left_open(stage: Stage) -> None:
    off = {"amount_discount": 4500, "amount_shipping": 0, "amount_tax": 0}
    done = stage.complete(stage.checkout(amount_subtotal=4500, total_details=off), MINUTE, "no_payment_required")
    stage.order("pending", stripe_session_id=done["id"])


def _settling(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 70, undelivered=("checkout.session.completed",))
    stage.order("pending", stripe_session_id=payment.session["id"])


TRANSPORT = (
    Scenario(
        name="endpoint_switched_off",
        title="Not one order of today has moved, and the customers have paid.",
        story="After days of failures Stripe switched the webhook endpoint off and wrote an e-mail nobody read.",
        code="webhook_off",
        purchase=Purchase("SH-10484", "Paula Reyes", "paula.reyes@example.com", "Storage basket", 4150, "eur"),
        play=_waiting,
        age=4 * HOUR,
        scenery=SWITCHED_OFF,
    ),
    Scenario(
        name="endpoint_in_the_other_mode",
        title="Every test order stays pending.",
        story="The endpoint was made in live mode only; nobody is told of test payments.",
        code="webhook_off",
        purchase=Purchase("SH-10483", "Emre Yildiz", "emre.yildiz@example.org", "Tea glasses", 2360, "eur"),
        play=_waiting,
        age=4 * HOUR + 20 * MINUTE,
        scenery=OTHER_MODE_ONLY,
    ),
    Scenario(
        name="delayed_events_forgotten",
        title="Paid by bank debit on Friday, arrived on Monday, and still pending.",
        story="The endpoint wants checkout.session.completed only. The money of a debit is told of by another event.",
        code="webhook_not_subscribed",
        purchase=Purchase("SH-10432", "Gudrun Seidel", "gudrun.seidel@example.net", "Felt slippers", 5550, "eur"),
        play=_cleared,
        age=5 * DAY,
        ages=(4 * DAY, 27 * DAY),
        scenery=NO_DELAYED,
    ),
    Scenario(
        name="number_on_the_checkout_only",
        title="Stripe told the shop of a payment; the shop could not say for which order.",
        story="The order number is in the session's metadata. The endpoint hears of payments, which do not inherit it.",
        code="metadata_not_on_pi",
        purchase=Purchase("SH-10477", "Martin Dvorak", "martin.dvorak@example.com", "Model railway", 27400, "eur"),
        play=_nameless_payment,
        age=DAY + 3 * HOUR,
        scenery=PAYMENTS_ONLY,
    ),
    Scenario(
        name="shop_moved",
        title="Since we moved to the new domain, no payment is booked.",
        story="Stripe still reports to the old address, where an old copy of the shop says thank you and does nothing.",
        code="webhook_wrong_host",
        purchase=Purchase("SH-10475", "Fiona Campbell", "fiona.campbell@example.org", "Picnic rug", 6450, "gbp"),
        play=_moved,
        age=DAY + 5 * HOUR,
    ),
    Scenario(
        name="webhook_refused",
        title="The customer has a receipt from Stripe, our order still says pending.",
        story="The signing secret was rotated in Stripe but not in the shop: each message is answered 400 since then.",
        code="webhook_failing",
        purchase=Purchase("SH-10482", "Hannah Bergmann", "hannah.bergmann@example.com", "Espresso set", 14900, "eur"),
        play=_refused,
        age=5 * HOUR + 12 * MINUTE,
        fault="refuse",
        heals="checkout.session.completed",
    ),
    Scenario(
        name="handler_crashes",
        title="Paid since this morning, and the shop has not noticed.",
        story="The new release crashes on each message: Stripe gets 500 and tries again and again.",
        code="webhook_failing",
        purchase=Purchase("SH-10485", "Rafael Pinto", "rafael.pinto@example.net", "Garden bench", 17450, "eur"),
        play=_refused,
        age=3 * HOUR + 25 * MINUTE,
        fault="crash",
        heals="checkout.session.completed",
    ),
    Scenario(
        name="told_before_saved",
        title="The receipt is seven seconds older than the order.",
        story="The shop makes the order on the return page. Stripe's message was there first and was answered 200.",
        code="webhook_before_order",
        purchase=Purchase("SH-10481", "Aoife Nolan", "aoife.nolan@example.net", "Print, framed", 9650, "eur"),
        play=_told_before_saved,
        age=DAY - 2 * HOUR,
        fault="early",
        heals="checkout.session.completed",
    ),
    Scenario(
        name="subscription_left_open",
        title="The subscription runs, the order waits for a payment that will never have a number.",
        story="The handler looks up the payment intent. A subscription is paid by its invoice and has none.",
        code="webhook_acked_not_applied",
        purchase=Purchase("SH-10462", "Vera Sokolova", "vera.sokolova@example.com", "Tea, quarterly", 7450, "eur"),
        play=_no_intent,
        age=2 * DAY + 50 * MINUTE,
        fault="keyed_on_intent",
        heals="checkout.session.completed",
    ),
    Scenario(
        name="free_left_open",
        title="The voucher covered everything, and the order waits for money.",
        story="The handler expects a payment intent. Where nothing is due Stripe makes none.",
        code="no_pi_by_design",
        purchase=Purchase("SH-10460", "Ruben de Vries", "ruben.devries@example.org", "Gift: notebook", 0, "eur"),
        play=_free_left_open,
        age=2 * DAY + 2 * HOUR,
        fault="keyed_on_intent",
        heals="checkout.session.completed",
    ),
    Scenario(
        name="webhook_swallowed",
        title="The money arrived yesterday, the order never moved.",
        story="The shop answered 200 and put the message on a queue that lost it in a restart.",
        code="webhook_acked_not_applied",
        purchase=Purchase("SH-10476", "Lucas Moreau", "lucas.moreau@example.org", "Cast-iron kettle", 9250, "eur"),
        play=_waiting,
        age=DAY + 4 * HOUR,
        fault="drop",
        heals="checkout.session.completed",
    ),
    Scenario(
        name="forgotten_in_autumn",
        title="A customer asks for an order from last month that we never sent; they did pay.",
        story="Nobody noticed for weeks. Stripe no longer keeps the messages, so the cause cannot be told any more.",
        code="paid_not_recorded",
        purchase=Purchase("SH-10097", "Nora Lindqvist", "nora.lindqvist@example.net", "Sheepskin rug", 129500, "sek"),
        play=_waiting,
        age=47 * DAY + 2 * HOUR,
        ages=(35 * DAY, 80 * DAY),
    ),
    Scenario(
        name="paid_a_moment_ago",
        title="The customer is on the phone: paid just now, still pending.",
        story="Stripe's message is on its way. Nothing is wrong yet.",
        code="settling",
        purchase=Purchase("SH-10499", "Sofia Marchetti", "sofia.marchetti@example.com", "Glass carafe", 3400, "eur"),
        play=_settling,
        age=2 * MINUTE + 20,
        ages=(2 * MINUTE, 4 * MINUTE),
        heals="checkout.session.completed",
    ),
)
