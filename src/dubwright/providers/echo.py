"""A translator that gives the text back, marked with the target language."""

from collections.abc import Sequence
from itertools import permutations
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from dubwright.domain.errors import ProviderRejected
from dubwright.domain.language import LanguageTag, base_language, parse_language
from dubwright.ports import ProviderOptions, Translation, TranslationRequest, charge

Tag = Annotated[str, AfterValidator(parse_language)]


class EchoOptions(ProviderOptions):
    """What it pretends to translate."""

    languages: tuple[Tag, ...] = Field(
        default=("en", "pt", "es"), min_length=2, description="Every pair of these is on offer."
    )
    product: str = Field(
        default="", description="Charged as this row of the price list; empty: it is free."
    )


class EchoTranslator:
    """`Good day` in Portuguese is `[pt] Good day`; variants leave out words at the end."""

    name: ClassVar[str] = "echo"
    Options: ClassVar[type[ProviderOptions]] = EchoOptions

    def __init__(self, options: EchoOptions) -> None:
        self._options = options

    @property
    def fingerprint(self) -> str:
        return f"echo/1/{self._options.model_dump_json(exclude={'product'})}"

    def check(self) -> None:
        """Always ready."""

    def product(self, voice: str = "") -> str:
        """As the options say."""
        return self._options.product

    def pairs(self) -> frozenset[tuple[LanguageTag, LanguageTag]]:
        languages = {base_language(parse_language(tag)) for tag in self._options.languages}
        return frozenset(permutations(languages, 2))

    def translate(
        self,
        requests: Sequence[TranslationRequest],
        *,
        source: LanguageTag,
        target: LanguageTag,
    ) -> list[Translation]:
        if (base_language(source), base_language(target)) not in self.pairs():
            raise ProviderRejected(
                f"{self.name!r} does not translate from {source!r} to {target!r}",
                provider=self.name,
                hint=f"languages: {', '.join(self._options.languages)}",
            )
        if self._options.product:
            sent = sum(len(request.text) for request in requests)
            charge(self._options.product, sent, "characters")
        return [_echo(request.text.strip(), target) for request in requests]


def _echo(text: str, target: LanguageTag) -> Translation:
    words = text.split()
    # About 12 and 24 % shorter, as the pipeline would ask of a translator that can.
    counts = dict.fromkeys((len(words) * 88 // 100, len(words) * 76 // 100))
    variants = tuple(f"[{target}] {' '.join(words[:n])}" for n in counts if 0 < n < len(words))
    return Translation(text=f"[{target}] {text}".strip(), variants=variants)
