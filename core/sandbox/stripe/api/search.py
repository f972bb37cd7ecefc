"""Search: `metadata["order_id"]:"6735" AND status:"succeeded"`, over what is old enough to be indexed.

Owns Stripe's query language, and its errors for a field that cannot be searched and for AND mixed with OR.
"""

import re
from collections.abc import Callable
from itertools import islice

from core.sandbox.stripe.api import refusals
from core.sandbox.stripe.api.call import Call
from core.sandbox.stripe.objects import Json
from core.sandbox.stripe.store import at

ACCEPTS = ("expand", "limit", "page", "query")
_OF_A_CARD = ("brand", "exp_month", "exp_year", "fingerprint", "last4")
_SHORTEST = 3  # characters that `~` looks for
FIELDS = {
    "payment_intent": ("amount", "created", "currency", "customer", "metadata", "status"),
    "charge": (
        "amount",
        "billing_details.address.postal_code",
        "created",
        "currency",
        "customer",
        "disputed",
        "metadata",
        *(f"payment_method_details.card.{name}" for name in _OF_A_CARD),
        "refunded",
        "status",
    ),
    "customer": ("created", "email", "metadata", "name", "phone"),
    "invoice": (
        *("created", "currency", "customer", "metadata", "number", "receipt_number", "status", "subscription"),
        "total",
    ),
}
_CLAUSE = re.compile(
    r"""\s*(?P<joint>\bAND\b|\bOR\b)?\s*
    (?P<minus>-?)(?P<field>\w+(?:\.\w+)*)(?:\[\s*["'](?P<key>(?:[^"'\\]|\\.)*)["']\s*\])?\s*
    (?P<operator>>=|<=|[:~<>])\s*
    (?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'|(?P<bare>[\w.-]+))\s*""",
    re.VERBOSE,
)
Test = Callable[[Json], bool]


def search(call: Call, kind: str, url: str) -> Json:
    """The objects of a kind that the query finds, newest first, a page at a time."""
    query = call.form.required("query")
    tests, either = _tests(query, kind)
    indexed_until = call.now - call.switches.search_lag
    found = (
        thing
        for thing in call.store.newest_first(kind, livemode=call.livemode)
        if thing["created"] <= indexed_until and (any if either else all)(test(thing) for test in tests)
    )
    limit, start = call.form.integer("limit", 1, 100) or 10, _start(call)
    taken = list(islice(found, start, start + limit + 1))
    answer: Json = {"object": "search_result", "data": taken[:limit], "has_more": len(taken) > limit, "url": url}
    return answer | ({"next_page": f"page_{start + limit}"} if answer["has_more"] else {})


def _start(call: Call) -> int:
    given = call.form.text("page")
    if given is None:
        return 0
    if not re.fullmatch(r"page_\d{1,9}", given):
        raise refusals.invalid(f"Invalid page: {given}", "page")
    return int(given.removeprefix("page_"))


def _tests(query: str, kind: str) -> tuple[list[Test], bool]:
    tests: list[Test] = []
    joints: set[str] = set()
    position = 0
    while position < len(query):
        clause = _CLAUSE.match(query, position)
        if clause is None or (clause["joint"] and not tests):
            raise refusals.invalid("We were unable to parse your search query.", "query")
        if clause["joint"]:
            joints.add(clause["joint"])
        tests.append(_test(clause, kind))
        position = clause.end()
    if len(joints) > 1:
        raise refusals.invalid("Search queries cannot mix AND and OR.", "query")
    return tests, joints == {"OR"}


def _test(clause: re.Match[str], kind: str) -> Test:
    name, operator = clause["field"], clause["operator"]
    if name not in FIELDS[kind] or (clause["key"] is not None) != (name == "metadata"):
        raise refusals.invalid(f"Field `{name}` is an unsupported search field for resource `{kind}s`.", "query")
    wanted = next(text for text in (clause["double"], clause["single"], clause["bare"]) if text is not None)
    wanted = re.sub(r"\\(.)", r"\1", wanted)
    key = None if clause["key"] is None else re.sub(r"\\(.)", r"\1", clause["key"])
    if operator in ("<", ">", "<=", ">=") and not re.fullmatch(r"-?\d+", wanted):
        raise refusals.invalid(f"`{wanted}` is not a number.", "query")
    if operator == "~" and len(wanted) < _SHORTEST:
        raise refusals.invalid("Substring match requires a minimum of 3 characters.", "query")

    def test(thing: Json) -> bool:
        value = at(thing, name) if key is None else (thing["metadata"] or {}).get(key)
        return _holds(value, operator, wanted) != (clause["minus"] == "-")

    return test


def _holds(value: object, operator: str, wanted: str) -> bool:
    if wanted == "null":
        return value is None
    if value is None:
        return False
    if isinstance(value, int) and not isinstance(value, bool) and operator in ("<", ">", "<=", ">="):
        bound = int(wanted)
        return {"<": value < bound, ">": value > bound, "<=": value <= bound, ">=": value >= bound}[operator]
    text = str(value).lower()
    return wanted.lower() in text if operator == "~" else wanted.lower() == text
