"""What the tests of the Google doubles share: the official clients, and requests to make."""

from google.api_core.client_options import ClientOptions
from google.api_core.future import polling
from google.api_core.operation import Operation
from google.cloud.speech_v2 import SpeechClient
from google.cloud.speech_v2.types import cloud_speech as stt
from google.cloud.texttospeech_v1 import TextToSpeechClient
from google.cloud.translate_v3 import TranslationServiceClient

from dubwright.domain.audio import SpeechClip
from dubwright.testing.google import GoogleDoubles
from dubwright.testing.google.sound import linear16, with_header
from dubwright.testing.sounds import babble

PROJECT = "projects/dubwright-double"
RATE = 16_000
TIMEOUT_S = 20
KORE = {"language_code": "pt-BR", "name": "pt-BR-Chirp3-HD-Kore"}
STANDARD = {"language_code": "pt-BR", "name": "pt-BR-Standard-A"}
WAV = {"audio_encoding": "LINEAR16"}


def speech(doubles: GoogleDoubles, location: str = "us") -> SpeechClient:
    endpoint = doubles.endpoint("speech", location)
    return SpeechClient(client_options=ClientOptions(api_endpoint=endpoint))


def translation(doubles: GoogleDoubles) -> TranslationServiceClient:
    endpoint = doubles.endpoint("translate")
    return TranslationServiceClient(client_options=ClientOptions(api_endpoint=endpoint))


def voices(doubles: GoogleDoubles) -> TextToSpeechClient:
    endpoint = doubles.endpoint("texttospeech")
    return TextToSpeechClient(client_options=ClientOptions(api_endpoint=endpoint))


def recogniser(location: str = "us") -> str:
    return f"{PROJECT}/locations/{location}/recognizers/_"


def config(
    model: str = "chirp_3", language: str = "en-US", *, diarize: bool = False, timed: bool = True
) -> stt.RecognitionConfig:
    speakers = {"diarization_config": stt.SpeakerDiarizationConfig()} if diarize else {}
    return stt.RecognitionConfig(
        auto_decoding_config=stt.AutoDetectDecodingConfig(),
        model=model,
        language_codes=[language],
        features=stt.RecognitionFeatures(
            enable_word_time_offsets=timed, enable_automatic_punctuation=True, **speakers
        ),
    )


def recognise(doubles: GoogleDoubles, content: bytes, **others: object) -> stt.RecognizeResponse:
    asked = {"recognizer": recogniser(), "config": config(), "content": content, **others}
    return speech(doubles).recognize(request=stt.RecognizeRequest(**asked), timeout=TIMEOUT_S)


def batch(uri: str, **others: object) -> stt.BatchRecognizeRequest:
    asked: dict[str, object] = {
        "recognizer": recogniser(),
        "config": config(),
        "files": [{"uri": uri}],
        "recognition_output_config": {"inline_response_config": {}},
        **others,
    }
    return stt.BatchRecognizeRequest(**asked)


def talk(duration_ms: int, *, channels: int = 1, rate: int = RATE) -> bytes:
    """A voice without words, as a WAV file."""
    samples = linear16(SpeechClip(babble(duration_ms, sample_rate=rate), rate))
    interleaved = b"".join(samples[i : i + 2] * channels for i in range(0, len(samples), 2))
    return with_header(interleaved, sample_rate=rate, channels=channels)


def quiet(duration_ms: int) -> bytes:
    return with_header(bytes(2 * RATE * duration_ms // 1000), sample_rate=RATE, channels=1)


def outcome(operation: Operation) -> object:
    """What an operation comes to, asked for more often than the client does by itself."""
    often = polling.DEFAULT_POLLING.with_delay(initial=0.02, maximum=0.1).with_timeout(TIMEOUT_S)
    return operation.result(polling=often)


def words_of(results: list[stt.SpeechRecognitionResult]) -> list[stt.WordInfo]:
    return [word for result in results for word in result.alternatives[0].words]
