"""Shorter wordings by rule: the same line without the words that carry no meaning of their own."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.wording_rules import NEGATIONS, RULES, WordingRules

WORTHWHILE = 0.94
"""A shorter wording has at most this share of the characters of the one before it."""

Rewrite = Callable[[str], str]

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SENTENCE = r"(^[\"'\u201c\u2018(¿¡]*|[.!?…][\"'\u201d\u2019)]*\s+)"
_NEGATED = r"(?<!not )(?<!n't )(?<!\bnever )(?<!\bnão )(?<!\bnão é )(?<!\bnunca )"
_TIDY = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"\s+([,.;:!?…])"), r"\1"),
    (re.compile(r",(?:\s*,)+"), ","),
    (re.compile(r",([.;:!?…])"), r"\1"),
)


def tightened(text: str, language: LanguageTag) -> tuple[str, ...]:
    """Wordings of `text`, each shorter than the one before; empty when no rule applies.

    The first drops fillers, the next emphasis and hedges too, the last also puts long turns of
    phrase shortly. Numbers and negations stay; names stay, since only listed words are touched.
    """
    wordings: list[str] = []
    current = text
    for rewrites in _levels(base_language(language)):
        shorter = _rewritten(current, rewrites)
        if len(shorter) < len(current) and says_the_same(text, shorter, language):
            current = shorter
            wordings.append(shorter)
    return tuple(wordings)


def worthwhile(text: str, candidates: Iterable[str], language: LanguageTag) -> tuple[str, ...]:
    """Those `candidates` worth speaking instead of `text`, longest first.

    Each is at least 6 % shorter than the one before it and has `text`'s numbers and negations.
    """
    chosen = [text]
    for candidate in sorted(set(candidates), key=lambda wording: (-len(wording), wording)):
        is_shorter = len(candidate) <= WORTHWHILE * len(chosen[-1])
        if is_shorter and says_the_same(text, candidate, language):
            chosen.append(candidate)
    return tuple(chosen[1:])


def says_the_same(text: str, wording: str, language: LanguageTag) -> bool:
    """Whether `wording` says something and keeps the numbers and the negations of `text`."""
    return (
        _WORD.search(wording) is not None
        and Counter(_NUMBER.findall(text)) == Counter(_NUMBER.findall(wording))
        and _negations(text, language) == _negations(wording, language)
    )


def _negations(text: str, language: LanguageTag) -> int:
    negations = NEGATIONS.get(base_language(language), ())
    words = (word.lower().replace("\u2019", "'") for word in _WORD.findall(text))
    return sum(word in negations or word.endswith("n't") or word[:2] == "n'" for word in words)


def _rewritten(text: str, rewrites: Iterable[Rewrite]) -> str:
    for rewrite in rewrites:
        text = rewrite(text)
    for pattern, becomes in _TIDY:
        text = pattern.sub(becomes, text)
    return text.strip()


@cache
def _levels(language: LanguageTag) -> tuple[tuple[Rewrite, ...], ...]:
    """The rewrites of each level; none for a language without rules."""
    rules = RULES.get(language)
    if rules is None:
        return ()
    return _filler_rewrites(rules), _softening_rewrites(rules), _turn_rewrites(rules)


def _filler_rewrites(rules: WordingRules) -> tuple[Rewrite, ...]:
    asides = _either(rules.asides)
    return (
        _without_start(rf"{_either(rules.openers)},"),
        _without_start(rf"{_either(rules.openers)},"),  # "Well, you know, ..."
        _replacing(rf",\s*{asides}\s*,", ""),
        _replacing(rf",\s*{asides}\s*(?=[.!…]|$)", ""),
        _replacing(rf",\s*{_either(rules.tags)}\s*\?", "."),
    )


def _softening_rewrites(rules: WordingRules) -> tuple[Rewrite, ...]:
    # Lower case alone: a capital may belong to a name or a title.
    emphasis = re.compile(rf"{_NEGATED}\b{_either(rules.emphasis)}\s+(?=\w)")
    return (_without_start(_either(rules.hedges)), lambda text: emphasis.sub("", text))


def _turn_rewrites(rules: WordingRules) -> tuple[Rewrite, ...]:
    return tuple(_putting_shortly(*turn) for turn in rules.turns)


def _either(phrases: tuple[str, ...]) -> str:
    return "(?:" + "|".join(sorted(phrases, key=len, reverse=True)) + ")"


def _without_start(phrase: str) -> Rewrite:
    """Drop `phrase` where it begins a sentence, and begin with a capital what follows it."""
    pattern = re.compile(rf"{_SENTENCE}{phrase}\s+(\w)", re.IGNORECASE)

    def capitalised(match: re.Match[str]) -> str:
        began_small = match[0][len(match[1]) :][:1].islower()
        return match[1] + (match[2] if began_small else match[2].upper())

    return lambda text: pattern.sub(capitalised, text)


def _replacing(pattern: str, becomes: str) -> Rewrite:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: compiled.sub(becomes, text)


def _putting_shortly(phrase: str, becomes: str) -> Rewrite:
    """Replace `phrase`; a capital at its start passes to what stands there afterwards."""
    ending = r"(?!\w)" if phrase[-1].isalpha() else ""
    pattern = re.compile(rf"\b{phrase}{ending}(\w?)", re.IGNORECASE)

    def cased(match: re.Match[str]) -> str:
        short = becomes + match[1]
        return short[:1].upper() + short[1:] if match[0][:1].isupper() else short

    return lambda text: pattern.sub(cased, text)
