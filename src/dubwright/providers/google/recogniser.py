"""Google Speech-to-Text v2 behind the port: clips at once, long recordings in batches."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

import structlog

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import ProviderError, ProviderRejected
from dubwright.domain.language import LanguageTag, parse_language
from dubwright.domain.speech import LanguageGuess, Transcript
from dubwright.ports.charging import charge
from dubwright.ports.provider import ProviderOptions
from dubwright.ports.recording import Recording
from dubwright.providers.google.access import project_of, require_package, speech_client
from dubwright.providers.google.answers import has_times, heard_languages, transcript_of
from dubwright.providers.google.asking import (
    AUTO,
    clip_config,
    clip_content,
    file_config,
    recogniser_name,
    require_rate,
)
from dubwright.providers.google.batches import Batches
from dubwright.providers.google.discovery import Discovery
from dubwright.providers.google.errors import NAME, google_errors
from dubwright.providers.google.languages import google_code, known_codes, our_languages
from dubwright.providers.google.options import GoogleSpeechOptions, SpeechModel, speech_host

if TYPE_CHECKING:
    from google.cloud.speech_v2 import types as stt

log = structlog.get_logger()

CLIP_PRODUCT = "speech.recognize"
BATCH_PRODUCT = "speech.batch"
_VERSION = "1"
_SHORTEST_CLIP_MS = 100
_UNKNOWN = parse_language("und")
_NO_LIMIT_MS = 24 * 3_600_000


_PACKAGE = "google.cloud.speech_v2"


class GoogleSpeechToText:
    """Recognises speech with Chirp, at Google."""

    name: ClassVar[str] = NAME
    Options: ClassVar[type[ProviderOptions]] = GoogleSpeechOptions

    def __init__(self, options: GoogleSpeechOptions) -> None:
        self._options = options
        self._batches = Batches(options)
        self._offered = Discovery("languages", self._discovered, known=known_codes("speech"))

    @property
    def fingerprint(self) -> str:
        """Names the model and the version of these rules."""
        return f"{self.name}-{_VERSION}-{self._options.model}"

    def check(self) -> None:
        """Raise `ProviderNotReady` unless the package, the credentials and a project are there."""
        require_package(_PACKAGE)
        if self._options.bucket:
            require_package("google.cloud.storage")
        project_of(self._options.project)

    @property
    def calls_at_once(self) -> int:
        """Enough to use the quota, at a second and a half for each call."""
        return 16

    @property
    def calls_per_minute(self) -> float:
        """What Google allows at first, for each project and location."""
        return 300

    def product(self, voice: str = "") -> str:
        """Batches where they are set up: nearly all sound goes that way then."""
        return BATCH_PRODUCT if self._options.bucket else CLIP_PRODUCT

    def languages(self) -> frozenset[LanguageTag]:
        """What the model understands at this location, by base language."""
        return our_languages(self._offered.value())

    def detect_language(self, clip: SpeechClip) -> LanguageGuess:
        """The language of most of what was heard; the confidence is its share.

        Only `chirp_3` tells languages apart, so it is asked whatever model is set.
        """
        model, location = _language_teller(self._options)
        letters = heard_languages(self._recognised(clip, model, AUTO, location=location))
        if not letters:
            return LanguageGuess(language=_UNKNOWN, confidence=0.0)
        [(language, most)] = letters.most_common(1)
        return LanguageGuess(language=language, confidence=most / letters.total())

    def transcribe(self, clip: SpeechClip, *, language: LanguageTag) -> Transcript:
        """The speech of one clip. Where the model tells no times, `chirp_2` is asked instead."""
        code = self._code(language)
        if clip.duration_ms < _SHORTEST_CLIP_MS:
            require_rate(clip.sample_rate)
            return Transcript(language=language, segments=())
        model, location = self._options.model, self._options.location
        results = self._recognised(clip, model, code, location=location)
        if not has_times(results) and (elsewhere := _timed_location(self._options)):
            log.warning("transcript.untimed", model=model)
            results = self._recognised(clip, "chirp_2", code, location=elsewhere)
        if not has_times(results):
            raise _untimed()
        return transcript_of(results, language, duration_ms=clip.duration_ms)

    @property
    def longest_batch_ms(self) -> int:
        """How much sound one batch takes; 0 without a bucket."""
        return round(self._options.batch_minutes * 60_000) if self._options.bucket else 0

    def submit_batch(self, recording: Recording, *, language: LanguageTag) -> str:
        """Hand over the recording and return the name of Google's operation.

        It is charged here, by its length, and not again by whoever collects it.
        """
        self.check()
        require_rate(recording.sample_rate)
        config = file_config(self._options.model, self._code(language), diarize=False)
        project = project_of(self._options.project)
        batch = self._batches.submit(
            recording, recogniser_name(project, self._options.location), config
        )
        charge(BATCH_PRODUCT, whole_seconds_ms(recording.duration_ms), "ms")
        return batch

    def collect_batch(self, batch: str, *, is_cancelled: Callable[[], bool]) -> Transcript:
        """Wait for a batch, also for one of an earlier process."""
        self.check()
        found = self._batches.collect(batch, is_cancelled)
        results = found.results
        if not has_times(results):
            raise _untimed()
        language = next(iter(heard_languages(results)), _UNKNOWN)
        return transcript_of(results, language, duration_ms=_NO_LIMIT_MS)

    def _recognised(
        self, clip: SpeechClip, model: SpeechModel, code: str, *, location: str
    ) -> "list[stt.SpeechRecognitionResult]":
        require_package(_PACKAGE)
        from google.cloud.speech_v2 import types as stt

        request = stt.RecognizeRequest(
            recognizer=recogniser_name(project_of(self._options.project), location),
            config=clip_config(model, code),
            content=clip_content(clip),
        )
        with google_errors("speech recognition"):
            client = speech_client(speech_host(self._options, location))
            answer = client.recognize(request, timeout=self._options.timeout_s, retry=None)
        billed_ms = round(answer.metadata.total_billed_duration.total_seconds() * 1000)
        charge(CLIP_PRODUCT, billed_ms or whole_seconds_ms(clip.duration_ms), "ms")
        return list(answer.results)

    def _code(self, language: LanguageTag) -> str:
        code = google_code(language, self._offered.value(), "speech")
        if code is None:
            raise ProviderRejected(
                f"Google's model {self._options.model!r} does not understand {language!r} "
                f"at {self._options.location!r}",
                provider=self.name,
                hint="docs/languages.md lists what each recogniser understands",
            )
        return code

    def _discovered(self) -> tuple[str, ...]:
        """The codes of all languages that the model has here."""
        require_package(_PACKAGE)
        from google.cloud.speech_v2 import types as stt

        project, location = project_of(self._options.project), self._options.location
        with google_errors("the list of languages"):
            client = speech_client(speech_host(self._options, location))
            found = client.get_location(
                {"name": f"projects/{project}/locations/{location}"},
                timeout=self._options.timeout_s,
                retry=None,
            )
            told = stt.LocationsMetadata.deserialize(found.metadata.value)
        model = self._options.model
        codes = [code for code, at in told.languages.models.items() if model in at.model_features]
        return tuple(sorted(codes)) or known_codes("speech")


def _language_teller(options: GoogleSpeechOptions) -> tuple[SpeechModel, str]:
    if options.model == "chirp_3":
        return "chirp_3", options.location
    return "chirp_3", "eu" if options.location.startswith("eu") else "us"


def _timed_location(options: GoogleSpeechOptions) -> str | None:
    """Where `chirp_2` is, on the same side of the world: it is in single regions only.

    None where it was asked already, or where the endpoint that is set serves another location.
    """
    if options.location.startswith("eu"):
        nearest = "europe-west4"
    else:
        nearest = "asia-southeast1" if options.location.startswith("asia") else "us-central1"
    reachable = options.endpoint is None or options.location == nearest
    return nearest if reachable and options.model != "chirp_2" else None


def whole_seconds_ms(duration_ms: int) -> int:
    """As Google bills it: every second begun counts."""
    return -(-duration_ms // 1000) * 1000


def _untimed() -> ProviderError:
    return ProviderError(
        "Google told no times of words, and without them nothing can be dubbed",
        provider=NAME,
        hint="set the option `model` to `chirp_2`, and `location` to a region that has it, "
        "such as `europe-west4` or `us-central1`",
    )
