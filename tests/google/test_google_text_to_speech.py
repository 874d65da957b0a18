"""The Text-to-Speech double, asked by the official client over TLS with credentials."""

import io
import wave

import numpy as np
import pytest

pytest.importorskip("google.cloud.texttospeech_v1")

from google.api_core import exceptions
from google.cloud.texttospeech_v1.types import cloud_tts as tts
from google_clients import KORE, STANDARD, TIMEOUT_S, WAV, voices

from dubwright.testing.google import GoogleDoubles

LINE = "Bom dia a todos."


def speak(doubles: GoogleDoubles, text: str = LINE, **others: object) -> bytes:
    asked = {"input": {"text": text}, "voice": KORE, "audio_config": WAV, **others}
    answer = voices(doubles).synthesize_speech(request=asked, timeout=TIMEOUT_S)
    return answer.audio_content


def opened(content: bytes) -> tuple[int, np.ndarray]:
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return file.getframerate(), samples


def sounding_s(content: bytes) -> float:
    rate, samples = opened(content)
    sound = np.flatnonzero(np.abs(samples) > 100)
    return float(sound[-1] - sound[0]) / rate


def test_every_family_offers_voices_of_both_genders(google_doubles):
    listed = voices(google_doubles).list_voices(language_code="pt-BR").voices
    families = {name.split("-", 2)[2].rpartition("-")[0] for name in (v.name for v in listed)}
    assert families == {"Chirp3-HD", "Studio", "Neural2", "Wavenet", "Standard"}
    genders = {voice.ssml_gender for voice in listed if "Chirp3-HD" in voice.name}
    assert genders == {tts.SsmlVoiceGender.FEMALE, tts.SsmlVoiceGender.MALE}


@pytest.mark.parametrize(
    ("code", "wanted"), [("pt", {"pt-BR", "pt-PT"}), ("pt-PT", {"pt-PT"}), ("ja-JP", set())]
)
def test_voices_are_listed_for_a_language_or_a_region(google_doubles, code, wanted):
    listed = voices(google_doubles).list_voices(language_code=code).voices
    assert {code for voice in listed for code in voice.language_codes} == wanted


@pytest.mark.parametrize("rate", [8_000, 24_000, 48_000])
def test_sound_comes_with_a_header_at_the_rate_asked_for(google_doubles, rate):
    content = speak(google_doubles, audio_config={**WAV, "sample_rate_hertz": rate})
    assert opened(content)[0] == rate
    assert sounding_s(content) == pytest.approx(0.06 * len(LINE), abs=0.05)


def test_a_take_has_silence_at_both_ends(google_doubles):
    _, samples = opened(speak(google_doubles))
    assert not samples[: 24_000 * 50 // 1000].any()
    assert not samples[-24_000 * 150 // 1000 :].any()


@pytest.mark.parametrize("rate", [0.25, 0.8, 2.0])
def test_the_speaking_rate_changes_how_long_a_take_is(google_doubles, rate):
    slow = sounding_s(speak(google_doubles))
    fast = sounding_s(speak(google_doubles, audio_config={**WAV, "speaking_rate": rate}))
    assert fast == pytest.approx(slow / rate, rel=0.03)


def test_an_answer_may_be_larger_than_the_limit_of_grpc_itself(google_doubles):
    assert len(speak(google_doubles, "Uma palavra de cada vez. " * 190)) > 4 * 2**20


@pytest.mark.parametrize(
    ("voice", "product"), [(KORE, "tts.chirp3-hd"), (STANDARD, "tts.standard")]
)
def test_characters_are_billed_by_the_family_of_the_voice(google_doubles, voice, product):
    speak(google_doubles, " Olá, João! ", voice=voice)
    assert google_doubles.conduct.ledger.statement().billed() == {product: len(" Olá, João! ")}


def test_marks_of_ssml_are_not_billed_and_other_tags_are(google_doubles):
    ssml = '<speak>Bom <mark name="1"/>dia</speak>'
    speak(google_doubles, input={"ssml": ssml}, voice=STANDARD)
    billed = google_doubles.conduct.ledger.statement().billed()
    assert billed == {"tts.standard": len("<speak>Bom dia</speak>")}


@pytest.mark.parametrize(
    ("changes", "violated"),
    [
        ({"input": {"text": " "}}, "input"),
        ({"input": {"text": "é. " * 1251}}, "input"),
        ({"input": {"text": "palavra " * 200}}, "input"),
        ({"input": {"ssml": '<speak>Bom<mark name="1"/> dia</speak>'}}, "input.ssml"),
        ({"voice": {**KORE, "name": "pt-BR-Chirp3-HD-Nobody"}}, "voice.name"),
        ({"voice": {**KORE, "language_code": "pt-PT"}}, "voice.language_code"),
        ({"voice": {"language_code": "ja-JP"}}, "voice.language_code"),
        ({"audio_config": {**WAV, "speaking_rate": 2.01}}, "audio_config.speaking_rate"),
        ({"audio_config": {**WAV, "speaking_rate": 0.2}}, "audio_config.speaking_rate"),
        ({"audio_config": {**WAV, "pitch": 2.0}}, "audio_config.pitch"),
        ({"audio_config": {**WAV, "sample_rate_hertz": 7_999}}, "audio_config.sample_rate_hertz"),
        ({"audio_config": {}}, "audio_config.audio_encoding"),
        ({"audio_config": {"audio_encoding": "PCM"}}, "audio_config.audio_encoding"),
    ],
)
def test_what_google_refuses_is_refused_with_the_name_of_the_field(
    google_doubles, changes, violated
):
    with pytest.raises(exceptions.InvalidArgument) as refused:
        speak(google_doubles, **changes)
    assert refused.value.details[0].field_violations[0].field == violated
    assert google_doubles.conduct.ledger.statement().billed() == {}


def test_older_voices_take_a_pitch_and_bare_samples(google_doubles):
    asked = {"audio_encoding": "PCM", "pitch": 2.0}
    content = speak(google_doubles, voice=STANDARD, audio_config=asked)
    assert content[:4] != b"RIFF"


def test_without_a_name_a_standard_voice_of_the_gender_speaks(google_doubles):
    named = speak(google_doubles, voice={"language_code": "pt-BR", "name": "pt-BR-Standard-B"})
    unnamed = speak(google_doubles, voice={"language_code": "pt-BR", "ssml_gender": "MALE"})
    assert unnamed == named
