"""`[stripe.rest]`: Stripe's data where they already lie, from which a scan takes what is over and done.

An address holds a password, so it stands in the environment; the file names the variable. Nothing is looked at here:
which kind of copy it is, and of which generation, is seen by its columns (`core.rest`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from core.settings.environment import Variables
from core.settings.mapping import Strict, each, env_named, variable_name

URL: Final = "STRIPE_REST_URL"
EXAMPLE_REST: Final = f"""\
[stripe.rest]
url = "env:ORDERLENS_{URL}"   # PostgreSQL; left out: the orders' own database
schema = "stripe\""""
Kind = Literal["sync-engine", "dj-stripe", "parquet", "data-pipeline", "fivetran", "airbyte", "json", "fdw"]
Named = Literal["checkout_session", "payment_intent", "charge", "refund", "dispute"]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_$]*$", max_length=63)]
Accepted = Annotated[str, Field(pattern=r"^(gaps|(session|intent|charge)\.[a-z_]+)$")]
"""What a copy cannot prove or show, and the shop takes all the same: "gaps", that nothing is missing in it; a field by
name ("session.metadata"), that it has none of these (`core.rest.fields.HOLES`)."""
FILES: Final = ("parquet", "data-pipeline")
_MAPPED: Final = ("fivetran", "airbyte", "json")


class SparkTable(Strict):
    """[stripe.rest.spark]: a cluster goes through the files in place of DuckDB. `connect`: a server of Spark Connect,
    "sc://host:15002", or "env:" and the variable that holds it, where it has a token; without, the session of
    `spark-submit`. `path`: how the cluster calls the folder of [stripe.rest], where it does not by the same name.
    `from_payments`: of a span that has fewer of them the files are read piece by piece."""

    connect: Annotated[str, Field(pattern=r"^(sc://[^;@\s]+|env:[A-Za-z_]\w*)$")] | None = None
    path: Annotated[str, Field(min_length=1)] | None = None
    from_payments: Annotated[int, Field(ge=0)] | None = None


class RestTable(Strict):
    """[stripe.rest]. `kind`: seen by the columns where it is not said; `account`, `mode`: whose rows are read of
    several, those of the key where they are not said; `path`: a folder of Parquet files; `accept`: see `Accepted`.
    Of a copy that others make: `table`, how each kind's table is called; `columns`, which column of it holds a field,
    where it differs; `json`: the column with the whole object; `synced`: that with when the row was written."""

    kind: Kind | None = None
    url: Annotated[str, BeforeValidator(env_named)] | None = None
    url_env: Annotated[str, AfterValidator(variable_name)] | None = None
    schema_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_$-]+$")] | None = Field(default=None, alias="schema")
    account: Annotated[str, Field(pattern=r"^acct_\w+$")] | None = None
    mode: Literal["live", "test"] | None = None
    path: Annotated[str, Field(min_length=1)] | None = None
    accept: Annotated[tuple[Accepted, ...], BeforeValidator(each)] = ()
    table: Mapping[Named, Name] = Field(default_factory=dict)
    columns: Mapping[Named, Mapping[str, Name]] = Field(default_factory=dict)
    json_column: Name | None = Field(default=None, alias="json")
    synced: Name | None = None
    spark: SparkTable | None = None

    @property
    def variable(self) -> str | None:
        """The environment variable that holds the address, where the file names one."""
        return self.url_env or (self.url.removeprefix("env:") if self.url else None)


@dataclass(frozen=True, slots=True)
class Spark:
    """A cluster: that of the server `connect`, which may hold a token; None: that of the session that runs. `path`:
    how it calls the folder with the files; `from_payments`: see `SparkTable`, None: as for any other sieve."""

    connect: SecretStr | None
    path: str
    from_payments: int | None = None

    @property
    def server(self) -> str | None:
        """The server's address, token and all."""
        return self.connect.get_secret_value() if self.connect else None


@dataclass(frozen=True, slots=True)
class Rest:
    """Where the copy lies: files in `path`, else a PostgreSQL at `url`, which stands in `variable`. The rest as
    in `RestTable`. Printing it shows no password."""

    kind: Kind | None = None
    url: SecretStr | None = None
    variable: str = f"ORDERLENS_{URL}"
    schema: str | None = None
    account: str | None = None
    mode: Literal["live", "test"] | None = None
    path: Path | None = None
    accept: tuple[str, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    json: str | None = None
    synced: str | None = None
    spark: Spark | None = None


def rest_of(
    table: RestTable | None, own: Variables, *, orders: tuple[str, SecretStr | None], problems: list[str]
) -> Rest | None:
    """What [stripe.rest] says, None where there is none; a line in `problems` for each thing that is wrong. `own`: the
    shop's variables; `orders`: the variable and the address of the orders' database, where the copy lies unless another
    is named."""
    if table is None:
        return None
    before = len(problems)
    if table.kind is not None and (table.kind in FILES) != (table.path is not None):
        problems.append(
            'stripe.rest: `path` goes with kind = "parquet" or "data-pipeline". '
            'Example: [stripe.rest] path = "/data/stripe"'
        )
    if table.kind not in _MAPPED and (table.table or table.columns or table.json_column or table.synced):
        problems.append(
            'stripe.rest: `table`, `columns`, `json` and `synced` go with kind = "fivetran", "airbyte" or "json".'
        )
    if table.path is not None and table.variable:
        problems.append("stripe.rest: it says both a `path` and a `url`. A copy lies in one of them.")
    if table.path is not None and "://" in table.path:
        problems.append("stripe.rest.path is an address, not a folder. Copy the files, or mount them, and name that.")
    spark = _spark(table, own, problems)
    name, url = _address(table, own, orders)
    if table.path is None and url is None and table.variable:
        problems.append(f"{name} is not set. Example: export {name}=postgresql://reader@host/stripe")
    if len(problems) > before:
        return None
    return Rest(
        kind=(table.kind or "parquet") if table.path else table.kind,
        url=None if table.path else url,
        variable=name,
        schema=table.schema_name,
        account=table.account,
        mode=table.mode,
        path=Path(table.path) if table.path else None,
        accept=table.accept,
        tables={str(one): name for one, name in table.table.items()},
        columns={str(one): names for one, names in table.columns.items()},
        json=table.json_column,
        synced=table.synced,
        spark=spark,
    )


def _spark(table: RestTable, own: Variables, problems: list[str]) -> Spark | None:
    """The cluster, where one is named: so far for the files of an export."""
    if table.spark is None:
        return None
    if table.path is None or table.kind not in (None, "parquet"):
        problems.append(
            "stripe.rest.spark goes with the files of an export, in a folder that the cluster can read too. Example: "
            '[stripe.rest] path = "/data/stripe"'
        )
    connect = table.spark.connect
    if connect is not None and connect.startswith("env:"):
        connect = own.read(variable := connect.removeprefix("env:"))
        if connect is None:
            problems.append(f"{variable} is not set. Example: export {variable}=sc://host:15002")
    path = table.spark.path or table.path or ""
    return Spark(SecretStr(connect) if connect else None, path, table.spark.from_payments)


def _address(table: RestTable, own: Variables, orders: tuple[str, SecretStr | None]) -> tuple[str, SecretStr | None]:
    """The variable and what it holds: the one that is named, the usual one where it is set, else the orders' own."""
    name = table.variable or own.name(URL)
    if value := own.read(name):
        return name, SecretStr(value)
    return (name, None) if table.variable else orders
