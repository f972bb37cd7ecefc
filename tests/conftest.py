"""What all tests share: how slow the machine is never fails a property; database servers end with the last test."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import SERVERS

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def _servers_end() -> Iterator[None]:
    yield
    SERVERS.close()
