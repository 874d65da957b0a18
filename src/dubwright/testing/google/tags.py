"""Google's names for languages, which differ from service to service, and ours."""

from dubwright.domain.language import LanguageTag, base_language, parse_language

# Codes that Google uses and nobody else, or used before: ISO 639-3, and ones that were replaced.
_BASES = {"cmn": "zh", "yue": "yue", "iw": "he", "jw": "jv", "no": "nb", "tl": "fil"}

_LOCALES = {
    "ar": ("ar-XA",), "de": ("de-DE",), "en": ("en-US", "en-GB"), "es": ("es-ES", "es-US"),
    "fr": ("fr-FR", "fr-CA"), "he": ("he-IL",), "hi": ("hi-IN",), "it": ("it-IT",),
    "ja": ("ja-JP",), "ko": ("ko-KR",), "nb": ("nb-NO",), "nl": ("nl-NL",), "pl": ("pl-PL",),
    "pt": ("pt-BR", "pt-PT"), "ru": ("ru-RU",), "sv": ("sv-SE",), "tr": ("tr-TR",),
    "uk": ("uk-UA",), "vi": ("vi-VN",), "zh": ("cmn-CN",),
}  # fmt: skip
LOCALES = tuple(code for codes in _LOCALES.values() for code in codes)
"""The language codes that voices and recognisers are offered for."""


def spoken(code: str) -> LanguageTag:
    """Our tag for one of Google's codes: `zh` for `cmn-Hans-CN`. Raises `InputError`."""
    tag = parse_language(code)
    base = base_language(tag)
    ours = _BASES.get(base, base)
    return parse_language(ours) if ours != base else tag


def locales(language: LanguageTag) -> tuple[str, ...]:
    """The codes that Google offers for a base language; the bare one if we know no region."""
    return _LOCALES.get(language, (language,))
