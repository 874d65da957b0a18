"""A translator that keeps to a glossary, whatever engine does the work.

Engines know no glossaries, or each its own kind. So the terms are made sure of from the outside,
with the least harm first: the plain translation may have them; their usual translations in it are
exchanged; the engine is given the text with the wanted words in it; or with made-up names in
their place. Where none of that works the plain translation stands.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from dubwright.domain.glossary import (
    MARKINGS,
    Occurrence,
    Terms,
    agreeing,
    composed,
    exchanged,
    lacking,
    occurrences,
    terms_in,
    usual_wordings,
    with_markers,
    with_wanted,
    without_markers,
)
from dubwright.domain.language import LanguageTag
from dubwright.ports import ProviderOptions, Translation, TranslationRequest, Translator

_VERSION = 1


def with_glossary(translator: Translator, terms: Terms, texts: Sequence[str]) -> Translator:
    """A translator of `texts` that keeps to `terms`; the same one where none of them stands.

    So a text without terms has the same key as without a glossary.
    """
    standing = terms_in([*texts, " ".join(texts)], terms) if terms else {}
    return GlossaryTranslator(translator, standing) if standing else translator


class GlossaryTranslator:
    """A translator and the terms that its translations are to have."""

    Options: ClassVar[type[ProviderOptions]] = ProviderOptions

    def __init__(self, translator: Translator, terms: Terms) -> None:
        self._translator = translator
        self._terms = {composed(term): composed(wanted) for term, wanted in terms.items()}
        self.name = translator.name
        self.check = translator.check
        self.pairs = translator.pairs

    @property
    def fingerprint(self) -> str:
        """The engine's, with a digest of the terms."""
        terms = json.dumps(sorted(self._terms.items())).encode()
        digest = hashlib.sha256(terms).hexdigest()[:16]
        return f"{self._translator.fingerprint}+glossary-{_VERSION}-{digest}"

    def translate(
        self,
        requests: Sequence[TranslationRequest],
        *,
        source: LanguageTag,
        target: LanguageTag,
    ) -> list[Translation]:
        """One translation per request. Asks the engine up to three times where terms lack."""
        round_ = _Round(self._translator, source, target)
        plain = round_.ask(requests)
        answers = [
            _Answer(request, occurrences(composed(request.text), self._terms), translation)
            for request, translation in zip(requests, plain, strict=True)
        ]
        for better in (round_.with_terms, round_.with_markers):
            again = better([one for one in answers if one.lacks])
            answers = [next(again) if one.lacks else one for one in answers]
        return [one.kept() for one in answers]


@dataclass(frozen=True, slots=True)
class _Answer:
    """A request, the terms in it, and a translation that may have them."""

    request: TranslationRequest
    found: tuple[Occurrence, ...]
    translation: Translation

    @property
    def lacks(self) -> int:
        """How many wanted wordings are missing."""
        return lacking(self.translation.text, self.found).total()

    def best_of(self, *others: Translation | None) -> "_Answer":
        """Itself, or the first of the others that lacks least, if that is less."""
        made = [_Answer(self.request, self.found, other) for other in others if other is not None]
        return min((self, *made), key=lambda one: one.lacks)

    def kept(self) -> Translation:
        """The translation, without those variants that lose a term which its text has."""
        if not self.found or self.lacks:
            return self.translation
        variants = self.translation.variants
        holding = tuple(text for text in variants if not lacking(text, self.found))
        return Translation(self.translation.text, holding)

    def asking(self, text: str) -> TranslationRequest:
        return TranslationRequest(text, self.request.context, self.request.max_ms)


@dataclass(frozen=True, slots=True)
class _Round:
    """Questions to one engine about one pair of languages."""

    translator: Translator
    source: LanguageTag
    target: LanguageTag

    def ask(self, requests: Sequence[TranslationRequest]) -> list[Translation]:
        if not requests:
            return []
        return self.translator.translate(requests, source=self.source, target=self.target)

    def with_terms(self, answers: Sequence[_Answer]) -> Iterator[_Answer]:
        """The translations with the usual wordings exchanged, or made from the wanted ones."""
        terms = sorted({one.term for answer in answers for one in answer.found})
        questions = [TranslationRequest(term) for term in terms]
        asked = [one.asking(with_wanted(composed(one.request.text), one.found)) for one in answers]
        told = self.ask([*questions, *asked])
        usual = {
            term: usual_wordings(term, translation.text)
            for term, translation in zip(terms, told, strict=False)
        }
        for one, kept in zip(answers, told[len(terms) :], strict=True):
            yield one.best_of(_exchanged(one, kept, usual), kept)

    def with_markers(self, answers: Sequence[_Answer]) -> Iterator[_Answer]:
        """The translations of the texts with made-up names, put back."""
        asked = [
            one.asking(with_markers(composed(one.request.text), one.found, marking))
            for one in answers
            for marking in MARKINGS
        ]
        told = iter(self.ask(asked))
        for one in answers:
            yield one.best_of(*(_unmarked(one, next(told), marking) for marking in MARKINGS))


def _exchanged(
    answer: _Answer, kept: Translation, usual: dict[str, tuple[str, ...]]
) -> Translation | None:
    """The plain translation with other words for the terms; None where that is not plain."""
    text = exchanged(answer.translation.text, answer.found, usual)
    if text is None:
        return None
    shorter = (exchanged(variant, answer.found, usual) for variant in answer.translation.variants)
    texts = (text, *(one for one in shorter if one is not None))
    agreed = [agreeing(one, kept.text, answer.found) for one in texts]
    return Translation(agreed[0], tuple(agreed[1:]))


def _unmarked(answer: _Answer, told: Translation, marking: int) -> Translation | None:
    text = without_markers(told.text, answer.found, marking)
    if text is None:
        return None
    shorter = (without_markers(variant, answer.found, marking) for variant in told.variants)
    return Translation(text, tuple(one for one in shorter if one is not None))
