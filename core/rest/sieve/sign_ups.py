"""The statements on what is no payment: what went back of one, subscriptions and their bills. Pure.

`further` makes `others` of them; whatever of these touches a pair makes it a suspect. But a subscription, its bills
and what paid these are *kin* of the session that began it, where all of it is plain and nothing else touches any of it:
then the order is healthy beyond doubt. That is what `scanning.sieve.sign_ups` says of what is listed live.
"""

from collections.abc import Iterator
from typing import Final

from core.facts import NameKeys
from core.linking import GROUP_KEY
from core.rest.sieve.things import oddities, written
from core.rest.sieve.words import ID, Words, digest_of
from core.times import DAY

PLANS: Final = ("subscriptions", "invoices")
FURTHER: Final = ("refunds", "disputes", *PLANS)
OTHERS: Final = """
CREATE TEMP TABLE others AS
SELECT key, id, kind, created, intent, charge, subscription, client AS more, meta, meta AS about, names, odd, state,
       amount, currency, livemode, client AS buyer, client AS payer
FROM things WHERE FALSE
"""
_NEAR: Final = 2 * DAY
_TEXT: Final = "CAST(NULL AS text) AS {}".format
_SUM: Final = "CAST(NULL AS bigint) AS amount"
_BACK: Final = (
    "payment_intent AS intent", *map(_TEXT, ("subscription", "more", "currency", "buyer", "payer")), _SUM,
    "CAST(NULL AS boolean) AS livemode", "{empty} AS about",
)  # fmt: skip
_COLUMNS: Final = {  # those that a kind has not of itself
    "refunds": _BACK,
    "disputes": _BACK,
    "subscriptions": (
        *map(_TEXT, ("intent", "charge", "subscription", "more", "currency", "payer")), _SUM, "customer AS buyer",
        "{empty} AS about",
    ),
    "invoices": (
        *map(_TEXT, ("intent", "charge", "buyer")), "paid_by AS more", "amount_paid AS amount", "{payer} AS payer",
    ),
}  # fmt: skip
_PAYER: Final = "CASE WHEN left(paid_by, 3) = 'pi_' AND strpos(paid_by, chr(10)) = 0 THEN paid_by END"
_ACTIVE: Final = """status IN ('active', 'trialing', 'past_due')
    AND pause_collection IS NULL AND ended_at IS NULL"""
_PLAIN_BILL: Final = """paid_out_of_band IS NULL AND amount_paid_off_stripe IS NULL
    AND post_payment_credit_notes_amount IS NULL"""
_FIRST: Final = f"""billing_reason = 'subscription_create' AND status = 'paid'
    AND amount_paid = total AND amount_paid = amount_due
    AND CASE WHEN amount_paid = 0 THEN coalesce(paid_by, '') = '' ELSE ({_PAYER}) IS NOT NULL END"""
_RENEWED: Final = """billing_reason IN ('subscription_cycle', 'subscription_update')
    AND (status = 'draft' OR (status = 'open' AND coalesce(amount_paid, 0) = 0)
         OR (status = 'paid' AND amount_paid = total))"""


def further(words: Words, keys: NameKeys, kind: str) -> str:
    """Put all of a kind into `others`: what it touches, whom it names; what it is, if it is plain."""
    metas = ("meta", "about") if kind == "invoices" else ("meta",)
    columns = ", ".join(_COLUMNS[kind]).format(empty=words.empty, payer=_PAYER)
    alone = [f"NOT ({words.has(one, GROUP_KEY)})" for one in metas]
    told = " AND ".join(("NOT odd", f"{words.count}(names) <= 1", "livemode IS NOT NULL", *alone))
    states = {
        "subscriptions": f"WHEN {told} AND {_ACTIVE} THEN 'active'",
        "invoices": f"WHEN {told} AND {_PLAIN_BILL} AND {_FIRST} THEN 'first' "
        f"WHEN {told} AND {_PLAIN_BILL} AND {_RENEWED} THEN 'renewed'",
    }
    state = f"CASE {states[kind]} ELSE '' END" if kind in states else "''"
    mute = " AND ".join(f"{one} = {words.empty}" for one in metas)
    names = f"CASE WHEN {mute} THEN {words.nobody} ELSE {words.names(metas, written(keys))} END"
    odd = " OR ".join(oddities(words, keys, metas, "array_to_string(names, ' ')"))
    return f"""
INSERT INTO others
SELECT {digest_of(words, ID, "id")} AS key, id, '{kind.removesuffix("s")}' AS kind, created, intent, charge,
       subscription, more, meta, about, names, odd, {state} AS state, amount, lower(currency), livemode, buyer, payer
FROM (SELECT b.*, CASE WHEN {mute} THEN FALSE ELSE {odd} END AS odd
      FROM (SELECT a.*, {names} AS names
            FROM (SELECT r.*, metadata AS meta, {columns} FROM rest_{kind} r) a) b) c
"""


def signed(pair: str) -> Iterator[str]:
    """Make `signed`: the orders that agree with their sign-up, the subscription and its first bill, each with these;
    `kin`: whose is what; `touched`: the orders of which anything is touched by what is not theirs. `pair`: what holds
    of an order `o` and its session `t`."""
    yield f"""
CREATE TEMP TABLE signed AS
SELECT o.key AS root, t.key AS thing, p.key AS plan, p.id AS plan_id, b.key AS bill
FROM orders o JOIN things t ON t.key = CASE WHEN o.session IS NOT NULL THEN o.pair_key END
JOIN others p ON p.kind = 'subscription' AND p.id = t.subscription
JOIN others b ON b.kind = 'invoice' AND b.id = t.invoice
LEFT JOIN things i ON i.kind = 'intent' AND i.id = b.payer
WHERE t.state = 'signed' AND p.state = 'active' AND b.state = 'first' AND b.subscription = t.subscription AND {pair}
  AND p.livemode = t.livemode AND b.livemode = t.livemode AND b.amount = t.amount AND b.currency = t.currency
  AND (i.key IS NULL OR (i.state = 'paid' AND i.n = 0 AND i.amount = t.amount AND i.currency = t.currency
                         AND i.livemode = t.livemode))
  AND (o.intent IS NULL OR o.intent = i.id) AND (o.charge IS NULL OR o.charge = i.charge)
  AND o.plans IN ('', p.id, b.id, b.id || chr(10) || p.id)
"""
    yield """
CREATE TEMP TABLE kin AS
WITH bills AS (
    SELECT s.root, b.key, b.payer FROM signed s JOIN others b ON b.kind = 'invoice' AND b.subscription = s.plan_id
    WHERE b.key = s.bill OR b.state = 'renewed')
SELECT key, min(root) AS root FROM (
    SELECT root AS key, root FROM signed UNION ALL SELECT thing, root FROM signed
    UNION ALL SELECT plan, root FROM signed UNION ALL SELECT key, root FROM bills
    UNION ALL SELECT i.key, b.root FROM bills b JOIN things i ON i.kind = 'intent' AND i.id = b.payer
    WHERE i.state IN ('paid', 'unpaid') AND i.n = 0) u
GROUP BY key
"""
    yield """
CREATE TEMP TABLE touched AS
WITH borne AS (
    SELECT h.handle, k.root FROM handles h JOIN knots n ON n.handle = h.handle LEFT JOIN kin k ON k.key = h.owner),
mixed AS (SELECT handle FROM borne GROUP BY handle HAVING count(*) <> count(root) OR min(root) <> max(root))
SELECT b.root FROM borne b JOIN mixed m ON m.handle = b.handle WHERE b.root IS NOT NULL
UNION SELECT k.root FROM kin k JOIN twins w ON w.key = k.key
"""


TWINS: Final = f"""
CREATE TEMP TABLE twins AS
SELECT DISTINCT p.key FROM others p JOIN others q ON q.buyer = p.buyer
WHERE q.id <> p.id AND abs(q.created - p.created) <= {_NEAR}
"""
"""Subscriptions of one customer that began within days of one another: they may be one, twice."""
