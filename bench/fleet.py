"""A service to measure: its processes on this machine, and a patient client."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from dubwright.testing.stand_ins import STAND_INS

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

_PATIENCE_S = 120.0
_PIECE = 1 << 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Part:
    """One process that is started again when it ends."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    life: "subprocess.Popen[bytes] | None" = None
    starts: int = 0

    def keep(self) -> None:
        """Start it unless it runs."""
        if self.life is None or self.life.poll() is not None:
            with self.log.open("ab") as output:
                self.life = subprocess.Popen(
                    self.command, env=self.environment, stdout=output, stderr=output
                )
            self.starts += 1

    def kill(self) -> None:
        """As if the power went."""
        if self.life is not None and self.life.poll() is None:
            self.life.kill()
            self.life.wait()


@dataclass
class Fleet:
    """An API process and workers on one database."""

    folder: Path
    settings: dict[str, str]
    workers: int = 1
    port: int = field(default_factory=free_port)
    api: Part = field(init=False)
    crew: list[Part] = field(init=False)

    def __post_init__(self) -> None:
        environment = {
            **os.environ,
            "DUBWRIGHT_DATA_FOLDER": str(self.folder / "data"),
            "DUBWRIGHT_SERVER__PORT": str(self.port),
            "DUBWRIGHT_LOG_FORMAT": "json",
            **self.settings,
        }
        self.api = self._part("api", environment)
        self.crew = [self._part("worker", environment, number) for number in range(self.workers)]
        self._over = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _part(self, role: str, environment: dict[str, str], number: int = 0) -> Part:
        command = [sys.executable, "-m", f"dubwright.{role}"]
        return Part(f"{role}-{number}", command, environment, self.folder / f"{role}-{number}.log")

    def _keep(self) -> None:
        while not self._over.wait(0.2):
            for part in (self.api, *self.crew):
                part.keep()

    @contextlib.contextmanager
    def running(self) -> Iterator["Client"]:
        """Start everything, and stop it by its process ids at the end."""
        self.api.keep()
        client = Client(self.url)
        client.wait_until_alive()
        for part in self.crew:
            part.keep()
        self._keeper.start()
        if self.crew:
            client.wait_until_ready()
        try:
            yield client
        finally:
            self._over.set()
            self._keeper.join()
            for part in (*self.crew, self.api):
                if part.life is not None:
                    part.life.send_signal(signal.SIGTERM)
            for part in (*self.crew, self.api):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    if part.life is not None:
                        part.life.wait(15)
                part.kill()
            client.http.close()


class Client:
    """Calls the API, and calls again while it is away."""

    def __init__(self, url: str, key: str | None = None) -> None:
        self.url = url
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.http = httpx.Client(base_url=url, timeout=60, headers=headers)

    def wait_until_alive(self) -> None:
        """Until the API answers."""
        insist(lambda: self.http.get("/healthz").raise_for_status())

    def wait_until_ready(self) -> None:
        """Until a worker is there too."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            parts = insist(lambda: self.http.get("/readyz")).json()["parts"]
            if all(part["ok"] for part in parts):
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"not ready: {parts}")
            time.sleep(0.2)

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One call, repeated while nobody answers; a problem raises."""
        answer = insist(lambda: self.http.request(method, path, **options))
        if answer.status_code >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:400]}")
        return answer

    def upload(self, file: Path) -> str:
        """Send a file, whatever happens meanwhile; gives the upload's id."""
        size = file.stat().st_size
        tus = {"Tus-Resumable": "1.0.0"}
        made = self.call(
            "POST",
            "/v1/uploads",
            headers={**tus, "Upload-Length": str(size), "Upload-Metadata": "filename dmlkZW8ubXA0"},
        )
        place = made.headers["Location"]
        offset = 0
        with file.open("rb") as opened:
            while offset < size:
                opened.seek(offset)
                offset = self._send(place, opened.read(_PIECE), offset, tus)
        return place.rsplit("/", 1)[1]

    def _send(self, place: str, piece: bytes, offset: int, tus: dict[str, str]) -> int:
        headers = {
            **tus,
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
        }
        try:
            answer = self.http.patch(place, content=piece, headers=headers)
            if answer.status_code == 204:
                return int(answer.headers["Upload-Offset"])
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
        return int(self.call("HEAD", place, headers=tus).headers["Upload-Offset"])

    def project(self, upload: str, *, key: str, **settings: Any) -> str:
        body = {"upload": upload, "source_language": "en", "targets": ["pt"], **settings}
        answer = self.call("POST", "/v1/projects", json=body, headers={"Idempotency-Key": key})
        return str(answer.json()["id"])

    def run(self, project: str, *, key: str) -> str:
        answer = self.call("POST", f"/v1/projects/{project}:run", headers={"Idempotency-Key": key})
        return str(answer.json()["id"])

    def wait(
        self,
        operations: Sequence[str],
        *,
        within_s: float,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> dict[str, dict[str, Any]]:
        """Every operation as it ended. `meanwhile` is called again and again."""
        ended: dict[str, dict[str, Any]] = {}
        deadline = time.monotonic() + within_s
        while len(ended) < len(operations):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(operations) - len(ended)} operations have not ended")
            for operation in operations:
                meanwhile()
                if operation not in ended:
                    shown = self.call("GET", f"/v1/operations/{operation}").json()
                    if shown["done"]:
                        ended[operation] = shown
            # One is asked after often; a crowd is not to be slowed by the asking.
            time.sleep(min(0.5, 0.1 * len(operations)))
        return ended


def insist(call: Callable[[], httpx.Response]) -> httpx.Response:
    """Call until somebody answers, and not with 503."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            answer = call()
            if answer.status_code not in (502, 503):
                return answer
            problem = f"{answer.status_code} {answer.text[:200]}"
        except httpx.HTTPError as exc:
            problem = repr(exc)
        if time.monotonic() > deadline:
            raise TimeoutError(f"no answer: {problem}")
        time.sleep(0.2)


def stand_in_settings(*, delay_s: float = 0.0) -> dict[str, str]:
    """The engines that need no models, the voice as slow as one far away."""
    chosen = {
        f"DUBWRIGHT_{kind.upper()}__PROVIDER": provider for kind, provider in STAND_INS.items()
    }
    return {**chosen, "DUBWRIGHT_TEXT_TO_SPEECH__OPTIONS": f'{{"delay_s": {delay_s}}}'}


def stand_in_video(folder: Path, *, bursts: int) -> Path:
    """A video that the stand-in engines take for speech, a line every three seconds."""
    sys.path.insert(0, str(ROOT / "tests" / "e2e"))
    from making import make_video

    return make_video(folder / "talk.mp4", bursts=bursts)


def copies(video: Path, count: int, folder: Path, *, label: str = "copy") -> list[Path]:
    """The same picture and sound in files that differ, so that each is a source of its own."""
    made = []
    for number in range(count):
        to = folder / f"{video.stem}-{number}.mp4"
        subprocess.run(
            [
                *("ffmpeg", "-v", "error", "-y", "-i", str(video), "-c", "copy"),
                *("-metadata", f"comment={label} {number}", str(to)),
            ],
            check=True,
            timeout=60,
        )
        made.append(to)
    return made


def sound_digest(video: Path) -> str:
    """The decoded first sound track, as a digest."""
    command = ["ffmpeg", "-v", "error", "-i", str(video), "-map", "0:a:0", "-f", "md5", "-"]
    done = subprocess.run(command, check=True, capture_output=True, timeout=120)
    return done.stdout.decode().strip()


def temporary() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="dubwright-fleet-")


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))] if ordered else 0.0
