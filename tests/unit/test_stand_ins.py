import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import InputError
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import SpeechMap
from dubwright.domain.timeline import TimeSpan
from dubwright.ports import SpeechRequest, TranslationRequest
from dubwright.providers.echo import EchoOptions, EchoTranslator
from dubwright.providers.energy import EnergyOptions, EnergyVoiceActivity
from dubwright.providers.scripted import ScriptedOptions, ScriptedSpeechToText
from dubwright.providers.solo import SoloDiarizer, SoloOptions
from dubwright.providers.tone import ToneOptions, ToneTextToSpeech
from dubwright.testing.sounds import MemoryRecording, babble, silence

EN, PT = LanguageTag("en"), LanguageTag("pt")
RATE = 16_000


def after_silence(lead_ms: int, sound_ms: int, *, seed: int = 1) -> SpeechClip:
    parts = (
        silence(lead_ms, sample_rate=RATE),
        babble(sound_ms, sample_rate=RATE, seed=seed),
        silence(700, sample_rate=RATE),
    )
    return SpeechClip(np.concatenate(parts), RATE)


@given(lead_ms=st.integers(0, 3_000), sound_ms=st.integers(300, 3_000))
def test_energy_finds_sound_to_two_frames(lead_ms, sound_ms):
    clip = after_silence(lead_ms, sound_ms)
    [span] = EnergyVoiceActivity(EnergyOptions()).detect(MemoryRecording(clip.samples, RATE)).spans
    assert abs(span.start_ms - lead_ms) <= 40
    assert abs(span.end_ms - lead_ms - sound_ms) <= 40


def test_energy_finds_sound_across_the_pieces_it_reads():
    clip = after_silence(29_000, 2_000)
    found = EnergyVoiceActivity(EnergyOptions()).detect(MemoryRecording(clip.samples, RATE))
    assert len(found.spans) == 1


def test_scripted_hears_only_the_lines_it_was_given():
    lines = ("Bread is old.", "Water is older.")
    heard = ScriptedSpeechToText(ScriptedOptions(lines=lines)).transcribe(
        after_silence(500, 4_000), language=EN
    )
    [segment] = heard.segments
    assert segment.text in (
        f"{lines[0]} {lines[1]} Bread is old. Water",
        f"{lines[1]} {lines[0]} Water is older. Bread",
    )
    assert len(segment.words) == 10


def test_scripted_says_the_same_of_the_same_clip_whatever_came_before():
    one, again = after_silence(300, 1_500), after_silence(300, 1_500)
    fresh = ScriptedSpeechToText(ScriptedOptions())
    used = ScriptedSpeechToText(ScriptedOptions())
    used.transcribe(after_silence(300, 1_500, seed=2), language=EN)
    assert used.transcribe(again, language=EN) == fresh.transcribe(one, language=EN)


def test_scripted_begins_at_different_lines_in_different_clips():
    scripted = ScriptedSpeechToText(ScriptedOptions())
    clips = [after_silence(300, 400, seed=seed) for seed in range(12)]
    firsts = {scripted.transcribe(clip, language=EN).segments[0].text for clip in clips}
    assert len(firsts) > 1


def test_scripted_is_as_sure_of_its_language_as_it_was_told_to_be():
    unsure = ScriptedSpeechToText(ScriptedOptions(languages=("pt", "en"), confidence=0.3))
    guess = unsure.detect_language(after_silence(0, 300))
    assert (guess.language, guess.confidence) == ("pt", 0.3)


def test_echo_marks_the_text_and_offers_shorter_ones():
    text = "one two three four five six seven eight nine"
    [answer] = EchoTranslator(EchoOptions()).translate(
        [TranslationRequest(text)], source=EN, target=PT
    )
    assert answer.text == f"[pt] {text}"
    assert answer.variants == (
        "[pt] one two three four five six seven",
        "[pt] one two three four five six",
    )


@given(
    text=st.text(min_size=1).filter(lambda text: text.strip()),
    speed=st.floats(0.5, 2.0),
    ms_per_character=st.integers(1, 200),
)
def test_tone_speaks_exactly_as_long_as_it_predicts(text, speed, ms_per_character):
    tone = ToneTextToSpeech(ToneOptions(ms_per_character=ms_per_character, sample_rate=8_000))
    request = SpeechRequest(text[:200].strip() or "a", tone.voices(EN)[0], speed=speed)
    assert tone.synthesize(request).duration_ms == tone.predict_duration(request)


def test_solo_counts_all_speech_for_one_speaker_of_the_given_gender():
    speech = SpeechMap(spans=(TimeSpan(start_ms=0, end_ms=100), TimeSpan(start_ms=300, end_ms=700)))
    found = SoloDiarizer(SoloOptions(gender="female")).diarize(
        MemoryRecording(silence(1_000, sample_rate=RATE), RATE), speech
    )
    [person] = found.people
    assert (person.id, person.gender, person.speech_ms) == ("S1", "female", 500)


@pytest.mark.parametrize("options", [EchoOptions, ToneOptions, ScriptedOptions])
def test_a_stand_in_refuses_what_is_no_language(options):
    with pytest.raises(InputError, match="'not a language'"):
        options(languages=("en", "not a language"))
