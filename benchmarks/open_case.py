"""Opening a case: the product's reading beside the same questions asked one after the other, side by side in one run.

    uv run python benchmarks/open_case.py [--latency 0.12] [--times 5]

Both talk to the sandbox over real HTTP with Stripe's own SDK; the latency is per request. `one by one` uses the SDK's
typed calls in a row, as a script or a person would: the session with its intent and charge, then refunds, disputes,
other sessions, endpoints, and the newest page of events. Machines are noisy: read the ratio, not the seconds.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import stripe

from core.facts import Order
from core.orders import OrdersReader
from core.sandbox import World
from core.settings import OrdersTable
from core.stripe_api import Access, StripeReader


def one_by_one(client: stripe.StripeClient, order: Order) -> int:
    """Ask in a row; return how many requests it took."""
    session = client.v1.checkout.sessions.retrieve(
        order.session_id or "", {"expand": ["payment_intent.latest_charge", "line_items"]}
    )
    intent = session.payment_intent
    intent_id = intent if isinstance(intent, str) or intent is None else intent.id
    asked = 4
    client.v1.checkout.sessions.list({"customer_details": {"email": order.customer_email or ""}})
    client.v1.webhook_endpoints.list({"limit": 100})
    client.v1.events.list({"limit": 100})
    if intent_id:
        client.v1.refunds.list({"payment_intent": intent_id})
        client.v1.disputes.list({"payment_intent": intent_id})
        client.v1.charges.list({"payment_intent": intent_id})
        client.v1.payment_intents.search({"query": f'metadata["order_id"]:"{order.number}"'})
        asked += 4
    return asked


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--latency", type=float, default=0.12, help="seconds a request")
    options.add_argument("--times", type=int, default=5)
    chosen = options.parse_args()
    stripe.enable_telemetry = False
    with World() as world:
        number = str(world.built["webhook_refused"].orders[0]["order_number"])
        orders = OrdersReader(world.orders_database_url, OrdersTable.model_validate(world.orders_mapping))
        order = orders.find(numbers=[number])[0]
        reader = StripeReader(Access(api_key=world.secret_key, api_base=world.stripe_url, account=None))
        client = stripe.StripeClient(world.secret_key, base_addresses={"api": world.stripe_url})
        world.stripe.switches.latency = chosen.latency
        facts = reader.read_case(order, now=world.now)
        asked = one_by_one(client, order)
        ours = [timed(lambda: reader.read_case(order, now=world.now)) for _ in range(chosen.times)]
        theirs = [timed(lambda: one_by_one(client, order)) for _ in range(chosen.times)]
        reader.close()
        orders.close()
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"latency {chosen.latency * 1000:.0f} ms a request, median of {chosen.times}")
    print(f"read_case     {mine:6.2f} s   {facts.cost.requests:3} requests in {facts.cost.rounds} rounds")
    print(f"one by one    {other:6.2f} s   {asked:3} requests in {asked} rounds, and less of them found")
    print(f"ratio         {other / mine:6.2f} x")


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
