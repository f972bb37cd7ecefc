"""A scan by `spark-submit` on a cluster of two workers, which share nothing with it but the folder of the export."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from core.journal import Journal
from core.sandbox import World
from core.settings import Rest
from tests.scanning.cluster import ROOT, settings_of, standalone
from tests.scanning.faults import told
from tests.scanning.test_sifted import by_api, export, world

__all__ = ["export", "world"]  # fixtures
pytestmark = pytest.mark.timeout(2_400)  # a busy machine takes minutes to start six of Java's


def test_a_scan_that_is_submitted_tells_what_a_scan_by_api_tells(world: World, export: Rest, tmp_path: Path) -> None:
    env = settings_of(world, export, tmp_path)
    with standalone(tmp_path) as cluster:
        done = cluster.submit(str(ROOT / "core/cli/__main__.py"), "scan", "--last", "120d", "--json", env=env)
        assert done.stdout, done.stderr[-3000:]
        record = json.loads(done.stdout.splitlines()[-1])  # of its two streams `spark-submit` makes one
        assert "were passed by its sieve, where it lies" in json.dumps(record), (record, done.stderr[-3000:])
        assert min(cluster.finished()) > 0
    with closing(Journal(env["ORDERLENS_JOURNAL_URL"])) as journal:
        assert told(journal, world.now) == by_api(world, tmp_path)
