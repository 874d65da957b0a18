"""A real PostgreSQL that the tests start for themselves, in a folder of its own."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Literal

import psycopg

StopMode = Literal["smart", "fast", "immediate"]

_SIGNALS: dict[StopMode, signal.Signals] = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}
_USER = "dubwright"
_PREFIX = "dubwright-postgresql-"
_START_S = 60.0


def programs_folder() -> Path | None:
    """Where `initdb` and `postgres` are: beside what PATH finds, or the newest installed."""
    if found := shutil.which("initdb"):
        folder = Path(found).resolve().parent
        if (folder / "postgres").is_file():
            return folder
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda file: float(file.parts[4]), default=None)
    return newest.parent if newest else None


class PostgresqlServer:
    """One server on a free port of 127.0.0.1, which trusts local users: for tests.

    `fsync` is off, so that a test costs no disk waits: what is committed survives a crash of the
    server, not of the machine. The port stays the same over restarts.
    """

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.folder = _new_folder()
        self._port = _free_port()
        self._account = _account_to_run_as()
        self._server: subprocess.Popen[bytes] | None = None
        if self._account is not None:
            os.chown(self.folder, self._account.pw_uid, self._account.pw_gid)
        self._run("initdb", "--no-sync", "--auth=trust", f"--username={_USER}", "--encoding=UTF8")

    def url(self, database_name: str) -> str:
        """For SQLAlchemy, with psycopg 3."""
        return f"postgresql+psycopg://{_USER}@127.0.0.1:{self._port}/{database_name}"

    def start(self) -> None:
        """Run, if it does not, and take connections.

        Call it from the main thread: the server ends with the thread that started it.
        """
        if self._server is not None:
            return
        with (self.folder / "server.log").open("ab") as output:
            self._server = subprocess.Popen(
                self._command(), stdout=output, stderr=output, **self._as_account()
            )
        deadline = time.monotonic() + _START_S
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {self._log_tail()}")
            time.sleep(0.02)

    def stop(self, mode: StopMode = "fast") -> None:
        """End it by its own process id; `immediate` is a crash."""
        server, self._server = self._server, None
        if server is not None:
            server.send_signal(_SIGNALS[mode])
            server.wait(timeout=60)

    def execute(self, statement: str) -> None:
        """Run one statement outside of any transaction, such as CREATE DATABASE."""
        with psycopg.connect(self._conninfo(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def remove(self) -> None:
        """Stop, and leave nothing."""
        self.stop("immediate")
        shutil.rmtree(self.folder)

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self._port,
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": 200,
            "shared_buffers": "32MB",
            "autovacuum": "off",
            "wal_level": "minimal",
            "max_wal_senders": 0,
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        # A test run that is killed takes its server along.
        bound = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
        return [*bound, str(self._programs / "postgres"), "-D", str(self.folder / "data"), *options]

    def _as_account(self) -> dict[str, object]:
        if self._account is None:
            return {}
        return {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}

    def _run(self, program: str, *options: str) -> None:
        command = [str(self._programs / program), "-D", str(self.folder / "data"), *options]
        done = subprocess.run(
            command, capture_output=True, timeout=60, check=False, cwd="/", **self._as_account()
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stderr.decode()[-2000:]}")

    def _conninfo(self) -> str:
        return f"host=127.0.0.1 port={self._port} user={_USER} dbname=postgres connect_timeout=5"

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._conninfo()).close()
        except psycopg.OperationalError:
            return False
        return True

    def _log_tail(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")[-2000:]


def _new_folder() -> Path:
    """In memory where there is room: then CREATE DATABASE takes 20 ms, and not 300."""
    memory = Path("/dev/shm")  # noqa: S108 # mkdtemp makes a folder that only we can enter
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2**30
    parent = memory if roomy else Path(tempfile.gettempdir())
    _remove_left_over(parent)
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))


def _remove_left_over(parent: Path) -> None:
    """What test runs left behind that were killed."""
    for folder in parent.glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists() and Path("/proc").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _account_to_run_as() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then as `postgres`, which its package makes."""
    if os.getuid() != 0:
        return None
    names = {account.pw_name: account for account in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
