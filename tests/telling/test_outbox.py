"""Messages on their way: again and again, later each time, only where they did not arrive."""

from core.telling import Letter, Message, after_try, posted
from core.telling.outbox import LONGEST, MOST

MESSAGE = Message("a title", "a body")


def test_nothing_is_posted_to_nobody() -> None:
    assert posted((), MESSAGE, (), 100) == ()


def test_it_is_sent_at_once_to_all() -> None:
    assert posted((), MESSAGE, ("a", "b"), 100) == (Letter(MESSAGE, ("a", "b"), 100),)


def test_what_has_arrived_everywhere_is_done_with() -> None:
    assert after_try(Letter(MESSAGE, ("a",), 100), (), 100) is None


def test_the_others_are_tried_again_and_later_each_time() -> None:
    letter: Letter | None = Letter(MESSAGE, ("a", "b"), 0)
    pauses, now = [], 0
    for _ in range(12):
        assert letter is not None
        letter = after_try(letter, ("b",), now)
        assert letter is not None
        assert letter.to == ("b",)
        pauses.append(letter.again - now)
        now = letter.again
    assert pauses[:4] == [60, 120, 240, 480]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST


def test_an_address_that_never_answers_does_not_pile_up_letters() -> None:
    letters: tuple[Letter, ...] = ()
    for number in range(100):
        letters = posted(letters, Message(str(number), ""), ("a",), number)
    assert len(letters) == MOST
    assert letters[-1].message.title == "99"
