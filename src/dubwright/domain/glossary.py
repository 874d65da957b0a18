"""Glossaries: terms that have a fixed translation, found in a text and made sure of in another.

A term in small letters stands for the word however it is written; one with capitals only for
itself, so that `US` is not `us`. Terms are whole words: never a part of one, of a hyphenated
compound or of a contraction. Where a script writes no spaces, any place will do.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

Terms = Mapping[str, str]
"""Source terms and how each is to read in the target language."""

# Thai, Lao, Burmese, Khmer, Japanese and Chinese are written without spaces.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_HYPHENS = "-\u2010\u2011"
_MARKER = "XQ{}"
_SENTENCE_START = re.compile(r"(?:^|[.!?…][\"'”’)\]]*\s)[\s\"'“‘(\[¿¡—–-]*$")
_MOST_MARKED = 9


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A term in a text, from character `start` to `end`, and how it is to read afterwards."""

    start: int
    end: int
    term: str
    wanted: str


def occurrences(text: str, terms: Terms) -> tuple[Occurrence, ...]:
    """The terms in `text`, in order. Where several begin, the longest counts; none overlap.

    `text` is in NFC (`composed`).
    """
    present = _present(text, terms)
    if not present:
        return ()
    found = (
        _occurrence(text, match, present)
        for match in _any_of(tuple(sorted(present, key=lambda term: (-len(term), term)))).finditer(
            text
        )
    )
    return tuple(one for one in found if one is not None)


def composed(text: str) -> str:
    """The text in NFC and with single blanks, as terms are looked for."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def terms_of(texts: Iterable[str], terms: Terms) -> dict[str, str]:
    """Those of `terms` that stand in one of the texts."""
    named = {one.term for text in texts for one in occurrences(composed(text), terms)}
    return {term: terms[term] for term in terms if term in named}


def missing(text: str, found: Sequence[Occurrence]) -> Counter[str]:
    """How often each wanted wording is lacking in a translation of the text with `found`."""
    wanted = Counter(one.wanted for one in found)
    return Counter(
        {wording: lacks for wording, n in wanted.items() if (lacks := n - _count(text, wording)) > 0}
    )
