"""The door behind nginx and Caddy, with TLS, as docs/login.md has them: what is forwarded, which cookies are set."""

import os
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest
import stamina
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.login.conftest import Doors, Provider, Somebody, led_to, ports
from tests.waiting import LIMIT

NGINX = """
daemon off; pid {folder}/nginx.pid; error_log stderr error;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxied;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
  server {{
    listen 127.0.0.1:{tls} ssl; server_name 127.0.0.1;
    ssl_certificate {folder}/own.crt; ssl_certificate_key {folder}/own.key;
    location / {{
      proxy_pass http://127.0.0.1:{port};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
      proxy_set_header Host $http_host;
      proxy_read_timeout 1h; proxy_buffering off;
    }}
  }}
}}
"""
CADDY = """
{{
	admin off
	auto_https off
}}
https://127.0.0.1:{tls} {{
	bind 127.0.0.1
	tls {folder}/own.crt {folder}/own.key
	reverse_proxy 127.0.0.1:{port}
}}
"""
COMMANDS = {
    "nginx": (NGINX, ["nginx", "-p", "{folder}", "-c", "{folder}/settings"]),
    "caddy": (CADDY, ["caddy", "run", "--adapter", "caddyfile", "--config", "{folder}/settings"]),
}


@contextmanager
def proxy(name: str, folder: Path, tls: int, port: int) -> Iterator[str]:
    """A proxy of that name with TLS before `port`; skips where it is not there, and fails on CI."""
    program = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    openssl = shutil.which("openssl")
    if program is None or openssl is None:
        how = f"{name} or openssl is missing: apt-get install {name} openssl"
        if os.environ.get("CI") == "true":
            pytest.fail(how)
        pytest.skip(how)
    made = (
        f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    files = ["-keyout", str(folder / "own.key"), "-out", str(folder / "own.crt")]
    subprocess.run([*made.split(), *files], check=True, capture_output=True)
    settings, command = COMMANDS[name]
    (folder / "settings").write_text(settings.format(folder=folder, tls=tls, port=port))
    command = [program, *(one.format(folder=folder) for one in command[1:])]
    own = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with subprocess.Popen(
        command, cwd=folder, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            url = f"https://127.0.0.1:{tls}"
            for attempt in stamina.retry_context(on=httpx.HTTPError, timeout=LIMIT, attempts=None, wait_max=0.3):
                with attempt:
                    httpx.get(f"{url}/healthz", verify=trust(folder), timeout=LIMIT)
            yield url
        finally:
            process.terminate()


def trust(folder: Path) -> ssl.SSLContext:
    """Whoever believes our own certificate."""
    return ssl.create_default_context(cafile=str(folder / "own.crt"))


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    own, *tls = ports(3)
    provider = Provider(own, tuple(f"https://127.0.0.1:{port}/login/callback" for port in tls))
    with provider.running():
        yield provider


@pytest.mark.parametrize("name", list(COMMANDS))
def test_pitfall_9_through_a_proxy_that_says_nothing_of_the_scheme_people_log_in(
    provider: Provider, doors: Doors, tmp_path: Path, name: str, somebody: Callable[..., Somebody]
) -> None:
    url = provider.redirects[list(COMMANDS).index(name)].removesuffix("/login/callback")
    tls, (port,) = int(url.rpartition(":")[2]), ports(1)
    with doors.before(provider.issuer, port, url=url), proxy(name, tmp_path, tls, port):
        ann = somebody(trust(tmp_path))
        back = ann.logs_in(url, "ann", "/?case=1042")
        assert led_to(back) == "/?case=1042"
        cookie = SimpleCookie("\r\n".join(back.headers.get_list("set-cookie")))["__Host-orderlens"]
        assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
        assert ann.opens(url).status_code == 200
        kept = {"Cookie": f"__Host-orderlens={cookie.value}"}
        with connect(
            f"wss{url.removeprefix('https')}/_stcore/stream",
            origin=Origin(url),
            subprotocols=[Subprotocol("streamlit")],
            additional_headers=kept,
            ssl=trust(tmp_path),
        ) as opened:
            opened.send(b"x")
            assert opened.recv(timeout=LIMIT) == b"x"
        assert ann.opens(f"http://127.0.0.1:{port}/").status_code == 302  # the cookie is of the other address
        assert ann.opens(f"{url}/logout").headers["location"].startswith(provider.issuer)
        assert ann.opens(url).status_code == 302
