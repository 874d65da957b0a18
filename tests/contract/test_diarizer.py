"""The Diarizer contract against every installed provider. Installing a plug-in adds it here."""

import pytest
from recorded import speech_for

from dubwright.ports import Diarizer
from dubwright.testing.contracts import DiarizerContract, Spoken
from dubwright.testing.installed import installed, ready


@pytest.fixture(scope="module", params=installed("diarizer"))
def provider(request: pytest.FixtureRequest) -> Diarizer:
    return ready("diarizer", Diarizer, request.param)  # type: ignore[type-abstract]  # the port is only a label here


class TestEveryDiarizer(DiarizerContract):
    @pytest.fixture
    def spoken(self, provider: Diarizer) -> Spoken:
        return speech_for(provider.name, sample_rate=16_000)

    def test_it_bears_the_name_it_is_registered_by(
        self, provider: Diarizer, request: pytest.FixtureRequest
    ) -> None:
        assert provider.name == request.node.callspec.params["provider"]
