"""Subtitles of a dub, in both languages."""

from dubwright.domain.captions import cues_from_utterances
from dubwright.domain.cues import Cue
from dubwright.domain.fit import FitReport
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Script
from dubwright.pipeline.taking import wording


def subtitles_of(script: Script, report: FitReport) -> dict[LanguageTag, tuple[Cue, ...]]:
    """The cues of the target language, where the lines sound, and of the source, where they did.

    A line that keeps the original has no cue in the target language. A language without any
    text has no entry. Where both are the same language, it is shown as it is spoken now.
    """
    lines = {line.id: line for line in script.utterances}
    spoken = [
        (placed.span, wording(lines[placed.utterance], placed.variant))
        for placed in report.placements
    ]
    original = [(line.span, line.source_text) for line in script.utterances]
    both = {script.target_language: cues_from_utterances(spoken)}
    both.setdefault(script.source_language, cues_from_utterances(original))
    return {language: cues for language, cues in both.items() if cues}
