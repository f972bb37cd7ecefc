"""A PostgreSQL for a journal, which can be stopped and started again."""

import threading
from secrets import token_hex
from typing import Any

import psycopg


class Server:
    """A PostgreSQL that can be stopped and started, from any thread, one after the other."""

    def __init__(self, real: Any) -> None:  # noqa: ANN401 - its package tells no types
        self.real, self._one_at_a_time = real, threading.Lock()
        self._restarts: list[threading.Timer] = []

    def stop(self) -> None:
        """Stop at once, whoever is connected."""
        with self._one_at_a_time:
            self.real.stop()

    def start(self) -> None:
        """Start, and wait until it answers."""
        with self._one_at_a_time:
            self.real.start()

    def database(self) -> str:
        """The address of an empty one."""
        name = f"journal_{token_hex(4)}"
        with psycopg.connect(self.real.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        address: str = self.real.get_uri()
        return address.replace("/postgres?", f"/{name}?")

    def restart(self) -> None:
        """Stop at once, and start a moment later."""
        self.stop()
        self._restarts.append(threading.Timer(0.3, self.start))
        self._restarts[-1].start()

    def is_back(self) -> None:
        """Wait until it is."""
        while self._restarts:
            self._restarts.pop().join()
