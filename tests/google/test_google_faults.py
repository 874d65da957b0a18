"""Faults, quotas, latencies and the ledger: what a test plans is what clients meet."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

pytest.importorskip("google.cloud.texttospeech_v1")

from google.api_core import exceptions
from google.rpc import error_details_pb2
from google_clients import KORE, STANDARD, TIMEOUT_S, WAV, translation, voices
from hypothesis import given
from hypothesis import strategies as st

from dubwright.testing.google import Conduct, GoogleDoubles, Quota, Quotas, create_engines
from dubwright.testing.google.failures import (
    Refused,
    Slow,
    deadline_exceeded,
    internal,
    invalid_argument,
    message_too_large,
    permission_denied,
    quota_exceeded,
    service_disabled,
    unavailable,
)
from dubwright.testing.google.faults import Faults
from dubwright.testing.google.ledger import Ledger

SPEAK = "TextToSpeech/SynthesizeSpeech"


def speak(client, *, voice=KORE, timeout=TIMEOUT_S):
    request = {"input": {"text": "Bom dia."}, "voice": voice, "audio_config": WAV}
    return client.synthesize_speech(request=request, timeout=timeout)


@given(after=st.integers(0, 5), times=st.integers(1, 5), requests=st.integers(0, 15))
def test_a_fault_is_met_by_exactly_the_requests_it_was_planned_for(after, times, requests):
    faults: Faults[str] = Faults()
    faults.plan("A", "broken", after=after, times=times)
    met = [faults.meet("A") for _ in range(requests)]
    assert met == ([None] * after + ["broken"] * times + [None] * 15)[:requests]
    assert faults.met("A") == met.count("broken")
    assert faults.meet("B") is None


def test_faults_are_met_in_the_order_they_were_planned():
    faults: Faults[str] = Faults()
    for failure in ("first", "second"):
        faults.plan("A", failure)
    assert [faults.meet("A") for _ in range(3)] == ["first", "second", None]


def test_what_was_planned_can_be_forgotten():
    faults: Faults[str] = Faults()
    faults.plan("A", "broken")
    faults.clear()
    assert faults.meet("A") is None


def test_no_request_is_lost_or_counted_twice_by_many_threads():
    ledger, faults = Ledger(), Faults[str]()
    faults.plan("A", "broken", after=100, times=50)

    def ask(_: int) -> str | None:
        ledger.arrived("A")
        ledger.bill("A", "words", 2)
        return faults.meet("A")

    with ThreadPoolExecutor(8) as threads:
        met = list(threads.map(ask, range(400)))
    assert met.count("broken") == 50
    assert ledger.statement().methods["A"].requests == 400
    assert ledger.statement().billed() == {"words": 800}


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (unavailable(), exceptions.ServiceUnavailable),
        (internal(), exceptions.InternalServerError),
        (deadline_exceeded(), exceptions.DeadlineExceeded),
        (permission_denied("speech.recognizers.recognize"), exceptions.PermissionDenied),
        (invalid_argument("no", "input"), exceptions.InvalidArgument),
        (quota_exceeded(), exceptions.ResourceExhausted),
    ],
)
def test_a_planned_refusal_reaches_the_client_once(google_doubles, refusal, error):
    google_doubles.conduct.faults.plan(SPEAK, refusal)
    client = voices(google_doubles)
    with pytest.raises(error):
        speak(client)
    assert speak(client).audio_content
    use = google_doubles.conduct.ledger.statement().methods[SPEAK]
    assert (use.requests, use.failed, use.billed) == (2, 1, {"tts.chirp3-hd": 8})


def test_a_refused_quota_says_which_and_when_to_come_back(google_doubles):
    google_doubles.conduct.faults.plan(SPEAK, quota_exceeded(retry_after_s=1.5, limit=200))
    with pytest.raises(exceptions.ResourceExhausted) as refused:
        speak(voices(google_doubles))
    assert refused.value.reason == "RATE_LIMIT_EXCEEDED"
    assert refused.value.metadata["quota_limit_value"] == "200"
    retry = [d for d in refused.value.details if isinstance(d, error_details_pb2.RetryInfo)]
    assert retry[0].retry_delay.ToMilliseconds() == 1500


def test_an_api_that_is_switched_off_says_so(google_doubles):
    off = service_disabled("texttospeech.googleapis.com")
    google_doubles.conduct.faults.plan("TextToSpeech/ListVoices", off)
    with pytest.raises(exceptions.PermissionDenied) as refused:
        voices(google_doubles).list_voices(timeout=TIMEOUT_S)
    assert refused.value.reason == "SERVICE_DISABLED"


def test_an_answer_too_large_for_a_channel_looks_like_a_quota(google_doubles):
    google_doubles.conduct.faults.plan(SPEAK, message_too_large())
    with pytest.raises(exceptions.ResourceExhausted, match="larger than max") as refused:
        speak(voices(google_doubles))
    assert not refused.value.details


def test_a_slow_answer_misses_the_deadline_and_is_billed_all_the_same(google_doubles):
    google_doubles.conduct.faults.plan(SPEAK, Slow(0.5))
    with pytest.raises(exceptions.DeadlineExceeded):
        speak(voices(google_doubles), timeout=0.3)
    deadline = time.monotonic() + TIMEOUT_S
    while not google_doubles.conduct.ledger.statement().billed():
        assert time.monotonic() < deadline
        threading.Event().wait(0.02)
    assert google_doubles.conduct.ledger.statement().billed() == {"tts.chirp3-hd": 8}


@given(limit=st.integers(1, 20), requests=st.integers(0, 40))
def test_a_quota_lets_so_many_requests_pass_and_no_more(limit, requests):
    quotas = Quotas([Quota("A", limit)])
    for _ in range(min(limit, requests)):
        quotas.take("A")
    for _ in range(requests - limit):
        with pytest.raises(Refused) as refused:
            quotas.take("A")
        assert 0 < refused.value.refusal.retry_after_s <= 60
    quotas.take("B")


def test_there_is_room_again_after_the_time_that_a_refusal_names():
    quotas = Quotas([Quota("A", 1, window_s=0.05)])
    quotas.take("A")
    with pytest.raises(Refused) as refused:
        quotas.take("A")
    threading.Event().wait(refused.value.refusal.retry_after_s)
    quotas.take("A")


class TestWithQuotasAndLatencies:
    @pytest.fixture
    def doubles(self, google_security, monkeypatch):
        conduct = Conduct(
            quotas=Quotas(
                [Quota(f"{SPEAK}/chirp3-hd", 2), Quota("TranslationService/TranslateText", 1)]
            ),
            latencies={SPEAK: 0.2},
        )
        doubles = GoogleDoubles(create_engines(), conduct=conduct, security=google_security)
        with doubles:
            for name, value in doubles.environment().items():
                monkeypatch.setenv(name, value)
            yield doubles

    def test_a_quota_may_be_for_one_family_of_voices(self, doubles):
        client = voices(doubles)
        for _ in range(2):
            speak(client)
        with pytest.raises(exceptions.ResourceExhausted) as refused:
            speak(client)
        assert refused.value.metadata["quota_limit_value"] == "2"
        assert speak(client, voice=STANDARD).audio_content

    def test_a_quota_may_be_for_a_method(self, doubles):
        asked = {
            "parent": "projects/p/locations/global",
            "contents": ["Hi"],
            "target_language_code": "pt",
        }
        client = translation(doubles)
        client.translate_text(request=asked)
        with pytest.raises(exceptions.ResourceExhausted):
            client.translate_text(request=asked)

    def test_an_answer_takes_as_long_as_its_latency_and_others_do_not_wait(self, doubles):
        client = voices(doubles)
        client.list_voices(timeout=TIMEOUT_S)
        begun = time.monotonic()
        with ThreadPoolExecutor(2) as threads:
            waiting = [threads.submit(speak, client) for _ in range(2)]
            assert all(one.result().audio_content for one in waiting)
        assert 0.2 <= time.monotonic() - begun < 0.4 * 5


def test_another_process_reads_the_ledger_from_a_page(google_doubles):
    speak(voices(google_doubles))
    page = httpx.get(google_doubles.ledger_url, timeout=TIMEOUT_S).json()
    assert page["methods"][SPEAK] == {"requests": 1, "failed": 0, "billed": {"tts.chirp3-hd": 8}}
