"""Stripe's answers to real applications, of eight years of API versions; they lie beside the project, or nowhere."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.facts import Json
from tests.facts.readers import READERS

CAPTURED = Path(__file__).parents[2].parent / "shared" / "stripe" / "captured"


def inside(document: object) -> Iterator[Json]:
    """Every object in a payload, however deep."""
    if isinstance(document, dict):
        yield document
        for value in document.values():
            yield from inside(value)
    elif isinstance(document, list):
        for value in document:
            yield from inside(value)


def captured() -> list[Json]:
    """Every captured object of a kind we read. Skips the test where there are none."""
    if not CAPTURED.is_dir():
        pytest.skip(f"the captured payloads are not here ({CAPTURED.name}/ beside the project)")
    files = sorted(CAPTURED.rglob("*.json"))
    return [
        found for path in files for found in inside(json.loads(path.read_text())) if str(found.get("object")) in READERS
    ]
