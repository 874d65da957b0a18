"""Files of projects, targets and operations: sources, artifacts, the newest fit and checks."""

from typing import Annotated, Final

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from dubwright.api.access import ReadCaller, TheService
from dubwright.api.answering import Declared, whole
from dubwright.api.files import DOWNLOADED, far_answer, file_answer
from dubwright.api.places import ArtifactName, OperationId, ProjectId, TargetLanguage
from dubwright.api.routing import service_router
from dubwright.domain.fit import FitReport
from dubwright.domain.quality import QcReport
from dubwright.domain.timeline import Document
from dubwright.jobs import artifacts
from dubwright.jobs.artifacts import ArtifactOwner, StoredFile
from dubwright.jobs.caller import Caller
from dubwright.jobs.resources import ArtifactResource, Page
from dubwright.jobs.service import Service
from dubwright.jobs.source_file import find_source

router = service_router("artifacts")


class ArtifactLink(Document):
    """An address that serves a file to whoever has it, for `valid_s` seconds."""

    url: str
    valid_s: int


AsLink = Annotated[
    bool, Query(description="Answer an address that works without a key for an hour instead.")
]

_FILE: Final[Declared] = {
    **DOWNLOADED,
    200: {
        "model": ArtifactLink,
        "description": "The whole file; with `link=true` its address",
        "content": DOWNLOADED[200]["content"],
    },
    307: {"description": "The file lies elsewhere: `Location` serves it for an hour, with `Range`"},
}

_SOURCE = "/projects/{project}/source"
_OF_PROJECT = "/projects/{project}/artifacts"
_OF_TARGET = "/projects/{project}/targets/{language}/artifacts"
_OF_OPERATION = "/operations/{operation}/artifacts"


@router.get(_OF_PROJECT)
def list_project_artifacts(
    service: TheService, caller: ReadCaller, project: ProjectId
) -> Page[ArtifactResource]:
    """List the files that all targets of a project share."""
    return whole(artifacts.list_artifacts(service, caller, ArtifactOwner(project)))


@router.get(_OF_TARGET)
def list_target_artifacts(
    service: TheService, caller: ReadCaller, project: ProjectId, language: TargetLanguage
) -> Page[ArtifactResource]:
    """List the files of a target. `revision` tells which edits are in them."""
    return whole(artifacts.list_artifacts(service, caller, ArtifactOwner(project, language)))


@router.get(_OF_OPERATION)
def list_operation_artifacts(
    service: TheService, caller: ReadCaller, operation: OperationId
) -> Page[ArtifactResource]:
    """List the files that a stage called alone made."""
    owner = ArtifactOwner(operation=operation)
    return whole(artifacts.list_artifacts(service, caller, owner))


@router.get(_OF_PROJECT + "/{name}", response_class=Response, responses=_FILE)
async def get_project_artifact(
    service: TheService,
    caller: ReadCaller,
    project: ProjectId,
    name: ArtifactName,
    request: Request,
    link: AsLink = False,
) -> Response:
    """Download a file of a project, whole or in part (`Range`)."""
    owner = ArtifactOwner(project)
    return await _answer(service, caller, owner, name, request=request, link=link)


@router.get(_OF_TARGET + "/{name}", response_class=Response, responses=_FILE)
async def get_target_artifact(
    service: TheService,
    caller: ReadCaller,
    project: ProjectId,
    language: TargetLanguage,
    name: ArtifactName,
    request: Request,
    link: AsLink = False,
) -> Response:
    """Download a file of a target, whole or in part (`Range`)."""
    owner = ArtifactOwner(project, language)
    return await _answer(service, caller, owner, name, request=request, link=link)


@router.get(_OF_OPERATION + "/{name}", response_class=Response, responses=_FILE)
async def get_operation_artifact(
    service: TheService,
    caller: ReadCaller,
    operation: OperationId,
    name: ArtifactName,
    request: Request,
    link: AsLink = False,
) -> Response:
    """Download a file of an operation, whole or in part (`Range`)."""
    owner = ArtifactOwner(operation=operation)
    return await _answer(service, caller, owner, name, request=request, link=link)


@router.get(_SOURCE, response_class=Response, responses=_FILE)
async def get_source(
    service: TheService,
    caller: ReadCaller,
    project: ProjectId,
    request: Request,
    link: AsLink = False,
) -> Response:
    """Download the video that a project dubs, as it came in, whole or in part (`Range`)."""
    stored = await run_in_threadpool(find_source, service, caller, project)
    return await _served(service, stored, request=request, link=link)


@router.get("/projects/{project}/targets/{language}/fit")
def show_fit(
    service: TheService, caller: ReadCaller, project: ProjectId, language: TargetLanguage
) -> FitReport:
    """Show where the newest fit placed each line, and what had to give."""
    owner = ArtifactOwner(project, language)
    return artifacts.read_artifact(service, caller, owner, "fit.json", FitReport)


@router.get("/projects/{project}/targets/{language}/qc")
def show_quality(
    service: TheService, caller: ReadCaller, project: ProjectId, language: TargetLanguage
) -> QcReport:
    """Show what was measured on the newest output."""
    owner = ArtifactOwner(project, language)
    return artifacts.read_artifact(service, caller, owner, "qc.json", QcReport)


async def _answer(
    service: Service,
    caller: Caller,
    owner: ArtifactOwner,
    name: str,
    *,
    request: Request,
    link: bool,
) -> Response:
    stored = await run_in_threadpool(artifacts.find_artifact, service, caller, owner, name)
    return await _served(service, stored, request=request, link=link)


async def _served(
    service: Service, stored: StoredFile, *, request: Request, link: bool
) -> Response:
    if link:
        url = await run_in_threadpool(artifacts.artifact_link, service, stored)
        valid_s = round(service.options.downloads_last.total_seconds())
        answer = ArtifactLink(url=url, valid_s=valid_s).model_dump_json()
        return Response(answer, media_type="application/json")
    if stored.path is not None:
        return await file_answer(request, stored, stored.path)
    return await run_in_threadpool(_elsewhere, service, stored, request)


def _elsewhere(service: Service, stored: StoredFile, request: Request) -> Response:
    """Sends the caller to where the file lies, with the range that is asked for.

    The address is signed for GET and ends soon: `HEAD` is answered here, and nobody keeps it.
    """
    size_bytes = service.store.size_bytes(stored.object_key) or 0
    here = far_answer(request, stored, size_bytes)
    if here is not None:
        return here
    url = artifacts.artifact_link(service, stored)
    return RedirectResponse(url, 307, {"Cache-Control": "no-store"})


for _path, _serve in (
    (_SOURCE, get_source),
    (_OF_PROJECT + "/{name}", get_project_artifact),
    (_OF_TARGET + "/{name}", get_target_artifact),
    (_OF_OPERATION + "/{name}", get_operation_artifact),
):
    # The description has each address once, with GET.
    router.head(_path, response_class=Response, include_in_schema=False)(_serve)
