"""The first stranger: the SDK's own annotations know every field and word of every answer, and miss none."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from core.sandbox.stripe import StripeServer
from core.sandbox.stripe.api.app import OPERATIONS
from tests.sandbox.strangers import annotation_errors
from tests.sandbox.tour import objects, tour


@pytest.fixture(scope="module")
def answers() -> Iterator[list[tuple[str, Any]]]:
    with StripeServer(seed=1) as server:
        yield tour(server)


def test_the_tour_leaves_no_endpoint_out(answers: list[tuple[str, Any]]) -> None:
    asked = [line for line, _ in answers]
    patterns = {f"{one.method} {one.path}": re.sub(r"\{\w+\}", "[^/]+", one.path) for one in OPERATIONS}
    missed = [name for name, path in patterns.items() if not _asked(asked, name.split()[0], path)]
    assert missed == []


def _asked(asked: list[str], method: str, path: str) -> bool:
    return any(re.fullmatch(f"{method} {path}", line) for line in asked)


def test_every_answer_is_what_the_sdk_expects(answers: list[tuple[str, Any]]) -> None:
    found = [f"{asked}: {line}" for asked, thing in objects(answers) for line in annotation_errors(thing)]
    assert found == []


def test_every_list_has_what_a_list_has(answers: list[tuple[str, Any]]) -> None:
    lists = [answer for _, answer in answers if answer.get("object") == "list"]
    assert {tuple(sorted(one)) for one in lists} == {("data", "has_more", "object", "url")}
    assert all(one["url"].startswith("/v1/") for one in lists)
