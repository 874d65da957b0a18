"""The contract of every text-to-speech provider, for this one. Run `pytest` in this folder."""
# ruff: noqa: INP001 - a distribution of one module, with no package round it

import pytest
from dubwright_hello import HelloOptions, HelloTextToSpeech

from dubwright.ports import TextToSpeech
from dubwright.testing.contracts import TextToSpeechContract


class TestHello(TextToSpeechContract):
    """Every test is inherited."""

    @pytest.fixture
    def provider(self) -> TextToSpeech:
        """The provider under test."""
        return HelloTextToSpeech(HelloOptions())
