"""A long timeline is folded where nothing is wrong, and nothing of it is lost; what it is about is a link."""

from datetime import UTC

from core.report import Stress, Timeline, report
from core.rules import examine
from dashboard.case.timeline import MANY, figure, folded, written
from dashboard.frame.ids import ID, Ids
from dashboard.palette import LIGHT
from tests.report.told import said
from tests.rules import stage

IDS = Ids("test", "acct_1")
TRIES = 10


def long() -> Timeline:
    """Ten attempts, each of three messages; one of the messages was refused, one charge failed."""
    events, charges = [], []
    for at in range(TRIES):
        begun = stage.BEGUN + at * 600
        for step, kind in enumerate(("payment_intent.created", "charge.failed", "payment_intent.payment_failed")):
            one = stage.event(kind, stage.INTENT, id=f"evt_{at}AAAAAAAA{step}", created=begun + step)
            events.append(one | {"pending_webhooks": 1 if (at, step) == (4, 1) else 0})
        charges.append(
            stage.charge(id=f"ch_{at}AAAAAAAAAA", created=begun + 2, status="failed" if at == 7 else "succeeded")
        )
    return report(examine(stage.case(events=events, charges=charges))).timeline


def test_thirty_messages_are_a_figure_of_few_lines_in_which_nothing_bad_is_folded() -> None:
    whole = long()
    assert len(whole.moments) > 40
    shown = folded(whole)
    assert len(shown.moments) < 30
    bad = [one for one in whole.moments if one.stress is not Stress.PLAIN]
    assert len(bad) >= 2
    assert [one for one in shown.moments if one.stress is not Stress.PLAIN] == bad
    assert "3 events that need no eye" in {one.what for one in shown.moments}
    assert shown.moments[0].at == whole.moments[0].at
    assert [one.at for one in shown.moments] == sorted(one.at for one in shown.moments)
    lines = [note for note in figure(shown, LIGHT, UTC, IDS).layout.annotations if note.xref == "paper"]
    assert len({note.y for note in lines}) == len(shown.moments), "no label lies on another"


def test_in_words_every_moment_is_there_with_its_id() -> None:
    whole = long()
    lines = written(whole, UTC, IDS)
    assert len(lines) == len(whole.moments)
    ids = {found for one in whole.moments for found in ID.findall(one.detail)}
    assert len(ids) > 30
    text = "\n".join(lines).replace("\\", "")
    assert [one for one in ids if f"/{one})" not in text] == []


def test_a_short_one_is_drawn_as_it_is() -> None:
    line = said("webhook_refused").timeline
    assert len(line.moments) <= MANY
    assert folded(line) is line


def test_what_a_moment_is_about_is_a_link_in_its_label() -> None:
    line = said("webhook_refused").timeline
    labels = [note.text for note in figure(line, LIGHT, UTC, IDS).layout.annotations]
    assert any('<a href="https://dashboard.stripe.com/acct_1/test/events/evt_' in one for one in labels)
    assert any('<a href="https://dashboard.stripe.com/acct_1/test/checkout/sessions/cs_' in one for one in labels)
    assert not any("<a " in note.text for note in figure(line, LIGHT).layout.annotations)
