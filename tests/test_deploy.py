"""What `docs/deploy.md` hands to whoever runs Orderlens is right: options and settings that exist, units that are shut,
proxies' files that their proxies take, a backup that is whole."""

import os
import re
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from core.cli import app
from core.journal import Journal
from core.settings import load
from tests.journal.noted import NOW, found

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "docs" / "deploy"
SAID = (ROOT / "docs" / "deploy.md").read_text("utf-8")
UNITS = sorted(DEPLOY.glob("*.service"))
SETTINGS = (*(ROOT / "core").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py"))


def commands() -> Iterator[list[str]]:
    """Every command line of `orderlens` in the files."""
    for unit in UNITS:
        for line in unit.read_text("utf-8").splitlines():
            if line.startswith("ExecStart="):
                yield shlex.split(line)[1:]
    entry = re.search(r"CMD (\[\"serve.*\])", (DEPLOY / "Containerfile").read_text("utf-8"))
    assert entry
    yield yaml.safe_load(entry[1])
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    yield from (one["command"] for one in compose["services"].values() if "command" in one)


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_every_command_and_option_exists(command: list[str]) -> None:
    helped = CliRunner().invoke(app, [command[0], "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert helped.exit_code == 0
    assert [option for option in command if option.startswith("--") and option not in helped.output] == []


def test_every_setting_is_one_that_is_read() -> None:
    code = "\n".join(path.read_text("utf-8") for path in SETTINGS).lower()
    named: set[str] = set()
    for path in (*DEPLOY.iterdir(), ROOT / "docs" / "deploy.md"):
        named |= set(re.findall(r"\bORDERLENS_[A-Z_]+[A-Z]\b", path.read_text("utf-8")))
    known = {name for name in named if name.lower() in code or name.removeprefix("ORDERLENS_").lower() in code}
    assert named == known
    assert len(named) > 8


@pytest.mark.parametrize("unit", UNITS, ids=[one.name for one in UNITS])
def test_the_units_are_shut(unit: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LANG": "C.UTF-8"})
    assert done.returncode == 0, done.stdout


def test_caddy_takes_its_file() -> None:
    if shutil.which("caddy") is None:
        pytest.skip("caddy is not here")
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Valid configuration" in done.stdout + done.stderr


def test_nginx_takes_its_file(tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None or shutil.which("openssl") is None:
        pytest.skip("nginx or openssl is not here")
    made = f"openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -days 1 -keyout {tmp_path}/key -out {tmp_path}/crt"
    subprocess.run(shlex.split(made), capture_output=True, check=True)
    ours = (DEPLOY / "nginx.conf").read_text("utf-8")
    ours = ours.replace("/etc/ssl/orderlens.crt", f"{tmp_path}/crt").replace(
        "/etc/ssl/orderlens.key", f"{tmp_path}/key"
    )
    whole = f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{ours}}}\n"
    (tmp_path / "nginx.conf").write_text(whole, "utf-8")
    done = subprocess.run(
        [nginx, "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )
    assert "test is successful" in done.stderr, done.stderr


def test_the_backup_of_a_journal_in_use_is_whole(tmp_path: Path) -> None:
    command = re.search(r"^python3 -c .* journal\.sqlite3 backup\.sqlite3$", SAID, re.MULTILINE)
    assert command
    with closing(Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")) as journal:
        journal.inbox.note([found("order:1"), found("order:2")], now=NOW)
        with sqlite3.connect(tmp_path / "journal.sqlite3") as busy:
            busy.execute("SELECT count(*) FROM cases").fetchall()  # somebody reads: the WAL is not written back
            subprocess.run(shlex.split(command[0]), cwd=tmp_path, check=True)
    with closing(Journal(f"sqlite:///{tmp_path / 'backup.sqlite3'}")) as restored:
        assert sorted(restored.inbox.keys_open()) == ["order:1", "order:2"]


def test_the_example_of_the_environment_is_complete_once_it_is_filled_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = (DEPLOY / "orderlens.env.example").read_text("utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            monkeypatch.setenv(name, value.replace("...", "x" * 40))
    (tmp_path / "orderlens.toml").write_text(
        '[orders]\ntable = "orders"\nunit = "minor"\ntimezone = "UTC"\n'
        'columns = { id = "id", status = "status", amount = "total", currency = "currency", session_id = "cs" }\n'
        'status_map = { paid = "paid" }\n[login.roles]\nadmin = ["admins"]\n',
        "utf-8",
    )
    settings = load(tmp_path)
    assert settings.webhook_secret is not None
