"""Environment and file together become `Settings`, of one shop at a time.

A file never holds a secret: the Stripe key, the signing secret and the database's address stand in the environment
only. All errors come at once, each with the setting, what was found, and an example to paste. Connects to nothing.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from core.addresses import wrong_base, wrong_template, wrong_web
from core.errors import SettingsError, redact
from core.settings import checking
from core.settings.environment import (
    KEY,
    Variables,
    cache_folder,
    chosen_shop,
    journal_url,
    named_file,
    operator,
)
from core.settings.file import parsed, shaped
from core.settings.login import LoginEnvironment, login_of, proxied_of, public_url
from core.settings.made import STRIPE_API, DoorSettings, OrdersSettings, Settings
from core.settings.rest import rest_of
from core.settings.shape import Door, OneShop, SeveralShops, Shop, Tables

FILE = "orderlens.toml"
T = TypeVar("T", bound=Tables)


def load(directory: Path | None = None, *, config: Path | None = None, shop: str | None = None) -> Settings:
    """The settings of a shop from the environment and the file `config`, or the one ORDERLENS_CONFIG names, or
    `orderlens.toml` in `directory`. `shop`: which one, of a file with `[shops.NAME]`; else the one that ORDERLENS_SHOP
    names, or the only one. SettingsError lists every problem at once."""
    problems: list[str] = []
    name, tables = _tables(directory, config, shop, problems)
    found = _settings(name or "", tables, problems)
    if problems or found is None:
        raise _not_set_up(problems)
    return found


def load_every(directory: Path | None = None, *, config: Path | None = None) -> tuple[Settings, ...]:
    """Those of all shops of the file, for a server. SettingsError lists every problem, those of the log-in too."""
    problems: list[str] = []
    made = []
    for one in shops(directory, config=config) or (None,):
        name, tables = _tables(directory, config, one, problems)
        made.append(_settings(name or "", tables, problems))
    _door(directory, config, problems)
    if problems:
        raise _not_set_up(problems)
    return tuple(one for one in made if one)


def load_orders(
    directory: Path | None = None, *, config: Path | None = None, shop: str | None = None
) -> OrdersSettings:
    """The same for whoever reads the orders alone: no Stripe key is needed. SettingsError as `load`."""
    problems: list[str] = []
    name, tables = _tables(directory, config, shop, problems)
    url = _database_url(Variables(name or ""), tables, problems)
    if problems or tables is None or url is None:
        raise _not_set_up(problems)
    return OrdersSettings(url, tables.mapping)


def load_door(directory: Path | None = None, *, config: Path | None = None) -> DoorSettings:
    """What the server's edge needs, whatever else is wrong; a file that is missing says nothing of a log-in.
    SettingsError as `load`."""
    problems: list[str] = []
    found = _door(directory, config, problems)
    if problems:
        raise _not_set_up(problems)
    return found


def shops(directory: Path | None = None, *, config: Path | None = None) -> tuple[str, ...]:
    """The names of the shops of the file, in its order; none where it is a file of one shop, or cannot be read."""
    path = _path(directory, config)
    named = (parsed(path, []) or {}).get("shops") if path.exists() else None
    return tuple(map(str, named)) if isinstance(named, Mapping) else ()


def _settings(shop: str, tables: Tables | None, problems: list[str]) -> Settings | None:
    """What environment and tables say; None with lines in `problems` where that is not enough."""
    own, before = Variables(shop), len(problems)
    key, base, tell = own.secret(KEY), own.get("STRIPE_API_BASE") or STRIPE_API, own.get("TELL")
    if key is None:
        name = own.name(KEY)
        problems.append(f"{name} is not set. Example: export {name}=rk_live_... (a restricted key, read).")
    url = _database_url(own, tables, problems)
    webhook = own.get("WEBHOOK_URL") or (tables.webhooks.url if tables else None)
    problems += wrong_web(own.name("WEBHOOK_URL"), webhook) + wrong_base(base)
    problems += wrong_template("app.order_url", tables.app.order_url if tables else None)
    rest = rest_of(tables.stripe.rest if tables else None, own, orders=(_orders(own, tables), url), problems=problems)
    endpoint, overall = (own.rate(f"STRIPE_RATE_{which}", problems) for which in ("ENDPOINT", "OVERALL"))
    if len(problems) > before or tables is None or url is None or key is None:
        return None
    return Settings(
        stripe_api_key=key,
        database_url=url,
        mapping=tables.mapping,
        stripe_api_base=base.rstrip("/"),
        stripe_account=tables.stripe.account,
        webhook_url=webhook,
        webhook_secret=own.secret("WEBHOOK_SECRET"),
        journal_url=journal_url(),
        app_hosts=tables.app.hosts,
        webhook_hosts=tables.app.webhook_hosts,
        app_api_version=tables.app.api_version,
        order_url=tables.app.order_url,
        operator=operator(),
        stripe_rate_endpoint=endpoint,
        stripe_rate_overall=overall,
        tell=tuple(map(SecretStr, tell.split())) if tell else (),
        cache_dir=cache_folder(),
        letters=tables.letters,
        privacy=tables.privacy,
        replays=tables.replays,
        app_fetches_events=tables.app.fetches_events,
        rest=rest,
        shop=shop,
        kept_as="" if isinstance(tables, Shop) and tables.keeps_journal else shop,
    )


def _not_set_up(problems: list[str]) -> SettingsError:
    return SettingsError(
        "Orderlens is not set up yet:\n" + "\n".join(f"- {problem}" for problem in dict.fromkeys(problems)),
        next_step="Mend these and start again, or look around first with `orderlens demo`.",
    )


def _path(directory: Path | None, config: Path | None) -> Path:
    return config or named_file() or (directory or Path.cwd()) / FILE


def _tables(
    directory: Path | None, config: Path | None, shop: str | None, problems: list[str]
) -> tuple[str | None, Tables | None]:
    """The shop that is meant and its checked tables, or None with a line in `problems` for each thing that is wrong."""
    path = _path(directory, config)
    if re.search(r"\w\w:/", str(path)):
        problems.append("ORDERLENS_CONFIG (or --config) is an address, not the path of a file.")
        return shop, None
    raw = parsed(path, problems)
    if raw is None:
        return shop, None
    named = raw.get("shops")
    if not isinstance(named, Mapping):
        if shop:
            problems.append(f"{path.name} has one shop, without a name; {shop} is none of it. Leave out --shop.")
        return None, _checked(OneShop, raw, path, "", problems)
    name = _which(named, shop or chosen_shop(), path, problems)
    several = shaped(SeveralShops, raw, problems, path.name)
    if "orders" in raw:
        problems.append(
            f"{path.name}: [orders] stands beside [shops]: say [shops.NAME.orders] for that shop too, and "
            f"keeps_journal = true in [shops.NAME], so that it keeps what the journal has of it."
        )
    problems.extend(_keepers(named, path))
    if several is None or name is None:
        return name, None
    return name, _checked(Shop, several.shops[name], path, f" [shops.{name}]", problems)


def _which(named: Mapping[object, object], wanted: str | None, path: Path, problems: list[str]) -> str | None:
    """The shop that is meant, or None with a line in `problems`."""
    names = tuple(map(str, named))
    if wanted in names:
        return wanted
    if wanted is None and len(names) == 1:
        return names[0]
    known = ", ".join(names)
    problems.append(
        f"{path.name} has no shop {wanted}. Its shops: {known}."
        if wanted
        else f"{path.name} has several shops, and none is named. Example: --shop {names[0]} (of {known}); or set "
        "ORDERLENS_SHOP."
    )
    return None


def _keepers(named: Mapping[object, object], path: Path) -> list[str]:
    """A line where two shops would have the same place in the journal."""
    keepers = [str(one) for one, of in named.items() if isinstance(of, Mapping) and of.get("keeps_journal") is True]
    if len(keepers) < 2:  # noqa: PLR2004 - one may
        return []
    return [f"{path.name}: keeps_journal stands in {' and '.join(keepers)}: the journal's past is one shop's."]


def _checked(shape: type[T], raw: Mapping[str, object], path: Path, where: str, problems: list[str]) -> T | None:
    """Tables in their shape, each with the other; None with a line in `problems` for each thing that is wrong."""
    before = len(problems)
    found = shaped(shape, raw, problems, f"{path.name}{where}")
    problems.extend(
        f"{path.name}{where}: {problem.key}: {redact(problem.said)}. Example: {problem.example}"
        for problem in checking.problems(raw)
    )
    return found if len(problems) == before else None


def _door(directory: Path | None, config: Path | None, problems: list[str]) -> DoorSettings:
    """Who comes in how, with a line in `problems` for each thing that is wrong with it."""
    own, path = LoginEnvironment(), _path(directory, config)
    raw = parsed(path, problems) if path.exists() else {}
    file = None if raw is None else shaped(Door, _of_the_door(raw), problems, path.name)
    table, by_shop = (file.login, file.shops) if file else (None, {})
    found = login_of(table, own, problems, by_shop, readable=file is not None)
    proxied = proxied_of(table, own, problems, by_shop)
    return DoorSettings(public_url(own, problems), found, operator(), journal_url(), proxied, tuple(by_shop))


def _of_the_door(raw: Mapping[str, object]) -> dict[str, object]:
    """What of a parsed file says who comes in."""
    named = raw.get("shops")
    kept: dict[str, object] = {"login": raw["login"]} if "login" in raw else {}
    if isinstance(named, Mapping):
        kept["shops"] = {
            name: {key: one[key] for key in ("roles", "people") if key in one} if isinstance(one, Mapping) else one
            for name, one in named.items()
        }
    return kept


def _database_url(own: Variables, tables: Tables | None, problems: list[str]) -> SecretStr | None:
    """The address from the variable that the file names. Where the file is wrong, the usual one is looked for."""
    name = _orders(own, tables)
    value = Variables.read(name)
    if not value:
        problems.append(f"{name} is not set. Example: export {name}=postgresql://reader@host/shop")
    return SecretStr(value) if value else None


def _orders(own: Variables, tables: Tables | None) -> str:
    """The variable with the address of the orders' database."""
    return (tables.database.variable if tables else None) or own.name("DATABASE_URL")
