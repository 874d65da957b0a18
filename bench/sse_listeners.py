"""How live progress holds up: many listeners on one real server, and how late each event is.

    python bench/sse_listeners.py --listeners 1000 --rate 20 --seconds 20

All listen to the same account, which is the hardest case: every event goes to every one of them.
Latency is from before an event is written to its arrival at a listener, on this machine.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import re
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

_START_S = 60.0
_WRITTEN_AT = re.compile(rb'"message":"(\d+\.\d{6})"')


def main() -> None:
    """Serve, listen, write events, and print what came when."""
    asked = _arguments()
    resource.setrlimit(resource.RLIMIT_NOFILE, (asked.listeners * 2 + 1_000,) * 2)
    with tempfile.TemporaryDirectory(prefix="dubwright-bench-") as folder:
        port = multiprocessing.Value("i", 0)
        url = asked.database or f"sqlite:///{Path(folder) / 'dubwright.sqlite'}"
        server = multiprocessing.Process(target=_serve, args=(folder, url, port), daemon=True)
        server.start()
        try:
            _wait_for(port)
            asyncio.run(_measure(asked, url, port.value, server.pid or 0))
        finally:
            server.terminate()
            server.join(10)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, default=1_000)
    parser.add_argument("--rate", type=float, default=20.0, help="events per second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--database", help="a migrated database's URL; usually a SQLite file")
    return parser.parse_args()


def _wait_for(port: "multiprocessing.sharedctypes.Synchronized[int]") -> None:
    deadline = time.monotonic() + _START_S
    while not port.value:
        if time.monotonic() > deadline:
            raise SystemExit("the server did not start")
        time.sleep(0.05)


def _serve(folder: str, url: str, port: "multiprocessing.sharedctypes.Synchronized[int]") -> None:
    import socket

    import uvicorn

    from dubwright.api.app import create_app
    from dubwright.api.options import ApiOptions
    from dubwright.api.serving import server_config
    from dubwright.db.engine import Database
    from dubwright.db.migrate import upgrade
    from dubwright.jobs.service import Service, ServiceOptions
    from dubwright.observability.logs import configure_logs
    from dubwright.storage.local import LocalObjectStore
    from dubwright.storage.signing import UrlSigner

    configure_logs(level="warning", log_format="json")
    database = Database(url)
    upgrade(database)
    store = LocalObjectStore(Path(folder) / "objects", UrlSigner(os.urandom(32)))
    service = Service(database, store, _NoEngine(), ServiceOptions(data_folder=Path(folder)))
    options = ApiOptions(max_streams_per_account=100_000)
    config = server_config(create_app(service, options), options)
    with socket.create_server(("127.0.0.1", 0), backlog=2_048) as listening:
        port.value = listening.getsockname()[1]
        uvicorn.Server(config).run(sockets=[listening])


class _NoEngine:
    """Nothing is run here."""

    def submit(self, submission: object) -> None:
        """Forget it."""

    def cancel(self, workflow: str) -> None:
        """Forget it."""


async def _measure(asked: argparse.Namespace, url: str, port: int, pid: int) -> None:
    idle_mb = _memory_mb(pid)
    latencies: list[float] = []
    connected = asyncio.Semaphore(0)
    listeners = []
    for _ in range(asked.listeners):
        listeners.append(asyncio.create_task(_listen(port, connected, latencies)))
        await asyncio.sleep(0.002)
    for _ in range(asked.listeners):
        await asyncio.wait_for(connected.acquire(), _START_S)
    waiting_mb = _memory_mb(pid)
    began_cpu_s, began_s = _cpu_s(pid), time.monotonic()
    written = await asyncio.to_thread(_write_events, url, asked.rate, asked.seconds)
    await asyncio.sleep(3)
    cpu_share = (_cpu_s(pid) - began_cpu_s) / (time.monotonic() - began_s)
    told_mb = _memory_mb(pid)
    for listener in listeners:
        listener.cancel()
    await asyncio.gather(*listeners, return_exceptions=True)
    _print(asked, latencies, written)
    print(f"server: {cpu_share:.0%} of a core, memory {idle_mb} MB idle, "
          f"{waiting_mb} MB with listeners, {told_mb} MB after the events")  # fmt: skip


async def _listen(port: int, connected: asyncio.Semaphore, latencies: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    host = f"127.0.0.1:{port}"
    writer.write(f"GET /v1/events HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    try:
        await reader.readuntil(b"retry: 2000")
        connected.release()
        # Read like this the listeners cost so little that the server is what is measured.
        while text := await reader.read(2**16):
            now = time.time()
            latencies.extend(now - float(at) for at in _WRITTEN_AT.findall(text))
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _write_events(url: str, rate: float, seconds: float) -> int:
    """Write log events that say when they were written; how many."""
    from dubwright.db.engine import Database
    from dubwright.db.events import record_event
    from dubwright.db.ids import new_id
    from dubwright.db.tables import Operation
    from dubwright.jobs.accounts import LOCAL_ACCOUNT

    database, now = Database(url), datetime.now(UTC)
    operation = Operation(
        id=new_id("op"), account_id=LOCAL_ACCOUNT, kind="run", queue="long", arguments={},
        state="running", created_at=now, last_news_at=now,
    )  # fmt: skip
    with database.writing() as session:
        session.add(operation)
    began, written = time.monotonic(), 0
    while (elapsed := time.monotonic() - began) < seconds:
        if written > elapsed * rate:
            time.sleep(0.005)
            continue
        with database.writing() as session:
            kept = session.get_one(Operation, operation.id)
            record_event(session, kept, "log", f"{time.time():.6f}")
        written += 1
    database.close()
    return written


def _print(asked: argparse.Namespace, latencies: list[float], written: int) -> None:
    expected = written * asked.listeners
    print(f"{asked.listeners} listeners, {written} events: {len(latencies)} of {expected} arrived")
    if len(latencies) < 2:
        raise SystemExit("too few events arrived to tell")
    percentiles = statistics.quantiles(latencies, n=100)
    print(f"latency: p50 {percentiles[49]:.3f} s, p95 {percentiles[94]:.3f} s, "
          f"max {max(latencies):.3f} s")  # fmt: skip


def _memory_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) // 1024


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
