"""`…/utterances`: the script of a target, which people edit."""

from fastapi import Response

from dubwright.api.access import ReadCaller, TheService, WriteCaller
from dubwright.api.answering import EDITED, TAGGED, tag
from dubwright.api.conditional import ExpectedRevision
from dubwright.api.places import ProjectId, TargetLanguage, UtteranceId
from dubwright.api.routing import service_router
from dubwright.jobs import scripts
from dubwright.jobs.resources import ScriptResource, UtteranceResource
from dubwright.jobs.scripts import UtteranceChanges

router = service_router("scripts")

_LINES = "/projects/{project}/targets/{language}/utterances"


@router.get(_LINES, responses=TAGGED)
def show_script(
    service: TheService,
    caller: ReadCaller,
    project: ProjectId,
    language: TargetLanguage,
    response: Response,
) -> ScriptResource:
    """Show all lines of a target, with where the newest fit placed them."""
    script = scripts.show_script(service, caller, project, language)
    tag(response, script.revision)
    return script


@router.get(_LINES + "/{utterance}", responses=TAGGED)
def show_utterance(
    service: TheService,
    caller: ReadCaller,
    project: ProjectId,
    language: TargetLanguage,
    utterance: UtteranceId,
    response: Response,
) -> UtteranceResource:
    """Show one line. Its `ETag` is the target's."""
    line, revision = scripts.show_utterance(service, caller, project, language, utterance)
    tag(response, revision)
    return line


@router.patch(_LINES + "/{utterance}", responses=EDITED)
def change_utterance(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    language: TargetLanguage,
    utterance: UtteranceId,
    changes: UtteranceChanges,
    revision: ExpectedRevision,
    response: Response,
) -> UtteranceResource:
    """Change a line's text, voice or speed, lock it, or keep the original. The target becomes stale.

    What is left out stays; null takes a voice or speed back. `If-Match` is the target's `ETag`.
    """
    line, now = scripts.change_utterance(
        service, caller, project, language, utterance, changes, revision=revision
    )
    tag(response, now)
    return line
