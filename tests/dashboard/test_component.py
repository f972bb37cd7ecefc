"""Our own parts are found wherever Orderlens is installed, in a clone and as a wheel; none makes markup of text."""

import json
import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "dashboard" / "component" / "orderlens" / "assets"
PARTS = sorted(path.stem for path in ASSETS.glob("*.js"))
LOOK = """
import json, sys
from pathlib import Path
from streamlit.components.v2.manifest_scanner import scan_component_manifests
found = [(manifest, root) for manifest, root in scan_component_manifests() if manifest.name == "orderlens"]
told = {one.name: str(one.resolve_asset_root(root)) for manifest, root in found for one in manifest.components}
print(json.dumps(told))
"""


def found(*, site: Path | None = None) -> dict[str, Path]:
    """The folders of scripts that Streamlit finds, by part; with `site`, where the clone is not to be seen."""
    hide = "" if site is None else f"sys.path[:] = [{str(site)!r}] + [p for p in sys.path if {str(ROOT)!r} not in p"
    hide += "" if site is None else " or 'site-packages' in p]\n"
    done = subprocess.run(
        [sys.executable, "-P", "-c", "import sys\n" + hide + LOOK],
        capture_output=True, text=True, check=False, cwd=site or ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {name: Path(place) for name, place in json.loads(done.stdout).items()}


def test_in_a_clone() -> None:
    assert found() == dict.fromkeys(PARTS, ASSETS)


def test_as_a_wheel(tmp_path: Path) -> None:
    command = ["uv", "build", "--wheel", "--quiet", "--out-dir", str(tmp_path / "built"), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode and os.environ.get("CI") != "true":
        pytest.skip(f"No wheel can be built here: {built.stderr.strip()[-200:]}")
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "built").glob("*.whl")
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    places = found(site=site)
    assert sorted(places) == PARTS
    for name, place in places.items():
        assert place.is_relative_to(site.resolve())
        assert (place / f"{name}.js").read_text() == (ASSETS / f"{name}.js").read_text()


def test_the_clone_is_installed_under_the_name_that_is_looked_for() -> None:
    told = (ASSETS.parent / "pyproject.toml").read_text()
    assert f'name = "{distribution("orderlens").name}"' in told


@pytest.mark.parametrize("script", PARTS)
def test_no_script_makes_markup_of_text(script: str) -> None:
    text = (ASSETS / f"{script}.js").read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|srcdoc", text)
    assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|localStorage|document\.cookie|import\s*\(", text)
