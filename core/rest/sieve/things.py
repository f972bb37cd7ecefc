"""The first statements of the sieve: what each payment is, and whom it names. Pure.

`chosen` are the columns that are needed of each kind; `things` joins a session with its intent
and that with its charge, and says what it is: "paid", "open", "expired", "unpaid", "signed" where nothing is unusual
about it, as `scanning.scratch.ordinary` and `signed` do for what is listed live; and whether it is over, as
`assembling.finished` does.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from core.facts import NameKeys
from core.facts.naming import INSIDE
from core.linking import GROUP_KEY
from core.rest.sieve.rows import COLUMNS
from core.rest.sieve.words import ID, Words, digest_of

_METAS: Final = ("meta", "i_meta", "c_meta")
_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9_.:\- ]+")
_OVER: Final = """CASE kind
    WHEN 'session' THEN
        (status = 'expired' AND (intent IS NULL OR i_status IN ('canceled', 'requires_payment_method')))
        OR (status = 'complete' AND payment_status IN ('paid', 'no_payment_required')
            AND (intent IS NULL OR (i_status = 'succeeded' AND c_status = 'succeeded' AND captured IS TRUE)))
    WHEN 'intent' THEN
        (i_status = 'succeeded' AND c_status = 'succeeded' AND captured IS TRUE)
        OR (i_status = 'canceled' AND (latest_charge IS NULL OR c_id IS NOT NULL))
    ELSE intent IS NULL AND c_status = 'succeeded' AND captured IS TRUE END"""
_PRINTABLE: Final = "[ -~]*"


def chosen(kind: str, select: str, since: int, until: int | None) -> str:
    """The columns of a kind that are needed, of what was made in `[since, until)`."""
    columns = ", ".join(("id", "created", *COLUMNS[kind]))
    before = f" AND created < {until}" if until is not None else ""
    return f"SELECT {columns} FROM ({select}) t WHERE created >= {since}{before}"


def things(words: Words, keys: NameKeys, *, since: int, until: int) -> Iterator[str]:
    """Make `things`: a row for each session, intent without a session and charge without an intent."""
    yield f"CREATE TEMP TABLE joined AS {_joined(words, since, until)}"
    yield f"CREATE TEMP TABLE named AS {_named(words, keys)}"
    yield "DROP TABLE joined"
    intent_key = f"CASE WHEN kind IN ('session', 'intent') THEN {digest_of(words, ID, 'intent')} END"
    yield f"""
CREATE TEMP TABLE things AS
SELECT {digest_of(words, ID, "id")} AS key, id, kind, created, intent, charge, recovered_from, subscription, invoice,
       {_state(words, keys)} AS state, amount, lower(currency) AS currency, lower(nullif(cl, '')) AS cl,
       CASE WHEN n > 0 THEN lower(name) END AS name, names, n, livemode, expires_at, odd, client, meta, i_meta, c_meta,
       c_intent,
       CASE WHEN intent IS NOT NULL THEN {intent_key} END AS intent_key,
       coalesce(CASE kind WHEN 'session' THEN payment_status = 'paid' OR (status = 'complete' AND amount <> 0)
                ELSE status_of IN ('succeeded', 'processing', 'requires_capture') END, FALSE) AS money,
       email, coalesce({_OVER}, FALSE) AS over
FROM named
"""
    yield "DROP TABLE named"


def _named(words: Words, keys: NameKeys) -> str:
    """Whom each names. `odd`: what SQL cannot be trusted to read as the rules do, so that it is nobody's half."""
    client = "nullif(client_reference_id, '')" if keys.client else "CAST(NULL AS text)"
    odd = [
        *oddities(words, keys, _METAS, "concat(client, array_to_string(names, ' '), email)"),
        "coalesce(trim(ltrim(trim(client), '#')) = '', FALSE)",
    ]
    return f"""
SELECT j.*, trim(ltrim(trim(client), '#')) AS cl, {words.count}(names) AS n, names[1] AS name, {" OR ".join(odd)} AS odd
FROM (SELECT joined.*, {client} AS client, {words.names(_METAS, written(keys))} AS names FROM joined) j
"""


def oddities(words: Words, keys: NameKeys, metas: Sequence[str], told: str) -> list[str]:
    """By what it is seen that SQL cannot be trusted to read the `names` in `metas`: more than plain characters in what
    is `told`, JSON within, keys that SQL cannot be asked for."""
    inside = [
        f"({words.has(meta, key)})" for key in _outside_of_json(keys) if _PLAIN_KEY.fullmatch(key) for meta in metas
    ]
    return [
        f"NOT coalesce({words.matches.format(told, _PRINTABLE)}, FALSE)",
        "coalesce('' = ANY(names), FALSE)",
        *(f"coalesce({one}, FALSE)" for one in inside),
        *["TRUE"] * (not all(map(_PLAIN_KEY.fullmatch, [*keys.plain, *_outside_of_json(keys)]))),
    ]


def _joined(words: Words, since: int, until: int) -> str:
    """What stands together: the same columns for each of the three kinds of things."""
    details = words.inside("{0}", "email")
    email = {part: f"nullif({details.format(part)}, '')" for part in ("s.customer_details", "c.billing_details")}
    payment = f"""
       i.id AS i_id, i.status AS i_status, i.currency AS i_currency, i.amount AS i_amount, i.amount_received,
       i.livemode AS i_livemode, coalesce(i.metadata, {words.empty}) AS i_meta, i.latest_charge, i.capture_method,
       i.last_payment_error, c.id AS c_id, c.status AS c_status, c.currency AS c_currency, c.amount AS c_amount,
       c.amount_captured, c.amount_refunded, c.captured, c.refunded, c.disputed, c.payment_intent AS c_intent,
       c.livemode AS c_livemode, coalesce(c.metadata, {words.empty}) AS c_meta,
       i.review IS NOT NULL OR c.review IS NOT NULL
           OR coalesce({words.inside("c.outcome", "type")}, '') = 'manual_review' AS doubted"""
    within = f"created >= {since} AND {{0}}.created < {until}"
    return f"""
SELECT 'session' AS kind, s.id, s.created, s.payment_intent AS intent, c.id AS charge, s.status, s.payment_status,
       s.mode, s.currency, s.client_reference_id, s.subscription, s.invoice, s.recovered_from, s.currency_conversion,
       s.amount_total AS amount, s.expires_at, s.livemode, s.metadata AS meta, CAST(NULL AS text) AS status_of,
       coalesce({email["s.customer_details"]}, s.customer_email, i.receipt_email, {email["c.billing_details"]},
                c.receipt_email) AS email, {payment}
FROM rest_sessions s LEFT JOIN rest_intents i ON i.id = s.payment_intent
     LEFT JOIN rest_charges c ON c.id = i.latest_charge
WHERE s.{within.format("s")}
UNION ALL
SELECT 'intent', i.id, i.created, i.id, c.id, 'complete', 'paid', 'payment', i.currency, NULL, NULL, NULL, NULL, NULL,
       i.amount, NULL, i.livemode, i.metadata, i.status,
       coalesce(i.receipt_email, {email["c.billing_details"]}, c.receipt_email), {payment}
FROM rest_intents i LEFT JOIN rest_charges c ON c.id = i.latest_charge
WHERE i.{within.format("i")}
  AND NOT EXISTS (SELECT 1 FROM rest_sessions s WHERE s.payment_intent = i.id)
UNION ALL
SELECT 'charge', c.id, c.created, c.payment_intent, c.id, NULL, NULL, NULL, c.currency, NULL, NULL, NULL, NULL, NULL,
       c.amount, NULL, c.livemode, c.metadata, c.status,
       coalesce({email["c.billing_details"]}, c.receipt_email), {payment}
FROM rest_charges c LEFT JOIN rest_intents i ON FALSE
WHERE c.{within.format("c")} AND coalesce(c.status, '') <> 'failed'
  AND NOT EXISTS (SELECT 1 FROM rest_intents i WHERE i.latest_charge = c.id)
"""


def _state(words: Words, keys: NameKeys) -> str:
    """ "paid", "open", "expired", "unpaid", "signed" for what nothing is unusual about; "subscription" for another
    session that began one."""
    group = " OR ".join(words.has(meta, GROUP_KEY) for meta in _METAS)
    looks = [words.replace.format(words.replace.format(one, "[0-9]+", "9"), "[A-Za-z]+", "a") for one in ("cl", "name")]
    own = f"{words.count}({words.names(_METAS[:1], written(keys))}) > 0"
    told = f"""NOT odd AND recovered_from IS NULL AND currency_conversion IS NULL AND livemode IS NOT NULL
        AND NOT ({group})
        AND CASE WHEN n = 0 THEN TRUE WHEN n > 1 THEN FALSE WHEN client IS NULL OR cl = name THEN TRUE
            ELSE {looks[0]} <> {looks[1]} AND {own} END"""
    usual = f"""{told} AND amount <> 0 AND kind <> 'charge' AND mode = 'payment'
        AND subscription IS NULL AND invoice IS NULL
        AND (i_id IS NULL OR i_livemode = livemode) AND (c_id IS NULL OR c_livemode = livemode)
        AND ({words.agree("meta", "i_meta")}) AND ({words.agree("meta", "c_meta")})"""
    signed = f"""{told} AND status = 'complete' AND intent IS NULL
        AND CASE payment_status WHEN 'paid' THEN amount <> 0 WHEN 'no_payment_required' THEN amount = 0 END"""
    refused = """i_status = 'requires_payment_method' AND coalesce(capture_method, '') <> 'manual'
        AND coalesce(amount_received, 0) = 0 AND (c_id IS NULL OR c_status = 'failed')"""
    idle = """(intent IS NULL OR (i_id IS NOT NULL AND latest_charge IS NULL AND last_payment_error IS NULL
        AND i_status IN ({0}) AND coalesce(capture_method, '') <> 'manual'))"""
    paid = """i_status = 'succeeded' AND c_status = 'succeeded' AND i_currency = currency AND c_currency = currency
        AND i_amount = amount AND amount_received = amount AND c_amount = amount AND amount_captured = amount
        AND captured IS TRUE AND c_intent = i_id AND amount_refunded = 0 AND refunded IS FALSE AND disputed IS FALSE
        AND NOT doubted"""
    return f"""CASE
        WHEN kind = 'session' AND mode = 'subscription' AND subscription IS NOT NULL THEN
            CASE WHEN coalesce({signed}, FALSE) THEN 'signed' ELSE 'subscription' END
        WHEN NOT coalesce({usual}, FALSE) THEN ''
        WHEN status = 'complete' AND payment_status = 'paid' AND {paid} THEN 'paid'
        WHEN kind = 'intent' AND {refused} THEN 'unpaid'
        WHEN status = 'expired' AND payment_status = 'unpaid'
            AND {idle.format("'canceled', 'requires_payment_method'")} THEN 'expired'
        WHEN status = 'open' AND payment_status = 'unpaid' AND {idle.format("'requires_payment_method'")} THEN 'open'
        ELSE '' END"""


def written(keys: NameKeys) -> tuple[str, ...]:
    """The keys of names that SQL can be asked for, where it is asked at all (`oddities`)."""
    return tuple(key for key in keys.plain if _PLAIN_KEY.fullmatch(key))


def _outside_of_json(keys: NameKeys) -> tuple[str, ...]:
    """The keys under which JSON stands that holds names: what has one is read in Python."""
    return tuple(key.partition(INSIDE)[0] for key in keys.inside)
