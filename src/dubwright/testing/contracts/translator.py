"""What every `Translator` must do."""

from itertools import pairwise

import pytest

from dubwright.domain.errors import ProviderRejected
from dubwright.domain.language import LanguageTag, base_language, parse_language
from dubwright.ports import Translation, TranslationRequest, Translator
from dubwright.testing.contracts.provider import (
    UNKNOWN_LANGUAGE,
    ProviderContract,
    answers_from_two_threads,
)
from dubwright.testing.sentences import ODD_TEXTS, SENTENCES

Pair = tuple[LanguageTag, LanguageTag]


class TranslatorContract(ProviderContract):
    @pytest.fixture
    def pair(self, provider: Translator) -> Pair:
        """A pair whose source language has sentences here; override it for another."""
        known = sorted(pair for pair in provider.pairs() if pair[0] in SENTENCES)
        if not known:
            pytest.skip("no sentences in its source languages: override the fixture `pair`")
        return known[0]

    @pytest.fixture
    def sentences(self, pair: Pair) -> tuple[str, ...]:
        """Ordinary sentences in the source language, all different."""
        return SENTENCES[pair[0]]

    def test_its_pairs_are_base_languages(self, provider: Translator) -> None:
        assert provider.pairs(), "it translates nothing"
        tags = {tag for pair in provider.pairs() for tag in pair}
        assert all(base_language(parse_language(tag)) == tag for tag in tags)

    def test_there_is_one_translation_for_each_text_in_order(
        self, provider: Translator, pair: Pair, sentences: tuple[str, ...]
    ) -> None:
        forward = _texts(provider, pair, *sentences)
        assert len(forward) == len(sentences)
        assert all(text.strip() == text != "" for text in forward), "blank, or blanks round it"
        assert _texts(provider, pair, *reversed(sentences)) == forward[::-1], "out of order"

    def test_different_texts_have_different_translations(
        self, provider: Translator, pair: Pair, sentences: tuple[str, ...]
    ) -> None:
        assert len(set(_texts(provider, pair, *sentences))) == len(sentences)

    def test_no_texts_give_no_translations(self, provider: Translator, pair: Pair) -> None:
        assert _ask(provider, pair) == []

    def test_the_same_text_has_the_same_translation(
        self, provider: Translator, pair: Pair, sentences: tuple[str, ...]
    ) -> None:
        assert _ask(provider, pair, sentences[0]) == _ask(provider, pair, sentences[0])

    def test_a_paragraph_is_translated_to_its_end(
        self, provider: Translator, pair: Pair, sentences: tuple[str, ...]
    ) -> None:
        paragraph = " ".join(sentences * 3)
        apart = sum(len(text) for text in _texts(provider, pair, *sentences)) * 3
        assert len(_texts(provider, pair, paragraph)[0]) >= 0.7 * apart, "it was cut short"

    def test_context_is_not_translated_into_the_line(
        self, provider: Translator, pair: Pair, sentences: tuple[str, ...]
    ) -> None:
        source, target = pair
        request = TranslationRequest(sentences[0], context=" ".join(sentences[1:]))
        [given] = provider.translate([request], source=source, target=target)
        [bare] = _texts(provider, pair, sentences[0])
        assert len(given.text) <= 2 * len(bare)

    def test_variants_are_other_wordings_that_grow_shorter(
        self, provider: Translator, pair: Pair, sentences: tuple[str, ...]
    ) -> None:
        for given in _ask(provider, pair, *sentences):
            wordings = [given.text, *given.variants]
            assert all(wording.strip() for wording in wordings), "a variant is blank"
            assert len(set(wordings)) == len(wordings), "a variant is said twice"
            assert all(len(one) >= len(other) for one, other in pairwise(wordings)), "one grows"

    @pytest.mark.parametrize("text", ODD_TEXTS)
    def test_odd_text_does_not_break_it(self, provider: Translator, pair: Pair, text: str) -> None:
        assert len(_ask(provider, pair, text)) == 1

    def test_an_unknown_pair_is_refused(
        self, provider: Translator, pair: Pair, sentences: tuple[str, ...]
    ) -> None:
        with pytest.raises(ProviderRejected):
            _ask(provider, (pair[0], UNKNOWN_LANGUAGE), sentences[0])
        with pytest.raises(ProviderRejected):
            _ask(provider, (UNKNOWN_LANGUAGE, pair[1]), sentences[0])

    def test_two_threads_are_told_what_one_is_told(
        self, provider: Translator, pair: Pair, sentences: tuple[str, ...]
    ) -> None:
        def translate(text: str) -> list[Translation]:
            return _ask(provider, pair, text)

        alone = [translate(text) for text in sentences]
        assert answers_from_two_threads(translate, sentences) == alone


def _ask(provider: Translator, pair: Pair, *texts: str) -> list[Translation]:
    source, target = pair
    return provider.translate([TranslationRequest(t) for t in texts], source=source, target=target)


def _texts(provider: Translator, pair: Pair, *texts: str) -> list[str]:
    return [translation.text for translation in _ask(provider, pair, *texts)]
