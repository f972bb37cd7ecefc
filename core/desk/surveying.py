"""Many cases, several at a time: the newest orders of a span, each opened."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed

from core.desk.results import Opened, Survey
from core.desk.sides import Sides
from core.errors import OrderlensError, StripeUnreachable
from core.facts import Cost

_AT_A_TIME = 4


def survey(
    sides: Sides, *, since: int | None, until: int | None, limit: int, progress: Callable[[int, int], None]
) -> Survey:
    """Open the newest `limit` orders created in [since, until). A case that fails is listed with its reason; the others
    go on. StripeUnreachable where Stripe gave no answer for any of them; OrdersUnreachable as usual.

    `progress(done, total)` is called in the caller's thread.
    """
    began = sides.clock()
    page = sides.orders.page(since=since, until=until, limit=limit)
    progress(0, len(page.orders))
    opened: dict[str, Opened] = {}
    failed: dict[str, OrderlensError] = {}
    with ThreadPoolExecutor(_AT_A_TIME, "survey") as threads:
        asked = {threads.submit(sides.open_order, order): order for order in page.orders}
        for done, future in enumerate(as_completed(asked), start=1):
            order = asked[future]
            try:
                opened[order.id] = future.result()
            except OrderlensError as error:
                failed[order.id] = error
            progress(done, len(page.orders))
    unreachable = [error for error in failed.values() if isinstance(error, StripeUnreachable)]
    if unreachable and not opened:
        raise unreachable[0]
    return Survey(
        opened=tuple(opened[order.id] for order in page.orders if order.id in opened),
        failed=(
            *((order, failed[order.id].message) for order in page.orders if order.id in failed),
            *((left.order, left.because) for left in page.left_out),
        ),
        since=since,
        until=until,
        read_at=int(began),
        more=page.next is not None,
        cost=_together(opened.values(), sides.clock() - began),
    )


def _together(opened: Iterable[Opened], took: float) -> Cost:
    costs = [one.case.facts.cost for one in opened]
    return Cost(sum(cost.requests for cost in costs), max((cost.rounds for cost in costs), default=0), took)
