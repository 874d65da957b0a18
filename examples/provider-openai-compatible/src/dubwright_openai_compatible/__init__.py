"""Recognition, translation and voices from any server that speaks OpenAI's API."""

from dubwright_openai_compatible.options import (
    RecogniserOptions,
    SpeakingOptions,
    TranslatorOptions,
    VoiceOption,
)
from dubwright_openai_compatible.recogniser import OpenAiSpeechToText
from dubwright_openai_compatible.speaking import OpenAiTextToSpeech
from dubwright_openai_compatible.translator import OpenAiTranslator

__all__ = [
    "OpenAiSpeechToText",
    "OpenAiTextToSpeech",
    "OpenAiTranslator",
    "RecogniserOptions",
    "SpeakingOptions",
    "TranslatorOptions",
    "VoiceOption",
]
