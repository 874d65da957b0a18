"""`/projects`: a source and its targets, and the stages that all targets share."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from dubwright.api.access import ReadCaller, TheService, WriteCaller
from dubwright.api.answering import ACCEPTED, EDITED, TAGGED, accepted, tag
from dubwright.api.conditional import ExpectedRevision
from dubwright.api.paging import AskedPage, served
from dubwright.api.places import ProjectId
from dubwright.api.problems import problems
from dubwright.api.routing import service_router
from dubwright.domain.timeline import Document
from dubwright.jobs import estimating, projects
from dubwright.jobs.asked import AskedLanguage
from dubwright.jobs.estimating import EstimateResource
from dubwright.jobs.projects import NewProject, ProjectChanges
from dubwright.jobs.resources import OperationResource, Page, ProjectResource, ProjectState
from dubwright.jobs.starting import Wanted, start_operation

router = service_router("projects")

AskedSearch = Annotated[
    str, Query(max_length=200, description="A part of the name, in capital or small letters.")
]
AskedState = Annotated[ProjectState | None, Query(description="Only those that stand so.")]


class AskedRun(Document):
    """Which targets to dub into; empty: all of the project's."""

    targets: tuple[AskedLanguage, ...] = Field(default=(), max_length=50, examples=[["de"]])


@router.get("/projects", responses=problems(400))
def list_projects(
    service: TheService,
    caller: ReadCaller,
    page: AskedPage,
    search: AskedSearch = "",
    state: AskedState = None,
) -> Page[ProjectResource]:
    """List the account's projects, newest first; only some, by a part of their name or state."""
    return served(projects.list_projects(service, caller, page, search=search, state=state))


@router.post("/projects", status_code=201, responses=problems(404))
def create_project(
    service: TheService, caller: WriteCaller, asked: NewProject, response: Response
) -> ProjectResource:
    """Make a project of a complete upload, or of a link to a video that you may dub.

    Nothing is worked on or fetched until you start something: the first operation that needs
    the video of a link fetches it, as its stage `fetch`.
    """
    project = projects.create_project(service, caller, asked)
    response.headers["Location"] = f"/v1/projects/{project.id}"
    tag(response, project.revision)
    return project


@router.get("/projects/{project}", responses=TAGGED)
def show_project(
    service: TheService, caller: ReadCaller, project: ProjectId, response: Response
) -> ProjectResource:
    """Show a project with its targets."""
    shown = projects.show_project(service, caller, project)
    tag(response, shown.revision)
    return shown


@router.patch("/projects/{project}", responses=EDITED)
def change_project(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    changes: ProjectChanges,
    revision: ExpectedRevision,
    response: Response,
) -> ProjectResource:
    """Change a project's name, source language, settings or budget. What is left out stays."""
    shown = projects.change_project(service, caller, project, changes, revision=revision)
    tag(response, shown.revision)
    return shown


@router.delete("/projects/{project}", status_code=204, responses=problems(409))
def delete_project(service: TheService, caller: WriteCaller, project: ProjectId) -> None:
    """Delete a project with its targets and files. Cancel what works on it first."""
    projects.delete_project(service, caller, project)


@router.post("/projects/{project}:estimate")
def estimate_project(
    service: TheService, caller: ReadCaller, project: ProjectId
) -> EstimateResource:
    """Tell what a run into all targets would take: engine calls, characters, cost and time.

    No work is done. What was made before costs nothing and is marked as done.
    """
    return estimating.estimate_project(service, caller, project)


@router.post("/projects/{project}:ingest", status_code=202, responses=ACCEPTED)
def ingest_project(
    service: TheService, caller: WriteCaller, project: ProjectId, response: Response
) -> OperationResource:
    """Look into the video and find out when anybody speaks."""
    wanted = Wanted(kind="ingest", project=project)
    return accepted(response, start_operation(service, caller, wanted))


@router.post("/projects/{project}:separate", status_code=202, responses=ACCEPTED)
def separate_project(
    service: TheService, caller: WriteCaller, project: ProjectId, response: Response
) -> OperationResource:
    """Separate speech and background. The background becomes an artifact of the project."""
    wanted = Wanted(kind="separate", project=project)
    return accepted(response, start_operation(service, caller, wanted))


@router.post("/projects/{project}:transcribe", status_code=202, responses=ACCEPTED)
def transcribe_project(
    service: TheService, caller: WriteCaller, project: ProjectId, response: Response
) -> OperationResource:
    """Write down what is said, and by whom. A transcript that is there is replaced."""
    wanted = Wanted(kind="transcribe", project=project)
    return accepted(response, start_operation(service, caller, wanted))


@router.post("/projects/{project}:diarize", status_code=202, responses=ACCEPTED)
def diarize_project(
    service: TheService, caller: WriteCaller, project: ProjectId, response: Response
) -> OperationResource:
    """Tell the speakers apart."""
    wanted = Wanted(kind="diarize", project=project)
    return accepted(response, start_operation(service, caller, wanted))


@router.post("/projects/{project}:run", status_code=202, responses=ACCEPTED)
def run_project(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    response: Response,
    asked: AskedRun | None = None,
) -> OperationResource:
    """Dub into all targets, or those that are named: every stage that is still to be done."""
    targets = asked.targets if asked else ()
    wanted = Wanted(kind="run", project=project, targets=targets)
    return accepted(response, start_operation(service, caller, wanted))
