"""The house stands as docs/architecture.md says: direction, pins, and what no commit may carry."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from core.findings import Finding
from core.rules import NOTES, RULES

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def tracked() -> list[Path]:
    """The files of the repository, or a skip where there is none (a downloaded archive)."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607 - the git of whoever runs this
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines()]


def sources(*places: str) -> list[Path]:
    """Our Python files below these folders."""
    return [path for place in places for path in sorted((ROOT / place).rglob("*.py"))]


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def names_from(package: str, path: Path) -> set[str]:
    """The names that a file takes from a package or from a module in it."""
    return {
        alias.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(f"{package}.")
        for alias in node.names
    }


def test_the_core_never_imports_the_dashboard_or_streamlit() -> None:
    code = (
        "import sys, core.wiring, core.rules, core.cli.live, core.cli.offline, core.sandbox\n"
        "print([m for m in ('dashboard', 'streamlit', 'pandas', 'plotly') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_diagnosing_a_file_loads_neither_sdk_nor_database() -> None:
    code = "import sys, core.cli.offline; print([m for m in ('stripe', 'sqlalchemy', 'aiohttp') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_opening_a_case_loads_nothing_that_only_others_need() -> None:
    heavy = (
        "alembic",
        "apprise",
        "aiohttp",
        "httpx",
        "duckdb",
        "pyarrow",
        "core.scanning",
        "core.setup",
        "core.telling",
    )
    code = f"import sys, core.cli.live; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_scan_loads_duckdb_only_where_a_copy_is_gone_through() -> None:
    code = (
        "import sys, core.wiring.scans, core.rest.parquet, core.rest.sieve.carried\n"
        "print({'duckdb', 'pyarrow'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_case_is_linked_where_it_is_examined_and_nowhere_else() -> None:
    own = ("core/linking/", "core/rules/", "tests/linking/", "benchmarks/diagnose.py")
    linking = [
        path
        for place in sources("core", "dashboard", "tests", "benchmarks")
        if not (path := str(place.relative_to(ROOT))).startswith(own) and "link" in names_from("core.linking", place)
    ]
    assert linking == []


def test_only_the_catalogue_reads_the_words_of_a_rule() -> None:
    """A finding brings its own sentences: elsewhere nobody looks one up by its code."""
    own = ("core/rules/", "core/catalogue/", "core/cli/offline.py", "dashboard/frame/catalogue_entry.py")
    reading = [
        path
        for place in sources("core", "dashboard")
        if not (path := str(place.relative_to(ROOT))).startswith(own)
        and names_from("core.rules", place) & {"RULES", "NOTES"}
    ]
    assert reading == []


def test_who_draws_a_case_names_no_code_of_the_catalogue() -> None:
    codes = {rule.code for rule in (*RULES, *NOTES)}
    named = [
        f"{place.name}: {node.value}"
        for place in sources("dashboard", "core/cli")
        for node in ast.walk(ast.parse(place.read_text()))
        if isinstance(node, ast.Constant) and node.value in codes
    ]
    assert named == []


def test_nobody_takes_a_sentence_of_a_finding_apart() -> None:
    sentences = {field.name for field in fields(Finding) if field.type in (str, tuple[str, ...])} - {"code"}
    apart = {"split", "rsplit", "splitlines", "partition", "rpartition", "replace", "startswith", "removeprefix"}
    taken = [
        f"{place.name}: {ast.unparse(call)}"
        for place in sources("core", "dashboard")
        for call in ast.walk(ast.parse(place.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        for on in ([call.func.value] if call.func.attr in apart else call.args if in_re(call.func) else [])
        if isinstance(on, ast.Attribute) and on.attr in sentences
    ]
    assert taken == []


def in_re(function: ast.Attribute) -> bool:
    """Whether it is a regular expression that is asked."""
    return function.attr in {"sub", "split", "match", "fullmatch", "search", "findall", "finditer"}


def test_every_package_that_is_installed_for_us_is_pinned() -> None:
    lines = [
        *PYPROJECT["project"]["dependencies"],
        *PYPROJECT["project"]["optional-dependencies"]["spark"],
        *PYPROJECT["dependency-groups"]["dev"],
        *PYPROJECT["tool"]["uv"]["constraint-dependencies"],
    ]
    pinned = {canonicalize_name(Requirement(line).name) for line in lines if "==" in line}
    assert len({line for line in lines if "==" not in line}) == 0
    needed, todo = set[str](), [Requirement(line) for line in lines[: len(lines)] if "python_version" not in line]
    while todo:
        requirement = todo.pop()
        name = canonicalize_name(requirement.name)
        if name in needed:
            continue
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # of another platform
        needed.add(name)
        for line in distribution.requires or []:
            further = Requirement(line)
            if further.marker is None or any(
                further.marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras)
            ):
                todo.append(further)
    assert needed - pinned == set()


def test_every_package_we_use_is_named_and_whatever_it_brings_along_too() -> None:
    """Each with its exact version: a set-up next year is the one that was tested, a wheel's too."""
    drivers = {"psycopg", "pymysql"}  # SQLAlchemy loads them by their URL
    imported = {name.partition(".")[0] for path in sources("core", "dashboard") for name in imports(path)} | drivers
    provided = importlib.metadata.packages_distributions()
    used = {canonicalize_name(name) for one in imported for name in provided.get(one, [])}
    named = [Requirement(line) for line in PYPROJECT["project"]["dependencies"]]
    further = {"pyspark", "py4j"}  # an extra's, of which PySpark brings the other
    used -= further
    assert [str(one) for one in named if not str(one.specifier).startswith("==")] == []
    ours = [one for one in named if canonicalize_name(one.name) in used]
    assert {canonicalize_name(one.name) for one in ours} == used - {"orderlens"}
    assert {canonicalize_name(one.name) for one in named} == used - {"orderlens"} | brought_by(ours)


def brought_by(named: list[Requirement]) -> set[str]:
    """Every package that is installed because these are, here."""
    found, queue = set[str](), list(named)
    while queue:
        one = queue.pop()
        for wanted in map(Requirement, importlib.metadata.distribution(one.name).requires or []):
            if wanted.marker and not any(wanted.marker.evaluate({"extra": extra}) for extra in ("", *one.extras)):
                continue
            if canonicalize_name(wanted.name) not in found or wanted.extras:
                found.add(canonicalize_name(wanted.name))
                queue.append(wanted)
    return found


def test_modules_and_functions_can_be_read_at_a_glance() -> None:
    long = [path.name for path in sources("core", "dashboard") if len(path.read_text().splitlines()) > 300]
    functions = [
        f"{path.name}: {one.name}"
        for path in sources("core", "dashboard")
        for one in ast.walk(ast.parse(path.read_text()))
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and (one.end_lineno or 0) - one.lineno >= 45
    ]
    assert (long, functions) == ([], [])


def test_every_module_says_what_it_is() -> None:
    places = ("core", "dashboard", "tests", "benchmarks")
    assert [path for path in sources(*places) if not ast.get_docstring(ast.parse(path.read_text()))] == []


def test_every_exception_from_the_checks_has_its_reason() -> None:
    bare = re.compile(r"# (noqa(: [A-Z]+\d+(, [A-Z]+\d+)*)?|type: ignore(\[[\w-]+\])?)\s*$", re.MULTILINE)
    places = ("core", "dashboard", "tests", "benchmarks")
    assert [path.name for path in sources(*places) if bare.search(path.read_text())] == []


def test_what_nobody_foresaw_is_caught_at_the_edges_only() -> None:
    edges = {"core/cli/__init__.py"}
    broad = re.compile(r"except (Exception|BaseException)|except:")
    found = {str(path.relative_to(ROOT)) for path in sources("core", "dashboard") if broad.search(path.read_text())}
    assert found == edges


def test_no_commit_names_a_machine_or_a_registry() -> None:
    hosts = ["pypi" + ".org", "python" + "hosted", "registry." + "npmjs", "deb." + "debian"]
    paths = re.compile(r"(?<![\w.])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "fa" + "rm", "ho" + "me"]) + ")/")
    found = []
    for path in tracked():
        if path.suffix in {".png", ".svg", ".woff2"} or not path.exists():
            continue
        text = path.read_text(encoding="utf-8")
        if paths.search(text) or any(host in text for host in hosts):
            found.append(path.relative_to(ROOT))
    assert found == []


def test_a_rule_stands_in_the_folder_of_its_family() -> None:
    rules = ROOT / "core" / "rules"
    for path in sources("core/rules"):
        place = path.relative_to(rules).parts[0].removesuffix(".py")
        assert set(re.findall(r'^    family="(\w+)"', path.read_text(), re.MULTILINE)) <= {place}, path


def test_each_family_of_rules_is_a_folder_here_and_there_and_each_file_of_rules_has_its_tests() -> None:
    rules, tests = ROOT / "core" / "rules", ROOT / "tests" / "rules"
    families = {rule.family for rule in (*RULES, *NOTES)}
    folders = {one.name for one in rules.iterdir() if (one / "__init__.py").exists()} - {"questions"}  # states no rule
    assert folders <= families
    assert {one.name for one in tests.iterdir() if list(one.glob("*.py"))} == folders
    stating = [path for path in sources("core/rules") if re.search(r'^    family="', path.read_text(), re.MULTILINE)]
    mirrored = [tests / path.relative_to(rules).with_name(f"test_{path.name}") for path in stating]
    assert [path for path in mirrored if not path.exists()] == []


def test_the_map_of_each_room_names_what_stands_in_it() -> None:
    missing = []
    for path in sources("core", "dashboard"):
        if path.name != "__init__.py" or "migrations" in path.parts:
            continue
        said = ast.get_docstring(ast.parse(path.read_text())) or ""
        inside = [one for one in path.parent.iterdir() if one.suffix == ".py" or (one / "__init__.py").exists()]
        missing += [one for one in inside if one.name[:2] != "__" and not re.search(rf"\b{one.stem}\b", said)]
    assert missing == []
