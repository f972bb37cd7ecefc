"""The settings: secrets and addresses from the environment, the shape of the orders table from `orderlens.toml`.

Owns names, defaults and their checking. A file never holds a secret: the Stripe key, the signing secret and the
database URL stand in the environment only. All errors come at once, each with the setting, what was found, and an
example to paste. Refuses to connect to anything.
"""

import getpass
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import SettingsError, redact

STRIPE_API = "https://api.stripe.com"
FILE = "orderlens.toml"

OrderWord = Literal["created", "pending", "paid", "fulfilled", "cancelled", "failed", "refunded", "partially_refunded"]
COLUMNS = frozenset(
    "id number status amount refunded_amount currency session_id payment_intent_id charge_id customer_email metadata "
    "created_at updated_at deleted".split()
)
EXAMPLE = """\
[orders]
table = "orders"
unit = "minor"          # "minor": cents; "major": 42.00
timezone = "UTC"        # how to read times without a zone
columns = { id = "id", status = "status", amount = "total", currency = "currency", session_id = "stripe_session_id" }

[orders.status_map]     # your word = Orderlens' word
awaiting_payment = "pending"
completed = "paid"
"""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OrdersTable(_Strict):
    """One table with named columns. `columns` maps our names (see COLUMNS) to the table's; `unit` says what an amount
    column holds; `status_map` maps the app's words to ours, words that already are ours need no entry."""

    table: str = Field(min_length=1)
    schema_name: str | None = Field(default=None, alias="schema")
    unit: Literal["minor", "major"] = "minor"
    timezone: str = "UTC"
    columns: dict[str, str]
    status_map: dict[str, OrderWord] = {}


class _Stripe(_Strict):
    account: str | None = None


class _Webhooks(_Strict):
    url: str | None = None


class _App(_Strict):
    hosts: tuple[str, ...] = ()
    webhook_hosts: tuple[str, ...] = ()
    api_version: str | None = None


class _File(_Strict):
    orders: OrdersTable
    stripe: _Stripe = _Stripe()
    webhooks: _Webhooks = _Webhooks()
    app: _App = _App()


class _Environment(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ORDERLENS_", extra="ignore")

    stripe_api_key: SecretStr | None = Field(default=None, validation_alias="STRIPE_API_KEY")
    stripe_api_base: str = STRIPE_API
    database_url: SecretStr | None = None
    webhook_secret: SecretStr | None = None
    webhook_url: str | None = None
    journal_url: SecretStr | None = None
    operator: str | None = None
    config: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the product is told. Secrets are `SecretStr`: printing a Settings shows none of them."""

    stripe_api_key: SecretStr
    database_url: SecretStr
    orders: OrdersTable
    stripe_api_base: str = STRIPE_API
    stripe_account: str | None = None
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    journal_url: SecretStr = field(default_factory=lambda: SecretStr(default_journal_url()))
    app_hosts: tuple[str, ...] = ()
    webhook_hosts: tuple[str, ...] = ()
    app_api_version: str | None = None
    operator: str = "unknown"


def default_journal_url() -> str:
    """SQLite in the user's data folder. The folder is made when the journal is opened, not here."""
    return f"sqlite:///{platformdirs.user_data_path('orderlens', appauthor=False) / 'journal.sqlite3'}"


def load(directory: Path | None = None) -> Settings:
    """The settings from the environment and `orderlens.toml` (or the file ORDERLENS_CONFIG names) in `directory`.

    SettingsError lists every problem at once.
    """
    environment = _Environment()
    path = environment.config or (directory or Path.cwd()) / FILE
    problems: list[str] = []
    file = _read_file(path, problems)
    if environment.stripe_api_key is None:
        problems.append(
            "STRIPE_API_KEY is not set. Example: export STRIPE_API_KEY=rk_live_... (a restricted key, read)."
        )
    if environment.database_url is None:
        problems.append(
            "ORDERLENS_DATABASE_URL is not set. Example: export ORDERLENS_DATABASE_URL=postgresql://reader@host/shop"
        )
    if problems or file is None or environment.stripe_api_key is None or environment.database_url is None:
        raise SettingsError(
            "Orderlens is not set up yet:\n" + "\n".join(f"- {problem}" for problem in problems),
            next_step="Mend these and start again, or look around first with `orderlens demo`.",
        )
    return Settings(
        stripe_api_key=environment.stripe_api_key,
        database_url=environment.database_url,
        orders=file.orders,
        stripe_api_base=environment.stripe_api_base.rstrip("/"),
        stripe_account=file.stripe.account,
        webhook_url=environment.webhook_url or file.webhooks.url,
        webhook_secret=environment.webhook_secret,
        journal_url=environment.journal_url or SecretStr(default_journal_url()),
        app_hosts=file.app.hosts,
        webhook_hosts=file.app.webhook_hosts,
        app_api_version=file.app.api_version,
        operator=environment.operator or _login(),
    )


def _login() -> str:
    """The account this process runs under, for the journal. A container's user may have no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def _checked(raw: Mapping[str, object], problems: list[str], path: Path) -> _File | None:
    """The checked settings of a parsed file, or None with a line in `problems` for each thing that is wrong."""
    try:
        file = _File.model_validate(raw)
    except ValidationError as error:
        for one in error.errors():
            where = ".".join(str(part) for part in one["loc"])
            found = redact(repr(one["input"]))[:60]
            problems.append(f"{path.name}: {where or 'the file'}: {one['msg']} (found {found}). Example:\n{EXAMPLE}")
        return None
    columns = file.orders.columns
    problems.extend(
        f"{path.name}: orders.columns: `{name}` is not a name Orderlens knows. Known: {', '.join(sorted(COLUMNS))}."
        for name in sorted(set(columns) - COLUMNS)
    )
    problems.extend(
        f'{path.name}: orders.columns: `{name}` is missing. Example: {name} = "{name}"'
        for name in ("id", "status")
        if name not in columns
    )
    return file


def _read_file(path: Path, problems: list[str]) -> _File | None:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(f"{path.name} is not here. It says where the orders stand. Example:\n{EXAMPLE}")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path.name} cannot be read: {error}.")
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{path.name} is not TOML: {error}. Example:\n{EXAMPLE}")
    else:
        return _checked(raw, problems, path)
    return None
