"""Orders whose payments are on another account than the one that is scanned: they accuse nobody, and are counted.

An order that names another account is judged only where something of it was read here all the same (a destination
charge). Else its ids are not even asked for: on this account they would all be unknown. Of a connected account that is
scanned alone, an order that names it is judged where an id that it stores was found there, or where neither that
account nor the platform knows any: else its payment may be on the platform, which is a destination charge.
"""

from collections.abc import Callable, Mapping

from core.facts import Order
from core.pasted import mode_of
from core.scanning.looking.facts_of import Account, Gathered, Suspect, absent, gathered
from core.scanning.scratch import Scratch

_NAMED = 3  # accounts


def gathered_here(
    scratch: Scratch, orders: Mapping[int, Order], account: Account, *, at_last: bool
) -> tuple[dict[int, Order], dict[int, Gathered]]:
    """Of some orders, by their keys, those that are not another account's, and what was read of each. The others are
    counted `at_last`, when all has come."""
    every = {key: gathered(scratch, order) for key, order in orders.items()}
    if account.alone:  # at last, its ids are asked for first (`held_here`)
        away = set() if at_last else {key for key, own in every.items() if not _is_held(own)}
    else:
        away = {key for key, order in orders.items() if order.connected_account and _is_elsewhere(every[key], account)}
    if at_last:
        _count(scratch, away)
    found = {key: own for key, own in every.items() if key not in away}
    return {key: orders[key] for key in found}, found


def _is_elsewhere(one: Gathered, account: Account) -> bool:
    """Whether the order names another account, and nothing of it was read on this one."""
    named = one.order.connected_account if one.order is not None else None
    return named != account.account and not one.holds


def held_here(
    scratch: Scratch, suspects: dict[int, Suspect], account: Account, stop: Callable[[], bool]
) -> dict[int, Suspect]:
    """Once the account was asked for what they store: of one that is scanned alone those that may be judged. The others
    are counted."""
    if account.platform is None:
        return suspects
    unheld = {key: one.parts.ids for key, one in suspects.items() if not _is_held(one.parts)}
    asked = {key: {one for one in ids if mode_of(one) in (None, account.mode)} for key, ids in unheld.items() if ids}
    unknown = absent(scratch, set[str]().union(*asked.values()))
    asked = {key: ids for key, ids in asked.items() if ids <= unknown}
    nowhere = account.platform.lacks(set[str]().union(*asked.values()), stop)
    away = {key for key in unheld if key not in asked or not asked[key] <= nowhere}
    _count(scratch, away)
    return {key: one for key, one in suspects.items() if key not in away}


def _is_held(one: Gathered) -> bool:
    """Whether anything that the order stores was read on its account; of one that stores nothing, anything that names
    it. A name beside ids that were not found is no sign: a seller may have numbers of its own."""
    return not one.ids.isdisjoint(thing.id for thing in one.collected.linked()) if one.ids else one.holds


def _count(scratch: Scratch, away: set[int]) -> None:
    with scratch.deducing() as db:
        db.executemany("INSERT OR IGNORE INTO elsewhere VALUES (?)", [(key,) for key in away])


def left_out(scratch: Scratch, alone: str | None = None) -> str:
    """In words: how many orders of other accounts were left out, and how these are scanned; of a scan of the account
    `alone` how many of its orders, and how many payments, which may be of somebody else's. Empty where none was."""
    if alone is not None:
        orders, payments = (scratch.count(f"elsewhere JOIN {one} USING (key)") for one in ("orders", "objects"))
        return " ".join(filter(None, (_unfound(orders, alone), _undecided(payments))))
    query = "SELECT make, count(*) FROM elsewhere JOIN orders USING (key) GROUP BY make ORDER BY 2 DESC, 1"
    accounts = [(str(account), int(count)) for account, count in scratch.rows(query)]
    if not accounts:
        return ""
    orders, names = sum(count for _, count in accounts), ", ".join(account for account, _ in accounts[:_NAMED])
    more = f" and {len(accounts) - _NAMED:,} more" if len(accounts) > _NAMED else ""
    return (
        f"Not judged: {orders:,} {'order' if orders == 1 else 'orders'} of other accounts ({names}{more}), of which "
        f"nothing was read on this one. Each account is a scan of its own: `orderlens scan --account {accounts[0][0]}`."
    )


def _unfound(orders: int, account: str) -> str:
    """Of orders that name a connected account which has nothing of theirs."""
    if not orders:
        return ""
    some = "1 order that names" if orders == 1 else f"{orders:,} orders that name"
    return (
        f"Not judged: {some} {account}, of which nothing was found there. The payment may be on the platform (a "
        "destination charge): `orderlens scan` judges those that are, and an order's case is read from both."
    )


def _undecided(payments: int) -> str:
    """Of payments on a connected account that name an order of somebody else's."""
    if not payments:
        return ""
    some = "1 payment here that names" if payments == 1 else f"{payments:,} payments here that name"
    return f"Not judged: {some} an order which does not name this account: a seller's own numbers may be the same."
