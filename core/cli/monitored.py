"""The option `--metrics`: figures for a monitor, on a port of their own, for as long as a command runs."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from core.cli.speaking import narrate
from core.errors import UsageError
from core.settings import Settings

_PLACE = re.compile(r"(?:(?P<host>[\w.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\]):)?(?P<port>\d{1,5})")


@contextmanager
def monitored(place: str | None, every: Sequence[Settings]) -> Iterator[None]:
    """Answer a monitor at `place` ("9464", "0.0.0.0:9464") with the figures of these shops; nothing where it is
    None."""
    if place is None:
        yield
        return
    host, port = understood(place)
    from core.metrics import listening
    from core.wiring.metrics import collected

    with closing(collected(every)) as figures, listening(figures, host=host, port=port) as taken:
        where = f"[{host}]" if ":" in host else host
        narrate(f"orderlens: metrics on http://{where}:{taken}/metrics")
        yield


def understood(place: str) -> tuple[str, int]:
    """Host and port of what was given. UsageError where it is neither."""
    found = _PLACE.fullmatch(place.strip())
    if found is None or int(found["port"]) > 65535:  # noqa: PLR2004 - the largest there is
        raise UsageError(f"--metrics {place}: that is no port.", next_step="Write --metrics 9464, or HOST:PORT.")
    return (found["host"] or "127.0.0.1").strip("[]"), int(found["port"])
