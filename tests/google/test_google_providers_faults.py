"""What goes wrong at Google, met by the providers behind the real guard."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

pytest.importorskip("google.cloud.speech_v2")

from google_providers import EN, PT, RATE, recogniser, speaker, translator

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import (
    ProviderError,
    ProviderNotReady,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)
from dubwright.domain.speech import Voice
from dubwright.guard import (
    Breaker,
    CallRecord,
    Guard,
    GuardedSpeechToText,
    GuardedTextToSpeech,
    GuardedTranslator,
    RestRules,
    RetryPolicy,
)
from dubwright.ports import Charge, SpeechRequest, TranslationRequest
from dubwright.providers.echo import EchoTranslator
from dubwright.testing.google import GoogleDoubles
from dubwright.testing.google.failures import (
    Failure,
    NoWordTimes,
    Refusal,
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
from dubwright.testing.sounds import babble

RECOGNIZE = "Speech/Recognize"
TRANSLATE = "TranslationService/TranslateText"
SPEAK = "TextToSpeech/SynthesizeSpeech"
KORE = Voice(id="pt-BR-Chirp3-HD-Kore", name="Kore", language="pt-BR", gender="female")
CLIP = SpeechClip(babble(2_500, sample_rate=RATE), RATE)
LINE = [TranslationRequest("Good morning.")]

ABORTED = Refusal("ABORTED", "The operation was aborted.")
FORBIDDEN_QUOTA = Refusal("PERMISSION_DENIED", "User Rate Limit Exceeded")
REASONED_QUOTA = Refusal("PERMISSION_DENIED", "No.", reason="RATE_LIMIT_EXCEEDED")
BILLING = Refusal(
    "PERMISSION_DENIED",
    "This API method requires billing to be enabled.",
    reason="BILLING_DISABLED",
    metadata={"consumer": "projects/my-project"},
)
STRANGER = Refusal("UNAUTHENTICATED", "Request had invalid authentication credentials.")


@dataclass
class Watched:
    """A guard that does not wait but remembers how long it would have, and every attempt."""

    waits_s: list[float] = field(default_factory=list)
    records: list[CallRecord] = field(default_factory=list)

    def guard(self, **rules: object) -> Guard:
        retry = RetryPolicy(attempts=4, first_wait_s=0.5, sleep=self.waits_s.append)
        return Guard(retry=retry, observe=self.records.append, **rules)

    def outcomes(self) -> list[str]:
        return [record.outcome for record in self.records]

    def charges(self) -> list[Charge]:
        return [charge for record in self.records for charge in record.charges]


@pytest.fixture
def watched() -> Watched:
    return Watched()


def plan(doubles: GoogleDoubles, method: str, failure: Failure, times: int = 1) -> None:
    doubles.conduct.faults.plan(method, failure, times=times)


def asked(doubles: GoogleDoubles, method: str) -> int:
    return doubles.conduct.ledger.requests(method)


@pytest.mark.parametrize("failure", [unavailable(), internal(), ABORTED, deadline_exceeded()])
def test_what_passes_is_asked_again_after_growing_waits(google_doubles, watched, failure):
    plan(google_doubles, RECOGNIZE, failure, times=2)
    hearing = GuardedSpeechToText(recogniser(google_doubles), guard=watched.guard())
    assert hearing.transcribe(CLIP, language=EN).segments
    assert watched.waits_s == [0.5, 1.0]
    assert asked(google_doubles, RECOGNIZE) == 3


def test_what_does_not_pass_is_given_up_after_all_attempts(google_doubles, watched):
    plan(google_doubles, TRANSLATE, unavailable(), times=9)
    translating = GuardedTranslator(translator(google_doubles), guard=watched.guard())
    with pytest.raises(ProviderUnavailable, match="did not answer translation"):
        translating.translate(LINE, source=EN, target=PT)
    assert asked(google_doubles, TRANSLATE) == 4


def test_a_call_ends_in_time_and_is_asked_again(google_doubles, watched):
    plan(google_doubles, TRANSLATE, Slow(5.0))
    slow = translator(google_doubles, timeout_s=0.5)
    translating = GuardedTranslator(slow, guard=watched.guard())
    assert translating.translate(LINE, source=EN, target=PT)
    assert watched.outcomes()[-2:] == ["provider_unavailable", "ok"]


def test_a_spent_quota_is_waited_for_as_long_as_google_asks(google_doubles, watched):
    plan(google_doubles, SPEAK, quota_exceeded(retry_after_s=7.25))
    speaking = GuardedTextToSpeech(speaker(google_doubles), guard=watched.guard())
    speaking.synthesize(SpeechRequest("Bom dia.", KORE))
    assert watched.waits_s == [7.25]
    assert watched.outcomes() == ["provider_throttled", "ok"]


@pytest.mark.parametrize("failure", [FORBIDDEN_QUOTA, REASONED_QUOTA, quota_exceeded()])
def test_a_quota_is_a_quota_whatever_google_calls_it(google_doubles, failure):
    plan(google_doubles, TRANSLATE, failure)
    with pytest.raises(ProviderThrottled):
        translator(google_doubles).translate(LINE, source=EN, target=PT)


def test_an_answer_too_large_to_read_is_no_quota_and_not_asked_for_again(google_doubles, watched):
    plan(google_doubles, SPEAK, message_too_large(), times=9)
    speaking = GuardedTextToSpeech(speaker(google_doubles), guard=watched.guard())
    with pytest.raises(ProviderRejected, match="too large"):
        speaking.synthesize(SpeechRequest("Bom dia.", KORE))
    assert asked(google_doubles, SPEAK) == 1


def test_a_refusal_names_the_field_and_is_not_asked_again(google_doubles, watched):
    plan(google_doubles, RECOGNIZE, invalid_argument("It is too long.", "content"), times=9)
    hearing = GuardedSpeechToText(recogniser(google_doubles), guard=watched.guard())
    with pytest.raises(ProviderRejected, match=r"\(`content`\): It is too long"):
        hearing.transcribe(CLIP, language=EN)
    assert asked(google_doubles, RECOGNIZE) == 1


def test_what_google_quotes_of_a_text_is_in_no_message(google_doubles):
    quoting = invalid_argument('Sentence starting with: "My secret" is too long.', "input")
    plan(google_doubles, SPEAK, quoting)
    with pytest.raises(ProviderRejected) as refused:
        speaker(google_doubles).synthesize(SpeechRequest("My secret", KORE))
    assert "secret" not in refused.value.message
    assert "is too long" in refused.value.message


@pytest.mark.parametrize(
    ("failure", "remedy"),
    [
        (service_disabled("speech.googleapis.com"), "gcloud services enable speech.googleapis.com"),
        (BILLING, "billing account to the project 'my-project'"),
        (permission_denied("speech.recognizers.recognize"), "roles"),
        (STRANGER, "gcloud auth application-default login"),
    ],
)
def test_what_the_operator_must_mend_is_said_at_once(google_doubles, watched, failure, remedy):
    plan(google_doubles, RECOGNIZE, failure, times=9)
    hearing = GuardedSpeechToText(recogniser(google_doubles), guard=watched.guard())
    with pytest.raises(ProviderNotReady) as refused:
        hearing.transcribe(CLIP, language=EN)
    assert remedy in (refused.value.hint or "")
    assert watched.waits_s == []


def test_after_a_refused_account_the_next_engine_is_asked_at_once(google_doubles, watched):
    plan(google_doubles, TRANSLATE, service_disabled("translate.googleapis.com"), times=9)
    breaker = Breaker(RestRules(failures=3, rest_s=600))
    echo = EchoTranslator(EchoTranslator.Options())
    guard = watched.guard(breaker=breaker)
    translating = GuardedTranslator(translator(google_doubles), echo, guard=guard)
    answers = [translating.translate(LINE, source=EN, target=PT)[0] for _ in range(3)]
    assert {answer.fallback for answer in answers} == {"echo"}
    assert asked(google_doubles, TRANSLATE) == 1


def test_a_model_that_tells_no_times_is_an_honest_error(google_doubles):
    plan(google_doubles, RECOGNIZE, NoWordTimes(), times=2)
    with pytest.raises(ProviderError, match="no times of words") as refused:
        recogniser(google_doubles, model="chirp_2", location="europe-west4").transcribe(
            CLIP, language=EN
        )
    assert not refused.value.retryable


def test_where_a_model_tells_no_times_another_is_asked(google_doubles):
    plan(google_doubles, RECOGNIZE, NoWordTimes())
    old = recogniser(google_doubles, model="long", location="europe-west4")
    assert old.transcribe(CLIP, language=EN).segments
    assert asked(google_doubles, RECOGNIZE) == 2


def test_a_sentence_without_an_end_is_spoken_in_parts(google_doubles):
    endless = "uma frase que não termina, " * 60
    take = speaker(google_doubles).synthesize(SpeechRequest(endless, KORE))
    assert take.duration_ms > 10_000
    assert asked(google_doubles, SPEAK) > 2


def test_a_long_text_is_spoken_whole(google_doubles):
    sentence = "Uma frase que se ouve, e mais outra. "
    short = speaker(google_doubles).synthesize(SpeechRequest(sentence, KORE))
    long = speaker(google_doubles).synthesize(SpeechRequest(sentence * 150, KORE))
    assert long.duration_ms > 140 * short.duration_ms
    assert asked(google_doubles, SPEAK) == 1 + 2


def test_texts_are_sent_together_within_googles_limits(google_doubles):
    lines = [TranslationRequest(f"Line {number}.") for number in range(1_500)]
    found = translator(google_doubles).translate(lines, source=EN, target=PT)
    assert [one.text for one in found] == [f"[pt] Line {number}." for number in range(1_500)]
    billed = sum(len(line.text) for line in lines)
    use = google_doubles.conduct.ledger.statement().methods[TRANSLATE]
    assert use.requests == -(-billed // 5_000)
    assert list(use.billed.values()) == [billed]


SAY: dict[str, Callable[[GoogleDoubles, Guard], object]] = {
    RECOGNIZE: lambda doubles, guard: GuardedSpeechToText(
        recogniser(doubles), guard=guard
    ).transcribe(CLIP, language=EN),
    TRANSLATE: lambda doubles, guard: GuardedTranslator(translator(doubles), guard=guard).translate(
        LINE, source=EN, target=PT
    ),
    SPEAK: lambda doubles, guard: GuardedTextToSpeech(speaker(doubles), guard=guard).synthesize(
        SpeechRequest("Bom dia.", KORE)
    ),
}


@pytest.mark.parametrize("method", SAY)
def test_every_call_is_charged_once_as_google_bills_it(google_doubles, watched, method):
    plan(google_doubles, method, unavailable())
    SAY[method](google_doubles, watched.guard())
    per_unit = {"ms": 1000, "characters": 1}
    [charge] = watched.charges()
    billed = google_doubles.conduct.ledger.statement().methods[method].billed
    assert billed == {charge.product: charge.units / per_unit[charge.unit]}


def test_the_language_model_is_charged_for_what_it_writes_as_well(google_doubles, watched):
    written = translator(google_doubles, model="llm", location="us-central1")
    translating = GuardedTranslator(written, guard=watched.guard())
    [answer] = translating.translate(LINE, source=EN, target=PT)
    [charge] = watched.charges()
    assert charge.units == len(LINE[0].text) + len(answer.text)
    billed = google_doubles.conduct.ledger.statement().methods[TRANSLATE].billed
    assert sum(billed.values()) == charge.units


def test_what_was_spoken_is_charged_although_the_rest_fails(google_doubles, watched):
    google_doubles.conduct.faults.plan(SPEAK, invalid_argument("No."), after=1)
    speaking = GuardedTextToSpeech(speaker(google_doubles), guard=watched.guard())
    long = "Uma frase que se ouve. " * 300
    with pytest.raises(ProviderError):
        speaking.synthesize(SpeechRequest(long, KORE))
    [charge] = watched.charges()
    billed = google_doubles.conduct.ledger.statement().methods[SPEAK].billed
    assert billed == {"tts.chirp3-hd": charge.units}
