"""Whoever starts Orderlens in a folder of downloads runs none of what lies there; nor does a process that it starts."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.sandbox import World
from tests.waiting import LIMIT
from tests.worlds import world_of

ROOT = Path(__file__).parents[2]
world = world_of("paid_and_booked")
STRANGERS = (
    "core/__init__",
    "dashboard/__init__",
    "streamlit",
    "stripe",
    "sqlalchemy",
    "sitecustomize",
    "usercustomize",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which whatever a process of ours may import says that it was run."""
    for name in STRANGERS:
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"import os, sys\nopen({str(tmp_path / 'ran')!r}, 'a').write({name!r})\n", "utf-8")
    return tmp_path


def test_a_scan_and_the_process_that_lists(folder: Path, world: World) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    env |= {**world.settings_env(), "ORDERLENS_CACHE_DIR": str(folder / "cache")}
    command = [sys.executable, "-P", "-m", "core.cli", "scan", "--last=1d", "--json"]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode in (0, 10, 11), done.stderr
    assert not (folder / "ran").exists(), (folder / "ran").read_text()


def test_the_demo_and_its_sandbox(folder: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-P", "-m", "core.cli", "demo", "--port=0", "--orders=0", "--no-browser"]
    with subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        said = ""
        while "Ctrl+C" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        process.terminate()
    assert not (folder / "ran").exists(), (folder / "ran").read_text()


def test_every_process_of_ours_is_started_by_the_one_function_that_says_so() -> None:
    starts = re.compile(r"sys\.executable|multiprocessing|os\.(spawn|exec)")
    sources = (path for room in ("core", "dashboard") for path in (ROOT / room).rglob("*.py"))
    named = {str(path.relative_to(ROOT)): path for path in sources if starts.search(path.read_text("utf-8"))}
    told = named.pop("core/scanning/spark/examining.py").read_text(
        "utf-8"
    )  # names the Python of a task, and starts none
    assert not re.search("subprocess|Popen|popen|os.system", told)
    assert set(named) == {"core/jobs/process.py"}
