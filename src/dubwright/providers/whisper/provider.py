"""The recogniser behind the port: faster-whisper on int8 weights, one model for all threads."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar, Protocol

from pydantic import Field, PositiveInt

from dubwright.catalogue.chosen import ChosenModel
from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.errors import ProviderNotReady, ProviderRejected, ProviderUnavailable
from dubwright.domain.language import LanguageTag, base_language, parse_language
from dubwright.domain.speech import LanguageGuess, Transcript
from dubwright.ports.provider import ProviderOptions
from dubwright.providers.whisper.heard import (
    HeardSegment,
    HeardWord,
    believable,
    is_looping,
    without_guesses,
)
from dubwright.providers.whisper.words import timed_segments, whole_words

_VERSION = "1"
_SAMPLE_RATE = 16_000
_SHORTEST_CLIP_MS = 100

# Nobody speaks faster; the bound ends a decoder that repeats itself before it fills its memory.
_TOKENS_PER_SECOND = 12
_SPARE_TOKENS = 32
_MOST_TOKENS = 400

_LANGUAGES = (
    "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he "
    "hi hr ht hu hy id is it ja jv ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne "
    "nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk "
    "ur uz vi yi yo zh"
)
_ENGINE_CODES = {"jv": "jw", "nb": "no", "fil": "tl"}  # BCP-47 to the engine's own
_TAGS = {"jw": "jv"}
_BLANKLESS = frozenset({"bo", "ja", "km", "lo", "my", "th", "zh"})


class WhisperOptions(ProviderOptions):
    """Which model listens, how carefully, and for how many callers at once."""

    model: str = Field(default="whisper-base", description="The model's id in the catalogue.")
    models: Path | None = Field(
        default=None, description="Folder with the model's files. Unset: the catalogue's."
    )
    beam_size: int = Field(
        default=1,
        ge=1,
        le=10,
        description="Readings kept at a time; more is slower and a little better.",
    )
    callers: PositiveInt = Field(
        default_factory=lambda: os.cpu_count() or 1,
        description="Threads that may recognise at once. Unset: one for each core.",
    )


class _EngineWord(Protocol):
    word: str
    start: float
    end: float
    probability: float


class _EngineSegment(Protocol):
    words: list[_EngineWord] | None
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float
    seek: int


class _Engine(Protocol):
    """The part of `faster_whisper.WhisperModel` that is used here."""

    def transcribe(
        self, audio: Samples, **settings: object
    ) -> tuple[Iterable[_EngineSegment], object]: ...

    def detect_language(self, audio: Samples) -> tuple[str, float, object]: ...


class WhisperSpeechToText:
    """Recognises speech in about a hundred languages on the processor alone."""

    name: ClassVar[str] = "whisper"
    Options: ClassVar[type[ProviderOptions]] = WhisperOptions

    def __init__(self, options: WhisperOptions) -> None:
        self._options = options
        self._model = ChosenModel(options.model, options.models, self.name)
        self._engine: _Engine | None = None
        self._loading = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """Names the model, the version of these rules and the options that change the text."""
        return f"{self.name}-{_VERSION}-{self._model.mark}-beam{self._options.beam_size}"

    def check(self) -> None:
        """Raise `ProviderNotReady` unless the package and the model are there."""
        if find_spec("faster_whisper") is None:
            raise ProviderNotReady(
                "the package `faster-whisper` is not installed",
                provider=self.name,
                hint="install it with `pip install dubwright[local]`",
            )
        self._model.require()

    def languages(self) -> frozenset[LanguageTag]:
        """What the multilingual models were trained on."""
        return frozenset(LanguageTag(code) for code in _LANGUAGES.split())

    def detect_language(self, clip: SpeechClip) -> LanguageGuess:
        """Which language is spoken. A clip shorter than 0.1 s raises `ProviderRejected`."""
        self._accept(clip)
        if clip.duration_ms < _SHORTEST_CLIP_MS:
            raise ProviderRejected(
                f"a clip of {clip.duration_ms} ms is too short to tell its language",
                provider=self.name,
            )
        with self._engine_failures():
            code, probability, _ = self._loaded().detect_language(clip.samples)
        language = parse_language(_TAGS.get(code, code))
        return LanguageGuess(language=language, confidence=min(1.0, max(0.0, probability)))

    def transcribe(self, clip: SpeechClip, *, language: LanguageTag) -> Transcript:
        """The speech of one clip. What the decoder repeats or makes up is not in it."""
        self._accept(clip)
        code = self._engine_code(language)
        if clip.duration_ms < _SHORTEST_CLIP_MS:
            return Transcript(language=language, segments=())
        heard = believable(self._heard(clip, code), clip_s=clip.duration_ms / 1000)
        return Transcript(
            language=language, segments=timed_segments(heard, clip_ms=clip.duration_ms)
        )

    def _heard(self, clip: SpeechClip, code: str) -> list[HeardSegment]:
        """One decoding; when it loops, another that may not use three tokens in a row twice."""
        first = self._decoded(clip, code, no_repeat_ngram_size=0)
        if not is_looping(first):
            return first
        return without_guesses(self._decoded(clip, code, no_repeat_ngram_size=3))

    def _decoded(
        self, clip: SpeechClip, code: str, *, no_repeat_ngram_size: int
    ) -> list[HeardSegment]:
        tokens = _SPARE_TOKENS + _TOKENS_PER_SECOND * clip.duration_ms // 1000
        with self._engine_failures():
            segments, _ = self._loaded().transcribe(
                clip.samples,
                language=code,
                beam_size=self._options.beam_size,
                temperature=0.0,
                condition_on_previous_text=False,
                word_timestamps=True,
                no_repeat_ngram_size=no_repeat_ngram_size,
                max_new_tokens=min(_MOST_TOKENS, tokens),
            )
            joined = tuple if code in _BLANKLESS else whole_words
            return [_heard_segment(segment, joined) for segment in segments]

    def _accept(self, clip: SpeechClip) -> None:
        if clip.sample_rate != _SAMPLE_RATE:
            raise ProviderRejected(
                f"the clip has {clip.sample_rate} Hz, the recogniser hears {_SAMPLE_RATE} Hz",
                provider=self.name,
                hint="resample the clip to 16000 Hz mono",
            )

    def _engine_code(self, language: LanguageTag) -> str:
        base = base_language(language)
        code = _ENGINE_CODES.get(base, base)
        if LanguageTag(_TAGS.get(code, code)) not in self.languages():
            raise ProviderRejected(
                f"{language!r} is not a language this recogniser knows",
                provider=self.name,
                hint="`dubwright providers` lists the languages of each recogniser",
            )
        return code

    def _loaded(self) -> _Engine:
        with self._loading:
            if self._engine is None:
                self._engine = self._load()
            return self._engine

    def _load(self) -> _Engine:
        self.check()
        from faster_whisper import WhisperModel

        folder = self._model.locate()
        try:
            engine: _Engine = WhisperModel(
                str(folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=1,
                num_workers=self._options.callers,
            )
        except (RuntimeError, ValueError, OSError) as exc:
            raise ProviderNotReady(
                f"the speech model in {folder.name!r} does not load: {exc}",
                provider=self.name,
                hint="fetch it again with `dubwright models fetch`",
            ) from exc
        return engine

    @contextmanager
    def _engine_failures(self) -> Iterator[None]:
        """Say what the engine's own errors mean to a caller."""
        try:
            yield
        except ValueError as exc:
            raise ProviderRejected(f"whisper refused the clip: {exc}", provider=self.name) from exc
        except (RuntimeError, MemoryError) as exc:
            raise ProviderUnavailable(f"whisper failed: {exc}", provider=self.name) from exc


def _heard_segment(
    segment: _EngineSegment, joined: Callable[[Sequence[HeardWord]], tuple[HeardWord, ...]]
) -> HeardSegment:
    words = [
        HeardWord(text=word.word, start_s=word.start, end_s=word.end, probability=word.probability)
        for word in segment.words or ()
    ]
    return HeardSegment(
        words=joined(words),
        avg_logprob=segment.avg_logprob,
        no_speech=segment.no_speech_prob,
        compression=segment.compression_ratio,
        window_s=segment.seek / 100,
    )
