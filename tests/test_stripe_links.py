"""Links and commands lead to the right mode and account, and carry nothing that a shell would run."""

import pytest

from core import stripe_links
from core.pasted import parse


@pytest.mark.parametrize("account", [None, "acct_1NabcDEF123ghiJK"])
@pytest.mark.parametrize("mode", ["test", "live"])
@pytest.mark.parametrize(
    "object_id",
    ["pi_3NabcDEF12", "ch_3NabcDEF12", "cs_test_a1Nabc", "evt_1NabcDEF12", "cus_NabcDEF12", "in_1NabcDEF12"],
)
def test_a_link_pasted_back_names_the_same_object_in_the_same_mode(
    object_id: str, mode: str, account: str | None
) -> None:
    link = stripe_links.dashboard(object_id, mode="test" if mode == "test" else "live", account=account)
    assert link is not None
    assert parse(link).value == object_id
    if not object_id.startswith("cs_"):
        assert parse(link).mode_hint == mode
    assert (account or "acct_") in link or account is None


def test_the_pages_are_those_of_the_official_client() -> None:
    base = "https://dashboard.stripe.com"
    assert stripe_links.dashboard("pi_1Nabc", mode="live") == f"{base}/payments/pi_1Nabc"
    assert stripe_links.dashboard("evt_1Nabc", mode="test", account="acct_1") == f"{base}/acct_1/test/events/evt_1Nabc"
    assert stripe_links.dashboard("we_1Nabc", mode="test") == f"{base}/test/workbench/webhooks/we_1Nabc"


@pytest.mark.parametrize("nameless", ["re_1NabcDEF12", "1042", "", "pi_<script>", "{CHECKOUT_SESSION_ID}"])
def test_what_has_no_page_has_no_link(nameless: str) -> None:
    assert stripe_links.dashboard(nameless, mode="live") is None


def test_the_commands_are_those_of_the_official_client() -> None:
    command = stripe_links.retrieve_command
    assert command("cs_test_a1Nabc", mode="test") == "stripe checkout sessions retrieve cs_test_a1Nabc"
    assert command("pi_1Nabc", mode="live") == "stripe payment_intents retrieve pi_1Nabc --live"
    assert command("re_1Nabc", mode="live", account="acct_1") == (
        "stripe refunds retrieve re_1Nabc --live --stripe-account=acct_1"
    )
    assert stripe_links.resend_command("evt_1", "we_1", mode="live") == (
        "stripe events resend evt_1 --webhook-endpoint=we_1 --live"
    )


def test_no_command_carries_what_a_shell_would_run() -> None:
    assert stripe_links.retrieve_command("pi_1;reboot", mode="test") is None
    assert "'evt_1;reboot'" in stripe_links.resend_command("evt_1;reboot", "we_1", mode="test")
