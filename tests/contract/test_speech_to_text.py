"""The SpeechToText contract against every installed provider. Installing a plug-in adds it here."""

import pytest
from recorded import speech_for

from dubwright.ports import SpeechToText
from dubwright.testing.contracts import SpeechToTextContract, Spoken
from dubwright.testing.installed import installed, ready


@pytest.fixture(scope="module", params=installed("speech_to_text"))
def provider(request: pytest.FixtureRequest) -> SpeechToText:
    return ready("speech_to_text", SpeechToText, request.param)  # type: ignore[type-abstract]  # the port is only a label here


class TestEverySpeechToText(SpeechToTextContract):
    @pytest.fixture
    def spoken(self, provider: SpeechToText) -> Spoken:
        return speech_for(provider.name, sample_rate=16_000)

    def test_it_bears_the_name_it_is_registered_by(
        self, provider: SpeechToText, request: pytest.FixtureRequest
    ) -> None:
        assert provider.name == request.node.callspec.params["provider"]
