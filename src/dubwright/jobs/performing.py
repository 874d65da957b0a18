"""The worker's side of an operation: read the assignment, run the recipe, keep what it made."""

from collections.abc import Iterator
from contextlib import contextmanager

from dubwright.domain.errors import Cancelled, DubError
from dubwright.domain.job import Failure, OperationKind
from dubwright.domain.language import LanguageTag
from dubwright.jobs.alone import fetched, perform_alone
from dubwright.jobs.assignments import Assignment, Outcome, ProjectWork
from dubwright.jobs.bench import Bench, Means, as_people_know_it
from dubwright.jobs.documents import keep_document
from dubwright.jobs.fetching_source import with_source
from dubwright.jobs.packaging import perform_package
from dubwright.jobs.packing import pack_file
from dubwright.jobs.performing_targets import perform_on_targets
from dubwright.jobs.views import has_views, with_views
from dubwright.media.probe import probe
from dubwright.pipeline import stages
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.workspace import StoreWorkspace, claim_any

__all__ = ["Means", "perform"]

_OF_TARGETS: frozenset[OperationKind] = frozenset(
    ("run", "translate", "synthesize", "fit", "mix", "render")
)


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
        return Outcome(failure=as_people_know_it(Failure.of(exc), assignment.project))


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
        if assignment.kind == "package":
            return perform_package(assignment, bench)
        outcome = _perform_on(assignment, bench)
        needs_views = assignment.kind == "ingest" or not has_views(project)
        return with_views(outcome, bench) if needs_views else outcome


def _perform_on(assignment: Assignment, bench: Bench) -> Outcome:
    if assignment.kind in _OF_TARGETS:
        return perform_on_targets(assignment, bench)
    return _perform_on_source(assignment.kind, bench)


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


def _source_key(project: ProjectWork) -> str:
    if project.source_key is None:
        raise ValueError(f"project {project.id!r} has no source")
    return project.source_key


@contextmanager
def _workspace(project: ProjectWork, means: Means) -> Iterator[StoreWorkspace]:
    name = _source_key(project).rsplit("/", 1)[-1][:16]
    with claim_any(means.scratch / name) as folder:
        yield StoreWorkspace(folder, means.store, f"work/{name}")
