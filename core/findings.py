"""The vocabulary of a diagnosis: what a finding is made of, and what a rule says about its kind.

Owns the words `Severity`, `Confidence`, `Evidence`, `Finding`, `Diagnosis`, and how steps are numbered. Severity,
confidence and money at risk are three different things and never derived from one another. The rules are in
`core.rules`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.money import Money


class Severity(StrEnum):
    """How soon a person is needed."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst, so that sorting puts it first."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How sure the finding itself is, whatever it costs."""

    CERTAIN = "certain"  # both values were read and disagree
    PROBABLE = "probable"  # read, and the cause is the likeliest of several
    POSSIBLE = "possible"  # a weak link, e.g. the same e-mail and amount


class Action(StrEnum):
    """What may be done next; the closed list of the catalogue."""

    __hash__ = str.__hash__  # one is looked for in many sets

    CANCEL_ORDER = "cancel_order"
    CANCEL_SUBSCRIPTION = "cancel_subscription"
    CAPTURE_NOW = "capture_now"
    CHECK_UNITS = "check_units"
    CONTACT_CUSTOMER = "contact_customer"
    CORRECT_AMOUNT = "correct_amount"
    END_ACCESS = "end_access"
    EXPIRE_SESSION = "expire_session"
    FIX_ENDPOINT = "fix_endpoint"
    FIX_HANDLER_CODE = "fix_handler_code"
    FIX_KEY_OR_ACCOUNT = "fix_key_or_account"
    FIX_METADATA_LINK = "fix_metadata_link"
    FIX_STORED_ID = "fix_stored_id"
    FRESH_RETRIEVE = "fresh_retrieve"
    HOLD_FULFILMENT = "hold_fulfilment"
    LINK_MANUALLY = "link_manually"
    MARK_PAID_AFTER_VERIFY = "mark_paid_after_verify"
    RECORD_DISPUTE_LOSS = "record_dispute_loss"
    RECORD_REFUND = "record_refund"
    REFUND_DUPLICATE = "refund_duplicate"
    REFUND_PAYMENT = "refund_payment"
    RELEASE_HOLD = "release_hold"
    REOPEN_OR_REFUND = "reopen_or_refund"
    REPLAY_EVENT = "replay_event"
    REQUEST_NEW_PAYMENT = "request_new_payment"
    RESPOND_DISPUTE = "respond_dispute"
    RETRY_REFUND = "retry_refund"
    REVIEW_SECURITY = "review_security"
    SUBSCRIBE_EVENT = "subscribe_event"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value, and where it was read: `field` ("payment_status"), `value` ("paid"), `source` ("session cs_...",
    "order 1042", "event evt_..."). A finding shows at least the two values that disagree."""

    source: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One named discrepancy of one case.

    `says`: plain words for support, with this case's values; `cause`: the causes, the likeliest first; `developer`:
    what to change in code or configuration; `remedy`: the next steps, in order; `sureness`: how sure it is in this
    case, and why; `due`: until when it can be acted on (seconds since 1970); `unchecked`: what was not looked at and
    could change it. All are whole sentences, unnumbered.
    `money_at_risk`: None where it cannot be told, Money(0) where none is. `supersedes` is resolved already: superseded
    findings are not in the diagnosis.
    """

    code: str
    title: str
    severity: Severity
    confidence: Confidence
    money_at_risk: Money | None
    evidence: tuple[Evidence, ...]
    says: str
    cause: tuple[str, ...]
    developer: str
    remedy: tuple[str, ...]
    sureness: str
    actions: tuple[Action, ...] = ()
    detail: str | None = None
    due: int | None = None
    unchecked: tuple[str, ...] = ()


def numbered(steps: Iterable[str]) -> tuple[str, ...]:
    """Steps with their numbers, as they are drawn: `1. Refund it.`"""
    return tuple([f"{number}. {step}" for number, step in enumerate(steps, 1)])


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong with a case: at most one headline, its consequences and causes, notes; or undetermined, and why.

    `undetermined` is set whenever something needed was not read; a case with findings may be undetermined as well
    ("what was read shows this; what was not read might show more"). `clean` is true only after a full reading.
    """

    headline: Finding | None = None
    also: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    undetermined: str | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The headline first, then the others in headline order; notes are not findings."""
        return ((self.headline,) if self.headline else ()) + self.also

    @property
    def actions(self) -> tuple[Action, ...]:
        """Every proposed action once, the headline's first."""
        return tuple(dict.fromkeys(action for finding in self.findings for action in finding.actions))

    @property
    def clean(self) -> bool:
        """Nothing found, and nothing left unread."""
        return self.headline is None and self.undetermined is None
