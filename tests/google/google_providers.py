"""What the tests of the Google providers share: providers that ask the doubles."""

import numpy as np

from dubwright.domain.language import LanguageTag
from dubwright.domain.timeline import TimeSpan
from dubwright.providers.google import (
    GoogleDiarizer,
    GoogleSpeechToText,
    GoogleTextToSpeech,
    GoogleTranslator,
)
from dubwright.testing.contracts import Spoken
from dubwright.testing.google import GoogleCloud, GoogleDoubles
from dubwright.testing.google.cloud import BUCKET
from dubwright.testing.sounds import MemoryRecording, babble, silence

RATE = 16_000
EN = LanguageTag("en")
PT = LanguageTag("pt")


def recogniser(doubles: GoogleDoubles, **options: object) -> GoogleSpeechToText:
    location = str(options.get("location", "eu"))
    asked = {"endpoint": doubles.endpoint("speech", location), "timeout_s": 20, **options}
    return GoogleSpeechToText(GoogleSpeechToText.Options(**asked))


def batching(cloud: GoogleCloud, **options: object) -> GoogleSpeechToText:
    through = {"bucket": BUCKET, "storage_endpoint": cloud.storage.url, **options}
    return recogniser(cloud.services, **through)


def diarizer(cloud: GoogleCloud, **options: object) -> GoogleDiarizer:
    asked = {
        "endpoint": cloud.services.endpoint("speech", "eu"),
        "bucket": BUCKET,
        "storage_endpoint": cloud.storage.url,
        **options,
    }
    return GoogleDiarizer(GoogleDiarizer.Options(**asked))


def translator(doubles: GoogleDoubles, **options: object) -> GoogleTranslator:
    location = str(options.get("location", "global"))
    asked = {"endpoint": doubles.endpoint("translate", location), **options}
    return GoogleTranslator(GoogleTranslator.Options(**asked))


def speaker(doubles: GoogleDoubles, **options: object) -> GoogleTextToSpeech:
    asked = {"endpoint": doubles.endpoint("texttospeech"), **options}
    return GoogleTextToSpeech(GoogleTextToSpeech.Options(**asked))


def babbling() -> Spoken:
    """A voice without words between two seconds of silence."""
    pause = silence(1_000, sample_rate=RATE)
    samples = np.concatenate([pause, babble(4_000, sample_rate=RATE), pause])
    return Spoken(samples, RATE, EN, TimeSpan(start_ms=1_000, end_ms=5_000))


def talk(seconds: int) -> MemoryRecording:
    """So many seconds of a voice, four at a time with a second of silence after them."""
    turns = [
        part
        for number in range(seconds // 5)
        for part in (
            babble(4_000, sample_rate=RATE, seed=number + 1),
            silence(1_000, sample_rate=RATE),
        )
    ]
    return MemoryRecording(np.concatenate(turns), RATE)
