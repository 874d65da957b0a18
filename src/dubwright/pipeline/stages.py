"""The recipe up to a stage: each function begins at the source and reuses what is there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dubwright.domain.chunking import recognition_chunks
from dubwright.domain.errors import Cancelled, NothingToDub, QualityError
from dubwright.domain.language import LanguageTag
from dubwright.domain.media import Container, Source
from dubwright.domain.speech import Lines, Script, Segment, Speakers, Transcript
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.mix import BLOCK_FRAMES
from dubwright.media.sound_file import copy_sound, encode_flac
from dubwright.media.wav import WavRecording
from dubwright.pipeline.casting import cast_speakers, tell_speakers_apart, voices_on_offer
from dubwright.pipeline.chunks import transcribe_chunk
from dubwright.pipeline.laying import SeparatedBed
from dubwright.pipeline.listening import (
    Listened,
    listen,
    spoken_language,
    start_recognition,
    tell_language,
)
from dubwright.pipeline.mixing import mix_and_mux
from dubwright.pipeline.order import Order
from dubwright.pipeline.pool import WorkPool
from dubwright.pipeline.rehearsing import finished_script
from dubwright.pipeline.revising import plan_and_speak
from dubwright.pipeline.runner import Runner, stage
from dubwright.pipeline.scripting import scenes, scenes_written
from dubwright.pipeline.separating import SourceSound, start_separation
from dubwright.pipeline.settling import settle_takes
from dubwright.pipeline.spoken import Spoken
from dubwright.pipeline.studio import Studio
from dubwright.pipeline.tools import Tools


@dataclass(frozen=True, slots=True)
class Sitting:
    """What every stage works on: the video, what is in it, what was asked, and the means."""

    video: Path
    source: Source
    order: Order
    tools: Tools
    run: Runner

    def studio(self, pool: WorkPool) -> Studio:
        """The means, with workers to do the work."""
        return Studio(self.tools, self.run, pool)


def heard_in(at: Sitting) -> Listened:
    """The track with the speech, and when somebody speaks. Raises `NothingToDub`."""
    return listen(at.video, at.source, at.tools, at.run)


def speakers_in(at: Sitting) -> Speakers:
    """Who speaks when."""
    return tell_speakers_apart(at.order, heard_in(at), at.tools, at.run)


def separated(at: Sitting) -> SourceSound:
    """The source's mix, taken apart where somebody speaks."""
    heard = heard_in(at)
    with at.run.pool(waiters=at.tools.waiters) as pool:
        return start_separation(at.order, heard, at.studio(pool)).wait(pool)


def lines_in(at: Sitting) -> tuple[Lines, Speakers]:
    """What is said, line by line, and by whom. Raises `NothingToDub` where there are no words."""
    heard = heard_in(at)
    language = spoken_language(at.order, heard, at.tools, at.run)
    with at.run.pool(waiters=at.tools.waiters) as pool:
        transcripts = start_recognition(at.order, heard, language, at.studio(pool))
        speakers = tell_speakers_apart(at.order, heard, at.tools, at.run)
        written = list(scenes_written(at.order, heard, speakers, transcripts))
    lines = tuple(line for scene in written for line in scene.lines)
    if not lines:
        raise NothingToDub(
            "no words were recognised in this video",
            hint="if people do speak, name the language they speak",
        )
    return Lines(language=language, utterances=lines), speakers


def translated(at: Sitting) -> Script:
    """The lines with their target texts."""
    heard = heard_in(at)
    language = spoken_language(at.order, heard, at.tools, at.run)
    with at.run.pool(waiters=at.tools.waiters) as pool:
        transcripts = start_recognition(at.order, heard, language, at.studio(pool))
        speakers = tell_speakers_apart(at.order, heard, at.tools, at.run)
        written = scenes(at.order, heard, speakers, language, transcripts, at.tools, at.run)
        lines = tuple(line for scene in written for line in scene.lines)
    return Script(
        source_language=language,
        target_language=at.order.target_language,
        utterances=lines,
    )


def spoken(at: Sitting) -> Spoken:
    """Every line spoken and placed; nothing is mixed yet."""
    heard = heard_in(at)
    language = spoken_language(at.order, heard, at.tools, at.run)
    voices = voices_on_offer(at.order, language, at.tools)
    with at.run.pool(waiters=at.tools.waiters) as pool:
        transcripts = start_recognition(at.order, heard, language, at.studio(pool))
        speakers = tell_speakers_apart(at.order, heard, at.tools, at.run)
        cast = cast_speakers(at.order, speakers, voices)
        written = scenes(at.order, heard, speakers, language, transcripts, at.tools, at.run)
        rehearsed = plan_and_speak(written, at.order, heard, cast, at.studio(pool))
        script = finished_script(at.order, language, rehearsed)
        takes = settle_takes(rehearsed, heard, at.tools, pool)
    return Spoken(heard, script, cast, takes)


def mixed(at: Sitting) -> tuple[Path, Spoken]:
    """The finished sound of the dub, as it stands in the video, and what it speaks."""
    speech = spoken(at)
    if not speech.takes.fit_in:
        raise QualityError(
            "a line would end after the video does",
            hint="shorten its text, or that of the lines before it: `fit` names it",
        )
    sound = separated(at)
    with at.run.pool(waiters=at.tools.waiters) as pool:
        finished = mix_and_mux(speech, at.order, sound, at.studio(pool))
        video = pool.result(finished.video)
    suffix = ".mka" if at.source.container == "webm" else ".m4a"
    track = at.run.file(
        suffix,
        take_sound,
        video,
        at.source.container,
        ffmpeg=at.tools.ffmpeg,
        is_cancelled=at.run.is_cancelled,
    )
    return track, speech


@stage(version=1)
def take_sound(
    to: Path,
    video: Path,
    container: Container,
    *,
    ffmpeg: Ffmpeg,
    is_cancelled: Callable[[], bool],
) -> None:
    """The first sound track of a finished video, its packets as they are."""
    copy_sound(video, container, to, ffmpeg=ffmpeg, cancelled=is_cancelled)


def background_of(at: Sitting) -> Path:
    """The source's sound without its voices, as FLAC."""
    sound = separated(at)
    return at.run.file(
        ".flac",
        write_background,
        sound.mix_folder,
        [stem.samples for stem in sound.stems or ()],
        sound=sound,
        ffmpeg=at.tools.ffmpeg,
        is_cancelled=at.run.is_cancelled,
    )


@stage(version=1)
def write_background(
    to: Path,
    mix_folder: Path,
    stems: Sequence[Path],
    *,
    sound: SourceSound,
    ffmpeg: Ffmpeg,
    is_cancelled: Callable[[], bool],
) -> None:
    """The bed, block by block; `sound` follows from the other arguments."""
    mix = sound.mix
    bed = SeparatedBed(mix, sound.stems or ())
    blocks = (
        original if (without := bed(number)) is None else without
        for number, original in enumerate(mix.blocks(BLOCK_FRAMES))
    )
    encode_flac(blocks, mix, to, ffmpeg=ffmpeg, cancelled=is_cancelled)


def transcribed(
    recording: WavRecording,
    language: LanguageTag | None,
    tools: Tools,
    is_cancelled: Callable[[], bool],
) -> Transcript:
    """What is said in a recording that belongs to no video. Raises `NothingToDub`."""
    speech = tools.voice_activity.detect(recording)
    if not speech.spans:
        raise NothingToDub("nobody speaks in this sound", hint="give a recording of speech")
    recogniser = tools.speech_to_text
    spoken = language or tell_language(recording, speech, recogniser)
    segments: list[Segment] = []
    for chunk in recognition_chunks(speech, end_ms=recording.duration_ms):
        if is_cancelled():
            raise Cancelled("stopped while transcribing")
        segments += transcribe_chunk(recording, chunk, spoken, recogniser).segments
    return Transcript(language=spoken, segments=tuple(segments))
