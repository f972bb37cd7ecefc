"""What was paid by other means than Stripe: rows of payments whose provider is another one. Pure.

Proof is a table of payments that name their provider: rows with Stripe's ids say Stripe, settled ones say something
else. Without a status that tells what was settled nothing is taken, nor is a column of gift cards: whether the total
holds them already is not seen in it.
"""

import re

from core.orders.meaning import spelled
from core.setup.guessing import vocabulary
from core.setup.guessing.fitting import FEW_WORDS, pick, status_columns, words_of
from core.setup.guessing.hits import hits
from core.setup.guessing.leading import order_link
from core.setup.guessing.relating import Related
from core.setup.guessing.sampling import Seen, Table
from core.setup.guessing.sql import literal, quoted

_PROVIDER = r"(payment_)?(provider|gateway|method|processor|psp|variant)(_(id|code|name|type|key))?"
_SAFE = re.compile(r"[\w.:-]+")


def otherwise(orders: Table, seen: Seen) -> list[Related]:
    """The tables of payments that prove that orders are paid by other means too."""
    found = []
    for table in seen.tables.values():
        link = order_link(table, orders) if table != orders and table.rows and hits(table) else None
        amount, states = pick(table, "amount"), status_columns(table)
        settled = _settled(table, states[0]) if states else []
        ours = _ours(table) if link and amount and settled else None
        if link is None or amount is None or ours is None:
            continue
        name, words = ours
        where = (
            f"{quoted(name, seen.dialect)} NOT IN ({', '.join(map(literal, words))}) AND "
            f"{quoted(states[0], seen.dialect)} IN ({', '.join(map(literal, settled))})"
        )
        columns = {"order_id": link, "amount": amount}
        because = f"{name} names other providers than Stripe on rows that are settled"
        found.append(Related(table.name, {"table": table.name, "where": where, "columns": columns}, because))
    return found


def _settled(table: Table, state: str) -> list[str]:
    """The words of payments that were made, as far as their meaning is certain."""
    return sorted(
        {raw for (raw,) in words_of(table, (state,)) if raw and vocabulary.settles(raw) and _SAFE.fullmatch(raw)}
    )


def _ours(table: Table) -> tuple[str, list[str]] | None:
    """The column that names a payment's provider, and its words for Stripe; None where not every row with an id of
    Stripe's says so, or no row says another."""
    held = [str(one.column) for one in hits(table)]
    for name, one in table.columns.items():
        words = {spelled(value) or "" for value in one.there}
        if one.kind != "text" or name in held or not re.fullmatch(_PROVIDER, vocabulary.plain_name(name)):
            continue
        ours = sorted(word for word in words if "stripe" in word.lower() and _SAFE.fullmatch(word))
        rows = zip(one.values, *(table.columns[column].values for column in held), strict=True)
        with_ids = [
            str(row[0]) for row in rows if re.search(r"\b(cs_(test|live)|pi|ch|py)_\w", " ".join(map(str, row[1:])))
        ]
        if ours and len(words) <= FEW_WORDS and set(ours) < words and set(with_ids) <= set(ours):
            return name, ours
    return None
