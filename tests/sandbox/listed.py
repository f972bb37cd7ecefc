"""What the tests of lists and of search find: twenty-five sessions and what belongs to the last of them."""

from random import Random

from core.sandbox.stripe import objects
from core.sandbox.stripe.store import Store

NOW = 1_795_000_000
DAY = 86_400


def seed(store: Store, rng: Random) -> None:
    """A minute apart, in a jumble; the last five are paid, one of them in live mode."""
    who = store.put(objects.customer(rng, NOW - DAY, email="ada@example.com", name="Ada King"))
    made = []
    for number in range(25):
        at = NOW - 60 * (25 - number)
        if number < 20:
            made.append(objects.checkout_session(rng, at, client_reference_id=f"SH-{number}"))
            continue
        paid_by = objects.charge(rng, at + 1, customer=who["id"], livemode=number == 24)
        intent = objects.payment_intent(
            rng,
            at,
            latest_charge=paid_by["id"],
            customer=who["id"],
            metadata={"order_id": f"SH-{number}"},
            livemode=number == 24,
        )
        paid_by["payment_intent"] = intent["id"]
        session = objects.checkout_session(
            rng,
            at,
            status="complete",
            payment_status="paid",
            payment_intent=intent["id"],
            customer=who["id"],
            customer_details=objects.customer_details("ada@example.com"),
            livemode=number == 24,
        )
        happened = objects.event(rng, at + 2, "checkout.session.completed", session, pending_webhooks=number % 2)
        made += [paid_by, intent, session, happened]
        made.append(objects.event(rng, at + 2, "charge.succeeded", paid_by))
    made.append(objects.event(rng, NOW - 31 * DAY, "charge.succeeded", made[-5]))
    rng.shuffle(made)
    store.put_all(made)
