"""A chat model behind the translator's port: a scene in, its lines in another language out."""

from collections.abc import Sequence
from itertools import permutations
from typing import ClassVar, Final

from pydantic import JsonValue

from dubwright.domain.errors import ProviderRejected
from dubwright.domain.language import LanguageTag, base_language
from dubwright.ports import ProviderOptions, Translation, TranslationRequest, charge
from dubwright_openai_compatible.endpoint import CALLS_AT_ONCE, Endpoint
from dubwright_openai_compatible.errors import NAME, parsed
from dubwright_openai_compatible.lines import (
    INSTRUCTIONS,
    PATH,
    Completion,
    Tokens,
    groups_of,
    question_of,
    translations_of,
)
from dubwright_openai_compatible.options import TranslatorOptions

Pair = tuple[LanguageTag, LanguageTag]

CHARACTERS_PER_TOKEN: Final = 4
"""Tokens are charged as so many characters, the price list's unit; the README tells how to price them."""
_VERSION: Final = "1"


class OpenAiTranslator:
    """Translates with a chat model. It sees a scene at a time, and what was said before it."""

    name: ClassVar[str] = NAME
    Options: ClassVar[type[ProviderOptions]] = TranslatorOptions

    def __init__(self, options: TranslatorOptions) -> None:
        self._options = options
        self._endpoint = Endpoint.of(options)

    @property
    def fingerprint(self) -> str:
        """Names the version of these rules, and the options that an answer depends on."""
        return f"{self.name}/{_VERSION}/{self._options.decisive()}"

    def check(self) -> None:
        """Raise `ProviderNotReady` unless there is a safe address and a key."""
        self._endpoint.check()

    @property
    def calls_at_once(self) -> int:
        """Calls that may wait for the server at a time."""
        return CALLS_AT_ONCE

    @property
    def calls_per_minute(self) -> float | None:
        """What the server is known to allow."""
        return self._endpoint.calls_per_minute

    def product(self, voice: str = "") -> str:
        """By the model. What it writes is charged as this with `.output`."""
        chosen = self._options.product
        return f"chat.{self._options.model}" if chosen is None else chosen

    def pairs(self) -> frozenset[Pair]:
        """All pairs of the languages on offer."""
        return frozenset(permutations(map(LanguageTag, self._options.languages), 2))

    def translate(
        self,
        requests: Sequence[TranslationRequest],
        *,
        source: LanguageTag,
        target: LanguageTag,
    ) -> list[Translation]:
        """One translation per request, with shorter wordings where `max_ms` asks for them."""
        if (base_language(source), base_language(target)) not in self.pairs():
            raise ProviderRejected(
                f"{self.name!r} does not translate from {source!r} to {target!r}",
                provider=self.name,
                hint="the option `languages` has what is on offer",
            )
        said = [request for request in requests if request.text.strip()]
        told = iter(
            [one for group in groups_of(said) for one in self._asked(group, source, target)]
        )
        return [next(told) if one.text.strip() else Translation(one.text) for one in requests]

    def _asked(
        self, group: Sequence[TranslationRequest], source: LanguageTag, target: LanguageTag
    ) -> list[Translation]:
        question = question_of(group, source, target)
        completion = parsed(Completion, self._endpoint.post_json(PATH, self._body(question)), PATH)
        answer = completion.choices[0]
        content = answer.message.content or ""
        self._charge(completion.usage, sent=len(INSTRUCTIONS) + len(question), told=len(content))
        if answer.finish_reason == "content_filter" or not content.strip():
            raise ProviderRejected("the model does not translate these lines", provider=self.name)
        return translations_of(content, wanted=len(group))

    def _body(self, question: str) -> dict[str, JsonValue]:
        body: dict[str, JsonValue] = {
            "model": self._options.model,
            "messages": [
                {"role": "system", "content": INSTRUCTIONS},
                {"role": "user", "content": question},
            ],
        }
        if self._options.temperature is not None:
            body["temperature"] = self._options.temperature
        if self._options.json_mode:
            body["response_format"] = {"type": "json_object"}
        return body

    def _charge(self, usage: Tokens | None, *, sent: int, told: int) -> None:
        """By tokens where the server counts them, else by characters."""
        product = self.product()
        if not product:
            return
        if usage is not None:
            sent = usage.prompt_tokens * CHARACTERS_PER_TOKEN
            told = usage.completion_tokens * CHARACTERS_PER_TOKEN
        charge(product, sent, "characters")
        charge(f"{product}.output", told, "characters")
