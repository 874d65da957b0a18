"""Edits of a project's lines: changed, split, merged, put in and taken out, in every language.

The transcript and the scripts of all targets change together, or not at all.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from dubwright.db.tables import Project, Target
from dubwright.domain.carrying import (
    carried_delete,
    carried_insert,
    carried_merge,
    carried_split,
    carried_text,
)
from dubwright.domain.editing import (
    line_and_next,
    merge_with_next,
    span_of,
    split_at,
    with_changes,
    with_line,
    without_line,
)
from dubwright.domain.errors import InputError
from dubwright.domain.language import LanguageTag
from dubwright.domain.merging import merged
from dubwright.domain.speech import Lines, Script, Utterance
from dubwright.domain.timeline import Document
from dubwright.jobs.asked import AskedLanguage, AskedSpeaker, AskedText, AskedTime
from dubwright.jobs.caller import Caller
from dubwright.jobs.documents import keep_document
from dubwright.jobs.lines import keep_lines, lines_of_project, written_script
from dubwright.jobs.lookup import own_project, targets_of
from dubwright.jobs.receipts import Receipt
from dubwright.jobs.resources import TranscriptResource
from dubwright.jobs.revisions import require_revision, touch
from dubwright.jobs.service import Service

AskedWords = Annotated[AskedText, Field(pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
Characters = Annotated[int, Field(ge=0, le=100_000, strict=True)]
AskedTargetTexts = Annotated[dict[AskedLanguage, AskedText], Field(max_length=50)]
Carry = Callable[[Script, Mapping[int, Utterance]], Script]
"""Makes a target's script follow an edit, given its lines as they were shown until now."""
Edit = Callable[[Lines, int], tuple[Lines, Carry]]
"""Makes an edit of lines, given the number of a new one, and tells how scripts follow it."""


class SegmentChanges(Document):
    """What to change of a line of the transcript; what is left out stays.

    Where the text changes, every target text that is not locked is translated again, but for
    those in `targets`, by language.
    """

    text: Annotated[AskedText, Field(min_length=1)] | None = None
    speaker: AskedSpeaker | None = None
    start_ms: AskedTime | None = None
    end_ms: AskedTime | None = None
    targets: AskedTargetTexts = Field(default_factory=dict)


class SegmentSplit(Document):
    """Where to cut a line in two: in its text, after so many characters, and in time.

    `targets` says the same of its target texts, by language. What a language that is left out
    says is translated again. A character is a Unicode code point.
    """

    after_characters: int = Field(ge=1, le=100_000, strict=True)
    at_ms: AskedTime
    targets: dict[AskedLanguage, Characters] = Field(default_factory=dict, max_length=50)


class SegmentMerge(Document):
    """The texts of the merged line, where they are not those of its parts one after the other."""

    text: AskedWords | None = None
    targets: AskedTargetTexts = Field(default_factory=dict)


class NewSegment(Document):
    """A line to put in. `targets` are its target texts, by language; others are translated."""

    speaker: AskedSpeaker
    start_ms: AskedTime
    end_ms: AskedTime
    text: AskedWords
    targets: AskedTargetTexts = Field(default_factory=dict)


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

    def edit(lines: Lines, _: int) -> tuple[Lines, Carry]:
        changed = with_changes(
            lines,
            segment,
            text=changes.text,
            speaker=changes.speaker,
            start_ms=changes.start_ms,
            end_ms=changes.end_ms,
        )
        return changed, lambda script, shown: carried_text(
            script, changed, shown[segment], changes.targets[script.target_language]
        )

    with service.database.writing() as session:
        project = own_project(session, caller, project_id, to_change=True)
        require_revision(project, revision)
        written = _scripts(service, session, project, changes.targets, only_named=True)
        return _edited(service, project, edit, written)


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

    def edit(lines: Lines, new_id: int) -> tuple[Lines, Carry]:
        parts = split_at(lines, segment, where.after_characters, at_ms=where.at_ms, new_id=new_id)
        return parts, lambda script, shown: carried_split(
            script,
            parts,
            shown[segment],
            new_id,
            after_characters=where.targets.get(script.target_language),
        )

    return _edited_everywhere(service, caller, project_id, edit, revision, where.targets)


def merge_segment(
    service: Service,
    caller: Caller,
    project_id: str,
    segment: int,
    texts: SegmentMerge,
    *,
    revision: int | None,
) -> TranscriptResource:
    """Make one line of a line and its speaker's next."""

    def edit(lines: Lines, _: int) -> tuple[Lines, Carry]:
        first, second = line_and_next(lines, segment)
        whole = merge_with_next(lines, segment, text=texts.text)
        return whole, lambda script, shown: carried_merge(
            script,
            whole,
            shown[first.id],
            shown[second.id],
            text=texts.targets.get(script.target_language),
        )

    return _edited_everywhere(service, caller, project_id, edit, revision, texts.targets)


def insert_segment(
    service: Service,
    caller: Caller,
    project_id: str,
    new: NewSegment,
    *,
    revision: int | None,
) -> TranscriptResource:
    """Put in a line that was not there, with an id that no line had before."""

    def edit(lines: Lines, new_id: int) -> tuple[Lines, Carry]:
        line = Utterance(
            id=new_id,
            speaker=new.speaker,
            span=span_of(new.start_ms, new.end_ms),
            source_text=new.text,
        )
        more = with_line(lines, line)
        return more, lambda script, _: carried_insert(
            script, more, new_id, text=new.targets.get(script.target_language, "")
        )

    return _edited_everywhere(service, caller, project_id, edit, revision, new.targets)


def delete_segment(
    service: Service, caller: Caller, project_id: str, segment: int, *, revision: int | None
) -> TranscriptResource:
    """Take a line out: nothing is said there any more, and the original stays silent."""

    def edit(lines: Lines, _: int) -> tuple[Lines, Carry]:
        fewer = without_line(lines, segment)
        return fewer, lambda script, _: carried_delete(script, fewer)

    return _edited_everywhere(service, caller, project_id, edit, revision, ())


def _edited_everywhere(
    service: Service,
    caller: Caller,
    project_id: str,
    edit: Edit,
    revision: int | None,
    named: Collection[LanguageTag],
) -> TranscriptResource:
    with service.database.writing() as session:
        project = own_project(session, caller, project_id, to_change=True)
        require_revision(project, revision)
        written = _scripts(service, session, project, named)
        return _edited(service, project, edit, written)


def _edited(
    service: Service, project: Project, edit: Edit, written: list[tuple[Target, Script]]
) -> TranscriptResource:
    """The transcript after an edit that every script of `written` follows."""
    lines = lines_of_project(service, project)
    _count_lines(service, project, lines, written)
    after, carry = edit(lines, project.highest_line + 1)
    shown = keep_lines(service, project, after)
    _count_lines(service, project, after, ())
    for target, script in written:
        said = {line.id: line for line in merged(lines, script).utterances}
        carried = carry(script, said)
        if carried != script:
            target.script_key = keep_document(service.store, carried)
            touch(service, target)
    return shown


def _scripts(
    service: Service,
    session: Session,
    project: Project,
    named: Collection[LanguageTag],
    *,
    only_named: bool = False,
) -> list[tuple[Target, Script]]:
    """The scripts that were written, and those of named targets even where they were not."""
    targets = {target.language: target for target in targets_of(session, project)}
    for language in named:
        if language not in targets:
            raise InputError(
                f"the project has no target {language!r}",
                hint=f"it has {', '.join(targets) or 'none'}",
            )
    return [
        (target, written_script(service, project, target)[0])
        for language, target in targets.items()
        if language in named or (target.script_key is not None and not only_named)
    ]


def _count_lines(
    service: Service,
    project: Project,
    lines: Lines,
    written: Iterable[tuple[Target, Script]],
) -> None:
    """Remember the highest number of a line, so that no new one has the takes of another."""
    found = [line.id for line in lines.utterances]
    for target, script in written:
        found += [line.id for line in script.utterances]
        if project.highest_line == 0 and target.receipt_key is not None:
            receipt = service.read_document(Receipt, target.receipt_key)
            found += [line.id for line in receipt.script.utterances]
    project.highest_line = max([project.highest_line, *found])
