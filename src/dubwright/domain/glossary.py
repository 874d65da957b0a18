"""Glossaries: terms with a fixed translation, found in a text and made sure of in another.

A term in small letters stands for the word however it is written; one with capitals only for
itself, so that `US` is not `us`. Terms are whole words: never a part of one, of a hyphenated
compound or of a contraction. Where a script writes no spaces, any place will do.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dubwright.domain.speech import Utterance

Terms = Mapping[str, str]
"""Source terms, and how each is to read in the target language."""

Inside = Callable[[str, int], bool]

# Thai, Lao, Burmese, Khmer, Japanese and Chinese are written without spaces.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
_HYPHENS = "-\u2010\u2011"
_APOSTROPHES = "'\u2019"
_POSSESSIVE = "s"
_LONGEST_ENDING = 2  # of contractions: 't, 're, 'll
_SENTENCE_START = re.compile(
    "(?:^|[.!?…]['\")\\]\u201d\u2019]*\\s)[\\s'\"(\\[\u2018\u201c¿¡\u2013\u2014-]*$"
)
_LONGEST_ARTICLE = 3
_MARKERS = ("XQ{}", "Zy{}")
MARKINGS = range(len(_MARKERS))
"""The kinds of made-up names: what one engine changes, it may leave alone in another."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A term in a text, from character `start` to `end`, and how it is to read afterwards."""

    start: int
    end: int
    term: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A wording in a text, from character `start` to `end`."""

    start: int
    end: int
    wording: str


def occurrences(text: str, terms: Terms) -> tuple[Occurrence, ...]:
    """The terms in a `composed` text, in order. Of several in one place the longest counts."""
    return tuple(
        Occurrence(spot.start, spot.end, spot.wording, _carried(text, spot, terms[spot.wording]))
        for spot in spots(text, terms)
    )


def spots(text: str, wordings: Iterable[str], inside: Inside | None = None) -> list[Spot]:
    """Where the wordings stand as whole words; the longest of several, none over another.

    `inside` tells whether a place is inside a word, if compounds are to be seen otherwise.
    """
    folded = text.casefold()
    present = (one for one in wordings if one.casefold() in folded)
    every = [s for wording in present for s in _whole(text, wording, inside or is_inside_word)]
    chosen: list[Spot] = []
    for spot in sorted(every, key=lambda spot: (spot.start, -spot.end)):
        if not chosen or spot.start >= chosen[-1].end:
            chosen.append(spot)
    return chosen


def composed(text: str) -> str:
    """The text in NFC with single blanks, the form in which terms are looked for."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def terms_in(texts: Iterable[str], terms: Terms) -> dict[str, str]:
    """Those of `terms` that stand in one of the texts."""
    named = {spot.wording for text in texts for spot in spots(composed(text), terms)}
    return {term: wanted for term, wanted in terms.items() if term in named}


def lacking(translation: str, found: Sequence[Occurrence]) -> Counter[str]:
    """How often each wanted wording is missing from the translation of what holds `found`."""
    wanted = Counter(one.wanted for one in found)
    return wanted - Counter(spot.wording for spot in _made(translation, wanted))


def lines_without_terms(lines: Sequence[Utterance], terms: Terms) -> tuple[int, ...]:
    """The ids of lines that hold a term and whose translation lacks it.

    A sentence may be spread over several lines, so a neighbour's translation counts too.
    """
    lost = []
    for number, line in enumerate(lines if terms else ()):
        found = occurrences(composed(line.source_text), terms)
        near = " ".join(one.target_text for one in lines[max(0, number - 1) : number + 2])
        if found and line.target_text and lacking(near, found):
            lost.append(line.id)
    return tuple(lost)


def with_wanted(text: str, found: Sequence[Occurrence]) -> str:
    """The source text with every term in its wanted wording already, for a translator to keep."""
    return _replaced(text, [(one.start, one.end, one.wanted) for one in found])


def with_markers(text: str, found: Sequence[Occurrence], marking: int) -> str:
    """The source text with made-up names for the terms, which translators leave as they are."""
    names = _names(found, marking)
    return _replaced(text, [(o.start, o.end, name) for o, name in zip(found, names, strict=True)])


def without_markers(translation: str, found: Sequence[Occurrence], marking: int) -> str | None:
    """The translation of `with_markers` with the wanted wordings; None unless each came back."""
    names = _names(found, marking)
    wanted = {name: one.wanted for name, one in zip(names, found, strict=True)}
    back = _made(translation, wanted)
    if Counter(spot.wording for spot in back) != Counter(names):
        return None
    return _replaced(translation, [(one.start, one.end, wanted[one.wording]) for one in back])


def exchanged(
    translation: str, found: Sequence[Occurrence], usual: Mapping[str, Sequence[str]]
) -> str | None:
    """The translation with the wanted wording wherever it has the usual one of a term.

    `usual` says how terms are translated by themselves. None unless it is plain which words those
    are: as many of them as wanted wordings are missing.
    """
    changes: dict[str, str] = {}
    for wanted, times in lacking(translation, found).items():
        known = [w for one in found if one.wanted == wanted for w in usual.get(one.term, ())]
        counted = Counter(spot.wording for spot in _made(translation, known))
        fitting = [wording for wording in known if counted[wording] == times]
        if not fitting:
            return None
        changes[fitting[0]] = wanted
    exchange = [(s.start, s.end, changes[s.wording]) for s in _made(translation, changes)]
    made = _replaced(translation, exchange)
    return None if lacking(made, found) else made


def agreeing(exchanged_text: str, kept: str, found: Sequence[Occurrence]) -> str:
    """The text with the short words before each wanted wording as in `kept`.

    Articles follow the gender of the noun, which a wording may have changed. `kept` is another
    translation of the same text, one that was made round the wanted wordings.
    """
    wanted = {one.wanted for one in found}
    here, there = _made(exchanged_text, wanted), _made(kept, wanted)
    if [one.wording for one in here] != [one.wording for one in there]:
        return exchanged_text
    changes = []
    for one, other in zip(here, there, strict=True):
        before, better = _short_word(exchanged_text, one.start), _short_word(kept, other.start)
        if before and better:
            changes.append((one.start - len(before) - 1, one.start - 1, better))
    return _replaced(exchanged_text, changes)


def usual_wordings(term: str, translation: str) -> tuple[str, ...]:
    """How a term is translated by itself, without the article that a translator may add."""
    plain = composed(translation).strip(" .!?…")
    first, _, rest = plain.partition(" ")
    has_article = len(first) <= _LONGEST_ARTICLE and len(plain.split()) > len(term.split())
    return (rest, plain) if has_article else (plain,)


def _names(found: Sequence[Occurrence], marking: int) -> list[str]:
    return [_MARKERS[marking].format(number) for number in range(1, len(found) + 1)]


def _made(translation: str, wordings: Iterable[str]) -> list[Spot]:
    """Where wordings stand in a translation, in compounds too: `ex-president` has a president."""
    return spots(translation, set(wordings), _is_inside_part)


def _whole(text: str, wording: str, inside: Inside) -> Iterator[Spot]:
    flags = re.IGNORECASE if wording == wording.lower() else re.NOFLAG
    for match in re.finditer(re.escape(wording), text, flags):
        if not inside(text, match.start()) and not inside(text, match.end()):
            yield Spot(match.start(), match.end(), wording)


def is_inside_word(text: str, at: int) -> bool:
    """Whether one word, compound or contraction goes on from before `at` to after it."""
    if not 0 < at < len(text) or _is_unspaced(text, at):
        return _is_inside_part(text, at)
    return _is_inside_part(text, at) or _is_compound(text, at) or _is_contraction(text, at)


def _is_inside_part(text: str, at: int) -> bool:
    """Whether letters go on from before `at` to after it."""
    if not 0 < at < len(text):
        return False
    if unicodedata.category(text[at]).startswith("M"):
        return True
    return not _is_unspaced(text, at) and _is_letter(text[at - 1]) and _is_letter(text[at])


def _is_unspaced(text: str, at: int) -> bool:
    return _UNSPACED.search(text, at - 1, at + 1) is not None


def _is_compound(text: str, at: int) -> bool:
    hyphen = at if text[at] in _HYPHENS else at - 1 if text[at - 1] in _HYPHENS else 0
    return (
        0 < hyphen < len(text) - 1 and _is_letter(text[hyphen - 1]) and _is_letter(text[hyphen + 1])
    )


def _is_contraction(text: str, at: int) -> bool:
    """`can't` is one word; `Ada's` is hers, and `l'ami` is two words."""
    if text[at] in _APOSTROPHES and _is_letter(text[at - 1]):
        ending = _letters(text[at + 1 :])
        return ending != "" and ending.lower() != _POSSESSIVE
    if text[at - 1] in _APOSTROPHES and at > 1 and _is_letter(text[at - 2]):
        return 0 < len(_letters(text[at:])) <= _LONGEST_ENDING
    return False


def _letters(text: str) -> str:
    """The letters that a text begins with."""
    for number, letter in enumerate(text):
        if not _is_letter(letter):
            return text[:number]
    return text


def _is_letter(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M"


def _carried(text: str, spot: Spot, wanted: str) -> str:
    """The wanted wording in the case of the term's place: in capitals, or as a name."""
    written = text[spot.start : spot.end]
    if spot.wording != spot.wording.lower() or written == spot.wording:
        return wanted
    if written == written.upper() and len(written) > 1:
        return wanted.upper()
    return wanted if _SENTENCE_START.search(text[: spot.start]) else _capitalised(wanted)


def _replaced(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    """The text with other words from `start` to `end`, with a capital where a sentence starts."""
    parts: list[str] = []
    at = 0
    for start, end, wording in changes:
        parts.append(text[at:start])
        starts = _SENTENCE_START.search("".join(parts)) and text[start : start + 1].isupper()
        parts.append(_capitalised(wording) if starts else wording)
        at = end
    return "".join((*parts, text[at:]))


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _short_word(text: str, before: int) -> str:
    """The word just before a place, if it is as short as articles are."""
    word = re.search(r"(?:^|\s)(\w{1,4}) $", text[:before])
    return word[1] if word else ""
