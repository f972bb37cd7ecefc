"""What README, docs and CI say of the house is so."""

import pkgutil
import re

from tests.test_house import ROOT, tracked


def test_the_two_commands_of_the_readme_are_the_promised_ones() -> None:
    readme = (ROOT / "README.md").read_text()
    assert "pip install uv && uv run orderlens demo" in readme
    assert "pip install uv && uv run pytest" in readme
    assert "uv run pytest" in (ROOT / ".ci" / "run").read_text()


def test_what_the_documents_point_to_is_there() -> None:
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
            assert target.startswith("http") or (document.parent / target).exists(), f"{document.name}: {target}"
    assert "](docs/case.png)" in (ROOT / "README.md").read_text()


def test_what_the_architecture_names_is_there() -> None:
    """Every path in the tree, and every dotted name down to a module's or a name in it."""
    document = (ROOT / "docs" / "architecture.md").read_text()
    paths = set(re.findall(r"(?<![\w./])(?:core|dashboard|tests|benchmarks|docs)/[\w./]*", document))
    assert {path for path in paths if not (ROOT / path.rstrip(".")).exists()} == set()
    for name in set(re.findall(r"(?<![\w./])(?:core|dashboard)(?:\.\w+)+", document)):
        assert pkgutil.resolve_name(name), name


def test_the_readme_has_a_map_of_the_tree() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if len(path.relative_to(ROOT).parts) > 1}
    readme = (ROOT / "README.md").read_text()
    assert {name for name in folders if f"`{name}" not in readme} == set()


def test_ci_runs_every_check_and_skips_nothing_for_want_of_a_browser() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    checks = "uv run pytest;uv run ruff format --check .;uv run ruff check .;uv run mypy;uv run lint-imports"
    assert [check for check in checks.split(";") if check not in script] == []
    assert "export CI=true" in script
    assert "chromium" in script
