"""What providers of every kind must do."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from dubwright.domain.language import LanguageTag
from dubwright.ports import Provider, ProviderOptions
from dubwright.testing.contracts.spoken import Spoken

UNKNOWN_LANGUAGE = LanguageTag("qaa")
"""A tag that ISO 639 keeps for private use: no engine speaks it."""

Q = TypeVar("Q")
A = TypeVar("A")


def answers_from_two_threads(question: Callable[[Q], A], questions: Sequence[Q]) -> list[A]:
    """The answers in order, asked for from two threads at once."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(question, questions))


class ProviderContract:
    """Name, options, fingerprint and readiness."""

    @pytest.fixture
    def spoken(self) -> Spoken:
        """Recorded speech. Override it with a clip in a language that the provider knows."""
        pytest.skip("no recorded speech was given: override the fixture `spoken`")

    def test_it_has_a_name(self, provider: Provider) -> None:
        assert provider.name, "the name is empty"

    def test_its_options_are_a_frozen_model_that_refuses_unknown_ones(
        self, provider: Provider
    ) -> None:
        assert issubclass(provider.Options, ProviderOptions)
        assert provider.Options.model_config.get("frozen"), "options may not be changed"
        assert provider.Options.model_config.get("extra") == "forbid", "unknown options must fail"

    def test_its_options_have_a_json_schema_that_describes_each(self, provider: Provider) -> None:
        schema = provider.Options.model_json_schema()
        assert set(schema.get("properties", {})) == set(provider.Options.model_fields)
        bare = [name for name, f in provider.Options.model_fields.items() if not f.description]
        assert not bare, f"options without a description: {bare}"

    def test_its_default_options_survive_json(self, provider: Provider) -> None:
        if any(field.is_required() for field in provider.Options.model_fields.values()):
            pytest.skip("it has options without a default")
        options = provider.Options()
        assert provider.Options.model_validate_json(options.model_dump_json()) == options

    def test_its_fingerprint_is_stable(self, provider: Provider) -> None:
        assert provider.fingerprint, "the fingerprint is empty"
        assert provider.fingerprint == provider.fingerprint, "the fingerprint changed by itself"

    def test_it_is_ready(self, provider: Provider) -> None:
        provider.check()
