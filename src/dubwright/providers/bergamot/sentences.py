"""Cutting a line into the sentences that the engine takes one at a time, and dressing the answer.

The engine drops the end of long input without a word, and it invents punctuation where the source
has none; so input is kept short and the ending is taken from the source.
"""

import re

LONGEST_PIECE_WORDS = 40

# Followed by a capital or a number without ending the sentence.
_ABBREVIATIONS = frozenset((
    "mr", "mrs", "ms", "dr", "dra", "prof", "profa", "sr", "sra", "srta", "st", "vs", "fig", "vol",
    "nº", "approx", "gen", "col", "sgt", "capt", "rev", "hon", "gov", "sen", "rep", "pres", "pág",
    "pp", "av", "eng", "exmo", "exma", "e.g", "i.e", "u.s", "u.k",
))  # fmt: skip
_OPENERS = "[\"'\u201c\u2018(\\[\u00bf\u00a1\u2014\u2013-]*"
_CLOSERS = "[\"'\u201d\u2019)\\]]*"
_BOUNDARY = re.compile(rf"(?<=[.!?…]){_CLOSERS}\s+(?={_OPENERS}\w)")
_ENDING = re.compile(r"[.,;:!?…]+$")
_FINAL = re.compile(r"[.!?…]+$")
_CLAUSE_ENDS = (",", ";", ":", "\u2014", "\u2013")


def sentences(text: str) -> list[str]:
    """The sentences of `text`, none longer than the engine can take whole."""
    return [piece for sentence in _sentences(text) for piece in _pieces(sentence)]


def _sentences(text: str) -> list[str]:
    found, start = [], 0
    for boundary in _BOUNDARY.finditer(text):
        if _ends_sentence(text[start : boundary.start()], text[boundary.end() :]):
            found.append(text[start : boundary.end()].strip())
            start = boundary.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]


def _ends_sentence(before: str, after: str) -> bool:
    """Whether the mark at the end of `before` closes a sentence, not an abbreviation."""
    if after[:1].islower():
        return False
    last = before.rsplit(maxsplit=1)[-1].strip("\"'\u201c\u201d(").rstrip(".").lower()
    is_initial = len(last) == 1 and last.isalpha() and last != "i"
    return not (before.endswith(".") and (last in _ABBREVIATIONS or is_initial))


def _pieces(sentence: str) -> list[str]:
    """A sentence of more than `LONGEST_PIECE_WORDS` words, cut after a clause where possible."""
    words, pieces = sentence.split(), []
    while len(words) > LONGEST_PIECE_WORDS:
        cut = _clause_cut(words[:LONGEST_PIECE_WORDS])
        pieces.append(" ".join(words[:cut]))
        words = words[cut:]
    return [*pieces, " ".join(words)]


def _clause_cut(words: list[str]) -> int:
    shortest = len(words) // 3
    for cut in range(len(words), shortest, -1):
        if words[cut - 1].endswith(_CLAUSE_ENDS):
            return cut
    return len(words)


def dressed(translated: str, source: str) -> str:
    """`translated` with the capital and the closing mark of `source`, where they can be told."""
    text = translated.strip()
    if not text or not source:
        return text
    if source[0].isupper() and text[0].islower():
        text = text[0].upper() + text[1:]
    if source[-1].isalnum():
        return _ENDING.sub("", text) or text
    mark = _FINAL.search(source)
    if mark and (text[-1].isalnum() or _ENDING.search(text)):
        return _ENDING.sub("", text) + mark[0]
    return text
