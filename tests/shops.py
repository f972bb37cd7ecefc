"""The shops of `tests/schemas`: real applications' tables, and the orders that a right reading yields."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from core.settings import OrdersMapping

SCHEMAS = Path(__file__).parent / "schemas"
NAMES = sorted(path.name for path in SCHEMAS.iterdir() if path.is_dir())


@dataclass(frozen=True)
class Shop:
    """One application's fixture."""

    name: str

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return SCHEMAS / self.name

    @cached_property
    def mapping(self) -> OrdersMapping:
        """Its mapping.toml."""
        raw = tomllib.loads((self.folder / "mapping.toml").read_text())
        stripe = raw.pop("stripe", {})
        return OrdersMapping.model_validate({**raw, "metadata": stripe.get("metadata", {})})

    @cached_property
    def expected(self) -> list[dict[str, Any]]:
        """Its orders, newest first. What nobody paid otherwise is not written down."""
        orders: list[dict[str, Any]] = [{"paid_otherwise": 0} | one for one in self._expectation["orders"]]
        return sorted(orders, key=lambda order: order["created_at"], reverse=True)

    @property
    def native(self) -> str:
        """`pg` or `mysql`."""
        return str(self._expectation["native_dialect"])

    def build(self, url: str, *, sqlite: bool) -> None:
        """Make its tables and rows in the empty database at `url`."""
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
        with engine.begin() as connection:
            for kind in ("schema", "seed"):
                path = self.folder / f"{kind}{'.sqlite' if sqlite else ''}.sql"
                for statement in _statements(path.read_text()):
                    connection.execute(text(statement.replace(":", "\\:")))
        engine.dispose()

    @cached_property
    def _expectation(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "expected.json").read_text())
        return found


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; a semicolon inside quotes ends none."""
    bare = re.sub(r"^--.*$", "", script, flags=re.MULTILINE)
    for found in re.finditer(r"(?:'(?:[^'\\]|''|\\.)*'|[^';])+", bare):
        if found[0].strip():
            yield found[0].strip()
