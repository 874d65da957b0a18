"""Bringing a script up to date with its lines, keeping every translation that still holds."""

from operator import attrgetter
from typing import Final

from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Lines, Script, Utterance

_HEARD: Final = ("speaker", "span", "source_text", "heard_by")
_heard: Final = attrgetter(*_HEARD)
"""What a line of a script has from the transcript."""


def untranslated(lines: Lines, target: LanguageTag) -> Script:
    """A script that waits for its translation."""
    return Script(
        source_language=lines.language,
        target_language=target,
        utterances=tuple(_blank(line) for line in lines.utterances),
    )


def unwritten(lines: Lines, target: LanguageTag) -> Script:
    """A script in which no line was written yet; `merged` has all of them, to be translated."""
    return Script(source_language=lines.language, target_language=target, utterances=())


def merged(lines: Lines, script: Script) -> Script:
    """The script for these lines: a line whose source text changed loses its translation, unless
    a person locked it; every other choice of theirs stays."""
    before = {line.id: line for line in script.utterances}
    return Script(
        source_language=lines.language,
        target_language=script.target_language,
        utterances=tuple(_carried(line, before.get(line.id)) for line in lines.utterances),
    )


def lines_of(script: Script) -> Lines:
    """What a script says in the source language."""
    return Lines(
        language=script.source_language,
        utterances=tuple(_blank(line) for line in script.utterances),
    )


def _blank(line: Utterance) -> Utterance:
    return Utterance(
        id=line.id,
        speaker=line.speaker,
        span=line.span,
        source_text=line.source_text,
        heard_by=line.heard_by,
    )


def _carried(line: Utterance, before: Utterance | None) -> Utterance:
    if before is None:
        return _blank(line)
    # Most lines of a long script are as they were, and a copy costs much more than to compare.
    if _heard(before) == _heard(line):
        return before
    heard = dict(zip(_HEARD, _heard(line), strict=True))
    if before.locked or before.source_text == line.source_text:
        return before.model_copy(update=heard)
    return before.model_copy(
        update={**heard, "target_text": "", "variants": (), "translated_by": ""}
    )
