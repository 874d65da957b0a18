"""One file of sound, recognised as a request asks for it."""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from google.cloud.speech_v2.types import cloud_speech as stt

from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Segment, SpeechMap
from dubwright.domain.timeline import TimeSpan
from dubwright.ports import Recording
from dubwright.testing.google.engines import Engines
from dubwright.testing.google.failures import Failure, LostWords, NoWordTimes
from dubwright.testing.google.hearing import (
    Heard,
    Progress,
    find_speech,
    hear,
    tell_language,
    tell_speakers,
)
from dubwright.testing.google.recognition_rules import (
    Recogniser,
    is_auto,
    refuse_long_content,
    refuse_long_file,
)
from dubwright.testing.google.sound import ArrivedSound, decoded, with_header
from dubwright.testing.google.tags import spoken
from dubwright.testing.google.wire import duration

_FALLBACK = LanguageTag("en")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What came of it, and how many seconds are billed."""

    results: list[stt.SpeechRecognitionResult]
    billed_s: int


@dataclass(frozen=True, slots=True)
class Recognition:
    """How sound is to be recognised: what was asked, what is to go wrong, and who does it."""

    recogniser: Recogniser
    config: stt.RecognitionConfig
    failure: Failure | None
    engines: Engines

    def of_content(self, content: bytes) -> Recognised:
        """Recognise sound that came with the request. Raises `Refused` where it is too long."""
        with TemporaryDirectory(prefix="dubwright-double-") as folder:
            sound = self._decoded(content, Path(folder))
            refuse_long_content(sound.recording.duration_ms)
            return self._recognised(sound, lambda part: None)

    def of_file(self, content: bytes, progress: Progress) -> Recognised:
        """Recognise the sound of a batch. Raises `Refused` where it is too long for the model."""
        with TemporaryDirectory(prefix="dubwright-double-") as folder:
            sound = self._decoded(content, Path(folder))
            refuse_long_file(sound.recording.duration_ms, self.config, self.recogniser)
            return self._recognised(sound, progress)

    def _decoded(self, content: bytes, folder: Path) -> ArrivedSound:
        explicit = self.config.explicit_decoding_config
        if explicit.encoding == stt.ExplicitDecodingConfig.AudioEncoding.LINEAR16:
            content = with_header(
                content,
                sample_rate=explicit.sample_rate_hertz,
                channels=explicit.audio_channel_count or 1,
            )
        return decoded(content, folder, self.engines.ffmpeg)

    def _recognised(self, sound: ArrivedSound, progress: Progress) -> Recognised:
        recording = sound.recording
        speech = find_speech(recording, self.engines)
        language = self._language(recording, speech)
        heard = hear(recording, speech, language, self.engines, progress)
        if "diarization_config" in self.config.features:
            heard = tell_speakers(recording, speech, heard, self.engines)
        if isinstance(self.failure, LostWords):
            heard = _without(heard, self.failure)
        return Recognised(self._results(heard), sound.billed_s)

    def _language(self, recording: Recording, speech: SpeechMap) -> LanguageTag:
        if is_auto(self.config):
            return tell_language(recording, speech, self.engines) or _FALLBACK
        return spoken(self.config.language_codes[0])

    def _results(self, heard: Heard) -> list[stt.SpeechRecognitionResult]:
        code = heard.language if is_auto(self.config) else self.config.language_codes[0]
        results, first = [], 0
        for segment in heard.segments:
            last = first + len(segment.words)
            words = self._words(segment, heard.speakers[first:last])
            first = last
            results.append(
                stt.SpeechRecognitionResult(
                    alternatives=[
                        stt.SpeechRecognitionAlternative(
                            transcript=self._written(segment.text), confidence=0.9, words=words
                        )
                    ],
                    language_code=code,
                    result_end_offset=duration(segment.span.end_ms / 1000),
                )
            )
        return results

    def _words(self, segment: Segment, speakers: tuple[str, ...]) -> list[stt.WordInfo]:
        timed = self.config.features.enable_word_time_offsets and not isinstance(
            self.failure, NoWordTimes
        )
        if not timed and not speakers:
            return []
        words = []
        for number, word in enumerate(segment.words):
            made = stt.WordInfo(word=self._written(word.text))
            if timed:
                made.start_offset = duration(word.span.start_ms / 1000)
                made.end_offset = duration(word.span.end_ms / 1000)
            if speakers:
                made.speaker_label = speakers[number]
            if self.config.features.enable_word_confidence:
                made.confidence = word.confidence or 0.0
            words.append(made)
        return words

    def _written(self, text: str) -> str:
        """The text, without punctuation where nobody asked for it."""
        if self.config.features.enable_automatic_punctuation:
            return text
        return " ".join(word.strip(".,;:!?…") for word in text.split())


def _without(heard: Heard, lost: LostWords) -> Heard:
    """What was heard outside a stretch of time."""
    gone = TimeSpan(start_ms=lost.start_ms, end_ms=lost.end_ms)
    segments: list[Segment] = []
    speakers: list[str] = []
    said = iter(heard.speakers)
    for segment in heard.segments:
        pairs = [(word, next(said, "")) for word in segment.words]
        kept = [(word, who) for word, who in pairs if not word.span.overlap_ms(gone)]
        if not kept:
            continue
        words = tuple(word for word, _ in kept)
        span = TimeSpan(start_ms=words[0].span.start_ms, end_ms=words[-1].span.end_ms)
        segments.append(Segment(text=" ".join(w.text for w in words), span=span, words=words))
        speakers += [who for _, who in kept]
    return replace(
        heard,
        segments=tuple(segments),
        speakers=tuple(speakers) if heard.speakers else (),
    )
