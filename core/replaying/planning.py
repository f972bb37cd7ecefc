"""`RunPlan`: every case of a selection opened afresh, and what of it would be sent, or why not. Sends nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import Final

from core.addresses import shown
from core.desk import Desk, Opened, Outcome
from core.desk.proving import called
from core.desk.sent_before import as_it_stands
from core.errors import OrderlensError, Refused, UsageError
from core.facts import Cost, Event, Mode
from core.journal import ReplayItem, target_of
from core.money import Money
from core.replaying.selecting import Selection, Wanted
from core.replaying.sights import sight_of
from core.replays import Brings, How, LeftOut, Named, Replay, Why, amount, brings
from core.replays.meaning import subject
from core.times import MINUTE, span

_AT_A_TIME: Final = 4
_ANSWER: Final = 0.5  # seconds that an endpoint and its order are taken to need
_LIMITS: Final[Mapping[Mode, int]] = {"live": 100, "test": 25}  # requests a second that Stripe allows an account
_ONLY_IF_TOLD: Final = (  # of a sending before: it arrived, or may have
    Outcome.HEALED, Outcome.INCOMPLETE, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.UNVERIFIED, Outcome.NOT_KNOWN,
    Outcome.SENDING,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What a run would send: the items to send first, in the order in which their events happened; then who is left
    out, with `left_out` (a `Why`) and `says`. `reading`: seconds that reading a case took; `again`: whether what was
    sent before, and may have arrived, is sent once more; `made_at`: seconds since 1970."""

    items: tuple[ReplayItem, ...]
    how: How
    mode: Mode
    account: str | None
    chosen: str
    again: bool
    made_at: int
    reading: float
    fastest: float | None = None

    @property
    def to_send(self) -> tuple[ReplayItem, ...]:
        """What would be sent."""
        return tuple(item for item in self.items if item.state == "planned")

    @property
    def left_out(self) -> tuple[ReplayItem, ...]:
        """What would not."""
        return tuple(item for item in self.items if item.state != "planned")

    @property
    def money(self) -> tuple[Money, ...]:
        """The payments that the events to send speak of, by currency, sorted by its code."""
        return totals(item.money for item in self.to_send if not item.went_back)

    @property
    def made(self) -> int:
        """How many of the events to send are reconstructed."""
        return sum(item.reconstructed for item in self.to_send)

    @property
    def reasons(self) -> Mapping[Why, int]:
        """How many are left out for which reason, the most frequent first."""
        return dict(Counter(Why(item.left_out) for item in self.left_out).most_common())

    @property
    def unread(self) -> bool:
        """Whether of one of them nothing could be told."""
        return Why.NOT_READ in self.reasons

    @property
    def confirms(self) -> str:
        """What somebody types who means it, in live mode: how many, and the mode."""
        return f"{len(self.to_send)} {self.mode}"

    def expected(self, *, at_once: int = 1, per_minute: int = 0) -> int:
        """About how many seconds it takes, if every order changes at once: each case is read before and after, those
        that may go together at no cost to speak of."""
        number, together = len(self.to_send), sum(bool(item.sight) for item in self.to_send) if at_once > 1 else 0
        reading = (2 * self.reading * (number - together) + number * _ANSWER) / max(1, at_once)
        limited = (number - together) / self.fastest if self.fastest else 0
        return round(max(reading, limited, (number - 1) * MINUTE / per_minute if per_minute else 0))

    @property
    def told(self) -> str:
        """Which cases, in words, and how many of the events are reconstructed: as a run keeps it."""
        return f"{self.chosen} ({self.made:,} of the events reconstructed)" if self.made else self.chosen

    @property
    def says(self) -> str:
        """In a sentence or two."""
        number, out = len(self.to_send), f"; {len(self.left_out):,} left out" if self.left_out else ""
        if not number:
            return f"nothing to send in {self.mode} mode{out}."
        of = " and ".join(map(str, self.money))
        events = f"{number:,} {'event' if number == 1 else 'events'}{f' over {of}' if of else ''}"
        made = f", {self.made:,} of them reconstructed" if self.made else ""
        return f"{events} to send in {self.mode} mode{made}{out}. One by one: {span(self.expected())}."


def totals(amounts: Iterable[Money | None]) -> tuple[Money, ...]:
    """Sums by currency, sorted by its code; what is not known is in none."""
    sums = Counter[str]()
    for money in amounts:
        if money is not None:
            sums[money.currency] += money.amount_minor
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))


@dataclass(slots=True)
class _Planning:
    """One planning."""

    desk: Desk
    how: How
    again: bool
    made: bool
    now: int

    def of(self, wanted: Wanted) -> tuple[list[ReplayItem], Cost | None]:
        """The items of a case, and what it took to read; what cannot be read is an item too."""
        try:
            opened = self.desk.open(wanted.key)
        except UsageError as error:
            return [_left(wanted.key, Why.GONE, error.message)], None
        how, only = wanted.how or self.how, Named(wanted.event_id) if wanted.event_id else None
        chosen = self.desk.choose(opened, how=how, only=only, endpoint_id=wanted.endpoint_id, made=self.made)
        items = [
            item_left_out(opened, one, how)
            if isinstance(one, LeftOut)
            else self._planned(opened, one, alone=len(chosen) == 1)
            for one in chosen
        ]
        return items, opened.case.facts.cost

    def _planned(self, opened: Opened, plan: Replay, *, alone: bool) -> ReplayItem:
        item = replace(item_of(opened, plan), sight=sight_of(opened, plan, alone=alone))
        if plan.knows_of is None or self.again:
            return item
        last = self.desk.journal.sendings.last(plan.event.id, plan.url)
        if last is None or as_it_stands(last, self.now).outcome not in _ONLY_IF_TOLD:
            return item
        return replace(item, state="skipped", left_out=Why.SENT_BEFORE, says=plan.objections[0])


def plan_run(
    desk: Desk,
    selection: Selection,
    *,
    how: How,
    again: bool,
    made: bool,
    now: int,
    progress: Callable[[int, int], None],
) -> RunPlan:
    """Open every case of the selection, some at a time, and plan; `made`: with reconstructed events. `progress(done,
    total)` is called in this thread.
    Unreachable where none of them could be read."""
    planning = _Planning(desk, how, again, made, now)
    wanted = tuple(dict.fromkeys(selection.wanted))
    items, failed, costs = dict[int, list[ReplayItem]](), list[OrderlensError](), list[Cost]()
    progress(0, len(wanted))
    with ThreadPoolExecutor(_AT_A_TIME, "planning") as threads:
        asked = {threads.submit(planning.of, one): place for place, one in enumerate(wanted)}
        for done, future in enumerate(as_completed(asked), start=1):
            place = asked[future]
            try:
                items[place], cost = future.result()
                costs += [cost] if cost else []
            except OrderlensError as error:
                failed.append(error)
                items[place] = [_left(wanted[place].key, Why.NOT_READ, error.message)]
            progress(done, len(wanted))
    if failed and len(failed) == len(wanted):
        raise failed[0]
    every = _once(one for place in sorted(items) for one in items[place])
    return RunPlan(
        items=_in_order(_without_rivals(desk, every)),
        how=how,
        mode=desk.key_mode,
        account=desk.account,
        chosen=selection.says,
        again=again,
        made_at=now,
        reading=sum(cost.seconds for cost in costs) / max(1, len(costs)),
        fastest=_fastest(desk, costs),
    )


def _fastest(desk: Desk, costs: list[Cost]) -> float | None:
    """So many items a second at most: each is read twice; None where nobody limits that."""
    requests = sum(cost.requests for cost in costs)
    return None if desk.rehearsing or not requests else _LIMITS[desk.key_mode] * len(costs) / (2 * requests)


def item_of(opened: Opened, plan: Replay) -> ReplayItem:
    """The item of a plan; `says` is what speaks against it."""
    event = plan.event
    return ReplayItem(
        case_key=opened.key,
        name=opened.name,
        event_id=event.id,
        event_type=event.type,
        object_id=event.object_id or "",
        event_created=event.created,
        how=plan.how,
        endpoint_id=plan.endpoint_id or "",
        endpoint=shown(plan.url),
        target=target_of(plan.url),
        says=" ".join(plan.objections),
        before=called(opened.case.order),
        money=_money(event),
        knows_of=plan.knows_of,
    )


def item_left_out(opened: Opened, left: LeftOut, how: How) -> ReplayItem:
    """The item of what is not sent."""
    event, item = left.event, _left(opened.key, left.why, left.says)
    item = replace(item, name=opened.name, how=how, before=called(opened.case.order))
    if event is None:
        return item
    item = replace(item, money=_money(event))
    return replace(
        item, event_id=event.id, event_type=event.type, object_id=event.object_id or "", event_created=event.created
    )


def refuse_too_many(selection: Selection, most: int) -> None:
    """Said before any case is read."""
    if len(selection.wanted) > most:
        raise Refused(
            f"These are more than the {most:,} that a run may send.",
            next_step="Choose fewer, or raise max_items under [replays] in orderlens.toml.",
            setting="replays.max_items",
        )


def _left(key: str, why: Why, says: str) -> ReplayItem:
    return ReplayItem(case_key=key, name=key.partition(":")[2], state="skipped", left_out=why, says=says)


def _money(event: Event) -> Money | None:
    """What it speaks of, where that is money that moved. None of a charge of which money went back: it tells the whole
    charge, and all that went back of it so far."""
    what = brings(event)
    moved = what is Brings.PAID or (what is Brings.REFUNDED and subject(event).get("object") == "refund")
    return amount(event) if moved else None


def _once(items: Iterable[ReplayItem]) -> list[ReplayItem]:
    """The same event to the same address is one item, whichever keys led to it."""
    seen, once = set[tuple[str, str]](), list[ReplayItem]()
    for item in items:
        pair = item.event_id, item.target
        if item.state != "planned" or pair not in seen:
            once.append(item)
        if item.state == "planned":
            seen.add(pair)
    return once


def _without_rivals(desk: Desk, items: list[ReplayItem]) -> list[ReplayItem]:
    """Left out, with the run's number, what another run is to send."""
    rivals = desk.journal.replay_items.claimed_pairs([(one.event_id, one.target) for one in items if one.target])

    def judged(item: ReplayItem) -> ReplayItem:
        run_id = rivals.get(item.event_id) if item.state == "planned" else None
        if run_id is None:
            return item
        return replace(item, state="skipped", left_out=Why.ANOTHER_RUN, says=f"Run {run_id} is to send it already.")

    return [judged(item) for item in items]


def _in_order(items: list[ReplayItem]) -> tuple[ReplayItem, ...]:
    to_send = [item for item in items if item.state == "planned"]
    left = [item for item in items if item.state != "planned"]
    return (*sorted(to_send, key=lambda one: (one.event_created, one.event_id)), *left)
