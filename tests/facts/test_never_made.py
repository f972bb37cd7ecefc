"""Health events as Stripe documents them, in either of the shapes it has had, and what the journal keeps of them."""

from core.cases import Case, bundle
from core.facts import Facts, Intent, NeverMade
from core.facts.never_made import KEPT, about_any, read, written

RAW = {
    "id": "evt_test_65",
    "object": "v2.core.event",
    "type": "v2.core.health.event_generation_failure.resolved",
    "created": "2025-10-30T16:06:00.000Z",
    "data": {
        "alert_id": "halert_1",
        "impact": {
            "event_type": "payment_intent.succeeded",
            "related_object": {"id": "pi_1", "type": "payment_intent"},
        },
        "resolved_at": "2025-10-30T16:05:44.000Z",
    },
}
MADE = NeverMade("evt_test_65", "payment_intent.succeeded", "pi_1", 1_761_840_344)


def test_both_shapes_say_the_same() -> None:
    assert NeverMade.of(RAW) == MADE
    older = {"event_type": "payment_intent.succeeded", "related_object_id": "pi_1", "livemode": True}
    assert NeverMade.of({**RAW, "data": {**RAW["data"], "impact": older}}) == MADE  # type: ignore[dict-item] # a mapping
    assert NeverMade.of({}) == NeverMade("", "", "", 0)


def test_what_is_kept_is_read_again_and_does_not_grow_for_ever() -> None:
    assert read(written([MADE, MADE])) == (MADE,)
    many = [NeverMade(f"evt_{n}", "x", "pi_1", n) for n in range(KEPT + 5)]
    assert read(written(many))[0].at == 5
    for damaged in (None, "", "nonsense", "{}", "[1]"):
        assert read(damaged) == ()


def test_a_case_has_those_of_its_own_objects_and_its_bundle_too() -> None:
    facts = Facts("test", 1, intents=(Intent.of({"id": "pi_1", "object": "payment_intent"}),))
    other = NeverMade("evt_2", "payment_intent.succeeded", "pi_2", 1)
    case = Case(None, facts.with_never_made((other, MADE)), 1)
    assert case.facts.never_made == (MADE,)
    assert Case.of(bundle(case)).facts.never_made == (MADE,)
    assert about_any([other], ["pi_1"]) == ()
    assert facts.with_never_made((other,)) is facts
