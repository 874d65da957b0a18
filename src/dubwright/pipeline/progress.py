"""What a dub tells about itself while it works."""

import threading
from dataclasses import dataclass
from typing import Literal, Protocol

StageState = Literal["started", "advanced", "finished", "reused"]


@dataclass(frozen=True, slots=True)
class StageEvent:
    """One step of one stage. `done` of `total` pieces (lines, chunks, files) are ready."""

    stage: str
    state: StageState
    done: int = 0
    total: int = 1


class Progress(Protocol):
    """Takes events, one at a time, from whatever thread they happen on. Must not block."""

    def __call__(self, event: StageEvent) -> None: ...


class Tally:
    """Counts the pieces of each stage and reports every one; safe to call from many threads."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._lock = threading.Lock()
        self._done: dict[str, int] = {}
        self._total: dict[str, int] = {}

    def expect(self, stage: str, pieces: int) -> None:
        """Announce `pieces` more of a stage."""
        with self._lock:
            state: StageState = "advanced" if stage in self._total else "started"
            self._total[stage] = self._total.get(stage, 0) + pieces
            self._report(stage, state)

    def advance(self, stage: str, *, reused: bool = False) -> None:
        """One piece of a stage is ready."""
        with self._lock:
            self._done[stage] = self._done.get(stage, 0) + 1
            self._total[stage] = max(self._total.get(stage, 0), self._done[stage])
            complete = self._done[stage] == self._total[stage]
            settled: StageState = "reused" if reused else "finished"
            self._report(stage, settled if complete else "advanced")

    def _report(self, stage: str, state: StageState) -> None:
        self._progress(StageEvent(stage, state, self._done.get(stage, 0), self._total[stage]))
