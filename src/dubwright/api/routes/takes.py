"""`…/utterances/{utterance}/takes`: how a line was spoken, to listen to and to go back to."""

from typing import Annotated

from fastapi import Depends, Path, Request, Response

from dubwright.api.access import ReadCaller, TheService, WriteCaller
from dubwright.api.answering import EDITED, tag
from dubwright.api.conditional import ExpectedRevision
from dubwright.api.files import DOWNLOADED, bytes_answer
from dubwright.api.places import ProjectId, TargetLanguage, UtteranceId
from dubwright.api.routing import service_router
from dubwright.jobs import takes
from dubwright.jobs.resources import Page, TakeResource, UtteranceResource
from dubwright.jobs.takes import Line, TakeSound

router = service_router("scripts")

_LINE = "/projects/{project}/targets/{language}/utterances/{utterance}"


def the_line(project: ProjectId, language: TargetLanguage, utterance: UtteranceId) -> Line:
    """The line that an address names."""
    return Line(project, language, utterance)


TheLine = Annotated[Line, Depends(the_line)]
TakeName = Annotated[str, Path(max_length=64, examples=["0123456789abcdef01234567"])]


@router.get(_LINE + "/take", response_class=Response, responses=DOWNLOADED)
def play_take(service: TheService, caller: ReadCaller, line: TheLine, request: Request) -> Response:
    """Listen to the newest take of a line, as WAV. The line's `stale` tells if it was edited since."""
    return _played(request, takes.newest_sound(service, caller, line))


@router.get(_LINE + "/takes")
def list_takes(service: TheService, caller: ReadCaller, line: TheLine) -> Page[TakeResource]:
    """List the last three different takes of a line, the newest first."""
    return takes.list_takes(service, caller, line)


@router.get(_LINE + "/takes/{name}", response_class=Response, responses=DOWNLOADED)
def play_one_take(
    service: TheService, caller: ReadCaller, line: TheLine, name: TakeName, request: Request
) -> Response:
    """Listen to one of the takes of a line, as WAV."""
    return _played(request, takes.take_sound(service, caller, line, name))


@router.post(_LINE + "/takes/{name}:use", responses=EDITED)
def use_take(  # each argument is one part of the request
    service: TheService,
    caller: WriteCaller,
    line: TheLine,
    name: TakeName,
    revision: ExpectedRevision,
    response: Response,
) -> UtteranceResource:
    """Give a line the text, voice and speed of one of its takes. The target becomes stale.

    The next run uses that take as it is: nothing is spoken. `If-Match` is the target's `ETag`.
    """
    shown, now = takes.use_take(service, caller, line, name, revision=revision)
    tag(response, now)
    return shown


def _played(request: Request, sound: TakeSound) -> Response:
    return bytes_answer(request, sound.wav, version=sound.name, content_type="audio/wav")


for _path, _play in ((_LINE + "/take", play_take), (_LINE + "/takes/{name}", play_one_take)):
    # The description has each address once, with GET.
    router.head(_path, response_class=Response, include_in_schema=False)(_play)
