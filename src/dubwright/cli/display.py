"""The live progress display: what stage, how many lines, how long still."""

import json
import sys
import time
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from dubwright.jobs.forecast import Forecast
from dubwright.pipeline.progress import StageEvent

_STAGE_WORDS = {
    "extract": "taking the sound out",
    "find_speech": "finding speech",
    "detect_language": "telling the language",
    "tell_speakers": "telling speakers apart",
    "submit_speakers": "sending the sound",
    "transcribe": "recognising",
    "transcribe_batch": "recognising",
    "submit_batch": "sending the sound",
    "collect_batch": "recognising",
    "hear_piece": "recognising",
    "translate": "translating",
    "read": "timing lines",
    "plan": "planning",
    "pace": "planning",
    "speak": "speaking",
    "extract_mix": "taking the sound out",
    "separate": "separating the background",
    "mix": "mixing and mastering",
    "measure_mix": "measuring the loudness",
    "mux": "joining sound and picture",
    "hear_back": "hearing the dub back",
    "plan_again": "planning",
    "measure_line": "measuring the loudness",
    "weigh": "measuring the loudness",
    "mix_whole": "mixing and mastering",
    "write_background": "writing the background",
    "take_sound": "taking out the sound",
    "listen_back": "measuring the dub",
    "find_speech_in_block": "measuring the dub",
    "probe_finished": "measuring the dub",
    "take_poster": "taking a picture",
    "draw_sound": "drawing the sound",
    "take_dub_sound": "copying the sound",
    "digest_picture": "comparing the picture",
    "digest_tracks": "comparing the picture",
    "fetch": "fetching the video",
    "upload": "sending the video",
    "download": "fetching the dub",
}


class Display(Protocol):
    """Shows progress events until it is closed."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def __call__(self, event: StageEvent) -> None: ...


class _Quiet:
    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def __call__(self, event: StageEvent) -> None:
        return None


class JsonDisplay(_Quiet):
    """One JSON object a line on standard output, for programs."""

    def __call__(self, event: StageEvent) -> None:
        line = {
            "event": "progress",
            "stage": event.stage,
            "state": event.state,
            "done": event.done,
            "total": event.total,
        }
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


class LogDisplay(_Quiet):
    """A line when a stage ends, for terminals that cannot redraw."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self._told: set[str] = set()

    def __call__(self, event: StageEvent) -> None:
        words = _STAGE_WORDS.get(event.stage, event.stage)
        if event.state in ("started", "advanced") or words in self._told:
            return
        self._told.add(words)
        self._console.print(f"{time.monotonic() - self._began:7.1f} s  {words}", highlight=False)


class LiveDisplay:
    """A bar with the stage, the lines spoken and the time left, redrawn in place."""

    def __init__(self, console: Console) -> None:
        self._forecast = Forecast()
        self._began = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.description:28}"),
            BarColumn(bar_width=30),
            TextColumn("{task.percentage:3.0f} %"),
            TextColumn("{task.fields[lines]}"),
            TextColumn("{task.fields[left]}"),
            console=console,
            transient=True,
        )
        self._task: TaskID = self._bar.add_task("starting", total=1.0, lines="", left="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def __call__(self, event: StageEvent) -> None:
        self._forecast.take(event)
        spoken, lines = self._forecast.pieces("speak")
        left_s = self._forecast.seconds_left(time.monotonic() - self._began)
        self._bar.update(
            self._task,
            description=_STAGE_WORDS.get(event.stage, event.stage),
            completed=self._forecast.share_done,
            lines=f"{spoken} of {lines} lines" if lines else "",
            left="" if left_s is None else f"about {_rounded(left_s)} left",
        )


def choose_display(*, as_json: bool, quiet: bool) -> Display:
    """The display that suits the terminal and the options. Progress goes to standard error."""
    if as_json:
        return JsonDisplay()
    if quiet:
        return _Quiet()
    console = Console(stderr=True)
    return LiveDisplay(console) if console.is_terminal else LogDisplay(console)


def _rounded(seconds: float) -> str:
    return f"{round(seconds)} s" if seconds < 90 else f"{round(seconds / 60)} min"
