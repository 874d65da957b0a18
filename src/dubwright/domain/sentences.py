"""Where sentences and clauses end, told from the punctuation that a recogniser writes."""

import re

_CLOSERS = "\"'\u2019\u201d\u00bb)]"
_SENTENCE_MARKS = ".?!\u2026\u3002\uff1f\uff01"
_CLAUSE_MARKS = ",;:\u2013\u2014\u3001\uff0c"
_ABBREVIATIONS = frozenset({
    "approx", "av", "bzw", "ca", "capt", "col", "d.h", "dept", "dr", "dra", "e.g", "fig", "gen",
    "hon", "i.e", "jr", "lt", "mlle", "mme", "mr", "mrs", "ms", "nr", "p.ex", "pp", "prof",
    "profa", "rev", "sgt", "sr", "sra", "srta", "st", "usw", "vol", "vs", "z.b",
})  # fmt: skip
_SOMETIMES_LAST = frozenset(["etc", "a.m", "p.m", "inc", "ltd", "co", "corp", "ltda"])
_INITIAL = re.compile(r"[A-HJ-Z]")
_INITIALS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]")


def ends_sentence(text: str, following: str | None) -> bool:
    """Whether a sentence ends with the word `text`, given the word after it (None: the last).

    Not after an abbreviation (`Dr.`), an initial (`J.`), a number that goes on (`3.` `5`) or an
    ellipsis within a sentence. After `etc.` or `p.m.` only if the next word is capitalised.
    """
    bare = text.rstrip(_CLOSERS)
    if not bare or bare[-1] not in _SENTENCE_MARKS:
        return False
    if following is None or bare[-1] not in ".\u2026":
        return True
    if bare.endswith(("..", "\u2026")):
        return not following[:1].islower()
    stem = bare[:-1].lstrip("(\u00bf\u00a1\"'")
    if stem.lower() in _ABBREVIATIONS or _INITIAL.fullmatch(stem):
        return False
    if stem.lower() in _SOMETIMES_LAST or _INITIALS.fullmatch(stem):
        return following[:1].isupper()
    return not (stem[-1:].isdigit() and following[:1].isdigit())


def ends_clause(text: str) -> bool:
    """Whether the word ends with a comma, a colon, a semicolon or a dash."""
    bare = text.rstrip(_CLOSERS)
    return bool(bare) and bare[-1] in _CLAUSE_MARKS
