"""Google Translation v3 behind the port: its neural model or its language model, with glossaries."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, model_validator

from dubwright.domain.errors import ProviderError, ProviderRejected
from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.timeline import Document
from dubwright.ports.charging import charge
from dubwright.ports.provider import ProviderOptions
from dubwright.ports.translator import Translation, TranslationRequest
from dubwright.providers.google.access import project_of, require_package, translation_client
from dubwright.providers.google.discovery import Discovery
from dubwright.providers.google.errors import NAME, google_errors
from dubwright.providers.google.languages import google_code, known_codes, our_languages
from dubwright.providers.google.options import LOCATION, GoogleOptions, translation_host

if TYPE_CHECKING:
    from google.cloud.translate_v3 import TranslateTextResponse

Pair = tuple[LanguageTag, LanguageTag]

_PACKAGE = "google.cloud.translate_v3"
_VERSION = "1"
_MODELS = {"nmt": "general/nmt", "llm": "general/translation-llm"}
_PRODUCTS = {"nmt": "translate.nmt", "llm": "translate.llm"}
_MOST_TEXTS = 1024
_MOST_CODE_POINTS = 5_000
"""What Google recommends; six times as much is refused."""


class GoogleTranslatorOptions(GoogleOptions):
    """Which model translates, where, and with which glossary."""

    location: str = Field(
        default="global",
        pattern=LOCATION,
        description="Where text is translated: `global` or a region. Glossaries need a region.",
    )
    model: Literal["nmt", "llm"] = Field(
        default="nmt", description="`nmt`: the neural model. `llm`: the language model."
    )
    glossary: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="The id of a glossary of the project, at the same location.",
    )
    ignore_case: bool = Field(
        default=False, description="Whether the glossary's terms count in any case."
    )

    @model_validator(mode="after")
    def _glossaries_are_regional(self) -> Self:
        if self.glossary and self.location == "global":
            raise ValueError("a glossary needs a region as `location`, such as `us-central1`")
        return self


class Offered(Document):
    """Google's codes that can be translated from and into."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]


class GoogleTranslator:
    """Translates between all pairs of some 130 languages. Each text stands alone."""

    name: ClassVar[str] = NAME
    Options: ClassVar[type[ProviderOptions]] = GoogleTranslatorOptions

    def __init__(self, options: GoogleTranslatorOptions) -> None:
        self._options = options
        codes = known_codes("translate")
        known = Offered(sources=codes, targets=codes)
        self._offered = Discovery("pairs", self._discovered, known=known)

    @property
    def fingerprint(self) -> str:
        """Names the model, the glossary and the version of these rules."""
        o = self._options
        terms = f"-{o.location}-{o.glossary}-{o.ignore_case:d}" if o.glossary else ""
        return f"{self.name}-{_VERSION}-{o.model}{terms}"

    def check(self) -> None:
        """Raise `ProviderNotReady` unless the package, the credentials and a project are there."""
        require_package(_PACKAGE)
        project_of(self._options.project)

    @property
    def calls_at_once(self) -> int:
        """Scenes are translated one after another within a dub; this many dubs may do so."""
        return 8

    def product(self, voice: str = "") -> str:
        """By the model."""
        return _PRODUCTS[self._options.model]

    def pairs(self) -> frozenset[Pair]:
        """All pairs of what Google reads and what it writes."""
        offered = self._offered.value()
        sources, targets = our_languages(offered.sources), our_languages(offered.targets)
        return frozenset((one, other) for one in sources for other in targets if one != other)

    def translate(
        self,
        requests: Sequence[TranslationRequest],
        *,
        source: LanguageTag,
        target: LanguageTag,
    ) -> list[Translation]:
        """One translation per request, without variants; `context` is not used.

        Blank texts come back as they are, because Google bills them.
        """
        codes = self._codes(source, target)
        texts = [request.text for request in requests]
        said = [text for text in texts if text.strip()]
        translated = iter([one for group in _groups(said) for one in self._asked(group, codes)])
        return [Translation(next(translated) if text.strip() else text) for text in texts]

    def _asked(self, texts: Sequence[str], codes: tuple[str, str]) -> list[str]:
        """One request. `text/plain`, because Google takes texts for HTML unless it is told."""
        require_package(_PACKAGE)
        from google.cloud.translate_v3 import TranslateTextRequest

        parent = self._parent()
        request = TranslateTextRequest(
            parent=parent,
            contents=texts,
            mime_type="text/plain",
            source_language_code=codes[0],
            target_language_code=codes[1],
            model=f"{parent}/models/{_MODELS[self._options.model]}",
        )
        if self._options.glossary:
            request.glossary_config.glossary = f"{parent}/glossaries/{self._options.glossary}"
            request.glossary_config.ignore_case = self._options.ignore_case
        with google_errors("translation"):
            answer = translation_client(self._host()).translate_text(
                request, timeout=self._options.timeout_s, retry=None
            )
        self._charge(texts, answer)
        return self._texts(answer, len(texts))

    def _charge(self, texts: Sequence[str], answer: "TranslateTextResponse") -> None:
        """Code points of what was sent; the language model's answers are billed as well."""
        units = sum(map(len, texts))
        if self._options.model == "llm":
            units += sum(len(one.translated_text) for one in answer.translations)
        charge(self.product(), units, "characters")

    def _texts(self, answer: "TranslateTextResponse", wanted: int) -> list[str]:
        found = answer.glossary_translations if self._options.glossary else answer.translations
        texts = [one.translated_text.strip() for one in found]
        if len(texts) != wanted:
            raise ProviderError(
                f"Google gave {len(texts)} translations of {wanted} texts", provider=self.name
            )
        return texts

    def _codes(self, source: LanguageTag, target: LanguageTag) -> tuple[str, str]:
        offered = self._offered.value()
        codes = (
            google_code(source, offered.sources, "translate"),
            google_code(target, offered.targets, "translate"),
        )
        if codes[0] is None or codes[1] is None or base_language(source) == base_language(target):
            raise ProviderRejected(
                f"Google cannot translate {source!r} into {target!r}",
                provider=self.name,
                hint="docs/languages.md lists what each translator knows",
            )
        return codes[0], codes[1]

    def _discovered(self) -> Offered:
        require_package(_PACKAGE)
        with google_errors("the list of languages"):
            found = translation_client(self._host()).get_supported_languages(
                parent=self._parent(), timeout=self._options.timeout_s, retry=None
            )
        return Offered(
            sources=tuple(one.language_code for one in found.languages if one.support_source),
            targets=tuple(one.language_code for one in found.languages if one.support_target),
        )

    def _parent(self) -> str:
        return f"projects/{project_of(self._options.project)}/locations/{self._options.location}"

    def _host(self) -> str:
        return translation_host(self._options.endpoint, self._options.location)


def _groups(texts: Sequence[str]) -> Iterator[list[str]]:
    """Texts in order, as many together as one request should carry."""
    group: list[str] = []
    for text in texts:
        too_long = sum(map(len, group)) + len(text) > _MOST_CODE_POINTS
        if group and (too_long or len(group) == _MOST_TEXTS):
            yield group
            group = []
        group.append(text)
    if group:
        yield group
