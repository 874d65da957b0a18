"""The lines of a project: what is said in its source, by whom and when."""

from dubwright.db.tables import Project, Target
from dubwright.domain.errors import ConflictError, NotFoundError
from dubwright.domain.language import LanguageTag
from dubwright.domain.merging import lines_of, unwritten
from dubwright.domain.speech import Lines, Script
from dubwright.jobs.documents import keep_document
from dubwright.jobs.resources import TranscriptResource, TranscriptSegment
from dubwright.jobs.revisions import touch
from dubwright.jobs.service import Service


def known_lines(service: Service, project: Project) -> Lines | None:
    """None before the project was transcribed."""
    key = project.lines_key
    return service.read_document(Lines, key) if key else None


def lines_of_project(service: Service, project: Project) -> Lines:
    """Raises `NotFoundError` before the project was transcribed."""
    lines = known_lines(service, project)
    if lines is None:
        raise NotFoundError(
            f"project {project.id!r} has no transcript yet",
            hint=f"`POST /v1/projects/{project.id}:transcribe` makes it, `PUT` brings yours",
        )
    return lines


def keep_lines(service: Service, project: Project, lines: Lines) -> TranscriptResource:
    """Make these the lines of the project. Raises `ConflictError` for times after its end."""
    _refuse_times_past_the_end(project, lines)
    project.lines_key = keep_document(service.store, lines)
    touch(service, project)
    return transcript_shown(project, lines)


def written_script(service: Service, project: Project, target: Target) -> tuple[Script, Lines]:
    """A target's script as it was last written, and the lines that it is merged with to be read.

    Raises `NotFoundError` when there is neither.
    """
    lines = known_lines(service, project)
    if target.script_key is not None:
        script = service.read_document(Script, target.script_key)
        return script, lines or lines_of(script)
    if lines is None:
        raise NotFoundError(
            f"target {target.language!r} has no script yet",
            hint="`:translate` writes it, or `:run` does everything",
        )
    return unwritten(lines, LanguageTag(target.language)), lines


def transcript_shown(project: Project, lines: Lines) -> TranscriptResource:
    """The lines as the API shows them."""
    return TranscriptResource(
        project=project.id,
        language=lines.language,
        revision=project.revision,
        segments=tuple(
            TranscriptSegment(
                id=line.id,
                speaker=line.speaker,
                start_ms=line.span.start_ms,
                end_ms=line.span.end_ms,
                text=line.source_text,
            )
            for line in lines.utterances
        ),
    )


def _refuse_times_past_the_end(project: Project, lines: Lines) -> None:
    if project.source is None:
        return
    end_ms = project.source.duration_ms
    late = [line for line in lines.utterances if line.span.end_ms > end_ms]
    if late:
        raise ConflictError(
            f"segment {late[0].id} ends at {late[0].span.end_ms} ms, after the video's end",
            hint=f"the video is {end_ms} ms long",
        )
