"""What a project's targets would take, told before any work is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from dubwright.db.tables import Operation, Project, Target
from dubwright.domain.errors import ConflictError
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Lines, Script, Utterance
from dubwright.domain.timeline import Document
from dubwright.jobs.caller import Caller
from dubwright.jobs.documents import read_document
from dubwright.jobs.lookup import own_project, targets_of
from dubwright.jobs.offering import ProviderResource
from dubwright.jobs.receipts import Receipt
from dubwright.jobs.resources import ProjectSettings
from dubwright.jobs.scripts import spoken_before
from dubwright.jobs.service import Service
from dubwright.jobs.shown import is_stale, lines_are_newer
from dubwright.media.probe import stated_duration_ms

CHARACTERS_PER_S: Final = 12.0
"""Characters that are said in a second of video, pauses included, where nobody transcribed it."""
REAL_TIME_FACTOR: Final = 0.3
"""Seconds of work for a second of video and a target, measured on two cores without a GPU."""

_LINE_MS = 5_000
_CHUNK_MS = 30_000
_SCENE_LINES = 8
_RUNS_LOOKED_AT = 20
_FACTORS = (0.02, 20.0)
# The shares of a whole dub's time that its stages take.
_HEARING_SHARE, _SPEAKING_SHARE = 0.35, 0.65
_OURS = "dubwright"

EstimatedStage = Literal["transcribe", "translate", "synthesize"]


class StageEstimate(Document):
    """Calls of one engine. `done`: made before, so it costs nothing now.

    `cost` is in the account's currency, 0 for engines on this machine, null where it is unknown.
    """

    stage: EstimatedStage
    provider: str | None
    calls: int
    units: int
    unit: Literal["ms", "characters"]
    cost: float | None
    done: bool


class TargetEstimate(Document):
    """One target. `wall_s` is how long a run into it is likely to take once it has begun."""

    language: LanguageTag
    characters: int
    stages: tuple[StageEstimate, ...]
    cost: float | None
    wall_s: int


class EstimateResource(Document):
    """What a run into all targets would take.

    `characters_are_exact` when there is a transcript; else they come of `characters_per_s`.
    `real_time_factor` is the account's own where it ran dubs before (`from_history`).
    """

    project: str
    media_minutes: float
    characters_are_exact: bool
    characters_per_s: float
    real_time_factor: float
    from_history: bool
    transcribe: StageEstimate
    targets: tuple[TargetEstimate, ...]
    cost: float | None
    wall_s: int


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of a project. `lines` None: it was not transcribed."""

    duration_ms: int
    lines: Lines | None
    factor: float
    engines: Mapping[str, ProviderResource]

    def stage(
        self, stage: EstimatedStage, kind: str, *, calls: int, units: int, done: bool
    ) -> StageEstimate:
        engine = self.engines.get(kind)
        is_free = done or (engine is not None and engine.package == _OURS)
        return StageEstimate(
            stage=stage,
            provider=engine.name if engine else None,
            calls=0 if done else calls,
            units=0 if done else units,
            unit="ms" if stage == "transcribe" else "characters",
            cost=0.0 if is_free else None,
            done=done,
        )

    def wall_s(self, share: float) -> int:
        """Seconds for a share of a whole dub."""
        return round(self.duration_ms / 1000 * self.factor * share)


def estimate_project(service: Service, caller: Caller, project_id: str) -> EstimateResource:
    """What runs into the project's targets would take. Nothing is worked on.

    Raises `ConflictError` when the length of the video cannot be told yet.
    """
    with service.database.reading() as session:
        project = own_project(session, caller, project_id)
        targets = targets_of(session, project)
        measured = _measured_factor(session, caller)
    facts = _facts(service, project, measured or REAL_TIME_FACTOR)
    hearing = _hearing(facts)
    estimates = tuple(_target(service, project, target, facts) for target in targets)
    return EstimateResource(
        project=project.id,
        media_minutes=round(facts.duration_ms / 60_000, 2),
        characters_are_exact=facts.lines is not None,
        characters_per_s=CHARACTERS_PER_S,
        real_time_factor=round(facts.factor, 3),
        from_history=measured is not None,
        transcribe=hearing,
        targets=estimates,
        cost=_sum_of([hearing.cost, *(one.cost for one in estimates)]),
        wall_s=sum(one.wall_s for one in estimates)
        + (0 if hearing.done else facts.wall_s(_HEARING_SHARE)),
    )


def _facts(service: Service, project: Project, factor: float) -> _Facts:
    key = project.lines_key
    return _Facts(
        duration_ms=_duration_ms(service, project),
        lines=read_document(service.store, Lines, key) if key else None,
        factor=factor,
        engines=_engines(service, project),
    )


def _duration_ms(service: Service, project: Project) -> int:
    if project.source is not None:
        return project.source.duration_ms
    path = service.store.local_path(project.source_key) if project.source_key else None
    if path is None:
        raise ConflictError(
            "how long the video is was not looked up yet",
            hint=f"`POST /v1/projects/{project.id}:ingest` does it",
        )
    return stated_duration_ms(path, limits=service.options.probe_limits)


def _engines(service: Service, project: Project) -> dict[str, ProviderResource]:
    """The engine of each kind that the project would use."""
    named = ProjectSettings.model_validate(project.settings).engines
    return {
        one.kind: one
        for one in service.offers.providers()
        if named.get(one.kind, one.name if one.chosen else None) == one.name
    }


def _hearing(facts: _Facts) -> StageEstimate:
    return facts.stage(
        "transcribe",
        "speech_to_text",
        calls=-(-facts.duration_ms // _CHUNK_MS),
        units=facts.duration_ms,
        done=facts.lines is not None,
    )


def _target(service: Service, project: Project, target: Target, facts: _Facts) -> TargetEstimate:
    to_translate, to_speak = _lines_left(service, project, target, facts)
    stages = (
        _text_stage("translate", "translator", to_translate, facts),
        _text_stage("synthesize", "text_to_speech", to_speak, facts),
    )
    share = to_speak.count / max(1, to_speak.of_all)
    return TargetEstimate(
        language=LanguageTag(target.language),
        characters=to_speak.characters,
        stages=stages,
        cost=_sum_of([one.cost for one in stages]),
        wall_s=facts.wall_s(_SPEAKING_SHARE * share),
    )


@dataclass(frozen=True, slots=True)
class _Left:
    """Lines that are still to be worked on, of all lines, and their characters."""

    count: int
    of_all: int
    characters: int


def _text_stage(stage: EstimatedStage, kind: str, left: _Left, facts: _Facts) -> StageEstimate:
    per_call = _SCENE_LINES if stage == "translate" else 1
    calls = -(-left.count // per_call)
    return facts.stage(stage, kind, calls=calls, units=left.characters, done=left.count == 0)


def _lines_left(
    service: Service, project: Project, target: Target, facts: _Facts
) -> tuple[_Left, _Left]:
    """The lines to translate, and the lines to speak."""
    heard = facts.lines.utterances if facts.lines else ()
    if target.script_key is None:
        every = _left(heard, len(heard)) if facts.lines else _guessed(facts.duration_ms)
        return every, every
    written = read_document(service.store, Script, target.script_key).utterances
    if target.output_revision and not is_stale(project, target):
        return _left((), len(written)), _left((), len(written))
    known = {(line.id, line.source_text): line for line in written if line.target_text.strip()}
    lines = heard if heard and lines_are_newer(project, target) else written
    coming = [known.get((line.id, line.source_text), line) for line in lines]
    new = [line for line in coming if not line.target_text.strip()]
    spoken = _spoken_in(spoken_before(service, target), target.voices)
    unspoken = [one for one in coming if not one.keep_original and spoken.get(one.id) != one]
    return _left(new, len(lines)), _left(unspoken, len(lines))


def _spoken_in(receipt: Receipt | None, voices: Mapping[str, str]) -> dict[int, Utterance]:
    """The lines of the last output whose speakers still have the voice that spoke them."""
    if receipt is None:
        return {}
    pins = receipt.spoken
    return {
        line.id: line
        for line in receipt.script.utterances
        if line.id in pins and voices.get(line.speaker, pins[line.id].voice) == pins[line.id].voice
    }


def _left(lines: Sequence[Utterance], of_all: int) -> _Left:
    characters = sum(len(line.target_text or line.source_text) for line in lines)
    return _Left(len(lines), of_all, characters)


def _guessed(duration_ms: int) -> _Left:
    count = -(-duration_ms // _LINE_MS)
    return _Left(count, count, round(duration_ms / 1000 * CHARACTERS_PER_S))


def _measured_factor(session: Session, caller: Caller) -> float | None:
    """How long the account's newest runs took for a second of video and target."""
    rows = session.execute(
        select(Operation, Project.source)
        .join(Project, Project.id == Operation.project_id)
        .where(
            Operation.account_id == caller.account_id,
            Operation.kind == "run",
            Operation.state == "succeeded",
            # The quick queue has runs of an edited line or two, which tell nothing of whole ones.
            Operation.queue == "long",
        )
        .order_by(Operation.created_at.desc())
        .limit(_RUNS_LOOKED_AT)
    ).all()
    worked_s = media_s = 0.0
    for run, source in rows:
        if source is not None and run.started_at and run.finished_at:
            worked_s += (run.finished_at - run.started_at).total_seconds()
            media_s += source.duration_ms / 1000 * _targets_of(run)
    if not media_s:
        return None
    least, most = _FACTORS
    return min(most, max(least, worked_s / media_s))


def _targets_of(run: Operation) -> int:
    named = run.arguments.get("targets")
    return max(1, len(named)) if isinstance(named, list) else 1


def _sum_of(costs: Sequence[float | None]) -> float | None:
    """None as soon as one of them is unknown."""
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None
