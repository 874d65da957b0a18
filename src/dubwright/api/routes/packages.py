"""`:package`: finished dubs put together, for players and for YouTube."""

from fastapi import Response
from pydantic import Field

from dubwright.api.access import TheService, WriteCaller
from dubwright.api.answering import ACCEPTED, accepted
from dubwright.api.places import ProjectId
from dubwright.api.routing import service_router
from dubwright.domain.timeline import Document
from dubwright.jobs.asked import AskedLanguage
from dubwright.jobs.resources import OperationResource
from dubwright.jobs.starting import Wanted, start_operation

router = service_router("projects")


class AskedPackage(Document):
    """Which dubs to put together, the one that is heard first first; without any, all there are."""

    targets: tuple[AskedLanguage, ...] = Field(default=(), max_length=50)


@router.post("/projects/{project}:package", status_code=202, responses=ACCEPTED)
def package_project(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    response: Response,
    asked: AskedPackage | None = None,
) -> OperationResource:
    """Put finished dubs together: one video with all languages, and a folder of each for YouTube.

    They become the artifacts `video.all-languages.mp4` (`.mkv` where MP4 does not carry the
    picture) and `youtube.zip` of the project.
    """
    targets = asked.targets if asked else ()
    wanted = Wanted(kind="package", project=project, targets=targets)
    return accepted(response, start_operation(service, caller, wanted))
