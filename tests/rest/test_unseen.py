"""What a copy of single columns passes, Stripe's own objects pass as well: nothing that a reading of the API would tell
is not told for want of a column, but for what is a hole by name.

What Stripe cannot send is left out of the generated pairs: an automatic capture of a part, two amounts of one checkout.
"""

import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from core.facts import Order
from core.rest.pipeline import Pipeline
from core.rules import examine
from core.scanning.reading.unseen import Unseen
from core.settings import Rest
from core.stripe_api.spans import Range
from tests.rest.pipelines import lay_out
from tests.rest.shops import ids, own
from tests.rest.test_pipeline import LACKS
from tests.scanning.pairs import DAY, NOW, ODD, STATES, things
from tests.scanning.test_healthy import case_of

Json = dict[str, Any]
EVER = Range(0, 1 << 33)
IMPOSSIBLE = frozenset(
    "intent.latest_charge charge.payment_intent session.payment_intent session.created intent.amount "
    "intent.amount_received charge.amount charge.amount_captured charge.review intent.livemode charge.livemode "
    "session.livemode intent.created".split()
)
MADE = [(where, values) for where, values in ODD if where not in IMPOSSIBLE and where not in LACKS]


AGED = [(thing, "created") for thing in ("session", "intent", "charge")]
AGED += [("session", "expires_at"), ("order", "created_at"), ("order", "updated_at")]
"""Of what a copy is believed: a checkout that was made then has ended."""


@st.composite
def shops(draw: st.DrawFn) -> list[tuple[Json, bool]]:
    """A few pairs that agree, or nearly; whether the customer tried to pay."""
    found = []
    for n in range(draw(st.integers(4, 12))):
        state = draw(st.sampled_from(sorted(STATES)))
        some = own(things(state, draw(st.sampled_from(STATES[state].split())), names=draw(st.booleans())), n)
        for thing, when in AGED:
            some[thing][when] -= DAY
        for where, values in draw(st.lists(st.sampled_from(MADE), max_size=2)):
            thing, _, field = where.partition(".")
            value = draw(st.sampled_from(values))
            some[thing][field] = value if value is not None or thing == "order" else some[thing].get(field)
        found.append((some, state == "paid" or draw(st.booleans())))
    return found


def tables(pairs: list[tuple[Json, bool]]) -> tuple[dict[str, list[Json]], dict[str, Json]]:
    """The rows of each table; each session as the API would list it, but without what is a hole by name."""
    made: dict[str, list[Json]] = {"checkout_sessions": [], "payment_intents": [], "charges": [], "disputes": []}
    listed = dict[str, Json]()
    for n, (some, tried) in enumerate(pairs):
        charged = some["intent"]["status"] != "requires_payment_method"
        session = {"payment_intent": ids(n)[1] if tried else None, **some["session"], "metadata": {}}
        intent = {"latest_charge": ids(n)[2] if charged else None, "last_payment_error": None, **some["intent"]}
        made["checkout_sessions"].append(session)
        if tried:
            made["payment_intents"].append(intent)
            made["charges"] += [some["charge"]] * charged
            if charged and some["charge"]["disputed"]:
                made["disputes"].append({"id": f"dp_{n}", "charge": ids(n)[2], "created": NOW})
            session = {**session, "payment_intent": {**intent, "latest_charge": some["charge"] if charged else None}}
        listed[session["id"]] = session
    return made, listed


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shops())
def test_what_data_pipeline_passes_stripe_passes(pairs: list[tuple[Json, bool]]) -> None:
    orders = {some["session"]["id"]: Order.of(some["order"]) for some, _ in pairs}
    made, listed = tables(pairs)
    with tempfile.TemporaryDirectory() as folder:
        lay_out(Path(folder), made, at=NOW)
        with closing(Pipeline(Rest(kind="data-pipeline", path=Path(folder)), "test")) as copy:
            every = [one for some in copy.objects("sessions", EVER) for one in some]
            unseen = Unseen(copy)
            taken = {str(one["id"]): one for one in unseen.finished("sessions", every)}
    assert len(every) == len(listed)
    event(f"some taken: {bool(taken)}")
    for key, copied in taken.items():
        said = examine(case_of(orders[key], [dict(copied)])).diagnosis
        theirs = examine(case_of(orders[key], [listed[key]])).diagnosis
        assert not said.clean or theirs.clean, theirs
