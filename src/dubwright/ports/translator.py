"""Translating: texts in, texts out, in the same order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dubwright.domain.language import LanguageTag
from dubwright.ports.provider import Provider


@dataclass(frozen=True, slots=True)
class TranslationRequest:
    """One line. `context` is what was said before it; `max_ms` the room to speak it in, a hint."""

    text: str
    context: str = ""
    max_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """One line in the target language; `variants` are other wordings, shorter ones later.

    `fallback` names the engine that translated it where that is not the one that was set.
    """

    text: str
    variants: tuple[str, ...] = ()
    fallback: str = ""


class Translator(Provider, Protocol):
    """A translation engine."""

    def pairs(self) -> frozenset[tuple[LanguageTag, LanguageTag]]:
        """The (source, target) pairs it can translate now, by base language."""
        ...

    def translate(
        self,
        requests: Sequence[TranslationRequest],
        *,
        source: LanguageTag,
        target: LanguageTag,
    ) -> list[Translation]:
        """One translation per request, in order. A pair it lacks raises `ProviderRejected`."""
        ...
