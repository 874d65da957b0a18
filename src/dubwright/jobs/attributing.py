"""Who speaks most of a stretch of time, told quickly for thousands of stretches and turns."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate

from dubwright.domain.speech import SpeakerId, SpeakerTurn
from dubwright.domain.timeline import TimeSpan


class Attribution:
    """The turns of a source, asked for whoever speaks most of a span."""

    def __init__(self, turns: Iterable[SpeakerTurn]) -> None:
        spans: dict[SpeakerId, list[TimeSpan]] = {}
        for turn in turns:
            spans.setdefault(turn.speaker, []).append(turn.span)
        self._speech = {speaker: _Speech(own) for speaker, own in spans.items()}

    def speaker_of(self, span: TimeSpan) -> SpeakerId | None:
        """None if nobody speaks in it; of equal shares the one who spoke first in the source."""
        shares = {speaker: own.within_ms(span) for speaker, own in self._speech.items()}
        most = max(shares, key=lambda speaker: shares[speaker], default=None)
        return most if most is not None and shares[most] > 0 else None


class _Speech:
    """How long one speaker has spoken up to a moment: all that began, less what came after ends."""

    def __init__(self, spans: Sequence[TimeSpan]) -> None:
        self._starts = sorted(span.start_ms for span in spans)
        self._ends = sorted(span.end_ms for span in spans)
        self._sum_of_starts = list(accumulate(self._starts, initial=0))
        self._sum_of_ends = list(accumulate(self._ends, initial=0))

    def within_ms(self, span: TimeSpan) -> int:
        return self._until_ms(span.end_ms) - self._until_ms(span.start_ms)

    def _until_ms(self, at_ms: int) -> int:
        begun, ended = bisect_left(self._starts, at_ms), bisect_left(self._ends, at_ms)
        return (begun - ended) * at_ms - self._sum_of_starts[begun] + self._sum_of_ends[ended]
