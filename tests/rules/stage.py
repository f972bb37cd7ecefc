"""The stage of the tests: the catalogue's order 1042, with what its examples do not show, and what is said of it.

What differs from a healthy, paid order is named; `scene` has the other objects, the ids and the times.
"""

from collections.abc import Iterable
from typing import Any

from core.cases import Case
from core.catalogue.examples import scene as at
from core.catalogue.examples.scene import *  # noqa: F403 - the stage is the scene and a little more
from core.facts import Json as Row
from core.findings import Diagnosis, Finding, Severity
from core.money import Money
from core.rules import examine
from core.times import DAY

OWN: at.Json = {"success_url": f"{at.SHOP}/thanks"}  # it was opened on the shop's own site


def order(**changes: object) -> at.Json:  # type: ignore[no-redef]  # as on the scene, and a little more
    """The pending order, with its customer."""
    return at.order(**({"customer_email": "jo@example.com"} | changes))


def session(**changes: object) -> at.Json:  # type: ignore[no-redef]  # as on the scene, and a little more
    """Its session, paid, of the shop's own site."""
    return at.session(**(OWN | changes))


def expired(**changes: object) -> at.Json:  # type: ignore[no-redef]  # as on the scene, and a little more
    """One that nobody paid, and whose time is over."""
    return at.expired(**(OWN | changes))


def event(kind: str = at.COMPLETED, about: str = at.SESSION, **changes: object) -> at.Json:  # type: ignore[no-redef]  # as on the scene, and a little more
    """A message about `about`, with an id of its own, accepted by all endpoints."""
    return at.event(kind, about, **({"id": f"evt_{kind}_{about}"} | changes))


UNPAID: dict[str, Any] = {"intents": [], "charges": [], "events": []}
NOTHING = UNPAID | {"sessions": []}
BOOKED = at.booked(customer_email="jo@example.com")
FIFTY, NONE = Money(5000, "usd"), Money(0, "usd")
ELSEWHERE = [at.endpoint(url="https://old.example.net/hook")]
PAYMENTS_ONLY = [at.endpoint(enabled_events=["payment_intent.succeeded"])]


def second_payment(**changes: object) -> list[at.Json]:
    """Session and intent of another checkout of the same order, paid."""
    return [
        session(id=at.OTHER_SESSION, payment_intent=at.OTHER_INTENT, created=at.BEGUN + 300),
        at.intent(id=at.OTHER_INTENT, created=at.BEGUN + 360, **changes),
    ]


def paid_at(then: int) -> dict[str, Any]:
    """The session was made and paid then; the charge was not read."""
    return {"sessions": [session(created=then)], "intents": [at.intent(created=then)], "charges": []}


def twice(**changes: object) -> dict[str, Any]:
    """The order was paid twice; `changes` are the second payment's."""
    other, paid = second_payment(**changes)
    return {"sessions": [session(), other], "intents": [at.intent(), paid]}


def refunded(minor: int = 5000, **changes: object) -> dict[str, Any]:
    """So much of it went back; `changes` are the refund's."""
    return {"charges": [at.charge(amount_refunded=minor)], "refunds": [at.refund(amount=minor, **changes)]}


def second_refunded(**changes: object) -> dict[str, Any]:
    """All of the second payment went back; `changes` are the refund's."""
    other = {"payment_intent": at.OTHER_INTENT}
    back = at.refund(**({"charge": at.OTHER_CHARGE} | other | changes))
    return {"charges": [at.charge(), at.charge(id=at.OTHER_CHARGE, amount_refunded=5000, **other)], "refunds": [back]}


def bundle(  # noqa: PLR0913 - one for each kind of object
    row: Row | None = None,
    *,
    sessions: Iterable[Row] | None = None,
    intents: Iterable[Row] | None = None,
    charges: Iterable[Row] | None = None,
    refunds: Iterable[Row] = (),
    disputes: Iterable[Row] = (),
    subscriptions: Iterable[Row] = (),
    invoices: Iterable[Row] = (),
    events: Iterable[Row] | None = None,
    endpoints: Iterable[Row] | None = None,
    missing: Iterable[str] = (),
    unread: Iterable[str] = (),
    **more: object,
) -> at.Json:
    """A bundle. What is not given is there and healthy: the paid session with intent, charge, event and endpoint."""
    not_found = [{"id": one, "code": "resource_missing", "message": f"No such object: '{one}'"} for one in missing]
    return {
        "case": "made up",
        "order": order() if row is None else row,
        "stripe": {
            "account": "acct_1",
            "sessions": list([session()] if sessions is None else sessions),
            "payment_intents": list([at.intent()] if intents is None else intents),
            "charges": list([at.charge()] if charges is None else charges),
            "refunds": list(refunds),
            "disputes": list(disputes),
            "subscriptions": list(subscriptions),
            "invoices": list(invoices),
            "events": list([event()] if events is None else events),
            "webhook_endpoints": list([at.endpoint()] if endpoints is None else endpoints),
            "lookup_errors": not_found,
            "unread": [{"kind": kind, "what": f"the {kind}", "because": "429"} for kind in unread],
        },
        "key_mode": "live",
        "now": at.NOW,
    } | more


def case(row: Row | None = None, **given: object) -> Case:
    """The case of such a bundle."""
    return Case.of(bundle(row, **given))  # type: ignore[arg-type]  # the same arguments, checked there


def diagnosed(row: Row | None = None, **given: object) -> Diagnosis:
    """Its diagnosis."""
    return examine(case(row, **given)).diagnosis


def codes(diagnosis: Diagnosis) -> list[str]:
    """The codes of its findings, the headline first."""
    return [finding.code for finding in diagnosis.findings]


def said(row: Row | None = None, **given: object) -> list[str]:
    """The codes of what is found, the headline first."""
    return codes(diagnosed(row, **given))


def headline(row: Row | None = None, **given: object) -> Finding:
    """What its diagnosis begins with."""
    found = diagnosed(row, **given).headline
    assert found is not None
    return found


def notes(row: Row | None = None, **given: object) -> list[str]:
    """The codes of its notes."""
    return [note.code for note in diagnosed(row, **given).notes]


def matter(finding: Finding) -> tuple[str, Severity, Money | None]:
    """What a finding is called, how bad it is, and how much money is at risk."""
    return finding.code, finding.severity, finding.money_at_risk


def values(finding: Finding) -> dict[str, str]:
    """What a finding shows, by field."""
    return {evidence.field: evidence.value for evidence in finding.evidence}


def took(minor: int, currency: str = "usd") -> dict[str, Any]:
    """Another amount that was asked for and paid."""
    return {
        "sessions": [session(amount_total=minor, currency=currency)],
        "intents": [at.intent(amount_received=minor, currency=currency)],
        "charges": [at.charge(amount=minor, amount_captured=minor, currency=currency)],
    }


def page(**changes: object) -> at.Json:
    """A page that can still be paid, until tomorrow."""
    return expired(**({"status": "open", "expires_at": at.NOW + DAY} | changes))
