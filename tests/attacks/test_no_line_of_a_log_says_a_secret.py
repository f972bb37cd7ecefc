"""Nothing leaks: no line of a log says a secret, whoever writes it and however it got there."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import LIMIT

SECRET = "XQZVKJWQ"
ENVIRONMENT = {
    "ORDERLENS_DATABASE_URL": f"postgresql://shop:{SECRET}@db.example/x",
    "STRIPE_API_KEY": f"sk_live_{SECRET}",
}
HUSHED = (
    "import logging, os\nfrom core.logs import keep_secrets\nkeep_secrets(); keep_secrets()\nlogging.basicConfig()\n"
)
LINES = {
    "a line": "logging.getLogger('urllib3').warning('to %s', os.environ['ORDERLENS_DATABASE_URL'])",
    "one in pieces": "logging.getLogger('a').error('%s', {'password': os.environ['STRIPE_API_KEY']})",
    "a trace": "try: int(os.environ['ORDERLENS_DATABASE_URL'])\nexcept ValueError: logging.exception('broke')",
    "a line that its arguments do not fit": "logging.error('two %s %s', os.environ['STRIPE_API_KEY'])",
    "a percent sign": "logging.error('100 % of ' + os.environ['ORDERLENS_DATABASE_URL'])",
    "a key of another environment": "logging.error('rk_live_' + 'A1' * 20)",
}


@pytest.mark.parametrize("lines", LINES.values(), ids=LINES)
def test_no_line_says_it(lines: str, tmp_path: Path) -> None:
    said = logged(HUSHED + lines, tmp_path)
    assert said
    assert SECRET not in said
    assert "A1A1A1" not in said
    assert "--- Logging error ---" not in said or "two" in said


COMMAND = (
    "import sys\nfrom core.cli import main\nsys.argv = ['orderlens', 'rules']\ntry: main()\nexcept SystemExit: pass"
)


@pytest.mark.parametrize("starts", [COMMAND, "import dashboard.server.asgi"], ids=["command", "server"])
def test_every_process_of_ours_holds_it(starts: str, tmp_path: Path) -> None:
    said = logged(f"import logging, os\n{starts}\nlogging.warning(os.environ['ORDERLENS_DATABASE_URL'])", tmp_path)
    assert "db.example" in said
    assert SECRET not in said


def test_other_lines_are_as_they_were(tmp_path: Path) -> None:
    assert logged(HUSHED + "logging.warning('%d of %s, 100%%', 3, 'all')", tmp_path) == "WARNING:root:3 of all, 100%\n"


def logged(program: str, folder: Path) -> str:
    """What a program of its own process writes to its log."""
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=folder, env={**ENVIRONMENT, "PYTHONPATH": root},
        capture_output=True, text=True, timeout=LIMIT, check=True,
    )  # fmt: skip
    return done.stderr
