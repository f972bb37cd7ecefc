"""The command `orderlens`: its commands, their options, and how errors leave the program.

    live, offline    case; diagnose and rules
    export_command   what is wrong as CSV; a copy of Stripe's objects
    orders_command, scan_command, watch_command, forget_command, endpoints_command, setting_up, serving   the others
    replay_command, replay_report   webhooks sent again, one or a thousand
    speaking         data on stdout, narration on stderr; a case for people
    comparing        order and Stripe side by side
    scan_report, progress   what a scan answers with; how far it is
    ending           how a command ends
    options          what several commands have; `--metrics` is carried out by `monitored`
    spans            `--since`, `--until`, `--last 7d`
    outcomes         exit codes, and the JSON of a diagnosis

Data go to stdout, narration to stderr, the exit code says what was found (`core.cli.outcomes`). Each
command imports what it needs when it is called: `orderlens rules` does not wait for Stripe's SDK.
"""

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from core.addresses import hidden, known
from core.cli.ending import finish
from core.cli.endpoints_command import endpoints
from core.cli.export_command import export
from core.cli.forget_command import forget
from core.cli.options import Config, Json, Metrics, Port, Shop
from core.cli.outcomes import Exit
from core.cli.replay_command import replay
from core.cli.speaking import instant, narrate
from core.errors import redact
from core.logs import keep_secrets

app = typer.Typer(
    help="A shop's orders and Stripe side by side: what disagrees, why, and what to do.",
    epilog="Exit codes: 0 clean, 1 could not look, 2 usage, 3 undetermined or partial, "
    "10 findings, 11 critical findings, 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """The entry point: run a command; say in words what went wrong."""
    keep_secrets()
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the very edge: what nobody foresaw leaves without a secret in it
        narrate(redact(hidden("".join(traceback.format_exception(error)), known(os.environ))))
        narrate("orderlens: something broke in Orderlens itself; nothing was changed. Please report the lines above.")
        sys.exit(Exit.COULD_NOT_LOOK)


@app.command()
def demo(
    port: Port = 8501,
    orders: Annotated[int, typer.Option(min=0, help="Further made-up orders beside the scenarios.")] = 40,
    *,
    browser: Annotated[bool, typer.Option(help="Open the dashboard in a browser.")] = True,
) -> None:
    """Open the dashboard on a made-up shop and the embedded sandbox. Nothing leaves this machine."""

    def run() -> Exit:
        from core.cli import serving

        return serving.demo(port=port, orders=orders, open_browser=browser)

    finish(run)


@app.command()
def serve(
    port: Port = 8501,
    host: Annotated[str, typer.Option(help="Address; another one takes a log-in (docs/login.md).")] = "127.0.0.1",
    config: Config = None,
    *,
    socket: Annotated[Path | None, typer.Option(metavar="PATH", help="A socket instead, which a proxy opens.")] = None,
    without_login: Annotated[
        bool, typer.Option("--without-login", help="Whoever reaches the address may do everything, unasked.")
    ] = False,
    metrics: Metrics = None,
) -> None:
    """Serve the dashboard on your own shop and Stripe account (see orderlens.toml)."""

    def run() -> Exit:
        from core.cli import serving

        return serving.serve(
            host=host, port=port, path=socket, config=config, without_login=without_login, metrics=metrics
        )

    finish(run)


@app.command()
def sandbox(
    stripe_port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the stand-in for Stripe.")] = 12111,
    shop_port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the shop.")] = 12112,
    orders: Annotated[int, typer.Option(min=0, help="Further made-up orders beside the scenarios.")] = 0,
    *,
    empty: Annotated[
        bool, typer.Option("--empty", help="Stripe alone, with nothing in it: for an app of your own.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Run only the sandbox, Stripe and a shop on loopback, and print what to set to use it."""

    def run() -> Exit:
        from core.cli import serving

        return serving.sandbox(
            stripe_port=stripe_port, shop_port=shop_port, orders=orders, empty=empty, as_json=as_json
        )

    finish(run)


@app.command()
def init(
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: what is unsure stays open in the file.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the settings file that is there.")] = False,
    config: Config = None,
) -> None:
    """Look at the orders database, propose a mapping, and write it to orderlens.toml. Nothing else is changed."""

    def run() -> Exit:
        from core.cli import setting_up

        return setting_up.init(ask=not yes, force=force, config=config)

    finish(run)


@app.command()
def doctor(*, as_json: Json = False, config: Config = None, _shop: Shop = None) -> None:
    """Look at everything that is set, on both sides: what was found, and what to do. Changes nothing."""

    def run() -> Exit:
        from core.cli import setting_up

        return setting_up.doctor(as_json=as_json, config=config)

    finish(run)


@app.command()
def case(
    reference: Annotated[str, typer.Argument(metavar="REF", help="Order number, e-mail, any Stripe id or URL.")],
    *,
    as_json: Json = False,
    bundle: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the case as one JSON file.")] = None,
    unmasked: Annotated[bool, typer.Option("--unmasked", help="Keep e-mail addresses in the bundle.")] = False,
    config: Config = None,
    _shop: Shop = None,
) -> None:
    """Read one case from both sides and say what is wrong with it."""

    def run() -> Exit:
        from core.cli import live

        return live.case(reference, as_json=as_json, bundle_file=bundle, unmasked=unmasked, config=config)

    finish(run)


@app.command()
def orders(  # noqa: PLR0913 - an option each
    *,
    order_id: Annotated[str | None, typer.Option("--id", help="The order with this id.")] = None,
    number: Annotated[str | None, typer.Option(help="Orders with this number.")] = None,
    session: Annotated[str | None, typer.Option(metavar="cs_...", help="Orders with this Checkout Session.")] = None,
    intent: Annotated[str | None, typer.Option(metavar="pi_...", help="Orders with this PaymentIntent.")] = None,
    charge: Annotated[str | None, typer.Option(metavar="ch_...", help="Orders with this charge.")] = None,
    email: Annotated[str | None, typer.Option(help="Orders of this customer.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Orders made at or after (UTC).")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Orders made before (UTC).")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many orders, newest first.")] = 100,
    config: Config = None,
    _shop: Shop = None,
) -> None:
    """Print the shop's orders as the settings read them, one JSON document a line. Stripe is not asked."""

    def run() -> Exit:
        from core.cli import orders_command

        span = instant(since), instant(until)
        asked = orders_command.Asked(order_id, number, session, intent, charge, email, *span, limit)
        return orders_command.orders(asked, config=config)

    finish(run)


@app.command()
def scan(  # noqa: PLR0913 - an option each
    *,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="From when; else where the last scan ended.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Until when; else now.")] = None,
    last: Annotated[str | None, typer.Option(metavar="7d", help="The last 90m, 24h, 7d or 2w, until now.")] = None,
    fill: Annotated[
        int | None, typer.Option("--fill", "--scan", metavar="ID", help="Read only what that scan left unread.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout at the end.")] = False,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write what was found as CSV.")] = None,
    anew: Annotated[bool, typer.Option("--anew", help="Do not go on with an interrupted scan.")] = False,
    who: Annotated[str | None, typer.Option(metavar="NAME", help="Who asked for it, for the journal.")] = None,
    account: Annotated[
        str | None, typer.Option(metavar="acct_...", help="The orders of a connected account, and no others.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(metavar="A-B", hidden=True)] = None,
    config: Config = None,
    _shop: Shop = None,
) -> None:
    """Compare every order with every payment of a span, and keep what disagrees in the inbox."""

    def run() -> Exit:
        from core.cli import scan_command

        asked = scan_command.Asked(since, until, last, fill, tuple(only or ()), anew, who, as_json, csv, account)
        return scan_command.scan(asked, config=config)

    finish(run)


@app.command()
def watch(
    every: Annotated[int, typer.Option(min=1, metavar="SECONDS", help="From one round to the next.")] = 60,
    *,
    once: Annotated[bool, typer.Option("--once", help="One round, then end: for cron.")] = False,
    config: Config = None,
    _shop: Shop = None,
    metrics: Metrics = None,
) -> None:
    """Follow Stripe and the orders: look at what changes, keep the inbox current, tell people."""

    def run() -> Exit:
        from core.cli import watch_command

        return watch_command.watch(every=every, once=once, config=config, metrics=metrics)

    finish(run)


@app.command()
def diagnose(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Cases as JSON, one a line; - is stdin.")],
    *,
    as_json: Json = False,
) -> None:
    """Diagnose cases from files, without a database and without Stripe."""

    def run() -> Exit:
        from core.cli import offline

        return offline.diagnose_files(files, as_json=as_json)

    finish(run)


@app.command()
def rules(*, as_json: Json = False) -> None:
    """List what can be found, in the order in which a headline is chosen."""

    def run() -> Exit:
        from core.cli import offline

        return offline.rules(as_json=as_json)

    finish(run)


app.command()(export)
app.command()(endpoints)
app.command()(forget)
app.command()(replay)
