"""The Translator contract against every installed provider. Installing a plug-in adds it here."""

import pytest

from dubwright.ports import Translator
from dubwright.testing.contracts import TranslatorContract
from dubwright.testing.installed import installed, ready


@pytest.fixture(scope="module", params=installed("translator"))
def provider(request: pytest.FixtureRequest) -> Translator:
    return ready("translator", Translator, request.param)  # type: ignore[type-abstract]  # the port is only a label here


class TestEveryTranslator(TranslatorContract):
    def test_it_bears_the_name_it_is_registered_by(
        self, provider: Translator, request: pytest.FixtureRequest
    ) -> None:
        assert provider.name == request.node.callspec.params["provider"]
