"""The Speech-to-Text double, asked by the official client over TLS with credentials."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

pytest.importorskip("google.cloud.speech_v2")

from google.api_core import exceptions
from google.cloud.location import locations_pb2
from google.cloud.speech_v2.types import cloud_speech as stt
from google.cloud.speech_v2.types import locations_metadata
from google_clients import (
    PROJECT,
    TIMEOUT_S,
    batch,
    config,
    outcome,
    quiet,
    recognise,
    recogniser,
    speech,
    talk,
    words_of,
)

from dubwright.providers.scripted import ScriptedSpeechToText
from dubwright.testing.google import Engines, GoogleDoubles, MemoryObjects, create_engines
from dubwright.testing.google.failures import (
    FailedFile,
    FailedOperation,
    LostWords,
    NoWordTimes,
    internal,
    unavailable,
)

URI = "gs://sounds/talk.wav"


@pytest.fixture
def objects(google_doubles: GoogleDoubles) -> MemoryObjects:
    assert isinstance(google_doubles.objects, MemoryObjects)
    return google_doubles.objects


def test_words_come_with_the_times_at_which_there_is_sound(google_doubles):
    heard = recognise(google_doubles, talk(3000)).results
    words = words_of(heard)
    assert words[0].word == heard[0].alternatives[0].transcript.split()[0]
    ends = [word.end_offset for word in words]
    assert timedelta() < ends[0] < ends[-1] <= timedelta(seconds=3)
    assert heard[0].language_code == "en-US"


def test_silence_gives_no_results(google_doubles):
    assert not recognise(google_doubles, quiet(2000)).results


def test_each_started_second_of_each_channel_is_billed(google_doubles):
    answer = recognise(google_doubles, talk(2300, channels=2, rate=48_000))
    assert answer.metadata.total_billed_duration == timedelta(seconds=6)
    assert google_doubles.conduct.ledger.statement().billed() == {"speech.recognize": 6}


def test_words_have_no_times_unless_they_are_asked_for(google_doubles):
    heard = recognise(google_doubles, talk(2000), config=config(timed=False)).results
    assert heard[0].alternatives[0].transcript
    assert not words_of(heard)


def test_punctuation_is_left_out_unless_it_is_asked_for(google_doubles):
    bare = config()
    bare.features.enable_automatic_punctuation = False
    heard = recognise(google_doubles, talk(3000), config=bare).results
    assert "." not in heard[0].alternatives[0].transcript


def test_speakers_have_labels_if_asked_for(google_doubles):
    heard = recognise(google_doubles, talk(2000), config=config(diarize=True)).results
    assert {word.speaker_label for word in words_of(heard)} == {"1"}


def test_the_language_is_found_out_if_asked_for(google_doubles):
    heard = recognise(google_doubles, talk(2000), config=config(language="auto")).results
    assert heard[0].language_code == "en"


@pytest.mark.parametrize(
    ("changes", "violated"),
    [
        ({"content": b""}, "content"),
        ({"content": b"no sound at all" * 99}, "content"),
        ({"content": talk(61_000)}, "content"),
        ({"content": bytes(10 * 2**20 + 1)}, "content"),
        ({"recognizer": "projects/p/recognizers/_"}, "recognizer"),
        ({"recognizer": recogniser("eu")}, "recognizer"),
        ({"config": config("chirp_2")}, "config.model"),
        ({"config": config("none")}, "config.model"),
        ({"config": config(language="English")}, "config.language_codes"),
        ({"config": stt.RecognitionConfig(model="chirp_3")}, "config.language_codes"),
        (
            {"config": stt.RecognitionConfig(model="chirp_3", language_codes=["en-US"])},
            "config.decoding_config",
        ),
    ],
)
def test_what_google_refuses_is_refused_with_the_name_of_the_field(
    google_doubles, changes, violated
):
    asked = {"content": talk(500), **changes}
    with pytest.raises(exceptions.InvalidArgument) as refused:
        recognise(google_doubles, **asked)
    assert refused.value.details[0].field_violations[0].field == violated
    assert google_doubles.conduct.ledger.statement().billed() == {}


@pytest.mark.parametrize("features", [{"diarize": True}, {"language": "auto"}])
def test_chirp_2_neither_tells_speakers_nor_languages(google_doubles, features):
    request = stt.RecognizeRequest(
        recognizer=recogniser("us-central1"),
        config=config("chirp_2", **features),
        content=talk(500),
    )
    with pytest.raises(exceptions.InvalidArgument):
        speech(google_doubles, "us-central1").recognize(request=request, timeout=TIMEOUT_S)


def test_a_batch_hears_long_sound_from_a_bucket_in_clips_that_the_engine_takes(
    google_doubles, objects
):
    objects.write(URI, talk(45_000))
    operation = speech(google_doubles).batch_recognize(request=batch(URI), timeout=TIMEOUT_S)
    answer = outcome(operation)
    words = words_of(answer.results[URI].inline_result.transcript.results)
    assert words[-1].end_offset > timedelta(seconds=44)
    assert operation.metadata.progress_percent == 100
    assert answer.total_billed_duration == timedelta(seconds=45)
    assert google_doubles.conduct.ledger.statement().billed() == {"speech.batch": 45}


def test_a_batch_leaves_its_result_in_the_bucket_that_is_named(google_doubles, objects):
    objects.write(URI, talk(2000))
    request = batch(
        URI, recognition_output_config={"gcs_output_config": {"uri": "gs://results/here"}}
    )
    answer = outcome(speech(google_doubles).batch_recognize(request=request))
    kept_at = answer.results[URI].cloud_storage_result.uri
    assert kept_at == "gs://results/here/talk_transcript.json"
    kept = stt.BatchRecognizeResults.from_json(objects.contents[kept_at].decode())
    assert words_of(kept.results)
    assert "results" in json.loads(objects.contents[kept_at])


def test_waiting_up_to_a_day_is_billed_as_something_else(google_doubles, objects):
    objects.write(URI, talk(2000))
    cheap = stt.BatchRecognizeRequest.ProcessingStrategy.DYNAMIC_BATCHING
    request = batch(URI, processing_strategy=cheap)
    outcome(speech(google_doubles).batch_recognize(request=request))
    assert google_doubles.conduct.ledger.statement().billed() == {"speech.batch-dynamic": 2}


def test_an_operation_succeeds_although_its_file_is_not_there(google_doubles):
    operation = speech(google_doubles).batch_recognize(request=batch("gs://sounds/none.wav"))
    answer = outcome(operation)
    assert answer.results["gs://sounds/none.wav"].error.code == 5
    assert google_doubles.conduct.ledger.statement().billed() == {"speech.batch": 0}


def test_chirp_3_refuses_more_than_20_minutes_with_word_times(google_doubles, objects):
    objects.write(URI, quiet(1_201_000))
    answers = []
    for timed in (True, False):
        request = batch(URI, config=config(timed=timed))
        answers.append(speech(google_doubles).batch_recognize(request=request))
    timed, untimed = (outcome(one).results[URI].error for one in answers)
    assert (timed.code, untimed.code) == (3, 0)
    assert "1200 seconds" in timed.message


@pytest.mark.parametrize(
    ("changes", "violated"),
    [
        ({"files": []}, "files"),
        ({"files": [{"uri": f"gs://b/{n}"} for n in range(16)]}, "files"),
        ({"files": [{"uri": "https://b/a"}]}, "files.uri"),
        ({"files": [{"uri": "gs://b/1"}, {"uri": "gs://b/2"}]}, "recognition_output_config"),
        ({"recognition_output_config": None}, "recognition_output_config"),
    ],
)
def test_a_batch_that_google_does_not_take_is_refused(google_doubles, changes, violated):
    with pytest.raises(exceptions.InvalidArgument) as refused:
        speech(google_doubles).batch_recognize(request=batch(URI, **changes), timeout=TIMEOUT_S)
    assert refused.value.details[0].field_violations[0].field == violated


def test_a_planned_hole_is_not_heard_and_everything_else_is(google_doubles):
    whole = words_of(recognise(google_doubles, talk(10_000)).results)
    google_doubles.conduct.faults.plan("Speech/Recognize", LostWords(3000, 6000))
    heard = words_of(recognise(google_doubles, talk(10_000)).results)
    hole = [timedelta(seconds=3), timedelta(seconds=6)]
    outside = [w for w in whole if w.end_offset <= hole[0] or w.start_offset >= hole[1]]
    assert heard == outside
    assert len(heard) < len(whole)


def test_word_times_may_be_missing(google_doubles):
    google_doubles.conduct.faults.plan("Speech/Recognize", NoWordTimes())
    heard = recognise(google_doubles, talk(2000)).results
    assert heard[0].alternatives[0].transcript
    assert not words_of(heard)


def test_a_file_may_fail_within_an_operation_that_succeeds(google_doubles, objects):
    objects.write(URI, talk(2000))
    google_doubles.conduct.faults.plan("Speech/BatchRecognize", FailedFile(internal()))
    operation = speech(google_doubles).batch_recognize(request=batch(URI))
    assert outcome(operation).results[URI].error.code == 13


def test_an_operation_may_fail_after_it_began(google_doubles, objects):
    objects.write(URI, talk(2000))
    google_doubles.conduct.faults.plan("Speech/BatchRecognize", FailedOperation(unavailable()))
    operation = speech(google_doubles).batch_recognize(request=batch(URI))
    with pytest.raises(exceptions.ServiceUnavailable):
        outcome(operation)


def test_locations_tell_what_each_model_can_do(google_doubles):
    listed = speech(google_doubles).list_locations(
        locations_pb2.ListLocationsRequest(name=PROJECT), timeout=TIMEOUT_S
    )
    told = {}
    for location in listed.locations:
        metadata = locations_metadata.LocationsMetadata.pb()()
        location.metadata.Unpack(metadata)
        models = metadata.languages.models["en-US"].model_features
        told[location.location_id] = {
            name: {feature.feature for feature in features.model_feature}
            for name, features in models.items()
        }
    assert "diarization" in told["us"]["chirp_3"]
    assert "diarization" not in told["us-central1"]["chirp_2"]
    assert "chirp_3" not in told["us-central1"]


class _Listening(ScriptedSpeechToText):
    """Notes how long the clips are."""

    def __init__(self) -> None:
        super().__init__(ScriptedSpeechToText.Options())
        self.clips_ms: list[int] = []

    def transcribe(self, clip, *, language):
        self.clips_ms.append(clip.duration_ms)
        return super().transcribe(clip, language=language)


class TestWithAListeningEngine:
    @pytest.fixture
    def listening(self) -> _Listening:
        return _Listening()

    @pytest.fixture
    def google_engines(self, listening) -> Engines:
        return replace(create_engines(), speech_to_text=listening)

    def test_no_clip_for_the_engine_is_longer_than_half_a_minute(
        self, google_doubles, listening, objects
    ):
        objects.write(URI, talk(65_000))
        outcome(speech(google_doubles).batch_recognize(request=batch(URI)))
        assert sum(listening.clips_ms) >= 65_000
        assert max(listening.clips_ms) <= 30_000
