"""What a dub promises of itself, to be held against what is measured."""

from dataclasses import dataclass, field

from dubwright.domain.fallbacks import Fallbacks, fallbacks
from dubwright.domain.fit import FitReport
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Script
from dubwright.pipeline.hearing import SpokenLine
from dubwright.pipeline.order import Bed
from dubwright.pipeline.spoken import Spoken


@dataclass(frozen=True, slots=True)
class Claim:
    """What a dub says of itself: where each line is, what it says and where its take lies."""

    report: FitReport
    texts: dict[int, str]
    language: LanguageTag
    chosen_speeds: frozenset[int] = frozenset()
    fallbacks: Fallbacks = field(default_factory=Fallbacks)
    bed: Bed = field(default_factory=Bed)


def claim_of(spoken: Spoken, bed: Bed) -> Claim:
    """The claim of a dub that was just made, with that under it."""
    script, takes = spoken.script, spoken.takes
    return Claim(
        report=takes.report,
        texts=dict(takes.texts),
        language=script.target_language,
        chosen_speeds=lines_with_chosen_speed(script),
        fallbacks=fallbacks(script.utterances, takes.report.placements),
        bed=bed,
    )


def lines_with_chosen_speed(script: Script) -> frozenset[int]:
    """The lines whose speed a person chose."""
    return frozenset(line.id for line in script.utterances if line.speed is not None)


def spoken_lines(claim: Claim) -> list[SpokenLine]:
    """The placed lines with their texts, in order of time."""
    return [
        SpokenLine(placed, claim.texts[placed.utterance])
        for placed in claim.report.placements
        if placed.utterance in claim.texts
    ]
