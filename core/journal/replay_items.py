"""`ReplayItems`: what a run of replays sends, item by item, and what came of each.

An item goes from planned to sending in one transaction, which asks whether its run still goes on and is still held by
whoever asks; only then may it be sent. What is sent stands in `core.journal.sendings` too, which refuses a second one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args

from sqlalchemy import Connection, case, func, insert, select, update

from core.facts import RECONSTRUCTED
from core.journal import cleaning
from core.journal.database import Database, patient
from core.journal.sendings import target_of
from core.journal.tables import REPLAY_ITEMS, REPLAY_RUNS
from core.journal.triage import chunks
from core.money import Money

ItemState = Literal[
    "planned", "skipped", "sending", "healed", "changed", "unchanged", "failed", "unverified", "cancelled"
]
STATES: Final[tuple[ItemState, ...]] = get_args(ItemState)
GOING_ON: Final = ("waiting", "ready", "running", "paused")  # states of a run that still is to send something
UNREAD: Final = "not_read"  # the word in `left_out` where nothing could be told
_TEXTS: Final = (
    "case_key", "name", "event_id", "event_type", "object_id", "how", "endpoint_id", "endpoint", "target", "state",
    "left_out", "says", "before", "after", "answer", "sight",
)  # fmt: skip
_AS_THEY_ARE: Final = ("case_key", "target", "sight")
TOLD: Final = ("state", "left_out", "says", "before", "after", "answer", "status", "begun_at", "ended_at", "knows_of")
_NUMBERS: Final = ("run_id", "position", "event_created", "status", "knows_of", "begun_at", "ended_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayItem:
    """One event of one case to one address.

    `name`: what people call the order; `object_id`: what the event is about; `event_created`, `begun_at`, `ended_at`:
    seconds since 1970; `how`: "replay" (we send) or "resend" (Stripe does, to `endpoint_id`); `endpoint`: the address
    as it may be shown; `target`: stands for it (`target_of`); `left_out`: a word for why it is not sent, with `says`
    in words; of what was sent, `says` is what came of it; `before`, `after`: the order in the app's own word;
    `answer`, `status`: the endpoint's; `money`: what the event speaks of; `knows_of`: the sending of it before
    this run that whoever planned was told of; `sight`: how both sides stood then, by marks that are compared, ""
    where only reading the whole case will do.
    """

    case_key: str
    name: str = ""
    event_id: str = ""
    event_type: str = ""
    object_id: str = ""
    event_created: int = 0
    how: str = "replay"
    endpoint_id: str = ""
    endpoint: str = ""
    target: str = ""
    state: ItemState = "planned"
    left_out: str = ""
    says: str = ""
    before: str = ""
    after: str = ""
    answer: str = ""
    status: int | None = None
    money: Money | None = None
    knows_of: int | None = None
    sight: str = ""
    begun_at: int | None = None
    ended_at: int | None = None
    position: int = 0
    run_id: int = 0
    id: int = 0

    @property
    def reconstructed(self) -> bool:
        """Whether its event is one that Orderlens made, and Stripe does not know."""
        return self.event_id.startswith(RECONSTRUCTED)

    @property
    def called(self) -> str:
        """The type of its event for people; what is reconstructed is called so."""
        return f"{self.event_type} (reconstructed)" if self.reconstructed else self.event_type

    @property
    def went_back(self) -> bool:
        """Whether its money is a refund's: that is added to no payments."""
        return "refund" in self.event_type


@dataclass(frozen=True, slots=True)
class Part:
    """The items of a run in one state: how many, and the payments of their events by currency, sorted by its
    code; `unread`: how many of them were left out because nothing could be told of them."""

    state: ItemState
    items: int
    money: tuple[Money, ...]
    unread: int = 0


class ReplayItems:
    """The items of a journal's runs. Every method raises Unreachable where the journal cannot be used."""

    def __init__(self, database: Database, part: str) -> None:
        self._database, self._part = database, part

    @patient
    def page(
        self, run_id: int, *, states: Collection[ItemState] = (), after: int = -1, limit: int = 100
    ) -> tuple[ReplayItem, ...]:
        """The items of a run that stand behind the position `after`, in their order; of these `states`, or all."""
        c = REPLAY_ITEMS.c
        query = select(REPLAY_ITEMS).where(c.run_id == run_id, c.key_mode == self._part, c.position > after)
        if states:
            query = query.where(c.state.in_(tuple(states)))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(c.position).limit(limit)).mappings()
            return tuple(map(item_of, rows))

    def every(self, run_id: int, *, states: Collection[ItemState] = ()) -> Iterable[ReplayItem]:
        """All of them, read as they are taken."""
        after = -1
        while page := self.page(run_id, states=states, after=after, limit=500):
            yield from page
            after = page[-1].position

    @patient
    def parts(self, run_id: int) -> tuple[Part, ...]:
        """How many there are in each state, and their money; in the order of `STATES`."""
        c = REPLAY_ITEMS.c
        paid = case((c.event_type.not_like("%refund%"), c.money_minor), else_=None)
        sums = (func.count(), func.sum(paid), func.sum(case((c.left_out == UNREAD, 1), else_=0)))
        query = select(c.state, c.currency, *sums).where(c.run_id == run_id, c.key_mode == self._part)
        counts, unread, money = Counter[str](), Counter[str](), dict[str, list[Money]]()
        with self._database.reading() as connection:
            for state, currency, items, minor, untold in connection.execute(query.group_by(c.state, c.currency)):
                counts[state] += items
                unread[state] += int(untold)
                if minor is not None and currency:
                    money.setdefault(state, []).append(Money(int(minor), currency))
        return tuple(
            Part(one, counts[one], tuple(sorted(money.get(one, ()), key=lambda each: each.currency)), unread[one])
            for one in STATES
            if one in counts
        )

    def claimed(self, events: Iterable[str], url: str) -> Mapping[str, int]:
        """Of these events those that a run which is not over is to send to this address, with the run's number."""
        return self.claimed_pairs([(event, target_of(url)) for event in events])

    def claimed_pairs(self, pairs: Sequence[tuple[str, str]]) -> Mapping[str, int]:
        """The same, each event with what stands for its address."""
        with self._database.reading() as connection:
            return claimed(connection, pairs, self._part)

    @patient
    def begin(self, item: ReplayItem, *, turn: int, now: int) -> bool:
        """Say that it is sent now, by whoever holds its run in this `turn`. False: it must not be; the run is held by
        another, was asked to stop, or the item was begun already."""
        r, c = REPLAY_RUNS.c, REPLAY_ITEMS.c
        run = select(r.id).where(
            r.id == item.run_id, r.turn == turn, r.state == "running", r.cancel_asked == 0, r.pause_asked == 0
        )
        with self._database.writing() as connection:
            if connection.execute(run).first() is None:
                return False
            begun = update(REPLAY_ITEMS).where(c.id == item.id, c.state == "planned")
            return connection.execute(begun.values(state="sending", begun_at=now)).rowcount == 1

    @patient
    def tell(self, item: ReplayItem, *, turn: int) -> None:
        """What came of it, into its row: state, words, answer, times. Who holds the run no more, and comes late with
        it, changes only what was not known."""
        row, c = row_of(item, self._part), REPLAY_ITEMS.c
        held = select(REPLAY_RUNS.c.id).where(REPLAY_RUNS.c.id == item.run_id, REPLAY_RUNS.c.turn == turn)
        with self._database.writing() as connection:
            where = c.id == item.id
            if connection.execute(held).first() is None:
                where &= c.state == "unverified"
            connection.execute(update(REPLAY_ITEMS).where(where).values({name: row[name] for name in TOLD}))


def claimed(connection: Connection, pairs: Sequence[tuple[str, str]], part: str) -> dict[str, int]:
    """Of events, each with the mark of the address it goes to, those that a run which is not over is to send there."""
    c, r = REPLAY_ITEMS.c, REPLAY_RUNS.c
    found, wanted = dict[str, int](), set(pairs)
    for chunk in chunks([event for event, _ in pairs if event]):
        query = (
            select(c.event_id, c.target, c.run_id)
            .join(REPLAY_RUNS, r.id == c.run_id)
            .where(c.event_id.in_(chunk), c.key_mode == part)
            .where(c.state.in_(("planned", "sending")), r.state.in_(GOING_ON))
        )
        rows = connection.execute(query)
        found |= {event: run_id for event, target, run_id in rows if (event, target) in wanted}
    return found


def write(connection: Connection, run_id: int, items: Sequence[ReplayItem], part: str) -> None:
    """Keep the items of a new run, in their order."""
    placed = (replace(item, run_id=run_id, position=position) for position, item in enumerate(items))
    rows = [row_of(item, part) for item in placed]
    for chunk in chunks(rows):
        connection.execute(insert(REPLAY_ITEMS), list(chunk))


def row_of(item: ReplayItem, part: str) -> dict[str, object]:
    """The row of an item: without keys and secrets, e-mails masked."""
    texts = {name: cleaning.text(getattr(item, name)) for name in _TEXTS if name not in _AS_THEY_ARE}
    money = item.money
    return {
        **texts,
        **{name: getattr(item, name) for name in _NUMBERS},
        "case_key": cleaning.plain(item.case_key),
        "target": item.target,
        "sight": cleaning.plain(item.sight),
        "key_mode": part,
        "money_minor": cleaning.whole(money.amount_minor) if money else None,
        "currency": money.currency if money else "",
    }


def item_of(row: Mapping[Any, Any]) -> ReplayItem:
    """The item of such a row."""
    texts: dict[str, Any] = {name: str(row[name]) for name in _TEXTS}
    numbers: dict[str, Any] = {name: row[name] for name in _NUMBERS}
    minor, currency = row["money_minor"], row["currency"]
    return ReplayItem(
        **texts, **numbers, id=row["id"], money=Money(minor, currency) if minor is not None and currency else None
    )
