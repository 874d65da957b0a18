"""The speakers of a project: found in its sound, added by people, named, and made one."""

from collections import Counter

from dubwright.db.tables import Project, Target
from dubwright.domain.editing import given_to
from dubwright.domain.errors import ConflictError, InputError, NotFoundError
from dubwright.domain.speech import Lines, Speaker, SpeakerId, Speakers
from dubwright.domain.timeline import Document
from dubwright.jobs.asked import AskedName, AskedSpeaker
from dubwright.jobs.caller import Caller
from dubwright.jobs.documents import read_document
from dubwright.jobs.lines import keep_lines, known_lines
from dubwright.jobs.lookup import own_project, targets_of
from dubwright.jobs.resources import SpeakerResource
from dubwright.jobs.service import Service

_MOST_SPEAKERS = 999


class SpeakerChanges(Document):
    """What to call a speaker."""

    name: AskedName


class NewSpeaker(Document):
    """Somebody who speaks and was not told apart."""

    name: AskedName


class SpeakerMerge(Document):
    """The speaker who it really is."""

    into: AskedSpeaker


def list_speakers(service: Service, caller: Caller, project_id: str) -> tuple[SpeakerResource, ...]:
    """Who speaks. Raises `NotFoundError` before anybody listened."""
    with service.database.reading() as session:
        return _shown(service, own_project(session, caller, project_id))


def rename_speaker(
    service: Service, caller: Caller, project_id: str, speaker: SpeakerId, name: str
) -> SpeakerResource:
    """Give a speaker a name for people; their id stays."""
    with service.database.writing() as session:
        project = own_project(session, caller, project_id, to_change=True)
        known = _known(service, project, speaker)
        _name(service, project, speaker, name)
        return known.model_copy(update={"name": name})


def add_speaker(
    service: Service, caller: Caller, project_id: str, new: NewSpeaker
) -> SpeakerResource:
    """Add somebody who lines can be given to. Raises `ConflictError` when there are too many."""
    with service.database.writing() as session:
        project = own_project(session, caller, project_id, to_change=True)
        shown = _shown(service, project)
        number = 1 + _highest(project, targets_of(session, project), [one.id for one in shown])
        if number > _MOST_SPEAKERS:
            raise ConflictError(
                f"speakers are numbered to {_MOST_SPEAKERS}", hint="rename one of those there are"
            )
        speaker = SpeakerId(f"S{number}")
        _name(service, project, speaker, new.name)
        return SpeakerResource(id=speaker, name=new.name, speech_ms=0, gender="unknown")


def merge_speaker(
    service: Service, caller: Caller, project_id: str, speaker: SpeakerId, into: SpeakerId
) -> tuple[SpeakerResource, ...]:
    """Give all lines of a speaker to another one, and forget the first. Returns who is left."""
    if speaker == into:
        raise InputError(f"{speaker!r} is {into!r} already", hint="name another speaker")
    with service.database.writing() as session:
        project = own_project(session, caller, project_id, to_change=True)
        for one in (speaker, into):
            _known(service, project, one)
        project.merged_speakers = _with_merged(project.merged_speakers, speaker, into)
        project.speaker_names = {
            one: name for one, name in project.speaker_names.items() if one != speaker
        }
        lines = known_lines(service, project)
        if lines is not None:
            keep_lines(service, project, given_to(lines, speaker, into))
        return _shown(service, project)


def added_speakers(service: Service, project: Project) -> frozenset[SpeakerId]:
    """Those whom only people told of: nobody was heard who is one of them."""
    named = {*project.speaker_names, *project.merged_speakers}
    found = {person.id for person in _found(service, project)} if named else set()
    return frozenset(map(SpeakerId, named - found))


def _with_merged(merged: dict[str, str], speaker: str, into: str) -> dict[str, str]:
    """Who is who, once a speaker is another; nobody is somebody who is not there."""
    earlier = {one: into if other == speaker else other for one, other in merged.items()}
    return {one: other for one, other in {**earlier, speaker: into}.items() if one != into}


def _shown(service: Service, project: Project) -> tuple[SpeakerResource, ...]:
    """Who was found or added and who has lines, but for those who are somebody else."""
    lines = known_lines(service, project)
    if lines is None and project.speakers_key is None:
        raise NotFoundError(
            f"nobody listened to project {project.id!r} yet",
            hint=f"`POST /v1/projects/{project.id}:diarize` tells its speakers apart",
        )
    found = {person.id: person for person in _found(service, project)}
    spoken_ms = _spoken_ms(lines)
    there = {*found, *map(SpeakerId, project.speaker_names)} - {*project.merged_speakers}
    return tuple(
        _resource(project, found.get(one) or Speaker(id=one, speech_ms=0), lines, spoken_ms[one])
        for one in sorted(there | {*spoken_ms}, key=_number)
    )


def _resource(
    project: Project, person: Speaker, lines: Lines | None, spoken_ms: int
) -> SpeakerResource:
    return SpeakerResource(
        id=person.id,
        name=project.speaker_names.get(person.id, person.id),
        speech_ms=person.speech_ms if lines is None else spoken_ms,
        gender=person.gender,
        pitch_hz=person.pitch_hz,
    )


def _spoken_ms(lines: Lines | None) -> Counter[SpeakerId]:
    """How long each speaker's lines are, together."""
    spoken: Counter[SpeakerId] = Counter()
    for line in lines.utterances if lines else ():
        spoken[line.speaker] += line.span.duration_ms
    return spoken


def _found(service: Service, project: Project) -> tuple[Speaker, ...]:
    if project.speakers_key is None:
        return ()
    return read_document(service.store, Speakers, project.speakers_key).people


def _known(service: Service, project: Project, speaker: SpeakerId) -> SpeakerResource:
    known = {one.id: one for one in _shown(service, project)}
    if speaker not in known:
        raise NotFoundError(
            f"there is no speaker {speaker!r}", hint=f"speakers: {', '.join(known)}"
        )
    return known[speaker]


def _highest(project: Project, targets: list[Target], shown: list[SpeakerId]) -> int:
    """The highest number in use. One of a speaker who is gone would bring their voices back."""
    cast = [speaker for target in targets for speaker in target.voices]
    return max(map(_number, [*shown, *project.merged_speakers, *cast]), default=0)


def _number(speaker: str) -> int:
    digits = speaker.removeprefix("S")
    return int(digits) if digits.isdigit() else 0


def _name(service: Service, project: Project, speaker: SpeakerId, name: str) -> None:
    project.speaker_names = {**project.speaker_names, speaker: name}
    project.updated_at = service.now()
