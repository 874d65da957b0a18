"""`google.cloud.speech.v2.Speech`: recognition, at once and in batches, by our own recogniser."""

from dataclasses import dataclass
from datetime import UTC, datetime

from google.cloud.speech_v2.types import cloud_speech as stt
from google.longrunning import operations_pb2
from google.protobuf.message import Message

from dubwright.domain.errors import DubError
from dubwright.testing.google.conduct import Conduct
from dubwright.testing.google.engines import Engines
from dubwright.testing.google.failures import (
    FailedFile,
    Refusal,
    Refused,
    broken,
    not_found,
)
from dubwright.testing.google.objects import Objects
from dubwright.testing.google.operations import Operations, Running
from dubwright.testing.google.recognition import Recognised, Recognition
from dubwright.testing.google.recognition_rules import (
    checked_recogniser,
    refuse_large_content,
    refuse_strange_batch,
)
from dubwright.testing.google.wire import Call, Method, Service, duration, status_of

_AT_ONCE = "speech.recognize"
_IN_BATCHES = "speech.batch"
_WITHIN_A_DAY = "speech.batch-dynamic"
_BATCH = "Speech/BatchRecognize"
_BATCH_LATENCY = "Operations/Batch"


@dataclass(frozen=True, slots=True)
class Speech:
    """The service. Batches read `gs://` sound from `objects` and may leave results there."""

    conduct: Conduct
    engines: Engines
    objects: Objects
    operations: Operations

    def service(self) -> Service:
        """The methods."""
        return Service(
            "google.cloud.speech.v2.Speech",
            (
                Method(
                    "Speech/Recognize",
                    stt.RecognizeRequest,
                    stt.RecognizeResponse,
                    self._recognise,
                ),
                Method(
                    _BATCH,
                    stt.BatchRecognizeRequest,
                    operations_pb2.Operation,
                    self._recognise_batch,
                ),
            ),
        )

    def _recognise(self, request: stt.RecognizeRequest, call: Call) -> stt.RecognizeResponse:
        recogniser = checked_recogniser(request.recognizer, request.config, location=call.location)
        content = self._content(request.uri) if request.uri else request.content
        refuse_large_content(content)
        recognition = Recognition(recogniser, request.config, call.failure, self.engines)
        done = recognition.of_content(content)
        self.conduct.ledger.bill(call.method, _AT_ONCE, done.billed_s)
        return stt.RecognizeResponse(results=done.results, metadata=_metadata(done))

    def _recognise_batch(
        self, request: stt.BatchRecognizeRequest, call: Call
    ) -> operations_pb2.Operation:
        refuse_strange_batch(request)
        recogniser = checked_recogniser(request.recognizer, request.config, location=call.location)
        recognition = Recognition(recogniser, request.config, call.failure, self.engines)
        batch = _Batch(self, request, recognition)
        return self.operations.begin(
            recogniser.place,
            batch.progress(0.0),
            batch.run,
            call=call,
            latency=_BATCH_LATENCY,
        )

    def _content(self, uri: str) -> bytes:
        content = self.objects.read(uri)
        if content is None:
            raise Refused(not_found(f"Requested entity was not found: {uri}"))
        return content


@dataclass(frozen=True, slots=True)
class _Batch:
    """One batch: its files one after another."""

    speech: Speech
    request: stt.BatchRecognizeRequest
    recognition: Recognition

    def run(self, running: Running) -> Message:
        """Recognise every file; one that fails does not stop the others."""
        response = stt.BatchRecognizeResponse()
        billed_s = 0
        for number, file in enumerate(self.request.files):
            before, share = number / len(self.request.files), 1 / len(self.request.files)
            try:
                done = self._recognised(file, running, before, share)
                response.results[file.uri] = self._kept(file.uri, done)
                billed_s += done.billed_s
            except Refused as refused:
                response.results[file.uri] = _failed(refused.refusal)
            except DubError as exc:
                response.results[file.uri] = _failed(broken(exc))
        response.total_billed_duration = duration(billed_s)
        running.tell(self.progress(1.0))
        self.speech.conduct.ledger.bill(_BATCH, self._product(), billed_s)
        return stt.BatchRecognizeResponse.pb(response)

    def progress(self, part: float) -> Message:
        """How far it is, as clients read it."""
        percent = round(100 * part)
        files = {
            file.uri: stt.BatchRecognizeTranscriptionMetadata(progress_percent=percent)
            for file in self.request.files
        }
        return stt.OperationMetadata.pb(
            stt.OperationMetadata(
                update_time=datetime.now(UTC),
                method="google.cloud.speech.v2.Speech.BatchRecognize",
                resource=self.request.recognizer,
                batch_recognize_request=self.request,
                batch_recognize_metadata=stt.BatchRecognizeMetadata(transcription_metadata=files),
                progress_percent=percent,
            )
        )

    def _recognised(
        self, file: stt.BatchRecognizeFileMetadata, running: Running, before: float, share: float
    ) -> Recognised:
        failure = self.recognition.failure
        if isinstance(failure, FailedFile):
            raise Refused(failure.refusal)
        content = self.speech.objects.read(file.uri)
        if content is None:
            raise Refused(not_found(f"File not found: {file.uri}"))
        return self.recognition.of_file(
            content, lambda part: running.tell(self.progress(before + share * part))
        )

    def _kept(self, uri: str, done: Recognised) -> stt.BatchRecognizeFileResult:
        """The result in the answer, or in the bucket that was named."""
        transcript = stt.BatchRecognizeResults(results=done.results, metadata=_metadata(done))
        folder = self.request.recognition_output_config.gcs_output_config.uri
        if not folder:
            return stt.BatchRecognizeFileResult(
                inline_result=stt.InlineResult(transcript=transcript),
                transcript=transcript,
                metadata=_metadata(done),
            )
        name = uri.rpartition("/")[2].rpartition(".")[0]
        kept_at = f"{folder.rstrip('/')}/{name}_transcript.json"
        self.speech.objects.write(kept_at, stt.BatchRecognizeResults.to_json(transcript).encode())
        return stt.BatchRecognizeFileResult(
            cloud_storage_result=stt.CloudStorageResult(uri=kept_at),
            uri=kept_at,
            metadata=_metadata(done),
        )

    def _product(self) -> str:
        strategy = stt.BatchRecognizeRequest.ProcessingStrategy
        cheap = self.request.processing_strategy == strategy.DYNAMIC_BATCHING
        return _WITHIN_A_DAY if cheap else _IN_BATCHES


def _metadata(done: Recognised) -> stt.RecognitionResponseMetadata:
    return stt.RecognitionResponseMetadata(total_billed_duration=duration(done.billed_s))


def _failed(refusal: Refusal) -> stt.BatchRecognizeFileResult:
    return stt.BatchRecognizeFileResult(error=status_of(refusal))
