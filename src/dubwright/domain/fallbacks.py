"""Lines that a fallback worked on, because the engine that was set did not answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from dubwright.domain.fit import Placement
from dubwright.domain.speech import SpeakerId, Utterance


@dataclass(frozen=True, slots=True)
class Fallback:
    """One fallback, which part of the work it did, and for which lines in order."""

    part: str
    engine: str
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fallbacks:
    """All of them, and the speakers who therefore have more than one voice."""

    found: tuple[Fallback, ...] = ()
    mixed_speakers: tuple[SpeakerId, ...] = ()

    @property
    def lines(self) -> frozenset[int]:
        """Every line that one of them worked on."""
        return frozenset(line for one in self.found for line in one.lines)

    def told(self) -> str:
        """A sentence for people; empty where there were none."""
        parts = [f"{one.part} by {one.engine}: {_ranges(one.lines)}" for one in self.found]
        if self.mixed_speakers:
            parts.append(f"with more than one voice: {', '.join(self.mixed_speakers)}")
        return "; ".join(parts)


def fallbacks(lines: Sequence[Utterance], placements: Sequence[Placement]) -> Fallbacks:
    """The fallbacks that worked on these lines and their takes."""
    worked = [
        *(("heard", line.heard_by, line.id) for line in lines if line.heard_by),
        *(("translated", line.translated_by, line.id) for line in lines if line.translated_by),
        *(
            ("spoken", placed.spoken_by, placed.utterance)
            for placed in placements
            if placed.spoken_by
        ),
    ]
    by_engine = groupby(sorted(worked), key=itemgetter(0, 1))
    found = tuple(
        Fallback(part, engine, tuple(line for _, _, line in group))
        for (part, engine), group in by_engine
    )
    return Fallbacks(found, _with_mixed_voices(placements))


def _with_mixed_voices(placements: Sequence[Placement]) -> tuple[SpeakerId, ...]:
    spoken = {(placed.speaker, placed.spoken_by) for placed in placements}
    speakers = sorted(speaker for speaker, _ in spoken)
    return tuple(dict.fromkeys(one for one in speakers if speakers.count(one) > 1))


def _ranges(lines: Sequence[int]) -> str:
    """`3–5, 9` for 3, 4, 5 and 9."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
