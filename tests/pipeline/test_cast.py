"""Who speaks, and which voice speaks for them."""

import dataclasses
from pathlib import Path

import pytest

from dubwright.domain.cues import Cue
from dubwright.domain.errors import InputError, ProviderNotReady
from dubwright.domain.language import parse_language
from dubwright.domain.media import AudioTrack, Source, VideoTrack
from dubwright.domain.speech import (
    Cast,
    Script,
    Speaker,
    SpeakerId,
    Speakers,
    SpeechMap,
    Utterance,
    Voice,
)
from dubwright.domain.timeline import TimeSpan
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.pipeline.casting import (
    cast_speakers,
    tell_speakers_apart,
    voice_of,
    voices_on_offer,
)
from dubwright.pipeline.listening import Listened
from dubwright.pipeline.order import Order
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.tools import Tools
from dubwright.pipeline.workspace import Workspace
from dubwright.providers.echo import EchoOptions, EchoTranslator
from dubwright.providers.energy import EnergyOptions, EnergyVoiceActivity
from dubwright.providers.scripted import ScriptedOptions, ScriptedSpeechToText
from dubwright.providers.solo import SoloDiarizer, SoloOptions
from dubwright.providers.tone import ToneOptions, ToneTextToSpeech

EN, PT = parse_language("en"), parse_language("pt")
S1, S2 = SpeakerId("S1"), SpeakerId("S2")
VOICES = ToneTextToSpeech(ToneOptions()).voices(PT)
SPEECH = SpeechMap(spans=(TimeSpan(start_ms=0, end_ms=2_000),))


@pytest.fixture
def tools() -> Tools:
    return Tools(
        ffmpeg=Ffmpeg(),
        voice_activity=EnergyVoiceActivity(EnergyOptions()),
        speech_to_text=ScriptedSpeechToText(ScriptedOptions()),
        translator=EchoTranslator(EchoOptions()),
        text_to_speech=ToneTextToSpeech(ToneOptions()),
        diarizer=SoloDiarizer(SoloOptions(gender="male")),
        separator=None,
        checker=None,
    )


def line(number: int, speaker: SpeakerId = S1, voice: str | None = None) -> Utterance:
    span = TimeSpan(start_ms=0, end_ms=1_000)
    return Utterance(id=number, speaker=speaker, span=span, source_text="Hello.", voice=voice)


def order(*edited: Utterance, **more: object) -> Order:
    script = Script(source_language=EN, target_language=PT, utterances=edited) if edited else None
    return Order(target_language=PT, edited=script, **more)


@pytest.fixture
def heard(tmp_path: Path) -> Listened:
    picture = VideoTrack(index=0, codec="h264", width=320, height=180, frame_ms=40)
    track = AudioTrack(
        index=1, codec="aac", channels=1, layout="mono", sample_rate=48_000, start_ms=0
    )
    source = Source(
        sha256="0", container="mp4", duration_ms=2_000, size_bytes=1, video=picture, audio=(track,)
    )
    return Listened(tmp_path / "video.mp4", source, track, tmp_path / "sound.wav", SPEECH)


@pytest.fixture
def run(tmp_path: Path) -> Runner:
    work = Workspace(tmp_path / "work")
    return Runner(work, workers=1, progress=lambda _: None, is_cancelled=lambda: False)


def names(speakers: Speakers) -> list[SpeakerId]:
    return [person.id for person in speakers.people]


def test_the_people_are_those_who_were_heard(heard, tools, run):
    assert names(tell_speakers_apart(order(), heard, tools, run)) == [S1]


def test_a_speaker_that_a_person_wrote_into_the_script_is_added_once(heard, tools, run):
    edited = order(line(1), line(2, S2), line(3, S2))
    speakers = tell_speakers_apart(edited, heard, tools, run)
    assert names(speakers) == [S1, S2]
    assert set(cast_speakers(edited, speakers, VOICES).voices) == {S1, S2}


def people(*ids: SpeakerId) -> Speakers:
    return Speakers(turns=(), people=tuple(Speaker(id=one, speech_ms=1_000) for one in ids))


def test_everyone_gets_a_voice_of_the_target_language():
    cast = cast_speakers(order(), people(S1, S2), VOICES)
    assert {voice.id for voice in cast.voices.values()} == {"high", "low"}
    assert {voice.language for voice in cast.voices.values()} == {PT}


def test_a_voice_that_a_person_chose_is_taken():
    cast = cast_speakers(order(voices={S1: "low"}), people(S1), VOICES)
    assert cast.voices[S1].id == "low"


def test_a_language_that_nobody_speaks_is_named(tools):
    klingon = Order(target_language=parse_language("tlh"))
    with pytest.raises(InputError, match="'tone' has no voice for 'tlh'") as refusal:
        voices_on_offer(klingon, EN, tools)
    assert "`--to`" in (refusal.value.hint or "")


def test_a_voice_for_somebody_who_does_not_speak_is_refused_with_those_who_do():
    chosen = order(voices={SpeakerId("S9"): "low"})
    with pytest.raises(InputError, match="no speaker 'S9'") as refusal:
        cast_speakers(chosen, people(S1, S2), VOICES)
    assert refusal.value.hint == "speakers: S1, S2"


def test_a_line_that_asks_for_an_unknown_voice_is_named_with_those_there_are():
    with pytest.raises(InputError, match="line 2 asks for voice 'nobody'") as refusal:
        cast_speakers(order(line(1), line(2, voice="nobody")), people(S1), VOICES)
    assert refusal.value.hint == "voices: high, low"


CAST = Cast(voices={S1: Voice(id="high", name="High beep", language=PT, gender="female")})


@pytest.mark.parametrize(("chosen", "spoken"), [(None, "high"), ("low", "low")])
def test_a_line_is_spoken_in_its_own_voice_if_it_has_one_else_in_its_speakers(chosen, spoken):
    voice = voice_of(line(1, voice=chosen), CAST)
    assert (voice.id, voice.language) == (spoken, PT)


def test_a_pair_that_nobody_translates_is_refused_before_any_work(tools):
    heard = order(transcript=(Cue(span=TimeSpan(start_ms=0, end_ms=900), text="Qapla."),))
    with pytest.raises(InputError, match="cannot translate 'tlh' to 'pt'"):
        voices_on_offer(heard, parse_language("tlh"), tools)


def test_a_language_that_nobody_understands_is_refused_before_any_work(tools):
    with pytest.raises(InputError, match="does not understand 'tlh'"):
        voices_on_offer(order(), parse_language("tlh"), tools)


def test_a_finished_translation_needs_no_translator(tools):
    given = order(translation=(Cue(span=TimeSpan(start_ms=0, end_ms=900), text="Olá."),))
    assert voices_on_offer(given, parse_language("tlh"), tools) == VOICES


@pytest.mark.parametrize("spoken", ["pt", "pt-PT"])
def test_what_is_spoken_in_the_target_language_needs_no_translator(tools, spoken):
    assert voices_on_offer(order(), parse_language(spoken), tools) == VOICES


class Unready(EchoTranslator):
    """A translator without its key."""

    def check(self) -> None:
        raise ProviderNotReady("no key", provider="unready", hint="set one")


def test_a_translator_that_cannot_work_is_told_before_anything_is_heard(tools):
    unready = dataclasses.replace(tools, translator=Unready(EchoOptions()))
    with pytest.raises(ProviderNotReady, match="no key"):
        voices_on_offer(order(), EN, unready)


def test_a_translator_is_not_asked_where_the_text_is_given(tools):
    unready = dataclasses.replace(tools, translator=Unready(EchoOptions()))
    assert voices_on_offer(order(line(1)), EN, unready) == VOICES
