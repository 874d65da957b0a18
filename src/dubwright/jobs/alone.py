"""Stages called alone, on input that was given with the call and belongs to no project."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, JsonValue

from dubwright.domain.cues import Cue, to_srt, to_vtt
from dubwright.domain.errors import InputError
from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.speech import Speed, Voice
from dubwright.domain.timeline import Document
from dubwright.jobs.assignments import Assignment, Outcome
from dubwright.jobs.packing import pack_document, pack_file, pack_text
from dubwright.media.levels import Loudness
from dubwright.media.master import master, master_suffix
from dubwright.media.mux import Dub, mux
from dubwright.media.probe import choose_audio, probe
from dubwright.media.sound_file import decode_speech, decode_stereo, write_wav
from dubwright.pipeline.stages import transcribed
from dubwright.pipeline.tools import Tools
from dubwright.ports import SpeechRequest, TranslationRequest
from dubwright.ports.object_store import ObjectStore

if TYPE_CHECKING:
    from dubwright.jobs.performing import Means

Text = Annotated[str, Field(min_length=1, max_length=5_000)]
_MOST_TEXTS = 500


class TranscribeAudio(Document):
    """A sound or video file; without a language it is told by ear."""

    kind: Literal["transcribe_audio"] = "transcribe_audio"
    object_key: str
    language: LanguageTag | None = None


class TranslateText(Document):
    """Texts of one language, each of them a sentence or a few."""

    kind: Literal["translate_text"] = "translate_text"
    texts: Annotated[tuple[Text, ...], Field(min_length=1, max_length=_MOST_TEXTS)]
    source_language: LanguageTag
    target_language: LanguageTag


class SynthesizeText(Document):
    """A text and how to speak it; without a voice the first of the language speaks."""

    kind: Literal["synthesize_text"] = "synthesize_text"
    text: Text
    language: LanguageTag
    voice: str | None = None
    speed: Speed = 1.0


class MergeTracks(Document):
    """A video and the sound that becomes its first track."""

    kind: Literal["merge_tracks"] = "merge_tracks"
    video_key: str
    audio_key: str
    language: LanguageTag


def perform_alone(assignment: Assignment, means: "Means") -> Outcome:
    """Do one stage on the input that came with the call."""
    given = {**assignment.given, "kind": assignment.kind}
    tools = means.tools(assignment.engines)
    with tempfile.TemporaryDirectory(dir=means.scratch, prefix="alone-") as name:
        folder = Path(name)
        match assignment.kind:
            case "transcribe_audio":
                return _transcribe(TranscribeAudio.model_validate(given), tools, means, folder)
            case "translate_text":
                return _translate(TranslateText.model_validate(given), tools)
            case "synthesize_text":
                return _synthesize(SynthesizeText.model_validate(given), tools, means, folder)
            case "merge_tracks":
                return _merge(MergeTracks.model_validate(given), tools, means, folder)
    raise ValueError(f"{assignment.kind!r} is no stage that is called alone")


def _transcribe(asked: TranscribeAudio, tools: Tools, means: "Means", folder: Path) -> Outcome:
    file = fetched(means.store, asked.object_key, folder / "given")
    recording = decode_speech(
        file,
        folder / "sound.wav",
        longest_ms=means.limits.max_duration_ms,
        ffmpeg=tools.ffmpeg,
        cancelled=means.is_cancelled,
    )
    transcript = transcribed(recording, asked.language, tools, means.is_cancelled)
    cues = tuple(Cue(span=one.span, text=one.text) for one in transcript.segments if one.text)
    artifacts = (
        pack_document(means.store, "transcript.json", transcript),
        pack_text(means.store, "transcript.srt", to_srt(cues)),
        pack_text(means.store, "transcript.vtt", to_vtt(cues)),
    )
    value = {"language": transcript.language, "segments": len(transcript.segments)}
    return Outcome(source_language=transcript.language, artifacts=artifacts, value=value)


def _translate(asked: TranslateText, tools: Tools) -> Outcome:
    source, target = base_language(asked.source_language), base_language(asked.target_language)
    if (source, target) not in tools.translator.pairs():
        raise InputError(
            f"{tools.translator.name!r} cannot translate {source!r} to {target!r}",
            hint="`GET /v1/languages` lists the pairs",
        )
    requests = [TranslationRequest(text) for text in asked.texts]
    answers = tools.translator.translate(requests, source=source, target=target)
    value: JsonValue = {
        "translations": [{"text": a.text, "variants": list(a.variants)} for a in answers]
    }
    return Outcome(value=value)


def _synthesize(asked: SynthesizeText, tools: Tools, means: "Means", folder: Path) -> Outcome:
    voice = _voice(asked, tools)
    clip = tools.text_to_speech.synthesize(SpeechRequest(asked.text, voice, asked.speed))
    write_wav(clip, folder / "speech.wav")
    packed = pack_file(means.store, "speech.wav", folder / "speech.wav")
    value: JsonValue = {"duration_ms": clip.duration_ms, "voice": voice.id}
    return Outcome(artifacts=(packed,), value=value)


def _voice(asked: SynthesizeText, tools: Tools) -> Voice:
    voices = {voice.id: voice for voice in tools.text_to_speech.voices(asked.language)}
    if not voices:
        raise InputError(
            f"{tools.text_to_speech.name!r} has no voice for {asked.language!r}",
            hint="`GET /v1/voices` lists what it speaks",
        )
    if asked.voice is None:
        return next(iter(voices.values()))
    if asked.voice not in voices:
        raise InputError(
            f"there is no voice {asked.voice!r} for {asked.language!r}",
            hint=f"voices: {', '.join(sorted(voices))}",
        )
    return voices[asked.voice]


def _merge(asked: MergeTracks, tools: Tools, means: "Means", folder: Path) -> Outcome:
    video = fetched(means.store, asked.video_key, folder / "video")
    audio = fetched(means.store, asked.audio_key, folder / "audio")
    source = probe(video, limits=means.limits)
    sound = decode_stereo(
        audio,
        folder / "sound.raw",
        longest_ms=source.duration_ms,
        ffmpeg=tools.ffmpeg,
        cancelled=means.is_cancelled,
    )
    as_it_is = Loudness(None, None)
    track = folder / f"sound{master_suffix(source.container)}"
    master(sound, as_it_is, track, ffmpeg=tools.ffmpeg, cancelled=means.is_cancelled)
    original = choose_audio(source)[0]
    merged = folder / f"merged.{source.container}"
    joined = Dub(audio=track, language=asked.language, original=original)
    mux(video, source, joined, merged, ffmpeg=tools.ffmpeg, cancelled=means.is_cancelled)
    packed = pack_file(means.store, f"video.{source.container}", merged)
    return Outcome(source=source, artifacts=(packed,))


def fetched(store: ObjectStore, key: str, to: Path) -> Path:
    """An object on this machine's disk, for reading only: where it lies, or fetched to `to`."""
    near = store.local_path(key)
    if near is not None:
        return near
    to.parent.mkdir(parents=True, exist_ok=True)
    store.fetch(key, to)
    return to
