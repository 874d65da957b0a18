"""How long texts are likely to be: translations in characters, takes in time, before they exist."""

from collections.abc import Collection, Sequence
from typing import Final

from dubwright.domain.fitting import FitLimits, LineToFit, fit
from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.speech import Utterance
from dubwright.pipeline.writing import in_scenes

CHARACTERS_PER_S: Final = 12.0
"""Characters that are said in a second of video, pauses included, where nobody transcribed it.

Dense talk has 14 to 15, a film with pauses 4: so rough is an estimate before the transcript.
"""
SPOKEN_AGAIN: Final = 0.2
"""Characters spoken a second time, for each one of the script, where its lines are not known yet.

An engine that cannot tell how long it will speak says each line at natural speed, and again where
the plan wants another speed. Planned for seven videos with 67 lines that people translated: 0.14
at the pace below and 0 to 0.38 for single ones; 0.24 where any character takes 60 ms, 0.55 at 70.
"""

_LENGTH_OF_ENGLISH: Final = {
    "de": 1.16, "en": 1.0, "es": 1.04, "fr": 1.18, "hi": 1.03, "it": 1.09, "ja": 0.45, "pt": 1.06,
}  # fmt: skip
"""Characters for each one of the English text, in everyday sentences that people translated, 300 or
more for each language. News is wordier: 1.08 to 1.18 for Portuguese to German."""
_MS_PER_CHARACTER: Final = 60
"""Of English, in lines as short as those of dubs; other languages as their texts are longer. Kokoro
takes 55 in Portuguese lines, and 60 in long sentences with pauses, 66 in English ones."""

_SURELY: Final = 0.9


def translated_characters(count: int, source: LanguageTag | None, target: LanguageTag) -> int:
    """How long a text of `count` characters becomes. An unknown language is taken for English."""
    return round(count * _relative_length(target) / _relative_length(source))


def characters_spoken_again(
    lines: Sequence[Utterance],
    language: LanguageTag,
    *,
    end_ms: int,
    guessed: Collection[int] = (),
) -> int:
    """Characters of those `lines` whose planned speed is not the natural one.

    The lines have texts in `language`, and are planned as a dub plans them, scene by scene. Those
    whose texts are `guessed` count where they would with a text that is a tenth shorter.
    """
    ms_per_character = _MS_PER_CHARACTER / _relative_length(language)
    again = 0
    for scene in in_scenes(lines):
        texts = {line.id: line.target_text for line in scene.lines}
        to_fit = [
            _line_to_fit(line, ms_per_character * (_SURELY if line.id in guessed else 1))
            for line in scene.lines
        ]
        report = fit(to_fit, FitLimits(end_ms=max(end_ms, scene.lines[-1].span.end_ms)))
        again += sum(
            len(texts[placed.utterance])
            for placed in report.placements
            if round(placed.speed, 2) != 1.0
        )
    return again


def _line_to_fit(line: Utterance, ms_per_character: float) -> LineToFit:
    return LineToFit(
        utterance=line.id,
        speaker=line.speaker,
        span=line.span,
        natural_ms=(max(1, round(len(line.target_text) * ms_per_character)),),
        locked_speed=line.speed,
        locked=line.locked,
    )


def _relative_length(language: LanguageTag | None) -> float:
    return _LENGTH_OF_ENGLISH.get(base_language(language), 1.0) if language else 1.0
