"""The translator behind the port: routes, checks and shorter wordings round the engines."""

import re
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from dubwright.catalogue import entries
from dubwright.catalogue.chosen import ChosenModel
from dubwright.domain.errors import ProviderError, ProviderNotReady, ProviderRejected
from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.wording import tightened, worthwhile
from dubwright.ports.provider import ProviderOptions
from dubwright.ports.translator import Translation, TranslationRequest
from dubwright.providers.bergamot.engine import Engine, EngineThread, read_engine
from dubwright.providers.bergamot.sentences import dressed, sentences

_VERSION = "1"
_PREFIX = "bergamot-"
_PIVOT = LanguageTag("en")
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST_WORD = 120  # nothing that anybody says; the engine would chew on it for seconds

Pair = tuple[LanguageTag, LanguageTag]


class BergamotOptions(ProviderOptions):
    """Where the models are, and whether to look for shorter wordings."""

    models: Path | None = Field(
        default=None,
        description="Folder with one folder per model, named by its id. Unset: the catalogue's.",
    )
    variants: bool = Field(default=True, description="Whether to offer shorter wordings.")


class BergamotTranslator:
    """Translates between English and other languages, and between those through English."""

    name: ClassVar[str] = "bergamot"
    Options: ClassVar[type[ProviderOptions]] = BergamotOptions

    def __init__(self, options: BergamotOptions) -> None:
        self._options = options
        self._models = {
            pair: _chosen(model_id, options.models) for pair, model_id in _catalogued().items()
        }
        self._engines = EngineThread(partial(_load, models=options.models))

    @property
    def fingerprint(self) -> str:
        """Names the models, the version of these rules, and whether wordings are offered."""
        marks = sorted(model.mark.removeprefix(_PREFIX) for model in self._models.values())
        return f"{self.name}-{_VERSION}-variants{self._options.variants:d}-{'.'.join(marks)}"

    def check(self) -> None:
        """Raise `ProviderNotReady` unless the package and at least one model are there."""
        if find_spec("fxtranslate") is None:
            raise ProviderNotReady(
                "the package `fxtranslate` is not installed",
                provider=self.name,
                hint="install it with `pip install dubwright[local]`",
            )
        if not self._direct_pairs():
            raise ProviderNotReady(
                "no translation model is on this machine",
                provider=self.name,
                hint="`dubwright models` lists them; fetch one, such as "
                "`dubwright models fetch bergamot-en-pt`",
            )

    def pairs(self) -> frozenset[Pair]:
        """Pairs whose models are here, directly or with English between."""
        direct = self._direct_pairs()
        into = {source for source, target in direct if target == _PIVOT}
        out_of = {target for source, target in direct if source == _PIVOT}
        return frozenset(direct | {(a, b) for a in into for b in out_of if a != b})

    def translate(
        self,
        requests: Sequence[TranslationRequest],
        *,
        source: LanguageTag,
        target: LanguageTag,
    ) -> list[Translation]:
        """One translation per request. Each sentence stands alone; `context` is not used."""
        route = self._route(base_language(source), base_language(target))
        return [self._translation(request.text, route) for request in requests]

    def _translation(self, text: str, route: Sequence[Pair]) -> Translation:
        full = self._through(text, route)
        if not self._options.variants:
            return Translation(full)
        source, target = route[0][0], route[-1][1]
        reworded = [self._through(shorter, route) for shorter in tightened(text, source)]
        candidates = [*reworded, *(s for w in (full, *reworded) for s in tightened(w, target))]
        return Translation(full, worthwhile(full, candidates, target))

    def _through(self, text: str, route: Sequence[Pair]) -> str:
        for pair in route:
            text = " ".join(self._sentence(sentence, pair) for sentence in sentences(text))
        return text

    def _sentence(self, sentence: str, pair: Pair) -> str:
        if not _LETTER.search(sentence) or max(map(len, sentence.split())) > _LONGEST_WORD:
            return sentence
        translated = dressed(self._engine_says(sentence, pair), sentence)
        if not translated:
            raise ProviderRejected(
                f"the engine has no translation for a sentence of {len(sentence)} characters",
                provider=self.name,
                hint="reword the line, or write its translation by hand",
            )
        return translated

    def _engine_says(self, sentence: str, pair: Pair) -> str:
        try:
            return self._engines.translate(sentence, model_id=self._models[pair].model_id)
        except ProviderError:
            raise
        except ValueError as exc:
            raise ProviderRejected(
                f"the engine refused a sentence: {exc}", provider=self.name
            ) from exc
        except BaseException as exc:
            if type(exc).__name__ != "PanicException":  # its class cannot be imported
                raise
            raise ProviderRejected(
                f"the engine broke on a sentence of {len(sentence)} characters",
                provider=self.name,
                hint="reword the line, or write its translation by hand",
            ) from exc

    def _route(self, source: LanguageTag, target: LanguageTag) -> tuple[Pair, ...]:
        direct = self._direct_pairs()
        if (source, target) in direct:
            return ((source, target),)
        legs = ((source, _PIVOT), (_PIVOT, target))
        if source != target and all(leg in direct for leg in legs):
            return legs
        raise ProviderRejected(
            f"there is no model here to translate {source!r} into {target!r}",
            provider=self.name,
            hint="`dubwright models` lists the pairs that can be fetched",
        )

    def _direct_pairs(self) -> set[Pair]:
        return {pair for pair, model in self._models.items() if _is_here(model)}


def _chosen(model_id: str, models: Path | None) -> ChosenModel:
    return ChosenModel(model_id, models and models / model_id, BergamotTranslator.name)


def _load(model_id: str, *, models: Path | None) -> Engine:
    folder = _chosen(model_id, models).locate()
    try:
        return read_engine(folder)
    except (OSError, ValueError) as exc:
        raise ProviderNotReady(
            f"the translation model {model_id!r} does not load: {exc}",
            provider=BergamotTranslator.name,
            hint=f"prepare it again with `dubwright models prepare {model_id}`",
        ) from exc


def _catalogued() -> dict[Pair, str]:
    """The catalogue's models by the pair that each translates."""
    known = [entry for entry in entries() if entry.id.startswith(_PREFIX)]
    return {(LanguageTag(e.languages[0]), LanguageTag(e.languages[1])): e.id for e in known}


def _is_here(model: ChosenModel) -> bool:
    try:
        model.require()
    except ProviderNotReady:
        return False
    return True
