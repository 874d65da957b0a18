"""The recognisers that Google offers: where they are, what they can do, how much they take."""

from dataclasses import dataclass

_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class SpeechModel:
    """One model. `features` are named as `ListLocations` names them."""

    name: str
    locations: tuple[str, ...]
    features: frozenset[str]
    longest_ms: int
    longest_timed_ms: int
    tells_language: bool = False


MODELS = {
    model.name: model
    for model in (
        SpeechModel(
            "chirp_3",
            ("us", "eu"),
            frozenset({"automatic_punctuation", "diarization", "speech_adaptation"}),
            longest_ms=60 * _MINUTE_MS,
            longest_timed_ms=20 * _MINUTE_MS,
            tells_language=True,
        ),
        SpeechModel(
            "chirp_2",
            ("us-central1", "europe-west4", "asia-southeast1"),
            frozenset({"automatic_punctuation", "word_level_timestamps", "speech_adaptation"}),
            longest_ms=480 * _MINUTE_MS,
            longest_timed_ms=480 * _MINUTE_MS,
        ),
        SpeechModel(
            "long",
            ("global", "us", "eu", "us-central1", "europe-west4", "asia-southeast1"),
            frozenset({"automatic_punctuation", "word_level_timestamps", "diarization"}),
            longest_ms=480 * _MINUTE_MS,
            longest_timed_ms=480 * _MINUTE_MS,
        ),
    )
}
"""By name."""

LOCATIONS = tuple(sorted({place for model in MODELS.values() for place in model.locations}))
"""Everywhere that a model is."""
