"""What the engine says it heard, and which of it to believe.

Whisper was trained on subtitles. On sound without clear speech it repeats itself or writes what
subtitles often end with; the rules here find both.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LOOP_COMPRESSION = 2.4  # OpenAI's own limit for a failed decoding
_LOOP_REPEATS = 4
_LOOP_WORDS = 8
_LONGEST_REPEAT = 12

_NOISE_LOGPROB = -1.7
_DOUBTFUL_LOGPROB = -1.2
_DOUBTFUL_NO_SPEECH = 0.4
_GUESS_LOGPROB = -0.7
_PHANTOM_LOGPROB = -0.6
_PHANTOM_NO_SPEECH = 0.3
_TAIL_S = 0.3

_NOT_LETTERS = re.compile(r"[\W_]+")

_PHANTOMS = (
    "thank you", "thank you very much", "thanks for watching", "thank you for watching",
    "thank you so much for watching", "please subscribe", "see you next time", "bye bye", "bye", "you",
    "subtitles by the amara org community", "subs by www zeoranger co uk",
    "obrigado", "obrigada", "obrigado por assistir", "obrigada por assistir", "e aí", "tchau",
    "legendas pela comunidade amara org", "inscreva se no canal", "até a próxima",
    "gracias", "gracias por ver el video", "subtítulos realizados por la comunidad de amara org",
    "merci", "merci d avoir regardé cette vidéo", "sous titres réalisés par la communauté d amara org",
    "grazie", "grazie per la visione", "sottotitoli creati dalla comunità amara org",
    "vielen dank", "untertitel der amara org community", "untertitel im auftrag des zdf",
)  # fmt: skip
_PHANTOM_TEXTS = frozenset(_PHANTOMS)


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word as the engine timed it, in seconds from the clip's start."""

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True, slots=True)
class HeardSegment:
    """One segment with the engine's own doubts about it.

    `avg_logprob` is the mean log probability of its tokens, `no_speech` the probability that the
    window held no speech, `compression` how well the window's text packs, `window_s` where the
    window began.
    """

    words: tuple[HeardWord, ...]
    avg_logprob: float
    no_speech: float
    compression: float
    window_s: float


def is_looping(segments: Sequence[HeardSegment]) -> bool:
    """Whether the decoder got stuck saying the same thing again and again."""
    if any(segment.compression > _LOOP_COMPRESSION for segment in segments):
        return True
    return repeats_itself([_letters(word.text) for s in segments for word in s.words])


def repeats_itself(words: Sequence[str]) -> bool:
    """Whether a run of 1 to 12 words stands at least 4 times in a row, over 8 words or more."""
    return any(
        _longest_run(words, size) >= max(_LOOP_WORDS, _LOOP_REPEATS * size)
        for size in range(1, _LONGEST_REPEAT + 1)
    )


def _longest_run(words: Sequence[str], size: int) -> int:
    """How many words the longest stretch has in which every word equals the one `size` before."""
    longest = equal = 0
    for earlier, later in zip(words, words[size:], strict=False):
        equal = equal + 1 if earlier == later else 0
        longest = max(longest, equal)
    return longest + size if longest else 0


def believable(segments: Sequence[HeardSegment], *, clip_s: float) -> list[HeardSegment]:
    """The segments without those the engine most likely made up."""
    return [segment for segment in segments if not _is_invented(segment, clip_s)]


def without_guesses(segments: Sequence[HeardSegment]) -> list[HeardSegment]:
    """What to believe of a second hearing: after a loop, sound that may be no speech is not."""
    return [
        segment
        for segment in segments
        if segment.avg_logprob > _GUESS_LOGPROB or segment.no_speech < _DOUBTFUL_NO_SPEECH
    ]


def _is_invented(segment: HeardSegment, clip_s: float) -> bool:
    if segment.window_s > max(0.0, clip_s - _TAIL_S):
        return True  # a window over the last instants, after everything was already heard
    if segment.avg_logprob < _NOISE_LOGPROB:
        return True
    if segment.avg_logprob < _DOUBTFUL_LOGPROB and segment.no_speech > _DOUBTFUL_NO_SPEECH:
        return True
    return _is_phantom(segment)


def _is_phantom(segment: HeardSegment) -> bool:
    text = _letters(" ".join(word.text for word in segment.words))
    doubtful = segment.avg_logprob < _PHANTOM_LOGPROB or segment.no_speech > _PHANTOM_NO_SPEECH
    return doubtful and text in _PHANTOM_TEXTS


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub(" ", text).strip().lower()
