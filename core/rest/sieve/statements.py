"""The statements of the sieve after `things`: SQL by hand, the same for every engine but for its words. Pure.

`handles` says who bears which id, name or e-mail; `KNOTS` which of these bring together what is no plain pair; `well`
who is healthy beyond doubt; `left` who is not, and `grown` what hangs together with them. It is the third statement of
what the rules say, beside `scanning.sieve` and `scanning.scratch.ordinary`, and discards no more than these: a property
test holds them together.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from core.facts import CLOSED_ORDER, OPEN_ORDER, PAID_ORDER, Mode
from core.rest.sieve.words import EMAIL, ID, NAME, Words, digest_of

ORDERS: Final[Mapping[str, str]] = {
    "id": "text", "status": "text", "amount": "bigint", "currency": "text", "session": "text", "intent": "text",
    "charge": "text", "names": "text", "surnames": "text", "ids": "text", "email": "text", "make": "text",
    "plans": "text",
}  # fmt: skip
TOLD: Final[Mapping[str, str]] = {"owner": "bigint", "kind": "integer", "said": "text"}
BESIDE: Final[Mapping[str, str]] = {"id": "text", "kind": "integer", "said": "text"}
_SAME: Final = "o.amount = t.amount AND o.currency = t.currency"
_SIGNED: Final = """UNION ALL
SELECT root, thing FROM signed s WHERE NOT EXISTS (SELECT 1 FROM touched x WHERE x.root = s.root)"""
_PAID, _OPEN, _CLOSED = (
    ", ".join(f"'{one.value}'" for one in sorted(some)) for some in (PAID_ORDER, OPEN_ORDER, CLOSED_ORDER)
)


def orders(words: Words) -> str:
    """Make `orders` of the rows that were loaded, with the handles of what they keep."""
    kept = {one: f"CASE WHEN {one} IS NOT NULL THEN {digest_of(words, ID, one)} END" for one in ("session", "intent")}
    key = words.digest("'order ' || id")
    lone = f"CASE WHEN session IS NULL AND intent IS NULL THEN {key} END"
    return f"""
CREATE TEMP TABLE orders AS
SELECT {key} AS key, o.*, coalesce({kept["session"]}, {lone}) AS pair_key,
       coalesce({kept["intent"]}, {lone}) AS intent_pair_key
FROM rest_orders o
"""


def handles(words: Words) -> Iterator[str]:
    """Make `handles`: who bears what by which two records may belong together. Those of odd things come by `told`."""

    def borne(side: int, kind: int, text: str, source: str, where: str = "TRUE") -> str:
        pair = "pair_key, intent_pair_key" if side == 0 else "key AS pair_key, coalesce(intent_key, key)"
        return f"""SELECT {digest_of(words, kind, text)} AS handle, {kind} AS kind, {side} AS side, key AS owner, {pair}
FROM {source} WHERE {text} IS NOT NULL AND {text} <> '' AND {where}"""

    def each(column: str, source: str, *more: str, split: bool = True) -> str:
        listed = words.lines(column) if split else column
        return (
            f"(SELECT unnest({listed}) AS said, {', '.join(('key', *more))} FROM {source} WHERE {column} IS NOT NULL) u"
        )

    pairs = ("pair_key", "intent_pair_key")
    alone = ("CAST(NULL AS bigint) AS intent_key",)
    plain = "(SELECT key, intent_key, unnest(names) AS said FROM things WHERE NOT odd) u"
    every = [
        borne(0, ID, "said", each("ids", "orders", *pairs)),
        borne(0, NAME, "said", each("names", "orders", *pairs)),
        borne(0, NAME, "said", each("surnames", "orders", *pairs)),
        borne(0, EMAIL, "email", "orders"),
        *(borne(1, ID, one, "things") for one in ("id", "intent", "charge", "recovered_from")),
        borne(1, ID, "c_intent", "things", "c_intent <> intent"),
        *(
            borne(1, ID, one, "things", "subscription IS NOT NULL AND kind = 'session'")
            for one in ("subscription", "invoice")
        ),
        borne(1, NAME, "lower(said)", plain),
        borne(1, NAME, "cl", "things", "NOT odd"),
        borne(1, NAME, "lower(said)", f"(SELECT key, {alone[0]}, unnest(names) AS said FROM others WHERE NOT odd) u"),
        borne(1, EMAIL, "lower(trim(email))", "things", "money AND NOT odd AND n = 0 AND cl IS NULL"),
        *(
            borne(1, ID, one, f"(SELECT *, {alone[0]} FROM others) u")
            for one in ("id", "intent", "charge", "subscription")
        ),
        borne(1, ID, "said", each("more", "others", *alone)),
    ]
    yield "CREATE TEMP TABLE handles AS " + " UNION ALL ".join(every)


def told(words: Words) -> Iterator[str]:
    """Add handles whose texts were worked out in Python; and those of what was read elsewhere, which is nobody's half:
    whom it touches is looked at beside it."""
    each = " ".join(f"WHEN {kind} THEN {digest_of(words, kind, 'said')}" for kind in (ID, NAME, EMAIL))
    yield f"""
INSERT INTO handles
SELECT CASE t.kind {each} END, t.kind, 1, owner, owner, coalesce(intent_key, owner)
FROM rest_told t LEFT JOIN things ON things.key = t.owner
"""
    yield f"""
INSERT INTO handles
SELECT CASE kind {each} END, kind, 1, owner, owner, owner
FROM (SELECT {words.digest("'beside ' || id")} AS owner, kind, said FROM rest_beside) b
"""


KNOTS: Final = """
CREATE TEMP TABLE knots AS
SELECT handle, min(kind) AS kind, min(side) AS least FROM handles GROUP BY handle
HAVING (min(pair_key) <> max(pair_key) OR min(intent_pair_key) <> max(intent_pair_key)
        OR min(CASE WHEN side = 0 THEN owner END) <> max(CASE WHEN side = 0 THEN owner END)
        OR min(CASE WHEN side = 1 THEN owner END) <> max(CASE WHEN side = 1 THEN owner END))
   AND (min(kind) = 0 OR (min(side) = 0 AND max(side) = 1))
"""
TANGLED: Final = """
CREATE TEMP TABLE tangled AS SELECT DISTINCT h.owner FROM handles h JOIN knots k ON k.handle = h.handle
"""


def pair_of(mode: Mode, makes: str = "'plain'") -> str:
    """That an order `o` and what it stores `t` may be a pair: of one mode, and `t` names this order or nobody."""
    lines = "chr(10) || o.names || chr(10)"
    named = " OR ".join(f"strpos({lines}, chr(10) || t.{one} || chr(10)) > 0" for one in ("cl", "name"))
    return f"""o.make IN ({makes}) AND t.livemode = {"TRUE" if mode == "live" else "FALSE"}
  AND (t.kind <> 'session' OR left(t.id, 8) = 'cs_{mode}_')
  AND (o.session IS NULL OR (t.kind = 'session' AND o.session = t.id))
  AND ((t.cl IS NULL AND t.name IS NULL) OR coalesce({named}, FALSE))"""


def signed_pair_of(mode: Mode) -> str:
    """That they are, a paid order and a sign-up of what it costs, or for which nothing was due."""
    same = "(t.amount = 0 OR o.amount = t.amount) AND o.currency = t.currency"
    return f"""{pair_of(mode, "'plain', 'free'")} AND {same} AND o.status IN ({_PAID})"""


def well(mode: Mode, now: int | None, *, signed: bool) -> str:
    """Make `well`: the orders that are healthy beyond doubt, each with its payment; and those that never had one.
    `now`: None, where a checkout that is open there need not be so at Stripe; `signed`: whether `sign_ups.signed` has
    found any."""
    untangled = "NOT EXISTS (SELECT 1 FROM tangled x WHERE x.owner = {0}.key)".format
    still = "FALSE" if now is None else f"t.expires_at > {now}"
    healthy = f"""{pair_of(mode)}
  AND (o.intent IS NULL OR o.intent = t.intent) AND (o.charge IS NULL OR o.charge = t.charge)
  AND CASE t.state
      WHEN 'paid' THEN {_SAME} AND o.status IN ({_PAID})
      WHEN 'open' THEN {_SAME} AND o.status IN ({_OPEN}) AND {still}
      WHEN 'expired' THEN o.status IN ({_CLOSED}) ELSE FALSE END
  AND {untangled("o")} AND {untangled("t")}"""
    return f"""
CREATE TEMP TABLE well AS
SELECT o.key, t.key AS thing FROM orders o
JOIN things t ON t.key = CASE WHEN o.session IS NOT NULL THEN o.pair_key END
WHERE {healthy}
UNION ALL
SELECT o.key, t.key FROM orders o JOIN things t ON t.intent_key = o.intent_pair_key AND t.intent = o.intent
WHERE o.session IS NULL AND {healthy}
UNION ALL
SELECT key, NULL FROM orders o WHERE make = 'bare' AND session IS NULL AND intent IS NULL AND {untangled("o")}
{_SIGNED if signed else ""}
"""


def left(canary: float, *, over: bool, twins: bool) -> Iterator[str]:
    """Make `suspects` and `canaries` (of orders), `orphans` (of things), and `taken`: all of these, and the refunds and
    disputes of the span; with `over` also whatever is not over, with `twins` subscriptions that may be one, twice."""
    yield """
CREATE TEMP TABLE suspects AS
SELECT key FROM orders o WHERE NOT EXISTS (SELECT 1 FROM well w WHERE w.key = o.key)
"""
    yield f"CREATE TEMP TABLE canaries AS SELECT key FROM well WHERE random() < {canary}"
    yield """
CREATE TEMP TABLE orphans AS
WITH claimed AS (
    SELECT own.owner FROM handles own JOIN handles ours ON ours.handle = own.handle AND ours.side = 0
    WHERE own.side = 1 AND own.kind <> 3),
billed AS (
    SELECT own.owner FROM handles own JOIN handles bill ON bill.handle = own.handle AND bill.side = 1
    JOIN others b ON b.key = bill.owner WHERE own.side = 1 AND b.kind = 'invoice' AND b.subscription IS NOT NULL)
SELECT key FROM things t
WHERE money AND NOT EXISTS (SELECT 1 FROM claimed x WHERE x.owner = t.key)
  AND (kind = 'session' OR NOT EXISTS (SELECT 1 FROM billed x WHERE x.owner = t.key))
"""
    yield f"""
CREATE TEMP TABLE taken AS
SELECT key, 0 AS round FROM suspects UNION SELECT key, 0 FROM canaries UNION SELECT key, 0 FROM orphans
UNION SELECT key, 0 FROM others WHERE kind IN ('refund', 'dispute')
{"UNION SELECT key, 0 FROM things WHERE NOT over" if over else ""}
{"UNION SELECT key, 0 FROM twins" if twins else ""}
"""


def grown(round_: int) -> str:
    """Whoever shares a handle with those of the round before is taken too: all that hangs together."""
    return f"""
INSERT INTO taken
SELECT DISTINCT n.owner, {round_} FROM taken t
JOIN handles h ON h.owner = t.key JOIN handles n ON n.handle = h.handle
WHERE t.round = {round_ - 1} AND NOT EXISTS (SELECT 1 FROM taken x WHERE x.key = n.owner)
  AND (h.kind = 0 OR h.side <> n.side)
"""
