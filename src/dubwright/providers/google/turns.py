"""From words with labels to turns that cover the speech."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

from dubwright.domain.speech import SpeakerId, SpeakerTurn, SpeechMap
from dubwright.domain.timeline import TimeSpan
from dubwright.providers.google.answers import LabelledWord


def turns_of(
    speech: SpeechMap, words: Sequence[LabelledWord], speakers: int | None
) -> tuple[SpeakerTurn, ...]:
    """Turns in order that cover `speech`; a change falls midway between two people's words.

    Where there are more labels than `speakers`, those who say most are kept, and the words of the
    others belong to whoever of them spoke nearest. Where nobody was told apart there is one.
    """
    kept = _kept_labels(words, speakers)
    said = [word for word in words if word.speaker in kept]
    labelled = [turn for span in speech.spans for turn in _span_turns(span, said)]
    return _numbered(labelled)


def _kept_labels(words: Sequence[LabelledWord], speakers: int | None) -> set[str]:
    spoken_ms: Counter[str] = Counter()
    for one in words:
        if one.speaker:
            spoken_ms[one.speaker] += one.word.span.duration_ms
    return {label for label, _ in spoken_ms.most_common(speakers)}


def _span_turns(span: TimeSpan, said: Sequence[LabelledWord]) -> list[tuple[str, TimeSpan]]:
    inside = [one for one in said if span.start_ms <= _middle(one) < span.end_ms]
    if not inside:
        return [(_nearest(span, said), span)]
    runs = [list(run) for _, run in groupby(inside, key=lambda one: one.speaker)]
    cuts = [
        (before[-1].word.span.end_ms + after[0].word.span.start_ms) // 2
        for before, after in pairwise(runs)
    ]
    edges = _rising([span.start_ms, *cuts, span.end_ms])
    return [
        (run[0].speaker, TimeSpan(start_ms=start, end_ms=end))
        for run, start, end in zip(runs, edges, edges[1:], strict=False)
        if end > start
    ]


def _rising(edges: Sequence[int]) -> list[int]:
    """The edges within the first and the last, none before its neighbour."""
    risen = [edges[0]]
    for edge in edges[1:]:
        risen.append(min(max(edge, risen[-1]), edges[-1]))
    return risen


def _nearest(span: TimeSpan, said: Sequence[LabelledWord]) -> str:
    middle_ms = (span.start_ms + span.end_ms) // 2
    nearest = min(said, key=lambda one: abs(_middle(one) - middle_ms), default=None)
    return nearest.speaker if nearest else ""


def _numbered(labelled: Iterable[tuple[str, TimeSpan]]) -> tuple[SpeakerTurn, ...]:
    numbers: dict[str, int] = {}
    turns = []
    for label, span in labelled:
        number = numbers.setdefault(label, len(numbers) + 1)
        turns.append(SpeakerTurn(speaker=SpeakerId(f"S{number}"), span=span))
    return tuple(turns)


def _middle(one: LabelledWord) -> int:
    return (one.word.span.start_ms + one.word.span.end_ms) // 2
