"""A probe of the configured endpoint: sent at somebody's word, kept in the journal, and the last one told again."""

from dataclasses import dataclass
from typing import Final

from core.addresses import shown
from core.checks import worst_of
from core.desk.results import Opened
from core.desk.sides import Sides
from core.endpoints import probing
from core.endpoints.probing import Probe
from core.errors import OrderlensError, Refused
from core.journal import Entry, Journal
from core.people import Person, Right
from core.webhooks import Sender

REFUSED: Final = "webhook_failing"


@dataclass(frozen=True, slots=True)
class Probing:
    """What a probe needs: the clock and what the app expects, the way to send, the journal."""

    sides: Sides
    sender: Sender
    journal: Journal

    def probe(self, who: Person) -> Probe:
        """Send both, and write it down. Refused where they may not or nothing is configured; Unreachable where the
        journal cannot be used: then nothing was sent."""
        now, mode = self.sides.now(), self.sides.stripe.key_mode
        self.journal.gate.admit(who, Right.PROBE, "probe", now)
        self.journal.check()
        version = self.sides.surroundings.app_api_version
        bodies = tuple(probing.body(now, mode=mode, api_version=version, name=one) for one in ("signed", "wrong"))
        try:
            good, bad = self.sender.probe((bodies[0], bodies[1]), now=now)
        except Refused as refusal:
            self.journal.record(Entry(now, who.called, "probe", "", "", "refused", {"says": [refusal.message]}))
            raise
        done = Probe(now, who.called, shown(self.sender.url or ""), good, bad)
        lines = probing.meaning(done)
        about = {"url": done.url, "says": [f"{one.checked}: {one.found}" for one in lines]}
        self.journal.record(Entry(now, who.called, "probe", "", "", worst_of(lines).value, about))
        self.journal.cursors.set(self._name, probing.written(done), now)
        return done

    def last(self) -> Probe | None:
        """The last probe of the endpoint that is configured now; None where there was none, or the journal cannot be
        read."""
        try:
            kept = probing.read(self.journal.cursors.get(self._name))
        except OrderlensError:
            return None
        return kept if kept and self.sender.url and kept.url == shown(self.sender.url) else None

    def told(self, opened: Opened) -> str:
        """What the last probe found, beside a case that says that the app refuses its message; else empty."""
        refused = any(finding.code == REFUSED for finding in opened.diagnosis.findings)
        last = self.last() if refused else None
        return probing.brief(last, self.sides.now()) if last else ""

    @property
    def _name(self) -> str:
        return f"probe {self.sides.stripe.key_mode} {self.sides.stripe.access.account or ''}".strip()
