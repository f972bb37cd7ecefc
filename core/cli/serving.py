"""The commands that stay: `serve`, `demo`, `sandbox`. They own processes and ports, and end them.

The demo runs the sandbox in a process of its own, so that a click in the dashboard does not wait for the stand-in.
Where others could reach an address without a log-in, nothing is served.
"""

import importlib
import ipaddress
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import webbrowser
from contextlib import suppress
from pathlib import Path

from core.cli.monitored import monitored
from core.cli.outcomes import Exit
from core.cli.speaking import emit, narrate
from core.errors import Refused, UsageError
from core.jobs import orderlens
from core.settings import load_door, load_every

WITHOUT_LOGIN, SOCKET = "ORDERLENS_WITHOUT_LOGIN", "ORDERLENS_SOCKET"  # what tells the server's edge
OIDC = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
LOGIN = [f"ORDERLENS_{name}" for name in ("URL", *OIDC, "SESSION_SECRET", "PROXY_SECRET")]
PAGES, SERVER = "dashboard.visit", "dashboard.server.connections"


def serve(
    *,
    host: str,
    port: int,
    path: Path | None = None,
    config: Path | None = None,
    without_login: bool = False,
    metrics: str | None = None,
) -> Exit:
    """Serve the dashboard with the settings of the environment, until interrupted; on a socket where `path` names one.
    Refused where others can reach the address and nobody has to log in, unless `without_login` says that this is meant,
    and where anybody could say what a proxy says."""
    if config:
        os.environ["ORDERLENS_CONFIG"] = str(config.resolve())  # the pages load the settings themselves
    every = load_every()  # a missing setting is said here, not under the first click
    door, where = load_door(), str(path or host)
    if door.open_to_all and not without_login and (path or not _loopback(host)):
        raise Refused(
            f"{where} can be reached by others, and nobody would have to log in.",
            next_step="Set up the log-in (docs/login.md), keep 127.0.0.1, or add --without-login: then whoever reaches "
            "that address may do everything.",
        )
    if door.proxied and door.proxied.header and not door.proxied.secret and not path:
        raise Refused(
            f"Anybody who reaches {where} could send {door.proxied.header}: nothing tells the proxy from them.",
            next_step="Serve on a socket that the proxy alone can open (--socket PATH), or set ORDERLENS_PROXY_SECRET.",
        )
    os.environ.pop(SOCKET, None)
    if without_login and door.open_to_all:
        os.environ[WITHOUT_LOGIN] = "1"
        narrate(f"orderlens: whoever reaches {where} may do everything: nobody has to log in.")
    with monitored(metrics, every):
        return _dashboard(host, port) if path is None else _on_socket(path)


def demo(*, port: int, orders: int, open_browser: bool) -> Exit:
    """Start the sandbox beside a dashboard on it; both end together."""
    port = _free(port)
    for name in LOGIN:
        os.environ.pop(name, None)  # whoever tries the demo is asked for nothing
    command = orderlens("sandbox", "--json", f"--orders={orders}", "--stripe-port=0", "--shop-port=0")
    narrate("orderlens: starting the sandbox (Stripe and a shop, on this machine only)...")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own interpreter and module
        try:
            importlib.import_module(PAGES)  # what takes longest, while the sandbox starts
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise UsageError("The sandbox did not start.", next_step="See its message above.")
            os.environ.update(json.loads(line))
            url = f"http://127.0.0.1:{port}"
            narrate(f"orderlens: {url}  (Ctrl+C ends it)")
            if open_browser and sys.stdout.isatty():
                threading.Timer(2.0, webbrowser.open, [url]).start()
            return _dashboard("127.0.0.1", port)
        finally:
            if process.stdin:
                process.stdin.close()  # the sandbox ends by itself then, and takes its folder with it


def sandbox(*, stripe_port: int, shop_port: int, orders: int, empty: bool, as_json: bool) -> Exit:
    """Run the sandbox until interrupted, or until stdin closes where `as_json` says that a program started it. If
    `empty`, Stripe alone, with nothing in the account: for an app of your own."""
    from core.sandbox import World
    from core.sandbox.stripe import SECRET_KEY_TEST, StripeServer

    if empty and orders:
        raise UsageError("An empty account has no orders.", next_step="Leave out --orders, or --empty.")
    for option, port in (("--stripe-port", stripe_port), *(() if empty else (("--shop-port", shop_port),))):
        _free(port, option=option)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(Exit.CLEAN))  # so that the folder goes with the world
    if empty:
        with StripeServer(port=stripe_port) as stripe:
            settings = {"STRIPE_API_KEY": SECRET_KEY_TEST, "ORDERLENS_STRIPE_API_BASE": stripe.url}
            return _until_interrupted(settings, "an empty account runs", as_json=as_json)
    with World(stripe_port=stripe_port, shop_port=shop_port, orders=orders) as world:
        return _until_interrupted(world.settings_env(), "the sandbox runs", as_json=as_json)


def _until_interrupted(settings: dict[str, str], what: str, *, as_json: bool) -> Exit:
    """Say how to use what runs, and wait."""
    if as_json:
        emit(settings)
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            sys.stdin.read()
        return Exit.CLEAN
    narrate(f"orderlens: {what} (Ctrl+C ends it). To use it from another shell:")
    for name, value in settings.items():
        sys.stdout.write(f"export {name}='{value}'\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
    return Exit.CLEAN


def _on_socket(path: Path) -> Exit:
    os.environ[SOCKET] = "1"
    try:
        importlib.import_module(SERVER).run("127.0.0.1", 0, str(path))
    except OSError as error:
        said = f"{path} cannot be used: {error.strerror}."
        raise UsageError(said, next_step="Name another with --socket.") from error
    return Exit.CLEAN


def _dashboard(host: str, port: int) -> Exit:
    port = _free(port, host)
    importlib.import_module(SERVER).run(host, port)
    return Exit.CLEAN


def _free(port: int, host: str = "127.0.0.1", *, option: str = "--port") -> int:
    """`port`, or a free one for 0. UsageError where somebody else has it, with the `option` that chooses another."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} on {host} cannot be used: {error.strerror}.",
                next_step=f"Stop what uses it, or choose another with {option} (0 takes a free one).",
            ) from error
        return int(probe.getsockname()[1])


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
