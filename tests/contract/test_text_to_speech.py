"""The TextToSpeech contract against every installed provider. Installing a plug-in adds it here."""

import pytest

from dubwright.ports import TextToSpeech
from dubwright.testing.contracts import TextToSpeechContract
from dubwright.testing.installed import installed, ready


@pytest.fixture(scope="module", params=installed("text_to_speech"))
def provider(request: pytest.FixtureRequest) -> TextToSpeech:
    return ready("text_to_speech", TextToSpeech, request.param)  # type: ignore[type-abstract]  # the port is only a label here


class TestEveryTextToSpeech(TextToSpeechContract):
    def test_it_bears_the_name_it_is_registered_by(
        self, provider: TextToSpeech, request: pytest.FixtureRequest
    ) -> None:
        assert provider.name == request.node.callspec.params["provider"]


class TestAVoiceThatNeitherSpeedsUpNorPredicts(TextToSpeechContract):
    @pytest.fixture
    def provider(self) -> TextToSpeech:
        options = {"native_speed": False, "predicts_durations": False}
        return ready("text_to_speech", TextToSpeech, "tone", options)  # type: ignore[type-abstract]  # as above
