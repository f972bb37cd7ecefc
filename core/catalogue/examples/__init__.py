"""Worked examples: for every code an order, what Stripe holds of it, and how it came to that.

    ids       whose payment is it, and does the id on the order lead to it?
    payments  the app says one thing about the money, Stripe another
    billing   subscriptions, and what was settled elsewhere
    messages  the message about it did not do its work; the notes
    scene     what they are made of: order 1042, and what Stripe holds of it

The sentences of an example are those of its real diagnosis. They prove nothing: what is right in doubtful cases is
decided by the tests' cases, which came from real shops.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from core.cases import Case
from core.catalogue.examples.billing import BILLING
from core.catalogue.examples.ids import IDS
from core.catalogue.examples.messages import MESSAGES
from core.catalogue.examples.payments import PAYMENTS
from core.catalogue.gaps import unfilled
from core.facts import Json
from core.findings import Diagnosis, Finding
from core.rules import Rule, examine
from core.rules.ranking import examined_by
from core.times import MILLISECONDS_FROM, moment

_NAMES = {
    "sessions": "Session",
    "payment_intents": "Intent",
    "charges": "Charge",
    "refunds": "Refund",
    "disputes": "Dispute",
    "subscriptions": "Subscription",
    "invoices": "Invoice",
    "events": "Event",
    "webhook_endpoints": "Webhook",
    "setup_intents": "Saved card",
    "lookup_errors": "Stripe's answer",
}
_TIMES = frozenset(
    "created created_at updated_at expires_at canceled_at due_by capture_before arrival_date cancel_at ended_at "
    "trial_end current_period_end period_start period_end paid_at next_payment_attempt".split()
)
Values = tuple[tuple[str, str], ...]
_IDS = frozenset({"object", "id", "livemode"})


@dataclass(frozen=True, slots=True)
class Example:
    """One order that has this code. `story`: how it came to that, in a sentence; `bundle`: as `Case.of` reads it."""

    code: str
    story: str
    bundle: Json

    @property
    def case(self) -> Case:
        """The order with Stripe's facts."""
        return Case.of(self.bundle)

    def diagnosis(self) -> Diagnosis:
        """What Orderlens says of it."""
        return examine(self.case).diagnosis

    def finding(self) -> Finding:
        """What it says under this code; that it does say it is the promise of an example, and tested."""
        said = self.diagnosis()
        return next(found for found in (*said.findings, *said.notes) if found.code == self.code)

    def filled(self, rule: Rule, sentence: str) -> str:
        """A sentence of the example's rule with the example's values in its gaps, as a finding would say it."""
        if "{" not in sentence:
            return sentence
        speaking = replace(rule, support=sentence, support_by_detail={}, supersedes=frozenset())
        said = examined_by(self.case, (speaking,), ()).diagnosis.headline
        return unfilled(said.says if said else sentence)

    def held(self) -> tuple[tuple[str, Values], ...]:
        """Both sides, a line each: the kind, and its values with Stripe's own names, or the bundle's."""
        order, stripe, others = self.bundle["order"], self.bundle["stripe"], self.bundle.get("other_orders", [])
        assert isinstance(order, Mapping)  # noqa: S101 - for the type checker: the stage made it
        assert isinstance(stripe, Mapping)  # noqa: S101 - the same
        assert isinstance(others, list)  # noqa: S101 - the same
        lines = [("Order", (("id", str(order["id"])), *_flat(order)))]
        lines += [("Other order", (("id", str(one["id"])), *_flat(one))) for one in others]
        for kind, name in _NAMES.items():
            lines += [(name, (("id", str(one["id"])), *_flat(one))) for one in stripe[kind]]
        return tuple(lines)


def variants(rule: Rule, example: Example) -> tuple[str, ...]:
    """The sentences that the rule has for other details than the example's."""
    mine = rule.support_by_detail.get(example.finding().detail or "", rule.support)
    return tuple(dict.fromkeys(one for one in rule.sentences if one != mine))


def _flat(one: Json) -> Iterator[tuple[str, str]]:
    """What an object says, without what every one has; nested values by their innermost name."""
    for name, value in one.items():
        if isinstance(value, Mapping):
            yield from _flat({key: inner for key, inner in value.items() if key != "object"})
            if isinstance(about := value.get("object"), Mapping):
                yield "about", str(about["id"])
        elif name in _TIMES and isinstance(value, int) and value < MILLISECONDS_FROM:
            yield name, moment(value)
        elif isinstance(value, list):
            yield name, " ".join(map(str, value))
        elif value is None:
            yield name, "empty"
        elif name not in _IDS:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)


EXAMPLES: Mapping[str, Example] = {
    code: Example(code, story, bundle) for code, (story, bundle) in {**IDS, **PAYMENTS, **BILLING, **MESSAGES}.items()
}
