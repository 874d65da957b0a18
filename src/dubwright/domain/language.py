"""Languages as canonical BCP-47 tags, such as `pt-BR`."""

import re
from typing import NewType

from dubwright.domain.errors import InputError

LanguageTag = NewType("LanguageTag", str)
"""A canonical BCP-47 tag; made by `parse_language` only."""

_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?")

# ISO 639-1 to 639-2/T: the codes that containers carry on their tracks.
_TRACK_CODES = {
    "ar": "ara", "bg": "bul", "ca": "cat", "cs": "ces", "da": "dan", "de": "deu", "el": "ell",
    "en": "eng", "es": "spa", "et": "est", "fa": "fas", "fi": "fin", "fr": "fra", "gl": "glg",
    "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "id": "ind", "is": "isl", "it": "ita",
    "ja": "jpn", "ko": "kor", "lt": "lit", "lv": "lav", "ms": "msa", "nb": "nob", "nl": "nld",
    "nn": "nno", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sk": "slk",
    "sl": "slv", "sr": "srp", "sv": "swe", "ta": "tam", "te": "tel", "th": "tha", "tr": "tur",
    "uk": "ukr", "ur": "urd", "vi": "vie", "zh": "zho",
}  # fmt: skip


def parse_language(raw: str) -> LanguageTag:
    """Make a canonical tag: `PT_br` becomes `pt-BR`. Raises `InputError` on anything else."""
    match = _TAG.fullmatch(raw.strip())
    if match is None:
        raise InputError(
            f"{raw!r} is not a language tag", hint="use a tag such as `en`, `pt` or `pt-BR`"
        )
    language, script, region = match.groups()
    parts = [language.lower(), script and script.title(), region and region.upper()]
    return LanguageTag("-".join(part for part in parts if part))


def base_language(tag: LanguageTag) -> LanguageTag:
    """The language without script and region: `pt` for `pt-BR`."""
    return LanguageTag(tag.split("-", 1)[0])


def same_language(one: LanguageTag, other: LanguageTag) -> bool:
    """Whether two tags name the same language, whatever the region."""
    return base_language(one) == base_language(other)


# ISO 639-2/B: the older codes that Matroska writes and QuickTime files still carry.
_BIBLIOGRAPHIC = {
    "alb": "sq", "arm": "hy", "baq": "eu", "bur": "my", "chi": "zh", "cze": "cs", "dut": "nl",
    "fre": "fr", "geo": "ka", "ger": "de", "gre": "el", "ice": "is", "mac": "mk", "may": "ms",
    "per": "fa", "rum": "ro", "slo": "sk", "tib": "bo", "wel": "cy",
}  # fmt: skip


def track_language(code: str) -> LanguageTag | None:
    """The language of a track by the code it carries: `pt` for `por`; None for `und` or nonsense."""
    known = {three: two for two, three in _TRACK_CODES.items()} | _BIBLIOGRAPHIC
    if code.lower() in {"", "und", "mul", "mis", "zxx"}:
        return None
    try:
        return parse_language(known.get(code.lower(), code))
    except InputError:
        return None


def track_code(tag: LanguageTag) -> str:
    """The three-letter code a container carries: `por` for `pt-BR`, `und` if unknown."""
    language = base_language(tag)
    return language if len(language) == 3 else _TRACK_CODES.get(language, "und")
