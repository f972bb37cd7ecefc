"""`listening`: `/metrics`, `/healthz` and `/readyz` over HTTP, beside whatever the process does.

It has no log-in: it listens on loopback, or where a network of the machines' own reaches it.
"""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest

from core.errors import Unreachable, UsageError
from core.metrics.collected import Collected

Answer = tuple[int, str, bytes]
_JSON, _TEXT = "application/json", "text/plain; charset=utf-8"
SECONDS = 10.0  # for a request to arrive


@contextmanager
def listening(collected: Collected, *, host: str, port: int) -> Iterator[int]:
    """Answer on `host` until the end of the block; gives the port, a free one for 0. UsageError where it is taken."""
    registry = CollectorRegistry()
    registry.register(collected)
    ProcessCollector(registry=registry)

    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS

        def do_GET(self) -> None:
            status, kind, body = answer(self.path, collected, registry)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """No line a scrape."""

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        daemon_threads = True

    try:
        server = Server((host, port), Handler)
    except OSError as error:
        raise UsageError(
            f"Port {port} on {host} cannot be used for metrics: {error.strerror}.",
            next_step="Stop what uses it, or choose another with --metrics-port.",
        ) from error
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


def answer(path: str, collected: Collected, registry: CollectorRegistry) -> Answer:
    """Status, kind and body of an answer."""
    try:
        match path.partition("?")[0]:
            case "/healthz":
                return 200, _JSON, b'{"ok": true}'
            case "/readyz":
                collected.ready()
                return 200, _JSON, b'{"ok": true}'
            case "/metrics":
                return 200, CONTENT_TYPE_LATEST, generate_latest(registry)
            case _:
                return 404, _TEXT, b"/metrics, /healthz, /readyz\n"
    except Unreachable as error:
        said = {"ok": False, "because": error.message, "next": error.next_step}
        return 503, _JSON, json.dumps(said).encode()
