"""What the answers to a probe mean: quiet where both are right, and each other pair in its own words."""

import pytest

from core.checks import Level, worst_of
from core.endpoints.probing import Answered, Probe, body, brief, is_page, meaning, read, written
from core.endpoints.secrets import slips

NOW = 1_795_348_800


def probe(good: Answered, bad: Answered) -> Probe:
    return Probe(NOW, "mira", "https://shop.example.com/hook", good, bad)


def test_two_right_answers_are_fine() -> None:
    done = probe(Answered(200), Answered(400))
    assert {one.level for one in meaning(done)} == {Level.FINE}
    assert brief(done, NOW + 7200) == (
        "Last probe of the endpoint (2 h ago, by mira): to a signed event 200, to a wrong signature 400. "
        "From here, it takes what is signed and refuses the rest."
    )


def test_a_failure_at_a_wrong_signature_is_not_taken_either() -> None:
    assert worst_of(meaning(probe(Answered(200), Answered(500)))) is Level.FINE


@pytest.mark.parametrize(
    ("good", "bad", "level", "says"),
    [
        (Answered(200), Answered(200), Level.WARNING, "something in front acknowledges"),
        (Answered(301), Answered(301), Level.ERROR, "Stripe follows none"),
        (Answered(401), Answered(401), Level.ERROR, "asks Stripe to log in"),
        (Answered(403), Answered(403), Level.ERROR, "asks Stripe to log in"),
        (Answered(404), Answered(404), Level.ERROR, "nothing answers at this address"),
        (Answered(404), Answered(400), Level.ERROR, "the secret is most likely right"),
        (Answered(405), Answered(405), Level.ERROR, "takes no POST"),
        (Answered(400), Answered(400), Level.ERROR, "the app checks with another one"),
        (Answered(500), Answered(500), Level.ERROR, "fails before it looks at the signature"),
        (Answered(500), Answered(400), Level.ERROR, "fails at an event it does not know"),
        (Answered(200, page=True), Answered(200, page=True), Level.ERROR, "a log-in or a start page"),
        (Answered(400), Answered(200), Level.ERROR, "though it did not take what was signed rightly"),
        (Answered(None, "No answer within 30 seconds."), Answered(None, "x"), Level.ERROR, "No answer within 30"),
        (
            Answered(None, "The endpoint's certificate is not trusted: expired."),
            Answered(None, "x"),
            Level.ERROR,
            "certificate is not trusted",
        ),
    ],
)
def test_every_other_pair_is_told(good: Answered, bad: Answered, level: Level, says: str) -> None:
    lines = meaning(probe(good, bad))
    assert worst_of(lines) is level
    assert says in " ".join(f"{one.found} {one.do}" for one in lines)
    assert "takes what is signed" not in brief(probe(good, bad), NOW)


def test_the_event_is_of_no_type_of_stripes_and_about_nothing() -> None:
    sent = body(NOW, mode="live", api_version=None, name="signed").decode()
    assert '"type": "orderlens.probe"' in sent
    assert '"livemode": true' in sent
    assert body(NOW, mode="live", api_version=None, name="wrong").decode() != sent


def test_a_probe_is_kept_as_it_was() -> None:
    done = probe(Answered(200, latency_ms=12), Answered(None, "gone"))
    assert read(written(done)) == done
    assert read(None) is None
    assert read("nonsense") is None


def test_pages_are_told_from_answers() -> None:
    assert is_page("\n<!DOCTYPE html><html>")
    assert not is_page('{"html": true}')


RIGHT = "whsec_" + "Ab3" * 10 + "Zz"


@pytest.mark.parametrize(
    ("secret", "says"),
    [
        ("", "empty"),
        ("we_1" + "Abcd" * 5, "the id of an endpoint"),
        ("sk_test_" + "Abcd" * 5, "an API key"),
        ("hush", "no signing secret"),
        (f"{RIGHT}\n", "around it"),
        (f"{RIGHT} {RIGHT}", "inside it"),
        (f'"{RIGHT}"', "quotation marks"),
        ("whsec_" + "0123456789abcdef" * 4, "stripe listen"),
    ],
)
def test_slips_with_the_secret_are_named_and_the_secret_is_not_shown(secret: str, says: str) -> None:
    said = " ".join(slips(secret))
    assert says in said
    assert not secret.strip() or secret.strip() not in said


def test_a_secret_of_the_right_form_is_passed_over() -> None:
    assert list(slips(RIGHT)) == []
