"""Who a page is told to be shown to: whom the door names, and nobody where it names none."""

import pytest

from core.people import Person
from dashboard.server.door import told
from tests.dashboard.conftest import Opening, shown


def test_pitfall_12_a_page_is_shown_to_whom_the_door_names(app: Opening) -> None:
    ann = Person("a1", "viewer", "ann@shop.example", "Ann Müller")
    page = app("setup", person=ann)
    assert "yours is viewer" in shown(page)


@pytest.mark.parametrize(
    "user", [{}, {"email": "test@example.com"}, {"person": None}, {"person": "e30="}, {"person": "?"}]
)
def test_pitfall_12_a_page_that_no_door_led_to_is_shown_to_nobody(app: Opening, user: dict[str, str]) -> None:
    page = app("setup")
    page.user = user
    page.run()
    assert "Nobody knows who you are" in shown(page) + " ".join(one.value for one in page.error)


def test_a_person_whom_another_orderlens_named_is_nobody(app: Opening) -> None:
    page = app("setup")
    page.user = {"person": told(Person("a1", "admin"))[:-4]}
    page.run()
    assert "Nobody knows who you are" in shown(page) + " ".join(one.value for one in page.error)
