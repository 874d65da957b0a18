"""The transcript of a project: what was said, by whom; shown, and taken from subtitles."""

from dubwright.db.tables import Project
from dubwright.domain.cues import Cue, parse_cues, to_srt, to_vtt
from dubwright.domain.errors import InputError
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Lines, SpeakerId, Speakers, SpeakerTurn, Utterance
from dubwright.jobs.asked import LONGEST_TEXT
from dubwright.jobs.attributing import Attribution
from dubwright.jobs.caller import Caller
from dubwright.jobs.documents import read_document
from dubwright.jobs.lines import keep_lines, lines_of_project, transcript_shown
from dubwright.jobs.lookup import own_project
from dubwright.jobs.resources import TranscriptResource
from dubwright.jobs.revisions import require_revision
from dubwright.jobs.service import Service


def show_transcript(service: Service, caller: Caller, project_id: str) -> TranscriptResource:
    """The transcript. Raises `NotFoundError` before the project was transcribed."""
    with service.database.reading() as session:
        project = own_project(session, caller, project_id)
        return transcript_shown(project, lines_of_project(service, project))


def transcript_cues(service: Service, caller: Caller, project_id: str) -> tuple[Cue, ...]:
    """The transcript as cues, for subtitle files."""
    with service.database.reading() as session:
        lines = lines_of_project(service, own_project(session, caller, project_id))
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
        return keep_lines(service, project, Lines(language=language, utterances=tuple(spoken)))


def _turns(service: Service, project: Project) -> tuple[SpeakerTurn, ...]:
    """Who speaks when; whoever was merged speaks as the other."""
    if project.speakers_key is None:
        return ()
    turns = read_document(service.store, Speakers, project.speakers_key).turns
    merged = project.merged_speakers
    return tuple(
        turn.model_copy(update={"speaker": SpeakerId(merged.get(turn.speaker, turn.speaker))})
        for turn in turns
    )


def _refuse_long_texts(cues: tuple[Cue, ...]) -> None:
    for number, cue in enumerate(cues, start=1):
        if len(cue.text) > LONGEST_TEXT:
            raise InputError(
                f"cue {number} has {len(cue.text)} characters",
                hint=f"split it: a line has {LONGEST_TEXT} at most",
            )
