"""Whose account a scan reads: the one of the settings for all orders, or a connected one for those that name it."""

from dataclasses import replace

from core.endpoints.needs import elsewhere, gap
from core.errors import UsageError
from core.facts import Endpoint, Unread
from core.journal import ScanRecord
from core.scanning.looking import Account, Platform
from core.stripe_api.spans import SpanReader


def account_of(spans: SpanReader, platform: SpanReader | None = None) -> tuple[Account, int]:
    """Whose data, and which endpoints; and the requests it took. Of a connected account its own endpoints, and those of
    its platform that hear of connected ones. UsageError where it is the key's own."""
    account, endpoints = spans.whose()
    unread: tuple[Unread, ...] = (endpoints,) if isinstance(endpoints, Unread) else ()
    listed = () if isinstance(endpoints, Unread) else tuple(map(Endpoint.of, endpoints))
    asked = 1 + (spans.access.account is None)
    if platform is None:
        return _and_elsewhere(Account(spans.access.mode, account, listed, unread), asked, spans)
    own, connect = platform.whose()
    if own == account:
        raise UsageError(f"{own} is the key's own account.", next_step="Scan it without --account.")
    unread += (connect,) if isinstance(connect, Unread) else ()
    heard = () if isinstance(connect, Unread) else tuple(one for one in map(Endpoint.of, connect) if one.application)
    found = Account(spans.access.mode, account, (*listed, *heard), unread, alone=True, platform=Platform(platform))
    return _and_elsewhere(found, asked + 2, spans, platform)


def _and_elsewhere(account: Account, asked: int, *readers: SpanReader) -> tuple[Account, int]:
    """With the other destinations of events, where no webhook endpoint asks for what every shop has to hear of."""
    if account.unread or not gap(account.endpoints):
        return account, asked
    listed = [reader.destinations() for reader in readers]
    raws = [one for each in listed if not isinstance(each, Unread) for one in each]
    unread = tuple(one for one in listed if isinstance(one, Unread))
    found = elsewhere(account.endpoints, raws)
    return replace(account, destinations=found, unread=(*account.unread, *unread)), asked + len(readers)


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
