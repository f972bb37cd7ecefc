"""Two strangers that judge what the sandbox answers: the SDK's annotations and Stripe's OpenAPI description.

Neither knows the sandbox. Each takes one of Stripe's objects as JSON and returns what it does not accept, as
lines that say where and why; no lines is consent.
"""

import ast
import functools
import importlib
import inspect
import json
import sys
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from stripe import ListObject, SearchResultObject, StripeObject
from stripe._object_classes import get_object_class
from stripe._stripe_object import UntypedStripeObject
from stripe.events._event_classes import get_v2_event_class
from stripe.v2 import ListObject as ListObjectV2

DESCRIPTION = Path(__file__).parents[2].parent / "shared" / "stripe" / "openapi.json"
UNDESCRIBED = {"balance"}  # what the description at hand leaves out; the SDK's annotations alone judge it
Json = Any  # what json.loads gives back; only these checkers look into it


def annotation_errors(thing: Json) -> list[str]:
    """What the SDK's own classes do not know of this object or list, or miss in it."""
    if thing["object"] in ("list", "search_result"):
        return [line for each in thing["data"] for line in annotation_errors(each)]
    if thing.get("deleted"):  # what is gone has an id and a kind, and lacks the rest by right
        return [f"{name} of something deleted" for name in thing.keys() - {"id", "object", "deleted"}]
    found = list(_of_object(thing, _class_of(thing), str(thing.get("id", thing["object"]))))
    if thing["object"] == "event":  # its annotation lets the object be anything; ours is to be what it says
        found += annotation_errors(thing["data"]["object"])
    return found


def _class_of(thing: Json) -> type:
    kind: type
    if thing["object"] == "v2.core.event":
        kind = get_v2_event_class(thing["type"])
    else:
        kind = get_object_class("V2" if thing["object"].startswith("v2.") else "V1", thing["object"])
    if kind is StripeObject:
        raise LookupError(f"the SDK knows no {thing['object']} {thing.get('type')}")
    return kind


def _of_object(thing: Json, kind: type, where: str) -> Iterator[str]:
    hints = _hints(kind)
    for name in thing.keys() - hints.keys():
        yield f"{where}.{name}: {kind.__qualname__} has no such field"
    for name, hint in hints.items():
        if name in thing:
            yield from _of_value(thing[name], hint, f"{where}.{name}")
        elif not _optional(hint):
            yield f"{where}.{name}: {kind.__qualname__} requires it"


def _of_value(value: Json, hint: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - an annotation can be anything
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        yield from _of_union(value, inner, where)
    elif origin is typing.Literal:
        if value not in inner:
            yield f"{where}: {value!r} is none of {inner}"
    elif origin in (list, dict):
        if not isinstance(value, origin):
            yield f"{where}: {value!r} is no {origin.__name__}"
        elif inner:
            pairs = enumerate(value) if origin is list else value.items()
            for name, each in pairs:
                yield from _of_value(each, inner[-1], f"{where}.{name}")
    elif inspect.isclass(origin or hint) and issubclass(origin or hint, StripeObject):
        yield from _of_nested(value, hint, where)
    elif hint is not Any and not _is_a(value, hint):
        yield f"{where}: {value!r} is no {hint}"


def _of_union(value: Json, choices: tuple[Any, ...], where: str) -> Iterator[str]:
    """A closed list of words with a bare `str` beside it is still a closed list: the words we may use."""
    if any(typing.get_origin(one) is typing.Literal for one in choices) and value is not None:
        choices = tuple(one for one in choices if one is not str)
    each = [list(_of_value(value, one, where)) for one in choices]
    if [] not in each:
        tried = [one for one in each if not one[0].startswith(f"{where}:")] or each
        yield from min(tried, key=len)


def _of_nested(value: Json, hint: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - an annotation can be anything
    kind = typing.get_origin(hint) or hint
    if not isinstance(value, dict):
        yield f"{where}: {value!r} is no {kind.__name__}"
    elif kind is UntypedStripeObject:  # a free mapping, such as metadata
        for name, each in value.items():
            yield from _of_value(each, typing.get_args(hint)[0], f"{where}.{name}")
    elif issubclass(kind, (ListObject, SearchResultObject, ListObjectV2)):
        for number, each in enumerate(value["data"]):
            yield from _of_nested(each, typing.get_args(hint)[0], f"{where}.{number}")
    elif value.get("object") != (name := getattr(kind, "OBJECT_NAME", value.get("object"))) or (
        "deleted" in value and "deleted" not in _hints(kind)
    ):
        yield f"{where}: a {value['object']} where a {name} belongs"
    else:
        yield from _of_object(value, kind, where)


def _is_a(value: Json, hint: Any) -> bool:  # noqa: ANN401 - an annotation can be anything
    if hint is type(None):
        return value is None
    if getattr(hint, "__name__", "") in ("Decimal", "float"):
        return isinstance(value, (str, int, float))
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return inspect.isclass(hint) and isinstance(value, hint)


def _optional(hint: Any) -> bool:  # noqa: ANN401 - an annotation can be anything
    return type(None) in typing.get_args(hint)


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    """The fields of a class and of those it is made from."""
    hints: dict[str, Any] = {}
    for each in reversed(kind.__mro__[: kind.__mro__.index(StripeObject)]):
        hints |= _own_hints(each)
    return hints


def _own_hints(kind: type) -> dict[str, Any]:
    """The fields of one class, with the names that its module imports for type checkers only."""
    own = {name: hint for name, hint in vars(kind).get("__annotations__", {}).items() if name[0] != "_"}
    stand_in = type(kind.__name__, (), {"__annotations__": own})
    hints = typing.get_type_hints(stand_in, globalns=_names(kind.__module__))
    return {name: hint for name, hint in hints.items() if typing.get_origin(hint) is not typing.ClassVar}


@functools.cache
def _names(module: str) -> dict[str, Any]:
    loaded = sys.modules[module]
    names = dict(vars(loaded))
    for node in ast.walk(ast.parse(inspect.getsource(loaded))):
        if isinstance(node, ast.ImportFrom) and node.module and ".params" not in node.module:
            source = importlib.import_module(node.module)
            names |= {one.asname or one.name: getattr(source, one.name) for one in node.names}
    return names


def openapi_errors(thing: Json) -> list[str]:
    """What Stripe's OpenAPI description does not accept in this object, or in each object of this list."""
    if thing["object"] in ("list", "search_result"):
        return [line for each in thing["data"] for line in openapi_errors(each)]
    found = openapi_errors(thing["data"]["object"]) if thing["object"] == "event" else []
    name = f"deleted_{thing['object']}" if thing.get("deleted") else thing["object"]
    if name in UNDESCRIBED and name not in _components()["schemas"]:
        return found
    for error in _validator(name).iter_errors(thing):
        while error.context:  # the branch of an anyOf that came furthest tells most
            error = min(error.context, key=lambda one: (-len(one.absolute_path), len(one.message)))  # noqa: PLW2901 - descends
        found.append(f"{'.'.join(map(str, error.absolute_path))}: {error.message[:160]}")
    return found


@functools.cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"components": _components(), "$ref": f"#/components/schemas/{name}"})


@functools.cache
def _components() -> Json:
    if not DESCRIPTION.exists():
        pytest.skip(f"Stripe's OpenAPI description is not at {DESCRIPTION}")
    described = json.loads(DESCRIPTION.read_text())["components"]["schemas"]
    return {"schemas": {name: _as_json_schema(each) for name, each in described.items()}}


def _as_json_schema(node: Json) -> Json:
    """OpenAPI 3.0 says `nullable` beside a type; JSON Schema wants null among the types."""
    if isinstance(node, list):
        return [_as_json_schema(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {name: _as_json_schema(each) for name, each in node.items() if not name.startswith("x-")}
    if made.pop("nullable", False) is not True:
        return made
    if "$ref" in made:
        return {"anyOf": [{"$ref": made["$ref"]}, {"type": "null"}]}
    if "anyOf" in made:
        made["anyOf"] = [*made["anyOf"], {"type": "null"}]
    if isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    if "enum" in made:
        made["enum"] = [*made["enum"], None]
    return made
