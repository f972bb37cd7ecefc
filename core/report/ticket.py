"""What to hand to a developer: codes, evidence, ids, what was read and what not, commands and links to go on with.

Pure plain text. E-mails are masked, secrets taken out: it is meant to be pasted into a ticket.
"""

from collections.abc import Iterator

from core import stripe_links
from core.cases import mask
from core.errors import redact
from core.facts import Facts, Order
from core.report.numbers import count
from core.report.verdict import title, unread, was_read
from core.report.whereabouts import whereabouts
from core.rules import Examined
from core.times import iso


def ticket(seen: Examined) -> str:
    """The whole summary."""
    blocks = (_head(seen), _money(seen), _findings(seen), _notes(seen), _gaps(seen), _objects(seen), _commands(seen))
    return mask(redact("\n\n".join("\n".join(lines) for block in blocks if (lines := list(block)))))


def _head(seen: Examined) -> Iterator[str]:
    case, facts = seen.case, seen.case.facts
    found = seen.diagnosis.headline
    word = found.code if found else "clean" if seen.diagnosis.clean else "undetermined"
    yield f"{title(case)}: {word}"
    cost = facts.cost
    yield (
        f"Read {iso(facts.read_at)}, {facts.key_mode} mode, account {facts.account or 'of the key'}; "
        f"{count(cost.requests, 'request')} in {count(cost.rounds, 'round')}, {cost.seconds:.2f} s."
    )
    yield f"Seen: {was_read(case)}."
    if case.order is not None:
        order = case.order
        yield (
            f"Order {order.id}: status {order.raw_status or order.status.value} (read as {order.status.value}), "
            f"total {order.amount or 'unknown'}{_otherwise(order)}, session {order.session_id or 'none'}, "
            f"intent {order.payment_intent_id or 'none'}."
        )
        for one in case.expected:
            yield f"  {one.says}: {one.held.value} [outcome.{one.name}]{f', {one.because}' if one.because else ''}"


def _otherwise(order: Order) -> str:
    return f" (paid otherwise {order.paid_otherwise})" if order.paid_otherwise else ""


def _money(seen: Examined) -> Iterator[str]:
    found = whereabouts(seen)
    if found.movements:
        yield "Where the money is now: " + ", ".join(
            f"{' and '.join(map(str, one.amounts))} {one.place.value}" for one in found.holdings
        )
    for one in found.movements:
        at = iso(one.at) if one.at else "no time"
        yield f"  {at}  {one.kind.value} {one.amount}  ({one.source}: {one.field})"


def _findings(seen: Examined) -> Iterator[str]:
    for found in seen.diagnosis.findings:
        risk = "unknown" if found.money_at_risk is None else str(found.money_at_risk)
        yield f"{found.code} - {found.severity.value}, {found.confidence.value}, at risk: {risk}"
        yield from (f"  {one.source}: {one.field} = {one.value}" for one in found.evidence)
        yield f"  Cause: {' '.join(found.cause)}"
        yield f"  Change: {found.developer}"


def _notes(seen: Examined) -> Iterator[str]:
    for note in seen.diagnosis.notes:
        yield f"{note.code}: {note.says}"


def _gaps(seen: Examined) -> Iterator[str]:
    if seen.diagnosis.undetermined:
        yield f"Undetermined: {seen.diagnosis.undetermined}"
    yield from unread(seen)


def _objects(seen: Examined) -> Iterator[str]:
    facts = seen.case.facts
    ids = [*_ids(facts), *(refund.id for refund in facts.refunds), *(dispute.id for dispute in facts.disputes)]
    if ids or seen.links.events:
        yield "Stripe's objects"
    for one in ids:
        link = stripe_links.dashboard(one, mode=facts.key_mode, account=facts.account_of(one))
        yield f"  {one}  {link or ''}".rstrip()
    for event in seen.links.events:
        link = stripe_links.dashboard(event.id, mode=facts.key_mode, account=facts.account)
        yield f"  {event.id}  {event.type}, pending_webhooks {event.pending_webhooks}  {link or ''}".rstrip()


def _commands(seen: Examined) -> Iterator[str]:
    """Without the account: the CLI is logged in to one, and `--stripe-account` is for connected ones."""
    facts = seen.case.facts
    account = facts.account if facts.connected else None
    ids = [*_ids(facts), *(event.id for event in seen.links.events)]
    said = [stripe_links.retrieve_command(one, mode=facts.key_mode, account=account) for one in ids]
    resends = [
        stripe_links.resend_command(event.id, endpoint.id, mode=facts.key_mode, account=account)
        for event in seen.links.events
        for endpoint in facts.endpoints
        if event.pending_webhooks and endpoint.wants(event.type)
    ]
    if commands := [command for command in (*said, *resends) if command]:
        yield "Stripe CLI"
        yield from (f"  {command}" for command in commands)


def _ids(facts: Facts) -> list[str]:
    """The ids of what money moves through."""
    return [s.id for s in facts.sessions] + [i.id for i in facts.intents] + [c.id for c in facts.charges]
