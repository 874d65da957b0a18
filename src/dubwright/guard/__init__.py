"""Retry, rate limit, fallback, timing and answer checks round every provider call.

Providers contain none of it. A guarded provider implements the port of what it guards, so the
pipeline cannot tell the difference.
"""

from dubwright.guard.calls import CallRecord, Guard
from dubwright.guard.guarded import (
    GuardedDiarizer,
    GuardedSourceSeparator,
    GuardedSpeechToText,
    GuardedTextToSpeech,
    GuardedTranslator,
    GuardedVoiceActivity,
)
from dubwright.guard.pace import RateLimit, RetryPolicy

__all__ = [
    "CallRecord",
    "Guard",
    "GuardedDiarizer",
    "GuardedSourceSeparator",
    "GuardedSpeechToText",
    "GuardedTextToSpeech",
    "GuardedTranslator",
    "GuardedVoiceActivity",
    "RateLimit",
    "RetryPolicy",
]
