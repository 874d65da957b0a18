"""What a worker is told and what it answers: values without a database behind them."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field, JsonValue, PositiveInt

from dubwright.domain.fit import FitReport
from dubwright.domain.job import Failure, OperationKind
from dubwright.domain.language import LanguageTag
from dubwright.domain.media import Source
from dubwright.domain.speech import SpeakerId
from dubwright.domain.timeline import Document
from dubwright.guard.purse import Allowance
from dubwright.pipeline.order import Pin


class TargetWork(Document):
    """One target as it stands: the keys of its script, of how its last dub was spoken, its takes.

    `files` are the keys of its files by name, told only to who puts them together.
    """

    id: str
    language: LanguageTag
    revision: int
    voices: dict[SpeakerId, str] = Field(default_factory=dict)
    script_key: str | None = None
    receipt_key: str | None = None
    takes_key: str | None = None
    files: dict[str, str] = Field(default_factory=dict)
    glossary: dict[str, str] = Field(default_factory=dict)


class LinkWork(Document):
    """A link whose video is still to be fetched, with at most so many bytes."""

    url: str
    max_bytes: int
    use_captions: bool = False


class ProjectWork(Document):
    """One project as it stands. `source` None: the file was not looked into yet.

    Without a `source_key` there is a `link` to fetch the source from. `captions_key` are the
    captions that came with it, and are taken for what was said. `files` are the names of those
    that the project has already. `added_speakers` are those whom only people told of.
    """

    id: str
    revision: int
    name: str = ""
    source_key: str | None = None
    link: LinkWork | None = None
    captions_key: str | None = None
    file_name: str
    source: Source | None = None
    source_language: LanguageTag | None = None
    lines_key: str | None = None
    speakers: PositiveInt | None = None
    added_speakers: frozenset[SpeakerId] = frozenset()
    keep_background: bool = True
    background_db: float = 0.0
    voice_over: bool = False
    files: frozenset[str] = frozenset()
    engines: dict[str, str] = Field(default_factory=dict)


class Assignment(Document):
    """One attempt at one operation. `given` holds the input of a stage that is called alone.

    `request` is the id of the request that started it, for the log. `allowance` None: no limit on
    what its calls may cost.
    """

    operation: str
    attempt: int
    kind: OperationKind
    request: str | None = None
    project: ProjectWork | None = None
    targets: tuple[TargetWork, ...] = ()
    given: dict[str, JsonValue] = Field(default_factory=dict)
    engines: dict[str, str] = Field(default_factory=dict)
    allowance: Allowance | None = None


class KeptTake(Document):
    """One take of a line: what it says, how it was asked for and of which engine, where it lies.

    `speed` is the one that a person chose for the line, if any; `name` tells takes apart.
    """

    name: str
    text: str
    voice: str
    speed: float | None
    asked: Pin
    engine: str
    object_key: str
    duration_ms: int
    created_at: datetime


class SpokenTakes(Document):
    """The object key of the newest take of each utterance, as the stage `speak` wrote it.

    `history` has the newest different takes of each, the one that was used last first.
    """

    takes: dict[int, str]
    history: dict[int, tuple[KeptTake, ...]] = Field(default_factory=dict)


class MadeArtifact(Document):
    """A file that was made and put into the store."""

    name: str
    object_key: str
    content_type: str
    size_bytes: int
    sha256: str


class MadeTarget(Document):
    """What became of one target. `finished`: its video is there and keeps the hard rules."""

    id: str
    revision: int
    script_key: str | None = None
    receipt_key: str | None = None
    fit: FitReport | None = None
    finished: bool = False
    artifacts: tuple[MadeArtifact, ...] = ()
    failure: Failure | None = None


class Outcome(Document):
    """What an attempt made; `failure` where it did not end well. What was made stays in any case."""

    source: Source | None = None
    source_language: LanguageTag | None = None
    lines_key: str | None = None
    speakers_key: str | None = None
    targets: tuple[MadeTarget, ...] = ()
    artifacts: tuple[MadeArtifact, ...] = ()
    value: JsonValue = None
    failure: Failure | None = None


class StageNews(Document):
    """A stage moved on."""

    news: Literal["stage"] = "stage"
    stage: str
    done: int
    total: int
    percent: float
    eta_s: int | None = None
    target: LanguageTag | None = None


class CallNews(Document):
    """An engine was called. `piece` is a short digest of what was asked, never its text.

    `cost_micro_usd` None: nothing was `billed`, or at a price that is not known.
    """

    news: Literal["call"] = "call"
    kind: str
    provider: str
    call: str
    piece: str = ""
    units: int = 0
    unit: str = ""
    product: str = ""
    billed: bool = False
    billed_units: int = 0
    cost_micro_usd: int | None = None
    prices_as_of: date | None = None
    elapsed_ms: int
    outcome: str


class FetchedNews(Document):
    """The video of a link is in the store: what it is, and what its site says of it."""

    news: Literal["fetched"] = "fetched"
    object_key: str
    file_name: str
    source: Source
    title: str
    channel: str | None = None
    licence: str | None = None
    captions_key: str | None = None
    captions_language: LanguageTag | None = None


class LogNews(Document):
    """A sentence for the operation's log."""

    news: Literal["log"] = "log"
    message: str
