"""`Desk`: the one door for pages and commands."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, tzinfo
from functools import partial
from types import TracebackType
from typing import Final, Self

from core.desk.acting import Acting, in_vain
from core.desk.causing import Cause, causing
from core.desk.changes import changes, said
from core.desk.coming import Openings
from core.desk.finding import find
from core.desk.masking import MaskedReading, Reading, found_for
from core.desk.overseeing import Overview, overseeing
from core.desk.probing import Probing
from core.desk.recalled import Recalled, never_sent
from core.desk.results import Found, Opened, Proof, Retrieved, Survey, Unsettled
from core.desk.sent_before import as_it_stands, lately, unsettled
from core.desk.settling import settle
from core.desk.sides import Sides
from core.desk.surveying import survey
from core.desk.underway import Underway
from core.endpoints.probing import Probe
from core.errors import OrderlensError
from core.facts import Mode
from core.journal import Entry, Inbox, Journal, ScanRecord, Scans
from core.orders import OrdersReader
from core.outages import Outage
from core.people import Person, Right
from core.replays import How, LeftOut, Named, Replay
from core.stripe_api import StripeReader
from core.surroundings import Surroundings
from core.webhooks import Sender

LOOKED_AFTER: Final = 75.0  # seconds: an endpoint has 30 to answer, the order 30 to show it


class Desk:
    """A shop's orders beside its Stripe account. Shared by all threads; `close` it once.

    `clock` gives seconds since 1970, `pause` waits that many seconds. Everything may raise OrdersUnreachable and
    StripeUnreachable; nothing writes to the orders database, and only `carry_out` makes anything happen outside.
    """

    def __init__(
        self,
        orders: OrdersReader,
        stripe: StripeReader,
        sender: Sender,
        journal: Journal,
        surroundings: Surroundings,
        *,
        clock: Callable[[], float],
        pause: Callable[[float], None],
    ) -> None:
        learned = Recalled(journal, stripe.access, clock)
        lost = partial(never_sent, journal, stripe.access)
        self._sides = Sides(orders, stripe, surroundings, clock, partial(in_vain, journal), learned, lost)
        self._acting = Acting(self._sides, sender, journal, pause)
        self._journal, self._underway = journal, Underway()
        self._probing = Probing(self._sides, sender, journal)
        self._openings = Openings(lambda key, row: self._settled(self._sides.open(key, row)), clock)

    @property
    def key_mode(self) -> Mode:
        """Whether the Stripe key is a test or a live one."""
        return self._sides.stripe.key_mode

    @property
    def account(self) -> str | None:
        """The account that is read: the connected one of the settings, else the key's own once Stripe has said it."""
        return self._sides.stripe.account

    @property
    def rehearsing(self) -> bool:
        """Whether what answers for Stripe stands on this machine: then all it says is made up."""
        return self._sides.stripe.access.rehearsing

    @property
    def webhook_url(self) -> str | None:
        """The endpoint replays go to; None where none is configured."""
        return self._acting.sender.url

    @property
    def can_probe(self) -> bool:
        """Whether an endpoint is configured, and the secret to sign for it."""
        return self._acting.sender.url is not None and self._acting.sender.can_sign

    @property
    def inbox(self) -> Inbox:
        """What scans found and nobody has settled. Reading it asks nothing of either side."""
        return self._journal.inbox

    @property
    def journal(self) -> Journal:
        """What was done, and the runs of replays: for rooms that act through the desk."""
        return self._journal

    @property
    def scans(self) -> Scans:
        """Every scan: how far it is, what it read and what not. One is started by a `core.jobs.Starter`."""
        return self._journal.scans

    @property
    def acting(self) -> Acting:
        """Both sides, the sender and the journal: for the room that reads and sends many at a time."""
        return self._acting

    @contextmanager
    def sending(self, keys: Sequence[str]) -> Iterator[None]:
        """While something is sent for these cases: nobody gets a reading from before, and the desk is not closed."""
        with ExitStack() as after, self._underway.one():
            self._openings.forget(*keys)
            after.callback(self._openings.forget, *keys)  # who began meanwhile may have seen it before it was mended
            yield

    def now(self) -> int:
        """The present second, since 1970."""
        return self._sides.now()

    def wait(self, seconds: float) -> None:
        """Wait, by the desk's own clock."""
        self._acting.pause(seconds)

    def check(self) -> None:
        """Ask both sides one question: a wrong key, a missing database are said at once."""
        self._sides.orders.check()
        self._sides.stripe.check()

    def warnings(self) -> tuple[str, ...]:
        """What is not wrong but should be safer, in sentences: a database user that may write."""
        return self._sides.orders.warnings()

    def find(self, text: str, zone: tzinfo = UTC, *, who: Person) -> Found:
        """The cases that a pasted `text` can mean; days in it are those of `zone`. UsageError where it is empty."""
        return found_for(who, find(self._sides, text, zone))

    def open(self, key: str) -> Opened:
        """Read the case of a hit's key from both sides, for whoever has the terminal; a kept case stands by it at once.
        UsageError where it is gone."""
        return self._settled(self._sides.open(key))

    def opening(self, key: str, *, who: Person, visitor: str, anew: bool = False) -> Reading:
        """Begin to open a case for a visitor, by any name that tells one from another: the order is there as soon as
        its row is read. A reading that is under way, or that was made for another visitor within the last seconds,
        serves this one too, unless `anew`. Each sees of it what they may."""
        reading = self._openings.begin(key, visitor, anew=anew)
        return reading if who.may(Right.CUSTOMERS) else MaskedReading(reading)

    def retrieve(self, before: Opened, *, who: Person) -> Retrieved:
        """Read a case afresh, and say what changed since `before`. Recorded in the journal."""
        now = self._sides.now()
        self._journal.gate.admit(who, Right.RETRIEVE, "retrieve", now, case_key=before.key)

        def entry(outcome: str, says: list[str]) -> Entry:
            about = {"order": before.name, "says": says}
            return Entry(now, who.called, "retrieve", before.key, before.key.partition(":")[2], outcome, about)

        self._openings.forget(before.key)
        try:
            after = self._settled(self._sides.open(before.key))
        except OrderlensError as error:
            self._journal.record(entry("failed", [error.message]))
            raise
        found = changes(before, after)
        self._journal.record(entry("changed" if found else "unchanged", said(found)))
        return Retrieved(before, after, found)

    def plan_replay(self, opened: Opened, event_id: str) -> Replay:
        """A plan to send an event to the configured endpoint, signed by us. Refused with the reason."""
        return self._acting.plan(opened, event_id, how="replay")

    def plan_resend(self, opened: Opened, event_id: str, endpoint_id: str) -> Replay:
        """A plan to have Stripe send an event to one of its endpoints. Refused with the reason."""
        return self._acting.plan(opened, event_id, how="resend", endpoint_id=endpoint_id)

    def choose(
        self,
        opened: Opened,
        *,
        how: How,
        only: Named | None = None,
        endpoint_id: str | None = None,
        made: bool = False,
    ) -> tuple[Replay | LeftOut, ...]:
        """Of one case among many: what is sent, the oldest first, or why it is left out; `made`: also events that
        Stripe has no more, reconstructed."""
        return self._acting.choose(opened, how=how, only=only, endpoint_id=endpoint_id, made=made)

    def carry_out(self, replay: Replay, opened: Opened, *, who: Person, note: str = "", fresh: bool = False) -> Proof:
        """Send what `replay` shows, watch the order for up to 30 s, read both sides again, record it. `fresh`: `opened`
        was read for this a moment ago, and is not read again before.

        Refused where the case has moved on since the plan, or where another has sent the same since; Unreachable where
        a side or the journal cannot be used. With either, nothing was sent: what cannot be looked at after the sending
        is an outcome.
        """
        now, event = self._sides.now(), replay.event.id
        self._journal.gate.admit(who, Right.SEND, replay.how, now, case_key=opened.key, object_id=event)
        with self.sending([opened.key]):
            carry_out = self._acting.at_once if fresh else self._acting.carry_out
            proof = carry_out(replay, opened, who=who.called, note=note)
            if proof.after is not None:
                self._settled(proof.after)
        return proof

    def probe(self, *, who: Person) -> Probe:
        """Send the configured endpoint a harmless event signed rightly, and one signed wrongly; what the answers mean
        is `core.endpoints.probing`'s to say. Recorded in the journal. Refused where they may not, or nothing is set."""
        with self._underway.one():
            return self._probing.probe(who)

    def last_probe(self) -> Probe | None:
        """The last probe of the endpoint that is configured now, as the journal has it."""
        return self._probing.last()

    def probe_told(self, opened: Opened) -> str:
        """For a case whose message the app refuses: what the last probe found, and how long ago; else empty."""
        return self._probing.told(opened)

    def survey(
        self,
        *,
        since: int | None = None,
        until: int | None = None,
        limit: int = 25,
        progress: Callable[[int, int], None],
    ) -> Survey:
        """Open the newest `limit` orders created in [since, until), several at a time."""
        return survey(self._sides, since=since, until=until, limit=limit, progress=progress)

    def exported(self, cases: int, *, who: Person, says: str, one: Opened | None = None) -> None:
        """Record that cases leave: many as CSV, or `one` as a bundle; asked before they do. `says`: which, in words."""
        now, right = self._sides.now(), Right.BUNDLE if one else Right.EXPORT
        self._journal.gate.admit(who, right, "export", now, case_key=one.key if one else "")
        key, kind = (one.key, "bundle") if one else ("", "csv")
        about = {"order": one.name, "says": [says]} if one else {"says": [says]}
        what = f"{cases} {'case' if cases == 1 else 'cases'}"
        self._journal.record(Entry(now, who.called, "export", key, kind, what, about))

    def cancel_scan(self, scan_id: int, *, who: Person) -> ScanRecord:
        """Ask a scan to stop, whoever runs it: it does at its next heartbeat. Recorded in the journal."""
        now = self._sides.now()
        self._journal.gate.admit(who, Right.SCAN, "cancel", now, object_id=f"scan {scan_id}")
        found = self.scans.ask_to_cancel(scan_id, now=now)
        outcome = "asked to stop" if found.state == "running" else found.state
        about = {"says": [f"orders made from {found.since} to {found.until}, started by {found.who}"]}
        self._journal.record(Entry(now, who.called, "cancel", "", f"scan {scan_id}", outcome, about))
        return found

    def admit_to_scans(self, who: Person) -> None:
        """Refused, and recorded, where `who` may not start a scan: for whoever starts one in their name."""
        self._journal.gate.admit(who, Right.SCAN, "scan", self._sides.now())

    def activity(self, *, limit: int = 100, case_key: str | None = None) -> tuple[tuple[Entry, ...], bool]:
        """The newest journal entries, of one case or all; and whether there are more."""
        entries, more = self._journal.recent(limit=limit, case_key=case_key)
        now = self._sides.now()
        return tuple(as_it_stands(entry, now) for entry in entries), more

    def cause(self, code: str, outages: Sequence[Outage], *, since: int | None = None, offset: int = 0) -> Cause:
        """All that the journal knows of one code: the outage that went on at `since`, else the newest open one, of
        `outages`; its cases over time. `offset`: seconds by which the reader's clock is ahead of UTC."""
        return causing(self._journal, self.key_mode, code, outages, since=since, now=self._sides.now(), offset=offset)

    def overview(self, *, offset: int = 0) -> Overview:
        """What is wrong now, and how it went for 30 days, as far as the journal knows. `offset`: as above."""
        return overseeing(self._journal, self._sides.stripe.access, now=self._sides.now(), offset=offset)

    def unsettled(self, opened: Opened) -> tuple[Unsettled, ...]:
        """The sendings of a case that somebody is at, or of which nobody knows what came; those that its order shows
        since are not among them. Unreachable where the journal cannot be read."""
        return unsettled(self._journal.sendings.of_case(opened.key), opened, self._sides.now())

    def lately(self, opened: Opened) -> Entry | None:
        """The newest sending of a case, whoever sent it, where its end is known and it is of the last minutes."""
        return lately(self._journal.sendings.of_case(opened.key), self._sides.now())

    def close(self) -> None:
        """Let go of both sides and of the journal, once what is being sent was looked after."""
        self._underway.over(LOOKED_AFTER)
        self._openings.close()
        self._sides.orders.close()
        self._sides.stripe.close()
        self._journal.close()

    def _settled(self, opened: Opened) -> Opened:
        settle(self.inbox, opened, now=self._sides.now())
        return opened

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
