"""Several shops in one file: each has its own of everything, and nothing of one is ever taken for another."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import EXAMPLE, load, load_door, load_every, load_orders, shops, spelled
from tests.settings.conftest import KEY, write

BOOKS, TOYS = "sk_live_" + "b" * 24, "sk_test_" + "t" * 24


def tables(shop: str, more: str = "") -> str:
    """The example as the tables of a shop."""
    return EXAMPLE.replace("[orders", f"[shops.{shop}.orders") + more


TWO = tables("books") + tables("north-toys", '[shops.north-toys.stripe]\naccount = "acct_toys"\n')


@pytest.fixture
def _two(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "BOOKS_STRIPE_API_KEY": BOOKS,
        "BOOKS_DATABASE_URL": "sqlite:///books.sqlite3",
        "NORTH_TOYS_STRIPE_API_KEY": TOYS,
        "NORTH_TOYS_DATABASE_URL": "sqlite:///toys.sqlite3",
        "TELL": "json://everybody.example.com",
        "BOOKS_TELL": "json://books.example.com",
        "SHOP": "",
    }.items():
        monkeypatch.setenv(f"ORDERLENS_{name}", value)


@pytest.mark.usefixtures("_secrets")
def test_a_file_of_one_shop_is_as_ever(tmp_path: Path) -> None:
    folder = write(tmp_path, EXAMPLE)
    assert shops(folder) == ()
    (only,) = load_every(folder)
    assert (only.shop, only.kept_as, only) == ("", "", load(folder))
    assert load_door(folder).shops == ()
    with pytest.raises(SettingsError, match="has one shop, without a name; toys is none of it"):
        load(folder, shop="toys")


@pytest.mark.usefixtures("_two")
def test_each_shop_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path, TWO)
    assert shops(folder) == ("books", "north-toys")
    books, toys = load_every(folder)
    assert (books.shop, books.kept_as, toys.shop, toys.kept_as) == ("books", "books", "north-toys", "north-toys")
    assert books.stripe_api_key.get_secret_value() == BOOKS
    assert toys.stripe_api_key.get_secret_value() == TOYS
    assert (books.stripe_account, toys.stripe_account) == (None, "acct_toys")
    assert toys.database_url.get_secret_value() == "sqlite:///toys.sqlite3"
    assert [one.get_secret_value() for one in books.tell] == ["json://books.example.com"]
    assert [one.get_secret_value() for one in toys.tell] == ["json://everybody.example.com"], "one for all"
    assert load(folder, shop="books") == books
    monkeypatch.setenv("ORDERLENS_SHOP", "north-toys")
    assert load(folder) == toys
    assert load_orders(folder).database_url == toys.database_url


@pytest.mark.usefixtures("_two")
def test_nothing_that_tells_a_shop_from_another_is_taken_from_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("STRIPE_API_KEY", "ORDERLENS_DATABASE_URL", "ORDERLENS_WEBHOOK_URL", "ORDERLENS_WEBHOOK_SECRET"):
        monkeypatch.setenv(name, "https://of.another.example/")
    books = load(write(tmp_path, TWO), shop="books")
    assert (books.webhook_url, books.webhook_secret) == (None, None)
    monkeypatch.delenv("ORDERLENS_BOOKS_STRIPE_API_KEY")
    monkeypatch.delenv("ORDERLENS_BOOKS_DATABASE_URL")
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, shop="books")
    assert "ORDERLENS_BOOKS_STRIPE_API_KEY is not set" in caught.value.message
    assert "ORDERLENS_BOOKS_DATABASE_URL is not set" in caught.value.message
    assert load(tmp_path, shop="north-toys").shop == "north-toys", "the other one works meanwhile"
    with pytest.raises(SettingsError, match="ORDERLENS_BOOKS_STRIPE_API_KEY"):
        load_every(tmp_path)


@pytest.mark.usefixtures("_two")
def test_which_shop_is_asked_and_never_guessed(tmp_path: Path) -> None:
    folder = write(tmp_path, TWO)
    with pytest.raises(SettingsError, match=r"several shops, and none is named\. Example: --shop books \(of books, "):
        load(folder)
    with pytest.raises(SettingsError, match=r"has no shop toys\. Its shops: books, north-toys\."):
        load(folder, shop="toys")
    assert load(write(tmp_path, tables("books"))).shop == "books", "there is one only"


@pytest.mark.usefixtures("_two")
@pytest.mark.parametrize(
    ("file", "said"),
    [
        (EXAMPLE + tables("books"), r"\[orders\] stands beside \[shops\]"),
        (tables("Books"), "small letters, digits and -"),
        (tables("a_b"), "small letters, digits and -"),
        (tables("books") + "[shops.books.stirpe]\n", r"\[shops\.books\]: stirpe: .*Did you mean `stripe`\?"),
        (tables("books") + "[shop]\n", "orderlens.toml: shop: .*Did you mean `shops`"),
        (tables("books").replace('unit = "minor"', 'unit = "mega"'), r"\[shops\.books\]: orders\.unit"),
        (tables("books").replace('id = "id", ', ""), r"\[shops\.books\]: orders\.columns: `id` is missing"),
        ("shops = 3\n", "orders"),
        (
            tables("books", "[shops.books]\nkeeps_journal = true\n") + tables("c", "[shops.c]\nkeeps_journal = true\n"),
            "keeps_journal stands in books and c",
        ),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(tmp_path: Path, file: str, said: str) -> None:
    folder = write(tmp_path, file)
    with pytest.raises(SettingsError, match=said):
        load(folder, shop="books")


@pytest.mark.usefixtures("_two")
def test_one_of_them_keeps_what_the_journal_held_before(tmp_path: Path) -> None:
    file = "[shops.books]\nkeeps_journal = true\n" + TWO
    assert [(one.shop, one.kept_as) for one in load_every(write(tmp_path, file))] == [
        ("books", ""),
        ("north-toys", "north-toys"),
    ]


def test_settings_are_called_as_they_are_for_a_shop() -> None:
    said = "Set ORDERLENS_WEBHOOK_SECRET and STRIPE_API_KEY; ORDERLENS_JOURNAL_URL is for all."
    assert spelled(said, "") == said
    assert spelled(said, "north-toys") == (
        "Set ORDERLENS_NORTH_TOYS_WEBHOOK_SECRET and ORDERLENS_NORTH_TOYS_STRIPE_API_KEY; ORDERLENS_JOURNAL_URL is for "
        "all."
    )


def test_no_secret_of_a_shop_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERLENS_BOOKS_STRIPE_API_KEY", KEY)
    monkeypatch.setenv("ORDERLENS_BOOKS_DATABASE_URL", "postgresql://u:hunter2@db/books")
    shown = repr(load(write(tmp_path, tables("books"))))
    assert KEY not in shown
    assert "hunter2" not in shown
