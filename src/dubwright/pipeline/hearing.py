"""Hearing the dub back: what the recogniser understands of the finished sound."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from dubwright.domain.fit import Placement
from dubwright.domain.language import LanguageTag
from dubwright.domain.quality import HeardLine
from dubwright.domain.speech import Transcript, Word
from dubwright.domain.timeline import Document, TimeSpan
from dubwright.media.wav import Excerpt
from dubwright.pipeline.pool import WorkPool
from dubwright.pipeline.runner import Runner, stage
from dubwright.ports import Recording, SpeechToText

_WINDOW_MS = 28_000
_MINUTE_MS = 60_000
_LONGEST_CLIP_MS = 30_000
_MARGIN_MS = 150
_NOT_WORDS = re.compile(r"[^\w\s]|_")


class Heard(Document):
    """What was heard in one window, and the lines spoken in it."""

    lines: tuple[HeardLine, ...]
    spoken: str
    heard: str


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One line as it was spoken and placed."""

    placement: Placement
    text: str


def start_hearing(
    sound: Recording,
    lines: Sequence[SpokenLine],
    language: LanguageTag,
    recogniser: SpeechToText,
    run: Runner,
    pool: WorkPool,
) -> "list[Future[Heard]]":
    """Start recognising the finished sound (16 kHz mono), window by window.

    A window that sounds as one that was heard before is not heard again.
    """
    windows = list(_windows(lines))
    run.tally.expect("hear_back", len(windows))
    return [
        pool.start_with(recogniser, n, _hear, sound, window, language, recogniser, run)
        for n, window in enumerate(windows)
    ]


@stage(version=3)
def hear_back(window: Excerpt, language: LanguageTag, recogniser: SpeechToText) -> Transcript:
    """What is said in one window of the dub, with times from the start of the window."""
    # One line may be longer than a recogniser takes at once.
    pieces = TimeSpan(start_ms=0, end_ms=window.duration_ms).equal_parts(_LONGEST_CLIP_MS)
    segments = [
        segment.model_copy(update={"words": tuple(_shifted(segment.words, piece.start_ms))})
        for piece in pieces
        for segment in recogniser.transcribe(window.read(piece), language=language).segments
    ]
    return Transcript(language=language, segments=tuple(segments))


def _shifted(words: Iterable[Word], by_ms: int) -> Iterator[Word]:
    for word in words:
        yield word.model_copy(update={"span": word.span.shifted(by_ms)})


def heard_spans(lines: Sequence[SpokenLine]) -> list[TimeSpan]:
    """When the recogniser listens to a dub with these lines."""
    return [_span_of(window) for window in _windows(lines)]


def word_error_rate(heard: Sequence[Heard]) -> float | None:
    """Words wrong per word spoken, over all windows. None when nothing was spoken."""
    import jiwer

    pairs = [(plain_words(h.spoken), plain_words(h.heard)) for h in heard]
    pairs = [(spoken, said) for spoken, said in pairs if spoken]
    if not pairs:
        return None
    rate: float = jiwer.wer([spoken for spoken, _ in pairs], [said for _, said in pairs])
    return rate


def plain_words(text: str) -> str:
    """Lower case words without punctuation, the form in which two texts are compared."""
    words = _NOT_WORDS.sub(" ", unicodedata.normalize("NFC", text).lower())
    return " ".join(words.split())


def _hear(
    sound: Recording,
    window: Sequence[SpokenLine],
    language: LanguageTag,
    recogniser: SpeechToText,
    run: Runner,
) -> Heard:
    span = _span_of(window)
    within = Excerpt(sound, span)
    transcript = run.document(Transcript, hear_back, within, language, recogniser)
    words = [
        word for segment in transcript.segments for word in _shifted(segment.words, span.start_ms)
    ]
    return Heard(
        lines=tuple(_heard_line(line, words) for line in window),
        spoken=" ".join(line.text for line in window),
        heard=" ".join(word.text for word in words),
    )


def _span_of(window: Sequence[SpokenLine]) -> TimeSpan:
    return TimeSpan(
        start_ms=max(0, window[0].placement.start_ms - _MARGIN_MS),
        end_ms=max(line.placement.end_ms for line in window) + _MARGIN_MS,
    )


def _heard_line(line: SpokenLine, words: Sequence[Word]) -> HeardLine:
    start_ms = line.placement.start_ms - _MARGIN_MS
    end_ms = line.placement.end_ms + _MARGIN_MS
    heard = [w.text for w in words if start_ms <= (w.span.start_ms + w.span.end_ms) / 2 <= end_ms]
    return HeardLine(utterance=line.placement.utterance, spoken=line.text, heard=" ".join(heard))


def _windows(lines: Sequence[SpokenLine]) -> list[list[SpokenLine]]:
    windows: list[list[SpokenLine]] = []
    for line in lines:
        if windows and _belong_together(windows[-1][0].placement, line.placement):
            windows[-1].append(line)
        else:
            windows.append([line])
    return windows


def _belong_together(first: Placement, line: Placement) -> bool:
    """Whether a line is heard with `first`. Every minute begins anew, or an edit would change how
    all later lines are grouped."""
    same_minute = first.start_ms // _MINUTE_MS == line.start_ms // _MINUTE_MS
    return same_minute and line.end_ms - first.start_ms <= _WINDOW_MS
