"""The worker's side of an operation: read the assignment, run the recipe, keep what it made."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dubwright.domain.errors import Cancelled, DubError, QualityError
from dubwright.domain.glossary import Terms, lines_without_terms
from dubwright.domain.job import Failure, OperationKind
from dubwright.domain.language import LanguageTag
from dubwright.domain.media import Source
from dubwright.domain.merging import lines_of, merged, untranslated
from dubwright.domain.speech import Lines, Script
from dubwright.jobs.alone import fetched, perform_alone
from dubwright.jobs.assignments import Assignment, MadeTarget, Outcome, ProjectWork, TargetWork
from dubwright.jobs.documents import keep_document, read_document
from dubwright.jobs.fetching_source import Captions, with_source
from dubwright.jobs.given import refuse_what_lies_outside
from dubwright.jobs.packing import pack_dub, pack_file, pack_lines, pack_takes
from dubwright.jobs.receipts import Receipt, receipt_of, untouched_lines
from dubwright.jobs.reporting import Reporter
from dubwright.media.probe import ProbeLimits, probe
from dubwright.pipeline import stages
from dubwright.pipeline.dub import dub
from dubwright.pipeline.order import Order
from dubwright.pipeline.results import Dub
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.tools import Tools
from dubwright.pipeline.workspace import StoreWorkspace, claim_any
from dubwright.ports.object_store import ObjectStore
from dubwright.sources.fetching import LinkFetcher

_OF_TARGETS: frozenset[OperationKind] = frozenset(
    ("run", "translate", "synthesize", "fit", "mix", "render")
)


@dataclass(frozen=True, slots=True)
class Means:
    """What an operation is performed with. `tools` builds the engines named by kind.

    `links` fetches the videos of links; None: this worker does not.
    """

    tools: Callable[[Mapping[str, str]], Tools]
    store: ObjectStore
    scratch: Path
    workers: int
    limits: ProbeLimits
    reporter: Reporter
    is_cancelled: Callable[[], bool]
    links: LinkFetcher | None = None


def perform(assignment: Assignment, means: Means) -> Outcome:
    """Do what was assigned. A failure of the work is part of the outcome.

    Only `Cancelled` escapes, and failures that may pass: those are worth another attempt.
    """
    try:
        if assignment.project is None:
            return perform_alone(assignment, means)
        return _perform_on_project(assignment, assignment.project, means)
    except Cancelled:
        raise
    except DubError as exc:
        return Outcome(failure=_as_people_know_it(Failure.of(exc), assignment.project))


def _as_people_know_it(failure: Failure, project: ProjectWork | None) -> Failure:
    """The store's name of the source is told as the name that its file came with."""
    if project is None or project.source_key is None:
        return failure
    stored = project.source_key.rsplit("/", 1)[-1]
    told = failure.message.replace(repr(stored), repr(project.file_name))
    return failure.model_copy(update={"message": told})


def _perform_on_project(assignment: Assignment, project: ProjectWork, means: Means) -> Outcome:
    tools = means.tools({**project.engines, **assignment.engines})
    project = with_source(project, means)
    with _workspace(project, means) as workspace:
        video = fetched(means.store, _source_key(project), workspace.folder / "source")
        source = project.source or probe(video, limits=means.limits)
        run = Runner(
            workspace,
            workers=means.workers,
            progress=means.reporter,
            is_cancelled=means.is_cancelled,
        )
        bench = Bench(video, source, project, tools, run, means, workspace)
        if assignment.kind in _OF_TARGETS:
            return _perform_on_targets(assignment, bench)
        return _perform_on_source(assignment.kind, bench)


@dataclass(frozen=True, slots=True)
class Bench:
    """One project on a worker's bench."""

    video: Path
    source: Source
    project: ProjectWork
    tools: Tools
    run: Runner
    means: Means
    workspace: StoreWorkspace

    def sitting(self, order: Order) -> stages.Sitting:
        """The bench with one order on it."""
        return stages.Sitting(self.video, self.source, order, self.tools, self.run)

    def lines(self) -> Lines | None:
        """What is said, if that is known."""
        key = self.project.lines_key
        return read_document(self.means.store, Lines, key) if key else None

    def order(self, target: LanguageTag) -> Order:
        """What was asked for, but for the script."""
        captions = self._captions()
        return Order(
            target_language=target,
            source_language=self.project.source_language or (captions and captions.language),
            speakers=self.project.speakers,
            keep_background=self.project.keep_background,
            transcript=captions.cues if captions else (),
        )

    def _captions(self) -> Captions | None:
        """What is said as the video's uploader wrote it, unless it was written down here since."""
        key = self.project.captions_key
        if key is None or self.project.lines_key is not None:
            return None
        return read_document(self.means.store, Captions, key)


def _perform_on_source(kind: OperationKind, bench: Bench) -> Outcome:
    store = bench.means.store
    sitting = bench.sitting(bench.order(LanguageTag("und")))
    found = Outcome(source=bench.source, source_language=bench.project.source_language)
    match kind:
        case "ingest":
            stages.heard_in(sitting)
            return found
        case "diarize":
            key = keep_document(store, stages.speakers_in(sitting))
            return found.model_copy(update={"speakers_key": key})
        case "transcribe":
            lines, speakers = stages.lines_in(sitting)
            update = {
                "source_language": lines.language,
                "lines_key": keep_document(store, lines),
                "speakers_key": keep_document(store, speakers),
            }
            return found.model_copy(update=update)
        case "separate":
            background = stages.background_of(sitting)
            packed = pack_file(store, "background.flac", background)
            return found.model_copy(update={"artifacts": (packed,)})
    raise ValueError(f"{kind!r} is no stage of a source")


def _perform_on_targets(assignment: Assignment, bench: Bench) -> Outcome:
    """Every target in turn. One that fails leaves the others; the first failure is reported."""
    lines = bench.lines()
    made: list[MadeTarget] = []
    for number, target in enumerate(assignment.targets):
        bench.means.reporter.begin_target(target.language, number, len(assignment.targets))
        try:
            done, lines = _perform_on_target(assignment.kind, target, lines, bench)
        except Cancelled:
            raise
        except DubError as exc:
            failure = _as_people_know_it(Failure.of(exc), bench.project)
            done = MadeTarget(id=target.id, revision=target.revision, failure=failure)
        made.append(done)
    failures = [one.failure for one in made if one.failure is not None]
    return Outcome(
        source=bench.source,
        source_language=lines.language if lines else bench.project.source_language,
        lines_key=keep_document(bench.means.store, lines) if lines else None,
        targets=tuple(made),
        failure=failures[0] if failures else None,
    )


def _perform_on_target(
    kind: OperationKind, target: TargetWork, lines: Lines | None, bench: Bench
) -> tuple[MadeTarget, Lines]:
    order = _order_of(target, lines, bench)
    sitting = bench.sitting(order)
    match kind:
        case "translate":
            script = stages.translated(sitting)
            made = _made(target, script, bench)
        case "synthesize" | "fit":
            spoken = stages.spoken(sitting)
            script = spoken.script
            packed = pack_lines(
                bench.means.store, script, spoken.takes.report, end_ms=bench.source.duration_ms
            )
            made = _made(target, script, bench).model_copy(
                update={
                    "artifacts": (*packed, pack_takes(bench.workspace, spoken.takes.recorded)),
                    "fit": spoken.takes.report,
                }
            )
        case "mix":
            track, mixed = stages.mixed(sitting)
            script = mixed.script
            packed_track = pack_file(bench.means.store, f"dub{track.suffix}", track)
            made = _made(target, script, bench).model_copy(update={"artifacts": (packed_track,)})
        case _:
            finished = dub(bench.video, bench.source, order, bench.tools, bench.run)
            script = finished.script
            made = _finished(target, finished, order, bench)
    _tell_lost_terms(script, target.glossary, bench)
    return made, lines or lines_of(script)


def _tell_lost_terms(script: Script, terms: Terms, bench: Bench) -> None:
    """Lines are named by number: what is said in them stays out of the log."""
    lines = lines_without_terms(script.utterances, terms)
    if lines:
        numbers = ", ".join(map(str, lines))
        bench.means.reporter.log(f"terms of the glossary are not in lines {numbers}")


def _order_of(target: TargetWork, lines: Lines | None, bench: Bench) -> Order:
    order = bench.order(target.language).model_copy(
        update={"voices": dict(target.voices), "glossary": target.glossary}
    )
    script = _script_of(target, lines, bench.means.store)
    if script is None:
        return order
    refuse_what_lies_outside(order, script, bench.source.duration_ms)
    edited: dict[str, object] = {"edited": script, "source_language": script.source_language}
    if target.receipt_key is not None:
        receipt = read_document(bench.means.store, Receipt, target.receipt_key)
        edited |= {"pinned": untouched_lines(receipt, script), "earlier": receipt.decided}
    return order.model_copy(update=edited)


def _script_of(target: TargetWork, lines: Lines | None, store: ObjectStore) -> Script | None:
    if target.script_key is None:
        return untranslated(lines, target.language) if lines else None
    script = read_document(store, Script, target.script_key)
    return merged(lines, script) if lines and target.lines_are_newer else script


def _made(target: TargetWork, script: Script, bench: Bench) -> MadeTarget:
    key = keep_document(bench.means.store, script)
    return MadeTarget(id=target.id, revision=target.revision, script_key=key)


def _finished(target: TargetWork, made: Dub, order: Order, bench: Bench) -> MadeTarget:
    store = bench.means.store
    receipt = receipt_of(made, edited=order.edited is not None)
    holds = made.video is not None and made.quality.completed
    return _made(target, made.script, bench).model_copy(
        update={
            "receipt_key": keep_document(store, receipt),
            "fit": made.fit,
            "finished": holds,
            "artifacts": (pack_takes(bench.workspace, made.recorded), *pack_dub(store, made)),
            "failure": None if holds else _broken_rules(made),
        }
    )


def _broken_rules(made: Dub) -> Failure:
    broken = [check.name for check in made.quality.checks if check.hard and not check.passed]
    return Failure.of(
        QualityError(
            f"the dub breaks a hard rule: {', '.join(broken) or 'a line does not fit'}",
            hint="`qc.json` and `fit.json` of the target name the lines; shorten their text",
        )
    )


def _source_key(project: ProjectWork) -> str:
    if project.source_key is None:
        raise ValueError(f"project {project.id!r} has no source")
    return project.source_key


@contextmanager
def _workspace(project: ProjectWork, means: Means) -> Iterator[StoreWorkspace]:
    name = _source_key(project).rsplit("/", 1)[-1][:16]
    with claim_any(means.scratch / name) as folder:
        yield StoreWorkspace(folder, means.store, f"work/{name}")
