"""Whose account a scan reads: the one of the settings for all orders, or a connected one for those that name it."""

from core.errors import UsageError
from core.facts import Endpoint, Unread
from core.journal import ScanRecord
from core.scanning.looking import Account
from core.stripe_api.spans import SpanReader


def account_of(spans: SpanReader, platform: SpanReader | None = None) -> tuple[Account, int]:
    """Whose data, and which endpoints; and the requests it took. Of a connected account its own endpoints, and those of
    its platform that hear of connected ones. UsageError where it is the key's own."""
    account, endpoints = spans.whose()
    unread: tuple[Unread, ...] = (endpoints,) if isinstance(endpoints, Unread) else ()
    listed = () if isinstance(endpoints, Unread) else tuple(map(Endpoint.of, endpoints))
    asked = 1 + (spans.access.account is None)
    if platform is None:
        return Account(spans.access.mode, account, listed, unread), asked
    own, connect = platform.whose()
    if own == account:
        raise UsageError(f"{own} is the key's own account.", next_step="Scan it without --account.")
    unread += (connect,) if isinstance(connect, Unread) else ()
    heard = () if isinstance(connect, Unread) else tuple(one for one in map(Endpoint.of, connect) if one.application)
    return Account(spans.access.mode, account, (*listed, *heard), unread, alone=True), asked + 2


def must_be_of(account: Account, record: ScanRecord | None) -> None:
    """UsageError where a scan that is to be gone on with read another account."""
    alone = account.account if account.alone else None
    if record is None or record.alone == alone:
        return
    read, option = record.alone or "all orders", f" --account {record.alone}" if record.alone else ""
    raise UsageError(
        f"Scan {record.id} is of {read}, not of {alone or 'all orders'}.",
        next_step=f"Use `orderlens scan --fill {record.id}{option}`.",
    )
