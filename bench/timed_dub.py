"""One dub from English to Portuguese that tells at the end where its time and memory went.

    python bench/timed_dub.py VIDEO OUTPUT [WORKERS]     prints one line of JSON

Videos made by repeating real speech say the same lines again and again. Here every line counts as
new, so that nothing is spoken faster than it would be in a video without repetitions. With one
worker the CPU of each engine call is exact, whatever threads the engine has of its own.
"""

import dataclasses
import itertools
import json
import resource
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

from dubwright import bootstrap
from dubwright.domain.language import parse_language
from dubwright.jobs.dub_video import DubRequest, Running, dub_video
from dubwright.pipeline.progress import StageEvent
from dubwright.pipeline.tools import Tools

_PORTS = (
    "voice_activity", "speech_to_text", "translator", "text_to_speech", "diarizer", "separator",
)  # fmt: skip


class Account:
    """Adds up engine calls and notes when stages ended and the first line was spoken."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.first_line_s: float | None = None
        self.stage_ends: dict[str, float] = {}
        self.calls: dict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
        self._lock = threading.Lock()

    def note(self, call: str, cpu_s: float, wall_s: float) -> None:
        with self._lock:
            spent = self.calls[call]
            spent[0] += 1
            spent[1] += cpu_s
            spent[2] += wall_s

    def watch(self, event: StageEvent) -> None:
        now_s = time.monotonic() - self.began
        self.stage_ends[event.stage] = now_s
        if event.stage == "speak" and event.done and self.first_line_s is None:
            self.first_line_s = now_s


class Timed:
    """An engine whose calls are timed; `unrepeated` makes each of its cached answers a new one."""

    def __init__(self, engine: object, port: str, account: Account) -> None:
        self._engine, self._port, self._account = engine, port, account
        self._count = itertools.count()

    @property
    def fingerprint(self) -> str:
        known = self._engine.fingerprint
        return f"{known}#{next(self._count)}" if self._port == "text_to_speech" else known

    def __getattr__(self, name: str) -> object:
        found = getattr(self._engine, name)
        if not callable(found) or name == "check":
            return found

        def timed(*args: object, **named: object) -> object:
            cpu, wall = time.process_time(), time.monotonic()
            try:
                return found(*args, **named)
            finally:
                self._account.note(
                    f"{self._port}.{name}", time.process_time() - cpu, time.monotonic() - wall
                )

        return timed


def main(video: Path, output: Path, workers: int | None) -> None:
    """Dub and report."""
    bootstrap.share_memory_between_threads()
    account = Account()
    settings = bootstrap.load_settings()
    request = DubRequest(
        video=video,
        target_language=parse_language("pt"),
        source_language=parse_language("en"),
        output=output,
    )
    running = Running(
        workers=workers or bootstrap.worker_count(settings),
        progress=account.watch,
        is_cancelled=lambda: False,
    )
    outcome = dub_video(request, timed(bootstrap.build_tools(settings), account), running)
    print(json.dumps(report(account, outcome.dub.source.duration_ms / 1000)))


def timed(tools: Tools, account: Account) -> Tools:
    """The same engines under a stop watch."""
    return dataclasses.replace(
        tools, **{port: Timed(getattr(tools, port), port, account) for port in _PORTS}
    )


def report(account: Account, duration_s: float) -> dict[str, object]:
    """Everything that was measured, as JSON."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    own_s, children_s = own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime
    return {
        "duration_s": duration_s,
        "wall_s": time.monotonic() - account.began,
        "first_line_s": account.first_line_s or 0.0,
        "process_cpu_s": own_s,
        "children_cpu_s": children_s,
        "engines_cpu_s": sum(cpu for _, cpu, _ in account.calls.values()),
        "peak_mb": own.ru_maxrss / 1024,
        "stage_ends_s": {name: round(end, 2) for name, end in account.stage_ends.items()},
        "stages": {
            name: {"calls": calls, "cpu_s": round(cpu, 2), "wall_s": round(wall, 2)}
            for name, (calls, cpu, wall) in account.calls.items()
        },
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None)
