"""The command `endpoints`: whether Stripe tells the app what it has to hear; at a word, what the endpoint answers."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from core.cli.ending import finish
from core.cli.options import Config, Json, Shop
from core.cli.outcomes import Exit, exit_of_checks
from core.cli.speaking import emit


def endpoints(
    *,
    probe: Annotated[
        bool, typer.Option("--probe", help="Send your endpoint a harmless event, signed rightly and wrongly.")
    ] = False,
    as_json: Json = False,
    config: Config = None,
    _shop: Shop = None,
) -> None:
    """Look at webhook endpoints and event destinations at Stripe: is all heard of that this shop needs?"""
    finish(lambda: _endpoints(probe=probe, as_json=as_json, config=config))


def _endpoints(*, probe: bool, as_json: bool, config: Path | None) -> Exit:
    from core.checks import worst_of
    from core.cli.setting_up import counted, printed
    from core.endpoints.probing import meaning
    from core.people import Person
    from core.settings import load
    from core.wiring import desk
    from core.wiring.doctors import doctor

    settings = load(config=config)
    lines = list(doctor(settings, config=config).endpoints())
    if probe:
        with desk(settings) as sending:
            lines += meaning(sending.probe(who=Person.at_terminal(settings.operator)))
    for one in lines:
        if as_json:
            emit(asdict(one))
        else:
            printed(one)
    if not as_json:
        counted(lines)
    return exit_of_checks(worst_of(lines))
