"""What readings of cases found, made up for the journal's tests."""

from typing import Any

from core.findings import Confidence, Severity
from core.journal import Noted
from core.money import Money

NOW = 1_760_000_000


def found(key: str = "order:1", code: str = "webhook_failed", *, at: int = NOW, **changed: Any) -> Noted:  # noqa: ANN401 - any field
    """A reading that found something."""
    order_id = key.partition(":")[2]
    fields: dict[str, Any] = {
        "order_id": order_id,
        "number": f"WEB-{order_id}",
        "order_status": "pending",
        "email": "jenny.rosen@example.com",
        "codes": (code,),
        "title": "Paid, and the order does not know",
        "severity": Severity.CRITICAL,
        "confidence": Confidence.CERTAIN,
        "money": Money(4200, "usd"),
        "currency": "usd",
        "happened_at": at - 3600,
        "says": "The customer paid.",
        "session_ids": (f"cs_test_{order_id}",),
        "intent_ids": (f"pi_{order_id}",),
        "cells": ({"order_id": order_id, "code": code, "headline": "yes"},),
    }
    return Noted(key=key, code=code, read_at=at, **{**fields, **changed})


def clean(key: str = "order:1", *, at: int = NOW, scan_id: int | None = None) -> Noted:
    """A reading that found nothing, and left nothing unread."""
    return Noted(key=key, read_at=at, scan_id=scan_id)


def untold(key: str = "order:1", *, at: int = NOW, scan_id: int | None = None, because: str = "429") -> Noted:
    """A reading that could not tell."""
    cells = ({"order_id": key.partition(":")[2], "undetermined": because},)
    return Noted(key=key, read_at=at, scan_id=scan_id, undetermined=because, cells=cells)
