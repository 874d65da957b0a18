"""Lines of a dub that the recogniser understood as something else."""

from typing import Final

from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.quality import HeardLine
from dubwright.pipeline.hearing import plain_words

_SHARE: Final = 1 / 3
_LEAST_WORDS: Final = 2
_LEAST_CHARACTERS: Final = 4
_WITHOUT_BLANKS: Final = frozenset({"ja", "km", "lo", "my", "th", "yue", "zh"})


def is_misheard(line: HeardLine, language: LanguageTag) -> bool:
    """Whether more than a third of a line was understood as something else.

    A whole dub may have 15 % of its words wrong: the recogniser spells names and compounds in its
    own way. So a word or two of a line say little; with a third wrong its sense is gone.
    Fewer than two wrong words never count: a word at a line's edge may be put to its neighbour.
    Where words have no blanks between them, characters are counted. A line with digits on one
    side only is left out: one writes numbers in digits that the other writes in words.
    """
    spoken, heard = plain_words(line.spoken), plain_words(line.heard)
    if spoken == heard or not spoken or _has_digits(spoken) != _has_digits(heard):
        return False
    if base_language(language) in _WITHOUT_BLANKS:
        return _differs(_lettered(spoken), _lettered(heard), least=_LEAST_CHARACTERS)
    return _differs(spoken, heard, least=_LEAST_WORDS)


def _differs(spoken: str, heard: str, *, least: int) -> bool:
    import jiwer

    found = jiwer.process_words(spoken, heard)
    wrong: int = found.substitutions + found.deletions + found.insertions
    return wrong >= least and wrong > _SHARE * len(spoken.split())


def _lettered(text: str) -> str:
    """Every character as a word."""
    return " ".join(text.replace(" ", ""))


def _has_digits(text: str) -> bool:
    return any(char.isdigit() for char in text)
