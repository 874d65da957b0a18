"""The one-call path: an upload or a link, a project and its run, together or not at all."""

from typing import Self

from pydantic import model_validator

from dubwright.domain.errors import InputError
from dubwright.jobs.caller import Caller
from dubwright.jobs.projects import NewProject, add_project
from dubwright.jobs.receiving import Piece, open_receiver
from dubwright.jobs.resources import OperationResource
from dubwright.jobs.running_sums import RunningSums
from dubwright.jobs.service import Service
from dubwright.jobs.shown import operation_shown
from dubwright.jobs.starting import Wanted, queue_operation, submission_of, submit
from dubwright.jobs.uploads import UploadResource, own_upload


class NewDub(NewProject):
    """A complete upload or a link, and what to dub it into."""

    @model_validator(mode="after")
    def _has_targets(self) -> Self:
        if not self.targets:
            raise ValueError("name at least one target language")
        return self


def start_dub(service: Service, caller: Caller, asked: NewDub) -> OperationResource:
    """Make a project and start its run. Raises `Throttled` when too many wait."""
    with service.database.writing() as session:
        project = add_project(service, session, caller, asked)
        wanted = Wanted(kind="run", project=project.id)
        operation = queue_operation(service, session, caller, wanted)
        submission = submission_of(session, operation)
        shown = operation_shown(session, operation)
    submit(service, submission)
    return shown


def complete_upload(
    service: Service, caller: Caller, upload_id: str, sums: RunningSums
) -> UploadResource:
    """Bring an upload into the store that was announced larger than it is, now that it is whole.

    What comes in a form says its size only by ending. Raises `InputError` for an empty file.
    """
    with service.database.writing() as session:
        upload = own_upload(service, session, caller, upload_id)
        upload.size_bytes = size = upload.received_bytes
    if size == 0:
        raise InputError("an empty file cannot be dubbed", hint="choose a video or sound file")
    return open_receiver(service, caller, upload_id, piece=Piece(size), sums=sums).finish()
