"""`orderlens init` without the talking: look at the database, recognise or guess, weigh against Stripe, write the file.

Owns the draft and how answers change it. Never overwrites a file unless asked to; never writes a secret.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.errors import OrderlensError, UsageError
from core.facts import Order
from core.linking import Pair
from core.orders import Doors, OrdersReader, whole_rows
from core.settings import OrdersMapping
from core.setup import (
    amounts_at_stripe,
    order_names,
    otherwise_at_stripe,
    statuses_at_stripe,
    statuses_by_payments,
    weigh_against_stripe,
)
from core.setup.guessing import (
    RELATIONS,
    Belief,
    Open,
    Preset,
    Question,
    Seen,
    guess,
    heading,
    look,
    mended,
    recognised,
    resembling,
    toml,
)
from core.stripe_api import StripeReader

PAIRS = 12
_SAMPLE = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """A settings file to be. `raw` is what it says, `preset` the application it was made for; `text` of a preset is
    the preset's own. `tables` were seen, `skipped` could not be read. `paired` orders were laid beside payments.
    `mended`: what was taken for a table that the preset misses."""

    raw: Mapping[str, Any]
    beliefs: tuple[Belief, ...] = ()
    questions: tuple[Question, ...] = ()
    preset: Preset | None = None
    near: Preset | None = None
    tables: int = 0
    skipped: tuple[str, ...] = ()
    nothing_because: str = ""
    paired: int = 0
    broken: str = ""
    opens: tuple[Open, ...] = ()
    mended: str = ""

    @property
    def text(self) -> str:
        """The file."""
        besides = f", but for {', '.join(self.preset.missing)}" if self.preset and self.mended else ""
        known = f"{self.preset.name}, recognised by its tables and columns{besides}.\n" if self.preset else ""
        known += self.preset.note if self.preset else ""
        if self.preset and self.raw == self.preset.mapping:
            return f"{heading(known)}\n{self.preset.settings}"
        return toml(self.raw, beliefs=self.beliefs, questions=self.questions, opens=self.opens, head=known)

    @property
    def mapping(self) -> OrdersMapping:
        """What the file says, checked."""
        return _mapping(self.raw)

    def answered(self, question: Question, answer: str) -> "Draft":
        """The same with a question answered; an empty answer leaves it open."""
        if not answer:
            return self
        raw: dict[str, Any] = deepcopy(dict(self.raw))
        place, _, pattern = question.key.partition("#")
        *way, last = place.split(".")
        inner = raw
        for key in way:
            inner = inner.setdefault(key, {})
        if pattern:
            inner.setdefault(last, {})[pattern] = answer
        else:
            inner[last] = f"={answer.lower()}" if last == "currency" else answer
        kept = tuple(one for one in self.questions if one != question)
        sure = tuple(
            replace(one, confidence="sure") if one.key == place and not pattern else one for one in self.beliefs
        )
        return replace(self, raw=raw, questions=kept, beliefs=sure)


def draft(
    url: str, *, stripe: StripeReader | None, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> Draft:
    """Look at the database at `url` and say what it seems to be. OrdersUnreachable, SettingsError where it cannot be
    looked at. With `stripe`, a few orders are laid beside their payments."""
    with closing(Doors(url)) as doors:
        seen = look(doors, progress=progress)
    empty = Draft({}, tables=len(seen.tables), skipped=tuple(seen.skipped))
    if (preset := recognised(seen)) is not None:
        made = replace(empty, raw=preset.mapping, preset=preset)
        _, broken = _sample(url, made.mapping)
        if not broken:
            return _weighed(made, url, stripe, seen)
    near = preset or resembling(seen)
    if near is not None and (instead := mended(near, seen)) is not None:
        made = replace(empty, raw=instead.raw, preset=near, mended=instead.instead)
        made = replace(made, beliefs=instead.beliefs, opens=instead.opens)
        _, broken = _sample(url, made.mapping)
        if not broken:
            return _weighed(made, url, stripe, seen)
    found = guess(seen)
    if not found.mapping:
        return replace(empty, nothing_because=found.nothing_because, near=near)
    guessed = replace(empty, raw=found.mapping, beliefs=found.beliefs, questions=found.questions, opens=found.opens)
    return _weighed(replace(guessed, near=near), url, stripe, seen)


def write(draft_: Draft, path: Path, *, force: bool) -> None:
    """Write the file. UsageError where there is one already and `force` is not given, or where it cannot be written."""
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(draft_.text)
    except FileExistsError:
        raise existing(path) from None
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}.", next_step="Name a folder that is there."
        ) from error


def existing(path: Path) -> UsageError:
    """There is a settings file already: it is somebody's work."""
    return UsageError(
        f"{path} is there already; it was not touched.",
        next_step="Look at it with `orderlens doctor`, or have it overwritten with --force.",
    )


def _mapping(raw: Mapping[str, Any]) -> OrdersMapping:
    known = {name: raw[name] for name in (*RELATIONS, "database") if name in raw}
    return OrdersMapping.model_validate({**known, "metadata": raw.get("stripe", {}).get("metadata", {})})


def _sample(url: str, mapping: OrdersMapping) -> tuple[tuple[Order, ...], str]:
    """The newest orders as the mapping reads them, or why it cannot."""
    with closing(OrdersReader(url, mapping)) as reader:
        try:
            reader.check()
            return reader.page(since=None, until=None, limit=_SAMPLE).orders, ""
        except OrderlensError as error:
            return (), error.message


def _weighed(made: Draft, url: str, stripe: StripeReader | None, seen: Seen) -> Draft:
    """The same with what payments say: Stripe's own, else those that the app keeps as JSON."""
    sample, broken = _sample(url, made.mapping)
    if broken:
        return replace(made, broken=broken)
    asked = weigh_against_stripe.wanted(sample, PAIRS)
    wanted = [*asked, *weigh_against_stripe.checkouts_of(asked)]
    sampled = stripe.sampled(wanted) if stripe and asked else {}
    found = weigh_against_stripe.pairs(asked, sampled)
    source = "Stripe's own payments" if found else "the payments that the app keeps as JSON"
    found = found or weigh_against_stripe.stored(sample)
    said = weigh_against_stripe.verdict(found, made.mapping)
    changes: list[tuple[str, str | int]] = []
    if said.unit is not None:
        changes.append(("orders.unit", said.unit))
    if said.timezone is not None:
        changes.append(("orders.timezone", said.timezone))
    if said.currency and any(one.key == "orders.columns.currency" for one in made.questions):
        changes.append(("orders.columns.currency", f"={said.currency}"))
    made = replace(made, paired=said.pairs)
    if said.unit is None and made.preset is None:
        made = _with_amount(made, amounts_at_stripe.choose(found, seen, made.raw["orders"]))
    made = replace(made, questions=statuses_by_payments.told(made.questions, sample, made.mapping.payments))
    if stripe and (words := statuses_at_stripe.wanted(made.questions, sample)).ids:
        told = stripe.sampled(words.ids, refunds=True)
        made = replace(made, questions=statuses_at_stripe.told(made.questions, words, told))
    for key, value in changes:
        made = _settled(made, key, value, f"{said.pairs} orders beside {source} say so")
    if made.preset is None:
        made = _with_otherwise(made, otherwise_at_stripe.choose(found, seen, made.raw))
    return _named(made, url, weigh_against_stripe.bearing(found, sampled))


def _named(made: Draft, url: str, pairs: Sequence[Pair]) -> Draft:
    """The same with what payments are named by, where nothing says it yet, and the further columns that this needs."""
    if made.raw.get("stripe", {}).get("metadata") or len(pairs) < order_names.ENOUGH:
        return made
    try:
        rows = whole_rows(url, made.mapping, [one.order.id for one in pairs])
    except OrderlensError:
        rows = {}
    lines = order_names.lines(pairs, rows)
    if not lines:
        return made
    told = [
        Belief(f"stripe.metadata.{one.key}", one.template, "sure" if one.same == one.of else "likely", one.because)
        for one in lines
    ]
    return replace(made, raw=order_names.written_into(made.raw, lines), beliefs=(*made.beliefs, *told))


def _with_amount(made: Draft, chosen: amounts_at_stripe.Choice | None) -> Draft:
    """The same with the amount that Stripe's payments tell, or without the one that they refute."""
    if chosen is None:
        return made
    settled = ("orders.columns.amount", "orders.unit")
    return replace(
        made,
        raw={**made.raw, "orders": dict(chosen.orders)},
        beliefs=(*(one for one in made.beliefs if one.key not in settled), *chosen.beliefs),
        questions=tuple(one for one in made.questions if one.key not in settled),
        opens=(*(one for one in made.opens if one.key not in settled), *chosen.opens),
    )


def _with_otherwise(made: Draft, chosen: otherwise_at_stripe.Otherwise) -> Draft:
    """The same with what was paid by gift card and the like, or with what is to be said of it."""
    raw = {**made.raw, "orders": dict(chosen.orders)}
    return replace(made, raw=raw, beliefs=(*made.beliefs, *chosen.beliefs), opens=(*made.opens, *chosen.opens))


def _settled(made: Draft, key: str, value: str | int, because: str) -> Draft:
    """The same with a setting that is no question any more."""
    raw: dict[str, Any] = deepcopy(dict(made.raw))
    *way, last = key.split(".")
    inner = raw
    for part in way:
        inner = inner[part]
    default = {"unit": "minor", "timezone": "UTC"}.get(last)
    if inner.get(last, default) != value:
        inner[last] = value
    others = tuple(one for one in made.beliefs if one.key != key)
    questions = tuple(one for one in made.questions if one.key != key)
    return replace(made, raw=raw, beliefs=(*others, Belief(key, str(value), "sure", because)), questions=questions)
