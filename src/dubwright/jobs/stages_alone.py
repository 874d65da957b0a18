"""Stages that are called alone, as callers ask for them."""

from typing import Annotated

from pydantic import Field, JsonValue

from dubwright.domain.job import OperationKind
from dubwright.domain.timeline import Document
from dubwright.jobs.alone import MergeTracks, SynthesizeText, TranscribeAudio, TranslateText
from dubwright.jobs.asked import AskedEngines, AskedLanguage, AskedSpeed, AskedText, AskedVoice
from dubwright.jobs.caller import Caller
from dubwright.jobs.lookup import own_finished_upload
from dubwright.jobs.offering import require_engines
from dubwright.jobs.resources import OperationResource
from dubwright.jobs.service import Service
from dubwright.jobs.starting import Wanted, start_operation

UploadId = Annotated[str, Field(pattern=r"^upl_[a-z2-7]{20}$")]
Said = Annotated[AskedText, Field(min_length=1)]


class AskedTranscription(Document):
    """A sound or video file to write down; without a language it is told by ear."""

    upload: UploadId
    language: AskedLanguage | None = None
    engines: AskedEngines = Field(default_factory=dict)


class AskedTranslation(Document):
    """Texts of one language, each of them a sentence or a few."""

    texts: tuple[Said, ...] = Field(min_length=1, max_length=500, examples=[["Good morning."]])
    source_language: AskedLanguage
    target_language: AskedLanguage
    engines: AskedEngines = Field(default_factory=dict)


class AskedSpeech(Document):
    """A text and how to speak it; without a voice the first of the language speaks."""

    text: Said
    language: AskedLanguage
    voice: AskedVoice | None = None
    speed: AskedSpeed = 1.0
    engines: AskedEngines = Field(default_factory=dict)


class AskedMerge(Document):
    """A video, and the sound that becomes its first track."""

    video_upload: UploadId
    audio_upload: UploadId
    language: AskedLanguage


def transcribe_alone(
    service: Service, caller: Caller, asked: AskedTranscription
) -> OperationResource:
    """Start to write down an upload."""
    given = TranscribeAudio(
        object_key=_object_key(service, caller, asked.upload), language=asked.language
    )
    return _start(service, caller, given, asked.engines)


def translate_alone(service: Service, caller: Caller, asked: AskedTranslation) -> OperationResource:
    """Start to translate texts."""
    given = TranslateText(
        texts=asked.texts,
        source_language=asked.source_language,
        target_language=asked.target_language,
    )
    return _start(service, caller, given, asked.engines)


def synthesize_alone(service: Service, caller: Caller, asked: AskedSpeech) -> OperationResource:
    """Start to speak a text."""
    given = SynthesizeText(
        text=asked.text, language=asked.language, voice=asked.voice, speed=asked.speed
    )
    return _start(service, caller, given, asked.engines)


def merge_alone(service: Service, caller: Caller, asked: AskedMerge) -> OperationResource:
    """Start to join a video and a sound."""
    given = MergeTracks(
        video_key=_object_key(service, caller, asked.video_upload),
        audio_key=_object_key(service, caller, asked.audio_upload),
        language=asked.language,
    )
    return _start(service, caller, given, {})


def _start(
    service: Service,
    caller: Caller,
    given: TranscribeAudio | TranslateText | SynthesizeText | MergeTracks,
    engines: dict[str, str],
) -> OperationResource:
    require_engines(service.offers, engines)
    kind: OperationKind = given.kind
    arguments: dict[str, JsonValue] = given.model_dump(mode="json", exclude={"kind"})
    return start_operation(service, caller, Wanted(kind=kind, given=arguments, engines=engines))


def _object_key(service: Service, caller: Caller, upload_id: str) -> str:
    with service.database.reading() as session:
        return str(own_finished_upload(session, caller, upload_id).object_key)
