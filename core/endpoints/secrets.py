"""Slips with the signing secret, recognised by its form alone, never shown. Whose it is cannot be seen: an endpoint's
secret of the other mode, or of another endpoint, looks like the right one, and only a refused probe tells."""

import re
from collections.abc import Iterator
from typing import Final

_OTHERS: Final = (
    (("we_", "ed_"), "the id of an endpoint"),
    (("sk_", "rk_", "rkcs_"), "an API key"),
    (("pk_",), "a publishable key"),
    (("http://", "https://"), "an address"),
)
_LISTENER: Final = re.compile(r"whsec_[0-9a-f]{64}")  # as `stripe listen` prints it


def slips(secret: str) -> Iterator[str]:
    """What is wrong with a signing secret as it was given, in sentences; nothing where its form is right."""
    bare = secret.strip()
    quoted = bare[:1] in "\"'`" and bare[:1] == bare[-1:] if bare else False
    core = bare.strip("\"'`")
    other = next((what for starts, what in _OTHERS if core.startswith(starts)), None)
    if not core:
        yield "It is empty."
    elif other:
        yield f"It is {other}, no signing secret: those begin with whsec_."
    elif not core.startswith("whsec_"):
        yield "It is no signing secret: those begin with whsec_."
    if quoted:
        yield "It stands in quotation marks, which belong to no secret."
    if re.search(r"\s", core):
        yield "There is a blank or a line break inside it: more than one was pasted, or it was cut in two."
    elif bare != secret:
        yield "There are blanks or line breaks around it. Orderlens leaves them out; your app may not."
    if _LISTENER.fullmatch(core):
        yield "It has the form of those that `stripe listen` prints: these sign only what that command forwards."
