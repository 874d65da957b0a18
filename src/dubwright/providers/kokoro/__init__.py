"""Kokoro-82M: neural text-to-speech on the processor, with durations known before speaking."""

from dubwright.providers.kokoro.provider import KokoroTextToSpeech

__all__ = ["KokoroTextToSpeech"]
