"""Quotes for the stages of a dub, from what is known of the video and of its lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from dubwright.domain.fit import Placement
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Utterance
from dubwright.jobs.quoting import Amount, Quoter, StageEstimate
from dubwright.jobs.text_lengths import (
    CHARACTERS_PER_S,
    SPOKEN_AGAIN,
    characters_spoken_again,
    translated_characters,
)
from dubwright.pipeline.hearing import SpokenLine, heard_spans

REAL_TIME_FACTOR: Final = 0.3
"""Seconds of work for a second of video and a target, measured on two cores without a GPU."""
HEARING_SHARE: Final = 0.35
SPEAKING_SHARE: Final = 0.65
"""The shares of a whole dub's time that its stages take."""

_LINE_MS: Final = 5_000
_CHUNK_MS: Final = 28_000
_SCENE_LINES: Final = 8


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What is known of a source. `language` None: it is to be told by ear."""

    duration_ms: int
    language: LanguageTag | None = None


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What is to be done for a target: lines, and the voices of some speakers.

    Both None: nobody knows yet what is said, so its amount is guessed from the video's length.
    """

    language: LanguageTag
    to_translate: tuple[Utterance, ...] | None = None
    to_speak: tuple[Utterance, ...] | None = None
    voices: Mapping[str, str] = field(default_factory=dict)


def transcribing(quoter: Quoter, source: SourceFacts) -> StageEstimate:
    """Hearing all of the video, and its beginning once more where its language is not known.

    Long pauses are not sent, which is only known once somebody has listened.
    """
    units = source.duration_ms
    calls = -(-units // _CHUNK_MS)
    if source.language is None and quoter.charges("transcribe"):
        units, calls = units + min(units, _CHUNK_MS), calls + 1
    return quoter.quote("transcribe", Amount(calls, units))


def telling_speakers(quoter: Quoter, source: SourceFacts) -> StageEstimate:
    """Telling the speakers apart, from the whole sound at once."""
    return quoter.quote("diarize", Amount(1, source.duration_ms))


def done_before(quoter: Quoter) -> tuple[StageEstimate, StageEstimate]:
    """Transcribing and telling the speakers, where that was done."""
    nothing = Amount(0, 0)
    return quoter.quote("transcribe", nothing), quoter.quote("diarize", nothing)


def target_stages(
    quoter: Quoter, source: SourceFacts, target: TargetFacts
) -> tuple[StageEstimate, ...]:
    """Translating, speaking with each voice's product, and hearing back."""
    translate = quoter.quote("translate", _to_translate(source, target))
    spoken = _speaking(quoter, source, target)
    return (translate, *spoken, quoter.quote("hear_back", _to_hear_back(source, target)))


def characters_to_speak(source: SourceFacts, target: TargetFacts) -> int:
    """Characters of the lines that are still to be spoken, each of them once."""
    if target.to_speak is None:
        return _guessed_characters(source, target)
    return sum(len(line.target_text) for line in _with_target_texts(source, target))


def _to_translate(source: SourceFacts, target: TargetFacts) -> Amount:
    lines = target.to_translate
    if lines is None:
        sent = round(source.duration_ms / 1000 * CHARACTERS_PER_S)
        calls = -(-_guessed_lines(source) // _SCENE_LINES)
        return Amount(calls, sent, _guessed_characters(source, target))
    sent = sum(len(line.source_text) for line in lines)
    calls = -(-len(lines) // _SCENE_LINES)
    return Amount(calls, sent, translated_characters(sent, source.language, target.language))


def _speaking(
    quoter: Quoter, source: SourceFacts, target: TargetFacts
) -> tuple[StageEstimate, ...]:
    """One for each product. Engines that charge are taken not to know how long they will speak."""
    engine = quoter.engine("synthesize")
    if target.to_speak is None:
        characters, calls = _guessed_characters(source, target), _guessed_lines(source)
        again = SPOKEN_AGAIN if quoter.charges("synthesize") else 0
        amount = Amount(round(calls * (1 + again)), round(characters * (1 + again)))
        return (quoter.quote("synthesize", amount),)
    lines = _with_target_texts(source, target)
    if engine is None or engine.charged is None or not quoter.charges("synthesize"):
        return (quoter.quote("synthesize", Amount(len(lines), _characters(lines))),)
    charged = engine.charged
    voiced = sorted(((charged.product(_voice(line, target)), line) for line in lines), key=_first)
    by_product = [[line for _, line in group] for _, group in groupby(voiced, key=_first)]
    quotes = [_speaking_lines(quoter, source, target, group) for group in by_product]
    return tuple(quotes) or (quoter.quote("synthesize", Amount(0, 0)),)


def _speaking_lines(
    quoter: Quoter, source: SourceFacts, target: TargetFacts, lines: Sequence[Utterance]
) -> StageEstimate:
    in_time = sorted(lines, key=lambda line: line.span.start_ms)
    guessed = frozenset(line.id for line in target.to_translate or ())
    again = characters_spoken_again(
        in_time, target.language, end_ms=source.duration_ms, guessed=guessed
    )
    characters = _characters(lines)
    calls = len(lines) + round(len(lines) * again / max(1, characters))
    amount = Amount(calls, characters + again)
    return quoter.quote("synthesize", amount, voice=_voice(lines[0], target))


def _to_hear_back(source: SourceFacts, target: TargetFacts) -> Amount:
    """The finished dub is heard window by window, where anything in it is new."""
    if target.to_speak is None:
        return Amount(-(-source.duration_ms // _CHUNK_MS), source.duration_ms)
    spans = heard_spans([_as_spoken(line) for line in target.to_speak])
    return Amount(len(spans), sum(span.duration_ms for span in spans))


def _as_spoken(line: Utterance) -> SpokenLine:
    placement = Placement(
        utterance=line.id,
        speaker=line.speaker,
        start_ms=line.span.start_ms,
        duration_ms=line.span.duration_ms,
        speed=1.0,
    )
    return SpokenLine(placement, line.target_text)


def _with_target_texts(source: SourceFacts, target: TargetFacts) -> list[Utterance]:
    """The lines to speak, with a text as long as a translation where there is none yet."""
    return [
        line
        if line.target_text.strip()
        else line.model_copy(update={"target_text": _likely_text(line, source, target)})
        for line in target.to_speak or ()
    ]


def _likely_text(line: Utterance, source: SourceFacts, target: TargetFacts) -> str:
    said = line.source_text
    count = translated_characters(len(said), source.language, target.language)
    return (said * -(-count // max(1, len(said))))[:count]


def _characters(lines: Sequence[Utterance]) -> int:
    return sum(len(line.target_text) for line in lines)


def _voice(line: Utterance, target: TargetFacts) -> str:
    return line.voice or target.voices.get(line.speaker, "")


def _first(pair: tuple[str, Utterance]) -> str:
    return pair[0]


def _guessed_lines(source: SourceFacts) -> int:
    return -(-source.duration_ms // _LINE_MS)


def _guessed_characters(source: SourceFacts, target: TargetFacts) -> int:
    said = round(source.duration_ms / 1000 * CHARACTERS_PER_S)
    return translated_characters(said, source.language, target.language)
