"""What doctor says of the log-in: whether the provider answers and is who it should be, and whom the settings let in.

Asks the provider the two things that anybody may ask; logs nobody in.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from core.addresses import shown
from core.checks import Check, Level
from core.errors import OrderlensError, SettingsError
from core.login.provider import Provider
from core.people import ROLES
from core.settings import DoorSettings, Login, Proxied

FEW: Final = 8  # different letters; a secret that somebody made up has fewer
_check = partial(Check, "login")


def checks(door: DoorSettings | SettingsError, clock: Callable[[], float]) -> list[Check]:
    """Lines about the log-in; where it is half set up, one for each thing that is missing."""
    if isinstance(door, SettingsError):
        problems = [one.removeprefix("- ") for one in door.message.split("\n- ")[1:]] or [door.message]
        return [_check("settings", Level.ERROR, one, "Mend this, then ask again.") for one in problems]
    if door.proxied is not None:
        return [*_proxy(door.proxied), *_people(door.proxied)]
    if door.login is None:
        said = "Nobody has to log in: whoever has this machine may do everything, and nobody else comes in."
        return [_check("log-in", Level.FINE, said, "For a team: docs/login.md.")]
    return [_provider(door.login, clock), *_ways(door.login), *_people(door.login), _secret(door, door.login)]


def _provider(login: Login, clock: Callable[[], float]) -> Check:
    provider = Provider(login, clock)
    try:
        with ThreadPoolExecutor(1) as beside:  # whoever asks may have a loop of their own
            beside.submit(asyncio.run, provider.check()).result()
    except OrderlensError as error:
        wrong = Level.ERROR if error.setting else Level.UNREAD
        return _check("provider", wrong, error.message, error.next_step)
    return _check(
        "provider", Level.FINE, f"{login.provider.issuer} answers, calls itself so, and has keys to sign with."
    )


def _proxy(proxied: Proxied) -> Iterator[Check]:
    if proxied.jwt:
        said = f"The token in {proxied.jwt.header} is verified by the keys at {shown(proxied.jwt.keys)}."
    elif proxied.secret:
        said = f"{proxied.header} is believed beside ORDERLENS_PROXY_SECRET."
    else:
        said = f"{proxied.header} is believed over a socket alone: `orderlens serve --socket PATH`."
    yield _check("proxy", Level.FINE, said)


def _ways(login: Login) -> Iterator[Check]:
    register = "Register it at the provider, to the letter."
    back = f"The provider sends people back to {login.redirect_uri}."
    yield _check("redirect URI", Level.FINE, back, register, login.redirect_uri)
    if login.https:
        yield _check("address", Level.FINE, f"{login.url}: cookies are of https alone.")
    else:
        yield _check("address", Level.FINE, f"{login.url}: by http, and so on this machine alone.")


def _people(login: Login | Proxied) -> Iterator[Check]:
    given = [role for role in ROLES if login.roles.get(role) or login.people.get(role)]
    said = "; ".join(
        f"{role}: {', '.join(sorted(login.roles.get(role, frozenset()) | login.people.get(role, frozenset())))}"
        for role in given
    )
    yield _check("roles", Level.FINE, f"{said} (claim {login.claim})." if login.roles else f"{said}.")
    if not {"operator", "admin"} & set(given):
        what = f"Nobody is more than {given[-1]}: nobody can start a scan or send a webhook again."
        yield _check("highest role", Level.WARNING, what, 'Give somebody one: [login.roles] operator = ["..."].')


def _secret(door: DoorSettings, login: Login) -> Check:
    line, make = partial(_check, "session secret"), "Set ORDERLENS_SESSION_SECRET to 32 random bytes or more."
    if login.session_secret is not None:
        every = login.session_secret.get_secret_value().split(",")
        weak = any(len(set(one.strip())) < FEW for one in every)
        if weak:
            return line(Level.WARNING, "ORDERLENS_SESSION_SECRET can be guessed: it has few different letters.", make)
        before = f" The {len(every) - 1} behind it still let in whom they signed." if len(every) > 1 else ""
        return line(Level.FINE, f"Set.{before}")
    if door.journal_url.get_secret_value().startswith("sqlite"):
        return line(Level.FINE, "Made once, and kept beside the journal.")
    return line(Level.WARNING, "Not set: two machines on this journal would not know each other's log-ins.", make)
