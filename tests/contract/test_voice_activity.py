"""The VoiceActivity contract against every installed provider. Installing a plug-in adds it here."""

import pytest
from recorded import speech_for

from dubwright.ports import VoiceActivity
from dubwright.testing.contracts import Spoken, VoiceActivityContract
from dubwright.testing.installed import installed, ready


@pytest.fixture(scope="module", params=installed("voice_activity"))
def provider(request: pytest.FixtureRequest) -> VoiceActivity:
    return ready("voice_activity", VoiceActivity, request.param)  # type: ignore[type-abstract]  # the port is only a label here


class TestEveryVoiceActivity(VoiceActivityContract):
    @pytest.fixture
    def spoken(self, provider: VoiceActivity) -> Spoken:
        return speech_for(provider.name, sample_rate=16_000)

    def test_it_bears_the_name_it_is_registered_by(
        self, provider: VoiceActivity, request: pytest.FixtureRequest
    ) -> None:
        assert provider.name == request.node.callspec.params["provider"]
