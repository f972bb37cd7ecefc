"""A cluster of Spark's own kind on this machine: a master, and two workers that share nothing but the folders that they
are told of. Each has a folder, a Python environment and an Orderlens of its own."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.sandbox import World
from core.settings import Rest
from tests.scanning.spark import SMALL, skipped_without_spark

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 1_200  # seconds that a busy machine may take for anything
QUICK: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
WORKERS: Final = ("one", "two")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where its master answers; the folder of each worker, in which its executors run."""

    master: str
    workers: tuple[Path, ...]

    def submit(self, *words: str, env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
        """A program, by `spark-submit`, from here; `env`: all that it is told beside what Spark needs."""
        said = {
            **SMALL,
            "spark.driver.memory": "512m",
            "spark.executor.memory": "512m",
            "spark.driver.extraJavaOptions": " ".join(QUICK),
            "spark.executor.extraJavaOptions": " ".join(QUICK),
            "spark.sql.shuffle.partitions": "2",
            "spark.pyspark.driver.python": sys.executable,
            "spark.pyspark.python": "python3",  # whichever a worker finds
        }
        conf = [word for name, value in said.items() for word in ("--conf", f"{name}={value}")]
        return subprocess.run(
            [str(_home() / "bin" / "spark-submit"), "--master", self.master, *conf, *words],
            env={**bare(), **env}, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip

    def finished(self) -> list[int]:
        """How many tasks each worker has come to the end of."""
        return [
            sum(file.read_text().count("Finished task") for file in folder.glob("app-*/*/stderr"))
            for folder in self.workers
        ]


@contextmanager
def standalone(folder: Path) -> Iterator[Cluster]:
    """One that lives in `folder`."""
    skipped_without_spark()
    with ExitStack() as running:
        words = ("master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        log = running.enter_context(_started(folder / "master", *words))
        master = _said(log, r"Starting Spark master at (spark://\S+)")
        workers = tuple(folder / name for name in WORKERS)
        logs = [running.enter_context(_worker(one, master)) for one in workers]
        for one in logs:
            _said(one, r"(Successfully registered with master)")
        yield Cluster(master, workers)


def installed(folder: Path) -> Path:
    """A Python of its own with an Orderlens of its own, as an executor would have it."""
    venv.create(folder, symlinks=True, with_pip=False)
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    shutil.copytree(ROOT / "core", packages / "core", ignore=shutil.ignore_patterns("__pycache__"))
    (packages / "needed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return folder / "bin" / "python3"


@contextmanager
def _worker(folder: Path, master: str) -> Iterator[Path]:
    """A worker of one core, which finds its own Python first."""
    python = installed(folder / "python")
    words = ("worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0")
    with _started(folder, *words, "--work-dir", str(folder), master, path=python.parent) as log:
        yield log


@contextmanager
def _started(folder: Path, name: str, *words: str, path: Path | None = None) -> Iterator[Path]:
    """One of Spark's own servers; its log."""
    folder.mkdir(exist_ok=True)
    log, env = folder / "log", bare()
    if path is not None:
        env["PATH"] = f"{path}:{env['PATH']}"
    env |= {"SPARK_LOCAL_DIRS": str(folder), "SPARK_DAEMON_MEMORY": "256m"}
    env["SPARK_DAEMON_JAVA_OPTS"] = " ".join((*QUICK, "-Dspark.master.rest.enabled=false"))
    with log.open("w") as out:
        process = subprocess.Popen(
            [str(_home() / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *words],
            cwd=folder, env=env, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield log
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _said(log: Path, what: str) -> str:
    """What stands in a log, once it does."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := re.search(what, log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise TimeoutError(log.read_text()[-2000:])


def _home() -> Path:
    import pyspark  # noqa: PLC0415 - an extra

    return Path(pyspark.__file__).parent


def settings_of(world: World, export: Rest, folder: Path, cluster: str = "") -> dict[str, str]:
    """The environment of whoever scans this world with Spark; `cluster`: what the settings say of it. File and
    journal lie in `folder`."""
    file = folder / "orderlens.toml"
    lies = f'[stripe.rest]\npath = "{export.path}"\n[stripe.rest.spark]\nfrom_payments = 0\n{cluster}\n'
    file.write_text(f"{(world.directory / 'orderlens.toml').read_text()}\n{lies}")
    url = f"sqlite:///{folder / 'journal.sqlite3'}"
    return {**world.settings_env(), "ORDERLENS_CONFIG": str(file), "ORDERLENS_JOURNAL_URL": url}


def bare() -> dict[str, str]:
    """The environment of a machine that knows Spark, and nothing of this run."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "JAVA_HOME") if name in os.environ}
    return {**kept, "SPARK_HOME": str(_home()), "SPARK_LOCAL_IP": "127.0.0.1"}
