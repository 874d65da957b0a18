"""Long recordings as batches: up to the bucket, recognised there, and collected by name."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog

from dubwright.domain.audio import Samples
from dubwright.domain.errors import (
    Cancelled,
    ProviderError,
    ProviderNotReady,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)
from dubwright.domain.timeline import TimeSpan
from dubwright.media.ffmpeg import Ffmpeg, local
from dubwright.ports.recording import Recording
from dubwright.providers.google.access import speech_client, storage_client
from dubwright.providers.google.asking import SAMPLE_RATE
from dubwright.providers.google.errors import NAME, google_errors, never_submitted, translated
from dubwright.providers.google.options import GoogleSpeechOptions, speech_host

if TYPE_CHECKING:
    from google.cloud.speech_v2 import SpeechClient
    from google.cloud.speech_v2 import types as stt
    from google.cloud.storage import Bucket
    from google.longrunning.operations_pb2 import Operation

log = structlog.get_logger()

_FOLDER = "dubwright/speech"
_PIECE_MS = 30_000
_ENCODE_S = 300
_UPLOAD_S = 600
_SUBMIT_PATIENCE = 4
_FIRST_WAIT_S, _LONGEST_WAIT_S, _WAIT_GROWTH = 0.2, 5.0, 1.5
_LOOK_S = 0.25
_PATIENCE_S = 60.0
_CANCELLED = 1  # google.rpc.Code


@dataclass(frozen=True, slots=True)
class Batches:
    """The batches of one provider, through its bucket.

    `patience_s` is how long Google may leave every question about a batch unanswered.
    """

    options: GoogleSpeechOptions
    patience_s: float = _PATIENCE_S

    def submit(self, recording: Recording, recogniser: str, config: "stt.RecognitionConfig") -> str:
        """Upload the recording, submit it, and return the name of Google's operation.

        Submitting is billed, so it is sent again (`ProviderUnavailable`) only where Google surely
        did not take it; otherwise the failure is final.
        """
        uri = self._upload(recording)
        try:
            return self._submitted(uri, recogniser, config)
        except ProviderError as exc:
            if exc.retryable or isinstance(exc, ProviderRejected | ProviderNotReady):
                self._forget(uri)
            raise

    def collect(self, batch: str, is_cancelled: Callable[[], bool]) -> "stt.BatchRecognizeResults":
        """Wait for a batch and take its results; the uploaded sound is deleted.

        A poll that fails is followed by the next one, which is due anyway, for `patience_s`.
        Raises `ProviderRejected` for a batch that Google does not know any more or could not
        recognise. After any other failure, and after `Cancelled`, it goes on and can be collected.
        """
        operation = self._waited(batch, is_cancelled)
        uri = _sound_of(operation)
        try:
            return _results(operation)
        finally:
            self._forget(uri)

    def _upload(self, recording: Recording) -> str:
        name = f"{_FOLDER}/{uuid4().hex}.flac"
        with TemporaryDirectory(prefix="dubwright-") as folder:
            file = Path(folder) / "speech.flac"
            _encode(recording, file)
            with google_errors("an upload to the bucket"):
                blob = self._bucket().blob(name)
                blob.upload_from_filename(
                    str(file),
                    content_type="audio/flac",
                    if_generation_match=0,
                    timeout=_UPLOAD_S,
                    retry=None,
                )
        return f"gs://{self.options.bucket}/{name}"

    def _submitted(self, uri: str, recogniser: str, config: "stt.RecognitionConfig") -> str:
        from google.api_core.exceptions import GoogleAPICallError
        from google.cloud.speech_v2 import types as stt

        request = stt.BatchRecognizeRequest(
            recognizer=recogniser,
            config=config,
            files=[stt.BatchRecognizeFileMetadata(uri=uri)],
            recognition_output_config=stt.RecognitionOutputConfig(
                inline_response_config=stt.InlineOutputConfig()
            ),
        )
        call = "a batch of speech recognition"
        with google_errors(call):
            try:
                operation = self._client().batch_recognize(
                    request, timeout=_SUBMIT_PATIENCE * self.options.timeout_s, retry=None
                )
            except GoogleAPICallError as exc:
                if never_submitted(exc):
                    raise
                raise _unknown_answer() from exc
        return str(operation.operation.name)

    def _waited(self, batch: str, is_cancelled: Callable[[], bool]) -> "Operation":
        """The operation when it is done."""
        answered_at = time.monotonic()
        gives_up_at = answered_at + self.options.batch_timeout_s
        for wait_s in _waits():
            try:
                operation = self._asked(batch)
            except (ProviderUnavailable, ProviderThrottled):
                if time.monotonic() - answered_at > self.patience_s:
                    raise
            else:
                answered_at = time.monotonic()
                if operation.done:
                    return operation
            if time.monotonic() > gives_up_at:
                break
            if _slept_until_cancelled(wait_s, is_cancelled):
                # It is paid for already: whoever goes on with this work collects it.
                raise Cancelled("stopped while Google recognised a batch")
        raise ProviderUnavailable(
            f"Google has not finished a batch after {self.options.batch_timeout_s:.0f} s",
            provider=NAME,
            hint="run it again: the batch goes on and is collected then",
        )

    def _asked(self, batch: str) -> "Operation":
        with google_errors("the state of a batch"):
            operation: Operation = self._client().get_operation(
                {"name": batch}, timeout=self.options.timeout_s, retry=None
            )
            return operation

    def _forget(self, uri: str) -> None:
        """Delete uploaded sound. What cannot be deleted now, the bucket's own rule deletes."""
        if not uri:
            return
        _, _, name = uri.removeprefix("gs://").partition("/")
        try:
            with google_errors("deleting sound from the bucket"):
                self._delete(name)
        except ProviderError as exc:
            log.warning("batch.sound_left", code=exc.code)

    def _delete(self, name: str) -> None:
        from google.api_core.exceptions import NotFound

        try:
            self._bucket().blob(name).delete(timeout=self.options.timeout_s, retry=None)
        except NotFound:
            log.debug("batch.sound_gone")

    def _bucket(self) -> "Bucket":
        bucket: Bucket = storage_client(self.options.storage_endpoint).bucket(self.options.bucket)
        return bucket

    def _client(self) -> "SpeechClient":
        return speech_client(speech_host(self.options, self.options.location))


def sound_digest(recording: Recording) -> str:
    """A name for what is heard in a recording, from its samples."""
    digest = hashlib.sha256()
    for samples in _pieces(recording):
        digest.update(samples.tobytes())
    return digest.hexdigest()


def _unknown_answer() -> ProviderError:
    return ProviderError(
        "Google may or may not have taken a batch: its answer was lost",
        provider=NAME,
        hint="look at the bill before you run it again, or run it without `bucket`",
    )


def _encode(recording: Recording, to: Path) -> None:
    """Write 16-bit FLAC, half the size of the samples. From anything else ffmpeg makes 24 bits."""
    form = ["-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "1", "-i", "pipe:0"]
    Ffmpeg().write_blocks(
        [*form, "-c:a", "flac", "-sample_fmt", "s16", "-f", "flac", local(to)],
        _pieces(recording),
        timeout_s=_ENCODE_S,
    )


def _pieces(recording: Recording) -> Iterator[Samples]:
    for start_ms in range(0, recording.duration_ms, _PIECE_MS):
        end_ms = min(recording.duration_ms, start_ms + _PIECE_MS)
        yield recording.read(TimeSpan(start_ms=start_ms, end_ms=end_ms)).samples


def _waits() -> Iterator[float]:
    wait_s = _FIRST_WAIT_S
    while True:
        yield wait_s
        wait_s = min(wait_s * _WAIT_GROWTH, _LONGEST_WAIT_S)


def _slept_until_cancelled(wait_s: float, is_cancelled: Callable[[], bool]) -> bool:
    """Whether somebody asked to stop within the wait."""
    wakes_at = time.monotonic() + wait_s
    while not is_cancelled():
        left_s = wakes_at - time.monotonic()
        if left_s <= 0:
            return False
        time.sleep(min(_LOOK_S, left_s))
    return True


def _sound_of(operation: "Operation") -> str:
    """The address of the sound that an operation works on; empty where it does not say."""
    from google.cloud.speech_v2 import types as stt

    told = stt.OperationMetadata.deserialize(operation.metadata.value)
    return next((file.uri for file in told.batch_recognize_request.files), "")


def _results(operation: "Operation") -> "stt.BatchRecognizeResults":
    """The one file's results. An operation may succeed although its file failed."""
    from google.api_core.exceptions import from_grpc_status
    from google.cloud.speech_v2 import types as stt

    call = "a batch of speech recognition"
    failure = operation.error if operation.HasField("error") else None
    if failure is None:
        response = stt.BatchRecognizeResponse.deserialize(operation.response.value)
        file = next(iter(response.results.values()), None)
        if file is None:
            raise ProviderRejected("Google finished a batch without a result", provider=NAME)
        if not file.error.code:
            transcript: stt.BatchRecognizeResults = file.inline_result.transcript
            return transcript
        failure = file.error
    if failure.code == _CANCELLED:
        raise ProviderRejected("the batch was stopped before it was finished", provider=NAME)
    verdict = translated(from_grpc_status(failure.code, failure.message), call)
    # A batch that is over says the same whenever it is asked, so nothing about it passes.
    raise ProviderRejected(verdict.message, provider=NAME, hint=verdict.hint)
