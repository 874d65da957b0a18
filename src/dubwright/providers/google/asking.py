"""What the recogniser is asked: the model, the language and what is to be heard beside words."""

from typing import TYPE_CHECKING

import numpy as np

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import ProviderRejected
from dubwright.providers.google.errors import NAME
from dubwright.providers.google.options import SpeechModel

if TYPE_CHECKING:
    from google.cloud.speech_v2 import types as stt

SAMPLE_RATE = 16_000
AUTO = "auto"
"""The code by which `chirp_3` finds out the language itself."""


def recogniser_name(project: str, location: str) -> str:
    """The recogniser that is always there and takes its configuration from each request."""
    return f"projects/{project}/locations/{location}/recognizers/_"


def clip_config(model: SpeechModel, code: str) -> "stt.RecognitionConfig":
    """For a clip of bare 16-bit samples.

    Half a minute is 960 kB, a tenth of what a request may carry: encoding it would cost a process
    for each clip and save nothing that is short.
    """
    from google.cloud.speech_v2 import types as stt

    config = _config(model, code)
    config.explicit_decoding_config = stt.ExplicitDecodingConfig(
        encoding=stt.ExplicitDecodingConfig.AudioEncoding.LINEAR16,
        sample_rate_hertz=SAMPLE_RATE,
        audio_channel_count=1,
    )
    return config


def file_config(model: SpeechModel, code: str, *, diarize: bool) -> "stt.RecognitionConfig":
    """For a file that says itself how it is encoded."""
    from google.cloud.speech_v2 import types as stt

    config = _config(model, code)
    config.auto_decoding_config = stt.AutoDetectDecodingConfig()
    if diarize:
        # Empty on purpose: the numbers of speakers that it could hold are not used by Google.
        config.features.diarization_config = stt.SpeakerDiarizationConfig()
    return config


def clip_content(clip: SpeechClip) -> bytes:
    """The samples as 16-bit little-endian. Raises `ProviderRejected` at any other rate."""
    require_rate(clip.sample_rate)
    return (clip.samples.clip(-1, 1) * 32_767).round().astype(np.dtype("<i2")).tobytes()


def require_rate(sample_rate: int) -> None:
    """Raise `ProviderRejected` for sound that is not at 16 kHz."""
    if sample_rate != SAMPLE_RATE:
        raise ProviderRejected(
            f"the sound has {sample_rate} Hz, the recogniser hears {SAMPLE_RATE} Hz",
            provider=NAME,
            hint="resample it to 16000 Hz mono",
        )


def _config(model: SpeechModel, code: str) -> "stt.RecognitionConfig":
    from google.cloud.speech_v2 import types as stt

    return stt.RecognitionConfig(
        model=model,
        language_codes=[code],
        features=stt.RecognitionFeatures(
            enable_word_time_offsets=True, enable_automatic_punctuation=True
        ),
    )
