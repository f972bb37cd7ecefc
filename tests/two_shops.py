"""Two sandboxes as the two shops of one file: their orders bear the same numbers, and nothing else is the same."""

import re
from pathlib import Path

from core.sandbox import World

OWN = ("STRIPE_API_KEY", "STRIPE_API_BASE", "DATABASE_URL", "WEBHOOK_URL", "WEBHOOK_SECRET")


def two_shops(folder: Path, *, more: str = "", **worlds: World) -> dict[str, str]:
    """The environment of `orderlens` with a file of these shops by name, which is written into `folder`; `more`: what
    else the file says."""
    written = more
    environment = {
        "ORDERLENS_CONFIG": str(folder / "orderlens.toml"),
        "ORDERLENS_JOURNAL_URL": f"sqlite:///{folder / 'journal.sqlite3'}",
        "ORDERLENS_CACHE_DIR": str(folder),
        "ORDERLENS_SHOP": "",
    }
    for name, world in worlds.items():
        own = (world.directory / "orderlens.toml").read_text()
        written += re.sub(r"(?m)^\[", f"[shops.{name}.", own)
        for variable, value in world.settings_env().items():
            kind = variable.removeprefix("ORDERLENS_")
            if kind in OWN:
                environment[f"ORDERLENS_{name.upper()}_{kind}"] = value
    (folder / "orderlens.toml").write_text(written)
    return environment
