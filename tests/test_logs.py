"""A log for machines: each line one JSON object, the trace inside it, secrets in neither."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = """
import logging
from core.logs import as_json, keep_secrets
keep_secrets()
logging.basicConfig(level=logging.INFO)
own = logging.getLogger("some.library")
own.addHandler(logging.StreamHandler())
own.propagate = False
as_json()
logging.getLogger("core.login").info('%s came in as "%s"', "ann@shop.example", "support")
try:
    raise ValueError("the key sk_live_abcdefgh12345678 is refused\\nsecond line")
except ValueError:
    own.exception("it broke")
"""


def test_each_line_is_one_object_and_says_no_secret() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=True)
    one, other = map(json.loads, done.stderr.splitlines())
    assert (one["level"], one["logger"], one["says"]) == ("info", "core.login", 'ann@shop.example came in as "support"')
    assert one["ts"].endswith("Z")
    assert (other["level"], other["logger"], other["says"]) == ("error", "some.library", "it broke")
    assert "ValueError" in other["trace"]
    assert "second line" in other["trace"]
    assert "abcdefgh" not in done.stderr
