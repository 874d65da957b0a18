"""`/projects/{project}/speakers`: who speaks in the source."""

from dubwright.api.access import ReadCaller, TheService, WriteCaller
from dubwright.api.answering import whole
from dubwright.api.places import ProjectId, SpeakerPath
from dubwright.api.problems import problems
from dubwright.api.routing import service_router
from dubwright.domain.speech import SpeakerId
from dubwright.jobs import speakers
from dubwright.jobs.resources import Page, SpeakerResource
from dubwright.jobs.speakers import NewSpeaker, SpeakerChanges, SpeakerMerge

router = service_router("transcripts")

_SPEAKERS = "/projects/{project}/speakers"


@router.get(_SPEAKERS)
def list_speakers(
    service: TheService, caller: ReadCaller, project: ProjectId
) -> Page[SpeakerResource]:
    """List who speaks in the source. `speech_ms` is how long their segments are, together."""
    return whole(speakers.list_speakers(service, caller, project))


@router.post(_SPEAKERS, status_code=201, responses=problems(409))
def add_speaker(
    service: TheService, caller: WriteCaller, project: ProjectId, new: NewSpeaker
) -> SpeakerResource:
    """Add a speaker, so that segments can be given to them."""
    return speakers.add_speaker(service, caller, project, new)


@router.patch(_SPEAKERS + "/{speaker}")
def rename_speaker(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    speaker: SpeakerPath,
    changes: SpeakerChanges,
) -> SpeakerResource:
    """Give a speaker a name for people. The id stays, and so does every output."""
    return speakers.rename_speaker(service, caller, project, SpeakerId(speaker), changes.name)


@router.post(_SPEAKERS + "/{speaker}:merge", responses=problems(409, 507))
def merge_speaker(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    speaker: SpeakerPath,
    merge: SpeakerMerge,
) -> Page[SpeakerResource]:
    """Give all segments of a speaker to another, because they are one. Lists who is left.

    The transcript has a new revision, and the targets become stale.
    """
    left = speakers.merge_speaker(service, caller, project, SpeakerId(speaker), merge.into)
    return whole(left)
