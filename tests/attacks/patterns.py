"""Every pattern of the code with the ways it is used, and texts made from a pattern to make it slow.

A pattern is found by itself: compiled ones by walking what the modules hold, those written into a call by reading the
source. Nobody lists them, so that a new one is held like the others.
"""

import ast
import importlib
import inspect
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from re import _compiler, _constants, _parser  # type: ignore[attr-defined] # what `re` itself is made of
from types import ModuleType
from typing import Any, Final, TypeAlias

import core
import dashboard

Tree: TypeAlias = Any  # pieces of a pattern, as `re` takes it apart; without types
SANDBOX: Final = "core.sandbox"  # made-up data on this machine; nothing from outside
USES: Final = frozenset("search match fullmatch sub subn split findall finditer".split())
# Patterns that come out of a loop or an argument: what, in that module, gives all that they can be.
GIVEN: Final = {
    ("core.addresses", "pattern"): "[re.escape('a secret'), r'(?<!\\w)se(?!\\w)']",
    ("core.orders.database.complaints", "pattern"): "[pattern for pattern, _, _ in _KINDS]",
    ("core.setup.guessing.guess", "p"): "_BY_NAME.values()",
    ("core.setup.guessing.choosing", "pattern"): "[one for some in vocabulary.SUMS for one in some]",
    ("core.setup.guessing.fitting", "pattern"): "[one for some in vocabulary.FIELD_NAMES.values() for one in some]",
    ("core.setup.guessing.presets", "names"): "[r'\\b(a_b|a_c)\\b']",
}
_PROBES: Final = "a0_ A-@.%:/=&'\"\n\x00é\u2060(#+,"
_MOST: Final = 3  # samples of one piece


@dataclass(frozen=True)
class Used:
    """A pattern and how it is asked; `where` for whoever reads a failure."""

    pattern: re.Pattern[Any]
    how: str
    where: str

    def ask(self, text: str) -> object:
        """Put it to the text as the code does."""
        asked = text.encode("utf-8", "replace") if isinstance(self.pattern.pattern, bytes) else text
        if self.how in ("sub", "subn"):
            return getattr(self.pattern, self.how)(asked[:0], asked)
        found = getattr(self.pattern, self.how)(asked)
        return list(found) if self.how == "finditer" else found


@cache
def used() -> list[Used]:
    """Every pattern of `core` and `dashboard`, once for each way in which it is used."""
    found: dict[tuple[str | bytes, int, str], Used] = {}
    for module in _modules():
        for one in _of_module(module):
            found.setdefault((one.pattern.pattern, one.pattern.flags, one.how), one)
    return list(found.values())


def _modules() -> Iterator[ModuleType]:
    for package in (core, dashboard):
        for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not one.name.startswith(SANDBOX) and not _is_script(one.name):
                yield importlib.import_module(one.name)


def _is_script(name: str) -> bool:
    """Whether importing it would run it: a page of Streamlit's, alembic's environment."""
    return name.endswith(("__main__", "migrations.env")) or name == "dashboard.app" or ".app_pages." in name


def _of_module(module: ModuleType) -> Iterator[Used]:
    compiled = {id(one): one for value in vars(module).values() for one in _compiled(value)}
    asked: dict[int, set[str]] = defaultdict(set)
    unknown: set[str] = set()
    for call in ast.walk(ast.parse(inspect.getsource(module))):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        how, on = call.func.attr, call.func.value
        if isinstance(on, ast.Name) and on.id == "re" and how in USES:
            for pattern in _written(module, call):
                yield Used(pattern, how, f"{module.__name__}:{call.lineno}")
        elif how in USES:
            known = [id(one) for one in _compiled(_value(module, on))]
            for one in known:
                asked[one].add(how)
            unknown |= set() if known else {how}
    for one, pattern in compiled.items():
        for how in sorted(asked[one] or (unknown & {"match", "fullmatch"}) or {"search", "fullmatch"}):
            yield Used(pattern, how, f"{module.__name__} {pattern.pattern!r}")


def _compiled(value: object) -> Iterator[re.Pattern[Any]]:
    """The patterns in a value of a module, however deep."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _compiled(one)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _compiled(one)


def _written(module: ModuleType, call: ast.Call) -> Iterator[re.Pattern[Any]]:
    """The patterns that a call of `re` itself may be given."""
    given, where = call.args[0], f"{module.__name__}:{call.lineno}"
    flags = next((_value(module, word.value) for word in call.keywords if word.arg == "flags"), None)
    flags = flags if flags is not None else _value(module, call.args[-1])
    flags = flags if isinstance(flags, int) else 0
    known = _value(module, given)
    if known is None and (listed := GIVEN.get((module.__name__, ast.unparse(given)))):
        known = eval(listed, vars(module))  # noqa: S307 - our own words
    if known is None and isinstance(given, ast.JoinedStr):
        known = "".join(str(part.value) if isinstance(part, ast.Constant) else "word" for part in given.values)
    assert known is not None, f"{where}: write the pattern into the call or compile it beside the module's constants"
    for one in known if isinstance(known, Iterable) and not isinstance(known, str | bytes) else [known]:
        yield one if isinstance(one, re.Pattern) else re.compile(str(one), flags)


def _value(module: ModuleType, node: ast.expr) -> object:
    """What an expression of constants and of the module's own names is; None where it is more than that."""
    if isinstance(node, ast.Subscript):
        return _value(module, node.value)
    if not isinstance(node, ast.Constant | ast.Name | ast.Attribute | ast.BinOp | ast.JoinedStr):
        return None
    try:
        return eval(ast.unparse(node), vars(module))  # noqa: S307 - our own source
    except (NameError, AttributeError, TypeError):
        return None


def attacks(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str, str]]:
    """(head, pump, tail): texts that repeat `pump`, made of what the pattern itself is made of. For each repetition in
    it, what leads up to it and much of what it repeats; the same over and over; then an end that lets it fail."""
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    seen: dict[tuple[str, str], None] = {("", "aA"): None}
    for head, body in _repeated(tree, [""]):
        seen |= dict.fromkeys([(head, body), ("", head + body), ("", body + head), ("", body)])
    seen |= dict.fromkeys(("", one) for one in _samples(tree))
    for head, pump in seen:
        if pump:
            for tail in ("\x00", ""):
                yield head, pump, tail


def _repeated(tree: Tree, before: list[str]) -> Iterator[tuple[str, str]]:
    """Each long repetition: what stands before it, and what it repeats."""
    for op, value in tree:
        for inner in _inside(op, value):
            yield from _repeated(inner, before)
        if op in _REPEATS and value[1] > 100:
            yield from ((head, body) for head in before[:_MOST] for body in _samples(value[2]) if body)
        before = _joined(before, _piece(tree, op, value))


_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)


def _inside(op: Tree, value: Tree) -> Iterable[Tree]:
    if op in _REPEATS:
        return [value[2]]
    if op is _constants.SUBPATTERN:
        return [value[3]]
    if op is _constants.BRANCH:
        return list(value[1])
    if op in (_constants.ASSERT, _constants.ASSERT_NOT):
        return [value[1]] if value[0] > 0 else []
    return [value] if op is _constants.ATOMIC_GROUP else []


def _samples(tree: Tree) -> list[str]:
    """Some texts that a piece of a pattern takes."""
    found = [""]
    for op, value in tree:
        found = _joined(found, _piece(tree, op, value))
    return found


def _joined(some: list[str], more: list[str]) -> list[str]:
    return list(dict.fromkeys(islice((one + other for other in more for one in some), 2 * _MOST)))


def _piece(tree: Tree, op: Tree, value: Tree) -> list[str]:
    if op is _constants.LITERAL:
        return [chr(value)]
    if op in (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT, _constants.GROUPREF):
        return [""]
    if op in _REPEATS:
        return [one * max(value[0], 1) for one in _samples(value[2])] + ([""] if value[0] == 0 else [])
    if op is _constants.BRANCH:
        return list(dict.fromkeys(one for branch in value[1] for one in _samples(branch)[:_MOST]))
    if op in (_constants.SUBPATTERN, _constants.ATOMIC_GROUP):
        return _samples(value[3] if op is _constants.SUBPATTERN else value)
    return _letters(tree, op, value)


def _letters(tree: Tree, op: Tree, value: Tree) -> list[str]:
    """Letters of a class, of different sorts."""
    one = _parser.SubPattern(tree.state, [(op, value)])
    takes = _compiler.compile(one, tree.state.flags)
    own = [chr(low) for kind, low in value if kind is _constants.LITERAL] if op is _constants.IN else []
    return [letter for letter in (*_PROBES, *own) if takes.match(letter)][:_MOST] or [""]
