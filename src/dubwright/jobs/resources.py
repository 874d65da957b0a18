"""What the service shows of itself: the values that use cases return and the API serves."""

from datetime import datetime
from typing import Generic, Literal, TypeVar

from pydantic import Field, JsonValue

from dubwright.domain.job import (
    Failure,
    OperationKind,
    OperationProgress,
    OperationResult,
    OperationState,
)
from dubwright.domain.language import LanguageTag
from dubwright.domain.looking import Look
from dubwright.domain.media import Source
from dubwright.domain.source_link import SourceLink
from dubwright.domain.speech import Gender, SpeakerId, Utterance
from dubwright.domain.timeline import Document
from dubwright.jobs.asked import AskedBool, AskedEngines, AskedGlossary

T = TypeVar("T")


class Page(Document, Generic[T]):
    """Some of many, newest first. `next_cursor` asks for the following ones; null: no more."""

    items: tuple[T, ...]
    next_cursor: str | None = None


class ArtifactResource(Document):
    """A file to download. `revision` is the target's revision that it was made from."""

    name: str
    content_type: str
    size_bytes: int
    sha256: str
    revision: int
    url: str
    created_at: datetime


class TargetResource(Document):
    """One language of a project. `stale`: edits wait for a new output."""

    id: str
    project: str
    language: LanguageTag
    status: Literal["empty", "draft", "working", "ready", "stale"]
    revision: int
    output_revision: int
    stale: bool
    voices: dict[SpeakerId, str]
    artifacts: tuple[ArtifactResource, ...] = ()
    created_at: datetime
    updated_at: datetime


class ProjectSettings(Document):
    """Choices that hold for all targets of a project. `engines` names other engines, by kind.

    Each of `glossaries` counts for the targets in its language; of two with one term the later.
    `background_db` makes what is heard under the dub louder or quieter; `voice_over` leaves the
    original voices in it, ducked where the dub speaks.
    """

    speakers: int | None = Field(default=None, ge=1, le=50, strict=True)
    keep_background: AskedBool = True
    background_db: float = Field(default=0.0, ge=-40, le=6, allow_inf_nan=False, strict=True)
    voice_over: AskedBool = False
    engines: AskedEngines = Field(default_factory=dict)
    glossaries: tuple[AskedGlossary, ...] = Field(default=(), max_length=50)

    def mixed_like(self, other: "ProjectSettings") -> "ProjectSettings":
        """These settings, with what is heard under the dub as in others."""
        bed = {"background_db": other.background_db, "voice_over": other.voice_over}
        return self.model_copy(update=bed)


ProjectState = Literal["working", "ready", "stale", "failed", "draft"]


class ProjectResource(Document):
    """A source and its targets. `source` is null until the file was looked into.

    `source_url` serves the video itself, `poster_url` a picture of it; null until here. `link` is where it comes from,
    null for an upload.
    `spent` is what paid engines have cost so far, in US dollars at list prices, but for
    `unpriced_calls`: calls whose price is not known. `budget` null: there is no limit.
    `stored_bytes` is the size of its source and its files. `operation` is the newest one.
    `state`: `working` while an operation waits or runs, `failed` if the newest one failed,
    `stale` if edits of a target wait for a new output, `ready` if every target has one.
    """

    id: str
    name: str
    state: ProjectState
    source: Source | None
    source_url: str | None
    poster_url: str | None
    link: SourceLink | None
    source_language: LanguageTag | None
    has_transcript: bool
    settings: ProjectSettings
    budget: float | None
    spent: float
    unpriced_calls: int
    stored_bytes: int
    revision: int
    targets: tuple[TargetResource, ...]
    operation: "OperationResource | None"
    created_at: datetime
    updated_at: datetime


class TranscriptSegment(Document):
    """One line of the transcript."""

    id: int
    speaker: SpeakerId
    start_ms: int
    end_ms: int
    text: str


class TranscriptResource(Document):
    """Everything that is said in the source."""

    project: str
    language: LanguageTag
    revision: int
    segments: tuple[TranscriptSegment, ...]


class SpeakerResource(Document):
    """A person in the source, and the name that somebody gave them."""

    id: SpeakerId
    name: str
    speech_ms: int
    gender: Gender
    pitch_hz: float | None = None


class UtteranceResource(Utterance):
    """A line of a target. `stale`: the output speaks it differently, or not yet.

    The placement is that of the newest fit, null where the line was not placed yet. `look` are
    the reasons to look at it, none where a person found it fine (`accepted`) as it is.
    """

    stale: bool
    accepted: bool
    look: tuple[Look, ...]
    placed_start_ms: int | None = None
    placed_end_ms: int | None = None
    placed_speed: float | None = None
    measures: tuple[str, ...] = ()


class TakeResource(Document):
    """One recording of a line. `speed` is the one that a person chose, null: as it was planned.

    `current`: it is the one in the newest output, or the one that was spoken since.
    """

    name: str
    text: str
    voice: str
    speed: float | None
    created_at: datetime
    duration_ms: int
    current: bool


class ScriptResource(Document):
    """All lines of a target, as the newest transcript has them.

    `revision` is for edits of its lines, `project_revision` for edits of the transcript.
    `to_look_at` is how many lines have a reason to look at them.
    """

    project: str
    language: LanguageTag
    source_language: LanguageTag
    revision: int
    project_revision: int
    output_revision: int
    stale: bool
    to_look_at: int
    utterances: tuple[UtteranceResource, ...]


class OperationResource(Document):
    """One asynchronous action. `last_news_at` tells when it was last heard of."""

    id: str
    kind: OperationKind
    state: OperationState
    done: bool
    project: str | None
    target: LanguageTag | None
    progress: OperationProgress
    attempt: int
    cancel_requested: bool
    error: Failure | None
    result: OperationResult | None
    artifacts: tuple[ArtifactResource, ...] = ()
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    last_news_at: datetime


class LogLine(Document):
    """One line of an operation's log."""

    at: datetime
    event: str
    fields: dict[str, JsonValue]
