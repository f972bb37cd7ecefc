"""The environment: secrets and addresses, those of one shop or of the whole of Orderlens.

The variables of a shop that has a name carry it: ORDERLENS_TOYS_DATABASE_URL is that of `[shops.toys]`. What tells one
shop from another is never taken from another's: reading toys' orders beside the payments of books' account would tell
of every order that nobody paid it. Whom to tell, and what the machine's way to Stripe is, may be said once for all.
"""

import getpass
import math
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs
from pydantic import SecretStr

KEY: Final = "STRIPE_API_KEY"
_OWN: Final = re.compile(
    r"\b(STRIPE_API_KEY|ORDERLENS_(DATABASE_URL|WEBHOOK_URL|WEBHOOK_SECRET|STRIPE_API_BASE|TELL))\b"
)
_SHARED: Final = frozenset({"STRIPE_API_BASE", "TELL", "STRIPE_RATE_ENDPOINT", "STRIPE_RATE_OVERALL"})


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables of a shop; of the one without a name where `shop` is empty."""

    shop: str = ""

    def name(self, of: str) -> str:
        """How one is called, by what it holds: DATABASE_URL -> ORDERLENS_TOYS_DATABASE_URL."""
        if of == KEY and not self.shop:
            return KEY
        own = f"{self.shop.upper().replace('-', '_')}_" if self.shop else ""
        return f"ORDERLENS_{own}{of}"

    def get(self, of: str) -> str | None:
        """What one holds; None where it is not set, or empty."""
        return self.read(self.name(of)) or (self.read(f"ORDERLENS_{of}") if of in _SHARED else None)

    @staticmethod
    def read(name: str) -> str | None:
        """What the variable of this name holds; None where it is not set, or empty."""
        return os.environ.get(name, "").strip() or None

    def secret(self, of: str) -> SecretStr | None:
        """The same, of what must not be seen."""
        found = self.get(of)
        return SecretStr(found) if found else None

    def rate(self, of: str, problems: list[str]) -> float | None:
        """Requests a second, or None with a line in `problems` where it is no such number."""
        text, name = self.get(of), self.name(of)
        if not text:
            return None
        with suppress(ValueError):
            if math.isfinite(rate := float(text)) and rate > 0:
                return rate
        problems.append(f"{name} is no number of requests a second. Example: export {name}=25")
        return None


def spelled(text: str, shop: str) -> str:
    """What is said of settings with the names that the variables of a shop have."""
    return _OWN.sub(lambda found: Variables(shop).name(found[1].removeprefix("ORDERLENS_")), text) if shop else text


def chosen_shop() -> str | None:
    """The shop that ORDERLENS_SHOP names."""
    return os.environ.get("ORDERLENS_SHOP", "").strip() or None


def named_file() -> Path | None:
    """The settings file that ORDERLENS_CONFIG names."""
    name = os.environ.get("ORDERLENS_CONFIG", "").strip()
    return Path(name) if name else None


def cache_folder() -> Path | None:
    """The folder for what can be read again, where ORDERLENS_CACHE_DIR names one."""
    name = os.environ.get("ORDERLENS_CACHE_DIR", "").strip()
    return Path(name) if name else None


def journal_url() -> SecretStr:
    """Where the journal is: one for all shops."""
    return SecretStr(os.environ.get("ORDERLENS_JOURNAL_URL", "").strip() or default_journal_url())


def default_journal_url() -> str:
    """SQLite in the user's data folder. The folder is made when the journal is opened, not here."""
    return f"sqlite:///{platformdirs.user_data_path('orderlens', appauthor=False) / 'journal.sqlite3'}"


def operator() -> str:
    """Who acts where nobody logs in. A container's user may have no name."""
    with suppress(OSError, KeyError):
        return os.environ.get("ORDERLENS_OPERATOR", "").strip() or getpass.getuser()
    return "unknown"
