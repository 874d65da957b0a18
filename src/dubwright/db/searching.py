"""Text as it is searched: without differences of case, and of how a letter was typed."""

from unicodedata import normalize


def searchable(text: str) -> str:
    """Equal for `Grüße`, `GRÜSSE` and a `ü` that is written as `u` with dots after it.

    The compatibility caseless match of Unicode (3.13, D146), put together again at the end.
    """
    once = normalize("NFKD", normalize("NFD", text).casefold())
    return normalize("NFKC", normalize("NFKD", once.casefold()))
