"""The languages that OpenAI lists for its models, with the names that its recogniser gives them."""

from typing import Final

from dubwright.domain.errors import InputError
from dubwright.domain.language import LanguageTag, base_language, parse_language

_NAMES: Final = {
    "af": "afrikaans", "ar": "arabic", "az": "azerbaijani", "be": "belarusian", "bg": "bulgarian",
    "bs": "bosnian", "ca": "catalan", "cs": "czech", "cy": "welsh", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "es": "spanish", "et": "estonian", "fa": "persian",
    "fi": "finnish", "fr": "french", "gl": "galician", "he": "hebrew", "hi": "hindi",
    "hr": "croatian", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "is": "icelandic",
    "it": "italian", "ja": "japanese", "kk": "kazakh", "kn": "kannada", "ko": "korean",
    "lt": "lithuanian", "lv": "latvian", "mi": "maori", "mk": "macedonian", "mr": "marathi",
    "ms": "malay", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sk": "slovak", "sl": "slovenian",
    "sr": "serbian", "sv": "swedish", "sw": "swahili", "ta": "tamil", "th": "thai",
    "tl": "tagalog", "tr": "turkish", "uk": "ukrainian", "ur": "urdu", "vi": "vietnamese",
    "zh": "chinese",
}  # fmt: skip

LISTED: Final = tuple(_NAMES)
"""Their tags."""


def told_language(told: str) -> LanguageTag | None:
    """The language that a server names: `english`, `en` or `en-US`; None if it is not understood."""
    by_name = {name: code for code, name in _NAMES.items()}
    try:
        return base_language(parse_language(by_name.get(told.strip().lower(), told)))
    except InputError:
        return None
