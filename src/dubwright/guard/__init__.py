"""Retry, rate limit, fallback, leave to spend, timing and answer checks round every provider call.

Providers contain none of it. A guarded provider implements the port of what it guards, so the
pipeline cannot tell the difference.
"""

from dubwright.guard.batching import GuardedDiarizer, GuardedSpeechToText
from dubwright.guard.breaker import Breaker, RestRules
from dubwright.guard.chain import Guard
from dubwright.guard.guarded import (
    GuardedSourceSeparator,
    GuardedTextToSpeech,
    GuardedTranslator,
    GuardedVoiceActivity,
)
from dubwright.guard.pace import RateLimit, RetryPolicy, Slots, Turns, until_cancelled
from dubwright.guard.records import CallRecord, Intended

__all__ = [
    "Breaker",
    "CallRecord",
    "Guard",
    "GuardedDiarizer",
    "GuardedSourceSeparator",
    "GuardedSpeechToText",
    "GuardedTextToSpeech",
    "GuardedTranslator",
    "GuardedVoiceActivity",
    "Intended",
    "RateLimit",
    "RestRules",
    "RetryPolicy",
    "Slots",
    "Turns",
    "until_cancelled",
]
