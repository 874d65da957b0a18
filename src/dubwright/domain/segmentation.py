"""Segmentation: from words to utterances, the lines that are translated, voiced and placed."""

from collections.abc import Iterator, Sequence

from dubwright.domain.attribution import SpokenWord, attributed
from dubwright.domain.sentences import ends_clause, ends_sentence
from dubwright.domain.speech import SpeakerTurn, SpeechMap, Utterance, Word
from dubwright.domain.timeline import TimeSpan
from dubwright.domain.word_times import refined_words

_PAUSE_MS = 500
_CLAUSE_PAUSE_MS = 300
_LONG_ENOUGH_MS = 4_000
"""From here on a clause's end with a short pause is a good place to break."""
_LONGEST_MS = 12_000
_LONGEST_CHARACTERS = 220
_LEAST_WORDS = 3
"""Neither part of a split line has fewer words."""
_COMMA_WORTH_MS = 300
_CONJUNCTION_WORTH_MS = 150
_CONJUNCTIONS = frozenset({
    "and", "because", "but", "if", "or", "so", "that", "then", "when", "which", "while", "who",
    "e", "então", "enquanto", "mas", "ou", "porque", "quando", "que", "se",
    "cuando", "entonces", "mientras", "o", "pero", "si", "y",
    "car", "et", "mais", "parce", "quand", "aber", "dass", "und", "weil", "wenn",
})  # fmt: skip
_Run = tuple[SpokenWord, ...]


def write_utterances(
    words: Sequence[Word],
    turns: Sequence[SpeakerTurn],
    speech: SpeechMap,
    *,
    first_id: int = 1,
) -> tuple[Utterance, ...]:
    """The lines of a script without target text, in order, numbered from `first_id`.

    Every word is in exactly one line, in the given order. A line has one speaker and ends at a
    sentence's end, at a pause of half a second, at a shorter pause after a clause once it is 4 s
    long, or where the speaker changes. Lines over 12 s or 220 characters are split at the best
    comma, conjunction or pause inside.
    """
    spoken = attributed(refined_words(words, speech), turns)
    runs = _with_fragments_joined(list(_runs(spoken)))
    parts = [part for run in runs for part in _split(run)]
    return tuple(_utterance(part, first_id + index) for index, part in enumerate(parts))


def _runs(words: Sequence[SpokenWord]) -> Iterator[_Run]:
    first = 0
    for index, word in enumerate(words):
        is_last = index + 1 == len(words)
        if is_last or _breaks(words[first], word, words[index + 1]):
            yield tuple(words[first : index + 1])
            first = index + 1


def _breaks(first: SpokenWord, word: SpokenWord, following: SpokenWord) -> bool:
    """Whether a line that began with `first` ends between `word` and `following`."""
    if word.speaker != following.speaker or ends_sentence(word.text, following.text):
        return True
    pause_ms = word.pause_before(following)
    is_long = word.span.end_ms - first.span.start_ms > _LONG_ENOUGH_MS
    return pause_ms >= _PAUSE_MS or (
        is_long and pause_ms >= _CLAUSE_PAUSE_MS and ends_clause(word.text)
    )


def _with_fragments_joined(runs: Sequence[_Run]) -> list[_Run]:
    """Single words without a sentence's end join the nearer neighbour of their speaker."""
    joined: list[_Run] = []
    carried: _Run = ()
    for index, run in enumerate(runs):
        whole, carried = carried + run, ()
        before = joined[-1] if joined else ()
        after = runs[index + 1] if index + 1 < len(runs) else ()
        if not _is_fragment(whole):
            joined.append(whole)
        elif _pause_ms(whole, after) < min(_pause_ms(before, whole), _CLAUSE_PAUSE_MS):
            carried = whole
        elif _pause_ms(before, whole) < _CLAUSE_PAUSE_MS:
            joined[-1] = before + whole
        else:
            joined.append(whole)
    return joined


def _is_fragment(run: _Run) -> bool:
    return len(run) == 1 and not ends_sentence(run[0].text, None)


def _pause_ms(run: _Run, following: _Run) -> int:
    """The silence between two runs of one speaker; for other neighbours, more than any pause."""
    if not run or not following or run[-1].speaker != following[0].speaker:
        return 1 << 40
    return run[-1].pause_before(following[0])


def _split(run: _Run) -> list[_Run]:
    """The run, or its parts if it is too long."""
    is_short = _length_ms(run) <= _LONGEST_MS and len(_text(run)) <= _LONGEST_CHARACTERS
    if is_short or len(run) < 2 * _LEAST_WORDS:
        return [run]
    at = max(range(_LEAST_WORDS, len(run) - _LEAST_WORDS + 1), key=lambda i: _worth(run, i))
    return [*_split(run[:at]), *_split(run[at:])]


def _worth(run: _Run, at: int) -> float:
    """How good a break before word `at` is, in ms of pause; near the middle is better."""
    word, following = run[at - 1], run[at]
    middle_ms = (run[0].span.start_ms + run[-1].span.end_ms) / 2
    off_ms = abs(following.span.start_ms - middle_ms)
    is_conjunction = following.text.lower().strip(",") in _CONJUNCTIONS
    return (
        word.pause_before(following)
        + _COMMA_WORTH_MS * ends_clause(word.text)
        + _CONJUNCTION_WORTH_MS * is_conjunction
        - 1000 * off_ms / max(1, _length_ms(run))
    )


def _length_ms(run: _Run) -> int:
    return run[-1].span.end_ms - run[0].span.start_ms


def _text(run: _Run) -> str:
    return " ".join(word.text for word in run)


def _utterance(run: _Run, number: int) -> Utterance:
    return Utterance(
        id=number,
        speaker=run[0].speaker,
        span=TimeSpan(start_ms=run[0].span.start_ms, end_ms=run[-1].span.end_ms),
        source_text=_text(run),
    )
