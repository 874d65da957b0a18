"""What goes wrong at a server, met by the three providers behind Dubwright's guard."""

import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from dubwright_openai_compatible import OpenAiTranslator, TranslatorOptions
from stand_in_server import CHAT, KEY, SPEECH, TRANSCRIPTIONS, Answer, StandInServer

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import (
    DubError,
    ProviderNotReady,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)
from dubwright.domain.speech import Voice
from dubwright.guard import (
    CallRecord,
    Guard,
    GuardedSpeechToText,
    GuardedTextToSpeech,
    GuardedTranslator,
    RetryPolicy,
)
from dubwright.ports import SpeechRequest, TranslationRequest
from dubwright.providers.echo import EchoOptions, EchoTranslator
from dubwright.testing.sounds import babble

TEXT = "A secret between friends."
CLIP = SpeechClip(babble(2_000, sample_rate=16_000), 16_000)
NOVA = Voice(id="nova", name="nova", language="en", gender="female")
ATTEMPTS = 3


def error(status: int, code: str = "", **headers: str) -> Answer:
    """As servers send them: with the key and the text in the message."""
    told = {"error": {"code": code or TEXT, "message": f"not {TEXT!r} with {KEY}"}}
    return Answer.of(told, status, **headers)


@dataclass
class Watched:
    """A guard that does not wait but remembers how long it would have, and every attempt."""

    waits_s: list[float] = field(default_factory=list)
    records: list[CallRecord] = field(default_factory=list)

    def guard(self) -> Guard:
        retry = RetryPolicy(attempts=ATTEMPTS, first_wait_s=0.5, sleep=self.waits_s.append)
        return Guard(retry=retry, observe=self.records.append)


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture(params=[CHAT, SPEECH, TRANSCRIPTIONS])
def path(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def call(path, watched, translator, speaker, recogniser) -> Callable[[], object]:
    """One call to the path, behind the guard."""
    guard = watched.guard()
    if path == CHAT:
        return lambda: GuardedTranslator(translator, guard=guard).translate(
            [TranslationRequest(TEXT)], source="en", target="pt"
        )
    if path == SPEECH:
        return lambda: GuardedTextToSpeech(speaker, guard=guard).synthesize(
            SpeechRequest(TEXT, NOVA)
        )
    return lambda: GuardedSpeechToText(recogniser, guard=guard).transcribe(CLIP, language="en")


PASSING = [error(500), error(502), error(503), error(408), Answer(504, b"<html>no JSON</html>")]
FINAL = [
    (error(400), ProviderRejected),
    (error(413), ProviderRejected),
    (error(422, "string_above_max_length"), ProviderRejected),
    (error(401, "invalid_api_key"), ProviderNotReady),
    (error(403), ProviderNotReady),
    (error(404, "model_not_found"), ProviderNotReady),
    (Answer(302, b"", {"Location": "https://elsewhere.example"}), ProviderNotReady),
    (error(429, "insufficient_quota"), ProviderNotReady),
]


@pytest.mark.parametrize("failure", PASSING, ids=lambda one: str(one.status))
def test_what_passes_is_asked_again_after_growing_waits(server, path, call, watched, failure):
    server.plan(path, failure, times=2)
    assert call()
    assert watched.waits_s == [0.5, 1.0]
    assert len(server.asked) == 3


@pytest.mark.parametrize("failure", PASSING, ids=lambda one: str(one.status))
def test_what_does_not_pass_is_given_up_after_all_attempts(server, path, call, failure):
    server.plan(path, failure, times=9)
    with pytest.raises(ProviderUnavailable, match=f"did not answer '{path}'"):
        call()
    assert len(server.asked) == ATTEMPTS


@pytest.mark.parametrize(
    ("failure", "kind"), FINAL, ids=[f"{one.status}-{n}" for n, (one, _) in enumerate(FINAL)]
)
def test_what_is_final_is_named_with_a_remedy_and_not_asked_again(
    server, path, call, failure, kind
):
    server.plan(path, failure, times=9)
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    assert caught.value.hint
    assert str(failure.status) in caught.value.message
    assert len(server.asked) == 1


def test_a_server_that_asks_to_slow_down_is_given_the_time_it_asks_for(server, path, call, watched):
    server.plan(path, error(429, "rate_limit_exceeded", Retry_After="7"))
    assert call()
    assert watched.waits_s == [7.0]
    assert [record.outcome for record in watched.records] == ["provider_throttled", "ok"]


@pytest.mark.parametrize(
    ("header", "least_s", "most_s"),
    [
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0.0, 0.0),
        ("Fri, 31 Dec 2199 23:59:59 GMT", 1e9, 1e10),
        ("2.5", 2.5, 2.5),
        ("soon", 1.0, 1.0),
        ("²", 1.0, 1.0),
    ],
    ids=["past date", "date", "parts of seconds", "nonsense", "no digit"],
)
def test_any_retry_after_is_understood(server, translator, header, least_s, most_s):
    server.plan(CHAT, error(429, Retry_After=header))
    with pytest.raises(ProviderThrottled) as caught:
        translator.translate([TranslationRequest(TEXT)], source="en", target="pt")
    assert least_s <= caught.value.retry_after_s <= most_s


@pytest.mark.parametrize(
    "failure",
    [*PASSING, *(one for one, _ in FINAL), error(429), Answer(body=TEXT.encode()), Answer()],
    ids=lambda one: f"{one.status}-{len(one.body)}",
)
def test_no_error_nor_its_cause_tells_the_key_or_the_text(server, path, call, failure):
    server.plan(path, failure, times=9)
    with pytest.raises(DubError) as caught:
        call()
    told = "".join(traceback.format_exception(caught.value)) + (caught.value.hint or "")
    assert KEY not in told
    assert TEXT not in told


def test_calls_that_failed_are_not_charged(server, path, call, watched):
    server.plan(path, error(400))
    with pytest.raises(ProviderRejected):
        call()
    assert watched.records[0].charges == ()


@pytest.fixture
def mute_port() -> Iterator[int]:
    """A port where somebody listens and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def dripping_port() -> Iterator[int]:
    """A port where an answer comes a byte at a time, for four seconds."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        done = threading.Event()

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
                for _ in range(200):
                    if done.wait(0.02):
                        break
                    connection.sendall(b" ")

        thread = threading.Thread(target=drip)
        thread.start()
        yield listening.getsockname()[1]
        done.set()
        thread.join()


def ask(port: int) -> object:
    options = TranslatorOptions(base_url=f"http://127.0.0.1:{port}/v1", timeout_s=0.3)
    lines = [TranslationRequest(TEXT)]
    return OpenAiTranslator(options).translate(lines, source="en", target="pt")


def test_a_server_that_says_nothing_is_unavailable_in_time(mute_port):
    with pytest.raises(ProviderUnavailable, match="in time"):
        ask(mute_port)


def test_a_server_that_takes_too_long_to_end_is_unavailable_in_time(dripping_port):
    with pytest.raises(ProviderUnavailable, match="did not end in time"):
        ask(dripping_port)


def test_a_server_that_is_not_there_is_unavailable():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(ProviderUnavailable, match="ConnectError"):
        ask(port)


def test_the_fallback_is_asked_where_the_server_keeps_failing(server: StandInServer, translator):
    server.plan(CHAT, error(503), times=9)
    echo = EchoTranslator(EchoOptions())
    guarded = GuardedTranslator(translator, echo, guard=Watched().guard())
    [told] = guarded.translate([TranslationRequest(TEXT)], source="en", target="pt")
    assert (told.text, told.fallback) == (f"[pt] {TEXT}", "echo")
