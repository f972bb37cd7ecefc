"""Scenarios about the id that the order keeps: the template's text, the wrong kind, damaged, an old one, none."""

from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Purchase, Stage
from core.sandbox.shop import Mode, kept


def _kept_as(stage: Stage, mode: Mode) -> None:
    payment = stage.pay(stage.checkout(), 3 * MINUTE)
    stage.order("pending", stripe_session_id=kept(payment.session["id"], mode))


def _placeholder(stage: Stage) -> None:
    _kept_as(stage, Mode.TEMPLATE)


def _cut(stage: Stage) -> None:
    _kept_as(stage, Mode.CUT)


def _folded(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 4 * MINUTE)
    columns = {"stripe_session_id": kept(payment.session["id"], Mode.FOLD)}
    stage.booked("paid", payment, updated=4 * MINUTE + 1, **columns)


def _intent_in_session_column(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 2 * MINUTE)
    stage.order("pending", updated=2 * MINUTE - 3, stripe_session_id=payment.intent["id"])


def _client_secret(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(), 5 * MINUTE)
    stage.booked("paid", payment, updated=5 * MINUTE + 1, payment_intent_id=payment.intent["client_secret"])


def _second_tab(stage: Stage) -> None:
    buyer = stage.customer()
    first = stage.expire(stage.checkout(customer=buyer["id"]), 9 * MINUTE)
    stage.pay(stage.checkout(8 * MINUTE, customer=buyer["id"]), 13 * MINUTE)
    stage.order("pending", stripe_session_id=first["id"])


def _recovered(stage: Stage) -> None:
    first = stage.expire(stage.checkout(), 2 * HOUR)
    again = stage.checkout(5 * HOUR, recovered_from=first["id"])
    stage.pay(again, 5 * HOUR + 4 * MINUTE)
    stage.order("pending", stripe_session_id=first["id"])


def _no_id(stage: Stage) -> None:
    stage.pay(stage.checkout(), 2 * MINUTE)
    stage.order("pending")


STORED_IDS = (
    Scenario(
        name="placeholder_stored",
        title="The payment number on this order is gibberish, and the customer swears they paid.",
        story="A URL builder escaped the braces of {CHECKOUT_SESSION_ID}, and the shop saved what came back.",
        code="id_placeholder",
        also=("webhook_acked_not_applied",),
        purchase=Purchase("SH-10467", "Chloe Whitfield", "chloe.whitfield@example.com", "Linen apron", 4650, "gbp"),
        play=_placeholder,
        age=DAY + 20 * HOUR,
        fault="template",
        heals="checkout.session.completed",
    ),
    Scenario(
        name="intent_in_the_wrong_column",
        title="The number in the checkout field opens a payment, not a checkout.",
        story="The return page saved the intent where the session belongs, and the handler looks for the session.",
        code="id_wrong_type",
        also=("webhook_acked_not_applied",),
        purchase=Purchase("SH-10479", "Sinead Byrne", "sinead.byrne@example.com", "Aran jumper", 11450, "eur"),
        play=_intent_in_session_column,
        age=DAY + 90 * MINUTE,
        heals="checkout.session.completed",
    ),
    Scenario(
        name="client_secret_stored",
        title="The payment number on this order is far too long, and Stripe does not open it.",
        story="The browser's client secret was saved in place of the intent's id; it begins with the same letters.",
        code="id_wrong_type",
        purchase=Purchase("SH-10454", "Bruno Teixeira", "bruno.teixeira@example.net", "Surf leash", 3150, "eur"),
        play=_client_secret,
        age=2 * DAY + 10 * HOUR,
    ),
    Scenario(
        name="id_cut_short",
        title="Stripe says the payment number on this order does not exist.",
        story="The column holds 64 characters; this id has 66. The rest was cut off without a word.",
        code="id_malformed",
        also=("webhook_acked_not_applied",),
        purchase=Purchase("SH-10433", "Tomasz Zielinski", "tomasz.zielinski@example.org", "Oak shelf", 38900, "pln"),
        play=_cut,
        age=4 * DAY + 11 * HOUR,
        fault="cut",
        heals="checkout.session.completed",
    ),
    Scenario(
        name="id_in_small_letters",
        title="The payment number looks right, and Stripe says there is none.",
        story="An import wrote every text in small letters. Stripe's ids mean something else in capitals.",
        code="id_malformed",
        purchase=Purchase("SH-10430", "Joao Ferreira", "joao.ferreira@example.org", "Cork board", 4890, "eur"),
        play=_folded,
        age=5 * DAY + 30 * MINUTE,
        fault="fold",
    ),
    Scenario(
        name="paid_in_second_tab",
        title="The customer paid in another tab; our order still waits for the first one.",
        story="Going back in the browser opened a second checkout. The shop kept the first id and listens to no other.",
        code="stale_id",
        purchase=Purchase("SH-10471", "Amelie Laurent", "amelie.laurent@example.com", "Ceramic planter", 6750, "eur"),
        play=_second_tab,
        age=DAY + 9 * HOUR,
        heals="checkout.session.completed",
    ),
    Scenario(
        name="recovered_by_mail",
        title="She paid through the link in our reminder; the order still waits.",
        story="Stripe's recovery link opens a new checkout. The shop knows the expired one only.",
        code="stale_id",
        purchase=Purchase("SH-10435", "Carla Benedetti", "carla.benedetti@example.com", "Pasta machine", 7890, "eur"),
        play=_recovered,
        age=4 * DAY + 9 * HOUR,
        heals="checkout.session.completed",
    ),
    Scenario(
        name="id_never_saved",
        title="There is no payment number on this order at all, but the bank shows the charge.",
        story="The deploy restarted the shop between creating the checkout and saving its id.",
        code="id_missing",
        also=("webhook_acked_not_applied",),
        purchase=Purchase("SH-10448", "Dylan Okafor", "dylan.okafor@example.net", "Walnut chopping board", 5825, "usd"),
        play=_no_id,
        age=3 * DAY + 2 * HOUR,
        heals="checkout.session.completed",
    ),
)
