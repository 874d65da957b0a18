"""What of a line a person should look at, and why."""

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from dubwright.domain.fit import Placement
from dubwright.domain.fit_input import FitLimits
from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.precedence import BRUSH_MS
from dubwright.domain.rates import spoken_characters
from dubwright.domain.speech import Utterance
from dubwright.domain.timeline import Document

Reason = Literal[
    "untranslated",
    "shorter_text",
    "later_onset",
    "top_speed",
    "review",
    "heard_differently",
    "fallback",
    "reads_fast",
]

_USUAL_PER_S: Final = 18.0
"""Characters that a voice says in a second in an alphabet: Kokoro takes 55 ms for one of Portuguese
and 60 to 66 ms in English."""
_DENSE_PER_S: Final = {"ja": 7.5, "ko": 8.0, "yue": 5.5, "zh": 5.5}
"""The same where a character stands for a syllable or more. People say 5 Mandarin syllables a
second, and 7 to 8 Japanese or Korean ones (Pellegrino et al., 2011)."""
_LIMITS: Final = FitLimits(end_ms=1)


class Look(Document):
    """One reason to look at a line.

    `detail` is the shorter wording that is spoken, by how many seconds the line is late, how many
    times its usual speed it has, what was heard, who stood in, or how many characters a second it
    would take; empty where there is nothing to add.
    """

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one line, beside the line itself.

    `slot_ms` is the time that it may fill. `placement` is None unless the line was placed as it
    is now, and `misheard` unless it was spoken as it is now and heard as something else.
    """

    slot_ms: int
    placement: Placement | None = None
    misheard: str | None = None


def looks(line: Utterance, language: LanguageTag, known: Evidence) -> tuple[Look, ...]:
    """Why a person should look at a line of a target in `language`; nothing where it is fine."""
    if line.keep_original:
        return ()
    if not line.target_text.strip():
        return (Look(reason="untranslated"), *_stood_in(line, None))
    found = _of_placement(line, known.placement) if known.placement else ()
    if known.misheard is not None:
        found = (*found, Look(reason="heard_differently", detail=known.misheard))
    return (*found, *_stood_in(line, known.placement), *_haste(line, language, known))


def mark_of(line: Utterance) -> str:
    """A mark of all that a person looks at in a line: another one after every edit of it."""
    looked_at = (
        line.speaker,
        line.span,
        line.source_text,
        line.target_text,
        line.voice,
        line.speed,
        line.keep_original,
    )
    return hashlib.sha256(repr(looked_at).encode()).hexdigest()[:16]


def slots_ms(lines: Sequence[Utterance], *, end_ms: int | None) -> dict[int, int]:
    """How long each of the lines, in order of start, may last: its own time and the gap after it.

    Who talks while others do has at least the time of the original. `end_ms` is the video's end.
    """
    starts = [line.span.start_ms for line in lines]
    slots = {}
    for place, line in enumerate(lines):
        following = bisect_left(starts, line.span.end_ms - BRUSH_MS, lo=place + 1)
        until = end_ms if following == len(starts) else starts[following] - _LIMITS.gap_ms
        free_ms = 0 if until is None else until - line.span.start_ms
        slots[line.id] = max(line.span.duration_ms, free_ms)
    return slots


def readable_per_s(language: LanguageTag) -> float:
    """Characters a second that a dub can say at the top of its mild speeds."""
    return _LIMITS.fastest * _DENSE_PER_S.get(base_language(language), _USUAL_PER_S)


def _of_placement(line: Utterance, placed: Placement) -> tuple[Look, ...]:
    details = {
        "shorter_text": line.variants[placed.variant - 1]
        if 0 < placed.variant <= len(line.variants)
        else "",
        "later_onset": f"{placed.onset_error_ms / 1000:.1f}",
        "top_speed": f"{placed.speed:.2f}",
    }
    return tuple(
        Look(reason=measure, detail=details.get(measure, "")) for measure in placed.measures
    )


def _stood_in(line: Utterance, placed: Placement | None) -> tuple[Look, ...]:
    """The engines that worked on the line because the one that was set did not answer."""
    worked = {
        "heard": line.heard_by,
        "translated": line.translated_by,
        "spoken": placed.spoken_by if placed else "",
    }
    told = ", ".join(f"{part} by {engine}" for part, engine in worked.items() if engine)
    return (Look(reason="fallback", detail=told),) if told else ()


def _haste(line: Utterance, language: LanguageTag, known: Evidence) -> tuple[Look, ...]:
    """A guess before the line is placed; after that its measures tell what the text really took."""
    if known.placement is not None:
        return ()
    per_s = 1000 * spoken_characters(line.target_text) / known.slot_ms
    if per_s <= readable_per_s(language):
        return ()
    return (Look(reason="reads_fast", detail=f"{per_s:.0f}"),)
