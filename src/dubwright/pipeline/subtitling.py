"""Subtitles of a dub, in both languages."""

from dubwright.domain.captions import cues_from_utterances
from dubwright.domain.cues import Cue
from dubwright.domain.fit import FitReport
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Script
from dubwright.domain.timeline import TimeSpan
from dubwright.pipeline.taking import wording


def subtitles_of(
    script: Script, report: FitReport, *, end_ms: int
) -> dict[LanguageTag, tuple[Cue, ...]]:
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
    both = {script.target_language: cues_from_utterances(spoken, end_ms=end_ms)}
    both.setdefault(script.source_language, cues_from_utterances(original, end_ms=end_ms))
    within = {language: _until(end_ms, cues) for language, cues in both.items()}
    return {language: cues for language, cues in within.items() if cues}


def _until(end_ms: int, cues: tuple[Cue, ...]) -> tuple[Cue, ...]:
    """The cues as far as the video goes: a longer subtitle track would make the file longer."""
    return tuple(
        cue.model_copy(
            update={
                "span": TimeSpan(start_ms=cue.span.start_ms, end_ms=min(cue.span.end_ms, end_ms))
            }
        )
        for cue in cues
        if cue.span.start_ms < end_ms
    )
