"""Google's speaker labels behind the port: who speaks when, and how they sound."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from dubwright.domain.errors import ProviderNotReady, ProviderRejected
from dubwright.domain.speech import Speakers, SpeechMap
from dubwright.media.register import people_heard
from dubwright.ports.charging import charge
from dubwright.ports.provider import ProviderOptions
from dubwright.ports.recording import Recording
from dubwright.providers.google.access import project_of, require_package
from dubwright.providers.google.answers import labelled_words
from dubwright.providers.google.asking import AUTO, file_config, recogniser_name, require_rate
from dubwright.providers.google.batches import Batches, sound_digest
from dubwright.providers.google.errors import NAME
from dubwright.providers.google.options import GoogleDiarizerOptions
from dubwright.providers.google.recogniser import BATCH_PRODUCT, whole_seconds_ms
from dubwright.providers.google.turns import turns_of

if TYPE_CHECKING:
    from google.cloud.speech_v2 import types as stt

_VERSION = "1"


class GoogleDiarizer:
    """Tells people apart by the labels that Chirp 3 gives to words.

    A label holds within one batch, so a recording has to fit into one, and a bucket is needed.
    The sound is recognised, and billed, for the labels alone.
    """

    name: ClassVar[str] = NAME
    Options: ClassVar[type[ProviderOptions]] = GoogleDiarizerOptions

    def __init__(self, options: GoogleDiarizerOptions) -> None:
        self._options = options
        self._batches = Batches(options)
        self._uncollected = _Uncollected()

    @property
    def fingerprint(self) -> str:
        """Names the model and the version of these rules."""
        return f"{self.name}-{_VERSION}-{self._options.model}"

    def check(self) -> None:
        """Raise `ProviderNotReady` unless packages, credentials, project and bucket are there."""
        require_package("google.cloud.speech_v2")
        require_package("google.cloud.storage")
        project_of(self._options.project)
        if not self._options.bucket:
            raise ProviderNotReady(
                "Google tells speakers apart only in batches, and no bucket is set for them",
                provider=self.name,
                hint="set the option `bucket`, or use the diarizer `embeddings`",
            )

    def product(self, voice: str = "") -> str:
        """That of batches."""
        return BATCH_PRODUCT

    def diarize(
        self, recording: Recording, speech: SpeechMap, *, speakers: int | None = None
    ) -> Speakers:
        """Turns that cover `speech` exactly, and the people in order of first appearance.

        Speech in which Google heard no words belongs to whoever spoke nearest. Asked again after
        a failure, it collects the batch that it has submitted, and charged, for this recording.
        """
        self._accept(recording)
        self._accept_count(speakers)
        if not speech.spans:
            return Speakers(turns=(), people=())
        sound = sound_digest(recording)
        batch = self._uncollected.batch_of(sound, lambda: self.submit_batch(recording))
        try:
            found = self._batches.collect(batch, _never)
        except ProviderRejected:
            self._uncollected.forget(sound)
            raise
        self._uncollected.forget(sound)
        return _told(found, recording, speech, speakers)

    @property
    def takes_batches(self) -> bool:
        """Whether there is a bucket."""
        return bool(self._options.bucket)

    def submit_batch(self, recording: Recording) -> str:
        """Hand over the recording and return the name of Google's operation.

        It is charged here, by its length, and not again by whoever collects it.
        """
        self._accept(recording)
        config = file_config(self._options.model, AUTO, diarize=True)
        project = project_of(self._options.project)
        name = recogniser_name(project, self._options.location)
        batch = self._batches.submit(recording, name, config)
        charge(BATCH_PRODUCT, whole_seconds_ms(recording.duration_ms), "ms")
        return batch

    def collect_batch(
        self,
        batch: str,
        recording: Recording,
        speech: SpeechMap,
        *,
        speakers: int | None,
        is_cancelled: Callable[[], bool],
    ) -> Speakers:
        """Wait for a batch, also for one of an earlier process; the answer is that of `diarize`."""
        self.check()
        self._accept_count(speakers)
        return _told(self._batches.collect(batch, is_cancelled), recording, speech, speakers)

    def _accept(self, recording: Recording) -> None:
        self.check()
        require_rate(recording.sample_rate)
        if recording.duration_ms > self._options.batch_minutes * 60_000:
            raise ProviderRejected(
                f"Google tells speakers apart for {self._options.batch_minutes:g} minutes at most",
                provider=self.name,
                hint="use the diarizer `embeddings` for longer recordings",
            )

    def _accept_count(self, speakers: int | None) -> None:
        if speakers is not None and speakers < 1:
            raise ProviderRejected(f"{speakers} is no number of speakers", provider=self.name)


def _told(
    found: "stt.BatchRecognizeResults",
    recording: Recording,
    speech: SpeechMap,
    speakers: int | None,
) -> Speakers:
    words = labelled_words(found.results, duration_ms=recording.duration_ms)
    turns = turns_of(speech, words, speakers)
    return Speakers(turns=turns, people=people_heard(recording, turns))


class _Uncollected:
    """Batches that are paid for and not collected yet, by the digest of their sound."""

    def __init__(self) -> None:
        self._batches: dict[str, str] = {}
        self._lock = threading.Lock()

    def batch_of(self, sound: str, submit: Callable[[], str]) -> str:
        """The batch of this sound; it is submitted where there is none."""
        with self._lock:
            if sound not in self._batches:
                self._batches[sound] = submit()
            return self._batches[sound]

    def forget(self, sound: str) -> None:
        with self._lock:
            self._batches.pop(sound, None)


def _never() -> bool:
    return False
