"""Options that several commands have."""

import os
from pathlib import Path
from typing import Annotated

import typer


def _chosen(shop: str | None) -> str | None:
    """For this process, and for those that it starts."""
    if shop:
        os.environ["ORDERLENS_SHOP"] = shop
    return shop


Json = Annotated[bool, typer.Option("--json", help="One JSON document a line on stdout.")]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", help="The settings file; else ORDERLENS_CONFIG, else orderlens.toml here."
    ),
]
Shop = Annotated[
    str | None,
    typer.Option(
        "--shop",
        metavar="NAME",
        callback=_chosen,
        help="Which shop, of a file with several; else ORDERLENS_SHOP.",
    ),
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port of the dashboard; 0 takes a free one.")]
Metrics = Annotated[
    str | None,
    typer.Option("--metrics", metavar="[HOST:]PORT", help="Answer /metrics and /readyz there; without HOST: loopback."),
]
