"""What the children do in these tests: assignments that are patient, stubborn, deadly or loud."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dubwright.domain.errors import Cancelled, InputError
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.worker.conversation import Conversation

Told = dict[str, str | int | float]
Report = Callable[[str], None]
IsCancelled = Callable[[], bool]


def work(assignment: str, worker: Conversation) -> str:
    told: Told = json.loads(assignment)
    note(told, "started")
    if told["kind"] == "turns":
        _turns(told, worker)
    else:
        _KINDS[str(told["kind"])](told, worker.report, worker.is_cancelled)
    return json.dumps({"did": told["kind"], "pid": os.getpid()})


def note(told: Told, what: str) -> None:
    """One line in the test's log; appending is atomic."""
    if "log" not in told:
        return
    line = {"what": what, "operation": told["operation"], "pid": os.getpid(), "at": time.time()}
    with Path(str(told["log"])).open("a") as log:
        log.write(json.dumps(line) + "\n")


def _echo(told: Told, report: Report, is_cancelled: IsCancelled) -> None:
    for number in range(int(told.get("count", 1))):
        report(f"{number}")


def _turns(told: Told, worker: Conversation) -> None:
    """Wants many turns at once, from many threads."""
    names = [f"engine {number}" for number in range(int(told["count"]))]
    with ThreadPoolExecutor(8) as callers:
        for wait_s in callers.map(lambda name: worker.book_turn(name, 60.0), names):
            worker.report(f"{wait_s}")


def _pieces(told: Told, report: Report, is_cancelled: IsCancelled) -> None:
    """As the pipeline works: what is in the store is not made again."""
    for number in range(int(told["count"])):
        piece = Path(f"{told['store']}/{told['operation']}-{number}")
        if piece.exists():
            continue
        deadline = time.monotonic() + float(told["each_s"])
        while time.monotonic() < deadline:
            if is_cancelled():
                raise Cancelled("stopped because it was cancelled")
            time.sleep(0.01)
        note(told, f"piece {number}")
        piece.write_text("made")
        report(f"piece {number}")


def _native(told: Told, report: Report, is_cancelled: IsCancelled) -> None:
    """Deep in C, and never lets go of the interpreter's lock."""
    report("busy")
    sum(range(10**13))


def _ffmpeg(told: Told, report: Report, is_cancelled: IsCancelled) -> None:
    """An ffmpeg that takes a minute, and would go on without us."""
    report("busy")
    sound = f"{told['store']}/{told['operation']}.wav"
    Ffmpeg().run(["-re", "-f", "lavfi", "-i", "sine", "-t", "60", sound], timeout_s=90)


def _orphan(told: Told, report: Report, is_cancelled: IsCancelled) -> None:
    """Leaves a program behind in a session of its own, as a daemon does, and works on."""
    marker = f"{told['store']}/{told['operation']}.orphan"
    shell = f"(while true; do touch {marker}; sleep 0.05; done) &"
    subprocess.run(["setsid", "sh", "-c", shell], check=True, timeout=10)
    report("busy")
    time.sleep(60)


def _crash(told: Told, report: Report, is_cancelled: IsCancelled) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _crash_once(told: Told, report: Report, is_cancelled: IsCancelled) -> None:
    marker = Path(f"{told['store']}/{told['operation']}.crashed")
    if not marker.exists():
        marker.touch()
        _crash(told, report, is_cancelled)


def _poison(told: Told, report: Report, is_cancelled: IsCancelled) -> None:
    """Kills the whole worker: the keeper's parent."""
    keeper = Path(f"/proc/{os.getppid()}/stat").read_text().rpartition(")")[2].split()
    os.kill(int(keeper[1]), signal.SIGKILL)
    time.sleep(60)


def _refuse(told: Told, report: Report, is_cancelled: IsCancelled) -> None:
    raise InputError("the video is empty", hint="take another one")


def _break(told: Told, report: Report, is_cancelled: IsCancelled) -> None:
    raise ZeroDivisionError("a secret of the program")


def _grow(told: Told, report: Report, is_cancelled: IsCancelled) -> None:
    _HELD.append(bytearray(int(told["count"])))


_HELD: list[bytearray] = []
_KINDS: dict[str, Callable[[Told, Report, IsCancelled], None]] = {
    "echo": _echo,
    "pieces": _pieces,
    "native": _native,
    "ffmpeg": _ffmpeg,
    "orphan": _orphan,
    "crash": _crash,
    "crash once": _crash_once,
    "poison": _poison,
    "refuse": _refuse,
    "break": _break,
    "grow": _grow,
}
