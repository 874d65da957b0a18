"""What Speech-to-Text refuses, and in which words."""

import re
from dataclasses import dataclass

from google.cloud.speech_v2.types import cloud_speech as stt

from dubwright.domain.errors import InputError
from dubwright.testing.google.failures import Refused, invalid_argument
from dubwright.testing.google.speech_models import MODELS, SpeechModel
from dubwright.testing.google.tags import spoken

_RECOGNISER = re.compile(r"(projects/[^/]+/locations/([^/]+))/recognizers/([^/]+)")
_MOST_INLINE_BYTES = 10 * 2**20
_MOST_INLINE_MS = 60_000
_MOST_FILES = 15
_AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A recogniser that may be asked. `place` is such as `projects/p/locations/us`."""

    place: str
    model: SpeechModel


def checked_recogniser(name: str, config: stt.RecognitionConfig, *, location: str) -> Recogniser:
    """Raise `Refused` unless the model is there, asked at its place, and can do what is asked."""
    match = _RECOGNISER.fullmatch(name)
    if match is None or match[3] != "_":
        raise _invalid(f"Invalid resource field value in the request: {name!r}.", "recognizer")
    if match[2] != location:
        raise _invalid(
            f"Expected resource location to be {location}, but found {match[2]} in resource name.",
            "recognizer",
        )
    model = MODELS.get(config.model)
    if model is None or location not in model.locations:
        raise _invalid(
            f'The model "{config.model}" does not exist in the location named "{location}".',
            "config.model",
        )
    _refuse_unknown_language(config, model)
    _refuse_lacking_features(config, model)
    return Recogniser(match[1], model)


def refuse_large_content(content: bytes) -> None:
    """Raise `Refused` for none, and for more than a request may carry."""
    if not content:
        raise _invalid("Either `content` or `uri` must be set.", "content")
    if len(content) > _MOST_INLINE_BYTES:
        raise _invalid(
            f"Request payload size exceeds the limit: {_MOST_INLINE_BYTES} bytes.", "content"
        )


def refuse_long_content(duration_ms: int) -> None:
    """Raise `Refused` for more sound than a request may carry."""
    if duration_ms > _MOST_INLINE_MS:
        raise _invalid(
            "Audio can be of a maximum of 60 seconds. Use BatchRecognize for longer audio.",
            "content",
        )


def refuse_long_file(
    duration_ms: int, config: stt.RecognitionConfig, recogniser: Recogniser
) -> None:
    """Raise `Refused` for more sound than the model takes in a batch."""
    timed = config.features.enable_word_time_offsets
    model = recogniser.model
    longest_ms = model.longest_timed_ms if timed else model.longest_ms
    if duration_ms > longest_ms:
        when = " when word timestamps are enabled" if timed else ""
        raise _invalid(
            f"Audio duration exceeds the limit of {longest_ms // 1000} seconds{when}.", "files"
        )


def refuse_strange_batch(request: stt.BatchRecognizeRequest) -> None:
    """Raise `Refused` unless there are files and one place for the results."""
    output = request.recognition_output_config
    inline, kept = "inline_response_config" in output, bool(output.gcs_output_config.uri)
    if not 1 <= len(request.files) <= _MOST_FILES:
        raise _invalid(f"Between 1 and {_MOST_FILES} files are taken.", "files")
    if inline == kept:
        raise _invalid("One output config must be set.", "recognition_output_config")
    if inline and len(request.files) != 1:
        raise _invalid("Inline results are for one file only.", "recognition_output_config")
    for file in request.files:
        if not file.uri.startswith("gs://"):
            raise _invalid(f"Invalid Cloud Storage URI {file.uri!r}.", "files.uri")


def is_auto(config: stt.RecognitionConfig) -> bool:
    """Whether the language is to be found out."""
    return list(config.language_codes) == [_AUTO]


def _refuse_unknown_language(config: stt.RecognitionConfig, model: SpeechModel) -> None:
    if not config.language_codes:
        raise _invalid("At least one language code is needed.", "config.language_codes")
    if is_auto(config):
        if not model.tells_language:
            raise _invalid(
                f'The language "auto" is not supported by the model "{model.name}".',
                "config.language_codes",
            )
        return
    for code in config.language_codes:
        try:
            spoken(code)
        except InputError as exc:
            raise _invalid(
                f'The language "{code}" is not supported.', "config.language_codes"
            ) from exc


def _refuse_lacking_features(config: stt.RecognitionConfig, model: SpeechModel) -> None:
    if "diarization_config" in config.features and "diarization" not in model.features:
        raise _invalid(
            "Recognizer does not support feature: speaker_diarization",
            "config.features.diarization_config",
        )
    if "auto_decoding_config" not in config and "explicit_decoding_config" not in config:
        raise _invalid("A decoding config must be set.", "config.decoding_config")


def _invalid(message: str, violated_field: str) -> Refused:
    return Refused(invalid_argument(message, violated_field))
