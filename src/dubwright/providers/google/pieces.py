"""A text in pieces that Google speaks: cut where a speaker would pause."""

import re

LONGEST_BYTES = 4_500
"""Google takes 5,000 bytes; the rest is for what it may count otherwise than we do."""

# Best first: ends of sentences, other marks, blanks. A mark of a script that is written without
# blanks ends its part alone; others need a blank, or `3.5` would be cut.
_CUTS = (
    re.compile(r"(?<=[.!?…])\s+|(?<=[。！？।])\s*(?=\S)"),
    re.compile(r"(?<=[,;:–—،])\s+|(?<=[、，；])\s*(?=\S)"),  # noqa: RUF001  # Chinese commas
    re.compile(r"\s+"),
)


def pieces(text: str, longest_bytes: int = LONGEST_BYTES) -> list[str]:
    """Parts of at most `longest_bytes` of UTF-8, in order; together they have all the words."""
    return _cut(" ".join(text.split()), longest_bytes, _CUTS)


def _cut(text: str, longest_bytes: int, cuts: tuple[re.Pattern[str], ...]) -> list[str]:
    if _size(text) <= longest_bytes:
        return [text] if text else []
    if not cuts:
        return _by_letter(text, longest_bytes)
    parts = [part for part in cuts[0].split(text) if part]
    fine = [smaller for part in parts for smaller in _cut(part, longest_bytes, cuts[1:])]
    return _joined(fine, longest_bytes)


def _joined(parts: list[str], longest_bytes: int) -> list[str]:
    """Neighbours together again, as far as they fit."""
    joined: list[str] = []
    for part in parts:
        if joined and _size(joined[-1]) + 1 + _size(part) <= longest_bytes:
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined


def _by_letter(text: str, longest_bytes: int) -> list[str]:
    parts = [""]
    for letter in text:
        if _size(parts[-1]) + _size(letter) > longest_bytes:
            parts.append("")
        parts[-1] += letter
    return parts


def _size(text: str) -> int:
    return len(text.encode())
