"""The script of a target: its lines with their target texts, and edits to them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from dubwright.db.tables import Artifact, Project, Target
from dubwright.domain.errors import NotFoundError
from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Script, Utterance
from dubwright.domain.timeline import Document
from dubwright.jobs.asked import AskedBool, AskedSpeed, AskedText, AskedVoice
from dubwright.jobs.caller import Caller
from dubwright.jobs.documents import keep_document, read_document
from dubwright.jobs.lookup import own_target
from dubwright.jobs.projects import require_revision, touch
from dubwright.jobs.receipts import Receipt, speaks_the_same
from dubwright.jobs.resources import ScriptResource, UtteranceResource
from dubwright.jobs.service import Service
from dubwright.jobs.shown import is_stale


class UtteranceChanges(Document):
    """What to change of a line; what is left out stays, null takes a choice back."""

    target_text: AskedText | None = None
    voice: AskedVoice | None = None
    speed: AskedSpeed | None = None
    locked: AskedBool | None = None
    keep_original: AskedBool | None = None


def show_script(
    service: Service, caller: Caller, project_id: str, language: LanguageTag
) -> ScriptResource:
    """All lines of a target. Raises `NotFoundError` before it was translated."""
    with service.database.reading() as session:
        project, target = own_target(session, caller, project_id, language)
        return _shown(service, session, project, target, _script(service, target))


def change_utterance(
    service: Service,
    caller: Caller,
    project_id: str,
    language: LanguageTag,
    utterance: int,
    changes: UtteranceChanges,
    *,
    revision: int | None,
) -> tuple[UtteranceResource, int]:
    """Change a line of a target that still has `revision`; the target becomes stale.

    Returns the line, and the target's revision.
    """
    with service.database.writing() as session:
        project, target = own_target(session, caller, project_id, language, to_change=True)
        require_revision(target, revision)
        script = _script(service, target)
        line = _line(script, utterance)
        changed = _changed(line, changes)
        lines = tuple(changed if one is line else one for one in script.utterances)
        edited = script.model_copy(update={"utterances": lines})
        if changed != line:
            target.script_key = keep_document(service.store, edited)
            touch(service, target)
        shown = _shown(service, session, project, target, edited)
        changed_line = next(one for one in shown.utterances if one.id == utterance)
        return changed_line, shown.revision


def show_utterance(
    service: Service, caller: Caller, project_id: str, language: LanguageTag, utterance: int
) -> tuple[UtteranceResource, int]:
    """One line of a target, and the target's revision."""
    script = show_script(service, caller, project_id, language)
    for line in script.utterances:
        if line.id == utterance:
            return line, script.revision
    raise _no_line(utterance)


def spoken_before(service: Service, target: Target) -> Receipt | None:
    """How the finished dub was spoken; None before there is one."""
    if target.receipt_key is None:
        return None
    return read_document(service.store, Receipt, target.receipt_key)


def _script(service: Service, target: Target) -> Script:
    if target.script_key is None:
        raise NotFoundError(
            f"target {target.language!r} has no script yet",
            hint="`:translate` writes it, or `:run` does everything",
        )
    return read_document(service.store, Script, target.script_key)


def _line(script: Script, utterance: int) -> Utterance:
    for line in script.utterances:
        if line.id == utterance:
            return line
    raise _no_line(utterance)


def _no_line(utterance: int) -> NotFoundError:
    return NotFoundError(
        f"there is no utterance {utterance}", hint="load the script again; it may have changed"
    )


def _changed(line: Utterance, changes: UtteranceChanges) -> Utterance:
    """Shorter wordings go with the text that they were made for."""
    given = {name: getattr(changes, name) for name in changes.model_fields_set}
    kept = {
        name: value
        for name, value in given.items()
        if value is not None or name in ("voice", "speed")
    }
    if "target_text" in kept and kept["target_text"] != line.target_text:
        kept |= {"variants": (), "translated_by": ""}
    return Utterance.model_validate({**line.model_dump(), **kept})


def _shown(
    service: Service, session: Session, project: Project, target: Target, script: Script
) -> ScriptResource:
    receipt = spoken_before(service, target)
    before = {line.id: line for line in receipt.script.utterances} if receipt else {}
    placed = _placements(service, session, target)
    return ScriptResource(
        project=project.id,
        language=LanguageTag(target.language),
        source_language=script.source_language,
        revision=target.revision,
        output_revision=target.output_revision,
        stale=is_stale(project, target),
        utterances=tuple(
            _line_shown(
                line, placed.get(line.id), stale=not speaks_the_same(before.get(line.id), line)
            )
            for line in script.utterances
        ),
    )


def _line_shown(line: Utterance, placed: Placement | None, *, stale: bool) -> UtteranceResource:
    return UtteranceResource(
        **line.model_dump(),
        stale=stale,
        placed_start_ms=placed.start_ms if placed else None,
        placed_end_ms=placed.end_ms if placed else None,
        placed_speed=placed.speed if placed else None,
        measures=placed.measures if placed else (),
    )


def _placements(service: Service, session: Session, target: Target) -> dict[int, Placement]:
    wanted = (Artifact.target_id == target.id, Artifact.name == "fit.json")
    key = session.scalar(select(Artifact.object_key).where(*wanted))
    if key is None:
        return {}
    report = read_document(service.store, FitReport, key)
    return {placed.utterance: placed for placed in report.placements}
