"""`…/transcript/segments`: the lines of a transcript, edited in every language at once."""

from typing import Annotated, Final

from fastapi import Body, Response

from dubwright.api.access import TheService, WriteCaller
from dubwright.api.answering import EDITED, TAGGED, Declared, tag
from dubwright.api.conditional import ExpectedRevision
from dubwright.api.places import ProjectId, SegmentId
from dubwright.api.problems import problems
from dubwright.api.routing import service_router
from dubwright.jobs import line_edits
from dubwright.jobs.line_edits import NewSegment, SegmentChanges, SegmentMerge, SegmentSplit
from dubwright.jobs.resources import TranscriptResource

router = service_router("transcripts")

_SEGMENTS = "/projects/{project}/transcript/segments"
_ADDED: Final[Declared] = {
    201: {**TAGGED[200], "description": "Added"},
    **problems(400, 409, 412, 428, 507),
}


@router.post(_SEGMENTS, status_code=201, responses=_ADDED)
def insert_segment(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    new: NewSegment,
    revision: ExpectedRevision,
    response: Response,
) -> TranscriptResource:
    """Put in a segment. Its target texts are kept if you give them, and translated if not.

    Its id is one that no segment had before. `If-Match` is the transcript's `ETag`.
    """
    shown = line_edits.insert_segment(service, caller, project, new, revision=revision)
    tag(response, shown.revision)
    return shown


@router.patch(_SEGMENTS + "/{segment}", responses=EDITED)
def change_segment(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    segment: SegmentId,
    changes: SegmentChanges,
    revision: ExpectedRevision,
    response: Response,
) -> TranscriptResource:
    """Change the text, the speaker or the times of a segment. The targets become stale."""
    shown = line_edits.change_segment(service, caller, project, segment, changes, revision=revision)
    tag(response, shown.revision)
    return shown


@router.delete(_SEGMENTS + "/{segment}", responses=EDITED)
def delete_segment(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    segment: SegmentId,
    revision: ExpectedRevision,
    response: Response,
) -> TranscriptResource:
    """Take a segment out, in every language: the dub is silent there. The targets become stale."""
    shown = line_edits.delete_segment(service, caller, project, segment, revision=revision)
    tag(response, shown.revision)
    return shown


@router.post(_SEGMENTS + "/{segment}:split", responses=EDITED)
def split_segment(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    segment: SegmentId,
    where: SegmentSplit,
    revision: ExpectedRevision,
    response: Response,
) -> TranscriptResource:
    """Make two segments of one. Target texts are cut where you say, or translated again."""
    shown = line_edits.split_segment(service, caller, project, segment, where, revision=revision)
    tag(response, shown.revision)
    return shown


@router.post(_SEGMENTS + "/{segment}:merge", responses=EDITED)
def merge_segment(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    segment: SegmentId,
    revision: ExpectedRevision,
    response: Response,
    texts: Annotated[SegmentMerge | None, Body()] = None,
) -> TranscriptResource:
    """Make one segment of this one and its speaker's next; the target texts are joined.

    The body is for texts that are not those of the parts one after the other.
    """
    shown = line_edits.merge_segment(
        service, caller, project, segment, texts or SegmentMerge(), revision=revision
    )
    tag(response, shown.revision)
    return shown
