"""What a project's targets would take, told before any work is done."""

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from dubwright.db.tables import Project, Target
from dubwright.domain.errors import ConflictError
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Lines
from dubwright.domain.timeline import Document
from dubwright.jobs.caller import Caller
from dubwright.jobs.lines_left import lines_left
from dubwright.jobs.lookup import own_project, targets_of
from dubwright.jobs.measured_pace import measured_factor
from dubwright.jobs.offering import charged_engine
from dubwright.jobs.quoting import (
    PRICES_NOTE,
    Engine,
    Quoter,
    StageEstimate,
    oldest_price,
    total_of,
)
from dubwright.jobs.resources import ProjectSettings
from dubwright.jobs.service import Service
from dubwright.jobs.stage_quotes import (
    HEARING_SHARE,
    REAL_TIME_FACTOR,
    SPEAKING_SHARE,
    SourceFacts,
    TargetFacts,
    characters_to_speak,
    done_before,
    target_stages,
    telling_speakers,
    transcribing,
)
from dubwright.jobs.stored_length import stored_duration_ms
from dubwright.jobs.text_lengths import CHARACTERS_PER_S
from dubwright.registry import Kind


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
    `cost` is in US dollars, null as soon as one price is not known; `price_as_of` is the day of
    the oldest price that was reckoned with, null where nothing is charged.
    """

    project: str
    media_minutes: float
    characters_are_exact: bool
    characters_per_s: float
    real_time_factor: float
    from_history: bool
    stages: tuple[StageEstimate, ...] = Field(description="What all targets share.")
    targets: tuple[TargetEstimate, ...]
    cost: float | None
    price_as_of: date | None
    prices: str = PRICES_NOTE
    wall_s: int


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of a project. `lines` None: it was not transcribed."""

    source: SourceFacts
    lines: Lines | None
    factor: float
    quoter: Quoter

    def wall_s(self, share: float) -> int:
        """Seconds for a share of a whole dub."""
        return round(self.source.duration_ms / 1000 * self.factor * share)


def estimate_project(service: Service, caller: Caller, project_id: str) -> EstimateResource:
    """What runs into the project's targets would take. Nothing is worked on.

    Raises `ConflictError` when the length of the video cannot be told yet.
    """
    with service.database.reading() as session:
        project = own_project(session, caller, project_id)
        targets = targets_of(session, project)
        measured = measured_factor(session, caller)
    facts = _facts(service, project, measured or REAL_TIME_FACTOR)
    shared = _shared(facts)
    estimates = tuple(_target(service, project, target, facts) for target in targets)
    every = [*shared, *(stage for one in estimates for stage in one.stages)]
    return EstimateResource(
        project=project.id,
        media_minutes=round(facts.source.duration_ms / 60_000, 2),
        characters_are_exact=facts.lines is not None,
        characters_per_s=CHARACTERS_PER_S,
        real_time_factor=round(facts.factor, 3),
        from_history=measured is not None,
        stages=shared,
        targets=estimates,
        cost=total_of(every),
        price_as_of=oldest_price(every),
        wall_s=sum(one.wall_s for one in estimates)
        + (0 if facts.lines else facts.wall_s(HEARING_SHARE)),
    )


def _facts(service: Service, project: Project, factor: float) -> _Facts:
    key = project.lines_key
    language = project.source_language
    return _Facts(
        source=SourceFacts(
            _duration_ms(service, project), LanguageTag(language) if language else None
        ),
        lines=service.read_document(Lines, key) if key else None,
        factor=factor,
        quoter=Quoter(_engines(service, project), service.options.prices, _checker(service)),
    )


def _duration_ms(service: Service, project: Project) -> int:
    if project.source is not None:
        return project.source.duration_ms
    key = project.source_key
    duration_ms = stored_duration_ms(service, key) if key is not None else None
    if duration_ms is None:
        raise ConflictError(
            "how long the video is was not looked up yet",
            hint=f"`POST /v1/projects/{project.id}:ingest` does it",
        )
    return duration_ms


def _engines(service: Service, project: Project) -> dict[Kind, Engine]:
    """The engine of each kind that the project would use."""
    named = ProjectSettings.model_validate(project.settings).engines
    return {
        one.kind: Engine(one.name, service.offers.charged(one.kind, one.name))
        for one in service.offers.providers()
        if named.get(one.kind, one.name if one.chosen else None) == one.name
    }


def _checker(service: Service) -> Engine | None:
    chosen = service.options.checker
    return Engine(chosen.name, charged_engine("speech_to_text", chosen)) if chosen else None


def _shared(facts: _Facts) -> tuple[StageEstimate, ...]:
    """Hearing what is said and telling the speakers apart, unless that was done."""
    if facts.lines is None:
        return (
            transcribing(facts.quoter, facts.source),
            telling_speakers(facts.quoter, facts.source),
        )
    return done_before(facts.quoter)


def _target(service: Service, project: Project, target: Target, facts: _Facts) -> TargetEstimate:
    left = lines_left(service, project, target, facts.lines)
    wanted = TargetFacts(
        language=LanguageTag(target.language),
        to_translate=left.to_translate if left else None,
        to_speak=left.to_speak if left else None,
        voices=target.voices,
    )
    stages = target_stages(facts.quoter, facts.source, wanted)
    share = len(left.to_speak) / max(1, left.of_all) if left else 1.0
    return TargetEstimate(
        language=wanted.language,
        characters=characters_to_speak(facts.source, wanted),
        stages=stages,
        cost=total_of(stages),
        wall_s=facts.wall_s(SPEAKING_SHARE * share),
    )
