"""Scenarios about money that takes its time: bank debits, vouchers, and cards that are only reserved."""

from core.sandbox.scenarios.model import Scenario
from core.sandbox.scenarios.stage import DAY, HOUR, MINUTE, Payment, Purchase, Stage
from core.sandbox.scenarios.stage_later import bounce, lapse, reserve, voucher

_DEBIT = ["card", "sepa_debit"]


def _debit(stage: Stage) -> Payment:
    return stage.promise(stage.checkout(payment_method_types=_DEBIT), 3 * MINUTE)


def _bounced(stage: Stage) -> None:
    payment = bounce(stage, _debit(stage), 3 * DAY)
    stage.booked("pending", payment, updated=3 * MINUTE + 1)


def _bounced_after_shipping(stage: Stage) -> None:
    payment = bounce(stage, _debit(stage), 4 * DAY)
    stage.booked("fulfilled", payment, updated=DAY)


def _hold_ran_out(stage: Stage) -> None:
    payment = lapse(stage, reserve(stage, stage.checkout(), 3 * MINUTE), 7 * DAY + 3 * MINUTE)
    stage.booked("paid", payment, updated=3 * MINUTE + 1)


def _shipped_uncaptured(stage: Stage) -> None:
    stage.booked("fulfilled", reserve(stage, stage.checkout(), 2 * MINUTE), updated=DAY)


def _hold_ends_soon(stage: Stage) -> None:
    stage.booked("pending", reserve(stage, stage.checkout(), 4 * MINUTE), updated=4 * MINUTE + 1)


def _shipped_before_funds(stage: Stage) -> None:
    stage.booked("paid", _debit(stage), updated=3 * MINUTE + 1)


def _called_failed(stage: Stage) -> None:
    stage.booked("failed", _debit(stage), updated=3 * MINUTE + 1)


def _voucher_cancelled(stage: Stage) -> None:
    session, intent = voucher(stage, stage.checkout(payment_method_types=["card", "boleto"]), 5 * MINUTE)
    ids = {"stripe_session_id": session["id"], "payment_intent_id": intent["id"]}
    stage.order("cancelled", updated=40 * MINUTE, **ids)


DELAYED = (
    Scenario(
        name="debit_bounced",
        title="The customer says it is paid; the order is still waiting after five days.",
        story="The bank refused the debit two days ago. The shop acknowledged the message and dropped it.",
        code="async_failed",
        purchase=Purchase("SH-10425", "Marlies Pfeiffer", "marlies.pfeiffer@example.com", "Bread oven", 36900, "eur"),
        play=_bounced,
        age=5 * DAY + 5 * HOUR,
        ages=(4 * DAY, 27 * DAY),
        fault="drop",
        heals="checkout.session.async_payment_failed",
    ),
    Scenario(
        name="debit_bounced_after_shipping",
        title="It was shipped last week, and the bank has taken the money back out of our hands.",
        story="The shop took the finished checkout for a payment. The bank refused the debit four days later.",
        code="async_failed",
        purchase=Purchase("SH-10414", "Stefano Greco", "stefano.greco@example.org", "Road bike wheel", 41900, "eur"),
        play=_bounced_after_shipping,
        age=6 * DAY + 2 * HOUR,
        ages=(5 * DAY, 27 * DAY),
    ),
    Scenario(
        name="hold_ran_out",
        title="Ready to send, and the reservation on the card is gone.",
        story="The card was reserved for seven days, the piece was finished on the ninth. Nobody captured in time.",
        code="auth_expired",
        purchase=Purchase("SH-10395", "Nils Ekman", "nils.ekman@example.net", "Carved bench", 489000, "sek"),
        play=_hold_ran_out,
        age=9 * DAY + 4 * HOUR,
        ages=(8 * DAY, 27 * DAY),
    ),
    Scenario(
        name="shipped_uncaptured",
        title="Shipped, and the card was never charged.",
        story="The job that captures on shipping failed over night; the card is reserved for some days more.",
        code="auth_not_captured",
        purchase=Purchase("SH-10449", "Deborah Lane", "deborah.lane@example.com", "Piano stool", 15600, "usd"),
        play=_shipped_uncaptured,
        age=3 * DAY + HOUR,
        ages=(2 * DAY, 6 * DAY),
    ),
    Scenario(
        name="hold_ends_soon",
        title="The card is reserved until tomorrow, and nobody has taken the money.",
        story="Made to order, to be captured when it is ready. The reservation does not wait for that.",
        code="auth_not_captured",
        purchase=Purchase("SH-10413", "Renata Nowak", "renata.nowak@example.org", "Painted chest", 118000, "pln"),
        play=_hold_ends_soon,
        age=6 * DAY + 2 * HOUR + 10 * MINUTE,
        ages=(5 * DAY + 2 * HOUR, 6 * DAY + 20 * HOUR),
    ),
    Scenario(
        name="shipped_before_the_bank",
        title="Marked paid on the first day; the bank has not answered yet.",
        story="The handler takes a finished checkout for a payment, whatever payment_status says.",
        code="fulfilled_before_funds",
        purchase=Purchase("SH-10466", "Jelena Petrovic", "jelena.petrovic@example.net", "Sewing machine", 32900, "eur"),
        play=_shipped_before_funds,
        age=DAY + 22 * HOUR,
        ages=(HOUR, 6 * DAY),
        fault="done_is_paid",
    ),
    Scenario(
        name="debit_called_failed",
        title="The shop told her the payment failed. Her bank says it is on its way.",
        story="The handler reads `unpaid` on a finished checkout as a failure. A bank debit is unpaid for days.",
        code="async_marked_failed",
        purchase=Purchase("SH-10472", "Annika Lund", "annika.lund@example.org", "Duvet, double", 14350, "eur"),
        play=_called_failed,
        age=DAY + 8 * HOUR,
        ages=(HOUR, 6 * DAY),
        fault="unpaid_is_failed",
    ),
    Scenario(
        name="voucher_cancelled_too_soon",
        title="He has the payment slip in his hand, and we have cancelled the order.",
        story="The timer for unpaid orders runs for half an hour, a boleto for five days.",
        code="async_marked_failed",
        purchase=Purchase("SH-10480", "Thiago Barbosa", "thiago.barbosa@example.com", "Hammock", 23700, "brl"),
        play=_voucher_cancelled,
        age=DAY + HOUR,
        ages=(2 * HOUR, 4 * DAY),
        fault="timer",
    ),
)
