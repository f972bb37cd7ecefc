"""What `uv build` makes is the whole of Orderlens: installed alone, in any folder, it looks and works as the clone."""

import json
import os
import re
import subprocess
import tomllib
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.waiting import LIMIT, eventually

ROOT = Path(__file__).parents[2]
LOOK = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
PARTS = ROOT / "dashboard" / "component" / "orderlens" / "assets"
LOOKS_FOR_PARTS = """
import json
from streamlit.components.v2.manifest_scanner import scan_component_manifests
found = [(one, root) for one, root in scan_component_manifests() if one.name == "orderlens"]
print(json.dumps({part.name: str(part.resolve_asset_root(root)) for one, root in found for part in one.components}))
"""
STRANGERS = ("core/__init__", "dashboard/__init__", "streamlit", "stripe", "sitecustomize")
ENV = {name: value for name, value in os.environ.items() if not name.startswith(("STRIPE_", "ORDERLENS_", "PYTHON"))}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    command = ["uv", "build", "--wheel", "--quiet", "--out-dir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode and os.environ.get("CI") != "true":
        pytest.skip(f"No wheel can be built here: {built.stderr.strip()[-200:]}")
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def alone(wheel: Path) -> list[str]:
    """The beginning of a command that is run from the wheel, installed into a place of its own."""
    command = ["uvx", "--quiet", "--from", str(wheel)]
    tried = subprocess.run([*command, "orderlens", "--help"], env=ENV, capture_output=True, text=True, check=False)
    if tried.returncode and os.environ.get("CI") != "true":
        pytest.skip(f"The wheel cannot be installed here: {tried.stderr.strip()[-200:]}")
    assert tried.returncode == 0, tried.stderr
    return command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which whatever a process of ours may import says that it was run."""
    for name in STRANGERS:
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r})\n", "utf-8")
    return tmp_path


def test_it_holds_every_file_of_the_two_packages_and_the_look(wheel: Path) -> None:
    command = ["git", "ls-files", "core", "dashboard", ".streamlit"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    ours = {re.sub(r"^\.streamlit/", "dashboard/.streamlit/", name) for name in listed if name}
    assert ours <= set(zipfile.ZipFile(wheel).namelist())


def test_the_demo_runs_in_a_folder_with_a_core_of_its_own(alone: list[str], folder: Path) -> None:
    command = [*alone, "orderlens", "demo", "--port=0", "--orders=0", "--no-browser"]
    with subprocess.Popen(command, cwd=folder, env=ENV, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        said = ""
        while not (found := re.search(r"http://\S+", said)):
            line = process.stderr.readline()
            assert line, said
            said += line
        try:
            with httpx.Client(base_url=found[0], timeout=LIMIT) as browser:
                eventually(lambda: up(browser))
                assert "legible.css" in browser.get("/").text
                style = ROOT / "dashboard" / "brand" / "legible.css"
                assert browser.get("/legible.css").text == style.read_text("utf-8")
        finally:
            process.terminate()
            process.communicate()
    assert not (folder / "ran").exists(), (folder / "ran").read_text()


def up(browser: httpx.Client) -> bool:
    """Whether it answers."""
    try:
        return browser.get("/healthz").is_success
    except httpx.TransportError:
        return False


def test_its_parts_are_found_where_it_is_installed(alone: list[str], folder: Path) -> None:
    command = [*alone, "python", "-P", "-c", LOOKS_FOR_PARTS]
    done = subprocess.run(command, cwd=folder, env=ENV, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    places = {name: Path(place) for name, place in json.loads(done.stdout).items()}
    assert sorted(places) == sorted(path.stem for path in PARTS.glob("*.js"))
    for name, place in places.items():
        assert not place.is_relative_to(ROOT)
        assert (place / f"{name}.js").read_text("utf-8") == (PARTS / f"{name}.js").read_text("utf-8")
        assert {one.name for one in (place / "vendor").iterdir()} == {"plotly-basic.min.js", "LICENSE"}


def test_it_has_the_look_and_the_guards_of_the_clone(alone: list[str], folder: Path) -> None:
    asks = (
        "import json, dashboard.server.asgi\nfrom streamlit import config\n"
        f"print(json.dumps([config.get_option(name) for name in {[name for name, _ in options()]!r}]))"
    )
    command = [*alone, "python", "-P", "-c", asks]
    done = subprocess.run(command, cwd=folder, env=ENV, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [value for _, value in options()]


def options() -> list[tuple[str, object]]:
    """What `.streamlit/config.toml` sets, under Streamlit's own names."""

    def under(prefix: str, values: dict[str, object]) -> list[tuple[str, object]]:
        parts = (
            under(f"{prefix}{name}.", value) if isinstance(value, dict) else [(f"{prefix}{name}", value)]
            for name, value in values.items()
        )
        return [one for part in parts for one in part]

    return under("", LOOK)
