"""Orders whose payments are on another account than the one that is scanned: they accuse nobody, and are counted.

An order that names another account is judged only where something of it was read here all the same (a destination
charge). Else its ids are not even asked for: on this account they would all be unknown.
"""

from collections.abc import Mapping

from core.facts import Order
from core.scanning.looking.facts_of import Account, Gathered, gathered
from core.scanning.scratch import Scratch

_NAMED = 3  # accounts


def gathered_here(
    scratch: Scratch, orders: Mapping[int, Order], account: Account, *, at_last: bool
) -> tuple[dict[int, Order], dict[int, Gathered]]:
    """Of some orders, by their keys, those that are not another account's, and what was read of each. The others are
    counted `at_last`, when all has come."""
    every = {key: gathered(scratch, order) for key, order in orders.items()}
    away = {key for key, order in orders.items() if order.connected_account and _is_elsewhere(every[key], account)}
    if away and at_last:
        with scratch.deducing() as db:
            db.executemany("INSERT OR IGNORE INTO elsewhere VALUES (?)", [(key,) for key in away])
    found = {key: own for key, own in every.items() if key not in away}
    return {key: orders[key] for key in found}, found


def _is_elsewhere(one: Gathered, account: Account) -> bool:
    """Whether the order names another account, and nothing of it was read on this one."""
    named = one.order.connected_account if one.order is not None else None
    return named != account.account and not one.holds


def left_out(scratch: Scratch, alone: str | None = None) -> str:
    """In words: how many orders of other accounts were left out, and how these are scanned; of a scan of the account
    `alone` how many payments, which may be of somebody else's order. Empty where none was."""
    if alone is not None:
        return _undecided(scratch.count("elsewhere JOIN objects USING (key)"))
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


def _undecided(payments: int) -> str:
    """Of payments on a connected account that name an order of somebody else's."""
    if not payments:
        return ""
    some = "1 payment here that names" if payments == 1 else f"{payments:,} payments here that name"
    return f"Not judged: {some} an order which does not name this account: a seller's own numbers may be the same."
