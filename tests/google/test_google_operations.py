"""Operations of the doubles: they go on when nobody waits, and anybody who has a name finds them."""

import threading
from dataclasses import replace

import pytest

pytest.importorskip("google.cloud.speech_v2")

from google.api_core import exceptions
from google.api_core import operation as operations
from google.cloud.speech_v2.types import cloud_speech as stt
from google.longrunning import operations_pb2
from google_clients import PROJECT, TIMEOUT_S, batch, outcome, speech, talk, words_of

from dubwright.providers.scripted import ScriptedSpeechToText
from dubwright.testing.google import create_engines
from dubwright.testing.google.failures import unavailable

URI = "gs://sounds/talk.wav"
HERE = f"{PROJECT}/locations/us"


class _Waiting(ScriptedSpeechToText):
    """Hears nothing until it may."""

    def __init__(self) -> None:
        super().__init__(ScriptedSpeechToText.Options())
        self.begun, self.may_go_on = threading.Event(), threading.Event()

    def transcribe(self, clip, *, language):
        self.begun.set()
        assert self.may_go_on.wait(TIMEOUT_S)
        return super().transcribe(clip, language=language)


@pytest.fixture
def waiting() -> _Waiting:
    return _Waiting()


@pytest.fixture
def google_engines(waiting):
    return replace(create_engines(), speech_to_text=waiting)


@pytest.fixture
def begun(google_doubles, waiting):
    google_doubles.objects.write(URI, talk(2000))
    operation = speech(google_doubles).batch_recognize(request=batch(URI), timeout=TIMEOUT_S)
    assert waiting.begun.wait(TIMEOUT_S)
    yield operation
    waiting.may_go_on.set()


def resumed(doubles, name: str):
    """The operation as a process finds it that has only its name."""
    client = speech(doubles)
    raw = client.get_operation(operations_pb2.GetOperationRequest(name=name), timeout=TIMEOUT_S)
    return operations.from_gapic(
        raw,
        client.transport.operations_client,
        stt.BatchRecognizeResponse,
        metadata_type=stt.OperationMetadata,
    )


def test_another_client_resumes_by_name_and_nothing_is_submitted_again(
    google_doubles, waiting, begun
):
    again = resumed(google_doubles, begun.operation.name)
    assert not again.done()
    assert again.metadata.progress_percent < 100
    waiting.may_go_on.set()
    assert words_of(outcome(again).results[URI].inline_result.transcript.results)
    account = google_doubles.conduct.ledger.statement()
    assert account.methods["Speech/BatchRecognize"].requests == 1


def test_a_poll_that_fails_once_does_no_harm(google_doubles, waiting, begun):
    waiting.may_go_on.set()
    google_doubles.conduct.faults.plan("Operations/GetOperation", unavailable())
    client = speech(google_doubles)
    asked = operations_pb2.GetOperationRequest(name=begun.operation.name)
    with pytest.raises(exceptions.ServiceUnavailable):
        client.get_operation(asked, timeout=TIMEOUT_S)
    assert client.get_operation(asked, timeout=TIMEOUT_S).name == begun.operation.name


def test_a_cancelled_operation_ends_and_is_not_billed(google_doubles, waiting, begun):
    assert begun.cancel()
    waiting.may_go_on.set()
    with pytest.raises(exceptions.Cancelled):
        outcome(begun)
    google_doubles.close()
    assert google_doubles.conduct.ledger.statement().billed() == {}


def test_operations_are_listed_where_they_are(google_doubles, begun):
    client = speech(google_doubles)
    for place, wanted in ((HERE, [begun.operation.name]), (f"{PROJECT}/locations/eu", [])):
        asked = operations_pb2.ListOperationsRequest(name=place)
        listed = client.list_operations(asked, timeout=TIMEOUT_S)
        assert [one.name for one in listed.operations] == wanted


def test_an_unknown_operation_is_not_found(google_doubles):
    asked = operations_pb2.GetOperationRequest(name=f"{HERE}/operations/none")
    with pytest.raises(exceptions.NotFound):
        speech(google_doubles).get_operation(asked, timeout=TIMEOUT_S)
