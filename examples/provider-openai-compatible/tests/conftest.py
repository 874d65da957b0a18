"""A server of its own for each test, and providers that ask it."""

from collections.abc import Iterator

import pytest
from dubwright_openai_compatible import (
    OpenAiSpeechToText,
    OpenAiTextToSpeech,
    OpenAiTranslator,
    RecogniserOptions,
    SpeakingOptions,
    TranslatorOptions,
)
from stand_in_server import KEY, StandInServer

pytest.register_assert_rewrite("dubwright.testing.contracts")


@pytest.fixture
def server() -> Iterator[StandInServer]:
    """It answers until the test ends."""
    with StandInServer() as server:
        yield server


@pytest.fixture
def translator(server: StandInServer) -> OpenAiTranslator:
    return OpenAiTranslator(TranslatorOptions(base_url=server.base_url, api_key=KEY))


@pytest.fixture
def speaker(server: StandInServer) -> OpenAiTextToSpeech:
    return OpenAiTextToSpeech(SpeakingOptions(base_url=server.base_url, api_key=KEY))


@pytest.fixture
def recogniser(server: StandInServer) -> OpenAiSpeechToText:
    return OpenAiSpeechToText(RecogniserOptions(base_url=server.base_url, api_key=KEY))
