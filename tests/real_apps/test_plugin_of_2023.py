"""An SDK that is three years old, pinned to the API version of its time, gets what it would have got from Stripe."""

import json
import subprocess
from pathlib import Path

from core.sandbox.stripe import SECRET_KEY_TEST, StripeServer
from tests.real_apps.isolated import HERE, environment


def test_it_pays_is_declined_is_asked_and_gives_back(tmp_path: Path) -> None:
    python = environment(tmp_path / "environment", "requirements-2023.txt")
    with StripeServer() as stripe:
        words = [str(python), str(HERE / "plugin_of_2023.py"), stripe.url, SECRET_KEY_TEST]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    got = json.loads(done.stdout)
    paid, charge = got["paid"], got["charge"]
    assert (paid["status"], paid["capture_method"], paid["invoice"]) == ("succeeded", "automatic", None)
    assert got["again"] == paid
    assert paid["latest_charge"]["metadata"] == {"order": "12", "event": "7", "code": "ABC12"}
    assert (got["declined"]["decline_code"], got["declined"]["payment_intent"]["invoice"]) == ("generic_decline", None)
    assert got["asked"]["status"] == "requires_action"
    assert got["asked"]["next_action"]["redirect_to_url"]["return_url"] == "https://tickets.example.com/sca/"
    assert (charge["amount_refunded"], charge["refunds"]["total_count"], charge["dispute"]) == (300, 1, None)
    assert charge["refunds"]["data"][0]["id"] == got["refund"]["id"]
    assert charge["payment_intent"]["latest_charge"]["id"] == charge["id"]
