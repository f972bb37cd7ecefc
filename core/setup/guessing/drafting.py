"""A mapping as the text of `orderlens.toml`, with comments: what is believed, what is to be said. Pure.

Owns the writing of TOML: the few shapes the settings have. Refuses to write a value of a row; words of a status and
names of keys are settings, not data of a customer.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from core.setup.guessing.beliefs import Belief, Open, Question

_HEAD = """\
# Where the shop's orders stand, and how they are to be understood. Written by `orderlens init`.
# The database's address and all keys stand in the environment, never here.
# What every setting means: docs/mapping.md. Whether it all holds: `orderlens doctor`.
"""
RELATIONS = ("orders", "payments", "paid_otherwise", "refunds", "carts")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def heading(head: str = "", opens: Iterable[Open] = ()) -> str:
    """The comment at the top of a settings file, with each line of `head` and all that is to be said by hand."""
    said = "".join(f"# {line}\n" for line in head.splitlines())
    for one in opens:
        said += f"#\n{_comment(f'Open: {one.says}')}\n" + "".join(f"#   {line}\n" for line in one.example.splitlines())
    return _HEAD + said


def toml(
    mapping: Mapping[str, object],
    *,
    beliefs: Iterable[Belief] = (),
    questions: Iterable[Question] = (),
    opens: Iterable[Open] = (),
    head: str = "",
) -> str:
    """The text of a settings file for `mapping`. `beliefs` become comments beside what they are about; `questions` of a
    status map become lines to be completed; `head` follows the first lines, each of its lines as a comment,
    and `opens`."""
    doubts = [one for one in beliefs if one.confidence != "sure"]
    said = {one.key: f"{one.confidence}: {one.because}" for one in doubts}
    lines = [heading(head, opens)]
    asked = list(questions)
    for name in ("database", *RELATIONS):
        found = mapping.get(name)
        if isinstance(found, Mapping):
            lines.append("\n".join(_table(name, found, said, asked)) + "\n")
        elif isinstance(found, list):
            lines += ["\n".join(_array(name, one)) + "\n" for one in found]
    stripe = mapping.get("stripe")
    lines += ["\n".join(_stripe(stripe)) + "\n"] if isinstance(stripe, Mapping) and stripe else []
    return "\n".join(lines)


def _table(name: str, found: Mapping[str, object], said: Mapping[str, str], asked: list[Question]) -> Iterator[str]:
    if note := said.get(f"{name}.table"):
        yield _comment(note)
    yield f"[{name}]"
    for key, value in found.items():
        if not isinstance(value, Mapping):
            doubt = said.get(f"{name}.{key}")
            yield f"{_key(key)} = {_value(value)}" + (f"  {_comment(doubt)}" if doubt and key != "table" else "")
    columns = found.get("columns")
    if isinstance(columns, Mapping):
        yield from ("", f"[{name}.columns]")
        for key, value in columns.items():
            doubt = said.get(f"{name}.columns.{key}", "")
            yield f"{_key(key)} = {_value(value)}" + (f"  {_comment(doubt)}" if doubt.startswith("unsure") else "")
        for one in asked:
            field = one.key.removeprefix(f"{name}.columns.")
            if field != one.key and field not in columns:
                yield f'# {field} = "={one.suggestion}"  # {one.asks} Say it, and take the # away.'
    for key in ("extra", "metadata", "status_map"):
        inner = found.get(key)
        if isinstance(inner, Mapping) and (inner or key == "status_map"):
            yield from _words(f"{name}.{key}", inner, asked)


def _words(name: str, inner: Mapping[str, object], asked: list[Question]) -> Iterator[str]:
    yield from ("", f"[{name}]" + ("  # the shop's word = Orderlens' word" if name.endswith("status_map") else ""))
    for key, value in inner.items():
        yield f"{_key(key)} = {_value(value)}"
    for one in asked:
        if one.key.startswith(f"{name}#"):
            pattern = one.key.partition("#")[2]
            yield f"# {_key(pattern)} = {_value(one.suggestion or '?')}  # {one.asks} Say it, and take the # away."


def _array(name: str, found: object) -> Iterator[str]:
    yield f"[[{name}]]"
    if isinstance(found, Mapping):
        for key, value in found.items():
            yield f"{_key(key)} = {_value(value)}"


def _stripe(found: Mapping[str, object]) -> Iterator[str]:
    plain = {key: value for key, value in found.items() if not isinstance(value, Mapping)}
    if plain:
        yield "[stripe]"
        yield from (f"{_key(key)} = {_value(value)}" for key, value in plain.items())
    metadata = found.get("metadata")
    if isinstance(metadata, Mapping) and metadata:
        yield "[stripe.metadata]  # what the app writes on payments and sessions"
        yield from (f"{_key(key)} = {_value(value)}" for key, value in metadata.items())


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case Mapping():
            return "{ " + ", ".join(f"{_key(str(key))} = {_value(inner)}" for key, inner in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(_value(one) for one in value) + "]"
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    """A basic string, over several lines where the text is; TOML's escapes are JSON's, but for the slash and DEL."""
    if "\n" in text:
        body = "\n".join(map(_escaped, text.split("\n")))
        bare = body if '""' in text or text.endswith('"') else body.replace('\\"', '"')
        return f'"""\n{bare}"""'
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    return "# " + " ".join("".join(char if char.isprintable() else " " for char in text).split())
