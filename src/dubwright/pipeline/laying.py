"""Laying: where the takes, the bed and the original are heard, and how loud each of them is."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.fit import Placement
from dubwright.domain.timeline import Document, TimeSpan
from dubwright.media.extract import MIX_RATE
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.levels import speech_level_db
from dubwright.media.line_gains import line_gains_db
from dubwright.media.mix import BLOCK_FRAMES
from dubwright.media.mix_plan import LaidLine, MixPlan, frame_at
from dubwright.media.stretch import resample, stretch
from dubwright.media.wav import RawSound, open_raw
from dubwright.pipeline.listening import Listened
from dubwright.pipeline.runner import stage
from dubwright.pipeline.separating import SourceSound, VocalStem, background
from dubwright.pipeline.settling import Takes
from dubwright.pipeline.spoken import Spoken
from dubwright.pipeline.studio import Studio
from dubwright.pipeline.taking import recorded_take

_SHRUNK_MS = 40
_KEPT_MARGIN_MS = 60
_UNSTRETCHED_MS = 3


@dataclass(frozen=True, slots=True)
class SeparatedBed:
    """The mix without the voices, a block or a window at a time, wherever they were separated."""

    mix: RawSound
    stems: Sequence[VocalStem]

    def __call__(self, block: int) -> Samples | None:
        """Block `block` of the bed, the last one shorter; None where no voices were separated."""
        first = block * BLOCK_FRAMES
        return self.window(first, min(BLOCK_FRAMES, self.mix.frames - first))

    def window(self, first: int, frames: int) -> Samples | None:
        """The bed from frame `first` on; None where no voices were separated."""
        touching = [stem for stem in self.stems if _touches(stem, first, frames)]
        if not touching:
            return None
        bed = self.mix.read(first, frames)
        for stem in touching:
            at, without = self._without_voices(stem)
            start, end = max(first, at), min(first + frames, at + len(without))
            bed[start - first : end - first] = without[start - at : end - at]
        return bed

    def _without_voices(self, stem: VocalStem) -> tuple[int, Samples]:
        voices = stem.read()
        at = frame_at(stem.region.start_ms)
        return at, background(self.mix.read(at, len(voices)), voices, self.mix.layout)


class LineLevels(Document):
    """How loud a line's original and its take are, in LUFS, and how long the take is."""

    original_db: float | None
    take_db: float | None
    samples: int
    sample_rate: int

    @property
    def take_ms(self) -> int:
        """The length of the take."""
        return SpeechClip(np.zeros(self.samples, np.float32), self.sample_rate).duration_ms


def mix_plan(
    spoken: Spoken,
    sound: SourceSound,
    levels: Mapping[int, LineLevels],
    *,
    target_db: float | None,
    bed_db: float,
    ffmpeg: Ffmpeg,
) -> MixPlan:
    """Everything that is heard in the dub."""
    original, heard = sound.mix, spoken.heard
    kept = [line.span for line in spoken.script.utterances if line.keep_original]
    bed = None if sound.stems is None else SeparatedBed(original, sound.stems)
    return MixPlan(
        original=original,
        lines=_laid_lines(
            spoken.takes, levels, original.layout, target_db=target_db, ffmpeg=ffmpeg
        ),
        speech=_speech_to_replace(heard, sound),
        keep=tuple(_widened(span, heard.source.duration_ms) for span in kept),
        background=None if bed is None else bed.window,
        bed_db=bed_db,
    )


def line_levels(spoken: Spoken, sound: SourceSound, studio: Studio) -> dict[int, LineLevels]:
    """The levels of every placed line, each measured once."""
    spans = {line.id: line.span for line in spoken.script.utterances}
    takes, pool = spoken.takes, studio.pool
    studio.run.tally.expect("measure_line", len(takes.report.placements))
    measured = {
        placed.utterance: pool.start(
            0,
            studio.run.document,
            LineLevels,
            measure_line,
            sound.mix_folder,
            spans[placed.utterance],
            takes.recorded[placed.utterance],
        )
        for placed in takes.report.placements
    }
    return {number: pool.result(level) for number, level in measured.items()}


@stage(version=1)
def measure_line(mix_folder: Path, span: TimeSpan, take: Path) -> LineLevels:
    """How loud a line was and how loud its take is."""
    original = open_raw(mix_folder / "mix.raw").read_span(span)
    clip = recorded_take(take)
    return LineLevels(
        original_db=speech_level_db(original, MIX_RATE),
        take_db=speech_level_db(clip.samples, clip.sample_rate),
        samples=len(clip.samples),
        sample_rate=clip.sample_rate,
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
    takes: Takes,
    levels: Mapping[int, LineLevels],
    layout: str,
    *,
    target_db: float | None,
    ffmpeg: Ffmpeg,
) -> tuple[LaidLine, ...]:
    placements = takes.report.placements
    gains = line_gains_db(
        [levels[placed.utterance].original_db for placed in placements],
        [levels[placed.utterance].take_db for placed in placements],
        layout=layout,
        target_db=target_db,
    )
    return tuple(
        LaidLine(
            start_ms=placed.start_ms,
            frames=_frames_of(levels[placed.utterance], placed),
            load=_Loader(takes.recorded[placed.utterance], placed, ffmpeg),
            gain_db=gain,
            name=takes.recorded[placed.utterance].name,
        )
        for placed, gain in zip(placements, gains, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Loader:
    """Gives a take as it is laid: 48 kHz, stretched to its placement where it came out longer."""

    path: Path
    placed: Placement
    ffmpeg: Ffmpeg

    def __call__(self) -> Samples:
        clip = recorded_take(self.path)
        frames = _frames(len(clip.samples), clip.sample_rate, clip.duration_ms, self.placed)
        if needs_stretching(clip.duration_ms, self.placed):
            speed = clip.duration_ms / self.placed.duration_ms
            clip = stretch(clip, speed, ffmpeg=self.ffmpeg)
        samples = resample(clip, MIX_RATE).samples
        laid = np.zeros(frames, np.float32)
        laid[: min(frames, len(samples))] = samples[:frames]
        return laid


def needs_stretching(take_ms: int, placed: Placement) -> bool:
    """Whether a take is longer than its placement allows."""
    return take_ms > placed.duration_ms + _UNSTRETCHED_MS


def _frames_of(levels: LineLevels, placed: Placement) -> int:
    return _frames(levels.samples, levels.sample_rate, levels.take_ms, placed)


def _frames(samples: int, sample_rate: int, take_ms: int, placed: Placement) -> int:
    if needs_stretching(take_ms, placed):
        return frame_at(placed.duration_ms)
    return math.ceil(samples * MIX_RATE / sample_rate)


def _widened(span: TimeSpan, end_ms: int) -> TimeSpan:
    return TimeSpan(
        start_ms=max(0, span.start_ms - _KEPT_MARGIN_MS),
        end_ms=min(end_ms, span.end_ms + _KEPT_MARGIN_MS),
    )


def _touches(stem: VocalStem, first: int, frames: int) -> bool:
    return frame_at(stem.region.start_ms) < first + frames and frame_at(stem.region.end_ms) > first
