"""Ids of Stripe's are links to the right mode and account; what only looks like one is none."""

import pytest

from dashboard.frame.ids import Ids

IDS = Ids("test", "acct_1")
BASE = "https://dashboard.stripe.com/acct_1/test"
INTENT = "pi_3NabcDEF12"


@pytest.mark.parametrize(
    "text",
    [
        "pi_3Ug4F2pLa...U0o9V",
        "pi_3Ug4F2pLa…",
        "xpi_3NabcDEF12",
        "re_3NabcDEF12",
        "pi_3Nab",
        "a note",
        "p\u0456_3NabcDEF12",
    ],
)
def test_no_link_is_guessed(text: str) -> None:
    assert "](" not in IDS.linked(text)
    assert IDS.short(text) is None


def test_every_id_in_a_text_is_a_link_and_the_rest_is_shown_letter_by_letter() -> None:
    said = IDS.linked(f"*event* evt_1NabcDEF12 of {INTENT}: [x](https://evil.example)")
    assert f"({BASE}/events/evt_1NabcDEF12)" in said
    assert f"({BASE}/payments/{INTENT})" in said
    assert said.count("](") == 2, "the two, and not what somebody wrote"
    assert "\\*event\\*" in said


def test_the_ids_of_a_document_are_links_each_once_and_no_secret_is_one() -> None:
    document = {
        "id": INTENT, "client_secret": f"{INTENT}_secret_x9",
        "charges": [{"id": "ch_3NabcDEF12", "payment_intent": INTENT, "refund": "re_3NabcDEF12", "amount": 5}],
    }  # fmt: skip
    found = IDS.within(document)
    assert [one.partition("](")[2] for one in found] == [
        f"{BASE}/payments/{INTENT})",
        f"{BASE}/payments/ch_3NabcDEF12)",
    ]
    assert IDS.within({"ch_3NabcDEF12": None}) == ()


def test_an_id_that_was_cut_leads_nowhere() -> None:
    assert "](" not in IDS.linked(f"{'x' * 495} {INTENT}", limit=505)


def test_a_short_one_shows_its_end() -> None:
    assert IDS.short(INTENT) == f"[…cDEF12]({BASE}/payments/{INTENT})"
