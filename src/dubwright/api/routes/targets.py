"""`/projects/{project}/targets`: the languages of a project, and the stages of each."""

from fastapi import Response

from dubwright.api.access import ReadCaller, TheService, WriteCaller
from dubwright.api.answering import ACCEPTED, EDITED, TAGGED, accepted, tag, whole
from dubwright.api.conditional import ExpectedRevision
from dubwright.api.places import ProjectId, TargetLanguage
from dubwright.api.problems import problems
from dubwright.api.routing import service_router
from dubwright.domain.job import OperationKind
from dubwright.domain.language import LanguageTag
from dubwright.domain.timeline import Document
from dubwright.jobs import targets
from dubwright.jobs.asked import AskedLanguage
from dubwright.jobs.caller import Caller
from dubwright.jobs.resources import OperationResource, Page, TargetResource
from dubwright.jobs.service import Service
from dubwright.jobs.starting import Wanted, start_operation
from dubwright.jobs.targets import TargetChanges

router = service_router("targets")


class NewTarget(Document):
    """One more language to dub into."""

    language: AskedLanguage


@router.get("/projects/{project}/targets")
def list_targets(
    service: TheService, caller: ReadCaller, project: ProjectId
) -> Page[TargetResource]:
    """List the targets of a project, oldest first."""
    return whole(targets.list_targets(service, caller, project))


@router.post("/projects/{project}/targets", status_code=201)
def add_target(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    asked: NewTarget,
    response: Response,
) -> TargetResource:
    """Add a language to a project."""
    target = targets.add_target(service, caller, project, asked.language)
    response.headers["Location"] = f"/v1/projects/{project}/targets/{target.language}"
    tag(response, target.revision)
    return target


@router.get("/projects/{project}/targets/{language}", responses=TAGGED)
def show_target(
    service: TheService,
    caller: ReadCaller,
    project: ProjectId,
    language: TargetLanguage,
    response: Response,
) -> TargetResource:
    """Show a target with what can be downloaded of it."""
    target = targets.show_target(service, caller, project, language)
    tag(response, target.revision)
    return target


@router.patch("/projects/{project}/targets/{language}", responses=EDITED)
def change_target(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    language: TargetLanguage,
    changes: TargetChanges,
    revision: ExpectedRevision,
    response: Response,
) -> TargetResource:
    """Give speakers other voices. The target becomes stale."""
    target = targets.change_target(service, caller, project, language, changes, revision=revision)
    tag(response, target.revision)
    return target


@router.delete("/projects/{project}/targets/{language}", status_code=204, responses=problems(409))
def delete_target(
    service: TheService, caller: WriteCaller, project: ProjectId, language: TargetLanguage
) -> None:
    """Delete a target with its files."""
    targets.delete_target(service, caller, project, language)


@router.post(
    "/projects/{project}/targets/{language}:translate", status_code=202, responses=ACCEPTED
)
def translate_target(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    language: TargetLanguage,
    response: Response,
) -> OperationResource:
    """Write the script: translate what has no target text yet."""
    return accepted(response, _started(service, caller, "translate", project, language))


@router.post(
    "/projects/{project}/targets/{language}:synthesize", status_code=202, responses=ACCEPTED
)
def synthesize_target(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    language: TargetLanguage,
    response: Response,
) -> OperationResource:
    """Speak the lines that were not spoken as they are now."""
    return accepted(response, _started(service, caller, "synthesize", project, language))


@router.post("/projects/{project}/targets/{language}:fit", status_code=202, responses=ACCEPTED)
def fit_target(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    language: TargetLanguage,
    response: Response,
) -> OperationResource:
    """Place the lines in time. The fit and subtitles become artifacts."""
    return accepted(response, _started(service, caller, "fit", project, language))


@router.post("/projects/{project}/targets/{language}:mix", status_code=202, responses=ACCEPTED)
def mix_target(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    language: TargetLanguage,
    response: Response,
) -> OperationResource:
    """Mix the lines with the background."""
    return accepted(response, _started(service, caller, "mix", project, language))


@router.post("/projects/{project}/targets/{language}:render", status_code=202, responses=ACCEPTED)
def render_target(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    language: TargetLanguage,
    response: Response,
) -> OperationResource:
    """Join the mix and the picture, and check the finished file."""
    return accepted(response, _started(service, caller, "render", project, language))


@router.post("/projects/{project}/targets/{language}:run", status_code=202, responses=ACCEPTED)
def run_target(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    language: TargetLanguage,
    response: Response,
) -> OperationResource:
    """Dub into this language: every stage that is still to be done."""
    return accepted(response, _started(service, caller, "run", project, language))


def _started(
    service: Service, caller: Caller, kind: OperationKind, project: str, language: LanguageTag
) -> OperationResource:
    wanted = Wanted(kind=kind, project=project, target=language)
    return start_operation(service, caller, wanted)
