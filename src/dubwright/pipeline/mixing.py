"""Stages that make the finished file: takes laid over the bed, mastered, joined with the picture."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.speech import Script
from dubwright.domain.timeline import TimeSpan
from dubwright.media import mix as mixer
from dubwright.media.extract import MIX_RATE
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.levels import speech_level_db
from dubwright.media.stretch import resample, stretch
from dubwright.media.wav import RawSound
from dubwright.pipeline.listening import Listened
from dubwright.pipeline.rehearsing import Takes, recorded_take
from dubwright.pipeline.runner import Runner, stage
from dubwright.pipeline.separating import SourceSound, VocalStem, background
from dubwright.pipeline.tools import Tools

_SHRUNK_MS = 40
_KEPT_MARGIN_MS = 60
_UNSTRETCHED_MS = 3


@dataclass(slots=True)
class SeparatedBed:
    """The mix without the voices, a block at a time, wherever they were separated."""

    mix: RawSound
    stems: Sequence[VocalStem]
    _beds: dict[int, tuple[int, Samples]] = field(default_factory=dict)

    def __call__(self, block: int) -> Samples | None:
        """Block `block` of the bed; None where no voices were separated."""
        start = block * mixer.BLOCK_FRAMES
        frames = min(mixer.BLOCK_FRAMES, self.mix.frames - start)
        touching = [n for n, stem in enumerate(self.stems) if self._touches(stem, start, frames)]
        self._beds = {n: bed for n, bed in self._beds.items() if n in touching}
        if not touching:
            return None
        bed = self.mix.read(start, frames)
        for number in touching:
            at, without = self._bed(number)
            first, last = max(start, at), min(start + frames, at + len(without))
            bed[first - start : last - start] = without[first - at : last - at]
        return bed

    def _bed(self, number: int) -> tuple[int, Samples]:
        if number not in self._beds:
            stem = self.stems[number]
            voices = stem.read()
            at = _frame(stem.region.start_ms)
            self._beds[number] = (at, background(self.mix.read(at, len(voices)), voices))
        return self._beds[number]

    def _touches(self, stem: VocalStem, start: int, frames: int) -> bool:
        return (
            _frame(stem.region.start_ms) < start + frames and _frame(stem.region.end_ms) > start
        )


@stage(version=1)
def mix(
    to: Path,
    heard_key: str,
    script: Script,
    report: FitReport,
    recorded: Sequence[Path],
    stems: Sequence[Path],
    *,
    plan: Callable[[], mixer.MixPlan],
    is_cancelled: Callable[[], bool],
) -> None:
    """The raw mix at 48 kHz, in a folder of its own. `plan` follows from the other arguments."""
    to.mkdir()
    mixer.mix(plan(), to / "mix.raw", cancelled=is_cancelled)


def mix_plan(
    heard: Listened, script: Script, takes: Takes, sound: SourceSound, ffmpeg: Ffmpeg
) -> mixer.MixPlan:
    """Everything that is heard in the dub."""
    original = sound.mix
    kept = [line.span for line in script.utterances if line.keep_original]
    bed = None if sound.stems is None else SeparatedBed(original, sound.stems)
    return mixer.MixPlan(
        original=original,
        lines=_laid_lines(script, takes, original, ffmpeg),
        speech=_speech_to_replace(heard, sound),
        keep=tuple(_widened(span, heard.source.duration_ms) for span in kept),
        background=bed,
    )


def _speech_to_replace(heard: Listened, sound: SourceSound) -> tuple[TimeSpan, ...]:
    if sound.stems is None:
        return heard.speech.spans
    joined: list[tuple[int, int]] = []
    for stem in sound.stems:
        start, end = stem.region.start_ms, stem.region.end_ms
        if joined and joined[-1][1] == start:
            start = joined.pop()[0]
        joined.append((start, end))
    # The crossfade has to end inside the region: outside it there is nothing to fade to.
    return tuple(
        TimeSpan(start_ms=start + (_SHRUNK_MS if start else 0), end_ms=end - _SHRUNK_MS)
        for start, end in joined
        if end - start > 2 * _SHRUNK_MS
    )


def _laid_lines(
    script: Script, takes: Takes, original: RawSound, ffmpeg: Ffmpeg
) -> tuple[mixer.LaidLine, ...]:
    spans = {line.id: line.span for line in script.utterances}
    placements = takes.report.placements
    gains = mixer.line_gains_db(
        [_level(original.read_span(spans[p.utterance])) for p in placements],
        [_take_level(takes.recorded[p.utterance]) for p in placements],
        layout=original.layout,
    )
    return tuple(
        mixer.LaidLine(
            start_ms=placed.start_ms,
            frames=_frames_of(take := recorded_take(takes.recorded[placed.utterance]), placed),
            load=_Loader(takes.recorded[placed.utterance], placed, take.duration_ms, ffmpeg),
            gain_db=gain,
        )
        for placed, gain in zip(placements, gains, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Loader:
    """Gives a take as it is laid: 48 kHz, stretched to its placement where it came out longer."""

    path: Path
    placed: Placement
    take_ms: int
    ffmpeg: Ffmpeg

    def __call__(self) -> Samples:
        clip = recorded_take(self.path)
        frames = _frames_of(clip, self.placed)
        if needs_stretching(clip, self.placed):
            speed = clip.duration_ms / self.placed.duration_ms
            clip = stretch(clip, speed, ffmpeg=self.ffmpeg)
        samples = resample(clip, MIX_RATE).samples
        laid = np.zeros(frames, np.float32)
        laid[: min(frames, len(samples))] = samples[:frames]
        return laid


def needs_stretching(clip: SpeechClip, placed: Placement) -> bool:
    """Whether a take is longer than its placement allows."""
    return clip.duration_ms > placed.duration_ms + _UNSTRETCHED_MS


def _frames_of(clip: SpeechClip, placed: Placement) -> int:
    if needs_stretching(clip, placed):
        return _frame(placed.duration_ms)
    return math.ceil(len(clip.samples) * MIX_RATE / clip.sample_rate)


def _level(frames: Samples) -> float | None:
    return speech_level_db(frames, MIX_RATE)


def _take_level(path: Path) -> float | None:
    clip = recorded_take(path)
    return speech_level_db(clip.samples, clip.sample_rate)


def _widened(span: TimeSpan, end_ms: int) -> TimeSpan:
    return TimeSpan(
        start_ms=max(0, span.start_ms - _KEPT_MARGIN_MS),
        end_ms=min(end_ms, span.end_ms + _KEPT_MARGIN_MS),
    )


def _frame(ms: int) -> int:
    return ms * MIX_RATE // 1000
