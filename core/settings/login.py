"""Who may come in: `[login]` of the file and the provider's address and secret in the environment.

Owns what is said of them, all of it at once. Half a configuration is an error, none is a dashboard without log-in,
which only this machine may reach. Connects to nothing.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.addresses import flaw
from core.people import ROLES, Role
from core.settings import proxies
from core.settings.allowed import Names, RolesOfShop, WhoMayUse, by_shop, emails, groups, nobody
from core.settings.mapping import Strict
from core.settings.proxies import Proxied, ProxyTable
from core.times import HOUR

URL: Final = "ORDERLENS_URL"
SECRET_BYTES: Final = 32
_EXAMPLES: Final = {
    URL: f"export {URL}=https://orderlens.example.com",
    "ORDERLENS_OIDC_ISSUER": "export ORDERLENS_OIDC_ISSUER=https://login.example.com/realms/shop",
    "ORDERLENS_OIDC_CLIENT_ID": "export ORDERLENS_OIDC_CLIENT_ID=orderlens",
    "ORDERLENS_OIDC_CLIENT_SECRET": "export ORDERLENS_OIDC_CLIENT_SECRET=... (as the provider shows it)",
}


def _asks_who(scopes: str) -> str:
    if "openid" not in scopes.split():
        raise ValueError("`openid` is missing: without it nobody says who somebody is")
    return " ".join(scopes.split())


class LoginTable(Strict):
    """[login]: `claim` holds somebody's groups; `roles` maps a role to values of it, `people` to verified e-mails;
    `hours`: how long a log-in lasts."""

    claim: Annotated[str, Field(min_length=1)] = "groups"
    scopes: Annotated[str, AfterValidator(_asks_who)] = "openid email profile"
    hours: Annotated[float, Field(gt=0, le=168)] = 10
    roles: dict[Role, Names] = Field(default_factory=dict)
    people: dict[Role, Names] = Field(default_factory=dict)
    proxy: ProxyTable | None = None


class LoginEnvironment(BaseSettings):
    """What of it stands in the environment; an empty value is none."""

    model_config = SettingsConfigDict(env_prefix="ORDERLENS_", extra="ignore", env_ignore_empty=True)

    url: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    session_secret: SecretStr | None = None
    proxy_secret: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """Who is asked who somebody is (OpenID Connect). `issuer` as it calls itself, to the letter."""

    issuer: str
    client_id: str
    client_secret: SecretStr
    scopes: str = "openid email profile"


@dataclass(frozen=True, slots=True)
class Login:
    """How people come in. `url`: the address they use, without a / at its end; `seconds`: how long a log-in lasts;
    `roles`: role -> values of the claim; `people`: role -> e-mails in small letters; `session_secret`: None where one
    is made and kept beside the journal; `shops`: by name, where the file has several."""

    url: str
    provider: Provider
    roles: Mapping[Role, frozenset[str]]
    people: Mapping[Role, frozenset[str]] = field(default_factory=dict)
    claim: str = "groups"
    seconds: int = 36_000
    session_secret: SecretStr | None = None
    shops: Mapping[str, RolesOfShop] = field(default_factory=dict)

    @property
    def https(self) -> bool:
        """Whether people come by https. Only this machine's own addresses may be without it."""
        return self.url.startswith("https://")

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to; it has to know this address."""
        return f"{self.url}/login/callback"


def public_url(environment: LoginEnvironment, problems: list[str]) -> str | None:
    """The address that people use, or None; a line in `problems` where it is none of a browser's."""
    url = (environment.url or "").strip().rstrip("/")
    if not url:
        return None
    if flaw(url) or urlsplit(url).path or urlsplit(url).query or "@" in url:
        problems.append(f"{URL} is not an address of a browser's, without a path. Example: {_EXAMPLES[URL]}")
    elif not _safe(url):
        problems.append(f"{URL} begins with http://, where anybody on the way can read. Example: {_EXAMPLES[URL]}")
    return url.lower()


def login_of(
    table: LoginTable | None,
    environment: LoginEnvironment,
    problems: list[str],
    shops: Mapping[str, WhoMayUse] | None = None,
    *,
    readable: bool = True,
) -> Login | None:
    """How people come in, None where nothing of it is set; a line in `problems` for each thing that is wrong or
    missing. `shops`: who may use each, where they have names; `readable`: False where the file is wrong, so that nobody
    knows what it would say."""
    before, url = len(problems), public_url(environment, problems)
    issuer, client = (environment.oidc_issuer or "").strip(), (environment.oidc_client_id or "").strip()
    secret = environment.oidc_client_secret
    for one in (environment.session_secret.get_secret_value() if environment.session_secret else "").split(","):
        problems += _weak("ORDERLENS_SESSION_SECRET", SecretStr(one.strip()) if environment.session_secret else None)
    problems += _weak("ORDERLENS_PROXY_SECRET", environment.proxy_secret)
    if not (issuer or client or secret) and (table is None or table.proxy):
        return None
    if table and table.proxy:
        problems.append("[login.proxy] and ORDERLENS_OIDC_... both say how people log in. Leave one of them out.")
        return None
    given = {
        URL: url,
        "ORDERLENS_OIDC_ISSUER": issuer,
        "ORDERLENS_OIDC_CLIENT_ID": client,
        "ORDERLENS_OIDC_CLIENT_SECRET": secret,
    }
    why = "log-in is half set up"
    problems += [f"{name} is not set, and {why}. Example: {_EXAMPLES[name]}" for name, one in given.items() if not one]
    if issuer and (flaw(issuer) or not _safe(issuer) or "?" in issuer or "@" in issuer):
        example = _EXAMPLES["ORDERLENS_OIDC_ISSUER"]
        problems.append(f"ORDERLENS_OIDC_ISSUER is not the https address of a provider. Example: {example}")
    table = table or LoginTable()
    problems += nobody(table, shops or {}) if readable else []
    if len(problems) > before or url is None or secret is None:
        return None
    own = environment.session_secret
    return _login(url, Provider(issuer, client, secret, table.scopes), table, own, by_shop(shops or {}))


def _login(
    url: str, provider: Provider, table: LoginTable, own: SecretStr | None, shops: Mapping[str, RolesOfShop]
) -> Login:
    return Login(
        url=url,
        provider=provider,
        roles=groups(table),
        people=emails(table),
        claim=table.claim,
        seconds=max(1, int(table.hours * HOUR)),
        session_secret=own,
        shops=shops,
    )


def proxied_of(
    table: LoginTable | None,
    environment: LoginEnvironment,
    problems: list[str],
    shops: Mapping[str, WhoMayUse] | None = None,
) -> Proxied | None:
    """How people come in whom a proxy has logged in, None where there is none; a line in `problems` for each thing that
    is wrong."""
    if table is None or table.proxy is None:
        return None
    named = [table.people, *(one.people for one in (shops or {}).values())]
    everybody = {role: sum((one.get(role, ()) for one in named), ()) for role in ROLES}
    wrong = proxies.problems(table.proxy, everybody) + nobody(table, shops or {})
    problems += wrong
    return (
        None
        if wrong
        else Proxied(
            roles=groups(table),
            people=emails(table),
            claim=table.claim,
            seconds=max(1, int(table.hours * HOUR)),
            jwt=table.proxy.jwt,
            header=table.proxy.header,
            secret=environment.proxy_secret,
            shops=by_shop(shops or {}),
        )
    )


def _weak(name: str, secret: SecretStr | None) -> list[str]:
    if secret is None or len(secret.get_secret_value().encode()) >= SECRET_BYTES:
        return []
    make = 'python -c "import secrets; print(secrets.token_urlsafe(48))"'
    return [f"{name} is shorter than {SECRET_BYTES} bytes. Make one: {make}"]


def _safe(url: str) -> bool:
    """Whether nobody on the way can read what goes there: https, or this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
