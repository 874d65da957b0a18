"""The transcript of a project: what was said, by whom; edits make its targets stale."""

from collections.abc import Callable
from typing import Annotated

from pydantic import Field

from dubwright.db.tables import Project
from dubwright.domain.cues import Cue, parse_cues, to_srt, to_vtt
from dubwright.domain.editing import merge_with_next, split_at, with_changes
from dubwright.domain.errors import ConflictError, InputError, NotFoundError
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Lines, SpeakerId, Speakers, SpeakerTurn, Utterance
from dubwright.domain.timeline import Document
from dubwright.jobs.asked import LONGEST_TEXT, AskedName, AskedSpeaker, AskedText, AskedTime
from dubwright.jobs.attributing import Attribution
from dubwright.jobs.caller import Caller
from dubwright.jobs.documents import keep_document, read_document
from dubwright.jobs.lookup import own_project
from dubwright.jobs.projects import require_revision, touch
from dubwright.jobs.resources import (
    SpeakerResource,
    TranscriptResource,
    TranscriptSegment,
)
from dubwright.jobs.service import Service

Edit = Callable[[Lines], Lines]


class SegmentChanges(Document):
    """What to change of a line of the transcript; what is left out stays."""

    text: Annotated[AskedText, Field(min_length=1)] | None = None
    speaker: AskedSpeaker | None = None
    start_ms: AskedTime | None = None
    end_ms: AskedTime | None = None


class SegmentSplit(Document):
    """Where to cut a line in two: in its text, after so many characters, and in time."""

    after_characters: int = Field(ge=1, le=100_000, strict=True)
    at_ms: AskedTime


class SpeakerChanges(Document):
    """What to call a speaker."""

    name: AskedName


def show_transcript(service: Service, caller: Caller, project_id: str) -> TranscriptResource:
    """The transcript. Raises `NotFoundError` before the project was transcribed."""
    with service.database.reading() as session:
        project = own_project(session, caller, project_id)
        return _shown(project, _lines(service, project))


def transcript_cues(service: Service, caller: Caller, project_id: str) -> tuple[Cue, ...]:
    """The transcript as cues, for subtitle files."""
    with service.database.reading() as session:
        lines = _lines(service, own_project(session, caller, project_id))
    return tuple(
        Cue(span=line.span, text=line.source_text)
        for line in lines.utterances
        if line.source_text.strip()
    )


def as_subtitles(cues: tuple[Cue, ...], form: str) -> str:
    """A subtitle file, `srt` or `vtt`."""
    return to_vtt(cues) if form == "vtt" else to_srt(cues)


def import_transcript(
    service: Service,
    caller: Caller,
    project_id: str,
    subtitles: str,
    *,
    language: LanguageTag,
    revision: int | None,
) -> TranscriptResource:
    """Take a transcript from an SRT or VTT file, one line a cue.

    Each line is given to whoever speaks most of it, or to `S1` before anybody listened.
    """
    cues = parse_cues(subtitles)
    if not cues:
        raise InputError(
            "there is no cue in it", hint="give a subtitle file in SRT or WebVTT format"
        )
    _refuse_long_texts(cues)
    with service.database.writing() as session:
        project = own_project(session, caller, project_id, to_change=True)
        require_revision(project, revision)
        project.source_language = language
        attribution = Attribution(_turns(service, project))
        spoken = [
            Utterance(
                id=number,
                speaker=attribution.speaker_of(cue.span) or SpeakerId("S1"),
                span=cue.span,
                source_text=cue.text,
            )
            for number, cue in enumerate(cues, start=1)
        ]
        return _write(service, project, Lines(language=language, utterances=tuple(spoken)))


def change_segment(
    service: Service,
    caller: Caller,
    project_id: str,
    segment: int,
    changes: SegmentChanges,
    *,
    revision: int | None,
) -> TranscriptResource:
    """Change a line's text, speaker or times."""

    def edit(lines: Lines) -> Lines:
        return with_changes(
            lines,
            segment,
            text=changes.text,
            speaker=changes.speaker,
            start_ms=changes.start_ms,
            end_ms=changes.end_ms,
        )

    return _edited(service, caller, project_id, edit, revision)


def split_segment(
    service: Service,
    caller: Caller,
    project_id: str,
    segment: int,
    where: SegmentSplit,
    *,
    revision: int | None,
) -> TranscriptResource:
    """Make two lines of one; the second gets a new id."""

    def edit(lines: Lines) -> Lines:
        return split_at(lines, segment, where.after_characters, at_ms=where.at_ms)

    return _edited(service, caller, project_id, edit, revision)


def merge_segment(
    service: Service, caller: Caller, project_id: str, segment: int, *, revision: int | None
) -> TranscriptResource:
    """Make one line of a line and its speaker's next."""

    def edit(lines: Lines) -> Lines:
        return merge_with_next(lines, segment)

    return _edited(service, caller, project_id, edit, revision)


def list_speakers(service: Service, caller: Caller, project_id: str) -> tuple[SpeakerResource, ...]:
    """Who speaks. Raises `NotFoundError` before anybody listened."""
    with service.database.reading() as session:
        return _speakers(service, own_project(session, caller, project_id))


def rename_speaker(
    service: Service, caller: Caller, project_id: str, speaker: SpeakerId, name: str
) -> SpeakerResource:
    """Give a speaker a name for people; their id stays."""
    with service.database.writing() as session:
        project = own_project(session, caller, project_id, to_change=True)
        known = {one.id: one for one in _speakers(service, project)}
        if speaker not in known:
            raise NotFoundError(
                f"there is no speaker {speaker!r}", hint=f"speakers: {', '.join(known)}"
            )
        project.speaker_names = {**project.speaker_names, speaker: name}
        project.updated_at = service.now()
        return known[speaker].model_copy(update={"name": name})


def _edited(
    service: Service, caller: Caller, project_id: str, edit: Edit, revision: int | None
) -> TranscriptResource:
    with service.database.writing() as session:
        project = own_project(session, caller, project_id, to_change=True)
        require_revision(project, revision)
        return _write(service, project, edit(_lines(service, project)))


def _write(service: Service, project: Project, lines: Lines) -> TranscriptResource:
    _refuse_times_past_the_end(project, lines)
    project.lines_key = keep_document(service.store, lines)
    touch(service, project)
    return _shown(project, lines)


def _turns(service: Service, project: Project) -> tuple[SpeakerTurn, ...]:
    if project.speakers_key is None:
        return ()
    return read_document(service.store, Speakers, project.speakers_key).turns


def _refuse_long_texts(cues: tuple[Cue, ...]) -> None:
    for number, cue in enumerate(cues, start=1):
        if len(cue.text) > LONGEST_TEXT:
            raise InputError(
                f"cue {number} has {len(cue.text)} characters",
                hint=f"split it: a line has {LONGEST_TEXT} at most",
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


def _lines(service: Service, project: Project) -> Lines:
    if project.lines_key is None:
        raise NotFoundError(
            f"project {project.id!r} has no transcript yet",
            hint=f"`POST /v1/projects/{project.id}:transcribe` makes it, `PUT` brings yours",
        )
    return read_document(service.store, Lines, project.lines_key)


def _speakers(service: Service, project: Project) -> tuple[SpeakerResource, ...]:
    if project.speakers_key is None:
        raise NotFoundError(
            f"nobody listened to project {project.id!r} yet",
            hint=f"`POST /v1/projects/{project.id}:diarize` tells its speakers apart",
        )
    people = read_document(service.store, Speakers, project.speakers_key).people
    return tuple(
        SpeakerResource(
            id=one.id,
            name=project.speaker_names.get(one.id, one.id),
            speech_ms=one.speech_ms,
            gender=one.gender,
            pitch_hz=one.pitch_hz,
        )
        for one in people
    )


def _shown(project: Project, lines: Lines) -> TranscriptResource:
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
