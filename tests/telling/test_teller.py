"""Sending, over real HTTP: what arrives, what does not, and what is never said."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from core.errors import SettingsError
from core.telling import Message, Teller
from tests.telling.receiver import Receiver

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # apprise loads it
MESSAGE = Message("Orderlens: 1 new critical case", "Order SH-1: paid twice")
NOBODY = "json://127.0.0.1:9/verysecretpath"  # the discard port


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def test_a_message_arrives_as_it_was_written(receiver: Receiver) -> None:
    teller = Teller([SecretStr(receiver.address)])
    assert teller.tell(MESSAGE, teller.marks) == ()
    (came,) = receiver.came
    assert (came["title"], came["message"]) == (MESSAGE.title, MESSAGE.body)


def test_of_several_shops_a_message_says_whose_news_it_is(receiver: Receiver) -> None:
    teller = Teller([SecretStr(receiver.address)], shop="toys")
    assert teller.tell(MESSAGE, teller.marks) == ()
    assert [one["title"] for one in receiver.came] == ["Orderlens: 1 new critical case (toys)"]


def test_each_address_is_told_for_itself(receiver: Receiver, capfd: pytest.CaptureFixture[str]) -> None:
    teller = Teller([SecretStr(NOBODY), SecretStr(receiver.address)])
    failed = teller.tell(MESSAGE, teller.marks)
    assert [teller.name(mark) for mark in failed] == ["address 1 (json)"]
    assert len(receiver.came) == 1
    assert "verysecret" not in "".join(capfd.readouterr())


def test_one_that_refuses_is_an_answer_and_no_error(receiver: Receiver) -> None:
    receiver.status = 500
    teller = Teller([SecretStr(receiver.address)])
    assert teller.tell(MESSAGE, teller.marks) == teller.marks


def test_an_address_that_is_gone_from_the_settings_is_passed_over() -> None:
    assert Teller([]).tell(MESSAGE, ["once there was one"]) == ()


@pytest.mark.parametrize("wrong", ["verysecret", "json://", "nosuchservice://verysecret", "slack://verysecret"])
def test_one_that_is_none_is_said_without_saying_it(wrong: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SettingsError) as refused:
        Teller([SecretStr(wrong)])
    assert "ORDERLENS_TELL: address 1" in str(refused.value)
    assert "verysecret" not in str(refused.value) + "".join(capfd.readouterr())


def test_what_tells_addresses_apart_does_not_say_what_they_are() -> None:
    teller = Teller([SecretStr(NOBODY)])
    assert "verysecret" not in "".join(teller.marks) + teller.name(teller.marks[0])
