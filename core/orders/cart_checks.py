"""What doctor says of [carts]: whether they say whose they are, and whether a payment can name one."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy.engine import Connection

from core.checks import Check, Level
from core.orders.database import Books, CartRows

SAMPLE = 200
_SHARED = 0.05  # of the values may be two carts': one was copied


def examine_carts(connection: Connection, books: Books) -> Iterator[Check]:
    """Some carts looked at; nothing where the settings have none."""
    settings = books.mapping.carts
    if settings is None:
        return
    rows = CartRows.of(books, settings)
    sample = rows.sample(connection, SAMPLE)
    if not sample:
        yield _line("There is no cart: nothing can be said of them.", "Check table and where in [carts].")
        return
    told = sum(bool(cart.customer) for cart, _ in sample)
    named = sum(bool(trace.written or trace.sessions or trace.intents or trace.charges) for _, trace in sample)
    if not told:
        yield _line(f"None of {len(sample)} carts says whose it is.", "Check customer_email and customer_name.")
    if not named:
        do = "Check the column with Stripe's ids, or what [carts.metadata] says that your app writes."
        yield _line(f"None of {len(sample)} carts holds what a payment could name it by.", do)
    for key in settings.metadata:
        owners = Counter(
            text for text, _ in {(text, cart.id) for cart, t in sample for k, text in t.written if k == key}
        )
        shared = sum(many > 1 for many in owners.values())
        if shared > _SHARED * len(owners):
            said = f"{shared} of {len(owners)} values of carts.metadata.{key} are several carts'"
            yield _line(f"{said}: a payment names none by it.", "Name a column that each cart has for itself.")
    if told and named:
        said = f"{told} of {len(sample)} carts say whose they are, {named} hold what a payment can name them by."
        yield Check("orders", "carts", Level.FINE, said)


def _line(said: str, do: str) -> Check:
    return Check("orders", "carts", Level.WARNING, said, do)
