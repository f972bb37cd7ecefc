"""[stripe.rest]: where Stripe's data lie already; a wrong line says what to write instead, and no password is shown."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import EXAMPLE, load
from core.settings.rest import EXAMPLE_REST
from tests.settings.conftest import DATABASE, KEY, write

REST_URL = "ORDERLENS_STRIPE_REST_URL"
COPY = "postgresql://reader:hunter3@db.example.com/stripe"
pytestmark = pytest.mark.usefixtures("_secrets")


def test_without_it_all_is_as_before(tmp_path: Path) -> None:
    assert load(write(tmp_path, EXAMPLE)).rest is None


def test_the_address_stands_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REST_URL, COPY)
    found = load(write(tmp_path, f"{EXAMPLE}\n{EXAMPLE_REST}\n"))
    assert found.rest is not None
    assert found.rest.url is not None
    assert (found.rest.url.get_secret_value(), found.rest.schema, found.rest.kind) == (COPY, "stripe", None)
    assert "hunter3" not in repr(found)


def test_a_copy_may_lie_in_the_orders_own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REST_URL, raising=False)
    found = load(write(tmp_path, f'{EXAMPLE}\n[stripe.rest]\nkind = "dj-stripe"\naccept = "gaps"\n')).rest
    assert found is not None
    assert found.url is not None
    assert (found.url.get_secret_value(), found.variable) == (DATABASE, "ORDERLENS_DATABASE_URL")
    assert (found.kind, found.accept) == ("dj-stripe", ("gaps",))


def test_files_lie_in_a_folder(tmp_path: Path) -> None:
    found = load(write(tmp_path, f'{EXAMPLE}\n[stripe.rest]\npath = "/data/stripe"\n')).rest
    assert found is not None
    assert (found.kind, found.path, found.url) == ("parquet", Path("/data/stripe"), None)


def test_a_cluster_goes_through_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_SPARK", "sc://spark:443/;token=hunter3")
    files = f'{EXAMPLE}\n[stripe.rest]\npath = "/data/stripe"\n[stripe.rest.spark]\n'
    own, submitted = (
        load(write(tmp_path, files + more)).rest for more in ('connect = "env:OUR_SPARK"\npath = "s3a://b/stripe"', "")
    )
    assert own is not None
    assert own.spark is not None
    assert own.spark.connect is not None
    assert (own.spark.connect.get_secret_value(), own.spark.path) == (
        "sc://spark:443/;token=hunter3",
        "s3a://b/stripe",
    )
    assert "hunter3" not in repr(own)
    assert submitted is not None
    assert submitted.spark is not None
    assert (submitted.spark.connect, submitted.spark.path) == (None, "/data/stripe")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('url = "postgresql://reader:hunter3@host/stripe"', "stands in the environment and is named here"),
        ('url = "env:NOT_THERE"', "NOT_THERE is not set"),
        ('kind = "stitch"', "stripe.rest.kind"),
        ('kind = "parquet"', '`path` goes with kind = "parquet"'),
        ('kind = "dj-stripe"\npath = "/data"', '`path` goes with kind = "parquet"'),
        ('path = "s3://bucket/stripe"', "is an address, not a folder"),
        ('path = "/data"\nurl = "env:SOMEWHERE"', "both a `path` and a `url`"),
        ('account = "shop"', "stripe.rest.account"),
        ('accept = "everything"', "stripe.rest.accept"),
        ('table.checkout_session = "a"', '`json` and `synced` go with kind = "fivetran"'),
        ('kind = "json"\ntable.session = "a"', "stripe.rest.table"),
        ('kind = "json"\njson = "a\\"b"', "stripe.rest.json"),
        ('schemas = "stripe"', "Did you mean"),
        ('spark.path = "/data"', "goes with the files of an export"),
        ('path = "/data"\nspark.connect = "sc://host/;token=hunter3"', "stripe.rest.spark.connect"),
        ('path = "/data"\nspark.connect = "env:NOT_THERE"', "NOT_THERE is not set"),
    ],
)
def test_a_wrong_line_says_what_to_write(tmp_path: Path, lines: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write(tmp_path, f"{EXAMPLE}\n[stripe.rest]\n{lines}\n"))
    assert said in str(caught.value)
    assert "hunter3" not in str(caught.value)


def test_of_several_shops_each_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERLENS_STRIPE_REST_URL", COPY)
    for name in ("TOYS_STRIPE_API_KEY", "TOYS_DATABASE_URL"):
        monkeypatch.setenv(f"ORDERLENS_{name}", KEY if name.endswith("KEY") else DATABASE)
    toys = EXAMPLE.replace("[orders", "[shops.toys.orders") + "\n[shops.toys.stripe.rest]\n"
    found = load(write(tmp_path, toys)).rest
    assert found is not None
    assert found.variable == "ORDERLENS_TOYS_DATABASE_URL", "another's copy is none of this shop's"


def test_a_copy_that_others_make_is_named_by_its_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REST_URL, COPY)
    lines = """kind = "json"
json = "attrs"
synced = "copied_at"
table.checkout_session = "stripe_copy"
columns.charge = { amount = "cents" }
accept = ["gaps", "session.metadata"]"""
    found = load(write(tmp_path, f"{EXAMPLE}\n[stripe.rest]\n{lines}\n")).rest
    assert found is not None
    assert (found.kind, found.json, found.synced) == ("json", "attrs", "copied_at")
    assert (found.tables, found.columns) == ({"checkout_session": "stripe_copy"}, {"charge": {"amount": "cents"}})
    assert found.accept == ("gaps", "session.metadata")
