"""Stages that make the finished file: takes laid over the bed, mastered, joined with the picture."""

import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from dubwright.domain.cues import to_srt
from dubwright.domain.fit import FitReport
from dubwright.domain.media import AudioTrack, Source
from dubwright.domain.speech import Script
from dubwright.domain.timeline import Document, TimeSpan
from dubwright.media import mux as muxer
from dubwright.media.aac import has_units, join
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.levels import Loudness, integrated_lufs
from dubwright.media.line_gains import line_target_db
from dubwright.media.master import master, master_suffix
from dubwright.media.mix import mix as write_mix
from dubwright.media.mix_plan import MixPlan
from dubwright.media.wav import open_raw
from dubwright.pipeline.laying import line_levels, mix_plan
from dubwright.pipeline.mastering import Desk, Mastered, master_blocks
from dubwright.pipeline.order import Bed, Order
from dubwright.pipeline.runner import stage
from dubwright.pipeline.score import BlockScore, blocks_of
from dubwright.pipeline.separating import SourceSound
from dubwright.pipeline.spoken import Spoken
from dubwright.pipeline.studio import Studio
from dubwright.pipeline.subtitling import subtitles_of


class SourceLoudness(Document):
    """How loud the source's mix is, in LUFS; None for silence."""

    integrated_lufs: float | None


@dataclass(frozen=True, slots=True)
class Finished:
    """The finished file, still being joined, and the blocks of its sound.

    `mastered` is None where the sound was encoded as a whole.
    """

    video: "Future[Path]"
    mastered: Mastered | None
    source_lufs: float | None
    line_target_db: float | None
    bed: Bed


@dataclass(frozen=True, slots=True)
class _Sound:
    """The sound to be joined: one file, or `samples` samples in encoded blocks."""

    files: Sequence[Path]
    samples: int | None = None


def mix_and_mux(spoken: Spoken, order: Order, sound: SourceSound, studio: Studio) -> Finished:
    """Lay the takes over the bed, master the sound and join it with the untouched picture."""
    ffmpeg, run, pool, earlier = studio.tools.ffmpeg, studio.run, studio.pool, order.earlier
    like = pool.start(
        -1, run.document, SourceLoudness, measure_mix, sound.mix_folder, ffmpeg=ffmpeg
    )
    levels = line_levels(spoken, sound, studio)
    wanted_lufs = pool.result(like).integrated_lufs
    target_db = earlier.line_target_db if earlier else None
    if target_db is None:
        target_db = line_target_db([one.original_db for one in levels.values()])
    plan = mix_plan(
        spoken,
        sound,
        levels,
        target_db=target_db,
        bed_db=order.bed.background_db,
        ffmpeg=ffmpeg,
    )
    container, layout = spoken.heard.source.container, plan.original.layout
    blocks = blocks_of(plan, _named_stems(sound))
    desk = Desk(blocks, sound.mix_folder, layout, ffmpeg, run)
    if container == "webm" or not has_units(layout):
        whole = _mastered_whole(plan, desk, wanted_lufs, master_suffix(container))
        video = pool.start(0, _muxed, spoken, _Sound([whole]), studio)
        return Finished(video, None, wanted_lufs, target_db, order.bed)
    levelling = earlier.levelling if earlier and earlier.bed == order.bed else None
    mastered = master_blocks(desk, wanted_lufs, levelling)
    video = pool.start(-1, _muxed, spoken, _Sound(mastered.blocks, mastered.samples), studio)
    return Finished(video, mastered, wanted_lufs, target_db, order.bed)


def _mastered_whole(plan: MixPlan, desk: Desk, wanted_lufs: float | None, suffix: str) -> Path:
    return desk.run.file(
        suffix,
        mix_whole,
        desk.mix_folder,
        [block.score for block in desk.blocks],
        wanted_lufs,
        plan=plan,
        ffmpeg=desk.ffmpeg,
        is_cancelled=desk.run.is_cancelled,
    )


def _muxed(spoken: Spoken, sound: _Sound, studio: Studio) -> Path:
    heard = spoken.heard
    return studio.run.file(
        f".{heard.source.container}",
        mux,
        heard.source,
        heard.track,
        sound.files,
        spoken.script,
        spoken.takes.report,
        samples=sound.samples,
        video=heard.video,
        ffmpeg=studio.tools.ffmpeg,
        is_cancelled=studio.run.is_cancelled,
    )


@stage(version=1)
def mix_whole(
    to: Path,
    mix_folder: Path,
    score: Sequence[BlockScore],
    wanted_lufs: float | None,
    *,
    plan: MixPlan,
    ffmpeg: Ffmpeg,
    is_cancelled: Callable[[], bool],
) -> None:
    """The whole mix as loud as the source, encoded at once. `plan` follows from the score.

    The mix before encoding is a gigabyte an hour and cheap to make again, so it is not kept.
    """
    wanted = Loudness(wanted_lufs, None)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix="mix.part") as folder:
        mixed = write_mix(plan, Path(folder) / "mix.raw", cancelled=is_cancelled)
        master(mixed, wanted, to, ffmpeg=ffmpeg, cancelled=is_cancelled)


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


def _named_stems(sound: SourceSound) -> list[tuple[TimeSpan, str]] | None:
    if sound.stems is None:
        return None
    return [(stem.region, stem.samples.name) for stem in sound.stems]
