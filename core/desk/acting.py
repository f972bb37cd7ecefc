"""Carrying out a plan: look again, write it into the journal, send, prove, and write what came of it.

Nothing is sent that does not stand in the journal first, and nothing of which another has begun to send the same; both
are refused there in one transaction. Whatever happens after that, the journal says how far it came. A sending that
cannot be looked after is an outcome, not an error: whoever gets an error may take it that nothing was sent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.addresses import shown
from core.desk.changes import said
from core.desk.fulfilled import Pair, told
from core.desk.proving import Proving, called
from core.desk.results import Change, Opened, Outcome, Proof
from core.desk.sent_before import telling
from core.desk.sides import Sides
from core.errors import OrderlensError, Refused, Unreachable
from core.facts import Event
from core.journal import Entry, Journal
from core.replays import SIGNATURE, How, LeftOut, Named, Replay, To, Why, choose, plan, reconstructed
from core.stripe_api import StripeReader
from core.webhooks import Delivery, Sender


@dataclass(frozen=True, slots=True)
class Acting:
    """What sending needs: both sides to read, both ways to send, the journal, and a way to wait."""

    sides: Sides
    sender: Sender
    journal: Journal
    pause: Callable[[float], None]

    def plan(self, opened: Opened, event_id: str, *, how: How, endpoint_id: str | None = None) -> Replay:
        """A plan on what `opened` shows, which tells what was sent before. Refused with the reason; Unreachable where
        the journal cannot be read: nothing could be sent."""
        planned = self._planned(opened, event_id, how=how, endpoint_id=endpoint_id)
        last = self.journal.sendings.last(event_id, planned.url)
        return telling(planned, last, opened, self.sides.now())

    def carry_out(self, replay: Replay, opened: Opened, *, who: str, note: str) -> Proof:
        """Do what `replay` says, and prove what came of it. Refused where the case has moved on since the plan, or the
        event was sent by another; with any OrderlensError nothing was sent."""
        self.journal.check()
        entry = entry_of(replay, opened.key, opened.name, who=who, note=note, at=self.sides.now())
        try:
            before = self.sides.open(opened.key)
            again = self._planned(before, replay.event.id, how=replay.how, endpoint_id=replay.endpoint_id)
            if again.url != replay.url:
                raise Refused(
                    f"{shown(replay.url)} is not where it would be sent by now.", next_step="Look at the plan anew."
                )
            entry = replace(entry, at=self.sides.now())
            sending = self.journal.sendings.begin(entry, replay.url, seen=replay.knows_of)
        except OrderlensError as error:
            outcome = Outcome.REFUSED if isinstance(error, Refused) else Outcome.FAILED
            self.journal.record(replace(entry, outcome=outcome, details={**entry.details, **_said(error.message)}))
            raise
        return self._begun(replay, before, sending)

    def at_once(self, replay: Replay, opened: Opened, *, who: str, note: str) -> Proof:
        """The same on a reading of a moment ago, which is not made again; what is refused is no entry."""
        entry = entry_of(replay, opened.key, opened.name, who=who, note=note, at=self.sides.now())
        return self._begun(replay, opened, self.journal.sendings.begin(entry, replay.url, seen=replay.knows_of))

    def choose(
        self, opened: Opened, *, how: How, only: Named | None, endpoint_id: str | None, made: bool
    ) -> tuple[Replay | LeftOut, ...]:
        """What of a case is sent in a run, or why not; each tells of the sending before it, as a plan does. Unreachable
        where the journal cannot be read."""
        to = To(how, self.sender.url, self.sender.can_sign, endpoint_id)
        return tuple(
            one if isinstance(one, LeftOut) else self._known(one, opened)
            for one in choose(opened, to, now=self.sides.now(), only=only, made=made)
        )

    def _known(self, replay: Replay, opened: Opened) -> Replay | LeftOut:
        last = self.journal.sendings.last(replay.event.id, replay.url)
        try:
            return telling(replay, last, opened, self.sides.now())
        except Refused as refusal:
            return LeftOut(Why.SENT_BEFORE, refusal.message, replay.event)

    def _begun(self, replay: Replay, before: Opened, sending: Entry) -> Proof:
        """What stands in the journal as begun: sent, and looked after. However this ends, the journal is told."""
        delivery = self.send(replay, sending)
        self._told(sending, Outcome.UNVERIFIED, delivered(delivery), over=False)
        return self.prove(replay, delivery, before, sending)

    def prove(
        self, replay: Replay, delivery: Delivery, before: Opened, sending: Entry, *, sent: float | None = None
    ) -> Proof:
        """Look after what was sent (at `sent`, by the clock, or a moment ago), and tell the journal, however that ends.
        Raises no OrderlensError."""
        outcome, details = Outcome.UNVERIFIED, delivered(delivery)
        try:
            proof = Proving(self.sides, self.pause).of(replay, delivery, before, sent=sent)
            outcome, details = proof.outcome, proven(proof)
        finally:
            untold = self._told(sending, outcome, details, over=True)
        return replace(proof, says=f"{proof.says} It could not be recorded: {untold}") if untold else proof

    def send(self, replay: Replay, sending: Entry) -> Delivery:
        """Send what stands in the journal as begun, which is told where that breaks off. Refused where it is for
        another address than the configured one: nothing was sent then."""
        outcome, details = Outcome.NOT_KNOWN, _said("It broke off while it was sent.")
        delivery = None
        try:
            delivery = self._sent(replay)
        except Refused as refusal:
            outcome, details = Outcome.REFUSED, _said(refusal.message)
            raise
        finally:
            if delivery is None:
                self._told(sending, outcome, details, over=True)
        return delivery

    def _told(self, sending: Entry, outcome: Outcome, details: dict[str, object], *, over: bool) -> str:
        """Write how far a sending came; in words why that could not be written, for it is not to end by that."""
        try:
            self.journal.sendings.tell(sending, outcome, details, over=over)
        except Unreachable as error:
            return error.message
        return ""

    def _planned(self, opened: Opened, event_id: str, *, how: How, endpoint_id: str | None) -> Replay:
        return plan(
            opened,
            _event(opened, event_id),
            how=how,
            url=self.sender.url,
            can_sign=self.sender.can_sign,
            now=self.sides.now(),
            endpoint_id=endpoint_id,
        )

    def _sent(self, replay: Replay) -> Delivery:
        if replay.how == "replay":
            return self.sender.send(replay, now=self.sides.now())
        return _resent(self.sides.stripe, replay, self.sides.clock)


def _event(opened: Opened, event_id: str) -> Event:
    known = (*opened.case.facts.events, *reconstructed(opened))
    found = next((event for event in known if event.id == event_id), None)
    if found is None:
        raise Refused(
            f"{event_id} is not an event of this case.",
            next_step="Retrieve the case afresh, and choose one of the events it lists.",
        )
    return found


def _resent(stripe: StripeReader, replay: Replay, clock: Callable[[], float]) -> Delivery:
    """What Stripe said to a resend. The endpoint's own answer stays with Stripe: no API tells it."""
    began = clock()
    resent = stripe.resend(replay.event.id, replay.endpoint_id or "", replay.account)
    took = int((clock() - began) * 1000)
    error = None if resent.perhaps else resent.says
    return Delivery(replay.url, None, took, resent.says, error, int(began), uncertain=resent.perhaps)


def in_vain(journal: Journal, key: str) -> tuple[str, ...]:
    """The events of a case that Orderlens has sent, that the endpoint accepted, and that left the order as it was; none
    where the journal cannot be read."""
    try:
        entries, _ = journal.recent(limit=50, case_key=key)
    except OrderlensError:
        return ()
    sent = (one for one in entries if one.what == "replay" and one.outcome == Outcome.UNCHANGED.value)
    return tuple(dict.fromkeys(one.object_id for one in sent if one.details.get("status")))


def entry_of(replay: Replay, key: str, name: str, *, who: str, note: str, at: int) -> Entry:
    """The entry that is begun before a sending for the case of this key and name."""
    about = {
        "order": name,
        "event": replay.event.called,
        "url": shown(replay.url),
        "endpoint": replay.endpoint_id,
        "note": note,
    }
    known = {name: value for name, value in about.items() if value}
    return Entry(at, who, replay.how, key, replay.event.id, Outcome.SENDING, known)


def _said(text: str) -> dict[str, object]:
    return {"says": text}


def delivered(delivery: Delivery) -> dict[str, object]:
    """What the entry is told once it was sent."""
    sent = {name: "t=...,v1=***" if name == SIGNATURE else value for name, value in delivery.headers}
    return {
        "status": delivery.status,
        "latency_ms": delivery.latency_ms,
        "answer": delivery.answer[:500],
        "error": delivery.error,
        "headers": sent,
    }


def proven(proof: Proof) -> dict[str, object]:
    """What the entry is told of a proof."""
    after = {} if proof.after is None else {"order_after": called(proof.after.case.order)}
    return details_of(
        proof.says, proof.delivery, called(proof.before.case.order), after, proof.changes, proof.expected, proof.waited
    )


def details_of(
    says: str,
    delivery: Delivery,
    before: str,
    after: Mapping[str, str],
    changed: tuple[Change, ...],
    expected: Sequence[Pair],
    waited: float,
) -> dict[str, object]:
    """The same in its parts: the order in the app's own word `before` and (`order_after`) after."""
    return {
        "says": says,
        **delivered(delivery),
        "order_before": before,
        **after,
        "changes": said(changed),
        **({"expected": told(expected)} if expected else {}),
        "waited_seconds": waited,
    }
