"""Stages that make the finished file: takes laid over the bed, mastered, joined with the picture."""

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
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
from dubwright.media.aac import has_units, join
from dubwright.media.extract import MIX_RATE
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.levels import Loudness, integrated_lufs, speech_level_db
from dubwright.media.master import master
from dubwright.media.stretch import resample, stretch
from dubwright.media.wav import RawSound, open_raw
from dubwright.pipeline.listening import Listened
from dubwright.pipeline.mastering import Mastered, master_blocks
from dubwright.pipeline.order import Order
from dubwright.pipeline.pool import WorkPool
from dubwright.pipeline.runner import Runner, stage
from dubwright.pipeline.score import BlockScore, blocks_of
from dubwright.pipeline.separating import SourceSound, VocalStem, background
from dubwright.pipeline.settling import Takes
from dubwright.pipeline.subtitling import subtitles_of
from dubwright.pipeline.taking import recorded_take
from dubwright.pipeline.tools import Tools

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
        first = block * mixer.BLOCK_FRAMES
        return self.window(first, min(mixer.BLOCK_FRAMES, self.mix.frames - first))

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
        at = _frame(stem.region.start_ms)
        return at, background(self.mix.read(at, len(voices)), voices, self.mix.layout)


class SourceLoudness(Document):
    """How loud the source's mix is, in LUFS; None for silence."""

    integrated_lufs: float | None


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


@dataclass(frozen=True, slots=True)
class Finished:
    """The finished file, still being joined, and the blocks of its sound.

    `mastered` is None where the sound was encoded as a whole.
    """

    video: "Future[Path]"
    mastered: Mastered | None
    source_lufs: float | None
    line_target_db: float | None


def mix_and_mux(
    heard: Listened,
    order: Order,
    script: Script,
    takes: Takes,
    sound: SourceSound,
    tools: Tools,
    run: Runner,
    pool: WorkPool,
) -> Finished:
    """Lay the takes over the bed, master the sound and join it with the untouched picture."""
    ffmpeg, earlier = tools.ffmpeg, order.earlier
    like = pool.start(
        -1, run.document, SourceLoudness, measure_mix, sound.mix_folder, ffmpeg=ffmpeg
    )
    levels = _line_levels(script, takes, sound, run, pool)
    wanted_lufs = pool.result(like).integrated_lufs
    target_db = earlier.line_target_db if earlier else None
    if target_db is None:
        target_db = mixer.line_target_db([one.original_db for one in levels.values()])
    plan = mix_plan(heard, script, takes, sound, levels, target_db=target_db, ffmpeg=ffmpeg)
    if heard.source.container == "webm" or not has_units(plan.original.layout):
        track = _mastered_whole(plan, script, takes, sound, wanted_lufs, ffmpeg, run)
        video = pool.start(0, _muxed, heard, script, takes, [track], None, tools, run)
        return Finished(video, None, wanted_lufs, target_db)
    mastered = master_blocks(
        blocks_of(plan, _named_stems(sound)),
        sound.mix_folder,
        wanted_lufs,
        earlier.levelling if earlier else None,
        layout=plan.original.layout,
        ffmpeg=ffmpeg,
        run=run,
    )
    video = pool.start(
        -1, _muxed, heard, script, takes, mastered.blocks, mastered.samples, tools, run
    )
    return Finished(video, mastered, wanted_lufs, target_db)


def _mastered_whole(
    plan: mixer.MixPlan,
    script: Script,
    takes: Takes,
    sound: SourceSound,
    wanted_lufs: float | None,
    ffmpeg: Ffmpeg,
    run: Runner,
) -> Path:
    return run.file(
        ".mka",
        mix_whole,
        sound.mix_folder,
        [block.score for block in blocks_of(plan, _named_stems(sound))],
        wanted_lufs,
        plan=plan,
        ffmpeg=ffmpeg,
        is_cancelled=run.is_cancelled,
    )


def _muxed(
    heard: Listened,
    script: Script,
    takes: Takes,
    sound: Sequence[Path],
    samples: int | None,
    tools: Tools,
    run: Runner,
) -> Path:
    return run.file(
        f".{heard.source.container}",
        mux,
        heard.source,
        heard.track,
        sound,
        script,
        takes.report,
        samples=samples,
        video=heard.video,
        ffmpeg=tools.ffmpeg,
        is_cancelled=run.is_cancelled,
    )


@stage(version=1)
def mix_whole(
    to: Path,
    mix_folder: Path,
    score: Sequence[BlockScore],
    wanted_lufs: float | None,
    *,
    plan: mixer.MixPlan,
    ffmpeg: Ffmpeg,
    is_cancelled: Callable[[], bool],
) -> None:
    """The whole mix as loud as the source, encoded at once. `plan` follows from the score.

    The mix before encoding is a gigabyte an hour and cheap to make again, so it is not kept.
    """
    wanted = Loudness(wanted_lufs, 0.0, None)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix="mix.part") as folder:
        mixed = mixer.mix(plan, Path(folder) / "mix.raw", cancelled=is_cancelled)
        master(mixed, wanted, to, ffmpeg=ffmpeg, cancelled=is_cancelled)


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


@stage(version=1)
def measure_mix(mix_folder: Path, *, ffmpeg: Ffmpeg) -> SourceLoudness:
    """How loud the source is."""
    lufs = integrated_lufs(open_raw(mix_folder / "mix.raw"), ffmpeg=ffmpeg)
    return SourceLoudness(integrated_lufs=lufs)


@stage(version=3)
def mux(
    to: Path,
    source: Source,
    track: AudioTrack,
    sound: Sequence[Path],
    script: Script,
    report: FitReport,
    *,
    samples: int | None,
    video: Path,
    ffmpeg: Ffmpeg,
    is_cancelled: Callable[[], bool],
) -> None:
    """The finished file: picture, dub, original sound and subtitles in both languages.

    The dub is one sound file, or `samples` samples in encoded blocks to be joined.
    """
    with tempfile.TemporaryDirectory(dir=to.parent, prefix="mux.part") as folder:
        dub = sound[0]
        if samples is not None:
            dub = Path(folder) / "dub.aac"
            join(sound, dub, primed=muxer.holds_priming(source.container))
        joined = muxer.Dub(
            audio=dub,
            samples=samples,
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
    heard: Listened,
    script: Script,
    takes: Takes,
    sound: SourceSound,
    levels: Mapping[int, LineLevels],
    *,
    target_db: float | None,
    ffmpeg: Ffmpeg,
) -> mixer.MixPlan:
    """Everything that is heard in the dub."""
    original = sound.mix
    kept = [line.span for line in script.utterances if line.keep_original]
    bed = None if sound.stems is None else SeparatedBed(original, sound.stems)
    return mixer.MixPlan(
        original=original,
        lines=_laid_lines(takes, levels, original.layout, target_db=target_db, ffmpeg=ffmpeg),
        speech=_speech_to_replace(heard, sound),
        keep=tuple(_widened(span, heard.source.duration_ms) for span in kept),
        background=None if bed is None else bed.window,
    )


def _line_levels(
    script: Script, takes: Takes, sound: SourceSound, run: Runner, pool: WorkPool
) -> dict[int, LineLevels]:
    spans = {line.id: line.span for line in script.utterances}
    measured = {
        placed.utterance: pool.start(
            0,
            run.document,
            LineLevels,
            measure_line,
            sound.mix_folder,
            spans[placed.utterance],
            takes.recorded[placed.utterance],
        )
        for placed in takes.report.placements
    }
    return {number: pool.result(level) for number, level in measured.items()}


def _named_stems(sound: SourceSound) -> list[tuple[TimeSpan, str]] | None:
    if sound.stems is None:
        return None
    return [(stem.region, stem.samples.name) for stem in sound.stems]


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
) -> tuple[mixer.LaidLine, ...]:
    placements = takes.report.placements
    gains = mixer.line_gains_db(
        [levels[placed.utterance].original_db for placed in placements],
        [levels[placed.utterance].take_db for placed in placements],
        layout=layout,
        target_db=target_db,
    )
    return tuple(
        mixer.LaidLine(
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
        return _frame(placed.duration_ms)
    return math.ceil(samples * MIX_RATE / sample_rate)


def _widened(span: TimeSpan, end_ms: int) -> TimeSpan:
    return TimeSpan(
        start_ms=max(0, span.start_ms - _KEPT_MARGIN_MS),
        end_ms=min(end_ms, span.end_ms + _KEPT_MARGIN_MS),
    )


def _touches(stem: VocalStem, first: int, frames: int) -> bool:
    return _frame(stem.region.start_ms) < first + frames and _frame(stem.region.end_ms) > first


def _frame(ms: int) -> int:
    return ms * MIX_RATE // 1000
