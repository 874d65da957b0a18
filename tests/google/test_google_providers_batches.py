"""Long recordings through the bucket: submitted once, collected by anybody, nothing left behind."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

pytest.importorskip("google.cloud.speech_v2")

from google_providers import EN, RATE, batching, diarizer, recogniser, talk

from dubwright.domain.audio import SpeechClip
from dubwright.domain.chunking import recognition_chunks
from dubwright.domain.coverage import holes_in
from dubwright.domain.errors import (
    Cancelled,
    ProviderError,
    ProviderNotReady,
    ProviderRejected,
    ProviderUnavailable,
)
from dubwright.domain.speech import Speakers, SpeechMap, Transcript
from dubwright.domain.timeline import TimeSpan
from dubwright.guard import CallRecord, Guard, GuardedDiarizer, GuardedSpeechToText, RetryPolicy
from dubwright.media.sound_file import write_wav
from dubwright.pipeline.batches import LongSound, start_batches
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.speakers import tell_speakers
from dubwright.pipeline.studio import Studio
from dubwright.pipeline.workspace import Workspace
from dubwright.ports import BatchSpeechToText, Charge, Diarizer, charges
from dubwright.providers.google.batches import Batches
from dubwright.providers.scripted import ScriptedSpeechToText
from dubwright.providers.solo import SoloDiarizer, SoloOptions
from dubwright.testing.google import GoogleCloud
from dubwright.testing.google.cloud import BUCKET
from dubwright.testing.google.failures import (
    FailedFile,
    FailedOperation,
    LostWords,
    NoWordTimes,
    Refusal,
    Slow,
    invalid_argument,
    unavailable,
)

SUBMIT = "Speech/BatchRecognize"
POLL = "Operations/GetOperation"


def never() -> bool:
    return False


def requests(cloud: GoogleCloud, method: str) -> int:
    return cloud.services.conduct.ledger.requests(method)


def plan(cloud: GoogleCloud, method: str, failure: object, times: int = 1) -> None:
    cloud.services.conduct.faults.plan(method, failure, times=times)


def sounds_left(cloud: GoogleCloud) -> list[str]:
    return list(cloud.storage.contents.names(BUCKET))


def recognised(provider: BatchSpeechToText, seconds: int = 60) -> Transcript:
    batch = provider.submit_batch(talk(seconds), language=EN)
    return provider.collect_batch(batch, is_cancelled=never)


def words_of(heard: Transcript) -> list[str]:
    return [word.text for segment in heard.segments for word in segment.words]


def test_without_a_bucket_there_are_no_batches(google_doubles):
    assert recogniser(google_doubles).longest_batch_ms == 0


def test_with_one_there_are_batches_of_eighteen_minutes(google_cloud):
    provider = batching(google_cloud)
    assert isinstance(provider, BatchSpeechToText)
    assert provider.longest_batch_ms == 18 * 60_000


def test_a_recording_comes_back_with_the_times_at_which_there_is_sound(google_cloud):
    heard = recognised(batching(google_cloud))
    starts = [segment.span.start_ms for segment in heard.segments]
    assert len(heard.segments) >= 10
    assert max(starts) > 50_000
    assert all(start % 5_000 < 1_000 for start in starts)


def test_the_sound_is_sixteen_bit_flac_and_deleted_once_it_is_recognised(google_cloud):
    provider = batching(google_cloud)
    batch = provider.submit_batch(talk(10), language=EN)
    [name] = sounds_left(google_cloud)
    content = google_cloud.storage.read(f"gs://{BUCKET}/{name}")
    assert content.startswith(b"fLaC")
    bits = ((content[20] & 1) << 4 | content[21] >> 4) + 1
    assert bits == 16
    provider.collect_batch(batch, is_cancelled=never)
    assert sounds_left(google_cloud) == []


def test_whoever_has_the_id_collects_the_batch_as_often_as_it_likes(google_cloud):
    batch = batching(google_cloud).submit_batch(talk(10), language=EN)
    first = batching(google_cloud).collect_batch(batch, is_cancelled=never)
    again = batching(google_cloud).collect_batch(batch, is_cancelled=never)
    assert first == again
    assert requests(google_cloud, SUBMIT) == 1


def test_a_batch_is_charged_when_it_is_submitted_and_then_no_more(google_cloud):
    provider = batching(google_cloud)
    with charges() as submitting:
        batch = provider.submit_batch(talk(10), language=EN)
    with charges() as collecting:
        provider.collect_batch(batch, is_cancelled=never)
    assert submitting == [Charge("speech.batch", 10_000, "ms")]
    assert collecting == []
    assert google_cloud.services.conduct.ledger.statement().methods[SUBMIT].billed == {
        "speech.batch": 10
    }


def test_a_batch_that_nobody_knows_is_refused(google_cloud):
    provider = batching(google_cloud)
    with pytest.raises(ProviderRejected):
        provider.collect_batch("projects/p/locations/eu/operations/1234", is_cancelled=never)


@pytest.mark.parametrize("failed", [FailedFile, FailedOperation])
def test_a_file_that_failed_is_no_empty_transcript(google_cloud, failed):
    plan(google_cloud, SUBMIT, failed(invalid_argument("Audio is too long.")))
    with pytest.raises(ProviderRejected, match="too long"):
        recognised(batching(google_cloud), 10)
    assert sounds_left(google_cloud) == []


def test_words_without_times_are_an_error(google_cloud):
    plan(google_cloud, SUBMIT, NoWordTimes())
    with pytest.raises(ProviderError, match="no times of words") as failed:
        recognised(batching(google_cloud), 10)
    assert not isinstance(failed.value, ProviderRejected)


def test_polls_that_fail_are_followed_by_the_next(google_cloud):
    plan(google_cloud, POLL, unavailable(), times=4)
    assert words_of(recognised(batching(google_cloud), 10))
    assert requests(google_cloud, SUBMIT) == 1


def test_polls_that_go_on_failing_are_given_up(google_cloud):
    provider = batching(google_cloud)
    batch = provider.submit_batch(talk(10), language=EN)
    plan(google_cloud, POLL, unavailable(), times=99)
    impatient = Batches(provider._options, patience_s=0.3)
    with pytest.raises(ProviderUnavailable, match="did not answer"):
        impatient.collect(batch, never)


def test_an_outage_of_some_seconds_is_waited_out(google_cloud):
    plan(google_cloud, POLL, unavailable(), times=6)
    assert words_of(recognised(batching(google_cloud), 10))


def test_a_batch_that_ended_with_a_passing_fault_is_not_asked_for_again(google_cloud):
    plan(google_cloud, SUBMIT, FailedOperation(unavailable()))
    with pytest.raises(ProviderRejected):
        recognised(batching(google_cloud), 10)


TALK_OF_TEN = SpeechMap(spans=(TimeSpan(start_ms=0, end_ms=9_000),))


def test_speakers_whose_batch_cannot_be_collected_are_submitted_and_charged_once(google_cloud):
    plan(google_cloud, POLL, unavailable(), times=3)
    records: list[CallRecord] = []
    retry = RetryPolicy(attempts=50, sleep=lambda _: None)
    telling = GuardedDiarizer(
        diarizer(google_cloud, batch_timeout_s=0.1),
        guard=Guard(retry=retry, observe=records.append),
    )
    assert telling.diarize(talk(10), TALK_OF_TEN).turns
    assert len(records) > 1
    assert requests(google_cloud, SUBMIT) == 1
    charged = [charge for record in records for charge in record.charges]
    assert charged == [Charge("speech.batch", 10_000, "ms")]


def test_speakers_of_a_refused_batch_are_submitted_anew_when_asked_again(google_cloud):
    plan(google_cloud, SUBMIT, FailedFile(invalid_argument("Broken.")))
    telling = diarizer(google_cloud)
    with pytest.raises(ProviderRejected):
        telling.diarize(talk(10), TALK_OF_TEN)
    assert telling.diarize(talk(10), TALK_OF_TEN).turns
    assert requests(google_cloud, SUBMIT) == 2


def test_a_batch_for_speakers_is_charged_when_it_is_submitted_and_then_no_more(google_cloud):
    records: list[CallRecord] = []
    telling = GuardedDiarizer(diarizer(google_cloud), guard=Guard(observe=records.append))
    batch = telling.submit_batch(talk(10))
    told = telling.collect_batch(batch, talk(10), TALK_OF_TEN, speakers=None, is_cancelled=never)
    assert told.turns
    assert [(record.call, record.charges) for record in records] == [
        ("submit_batch", (Charge("speech.batch", 10_000, "ms"),)),
        ("collect_batch", ()),
    ]
    assert sounds_left(google_cloud) == []


def test_without_a_bucket_speakers_are_not_told_in_batches(google_cloud):
    assert not diarizer(google_cloud, bucket=None).takes_batches


def test_a_recording_too_long_to_tell_speakers_apart_is_refused_before_it_is_paid_for(google_cloud):
    with pytest.raises(ProviderRejected, match="2 minutes at most"):
        diarizer(google_cloud, batch_minutes=2).submit_batch(talk(125))
    assert requests(google_cloud, SUBMIT) == 0


def test_refused_speakers_are_told_by_the_fallback_and_paid_once(google_cloud, tmp_path):
    plan(google_cloud, SUBMIT, FailedFile(invalid_argument("Broken.")))
    solo = SoloDiarizer(SoloOptions(gender="male"))
    backed = GuardedDiarizer(diarizer(google_cloud), solo, guard=Guard())
    told = told_in(tmp_path, backed, never)
    assert [person.gender for person in told.people] == ["male"]
    assert requests(google_cloud, SUBMIT) == 1


def test_who_waits_for_speakers_stops_within_two_seconds_and_the_next_run_collects(
    google_cloud, tmp_path
):
    google_cloud.services.conduct.latencies.update({"Operations/Batch": 5.0})
    telling = GuardedDiarizer(diarizer(google_cloud), guard=Guard())
    stopped = Event()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(told_in, tmp_path, telling, stopped.is_set)
        while not requests(google_cloud, POLL):
            assert not waiting.done()
        stopped.set()
        assert isinstance(waiting.exception(timeout=2), Cancelled)
    assert requests(google_cloud, "Operations/CancelOperation") == 0
    assert told_in(tmp_path, telling, never).turns
    assert requests(google_cloud, SUBMIT) == 1


def told_in(folder: Path, diarizer: Diarizer, is_cancelled: Callable[[], bool]) -> Speakers:
    """Who speaks in ten seconds, as a run in a folder tells it."""
    run = Runner(
        Workspace(folder / "work"), workers=1, progress=lambda _: None, is_cancelled=is_cancelled
    )
    sound = folder / "sound.wav"
    if not sound.exists():
        write_wav(SpeechClip(talk(10).samples, RATE), sound)
    return run.document(Speakers, tell_speakers, sound, TALK_OF_TEN, diarizer, None, run=run)


def test_a_batch_that_takes_too_long_is_left_to_go_on(google_cloud):
    google_cloud.services.conduct.latencies.update({"Operations/Batch": 60.0})
    provider = batching(google_cloud, batch_timeout_s=0.5)
    batch = provider.submit_batch(talk(10), language=EN)
    with pytest.raises(ProviderUnavailable, match="not finished"):
        provider.collect_batch(batch, is_cancelled=never)
    assert requests(google_cloud, "Operations/CancelOperation") == 0


def test_a_batch_goes_on_when_whoever_waits_stops(google_cloud):
    google_cloud.services.conduct.latencies.update({"Operations/Batch": 1.0})
    provider = batching(google_cloud)
    batch = provider.submit_batch(talk(10), language=EN)
    with pytest.raises(Cancelled):
        provider.collect_batch(batch, is_cancelled=lambda: True)
    assert requests(google_cloud, "Operations/CancelOperation") == 0
    assert provider.collect_batch(batch, is_cancelled=never).segments
    assert requests(google_cloud, "Speech/BatchRecognize") == 1
    assert sounds_left(google_cloud) == []


def guarded(provider: BatchSpeechToText) -> GuardedSpeechToText:
    retry = RetryPolicy(attempts=4, sleep=lambda _: None)
    return GuardedSpeechToText(provider, guard=Guard(retry=retry))


def test_behind_the_guard_it_still_takes_batches(google_cloud):
    behind = guarded(batching(google_cloud))
    assert isinstance(behind, BatchSpeechToText)
    assert behind.longest_batch_ms == 18 * 60_000
    assert words_of(recognised(behind, 10))


def test_behind_the_guard_other_recognisers_take_none():
    scripted = ScriptedSpeechToText(ScriptedSpeechToText.Options())
    assert guarded(scripted).longest_batch_ms == 0


def test_a_submission_that_was_refused_for_the_moment_is_repeated(google_cloud):
    plan(google_cloud, SUBMIT, unavailable(), times=2)
    assert words_of(recognised(guarded(batching(google_cloud)), 10))
    assert requests(google_cloud, SUBMIT) == 3
    assert sounds_left(google_cloud) == []


@pytest.mark.parametrize(
    "lost", [Slow(3.0), Refusal("INTERNAL", "Broken."), Refusal("UNAVAILABLE", "Socket closed")]
)
def test_a_submission_whose_answer_was_lost_is_never_repeated(google_cloud, lost):
    plan(google_cloud, SUBMIT, lost, times=9)
    provider = guarded(batching(google_cloud, timeout_s=0.25))
    with pytest.raises(ProviderError, match="may or may not have taken"):
        provider.submit_batch(talk(10), language=EN)
    assert requests(google_cloud, SUBMIT) == 1
    assert len(sounds_left(google_cloud)) == 1, "the batch may still need its sound"


def test_a_bucket_that_is_not_there_is_said(google_cloud):
    with pytest.raises((ProviderRejected, ProviderNotReady), match="upload"):
        batching(google_cloud, bucket="elsewhere").submit_batch(talk(10), language=EN)


def test_words_that_google_lost_without_a_word_are_asked_for_again(google_cloud, tmp_path):
    plan(google_cloud, SUBMIT, LostWords(20_000, 40_000))
    recording = talk(80)
    sound = tmp_path / "sound.wav"
    write_wav(SpeechClip(recording.samples, RATE), sound)
    spans = tuple(TimeSpan(start_ms=at, end_ms=at + 4_000) for at in range(0, 80_000, 5_000))
    speech = SpeechMap(spans=spans)
    run = Runner(Workspace(tmp_path), workers=1, progress=lambda _: None, is_cancelled=never)
    with run.pool(waiters=2) as pool:
        studio = Studio(None, run, pool)  # type: ignore[arg-type]  # no other tool is asked
        long = LongSound(sound, speech, EN, batching(google_cloud))
        heard = list(start_batches(long, recognition_chunks(speech), studio))
    words = [word for one in heard for segment in one.segments for word in segment.words]
    assert holes_in(speech, words, TimeSpan(start_ms=0, end_ms=80_000)) == ()
    assert requests(google_cloud, "Speech/Recognize") == 1
    assert requests(google_cloud, SUBMIT) == 1
