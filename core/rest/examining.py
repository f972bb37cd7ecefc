"""What doctor says of a copy: what it is, what it holds, how old it is, and what it lacks."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial

from core.checks import Check, Level
from core.errors import OrderlensError
from core.facts import CLIENT, CUSTOMARY, Json, Mode, NameKeys, Order, references_in
from core.facts.json import inner
from core.rest.copy import Copy
from core.rest.fields import HOLES
from core.rest.files import Files
from core.rest.kinds import KINDS, NEEDED
from core.rest.opening import opened
from core.rest.proof import Proof, proofs
from core.settings import Rest
from core.stripe_api.spans import Range
from core.times import DAY, moment

_line = partial(Check, "stripe", "copy")
_EVER = Range(0, 1 << 33)


def examine(
    rest: Rest, *, mode: Mode, account: str | None, now: int, orders: Sequence[Order] = (), keys: NameKeys = CUSTOMARY
) -> tuple[Check, ...]:
    """The lines of a copy, for a key of `mode` to `account`. Never raises for what is out of order.
    `now`: seconds since 1970; `orders`: the newest of them; `keys`: where their names stand at Stripe."""
    with closing(opened(rest, rest.mode or mode)) as copy:
        try:
            copy.account = (account or rest.account) if copy.accounts() else None
            found = _lines(copy, mode, now) if isinstance(copy, Copy) else _files(copy, now)
            return (*found, *_leads_nowhere(copy, orders, keys), *_not_the_keys(copy, mode, account))
        except OrderlensError as error:
            return (_line(Level.ERROR, error.message, error.next_step),)


def _lines(copy: Copy, mode: Mode, now: int) -> Iterator[Check]:
    kind, found = copy.kind, proofs(copy, KINDS)
    rows = {name: copy.count(name, _EVER) for name in kind.tables}
    counted = ", ".join(f"{some:,} {name}" for name, some in rows.items())
    yield _line(Level.FINE, f"{kind.words}: {counted}.")
    if copy.mode == mode and not rows["sessions"] and not rows["intents"]:
        whose = copy.account or "this account"
        there = ", ".join(copy.accounts()) or "nobody's"
        said = f"It holds nothing of {whose} in {mode} mode; what it holds is {there}."
        yield _line(Level.ERROR, said, "Correct account, mode or schema under [stripe.rest].")
    yield _age(found, now)
    if not all(found[name].proven for name in NEEDED) and "gaps" not in copy.rest.accept:
        yield _doubted(copy)
    yield from _unseen(copy)
    if kind.missing:
        said = f"It has no table of {', '.join(kind.missing)}."
        yield _line(Level.FINE, f"{said} What goes on moving is always read from Stripe itself.")


def _doubted(copy: Copy | Files) -> Check:
    said = f"{copy.doubt}: nobody can see whether payments are missing in it."
    do = 'Scans are partial for that. To take it all the same write accept = "gaps" under [stripe.rest].'
    return _line(Level.WARNING, said, do)


def _unseen(copy: Copy | Files) -> Iterator[Check]:
    """What it does not show: what looks well for want of it, and what costs a request each."""
    if open_ := [one for one in copy.lacks if one not in copy.rest.accept]:
        said = "; ".join(f"{one} ({HOLES[one]})" for one in open_)
        every = ", ".join(f'"{one}"' for one in (*copy.rest.accept, *open_))
        do = f"Scans are partial for that. To take it all the same write accept = [{every}] under [stripe.rest]."
        yield _line(Level.WARNING, f"It has no columns for {said}.", do)
    if unknown := [one for one in copy.rest.accept if one not in ("gaps", *HOLES)]:
        do = f"These there are: gaps, {', '.join(HOLES)}."
        yield _line(Level.WARNING, f"accept names {', '.join(unknown)}, which is no hole of any copy.", do)
    if accepted := [one for one in copy.lacks if one in copy.rest.accept]:
        yield _line(Level.FINE, f"As accepted, it does not show {', '.join(accepted)}.")
    if others := [one for one in copy.without if one not in copy.lacks]:
        said = f"No columns for {', '.join(others)} either: taken from elsewhere in it, or not needed, or else the "
        yield _line(Level.FINE, f"{said}object is read from Stripe.")


def _leads_nowhere(copy: Copy | Files, orders: Sequence[Order], keys: NameKeys) -> Iterator[Check]:
    """Whether a scan will find nothing in it that leads to an order, for they are named where it does not show it."""
    at = proofs(copy)["sessions"].at
    if "session.metadata" not in copy.lacks or at is None or not orders or any(one.stored_ids for one in orders):
        return
    some = next(iter(copy.objects("sessions", Range(at - 7 * DAY, at))), [])
    if not some or any(_names(one, keys) for one in some):
        return
    said = (
        f"It has no metadata of checkouts, and none of {len(some)} that were looked at names an order otherwise; nor "
    )
    said += f"does any of the newest {len(orders)} orders store an id of Stripe's. A scan will not use it."
    do = "Have the shop store the id of the checkout or of the payment, or write client_reference_id."
    yield _line(Level.WARNING, said, do)


def _names(session: Json, keys: NameKeys) -> bool:
    """Whether a checkout, its payment or its charge names an order."""
    found: object = session
    for inside in ("", "payment_intent", "latest_charge"):
        found = found.get(inside) if inside and isinstance(found, Mapping) else found
        if isinstance(found, Mapping) and references_in(found.get(CLIENT), inner(found, "metadata"), keys):
            return True
    return False


def _files(copy: Files, now: int) -> Iterator[Check]:
    """Of an export."""
    held = copy.written
    counted = ", ".join(f"{some:,} {name}" for name, some in held.rows.items())
    yield _line(Level.FINE, f"{copy.words}, of {held.account or 'an account it does not know'}: {counted}.")
    if copy.account and held.account not in (None, copy.account):
        said = f"It is of {held.account}, and the key reads {copy.account}: it is not used."
        yield _line(Level.ERROR, said, "Name the export of this account under [stripe.rest].")
    yield _age(proofs(copy), now)
    if copy.doubt and "gaps" not in copy.rest.accept:
        yield _doubted(copy)
    yield from _unseen(copy)


def _not_the_keys(copy: Copy | Files, mode: Mode, account: str | None) -> Iterator[Check]:
    """Why a scan will not use it: it is said to be of another mode or account than the key, or may be of several."""
    said, there = copy.rest.account, copy.accounts()
    if copy.mode != mode:
        words = f"[stripe.rest] says mode {copy.mode}, and the key is a {mode} key."
        yield _line(Level.ERROR, words, "Name the copy of the key's own mode.")
    if said and account and said != account:
        words = f"[stripe.rest] says account {said}, and the key reads {account}: it is not used."
        yield _line(Level.ERROR, words, "Name the copy of this account under [stripe.rest].")
    if copy.account is None and len(there) > 1:
        words = f"It holds several accounts, {' and '.join(there)} among them; which one the key reads is not known."
        yield _line(Level.ERROR, words, 'Say whose it is: account = "acct_..." under [stripe.rest].')


def _age(found: dict[str, Proof], now: int) -> Check:
    """Until when it is believed, and what of that is not complete."""
    ends = [found[name].at for name in NEEDED]
    known = [at for at in ends if at is not None]
    if len(known) < len(ends):
        lacking = ", ".join(name for name in NEEDED if found[name].at is None)
        return _line(
            Level.WARNING, f"Nothing was listed to the end of {lacking}.", "Let it run; until then Stripe is read."
        )
    said = "; ".join(_ranges(found[name]) for name in NEEDED)
    old = now - min(known) > 7 * DAY
    do = "See whether it is still renewed; what is newer is read from Stripe, a hundred a request." if old else ""
    return _line(Level.WARNING if old else Level.FINE, f"{said}.", do)


def _ranges(proof: Proof) -> str:
    if not proof.proven:
        return f"{proof.kind}: the youngest row was written {moment(proof.at or 0)}"
    gaps = f", with {len(proof.listed) - 1} gaps" if len(proof.listed) > 1 else ""
    begins = f"from {moment(proof.listed[0].since)} to" if proof.listed[0].since else "from the first to"
    return f"{proof.kind}: listed to the end {begins} {moment(proof.at or 0)}{gaps}"
