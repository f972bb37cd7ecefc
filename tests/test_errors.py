"""No message carries a key, a secret or a password, whoever wrote its text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import OrderlensError, Refused, StripeUnreachable, Unreachable, redact


@pytest.mark.parametrize(
    "text",
    [
        "No such payment_intent: 'pi_3TxQ'",
        "Order SH-1042 is pending",
        "https://dashboard.stripe.com/test/payments/pi_3TxQ",
        "jane@example.com",
        "the key sk_ ... and whsec",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


@given(
    st.sampled_from(["sk_test_", "sk_live_", "sk_org_live_", "rk_live_", "rkcs_test_", "whsec_"]),
    st.from_regex(r"[A-Za-z0-9]{16,40}", fullmatch=True),
    st.text(max_size=20),
)
def test_keys_and_secrets_are_never_kept(prefix: str, secret: str, around: str) -> None:
    assert secret not in redact(f"{around} {prefix}{secret} {around}").replace(around, "")


def test_passwords_in_urls_and_client_secrets_are_never_kept() -> None:
    text = redact("postgresql://reader:hunter2@db/shop and pi_3Tx_secret_abc123")
    assert "hunter2" not in text
    assert "abc123" not in text
    assert "@db/shop" in text
    assert (
        redact("redis://:hunter2@cache/0 and mysql://me:hun:t@er2@db/x") == "redis://***@cache/0 and mysql://***@db/x"
    )


def test_the_tree_tells_an_outage_from_a_refusal() -> None:
    error = StripeUnreachable("Stripe refused sk_live_abcdefgh.", next_step="Set STRIPE_API_KEY.")
    assert isinstance(error, Unreachable)
    assert not isinstance(Refused("No.", next_step="Wait."), Unreachable)
    assert isinstance(error, OrderlensError)
    assert str(error) == "Stripe refused ***. Set STRIPE_API_KEY."
