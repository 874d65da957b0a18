"""Whisper as the recogniser: what it heard, checked for inventions, with usable word times."""

from dubwright.providers.whisper.provider import WhisperOptions, WhisperSpeechToText

__all__ = ["WhisperOptions", "WhisperSpeechToText"]
