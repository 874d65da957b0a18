"""Captions: the lines of a script cut into cues that can be read in their time."""

import math
from collections.abc import Iterable, Sequence

from dubwright.domain.cues import Cue
from dubwright.domain.timeline import TimeSpan

LINE_CHARACTERS = 42
SHORTEST_MS = 1_000
LONGEST_MS = 7_000
READABLE_PER_S = 17
_GAP_MS = 80
_BREAKS_WELL = (",", ";", ":", ".", "?", "!", "\u2026", "\u2013", "\u2014")
_PUNCTUATION_WORTH = 12
"""How many characters of imbalance a break after punctuation is worth."""


def cues_from_utterances(
    lines: Iterable[tuple[TimeSpan, str]], *, end_ms: int | None = None
) -> tuple[Cue, ...]:
    """Cues of at most two lines of 42 characters, 1 to 7 s long, for texts and when they sound.

    A text's cues share its time by their lengths. A cue that is too short to read stays on into
    the silence after it, up to the next cue or `end_ms`. A single word longer than a line keeps
    its line to itself. Texts without characters give no cue.
    """
    cues = [cue for span, text in lines for cue in _cues(span, text.split())]
    cues.sort(key=lambda cue: (cue.span.start_ms, cue.span.end_ms))
    free_until = [*(cue.span.start_ms - _GAP_MS for cue in cues[1:]), end_ms]
    return tuple(_readable(cue, until_ms) for cue, until_ms in zip(cues, free_until, strict=False))


def _cues(span: TimeSpan, words: Sequence[str]) -> list[Cue]:
    """A text's cues: the whole if it can be shown at once, else those of its two best parts."""
    if not words:
        return []
    shown = _lines(words)
    is_too_long = span.duration_ms > LONGEST_MS and _width(words) > LINE_CHARACTERS
    cannot_be_split = len(words) == 1 or span.duration_ms < 2
    if cannot_be_split or (shown and not is_too_long):
        return [Cue(span=span, text="\n".join(shown or [" ".join(words)]))]
    at = _best_break(words)
    share = (_width(words[:at]) + 1) / (_width(words) + 1)
    middle_ms = span.start_ms + round(span.duration_ms * share)
    middle_ms = min(max(middle_ms, span.start_ms + 1), span.end_ms - 1)
    return [
        *_cues(TimeSpan(start_ms=span.start_ms, end_ms=middle_ms), words[:at]),
        *_cues(TimeSpan(start_ms=middle_ms, end_ms=span.end_ms), words[at:]),
    ]


def _lines(words: Sequence[str]) -> list[str] | None:
    """One line, or two of the best balance; None if two lines do not hold the words."""
    if _width(words) <= LINE_CHARACTERS:
        return [" ".join(words)]
    pairs = [(words[:at], words[at:]) for at in range(1, len(words))]
    fitting = [pair for pair in pairs if max(map(_width, pair)) <= LINE_CHARACTERS]
    if not fitting:
        return None
    return [" ".join(half) for half in min(fitting, key=lambda pair: _clumsiness(*pair))]


def _best_break(words: Sequence[str]) -> int:
    """How many words stand before the best break: near the middle, gladly after punctuation."""
    return min(range(1, len(words)), key=lambda at: _clumsiness(words[:at], words[at:]))


def _clumsiness(before: Sequence[str], after: Sequence[str]) -> int:
    unbalance = abs(_width(before) - _width(after))
    return unbalance - _PUNCTUATION_WORTH * before[-1].endswith(_BREAKS_WELL)


def _width(words: Sequence[str]) -> int:
    return len(" ".join(words))


def _readable(cue: Cue, until_ms: int | None) -> Cue:
    """The cue, shown on into free time until it can be read, for 7 s at most."""
    wanted_ms = max(SHORTEST_MS, math.ceil(1000 * len(cue.text) / READABLE_PER_S))
    wanted_end_ms = cue.span.start_ms + wanted_ms
    free_ms = wanted_end_ms if until_ms is None else until_ms
    end_ms = max(cue.span.end_ms, min(wanted_end_ms, free_ms))
    span = TimeSpan(start_ms=cue.span.start_ms, end_ms=min(end_ms, cue.span.start_ms + LONGEST_MS))
    return cue.model_copy(update={"span": span})
