"""Dubs with a speech engine that cannot tell beforehand how long a text takes."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from dubwright import bootstrap
from dubwright.domain.errors import Cancelled
from dubwright.domain.language import parse_language
from dubwright.guard import CallRecord
from dubwright.jobs.dub_video import DubOutcome, DubRequest, Running, dub_video
from dubwright.pipeline.progress import StageEvent
from dubwright.testing.stand_ins import STAND_INS

SHORT = ("A day.", "Two days go by.", "Three of them.", "Four, then.")
LONG = (
    "This line is quite a bit too long to say.",
    "Short.",
    "Another line that wants more time than it has.",
    "The last one is as long as its slot.",
)


@dataclass
class Meter:
    """Counts finished syntheses from any thread, and the last report on each stage."""

    spoken: int = 0
    reports: dict[str, StageEvent] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def observe(self, record: CallRecord) -> None:
        with self._lock:
            self.spoken += record.call == "synthesize"

    def watch(self, event: StageEvent) -> None:
        self.reports[event.stage] = event


SlowVoice = Callable[..., None]


@pytest.fixture
def slow_voice(monkeypatch: pytest.MonkeyPatch) -> SlowVoice:
    """Sets the voice that does not know how long it will speak."""
    return partial(choose_voice, monkeypatch)


def choose_voice(
    monkeypatch: pytest.MonkeyPatch, *, ms_per_character: int, native_speed: bool
) -> None:
    options = {
        "predicts_durations": False,
        "ms_per_character": ms_per_character,
        "native_speed": native_speed,
    }
    monkeypatch.setenv("DUBWRIGHT_TEXT_TO_SPEECH__PROVIDER", "tone")
    monkeypatch.setenv("DUBWRIGHT_TEXT_TO_SPEECH__OPTIONS", json.dumps(options))


@dataclass(frozen=True)
class Whole:
    """A dub that nothing interrupted, and what was counted while it was made."""

    folder: Path
    outcome: DubOutcome
    meter: Meter


@pytest.fixture(scope="module")
def whole(talk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """Lines of which some must be spoken faster, by a voice that can."""
    with pytest.MonkeyPatch.context() as environment:
        choose_voice(environment, ms_per_character=75, native_speed=True)
        folder, meter = tmp_path_factory.mktemp("whole"), Meter()
        yield Whole(folder, dub(talk, folder, LONG, meter), meter)


def dub(
    video: Path, output: Path, lines: tuple[str, ...], meter: Meter, *, stop_after: int = 1_000
) -> DubOutcome:
    output.mkdir(parents=True, exist_ok=True)
    cues = output / "lines.srt"
    cues.write_text(
        "\n".join(
            f"{n + 1}\n00:00:{3 * n:02d},400 --> 00:00:{3 * n + 1:02d},600\n{text}\n"
            for n, text in enumerate(lines)
        )
    )
    tools = bootstrap.build_tools(
        bootstrap.load_settings(), chosen=STAND_INS, observe=meter.observe
    )
    asked = DubRequest(
        video=video,
        output=output,
        target_language=parse_language("pt"),
        source_language=parse_language("en"),
        transcript=cues,
    )
    running = Running(
        workers=2, progress=meter.watch, is_cancelled=lambda: meter.spoken >= stop_after
    )
    return dub_video(asked, tools, running)


def asked_speeds(outcome: DubOutcome) -> list[float]:
    return [pin.asked for _, pin in sorted(outcome.dub.asked.items())]


def takes(outcome: DubOutcome) -> dict[int, bytes]:
    return {line: path.read_bytes() for line, path in outcome.dub.recorded.items()}


def test_a_line_that_keeps_natural_speed_is_spoken_once(talk, tmp_path, slow_voice):
    slow_voice(ms_per_character=60, native_speed=True)
    meter = Meter()
    outcome = dub(talk, tmp_path, SHORT, meter)
    assert asked_speeds(outcome) == [1.0] * len(SHORT)
    assert meter.spoken == len(SHORT)
    assert outcome.dub.quality.completed


def test_a_line_of_another_speed_or_wording_is_spoken_twice_at_most(whole):
    outcome = whole.outcome
    placements = {placed.utterance: placed for placed in outcome.dub.fit.placements}
    changed = [
        line
        for line, pin in outcome.dub.asked.items()
        if pin.asked != 1.0 or placements[line].variant
    ]
    assert changed
    assert whole.meter.spoken == len(LONG) + len(changed)
    assert outcome.dub.quality.completed


def test_an_engine_without_speeds_speaks_each_line_in_its_own_wording_once(
    talk, tmp_path, slow_voice
):
    slow_voice(ms_per_character=70, native_speed=False)
    meter = Meter()
    outcome = dub(talk, tmp_path, LONG, meter)
    reworded = [placed for placed in outcome.dub.fit.placements if placed.variant]
    assert max(placed.speed for placed in outcome.dub.fit.placements) > 1.0
    assert meter.spoken == len(LONG) + len(reworded)
    assert outcome.dub.quality.completed


def test_progress_counts_every_take_that_is_spoken_and_ends_complete(whole):
    told = whole.meter.reports["speak"]
    assert told.done == told.total == 2 * len(LONG)


def test_a_second_run_speaks_nothing(talk, tmp_path, whole):
    meter = Meter()
    again = Path(shutil.copytree(whole.folder, tmp_path / "again"))
    second = dub(talk, again, LONG, meter)
    assert meter.spoken == 0
    assert second.dub.fit == whole.outcome.dub.fit


@pytest.mark.parametrize("stop_after", [1, 3, 5])
def test_a_resumed_dub_is_the_uninterrupted_one_and_speaks_nothing_twice(
    talk, tmp_path, whole, stop_after
):
    meter = Meter()
    with pytest.raises(Cancelled):
        dub(talk, tmp_path / "parts", LONG, meter, stop_after=stop_after)
    resumed = dub(talk, tmp_path / "parts", LONG, meter)
    assert resumed.dub.fit == whole.outcome.dub.fit
    assert takes(resumed) == takes(whole.outcome)
    assert resumed.dub.asked == whole.outcome.dub.asked
    assert meter.spoken == whole.meter.spoken
