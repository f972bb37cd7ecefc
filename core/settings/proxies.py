"""`[login.proxy]`: a proxy in front has logged people in, and says who they are. Two ways to believe it, and no third.

`jwt`: a signed token in a header, verified by the proxy's public keys, for this application alone. `header`: an e-mail
as plain text, believed only where nobody but the proxy can have sent it: over a socket (`serve --socket`), or beside
ORDERLENS_PROXY_SECRET.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import Field, SecretStr

from core.addresses import flaw
from core.people import Role
from core.settings.allowed import RolesOfShop
from core.settings.mapping import Strict

SECRET_HEADER: Final = "x-orderlens-proxy-secret"  # noqa: S105 - what it is called
_EXAMPLE: Final = (
    '[login.proxy]\njwt = { header = "Cf-Access-Jwt-Assertion", issuer = "https://TEAM.cloudflareaccess.com", '
    'keys = "https://TEAM.cloudflareaccess.com/cdn-cgi/access/certs", audience = "..." }'
)
_Header = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
_Text = Annotated[str, Field(min_length=1)]


class JwtTable(Strict):
    """A token in `header`, of `issuer`, made for `audience`, signed with one of the keys at `keys`. `verifies_emails`:
    whether the proxy has verified the e-mail in it, though the token does not say so."""

    header: _Header
    issuer: _Text
    keys: _Text
    audience: _Text
    verifies_emails: bool = False


class ProxyTable(Strict):
    """[login.proxy]."""

    jwt: JwtTable | None = None
    header: _Header | None = None


@dataclass(frozen=True, slots=True)
class Proxied:
    """How people come in whom a proxy has logged in: by `jwt`, or by the e-mail in `header`, which `secret` or a socket
    vouches for. `seconds`: how long an open page stays without being asked again; `shops`: who may use each, where
    they have names."""

    roles: Mapping[Role, frozenset[str]]
    people: Mapping[Role, frozenset[str]]
    claim: str
    seconds: int
    jwt: JwtTable | None = None
    header: str | None = None
    secret: SecretStr | None = None
    shops: Mapping[str, RolesOfShop] = field(default_factory=dict)


def problems(table: ProxyTable, people: Mapping[Role, tuple[str, ...]]) -> list[str]:
    """A line for each thing that is wrong with it."""
    if (table.jwt is None) == (table.header is None):
        return [f"[login.proxy] takes either `jwt` or `header`. Example:\n{_EXAMPLE}"]
    if table.jwt is None:
        if any(people.values()):
            return []
        said = "[login.proxy] has a `header`, which says an e-mail and no groups: [login.people] gives nobody a role."
        return [f'{said} Example: [login.people] support = ["ann@shop.example"]']
    if flaw(table.jwt.keys) or not table.jwt.keys.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        return [f"[login.proxy] jwt.keys is not an https address. Example:\n{_EXAMPLE}"]
    return []
