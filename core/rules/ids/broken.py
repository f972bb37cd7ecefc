"""The id itself: a placeholder, one of another kind, or one that is damaged."""

import re
from urllib.parse import unquote, unquote_plus

from core.errors import redact
from core.facts import OPEN_ORDER, PaymentStatus, Session
from core.findings import Action, Confidence, Evidence, Severity
from core.rules.questions import states
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about, about_order, several

_WELL_FORMED = re.compile(r"cs_(?:test|live)_[A-Za-z0-9]{20,}|pi_[A-Za-z0-9]{10,}")
_INTENT = re.compile(r"pi_[A-Za-z0-9]+")
_KINDS = {
    "ch": "a charge",
    "cs": "a checkout session",
    "cus": "a customer",
    "evt": "an event",
    "in": "an invoice",
    "pi": "a payment intent",
    "plink": "a payment link",
    "pm": "a payment method",
    "price": "a price",
    "py": "a charge",
    "re": "a refund",
    "seti": "a setup intent",
    "src": "a source",
    "sub": "a subscription",
}
_OTHER_KIND = re.compile(rf"({'|'.join(_KINDS)})_\S+")
_AROUND = " \t\r\n\"'"  # what is pasted along with an id
_NOTHING = frozenset(
    {"undefined", "null", "none", "nan", "[object object]"}
)  # a variable that held no id, written down
_PLACEHOLDER = "CHECKOUT_SESSION_ID"


def id_placeholder(seen: Seen) -> Match | None:
    """The text of Stripe's URL template was stored."""
    stored = seen.order.session_id or ""
    if not _is_placeholder(stored):
        return None
    return Match(
        Severity.HIGH,
        states.at_stake(seen),
        (about_order(seen.order, "session_id", stored), *_real(seen, None)),
        {"stored": stored, "real": _label(seen, None)},
        actions=(Action.FIX_STORED_ID, Action.FRESH_RETRIEVE, *mark(seen), Action.FIX_HANDLER_CODE),
    )


def _is_placeholder(stored: str) -> bool:
    return "checkout_session_id" in stored.lower()


def id_wrong_type(seen: Seen) -> Match | None:
    """A session's column holds no session's id, or an intent's column no intent's, but that of another object."""
    order = seen.order
    found = {
        name: (stored, kind)
        for name, stored in (("session_id", order.session_id), ("payment_intent_id", order.payment_intent_id))
        if stored and (kind := _kind(name, stored))
    }
    if not found or states.other_method(seen):
        return None
    columns = {"session_id": "the checkout", "payment_intent_id": "the payment"}
    return Match(
        Severity.HIGH,
        states.at_stake(seen),
        (*(about_order(order, name, stored) for name, (stored, _) in found.items()), *_matching(seen, found)),
        {
            "wrong": several([f"the id of {columns[name]} is {kind}" for name, (_, kind) in found.items()]),
            "column": several(list(found)),
            "stored": redact(several([stored for stored, _ in found.values()])),
            "real": _said(_matching(seen, found)),
        },
        actions=(Action.FIX_STORED_ID, *mark(seen), Action.FIX_HANDLER_CODE),
    )


def _kind(column: str, stored: str) -> str | None:
    """What else than it should be the id in a column is, in words; None where it may be right, or be another
    provider's. A session's column without any id is left to `id_malformed`."""
    if stored.startswith("cs_") if column == "session_id" else _INTENT.fullmatch(stored):
        return None
    named = _OTHER_KIND.match(stored.strip(_AROUND))
    if named is None:
        empty = column != "session_id" and _is_nothing(stored)
        return "no id at all" if empty else None
    if column == "session_id" and named[1] == "cs":
        return None
    if "_secret_" in stored:
        return f"that of {_KINDS[named[1]]} with its client secret"
    return f"that of {_KINDS[named[1]]}" + (", damaged" if named[1] == "pi" and column != "session_id" else "")


def _is_nothing(stored: str) -> bool:
    """Whether it is the word for a variable without a value, however it was quoted or encoded."""
    return unquote_plus(unquote(stored)).strip(_AROUND).lower() in _NOTHING


def _without_placeholder(seen: Seen) -> list[Session]:
    """The order's checkouts whose success_url brings no id back to the app."""
    urls = [session for session in seen.links.sessions if session.success_url]
    return [session for session in urls if _PLACEHOLDER not in unquote(session.success_url or "").upper()]


def _matching(seen: Seen, found: dict[str, tuple[str, str]]) -> tuple[Evidence, ...]:
    """What belongs in those columns: the sessions of the order, and its intents."""
    sessions = _real(seen, None) if "session_id" in found else ()
    paid = [payment.intent for payment in seen.links.still_paid if payment.intent]
    intents = (paid or list(seen.links.intents)) if "payment_intent_id" in found else []
    return (*sessions, *(about(intent, "status", intent.status.value) for intent in intents))


def id_malformed(seen: Seen) -> Match | None:
    """A session id that is no id, or is a session's of this account with a piece missing or its case changed."""
    stored, facts = seen.order.session_id or "", seen.case.facts
    if not stored.strip() or stored in [session.id for session in facts.sessions]:
        return None
    if _is_placeholder(stored) or _kind("session_id", stored) or states.other_method(seen):
        return None
    whole = [s for s in facts.sessions if s.id.startswith(stored) or s.id.casefold() == stored.casefold()]
    if _WELL_FORMED.fullmatch(stored) and not whole:
        return None
    real = whole[0] if len(whole) == 1 else None
    bare = _without_placeholder(seen) if _is_nothing(stored) else []
    return Match(
        Severity.HIGH,
        states.at_stake(seen),
        (
            about_order(seen.order, "session_id", stored),
            *_real(seen, real),
            *(about(session, "success_url", session.success_url) for session in bare),
        ),
        {
            "stored": stored,
            "proof": _NO_PLACEHOLDER if bare else "",
            "real": _label(seen, real),
            "fits": "one session fits it" if real else "no single session fits it, so which one it was stays open",
        },
        detail="nothing" if _is_nothing(stored) else None,
        actions=(Action.FIX_STORED_ID, *mark(seen), Action.FIX_HANDLER_CODE),
    )


def mark(seen: Seen) -> tuple[Action, ...]:
    """Marking paid is proposed only where something is paid, and the order is open after the time a message takes."""
    open_and_settled = seen.order.status in OPEN_ORDER and states.settled(seen) and not states.is_young(seen)
    return (Action.MARK_PAID_AFTER_VERIFY,) if open_and_settled else ()


def _real(seen: Seen, session: Session | None) -> tuple[Evidence, ...]:
    found = [session] if session else list(seen.links.sessions)
    paid = [s for s in found if s.payment_status is not PaymentStatus.UNPAID]
    return tuple(about(s, "payment_status", s.payment_status.value) for s in paid or found)


def _label(seen: Seen, session: Session | None) -> str:
    return _said(_real(seen, session))


def _said(real: tuple[Evidence, ...]) -> str:
    return "The real one is " + several([e.source for e in real]) + "." if real else "The real one was not found."


_NO_PLACEHOLDER = " It came from there: the checkout's success_url has no {CHECKOUT_SESSION_ID}, so the page had no id."
AT_STAKE = "the payment that was found for it, if the order is not paid; else nothing"
_CORRECT = "Have the id on the order corrected."
ID_PLACEHOLDER = Rule(
    code="id_placeholder",
    title="Stripe's template text was stored instead of an id",
    family="ids",
    severity="high",
    money=AT_STAKE,
    explanation="The session id on the order contains CHECKOUT_SESSION_ID, plain or percent-encoded.",
    support="The app saved the words {stored} where the payment number belongs. {real}",
    causes=(
        "A URL builder escaped the braces, so Stripe never filled the number in.",
        "The value was read from a URL before Stripe had filled it in.",
        "The wrong variable was saved.",
    ),
    developer="`{stored}` was saved as an id. Append the raw text {CHECKOUT_SESSION_ID} after building the URL. "
    "Better: save session.id from the answer that creates the session, before redirecting.",
    remedy=(
        _CORRECT,
        "Read the order again: with the right id the rest can be judged.",
        does(
            Action.MARK_PAID_AFTER_VERIFY,
            "If the checkout is paid and the order is open: read it afresh and mark the order paid.",
        ),
        "Look for other orders with the same text; there are usually many.",
    ),
    guards=("An address that shows the placeholder, as the checkout's success_url does: there it belongs.",),
    actions=(
        Action.FIX_STORED_ID,
        Action.FRESH_RETRIEVE,
        Action.MARK_PAID_AFTER_VERIFY,
        Action.FIX_HANDLER_CODE,
    ),
    supersedes=frozenset({"session_not_found", "id_malformed", "no_pi_by_design", "stale_id"}),
    confidence="certain: the text is Stripe's own template",
    unchecked=("Other orders that store the same text.",),
    searched=(
        "No such checkout.session: '{CHECKOUT_SESSION_ID}'",
        "Invalid checkout.session id: ${SESSION_ID}",
        "%7BCHECKOUT_SESSION_ID%7D",
        "success_url CHECKOUT_SESSION_ID not replaced",
    ),
    check=id_placeholder,
)

ID_WRONG_TYPE = Rule(
    code="id_wrong_type",
    title="An id of another kind is in the column",
    family="ids",
    severity="high",
    money=AT_STAKE,
    explanation="The session id on the order begins like another object's (pi_, ch_, py_, in_, sub_, seti_, plink_, "
    "price_, cus_, evt_, pm_, src_), or the payment intent id like one that is no intent's, or holds a client secret.",
    support="On this order, {wrong}: {stored}. {real}",
    causes=(
        "The intent was stored where the session belongs, or the other way round.",
        "The client secret was stored instead of the id.",
        "The id of a payment link, an invoice or a subscription was stored.",
    ),
    developer="Keep two columns, and check the prefix when writing: cs_ for the session, pi_ for the intent. Here "
    "{column} holds {stored}. Never store client secrets.",
    remedy=(
        "Have the id on the order corrected.",
        does(
            Action.MARK_PAID_AFTER_VERIFY,
            "If the payment is found and the order is open: read it afresh and mark the order paid.",
        ),
        "Have the code checked that writes {column}: other orders are probably the same.",
    ),
    guards=(
        "An app without Checkout: no session id, and an intent's id where it belongs.",
        "Another payment method's number in the same column.",
    ),
    actions=(Action.FIX_STORED_ID, Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE),
    supersedes=frozenset({"session_not_found", "id_malformed"}),
    confidence="certain: an id says of which kind it is",
    unchecked=("Objects of other kinds than sessions, intents and charges are not looked up by this id.",),
    searched=(
        "No such checkout.session: 'pi_",
        "No such payment_intent: 'cs_",
        "Invalid checkout.session id",
        "No such payment_intent: 'pi_..._secret_...'",
    ),
    check=id_wrong_type,
)

ID_MALFORMED = Rule(
    code="id_malformed",
    title="The stored id is damaged",
    family="ids",
    severity="high",
    money=AT_STAKE,
    explanation="The session id on the order is not found, and it is either not of the form cs_live_... or "
    "cs_test_..., "
    "or a session of this account differs from it only by a cut-off end or by upper and lower case.",
    support="The payment number on this order is incomplete or altered. {real}",
    support_by_detail={
        "nothing": "The app saved the word {stored} where the payment number belongs: it had none.{proof} {real}",
    },
    causes=(
        "The column is shorter than the id and cut it off.",
        "The column or its index ignores upper and lower case.",
        "Quotes, spaces or a whole URL were saved with it.",
    ),
    developer="`{stored}` was saved in session_id. Use varchar(255) with a case-sensitive (binary) "
    "collation and strict SQL mode. Change nothing about an id: it is opaque.",
    remedy=(
        _CORRECT,
        does(
            Action.MARK_PAID_AFTER_VERIFY,
            "If the checkout is paid and the order is open: read it afresh and mark the order paid.",
        ),
        "Have the column checked: other orders are probably damaged the same way.",
    ),
    guards=("The length alone says nothing.", "Another payment method's number in the same column."),
    actions=(Action.FIX_STORED_ID, Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE),
    supersedes=frozenset({"session_not_found", "stale_id", "unpaid_marked_paid", "expired_order_open"}),
    confidence="certain that it is no whole id; which one it was is certain only where one session fits",
    sureness={Confidence.CERTAIN: "certain that it is no whole id; {fits}"},
    unchecked=("Sessions that do not name this order and were not read.",),
    searched=(
        "No such checkout.session",
        "Invalid checkout.session id",
        "Data too long for column session_id",
        "Stripe session id truncated varchar",
    ),
    check=id_malformed,
)
