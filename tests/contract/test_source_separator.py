"""The SourceSeparator contract against every installed provider. Installing a plug-in adds it here."""

import pytest
from recorded import speech_for

from dubwright.ports import SourceSeparator
from dubwright.testing.contracts import SourceSeparatorContract, Spoken
from dubwright.testing.installed import installed, ready


@pytest.fixture(scope="module", params=installed("source_separator"))
def provider(request: pytest.FixtureRequest) -> SourceSeparator:
    return ready("source_separator", SourceSeparator, request.param)  # type: ignore[type-abstract]  # the port is only a label here


class TestEverySourceSeparator(SourceSeparatorContract):
    @pytest.fixture
    def spoken(self, provider: SourceSeparator) -> Spoken:
        return speech_for(provider.name, sample_rate=48_000)

    def test_it_bears_the_name_it_is_registered_by(
        self, provider: SourceSeparator, request: pytest.FixtureRequest
    ) -> None:
        assert provider.name == request.node.callspec.params["provider"]
