"""What the inbox takes in and hands out: `Noted` (what a reading found), `Kept` (a case as it is kept), `Reading`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from core.export import cells_of
from core.facts import PAID_ORDER, Intent, Order, Session, unsettled
from core.findings import Confidence, Diagnosis, Severity
from core.linking import Links
from core.money import Money
from core.rules import Examined

State = Literal["open", "acknowledged", "ignored", "resolved"]
What = Literal["new", "again", "changed", "reopened", "resolved", "quiet"]
Outcome = Literal["found", "undetermined", "clean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What one reading of one case found.

    `key`: "order:<id>" or "stripe:<id>"; `code`, `title`, `severity`, `confidence`, `money`, `says`: of the headline;
    `codes`: of all findings, the headline's first; `currency`: the order's; `happened_at`: when its newest payment
    settled, else when the order was made (seconds since 1970); `undetermined`: what could not be told, and why;
    `cells`: a row of the CSV for each finding; `read_at`: when it was read; `scan_id`: the scan that read it, None for
    a reading that belongs to none (a watch's); `partial`: not all of it could be read, so that what it
    does not find may be there all the same; `lacks`: of an order that is paid and of which nothing was found, what does
    not belong to it yet as the settings want it, or cannot be looked at: such a reading settles nothing;
    `session_ids`, `intent_ids`: the order's own first, then those that a finding names though no order claims them:
    who looks again must look at these too.
    """

    key: str
    order_id: str | None = None
    number: str | None = None
    order_status: str = ""
    email: str = ""
    code: str | None = None
    codes: tuple[str, ...] = ()
    title: str = ""
    severity: Severity | None = None
    confidence: Confidence | None = None
    money: Money | None = None
    currency: str = ""
    happened_at: int | None = None
    says: str = ""
    undetermined: str | None = None
    session_ids: tuple[str, ...] = ()
    intent_ids: tuple[str, ...] = ()
    cells: tuple[Mapping[str, str], ...] = ()
    read_at: int = 0
    scan_id: int | None = None
    partial: bool = False
    lacks: str = ""

    @property
    def outcome(self) -> Outcome:
        """Whether something was found, nothing could be told, or all is well."""
        if self.code is not None:
            return "found"
        return "clean" if self.undetermined is None else "undetermined"

    def lacking(self, what: str) -> "Noted":
        """The same where nothing was found, of an order of which it is known by now that it lacks this, or may; "" for
        nothing."""
        if not what or self.outcome != "clean":
            return self
        return replace(self, lacks=what, undetermined=f"The order is paid, but {what}.")

    @classmethod
    def of(cls, key: str, seen: Examined, *, scan_id: int | None = None, partial: bool = False) -> "Noted":
        """What was found of a case."""
        case, links, diagnosis = seen.case, seen.links, seen.diagnosis
        order, headline = case.order, diagnosis.headline
        return cls(
            key=key,
            order_id=order.id if order else None,
            number=order.number if order else None,
            order_status=(order.raw_status or order.status.value) if order else "",
            email=(order.customer_email if order else case.cart.customer_email if case.cart else None) or "",
            code=headline.code if headline else None,
            codes=tuple(dict.fromkeys(finding.code for finding in diagnosis.findings)),
            title=headline.title if headline else "",
            severity=headline.severity if headline else None,
            confidence=headline.confidence if headline else None,
            money=headline.money_at_risk if headline else None,
            currency=(order.currency if order else None) or "",
            happened_at=_happened_at(order, links),
            says=headline.says if headline else "",
            undetermined=diagnosis.undetermined,
            session_ids=_ids(links.sessions, case.facts.sessions, diagnosis),
            intent_ids=_ids(links.intents, case.facts.intents, diagnosis),
            cells=cells_of(seen),
            read_at=case.facts.read_at,
            scan_id=scan_id,
            partial=partial,
        ).lacking(unsettled(case.expected) if order and order.status in PAID_ORDER else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Noted):
    """A case as the inbox has it: what was last found (also of one that is resolved), and what became of it.

    `state`: "ignored" lasts until `ignored_until`; `first_seen` never moves, `last_seen` is the last time it was found;
    `reopened`: how often; `who`: who acknowledged, ignored or reopened it last; `change`: what the last reading meant;
    `owner`: whose it is, empty for nobody's; `opened_at`: since when it is open, by a finding, by somebody, or by the
    passing of time.
    """

    id: int
    state: State
    first_seen: int
    last_seen: int
    ignored_until: int | None
    resolved_at: int | None
    reopened: int
    who: str | None
    change: What
    owner: str = ""
    opened_at: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """What a reading meant for the inbox: "new" (found for the first time), "again" (as before), "changed" (still, but
    otherwise), "reopened" (was resolved, ignored or acknowledged and is open once more), "resolved" (read, and all is
    well), "quiet" (nothing to tell). `was`: the headline before; `state`: the case's afterwards, None where it is not
    kept."""

    key: str
    what: What
    noted: Noted
    was: str | None
    state: State | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What readings of a case found, from `first_at` to `last_at`: `times` readings in a row that found the same."""

    first_at: int
    last_at: int
    times: int
    scan_id: int | None
    outcome: Outcome
    code: str | None
    codes: tuple[str, ...]
    money: Money | None
    undetermined: str | None


def _ids(
    own: tuple[Session, ...] | tuple[Intent, ...], read: tuple[Session, ...] | tuple[Intent, ...], diagnosis: Diagnosis
) -> tuple[str, ...]:
    named = {evidence.source.rpartition(" ")[2] for finding in diagnosis.findings for evidence in finding.evidence}
    return tuple(dict.fromkeys([*(one.id for one in own), *(one.id for one in read if one.id in named)]))


def _happened_at(order: Order | None, links: Links) -> int | None:
    times = [payment.at for payment in links.payments[-1:]]
    times += [order.created_at or 0] if order else []
    times += [session.created or 0 for session in links.sessions[:1]]
    return next((at for at in times if at), None)
