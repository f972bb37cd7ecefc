"""One JSON document from the provider: in bounded time, of bounded size, from where it was asked and nowhere else."""

import json
from collections.abc import Mapping
from typing import Final

import aiohttp

from core.addresses import shown
from core.errors import Unreachable

SECONDS: Final = 10.0
MOST: Final = 2**20  # bytes; a large provider's keys are some 20 kB
CHECK: Final = "Try again in a minute; if it stays so, `orderlens doctor` looks at the provider."


async def document(
    method: str, url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Mapping[str, object]:
    """What `url` answers. Unreachable where it does not answer with 200 and one JSON object; what stood in the request
    is never repeated."""
    try:
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.request(method, url, data=form, headers=headers, allow_redirects=False) as response,
        ):
            body = bytearray()
            async for part in response.content.iter_any():
                body += part
                if len(body) > MOST:
                    raise _unusable(url, "answered with more than a megabyte")
            status = response.status
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise _unusable(url, "does not answer") from error
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if status != 200:  # noqa: PLR2004 - OK, the only one that brings what was asked for
        word = said.get("error") if isinstance(said, dict) else None
        told = f" ({word[:60]})" if isinstance(word, str) else ""
        raise _unusable(url, f"answered {status}{told}")
    if not isinstance(said, dict):
        raise _unusable(url, "answered with something else than a JSON object")
    return said


def _unusable(url: str, what: str) -> Unreachable:
    return Unreachable(f"The log-in provider {what}: {shown(url)}.", next_step=CHECK)
