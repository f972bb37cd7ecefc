"""What all tests share: how slow the machine is never fails a property; database servers end with the last test."""

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import SERVERS

# Workers, commands and servers are processes of their own. Where bytecode is not kept, as in many containers, each of
# them compiles every module anew, which is most of what its start costs.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def _servers_end() -> Iterator[None]:
    yield
    SERVERS.close()
