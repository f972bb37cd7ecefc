"""Our own parts are found in a clone (in a wheel: `test_wheel.py`); none makes markup of text."""

import hashlib
import json
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import plotly
import pytest

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "dashboard" / "component" / "orderlens" / "assets"
BUNDLE = "4.1.1"  # of plotly.js-basic-dist-min
SHA_256 = "99784e3abfb07b142a15e521a439e6d9addceadb3f79553fd24c72774f0649ba"  # of its file
PARTS = sorted(path.stem for path in ASSETS.glob("*.js"))
LOOK = """
import json, sys
from pathlib import Path
from streamlit.components.v2.manifest_scanner import scan_component_manifests
found = [(manifest, root) for manifest, root in scan_component_manifests() if manifest.name == "orderlens"]
told = {one.name: str(one.resolve_asset_root(root)) for manifest, root in found for one in manifest.components}
print(json.dumps(told))
"""


def test_in_a_clone() -> None:
    done = subprocess.run([sys.executable, "-P", "-c", LOOK], capture_output=True, text=True, check=True, cwd=ROOT)
    assert json.loads(done.stdout) == dict.fromkeys(PARTS, str(ASSETS))


def test_the_clone_is_installed_under_the_name_that_is_looked_for() -> None:
    told = (ASSETS.parent / "pyproject.toml").read_text()
    assert f'name = "{distribution("orderlens").name}"' in told


@pytest.mark.parametrize("script", PARTS)
def test_no_script_makes_markup_of_text(script: str) -> None:
    text = (ASSETS / f"{script}.js").read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|srcdoc", text)
    assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|localStorage|import\s*\(", text)
    assert not re.search(r"document\.cookie(?! = )" if script == "clock" else r"document\.cookie", text), "none is read"


def test_the_bundle_that_draws_figures_is_of_the_version_that_makes_them() -> None:
    made = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_text("utf-8")[:100]
    drawn = (ASSETS / "vendor" / "plotly-basic.min.js").read_text("utf-8")[:100]
    assert [re.findall(r"v\d+\.\d+\.\d+", text) for text in (made, drawn)] == [[f"v{BUNDLE}"]] * 2


def test_what_is_not_ours_lies_there_as_its_makers_packed_it() -> None:
    packed = (ASSETS / "vendor" / "plotly-basic.min.js").read_bytes()
    assert hashlib.sha256(packed).hexdigest() == SHA_256
    assert "MIT License" in (ASSETS / "vendor" / "LICENSE").read_text()
