"""Where Stripe's objects lie for Spark: each kind a SELECT of `id`, `created` (seconds since 1970), `holds` (the id of
what stands inside: a session's intent, an intent's charge) and `raw`, the whole object as JSON. Pure.

One row an object: of several the newest has to be chosen before (a view will do), and a scan refuses them. What has no
id or no time is an error of its own when it is read: it is not left out in silence.
"""

from collections.abc import Mapping
from typing import Final

from core.errors import SettingsError
from core.rest.parquet import NAMES

Lying = Mapping[str, str]
HOLDS: Final = {"sessions": "payment_intent", "intents": "latest_charge"}
OBJECTS: Final = {
    "checkout_session": "sessions", "payment_intent": "intents", "charge": "charges", "refund": "refunds",
    "dispute": "disputes", "subscription": "subscriptions", "invoice": "invoices",
}  # fmt: skip
NEEDED: Final = ("checkout_session", "payment_intent", "charge", "refund", "dispute")
NOTHING: Final = (
    "SELECT CAST(NULL AS string) AS id, CAST(NULL AS bigint) AS created, CAST(NULL AS string) AS holds, "
    "CAST(NULL AS string) AS raw WHERE FALSE"
)


def export_in(path: str) -> Lying:
    """The files of `orderlens export --stripe`, in a folder or under an address that the cluster can read."""
    return {
        kind: f"SELECT id, created, {HOLDS.get(kind, 'CAST(NULL AS string)')} AS holds, raw "
        f"FROM {inside(path, f'{name}.parquet')}"
        for kind, name in NAMES.items()
    }


def inside(path: str, name: str, *, of: str = "parquet") -> str:
    """A file under an address, as SQL names it; `of`: its format."""
    return f"{of}.{_quoted(path.rstrip('/') + '/' + name)}"


def tables_of(tables: Mapping[str, str], *, json: str = "raw") -> Lying:
    """Tables that the cluster knows by name (`checkout_session` -> `catalog.schema.table`), with each object whole in a
    column `json` of text. SettingsError where one is missing that nothing can be told without."""
    if lost := [one for one in NEEDED if one not in tables]:
        raise SettingsError(
            f"[stripe.rest.spark] names no table of {', '.join(lost)}.",
            next_step=f'Example: table.{lost[0]} = "catalog.schema.{lost[0]}". What was refunded or disputed is not '
            "healthy, so these are needed too.",
            setting="stripe.rest.spark",
        )
    return {OBJECTS[name]: _of_json(OBJECTS[name], table, json) for name, table in tables.items()}


def _of_json(kind: str, table: str, json: str) -> str:
    """Each object taken apart once, as far as Spark has to know it."""
    inside = HOLDS.get(kind, "payment_intent")
    held = "CASE WHEN startswith(v.inside, '{') THEN get_json_object(v.inside, '$.id') ELSE v.inside END"
    if kind == "intents":
        held = f"coalesce({held}, get_json_object(v.former, '$.data[0].id'))"  # so before November 2022
    name = ".".join(map(_quoted, table.split(".")))
    said = table.replace("'", "").replace("\\", "")
    wrong = f"raise_error('In {said} a row holds no object of Stripe: it has no id, or no time.')"
    return f"""
SELECT coalesce(v.id, {wrong}) AS id, coalesce(try_cast(v.created AS bigint), {wrong}) AS created,
       {held if kind in HOLDS else "CAST(NULL AS string)"} AS holds, t.{_quoted(json)} AS raw
FROM {name} t LATERAL VIEW OUTER json_tuple(t.{_quoted(json)}, 'id', 'created', '{inside}', 'charges') v
     AS id, created, inside, former"""


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
