"""What Text-to-Speech refuses, and in which words."""

import re
from dataclasses import dataclass

from google.cloud.texttospeech_v1.types import cloud_tts as tts

from dubwright.testing.google.failures import Refused, invalid_argument
from dubwright.testing.google.voices import OfferedVoice

_MOST_BYTES = 5000
_LONGEST_SENTENCE_BYTES = 1000
"""Google does not publish its limit; this one is low enough to meet in a test."""

_SENTENCE_ENDS = re.compile(r"[.!?。！？।]+\s*|\n+")  # marks of other scripts
_MARK = re.compile(r"<mark\b[^>]*>")
_TAG = re.compile(r"<[^>]+>")
_PAUSE = re.compile(r"\[pause(?: short| long)?\]")
_CHIRP = "Chirp3-HD"
_RATES_HZ = range(8_000, 48_001)


@dataclass(frozen=True, slots=True)
class AskedSpeech:
    """What is to be spoken, and how many characters of it are billed."""

    text: str
    billed: int


def asked_speech(spoken: tts.SynthesisInput, voice: OfferedVoice) -> AskedSpeech:
    """The words of a request. Raises `Refused` for none, too many and too long sentences."""
    written = spoken.text or spoken.ssml or spoken.markup
    if not written.strip():
        raise _invalid("Either `input.text` or `input.ssml` must be set.", "input")
    if len(written.encode()) > _MOST_BYTES:
        raise _invalid(
            "Either `input.text` or `input.ssml` is longer than the limit of 5000 bytes. "
            "This limit is different from quotas.",
            "input",
        )
    if spoken.ssml and voice.family == _CHIRP and _MARK.search(spoken.ssml):
        raise _invalid("This voice does not support SSML marks.", "input.ssml")
    words = _words(spoken)
    if any(len(part.encode()) > _LONGEST_SENTENCE_BYTES for part in _SENTENCE_ENDS.split(words)):
        raise _invalid(
            "This request contains sentences that are too long. To fix, split up long sentences "
            "with sentence ending punctuation e.g. periods. Also consider splitting up the input "
            "into smaller requests.",
            "input",
        )
    return AskedSpeech(words, len(_MARK.sub("", written)))


def refuse_strange_sound(asked: tts.AudioConfig, voice: OfferedVoice) -> None:
    """Raise `Refused` for a form of sound that the voice does not give."""
    encoding = tts.AudioEncoding
    if asked.audio_encoding == encoding.AUDIO_ENCODING_UNSPECIFIED:
        raise _invalid("Unsupported audio encoding.", "audio_config.audio_encoding")
    if asked.audio_encoding == encoding.PCM and voice.family == _CHIRP:
        raise _invalid(
            "This voice does not support the PCM encoding.", "audio_config.audio_encoding"
        )
    if asked.speaking_rate and not 0.25 <= asked.speaking_rate <= 2.0:
        raise _invalid(
            "The speaking rate must be in the range [0.25, 2.0].", "audio_config.speaking_rate"
        )
    if asked.pitch and voice.family == _CHIRP:
        raise _invalid(
            "This voice does not support pitch parameters at this time.", "audio_config.pitch"
        )
    if not -20.0 <= asked.pitch <= 20.0:
        raise _invalid("The pitch must be in the range [-20.0, 20.0].", "audio_config.pitch")
    if asked.sample_rate_hertz and asked.sample_rate_hertz not in _RATES_HZ:
        raise _invalid("Unsupported sample rate.", "audio_config.sample_rate_hertz")


def _words(spoken: tts.SynthesisInput) -> str:
    if spoken.ssml:
        return _TAG.sub(" ", spoken.ssml).strip()
    return _PAUSE.sub(" ", spoken.markup) if spoken.markup else spoken.text


def _invalid(message: str, violated_field: str) -> Refused:
    return Refused(invalid_argument(message, violated_field))
