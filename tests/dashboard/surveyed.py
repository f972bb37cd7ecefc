"""Made-up surveys: orders with a headline, without one, and without an answer."""

from core.cases import Case
from core.desk import Opened, Survey
from core.facts import Cost, Facts, Order, OrderStatus
from core.findings import Confidence, Diagnosis, Finding, Severity
from core.linking import link
from core.money import Money

NOW = 1_795_377_600


def finding(code: str, severity: Severity = Severity.HIGH, risk: Money | None = None) -> Finding:
    """A finding whose title is its code in words."""
    return Finding(
        code=code,
        title=code.replace("_", " ").capitalize(),
        severity=severity,
        confidence=Confidence.CERTAIN,
        money_at_risk=risk,
        evidence=(),
        says="Says.",
        cause="Cause.",
        developer="Developer.",
        remedy="Remedy.",
    )


def order(number: str, *, currency: str = "usd", created_at: int = NOW, email: str = "jane@example.com") -> Order:
    """A pending order of 42.00."""
    return Order(
        id=f"id-{number}",
        number=number,
        status=OrderStatus.PENDING,
        raw_status="awaiting",
        amount_minor=4_200,
        currency=currency,
        customer_email=email,
        session_ids=(f"cs_test_{number}",),
        created_at=created_at,
    )


def opened(row: Order, diagnosis: Diagnosis) -> Opened:
    """The order as a case that Stripe said nothing about."""
    case = Case(order=row, facts=Facts(key_mode="test", read_at=NOW), now=NOW)
    return Opened(f"order:{row.id}", case, link(case), diagnosis)


def survey(*cases: Opened, failed: tuple[tuple[Order, str], ...] = ()) -> Survey:
    """A survey of these."""
    return Survey(cases, failed, None, None, NOW, more=False, cost=Cost())
