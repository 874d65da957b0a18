"""`google.cloud.translation.v3.TranslationService`: translation by our own translator."""

import html
import re
from dataclasses import dataclass

from google.cloud.translate_v3.types import translation_service as mt

from dubwright.domain.errors import InputError
from dubwright.domain.glossary import composed, occurrences, with_wanted
from dubwright.domain.language import LanguageTag, base_language
from dubwright.ports import TranslationRequest
from dubwright.testing.google.conduct import Conduct
from dubwright.testing.google.engines import Engines
from dubwright.testing.google.failures import Refused, invalid_argument
from dubwright.testing.google.glossaries import Glossaries, Kept
from dubwright.testing.google.tags import spoken
from dubwright.testing.google.wire import Call, Method, Service

_NMT_PRODUCT = "translate.nmt"
_LLM_PRODUCT = "translate.llm"
_MOST_STRINGS = 1024
_MOST_CODE_POINTS = 30_720
_ASSUMED = LanguageTag("en")
_PARENT = re.compile(r"projects/[^/]+(/locations/(?P<location>[^/]+))?")
_MODEL = re.compile(r"projects/[^/]+/locations/[^/]+/models/general/(?P<name>nmt|translation-llm)")
_LLM = "translation-llm"


@dataclass(frozen=True, slots=True)
class _Order:
    """A request, understood."""

    source: LanguageTag
    target: LanguageTag
    model: str
    glossary: Kept | None


@dataclass(frozen=True, slots=True)
class Translations:
    """The service. Text without a source language is taken for English."""

    conduct: Conduct
    engines: Engines
    glossaries: Glossaries

    def service(self) -> Service:
        """The methods."""
        name = "TranslationService"
        return Service(
            "google.cloud.translation.v3.TranslationService",
            (
                Method(
                    f"{name}/TranslateText",
                    mt.TranslateTextRequest,
                    mt.TranslateTextResponse,
                    self._translate,
                ),
                Method(
                    f"{name}/GetSupportedLanguages",
                    mt.GetSupportedLanguagesRequest,
                    mt.SupportedLanguages,
                    self._languages,
                ),
                *self.glossaries.methods(),
            ),
        )

    def _translate(self, request: mt.TranslateTextRequest, call: Call) -> mt.TranslateTextResponse:
        order = self._understood(request)
        texts = list(request.contents)
        plain = request.mime_type == "text/plain"
        made = self._written(self._translated(texts, order), plain=plain)
        self._bill(call.method, order, texts, made)
        answer = mt.TranslateTextResponse(translations=self._answers(made, request, order))
        if order.glossary is not None:
            termed = self._translated([_with_terms(t, order.glossary) for t in texts], order)
            answer.glossary_translations = self._answers(
                self._written(termed, plain=plain), request, order
            )
        return answer

    def _understood(self, request: mt.TranslateTextRequest) -> _Order:
        _refuse_too_much(request)
        parent = _PARENT.fullmatch(request.parent)
        if parent is None:
            raise _invalid(f"Invalid parent {request.parent!r}.", "parent")
        location = parent["location"] or "global"
        model = _MODEL.fullmatch(request.model) if request.model else None
        if request.model and model is None:
            raise _invalid(f"Invalid model {request.model!r}.", "model")
        source = _language(request.source_language_code or _ASSUMED, "source_language_code")
        target = _language(request.target_language_code, "target_language_code")
        self._refuse_unknown_pair(source, target)
        glossary = None
        if request.glossary_config.glossary:
            if location == "global":
                raise _invalid("Glossaries need a regional location, not `global`.", "parent")
            glossary = self.glossaries.find(request.glossary_config.glossary)
        return _Order(source, target, model["name"] if model else "nmt", glossary)

    def _refuse_unknown_pair(self, source: LanguageTag, target: LanguageTag) -> None:
        pair = (base_language(source), base_language(target))
        if pair[0] == pair[1]:
            raise _invalid(
                "Target language can't be equal to source language.", "target_language_code"
            )
        if pair not in self.engines.translator.pairs():
            raise _invalid(f"Bad language pair: {pair[0]}|{pair[1]}.", "target_language_code")

    def _translated(self, texts: list[str], order: _Order) -> list[str]:
        """One translation each; blank texts stay as they are."""
        said = [TranslationRequest(text=text) for text in texts if text.strip()]
        with self.engines.at_work():
            made = iter(
                self.engines.translator.translate(said, source=order.source, target=order.target)
                if said
                else []
            )
        return [next(made).text if text.strip() else text for text in texts]

    def _written(self, texts: list[str], *, plain: bool) -> list[str]:
        """As they are, or as HTML, which is what Google takes texts for unless it is told."""
        return texts if plain else [_escaped(text) for text in texts]

    def _answers(
        self, texts: list[str], request: mt.TranslateTextRequest, order: _Order
    ) -> list[mt.Translation]:
        detected = "" if request.source_language_code else order.source
        return [
            mt.Translation(
                translated_text=text,
                model=request.model,
                detected_language_code=detected,
                glossary_config=request.glossary_config if order.glossary else None,
            )
            for text in texts
        ]

    def _bill(self, method: str, order: _Order, texts: list[str], made: list[str]) -> None:
        """Code points, blanks included, one at least; of a language model also what it wrote."""
        given = max(1, sum(map(len, texts)))
        if order.model == _LLM:
            self.conduct.ledger.bill(method, _LLM_PRODUCT, given + sum(map(len, made)))
        else:
            self.conduct.ledger.bill(method, _NMT_PRODUCT, given)

    def _languages(
        self, request: mt.GetSupportedLanguagesRequest, call: Call
    ) -> mt.SupportedLanguages:
        pairs = self.engines.translator.pairs()
        sources, targets = {one for one, _ in pairs}, {other for _, other in pairs}
        return mt.SupportedLanguages(
            languages=[
                mt.SupportedLanguage(
                    language_code=code,
                    display_name=code if request.display_language_code else "",
                    support_source=code in sources,
                    support_target=code in targets,
                )
                for code in sorted(sources | targets)
            ]
        )


def _refuse_too_much(request: mt.TranslateTextRequest) -> None:
    if not request.contents:
        raise _invalid("Content is missing.", "contents")
    if len(request.contents) > _MOST_STRINGS:
        raise _invalid(f"The number of strings exceeds the maximum of {_MOST_STRINGS}.", "contents")
    if sum(map(len, request.contents)) > _MOST_CODE_POINTS:
        raise _invalid(
            f"The total codepoints in the request must be less than {_MOST_CODE_POINTS}.",
            "contents",
        )
    if request.mime_type not in {"", "text/html", "text/plain"}:
        raise _invalid(f"Unsupported mime type {request.mime_type!r}.", "mime_type")


def _language(code: str, violated_field: str) -> LanguageTag:
    try:
        return spoken(code)
    except InputError as exc:
        raise _invalid(f"Invalid language code {code!r}.", violated_field) from exc


def _with_terms(text: str, kept: Kept) -> str:
    """The text with the terms in their wanted wording already, which translators keep."""
    whole = composed(text)
    return with_wanted(whole, occurrences(whole, kept.terms))


def _escaped(text: str) -> str:
    return html.escape(text).replace("&#x27;", "&#39;")


def _invalid(message: str, violated_field: str) -> Refused:
    return Refused(invalid_argument(message, violated_field))
