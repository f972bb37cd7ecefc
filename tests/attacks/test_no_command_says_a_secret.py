"""Nothing leaks: a setting that is wrong is named by its variable, whatever it holds, by every command."""

import re
import subprocess
from pathlib import Path

import pytest

from core.sandbox import World
from tests.cli.conftest import Orderlens
from tests.worlds import world_of

world = world_of("paid_and_booked")
SECRET = "XQZVKJWQ"
WRONG = {
    "ORDERLENS_DATABASE_URL": (
        "postgresql://u:p@ss{}@127.0.0.1:9/x", "postgresql://u:{}@127.0.0.1:notaport/x", "mysql://127.0.0.1:9/x?never={}",
        "postgresql://u:{}", "postgresql://u:p#{}@127.0.0.1:9/x", "sqlite://u:p@ss/{}@h/x",
    ),
    "ORDERLENS_JOURNAL_URL": (
        "postgresql://127.0.0.1:9/x?user=u&password={}", "postgresql://127.0.0.1:9/x?never_heard={}",
        "postgresql://u:p@ss{}@127.0.0.1:9/x", "sqlite:///journal?never={}",
    ),
    "ORDERLENS_WEBHOOK_URL": ("ftp://u:pa/ss{}@h/x", "http://u:pa/ss{}@h/x", "https://h:9/x?token={}", "{}"),
    "ORDERLENS_WEBHOOK_SECRET": ("we_{}", "whsec_{} ", "'{}'", "{} we_1"),
    "ORDERLENS_STRIPE_API_BASE": ("https://u:{}@127.0.0.1:9", "http://u:{}", "http://[{}", "{}"),
    "ORDERLENS_STRIPE_RATE_ENDPOINT": ("{}",),
    "ORDERLENS_TELL": ("u:{}@gmail.com", "mailto:u:{}@gmail.com", "slack://{}"),
    "ORDERLENS_CONFIG": ("postgresql://u:{}@h", "/nowhere/postgresql://u:{}@h"),
    "STRIPE_API_KEY": ("{}", "sk_live_é{}"),
}  # fmt: skip
CASES = [(name, shape) for name, shapes in WRONG.items() for shape in shapes]
FURTHER = {
    "ORDERLENS_JOURNAL_URL": ("scan", "--last=1d"),
    "ORDERLENS_TELL": ("watch", "--once"),
    "ORDERLENS_WEBHOOK_URL": ("endpoints", "--probe"),
    "ORDERLENS_WEBHOOK_SECRET": ("endpoints", "--probe"),
}


@pytest.fixture
def orderlens(tmp_path: Path) -> Orderlens:
    """In an empty folder."""
    return Orderlens(tmp_path)


def leaked(text: str) -> list[str]:
    return sorted({SECRET[at : at + 4] for at in range(len(SECRET) - 3) if SECRET[at : at + 4] in text})


@pytest.mark.parametrize(("name", "shape"), CASES)
def test_doctor_orders_and_scan(orderlens: Orderlens, world: World, name: str, shape: str) -> None:
    env = {**world.settings_env(), "ORDERLENS_CACHE_DIR": str(world.directory), name: shape.format(SECRET)}
    for words in (("doctor",), FURTHER.get(name, ("orders", "--limit=1"))):
        done = orderlens(*words, env=env)
        assert leaked(done.stdout + done.stderr) == []
        assert "Traceback" not in done.stderr


def test_a_proxy_with_a_password(orderlens: Orderlens, world: World) -> None:
    env = {**world.settings_env(), "ORDERLENS_STRIPE_API_BASE": "http://stripe.invalid", "NO_PROXY": "", "no_proxy": ""}
    for proxy in (f"http://u:{SECRET}@127.0.0.1:9", f"http://u:{SECRET}@:x", f"u:{SECRET}", f"http://u:pa/{SECRET}@h"):
        for name in ("HTTP_PROXY", "http_proxy"):
            env[name] = proxy
        done = orderlens("doctor", env=env)
        assert leaked(done.stdout + done.stderr) == []
        assert "Traceback" not in done.stderr


def test_a_secret_in_the_settings_file(orderlens: Orderlens, world: World) -> None:
    good = Path(world.settings_env()["ORDERLENS_CONFIG"]).read_text("utf-8")
    address = f"postgresql://u:Hun ter/{SECRET}@h/x"
    for wrong in (
        f'[database]\nurl = "{address}"\n',
        f'[database]\nurl = "env:{address}"\n',
        f'[database]\npassword = "{SECRET}"\n',
        f'[database]\nurl_env = "{address}"\n',
        f'[database]\nprefix = "{address}"\n',
        f'[webhooks]\nurl = "http://u:pa/{SECRET}@h"\n',
    ):
        (orderlens.folder / "orderlens.toml").write_text(f"{good}\n{wrong}", "utf-8")
        done = orderlens("doctor", env={**world.settings_env(), "ORDERLENS_CONFIG": "", "ORDERLENS_WEBHOOK_URL": ""})
        assert done.returncode == 11
        assert leaked(done.stdout + done.stderr) == []


def test_no_command_line_of_a_child_holds_a_secret(
    orderlens: Orderlens, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every process that we start is told by its environment or its stdin; others can read its command line."""
    started: list[str] = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, args: list[str], **options: object) -> None:
            started.append(" ".join(map(str, args)))
            super().__init__(args, **options)  # type: ignore[call-overload]  # any of them

    monkeypatch.setattr(subprocess, "Popen", Watched)
    env = {
        **world.settings_env(),
        "ORDERLENS_CACHE_DIR": str(orderlens.folder),
        "ORDERLENS_TELL": f"json://u:{SECRET}@h",
    }
    done = orderlens("scan", "--last=1d", env=env)
    assert done.returncode in (0, 3, 10, 11), done.stderr
    assert started
    for secret in (*(value for name, value in env.items() if re.search("KEY|SECRET|URL", name)), SECRET):
        assert not any(secret in line for line in started)
