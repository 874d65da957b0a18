"""Operations: what the service is asked to do, how far it is, and how it ended."""

from typing import Literal

from pydantic import Field, JsonValue, NonNegativeInt

from dubwright.domain.errors import DubError
from dubwright.domain.timeline import Document

OperationKind = Literal[
    "run",
    "ingest",
    "separate",
    "transcribe",
    "diarize",
    "translate",
    "synthesize",
    "fit",
    "mix",
    "render",
    "package",
    "transcribe_audio",
    "translate_text",
    "synthesize_text",
    "merge_tracks",
]
"""The whole recipe, one stage of a project or target, finished dubs put together, or one stage
alone on given input."""

OperationState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
FINAL_STATES: frozenset[OperationState] = frozenset(("succeeded", "failed", "cancelled"))

Queue = Literal["long", "quick"]
"""`quick` is for what a person waits for: one line, one text."""

EventKind = Literal["state", "stage", "log"]


class Failure(Document):
    """Why an operation failed: a stable code, a sentence, and the next step."""

    code: str
    message: str
    hint: str | None = None
    retryable: bool = False

    @classmethod
    def of(cls, error: DubError) -> "Failure":
        return cls(
            code=error.code, message=error.message, hint=error.hint, retryable=error.retryable
        )


class OperationProgress(Document):
    """How far an operation is. `percent` is of the whole, `done` of `total` of the stage."""

    stage: str | None = None
    percent: float = Field(default=0.0, ge=0, le=100)
    done: NonNegativeInt = 0
    total: NonNegativeInt = 0
    eta_s: NonNegativeInt | None = None


class OperationEvent(Document):
    """One thing that happened, as listeners are told of it. `id` grows with every event."""

    id: int
    operation: str
    kind: EventKind
    state: OperationState
    progress: OperationProgress
    message: str = ""
    at_ms: int


class OperationResult(Document):
    """What an operation made: names of artifacts, and small values of stages called alone."""

    artifacts: tuple[str, ...] = ()
    value: JsonValue = None
