"""One item of a run: its case opened and its event chosen anew, sent once, proved; and what was left behind.

Everything that speaks against it by now leaves it out. Whatever a sending came to stands in the entry of the journal
that was begun for it; an item whose end was not written down is read from there and never sent again by itself.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from core.addresses import shown
from core.desk import Desk, Opened, Outcome, Proof
from core.desk.fulfilled import also, lacking
from core.desk.proving import called
from core.desk.sent_before import as_it_stands
from core.errors import OrderlensError, Refused, Unreachable, UsageError
from core.facts import lacks
from core.journal import Entry, ItemState, Locked, ReplayItem, ReplayRun, target_of
from core.people import Person
from core.replaying.guarding import refuse_another_account
from core.replays import How, LeftOut, Named, Replay, Why, reflected
from core.times import MINUTE

SENT: Final[dict[Outcome, ItemState]] = {
    Outcome.HEALED: "healed",
    Outcome.INCOMPLETE: "changed",  # paid, and not all that belongs to it: nobody calls that healed
    Outcome.CHANGED: "changed",
    Outcome.UNCHANGED: "unchanged",
    Outcome.NOT_ACCEPTED: "failed",
    Outcome.NOT_DELIVERED: "failed",
    Outcome.UNVERIFIED: "unverified",
}
_STANDS: Final = MINUTE  # a reading; older ones come of a journal that was waited for, or of a slow Stripe
_HOWS: Final[dict[str, How]] = {"replay": "replay", "resend": "resend"}


@dataclass(frozen=True, slots=True)
class Sending:
    """Carries out items of `run`, in the turn that this process holds."""

    desk: Desk
    run: ReplayRun

    def carry_out(self, item: ReplayItem) -> ReplayItem | None:
        """The item with what came of it, as it was written down; still planned where a side could not be read; None
        where it must not be begun any more. Unreachable where the journal cannot be used."""
        items = self.desk.journal.replay_items
        now = self.desk.now()
        if not items.begin(item, turn=self.run.turn, now=now):
            return None
        done = self._done(replace(item, begun_at=now))
        done = done if done.state == "planned" else replace(done, ended_at=self.desk.now())
        items.tell(done, turn=self.run.turn)
        return done

    def pass_over(self, item: ReplayItem) -> None:
        """Not sent, for the event of its case before it did not heal the order."""
        says = "An event of this case that comes before it did not heal the order."
        passed = replace(skipped(item, Why.EARLIER, says), ended_at=self.desk.now())
        self.desk.journal.replay_items.tell(passed, turn=self.run.turn)

    def _done(self, item: ReplayItem, *, once_more: bool = True) -> ReplayItem:
        """Read, chosen, sent, proved. `once_more`: where the journal was waited for, the case is read anew."""
        found = self._chosen(item)
        if isinstance(found, ReplayItem):
            return found
        item, choice, opened = found
        if once_more and self.desk.now() - opened.case.facts.read_at > _STANDS:
            return self._done(item, once_more=False)
        try:
            return of_proof(item, self.desk.carry_out(choice, opened, who=self.who, note=self.note, fresh=True))
        except Refused as refusal:
            return skipped(item, Why.SENT_BEFORE, refusal.message)
        except OrderlensError as error:
            if isinstance(error, Locked) and once_more and self._waited():
                return self._done(item, once_more=False)
            return unsent(item, error.message)

    def _chosen(self, item: ReplayItem) -> ReplayItem | tuple[ReplayItem, Replay, Opened]:
        """What is sent, on a reading of now; or the item that is not."""
        try:
            opened = self.desk.open(item.case_key)
            refuse_another_account(self.run, self.desk.account)
            only = Named(item.event_id, item.event_created)
            (choice,) = self.desk.choose(opened, how=_HOWS[item.how], only=only, endpoint_id=item.endpoint_id or None)
        except UsageError as error:
            return skipped(item, Why.GONE, error.message)
        except OrderlensError as error:
            return unsent(item, error.message)
        item = replace(item, before=called(opened.case.order))
        left = _left_out(item, choice)
        if left is not None or isinstance(choice, LeftOut):
            return left or item
        return item, choice, opened

    def _waited(self) -> bool:
        """Whether the journal can be written by now, after a while: what was read before is old then."""
        with suppress(Unreachable):
            self.desk.journal.wait()
            return True
        return False

    def settle(self, item: ReplayItem) -> ReplayItem:
        """What a process left that was killed, or lost the journal, while it was at this item: planned again only where
        nothing of it was begun; else what the journal and the order say of it."""
        now, journal = self.desk.now(), self.desk.journal
        last = journal.sendings.last_to(item.event_id, item.target)
        if last is None or last.id == item.knows_of:
            settled = replace(item, state="planned", begun_at=None)
        else:
            settled = replace(self._left(item, as_it_stands(last, now)), ended_at=now)
        journal.replay_items.tell(settled, turn=self.run.turn)
        return settled

    def _left(self, item: ReplayItem, entry: Entry) -> ReplayItem:
        """Of what was begun: what was written down of it, or what can be seen of it now."""
        outcome = Outcome(entry.outcome) if entry.outcome in set(Outcome) else Outcome.NOT_KNOWN
        if outcome in SENT and outcome is not Outcome.UNVERIFIED:
            return _told(item, outcome, entry)
        item = replace(item, state="unverified", says=_open_end(entry))
        try:
            opened = self.desk.open(item.case_key)
        except OrderlensError:
            return item
        event = next((one for one in opened.case.facts.events if one.id == item.event_id), None)
        order = opened.case.order
        if event is not None and reflected(order, event):
            expected, rest = opened.case.expected, also(event, opened.case.expected)
            if lacking(event, expected):
                said = f"{_UNTOLD} The order is {called(order)} now, but {lacks(expected)}.{rest}"
                return replace(item, state="changed", after=called(order), says=said)
            return replace(item, state="healed", after=called(order), says=_SHOWN + rest)
        return replace(item, after=called(order))

    @property
    def who(self) -> Person:
        """In whose name: whoever began the run was admitted then."""
        return Person(self.run.who, "operator")

    @property
    def note(self) -> str:
        """What each entry says of why."""
        return f"run {self.run.id}{f': {self.run.reason}' if self.run.reason else ''}"


_ELSEWHERE = (
    "It is planned to {}, and by now it would go to {}: carry the run out with the address it was planned for, or "
    "cancel it and plan anew."
)
_HELD = (Why.NOT_READ, Why.NO_ENDPOINT)  # says nothing of the case: it is sent when that is mended
_UNTOLD = "Its end was never written down: its process was killed, or the journal could not be written."
_LOOK = "Look into the log of your endpoint, and at the order."
_SHOWN = f"{_UNTOLD} The order shows by now what the event brings."


def _open_end(entry: Entry) -> str:
    """What is known of a sending whose end nobody wrote down, where the order does not show it."""
    status, error = entry.details.get("status"), entry.details.get("error")
    if status:
        return f"{_UNTOLD} It was sent, and the endpoint answered with status {status}: it is not sent again. {_LOOK}"
    seen = f" ({str(error).rstrip('.')})" if error else ""
    return f"{_UNTOLD} Sent or not is not known{seen}, and it is not sent again. {_LOOK}"


def proved(item: ReplayItem) -> bool:
    """Whether it was seen that the sending healed the order: of what a killed process left there is no answer."""
    return item.state == "healed" and (item.status is not None or item.answer != "")


def skipped(item: ReplayItem, why: Why, says: str) -> ReplayItem:
    """It is not sent, and never will be in this run."""
    return replace(item, state="skipped", left_out=why, says=says)


def unsent(item: ReplayItem, because: str) -> ReplayItem:
    """A side could not be read, or it would go elsewhere: it is still to be sent, when that can be."""
    return replace(item, state="planned", says=f"Nothing was sent yet. {because}", begun_at=None)


def _left_out(item: ReplayItem, choice: Replay | LeftOut) -> ReplayItem | None:
    """What is not sent now: for what the case shows, because it would go elsewhere, or because somebody sent it since
    the plan was made."""
    if isinstance(choice, LeftOut):
        held = choice.why in _HELD
        return unsent(item, choice.says) if held else skipped(item, choice.why, choice.says)
    if target_of(choice.url) != item.target:  # nobody planned, confirmed or approved that it goes there
        return unsent(item, _ELSEWHERE.format(item.endpoint, shown(choice.url)))
    if choice.knows_of == item.knows_of:
        return None
    said = choice.objections[0] if choice.objections else "It was sent since the plan was made."
    return skipped(item, Why.SENT_BEFORE, said)


def of_proof(item: ReplayItem, proof: Proof) -> ReplayItem:
    """With what came of it."""
    after, delivery = proof.after, proof.delivery
    return replace(
        item,
        state=SENT[proof.outcome],
        says=proof.says,
        before=called(proof.before.case.order),
        after=called(after.case.order) if after is not None else "",
        status=delivery.status,
        answer=(delivery.error or delivery.answer)[:500],
    )


def _told(item: ReplayItem, outcome: Outcome, entry: Entry) -> ReplayItem:
    """As it stands in the entry of the sending."""
    kept = {name: str(entry.details.get(name) or "") for name in ("says", "order_before", "order_after", "answer")}
    status = entry.details.get("status")
    return replace(
        item,
        state=SENT[outcome],
        says=kept["says"],
        before=kept["order_before"] or item.before,
        after=kept["order_after"],
        answer=str(entry.details.get("error") or kept["answer"])[:500],
        status=status if isinstance(status, int) else None,
    )
