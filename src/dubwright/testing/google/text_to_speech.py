"""`google.cloud.texttospeech.v1.TextToSpeech`: speech by our own engine, under Google's names."""

from dataclasses import dataclass

import numpy as np
from google.cloud.texttospeech_v1.types import cloud_tts as tts

from dubwright.domain.audio import SpeechClip
from dubwright.media.stretch import resample, stretch
from dubwright.ports import SpeechRequest
from dubwright.testing.google.conduct import Conduct
from dubwright.testing.google.engines import Engines
from dubwright.testing.google.failures import Refusal, Refused, invalid_argument
from dubwright.testing.google.sound import linear16, silence, with_header
from dubwright.testing.google.speech_rules import asked_speech, refuse_strange_sound
from dubwright.testing.google.voices import (
    OfferedVoice,
    offered_voices,
    product_of,
    speaks_language,
)
from dubwright.testing.google.wire import Call, Method, Service

_NATIVE_HZ = 24_000
_LEAD_MS, _TAIL_MS = 60, 180
"""Google's takes begin and end with silence, unlike ours."""


@dataclass(frozen=True, slots=True)
class Voicing:
    """The service. Only LINEAR16, with a WAV header, and PCM, without one, are spoken."""

    conduct: Conduct
    engines: Engines

    def service(self) -> Service:
        """The methods."""
        return Service(
            "google.cloud.texttospeech.v1.TextToSpeech",
            (
                Method(
                    "TextToSpeech/ListVoices",
                    tts.ListVoicesRequest,
                    tts.ListVoicesResponse,
                    self._voices,
                ),
                Method(
                    "TextToSpeech/SynthesizeSpeech",
                    tts.SynthesizeSpeechRequest,
                    tts.SynthesizeSpeechResponse,
                    self._speak,
                ),
            ),
        )

    def _voices(self, request: tts.ListVoicesRequest, call: Call) -> tts.ListVoicesResponse:
        code = request.language_code
        return tts.ListVoicesResponse(
            voices=[
                _described(voice)
                for voice in offered_voices(self.engines)
                if not code or speaks_language(voice, code)
            ]
        )

    def _speak(
        self, request: tts.SynthesizeSpeechRequest, call: Call
    ) -> tts.SynthesizeSpeechResponse:
        voice = self._chosen(request.voice)
        refuse_strange_sound(request.audio_config, voice)
        asked = asked_speech(request.input, voice)
        self.conduct.quotas.take(f"{call.method}/{voice.family.lower()}")
        clip = self._spoken(asked.text, voice, request.audio_config.speaking_rate or 1.0)
        self.conduct.ledger.bill(call.method, product_of(voice.family), asked.billed)
        return tts.SynthesizeSpeechResponse(audio_content=_encoded(clip, request.audio_config))

    def _chosen(self, wanted: tts.VoiceSelectionParams) -> OfferedVoice:
        """The voice named, else a Standard one of the language and gender."""
        offered = offered_voices(self.engines)
        if not wanted.name:
            return _by_language(offered, wanted)
        named = [voice for voice in offered if voice.name == wanted.name]
        if not named:
            raise Refused(
                invalid_argument(
                    f"Voice '{wanted.name}' does not exist. Is it misspelled?", "voice.name"
                )
            )
        if wanted.language_code.lower() != named[0].language_code.lower():
            raise Refused(
                invalid_argument(
                    f"Requested language code '{wanted.language_code}' doesn't match the voice "
                    f"'{wanted.name}''s language code '{named[0].language_code}'.",
                    "voice.language_code",
                )
            )
        return named[0]

    def _spoken(self, text: str, voice: OfferedVoice, rate: float) -> SpeechClip:
        """Our engine's take at the rate, with Google's silence round it."""
        engine = self.engines.text_to_speech
        native = engine.native_speed
        with self.engines.at_work():
            take = engine.synthesize(SpeechRequest(text, voice.speaks, rate if native else 1.0))
            if not native and rate != 1.0:
                take = stretch(take, rate, ffmpeg=self.engines.ffmpeg)
        lead, tail = (silence(ms, take.sample_rate) for ms in (_LEAD_MS, _TAIL_MS))
        return SpeechClip(np.concatenate([lead, take.samples, tail]), take.sample_rate)


def _by_language(
    offered: tuple[OfferedVoice, ...], wanted: tts.VoiceSelectionParams
) -> OfferedVoice:
    if not wanted.language_code:
        raise Refused(invalid_argument("A language code is needed.", "voice.language_code"))
    gender = wanted.ssml_gender.name.lower()
    standard = [
        voice
        for voice in offered
        if voice.family == "Standard" and speaks_language(voice, wanted.language_code)
    ]
    if not standard:
        raise Refused(
            invalid_argument(
                f"No voices for the language code '{wanted.language_code}'.", "voice.language_code"
            )
        )
    return next((voice for voice in standard if voice.gender == gender), standard[0])


def _described(voice: OfferedVoice) -> tts.Voice:
    return tts.Voice(
        name=voice.name,
        language_codes=[voice.language_code],
        ssml_gender=getattr(tts.SsmlVoiceGender, voice.gender.upper()),
        natural_sample_rate_hertz=_NATIVE_HZ,
    )


def _encoded(clip: SpeechClip, asked: tts.AudioConfig) -> bytes:
    rate = asked.sample_rate_hertz or _NATIVE_HZ
    samples = linear16(resample(clip, rate))
    if asked.audio_encoding == tts.AudioEncoding.PCM:
        return samples
    if asked.audio_encoding == tts.AudioEncoding.LINEAR16:
        return with_header(samples, sample_rate=rate, channels=1)
    raise Refused(
        Refusal("UNIMPLEMENTED", "This double speaks LINEAR16 and PCM only; Google others too.")
    )
