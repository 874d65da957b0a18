"""How long one edited line of a long video takes, and whether anything else changes with it.

    python bench/edit_line.py [MINUTES] [--service]     60 if none is named

The project is made with the stand-in engines, so what is measured is our own share. Real speech is
repeated to the length asked for, dubbed once, one line in the middle is reworded, and the dub is
made again. Every sample outside two seconds round what moved has to be the same. With `--service`
the same is done through a running service, and the time is what its user waits.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import measured
import numpy as np
import numpy.typing as npt
from run import looped
from served_edit import edit_one_line

from dubwright import bootstrap
from dubwright.domain.fit import Placement
from dubwright.domain.language import parse_language
from dubwright.jobs.dub_video import DubOutcome, DubRequest, Running, dub_video
from dubwright.pipeline.tools import Tools
from dubwright.testing.stand_ins import STAND_INS

_TALK = "en_panel_5speakers.mp4"
_RATE = 48_000
_AROUND_MS = 2_000
_PIECE_BYTES = 1 << 22
_NEW_TEXT = "A wholly new line to say."
_PORTS = (
    "voice_activity", "speech_to_text", "translator", "text_to_speech", "diarizer", "separator",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """One dub: its outcome, seconds on the clock and of CPU, and those spent in engines."""

    outcome: DubOutcome
    wall_s: float
    own_cpu_s: float
    children_cpu_s: float
    engines_cpu_s: float

    def told(self, name: str) -> str:
        """One line for people."""
        return (
            f"{name}: {self.wall_s:.1f} s on the clock; CPU: {self.own_cpu_s:.1f} s of our own, "
            f"{self.children_cpu_s:.1f} s of ffmpeg; {self.engines_cpu_s:.1f} s of it in engines"
        )


class Timed:
    """An engine whose calls are timed."""

    def __init__(self, engine: object, spent_s: list[float]) -> None:
        self._engine, self._spent_s = engine, spent_s

    def __getattr__(self, name: str) -> object:
        found = getattr(self._engine, name)
        if not callable(found):
            return found

        def timed(*args: object, **named: object) -> object:
            began = time.thread_time()
            try:
                return found(*args, **named)
            finally:
                with _COUNTING:
                    self._spent_s.append(time.thread_time() - began)

        return timed


_COUNTING = threading.Lock()


def main(minutes: float) -> int:
    """Dub, edit, dub again, compare and report."""
    with tempfile.TemporaryDirectory(prefix="dubwright-edit-") as place:
        work = Path(place)
        video = looped(measured.evaluation_folder() / "video" / _TALK, minutes, work)
        first = run(video, work / "dub")
        print(first.told(f"first dub of {minutes:g} min"), flush=True)
        before = work / f"before{first.outcome.video.suffix}"
        before.hardlink_to(first.outcome.video)
        edited = edit(first.outcome)
        second = run(video, work / "dub")
        print(second.told("one line edited"), flush=True)
        apart = differing_ms(before, second.outcome.video)
        allowed = moved_ms(first.outcome, second.outcome, edited)
    return report(apart, allowed)


def main_served(minutes: float) -> int:
    """Edit a line through the service, and say how long it took."""
    with tempfile.TemporaryDirectory(prefix="dubwright-edit-") as place:
        work = Path(place)
        video = looped(measured.evaluation_folder() / "video" / _TALK, minutes, work)
        print(edit_one_line(video, work, _NEW_TEXT).told(minutes))
    return 0


def run(video: Path, output: Path) -> Run:
    """One dub into `output`."""
    spent_s: list[float] = []
    tools = bootstrap.build_tools(bootstrap.load_settings(), chosen=STAND_INS)
    engines = {port: Timed(getattr(tools, port), spent_s) for port in _PORTS}
    request = DubRequest(
        video=video,
        target_language=parse_language("pt"),
        source_language=parse_language("en"),
        output=output,
    )
    running = Running(workers=2, progress=lambda _: None, is_cancelled=lambda: False)
    began, own, children = time.monotonic(), _cpu_s(), _cpu_s(resource.RUSAGE_CHILDREN)
    outcome = dub_video(request, _with(tools, engines), running)
    return Run(
        outcome,
        time.monotonic() - began,
        _cpu_s() - own,
        _cpu_s(resource.RUSAGE_CHILDREN) - children,
        sum(spent_s),
    )


def edit(outcome: DubOutcome) -> int:
    """Reword the line in the middle of the script and return its number."""
    path = outcome.folder / "script.json"
    script = json.loads(path.read_text())
    line = script["utterances"][len(script["utterances"]) // 2]
    line["target_text"] = _NEW_TEXT
    path.write_text(json.dumps(script))
    return int(line["id"])


def differing_ms(before: Path, after: Path) -> tuple[int, int] | None:
    """From where to where the dub's samples differ; None where they are all the same."""
    found: list[int] = []
    at = 0
    for one, other in zip_longest(_samples(before), _samples(after)):
        if one is None or other is None or len(one) != len(other):
            raise ValueError("the two dubs are not equally long")
        different = np.flatnonzero((one != other).any(axis=1))
        if len(different):
            found += [at + int(different[0]), at + int(different[-1])]
        at += len(one)
    return (found[0] * 1000 // _RATE, found[-1] * 1000 // _RATE) if found else None


def moved_ms(before: DubOutcome, after: DubOutcome, edited: int) -> tuple[int, int]:
    """From where to where lines were moved or reworded."""
    old, new = _placements(before), _placements(after)
    touched = {number for number in old | new if old.get(number) != new.get(number)} | {edited}
    spans = [places[number].span for places in (old, new) for number in touched & set(places)]
    print(f"lines moved or reworded: {len(touched)} of {len(new)}")
    return min(span.start_ms for span in spans), max(span.end_ms for span in spans)


def report(apart: tuple[int, int] | None, allowed: tuple[int, int]) -> int:
    """Say whether anything else changed. 0 if not."""
    if apart is None:
        print("the sound did not change at all")
        return 1
    is_local = allowed[0] - _AROUND_MS <= apart[0] and apart[1] <= allowed[1] + _AROUND_MS
    print(
        f"samples differ from {apart[0]} to {apart[1]} ms, lines from {allowed[0]} to "
        f"{allowed[1]} ms: " + ("nothing else changed" if is_local else "MORE CHANGED")
    )
    return 0 if is_local else 1


def _samples(video: Path) -> Iterator[npt.NDArray[np.float32]]:
    command = ["ffmpeg", "-v", "quiet", "-i", str(video), "-map", "0:a:0"]
    with ExitStack() as stack:
        program = stack.enter_context(
            subprocess.Popen(
                [*command, "-ac", "2", "-f", "f32le", "pipe:1"], stdout=subprocess.PIPE
            )
        )
        assert program.stdout is not None
        while piece := program.stdout.read(_PIECE_BYTES):
            yield np.frombuffer(piece, "<f4").reshape(-1, 2)


def _placements(outcome: DubOutcome) -> dict[int, Placement]:
    return {placed.utterance: placed for placed in outcome.dub.fit.placements}


def _with(tools: Tools, engines: dict[str, Timed]) -> Tools:
    return replace(tools, **engines)  # type: ignore[arg-type]  # they pass every call on


def _cpu_s(who: int = resource.RUSAGE_SELF) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("minutes", type=float, nargs="?", default=60.0)
    asked.add_argument("--service", action="store_true")
    chosen = asked.parse_args()
    sys.exit((main_served if chosen.service else main)(chosen.minutes))
