"""What the speech model is asked, and what sound is taken from it."""

import numpy as np
import pytest
from dubwright_openai_compatible import OpenAiTextToSpeech, SpeakingOptions, VoiceOption
from stand_in_server import KEY, SPEECH, Answer, wav

from dubwright.domain.errors import ProviderError, ProviderRejected
from dubwright.domain.speech import Voice
from dubwright.ports import Charge, SpeechRequest, charges

NOVA = Voice(id="nova", name="nova", language="en", gender="female")


@pytest.mark.parametrize(("speed", "sent"), [(1.3, 1.3), (0.1, 0.25), (9.0, 4.0)])
def test_the_speed_is_sent_within_what_servers_take(server, speaker, speed, sent):
    speaker.synthesize(SpeechRequest("Good morning.", NOVA, speed=speed))
    assert server.asked[0].fields == {
        "model": "tts-1",
        "voice": "nova",
        "input": "Good morning.",
        "response_format": "wav",
        "speed": sent,
    }


def test_no_speed_is_sent_to_a_model_that_does_not_obey_it(server):
    options = SpeakingOptions(base_url=server.base_url, api_key=KEY, native_speed=False)
    OpenAiTextToSpeech(options).synthesize(SpeechRequest("Good morning.", NOVA, speed=1.3))
    assert "speed" not in server.asked[0].fields


def test_voices_are_those_of_the_options_with_gender_and_languages():
    anna = VoiceOption(id="anna", gender="female")
    rui = VoiceOption(id="rui", gender="male", languages=("pt-PT",))
    options = SpeakingOptions(languages=("en", "pt"), voices=(anna, rui))
    speaker = OpenAiTextToSpeech(options)
    assert [(v.id, v.gender) for v in speaker.voices("pt-BR")] == [
        ("anna", "female"),
        ("rui", "male"),
    ]
    assert [voice.id for voice in speaker.voices("en")] == ["anna"]
    assert speaker.voices("de") == ()


def test_a_voice_of_another_engine_is_refused_without_a_call(server, speaker):
    stranger = Voice(id="af_heart", name="Heart", language="en")
    with pytest.raises(ProviderRejected, match="no voice 'af_heart'"):
        speaker.synthesize(SpeechRequest("Good morning.", stranger))
    assert server.asked == []


def test_a_header_that_does_not_know_the_length_is_read_to_the_end(server, speaker):
    sound = bytearray(wav(np.full(4_800, 0.5, np.float32), 24_000))
    sound[4:8] = sound[40:44] = b"\xff\xff\xff\xff"
    server.plan(SPEECH, Answer(body=bytes(sound)))
    assert speaker.synthesize(SpeechRequest("Good morning.", NOVA)).duration_ms == 200


@pytest.mark.parametrize(
    "content",
    [b"", b"ID3 an mp3", wav(np.zeros(9, np.float32), 4_000)],
    ids=["empty", "mp3", "low"],
)
def test_sound_of_another_form_is_an_error(server, speaker, content):
    server.plan(SPEECH, Answer(body=content))
    with pytest.raises(ProviderError, match=r"no WAV file|not 16-bit mono"):
        speaker.synthesize(SpeechRequest("Good morning.", NOVA))


def test_silence_is_a_refusal_and_no_take(server, speaker):
    server.plan(SPEECH, Answer(body=wav(np.zeros(9_600, np.float32), 24_000)))
    with pytest.raises(ProviderRejected, match="nothing but silence"):
        speaker.synthesize(SpeechRequest("Good morning.", NOVA))


def test_characters_of_the_text_are_charged(speaker):
    with charges() as charged:
        speaker.synthesize(SpeechRequest("Good morning.", NOVA))
    assert charged == [Charge("speech.tts-1", 13, "characters")]
