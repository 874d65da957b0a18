"""Stages that make the finished file: takes laid over the bed, mastered, joined with the picture."""

import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.cues import to_srt
from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.media import AudioTrack, Source
from dubwright.domain.speech import Script
from dubwright.domain.timeline import Document, TimeSpan
from dubwright.media import mix as mixer
from dubwright.media import mux as muxer
from dubwright.media.extract import MIX_RATE
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.levels import Loudness, integrated_lufs, speech_level_db
from dubwright.media.master import master, master_suffix
from dubwright.media.stretch import resample, stretch
from dubwright.media.wav import RawSound, open_raw
from dubwright.pipeline.listening import Listened
from dubwright.pipeline.runner import Runner, stage
from dubwright.pipeline.separating import SourceSound, VocalStem, background
from dubwright.pipeline.settling import Takes
from dubwright.pipeline.subtitling import subtitles_of
from dubwright.pipeline.taking import recorded_take
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
            frames = self.mix.read(at, len(voices))
            self._beds[number] = (at, background(frames, voices, self.mix.layout))
        return self._beds[number]

    def _touches(self, stem: VocalStem, start: int, frames: int) -> bool:
        return _frame(stem.region.start_ms) < start + frames and _frame(stem.region.end_ms) > start


class SourceLoudness(Document):
    """How loud the source's mix is, in LUFS; None for silence."""

    integrated_lufs: float | None


def mix_and_mux(
    heard: Listened, script: Script, takes: Takes, sound: SourceSound, tools: Tools, run: Runner
) -> Path:
    """Lay the takes over the bed, master the sound and join it with the untouched picture."""
    video, source, ffmpeg = heard.video, heard.source, tools.ffmpeg
    like = run.document(SourceLoudness, measure_mix, sound.mix_folder, ffmpeg=ffmpeg)
    sound_track = run.file(
        master_suffix(source.container),
        mix,
        sound.mix_folder,
        script,
        takes.report,
        list(takes.recorded.values()),
        [stem.samples for stem in sound.stems or ()],
        like,
        plan=lambda: mix_plan(heard, script, takes, sound, ffmpeg),
        ffmpeg=ffmpeg,
        is_cancelled=run.is_cancelled,
    )
    return run.file(
        f".{source.container}",
        mux,
        source,
        heard.track,
        sound_track,
        script,
        takes.report,
        video=video,
        ffmpeg=ffmpeg,
        is_cancelled=run.is_cancelled,
    )


@stage(version=3)
def mix(
    to: Path,
    mix_folder: Path,
    script: Script,
    report: FitReport,
    recorded: Sequence[Path],
    stems: Sequence[Path],
    like: SourceLoudness,
    *,
    plan: Callable[[], mixer.MixPlan],
    ffmpeg: Ffmpeg,
    is_cancelled: Callable[[], bool],
) -> None:
    """The mix as loud as the source, encoded. `plan` follows from the other arguments.

    The mix before encoding is a gigabyte an hour and cheap to make again, so it is not kept.
    """
    wanted = Loudness(like.integrated_lufs, 0.0, None)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix="mix.part") as folder:
        mixed = mixer.mix(plan(), Path(folder) / "mix.raw", cancelled=is_cancelled)
        master(mixed, wanted, to, ffmpeg=ffmpeg, cancelled=is_cancelled)


@stage(version=1)
def measure_mix(mix_folder: Path, *, ffmpeg: Ffmpeg) -> SourceLoudness:
    """How loud the source is."""
    lufs = integrated_lufs(open_raw(mix_folder / "mix.raw"), ffmpeg=ffmpeg)
    return SourceLoudness(integrated_lufs=lufs)


@stage(version=2)
def mux(
    to: Path,
    source: Source,
    track: AudioTrack,
    sound_track: Path,
    script: Script,
    report: FitReport,
    *,
    video: Path,
    ffmpeg: Ffmpeg,
    is_cancelled: Callable[[], bool],
) -> None:
    """The finished file: picture, dub, original sound and subtitles in both languages."""
    with tempfile.TemporaryDirectory(dir=to.parent, prefix="subtitles.part") as folder:
        joined = muxer.Dub(
            audio=sound_track,
            language=script.target_language,
            original=track,
            original_language=script.source_language,
            subtitles=_subtitles(Path(folder), script, report, source.duration_ms),
        )
        muxer.mux(video, source, joined, to, ffmpeg=ffmpeg, cancelled=is_cancelled)


def _subtitles(
    folder: Path, script: Script, report: FitReport, end_ms: int
) -> tuple[muxer.SoftSubtitle, ...]:
    made = []
    for language, cues in subtitles_of(script, report, end_ms=end_ms).items():
        path = folder / f"{language}.srt"
        path.write_text(to_srt(cues), encoding="utf-8")
        made.append(muxer.SoftSubtitle(path, language))
    return tuple(made)


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
