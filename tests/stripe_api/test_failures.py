"""A refusal of Stripe's becomes a sentence with the permission's name, in either generation of its message."""

import pytest

from core.stripe_api.failures import permission

LACKS = "The provided key 'rk_live_****' does not have the required permissions for this endpoint on account 'acct_1'. "
OLD = LACKS + "Having the 'rak_webhook_write' permission would allow this request to continue."
NEW = LACKS + (
    "Enabling Webhook Endpoints, Event Destinations Read ('webhook_read') permissions on this key would allow this "
    "request to continue. You can edit permissions at https://dashboard.stripe.com/b/acct_1?destination=%2Fapikeys"
)
OF_AN_APP = "This application does not have the required permissions for this endpoint on account 'acct_1'."


@pytest.mark.parametrize(
    ("message", "name"),
    [
        (OLD, "webhook_write"),
        (NEW, "webhook_read (Webhook Endpoints, Event Destinations Read)"),
        (OF_AN_APP, None),
    ],
)
def test_the_missing_permission_is_named(message: str, name: str | None) -> None:
    assert permission(message) == name
