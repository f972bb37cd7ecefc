"""Money that is reserved or on its way, for the tests of holds and of banks that answer later."""

from core.facts import Json
from core.findings import Finding
from core.times import HOUR
from tests.rules import stage


def unpaid(**changes: object) -> Json:
    """A checkout that the customer finished, and that is not paid."""
    return stage.session(**({"payment_status": "unpaid"} | changes))


def debit(status: str = "processing", **changes: object) -> Json:
    return stage.intent(**({"status": status, "amount_received": 0} | changes))


def voucher(**details: object) -> Json:
    step = {"type": "boleto_display_details", "boleto_display_details": details}
    return debit("requires_action", next_action=step)


def hold(**changes: object) -> Json:
    states = {"status": "requires_capture", "amount_received": 0, "amount_capturable": 5000, "capture_method": "manual"}
    return stage.intent(**(states | changes))


def reserved(hours: float | None = None, **changes: object) -> Json:
    """The charge of a hold that ends in so many hours, if Stripe says when."""
    card = {} if hours is None else {"capture_before": int(stage.NOW + hours * HOUR)}
    details = {"type": "card", "card": card}
    return stage.charge(**({"captured": False, "amount_captured": 0, "payment_method_details": details} | changes))


def told(row: Json, **given: object) -> list[str]:
    return stage.said(row, **({"sessions": [unpaid()], "charges": [], "events": []} | given))


def found(row: Json, **given: object) -> Finding:
    return stage.headline(row, **({"sessions": [unpaid()], "charges": [], "events": []} | given))
