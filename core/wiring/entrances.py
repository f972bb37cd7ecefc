"""Settings of a log-in in, the way in out."""

import time
from collections.abc import Callable

import platformdirs

from core.journal import Journal
from core.login import Entrance, Proxy, secret
from core.settings import DoorSettings, Login, Proxied


def entrance(login: Login, door: DoorSettings, clock: Callable[[], float] = time.time) -> Entrance:
    """How people come in, with the journal for what has to be kept. SettingsError where the journal's address is none,
    or where there is no secret to sign with and none can be made."""
    journal, given = Journal(door.journal_url.get_secret_value()), login.session_secret
    signing = (
        given.get_secret_value()
        if given
        else secret.kept(journal.folder or platformdirs.user_data_path("orderlens", appauthor=False))
    )
    return Entrance(login, signing, journal.sessions, clock)


def proxy(proxied: Proxied, door: DoorSettings, *, by_socket: bool, clock: Callable[[], float] = time.time) -> Proxy:
    """How people come in whom a proxy has logged in. SettingsError where the journal's address is none."""
    return Proxy(proxied, Journal(door.journal_url.get_secret_value()).sessions, clock, by_socket=by_socket)
