"""`[stripe.rest]`: Stripe's data where they already lie, from which a scan takes what is over and done.

An address holds a password, so it stands in the environment; the file names the variable. Nothing is looked at here:
which kind of copy it is, and of which generation, is seen by its columns (`core.rest`).
"""

from dataclasses import dataclass
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
Kind = Literal["sync-engine", "dj-stripe", "parquet"]
Accepted = Literal["gaps"]
"""What a copy cannot prove, and the shop takes all the same: that nothing is missing in it."""


class RestTable(Strict):
    """[stripe.rest]. `kind`: seen by the columns where it is not said; `account`, `mode`: whose rows are read of
    several, those of the key where they are not said; `path`: a folder of Parquet files; `accept`: see `Accepted`."""

    kind: Kind | None = None
    url: Annotated[str, BeforeValidator(env_named)] | None = None
    url_env: Annotated[str, AfterValidator(variable_name)] | None = None
    schema_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_$-]+$")] | None = Field(default=None, alias="schema")
    account: Annotated[str, Field(pattern=r"^acct_\w+$")] | None = None
    mode: Literal["live", "test"] | None = None
    path: Annotated[str, Field(min_length=1)] | None = None
    accept: Annotated[tuple[Accepted, ...], BeforeValidator(each)] = ()

    @property
    def variable(self) -> str | None:
        """The environment variable that holds the address, where the file names one."""
        return self.url_env or (self.url.removeprefix("env:") if self.url else None)


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
    accept: tuple[Accepted, ...] = ()


def rest_of(
    table: RestTable | None, own: Variables, *, orders: tuple[str, SecretStr | None], problems: list[str]
) -> Rest | None:
    """What [stripe.rest] says, None where there is none; a line in `problems` for each thing that is wrong. `own`: the
    shop's variables; `orders`: the variable and the address of the orders' database, where the copy lies unless another
    is named."""
    if table is None:
        return None
    before = len(problems)
    if table.kind is not None and (table.kind == "parquet") != (table.path is not None):
        problems.append('stripe.rest: `path` goes with kind = "parquet". Example: [stripe.rest] path = "/data/stripe"')
    if table.path is not None and table.variable:
        problems.append("stripe.rest: it says both a `path` and a `url`. A copy lies in one of them.")
    if table.path is not None and "://" in table.path:
        problems.append("stripe.rest.path is an address, not a folder. Copy the files, or mount them, and name that.")
    name, url = _address(table, own, orders)
    if table.path is None and url is None and table.variable:
        problems.append(f"{name} is not set. Example: export {name}=postgresql://reader@host/stripe")
    if len(problems) > before:
        return None
    return Rest(
        kind="parquet" if table.path else table.kind,
        url=None if table.path else url,
        variable=name,
        schema=table.schema_name,
        account=table.account,
        mode=table.mode,
        path=Path(table.path) if table.path else None,
        accept=table.accept,
    )


def _address(table: RestTable, own: Variables, orders: tuple[str, SecretStr | None]) -> tuple[str, SecretStr | None]:
    """The variable and what it holds: the one that is named, the usual one where it is set, else the orders' own."""
    name = table.variable or own.name(URL)
    if value := own.read(name):
        return name, SecretStr(value)
    return (name, None) if table.variable else orders
