"""The script of a target: its lines with their target texts, and edits to them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from dubwright.db.tables import Project, Target
from dubwright.domain.carrying import with_line_said
from dubwright.domain.errors import NotFoundError
from dubwright.domain.language import LanguageTag
from dubwright.domain.looking import looks, mark_of, slots_ms
from dubwright.domain.merging import merged
from dubwright.domain.speech import Script, Utterance
from dubwright.domain.timeline import Document
from dubwright.jobs.asked import AskedBool, AskedSpeed, AskedText, AskedVoice
from dubwright.jobs.caller import Caller
from dubwright.jobs.documents import keep_document
from dubwright.jobs.lines import written_script
from dubwright.jobs.lookup import own_target
from dubwright.jobs.outputs import LastOutput, last_output
from dubwright.jobs.resources import ScriptResource, UtteranceResource
from dubwright.jobs.revisions import require_revision, touch
from dubwright.jobs.service import Service
from dubwright.jobs.shown import is_stale


class UtteranceChanges(Document):
    """What to change of a line; what is left out stays, null takes a choice back.

    `accepted` marks a line as fine: nothing is reported of it until it is edited again.
    """

    target_text: AskedText | None = None
    voice: AskedVoice | None = None
    speed: AskedSpeed | None = None
    locked: AskedBool | None = None
    keep_original: AskedBool | None = None
    accepted: AskedBool | None = None


def show_script(
    service: Service, caller: Caller, project_id: str, language: LanguageTag
) -> ScriptResource:
    """All lines of a target, as the newest transcript has them.

    Raises `NotFoundError` before anybody transcribed the project.
    """
    with service.database.reading() as session:
        project, target = own_target(session, caller, project_id, language)
        script = merged_script(service, project, target)
        lines = _Shown.of(service, session, project, target, script).lines()
        return ScriptResource(
            project=project.id,
            language=LanguageTag(target.language),
            source_language=script.source_language,
            revision=target.revision,
            project_revision=project.revision,
            output_revision=target.output_revision,
            stale=is_stale(project, target),
            to_look_at=sum(bool(line.look) for line in lines),
            utterances=lines,
        )


def show_utterance(
    service: Service, caller: Caller, project_id: str, language: LanguageTag, utterance: int
) -> tuple[UtteranceResource, int]:
    """One line of a target, and the target's revision."""
    with service.database.reading() as session:
        project, target = own_target(session, caller, project_id, language)
        script = merged_script(service, project, target)
        shown = _Shown.of(service, session, project, target, script)
        return shown.line(line_of(script, utterance)), target.revision


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

    To accept a line changes nothing that is heard, so the target stays what it is.
    Returns the line, and the target's revision.
    """
    with service.database.writing() as session:
        project, target = own_target(session, caller, project_id, language, to_change=True)
        require_revision(target, revision)
        script, lines = written_script(service, project, target)
        line = line_of(merged(lines, script), utterance)
        changed = _changed(line, changes)
        if changed != line:
            script = with_line_said(script, lines, changed)
            target.script_key = keep_document(service.store, script)
            touch(service, target)
        if changes.accepted is not None:
            _accept(target, changed, accepted=changes.accepted)
        shown = _Shown.of(service, session, project, target, merged(lines, script))
        return shown.line(changed), target.revision


def merged_script(service: Service, project: Project, target: Target) -> Script:
    """The script of a target, brought up to date with the transcript. Raises `NotFoundError`."""
    script, lines = written_script(service, project, target)
    return merged(lines, script)


def line_of(script: Script, utterance: int) -> Utterance:
    """A line of a script. Raises `NotFoundError`."""
    for line in script.utterances:
        if line.id == utterance:
            return line
    raise NotFoundError(
        f"there is no utterance {utterance}", hint="load the script again; it may have changed"
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is needed to show lines of one target."""

    script: Script
    output: LastOutput
    slots_ms: dict[int, int]
    accepted: dict[str, str]

    @classmethod
    def of(
        cls, service: Service, session: Session, project: Project, target: Target, script: Script
    ) -> "_Shown":
        end_ms = project.source.duration_ms if project.source else None
        return cls(
            script=script,
            output=last_output(service, session, target),
            slots_ms=slots_ms(script.utterances, end_ms=end_ms),
            accepted=target.accepted_lines,
        )

    def lines(self) -> tuple[UtteranceResource, ...]:
        return tuple(self.line(line) for line in self.script.utterances)

    def line(self, line: Utterance) -> UtteranceResource:
        placed = self.output.placed.get(line.id)
        accepted = str(line.id) in self.accepted and self.accepted[str(line.id)] == mark_of(line)
        known = self.output.evidence(line, self.slots_ms[line.id])
        return UtteranceResource(
            **dict(line),
            stale=self.output.is_stale(line),
            accepted=accepted,
            look=() if accepted else looks(line, self.script.target_language, known),
            placed_start_ms=placed.start_ms if placed else None,
            placed_end_ms=placed.end_ms if placed else None,
            placed_speed=placed.speed if placed else None,
            measures=placed.measures if placed else (),
        )


def _changed(line: Utterance, changes: UtteranceChanges) -> Utterance:
    """Shorter wordings go with the text that they were made for."""
    given = changes.model_dump(exclude_unset=True, exclude={"accepted"})
    kept = {
        name: value
        for name, value in given.items()
        if value is not None or name in ("voice", "speed")
    }
    if "target_text" in kept and kept["target_text"] != line.target_text:
        kept |= {"variants": (), "translated_by": ""}
    return Utterance.model_validate({**line.model_dump(), **kept})


def _accept(target: Target, line: Utterance, *, accepted: bool) -> None:
    """The mark is kept beside the script: it is no part of what a stage or a receipt knows, so
    nothing is made again for it, and a run that began before does not lose it."""
    others = {of: mark for of, mark in target.accepted_lines.items() if of != str(line.id)}
    target.accepted_lines = {**others, str(line.id): mark_of(line)} if accepted else others
