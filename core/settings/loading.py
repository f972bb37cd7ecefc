"""Environment and file together become `Settings`.

A file never holds a secret: the Stripe key, the signing secret and the database's address stand in the environment
only. All errors come at once, each with the setting, what was found, and an example to paste. Connects to nothing.
"""

import getpass
import math
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.addresses import wrong_base, wrong_template, wrong_web
from core.errors import SettingsError, redact
from core.settings import checking
from core.settings.file import parsed, shaped
from core.settings.login import Login, LoginEnvironment, LoginTable, login_of, proxied_of, public_url
from core.settings.mapping import (
    BookedOn,
    Carts,
    Database,
    Letters,
    OrdersMapping,
    OrdersTable,
    PaidOtherwise,
    Payments,
    Privacy,
    Refunds,
    Strict,
    each,
)
from core.settings.proxies import Proxied

STRIPE_API = "https://api.stripe.com"
FILE = "orderlens.toml"


class _Stripe(Strict):
    account: str | None = None
    metadata: dict[str, str] = Field(default_factory=dict)
    booked_on: Annotated[tuple[BookedOn, ...], BeforeValidator(each)] = ()


class _Webhooks(Strict):
    url: str | None = None


class _App(Strict):
    hosts: tuple[str, ...] = ()
    webhook_hosts: tuple[str, ...] = ()
    api_version: str | None = None
    order_url: str | None = None


class _File(Strict):
    orders: OrdersTable
    payments: tuple[Payments, ...] = ()
    refunds: tuple[Refunds, ...] = ()
    paid_otherwise: tuple[PaidOtherwise, ...] = ()
    carts: Carts | None = None
    database: Database = Database()
    stripe: _Stripe = _Stripe()
    webhooks: _Webhooks = _Webhooks()
    app: _App = _App()
    letters: Letters = Letters()
    privacy: Privacy = Privacy()
    login: LoginTable | None = None

    @property
    def mapping(self) -> OrdersMapping:
        """What concerns the orders database."""
        return OrdersMapping(
            orders=self.orders,
            payments=self.payments,
            refunds=self.refunds,
            paid_otherwise=self.paid_otherwise,
            carts=self.carts,
            database=self.database,
            metadata=self.stripe.metadata,
            booked_on=self.stripe.booked_on,
        )


class _LoginOnly(Strict):
    login: LoginTable | None = None


class _Environment(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ORDERLENS_", extra="ignore")

    stripe_api_key: SecretStr | None = Field(default=None, validation_alias="STRIPE_API_KEY")
    stripe_api_base: str = STRIPE_API
    webhook_secret: SecretStr | None = None
    webhook_url: str | None = None
    journal_url: SecretStr | None = None
    operator: str | None = None
    config: Path | None = None
    stripe_rate_endpoint: str | None = None
    stripe_rate_overall: str | None = None
    tell: SecretStr | None = None
    cache_dir: Path | None = None


@dataclass(frozen=True, slots=True)
class OrdersSettings:
    """What reading the orders takes: the database's address and the mapping."""

    database_url: SecretStr
    mapping: OrdersMapping


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """What the server's edge needs: the address that people use, how they log in or which proxy has done
    it, the name for the journal where nobody has to."""

    url: str | None
    login: Login | None
    operator: str
    journal_url: SecretStr
    proxied: Proxied | None = None

    @property
    def open_to_all(self) -> bool:
        """Whether nobody has to say who they are."""
        return self.login is None and self.proxied is None


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Secrets are `SecretStr`: printing a Settings shows none of them.

    `stripe_rate_endpoint`, `stripe_rate_overall`: requests a second that the account allows, Stripe's published limits
    where None; `tell`: apprise's addresses of whom to tell; `order_url`: an order's page in the shop, with gaps for
    {id} and {number}; `cache_dir`: for what can be read again, the user's own cache folder where None.
    """

    stripe_api_key: SecretStr
    database_url: SecretStr
    mapping: OrdersMapping
    stripe_api_base: str = STRIPE_API
    stripe_account: str | None = None
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    journal_url: SecretStr = field(default_factory=lambda: SecretStr(default_journal_url()))
    app_hosts: tuple[str, ...] = ()
    webhook_hosts: tuple[str, ...] = ()
    app_api_version: str | None = None
    order_url: str | None = None
    operator: str = "unknown"
    stripe_rate_endpoint: float | None = None
    stripe_rate_overall: float | None = None
    tell: tuple[SecretStr, ...] = ()
    cache_dir: Path | None = None
    letters: Letters = field(default_factory=Letters)
    privacy: Privacy = field(default_factory=Privacy)

    @property
    def orders(self) -> OrdersTable:
        """The [orders] of the mapping."""
        return self.mapping.orders


def default_journal_url() -> str:
    """SQLite in the user's data folder. The folder is made when the journal is opened, not here."""
    return f"sqlite:///{platformdirs.user_data_path('orderlens', appauthor=False) / 'journal.sqlite3'}"


def load(directory: Path | None = None, *, config: Path | None = None, serving: bool = False) -> Settings:
    """The settings from the environment and the file `config`, or the one ORDERLENS_CONFIG names, or `orderlens.toml`
    in `directory`. SettingsError lists every problem at once; where `serving`, those of the log-in too."""
    environment = _Environment()
    problems: list[str] = []
    file = _file(environment, directory, config, problems)
    if environment.stripe_api_key is None:
        problems.append(
            "STRIPE_API_KEY is not set. Example: export STRIPE_API_KEY=rk_live_... (a restricted key, read)."
        )
    url = _database_url(file, problems)
    webhook = environment.webhook_url or (file.webhooks.url if file else None)
    problems += wrong_web("ORDERLENS_WEBHOOK_URL", webhook) + wrong_base(environment.stripe_api_base)
    problems += wrong_template("app.order_url", file.app.order_url if file else None)
    endpoint = _rate("ORDERLENS_STRIPE_RATE_ENDPOINT", environment.stripe_rate_endpoint, problems)
    overall = _rate("ORDERLENS_STRIPE_RATE_OVERALL", environment.stripe_rate_overall, problems)
    if serving:
        login_of(file.login if file else None, LoginEnvironment(), problems, readable=file is not None)
        proxied_of(file.login if file else None, LoginEnvironment(), problems)
    if problems or file is None or url is None or environment.stripe_api_key is None:
        raise _not_set_up(problems)
    return Settings(
        stripe_api_key=environment.stripe_api_key,
        database_url=url,
        mapping=file.mapping,
        stripe_api_base=environment.stripe_api_base.rstrip("/"),
        stripe_account=file.stripe.account,
        webhook_url=webhook,
        webhook_secret=environment.webhook_secret,
        journal_url=environment.journal_url or SecretStr(default_journal_url()),
        app_hosts=file.app.hosts,
        webhook_hosts=file.app.webhook_hosts,
        app_api_version=file.app.api_version,
        order_url=file.app.order_url,
        operator=environment.operator or _login(),
        stripe_rate_endpoint=endpoint,
        stripe_rate_overall=overall,
        tell=tuple(map(SecretStr, environment.tell.get_secret_value().split())) if environment.tell else (),
        cache_dir=environment.cache_dir,
        letters=file.letters,
        privacy=file.privacy,
    )


def load_orders(directory: Path | None = None, *, config: Path | None = None) -> OrdersSettings:
    """The same for whoever reads the orders alone: no Stripe key is needed. SettingsError as `load`."""
    problems: list[str] = []
    file = _file(_Environment(), directory, config, problems)
    url = _database_url(file, problems)
    if problems or file is None or url is None:
        raise _not_set_up(problems)
    return OrdersSettings(url, file.mapping)


def load_door(directory: Path | None = None, *, config: Path | None = None) -> DoorSettings:
    """What the server's edge needs, whatever else is wrong; a file that is missing says nothing of a log-in.
    SettingsError as `load`."""
    environment, own = _Environment(), LoginEnvironment()
    problems: list[str] = []
    path = _path(environment, directory, config)
    raw = parsed(path, problems) if path.exists() else {}
    named = {"login": raw["login"]} if raw and "login" in raw else {}
    file = None if raw is None else shaped(_LoginOnly, named, problems, path)
    found = login_of(file.login if file else None, own, problems, readable=file is not None)
    proxied = proxied_of(file.login if file else None, own, problems)
    if problems:
        raise _not_set_up(problems)
    journal = environment.journal_url or SecretStr(default_journal_url())
    return DoorSettings(public_url(own, problems), found, environment.operator or _login(), journal, proxied)


def _not_set_up(problems: list[str]) -> SettingsError:
    return SettingsError(
        "Orderlens is not set up yet:\n" + "\n".join(f"- {problem}" for problem in problems),
        next_step="Mend these and start again, or look around first with `orderlens demo`.",
    )


def _path(environment: _Environment, directory: Path | None, config: Path | None) -> Path:
    return config or environment.config or (directory or Path.cwd()) / FILE


def _file(environment: _Environment, directory: Path | None, config: Path | None, problems: list[str]) -> _File | None:
    """The checked file, or None with a line in `problems` for each thing that is wrong."""
    path, before = _path(environment, directory, config), len(problems)
    if re.search(r"\w\w:/", str(path)):
        problems.append("ORDERLENS_CONFIG (or --config) is an address, not the path of a file.")
        return None
    raw = parsed(path, problems)
    if raw is None:
        return None
    file = shaped(_File, raw, problems, path)
    problems.extend(
        f"{path.name}: {problem.key}: {redact(problem.said)}. Example: {problem.example}"
        for problem in checking.problems(raw)
    )
    return file if len(problems) == before else None


def _database_url(file: _File | None, problems: list[str]) -> SecretStr | None:
    """The address from the variable that the file names. Where the file is wrong, the usual one is looked for."""
    name = (file.database if file else Database()).variable
    value = os.environ.get(name, "").strip()
    if not value:
        problems.append(f"{name} is not set. Example: export {name}=postgresql://reader@host/shop")
    return SecretStr(value) if value else None


def _rate(name: str, text: str | None, problems: list[str]) -> float | None:
    """Requests a second, or None with a line in `problems` where it is no such number."""
    if not text:
        return None
    with suppress(ValueError):
        if math.isfinite(rate := float(text)) and rate > 0:
            return rate
    problems.append(f"{name} is no number of requests a second. Example: export {name}=25")
    return None


def _login() -> str:
    """The account this process runs under, for the journal. A container's user may have no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
