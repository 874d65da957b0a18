"""What callers write, checked where it comes in, so that all that follows may trust it."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from dubwright.domain.errors import InputError
from dubwright.domain.language import LanguageTag, parse_language
from dubwright.domain.speech import SpeakerId, Speed

TAG_PATTERN: Final = r"^[A-Za-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|[0-9]{3}))?$"
LONGEST_TEXT: Final = 5_000
# NUL ends a text in programs and databases that are written in C.
_TEXT: Final = r"^[^\x00]*$"
_ONE_LINE: Final = r"^[^\x00-\x1f\x7f]*$"
_KINDS: Final = (
    "^(voice_activity|speech_to_text|translator|text_to_speech|diarizer|source_separator)$"
)


def _canonical(raw: str) -> LanguageTag:
    try:
        return parse_language(raw)
    except InputError as exc:
        raise ValueError(exc.message) from exc


AskedLanguage = Annotated[
    LanguageTag, Field(pattern=TAG_PATTERN, examples=["pt-BR"]), AfterValidator(_canonical)
]
"""A language tag in any spelling; `PT_br` becomes `pt-BR`."""

AskedSpeaker = Annotated[SpeakerId, Field(pattern=r"^S[0-9]{1,3}$", examples=["S1"])]
AskedName = Annotated[str, Field(min_length=1, max_length=200, pattern=_ONE_LINE)]
AskedText = Annotated[str, Field(max_length=LONGEST_TEXT, pattern=_TEXT)]
AskedVoice = Annotated[str, Field(min_length=1, max_length=200, pattern=_ONE_LINE)]
# Strict: true is no number, and "no" is not false.
AskedBool = Annotated[bool, Field(strict=True)]
AskedSpeed = Annotated[Speed, Field(strict=True)]
AskedTime = Annotated[int, Field(ge=0, le=24 * 3600 * 1000, strict=True)]
"""Milliseconds from the start of the video."""

AskedDollars = Annotated[
    float, Field(ge=0, le=1_000_000, allow_inf_nan=False, strict=True, examples=[2.5])
]
"""US dollars."""

AskedGlossary = Annotated[
    str, Field(pattern=r"^gls_[a-z2-7]{20}$", examples=["gls_k7d2mq5xv3nb4tzr6wja"])
]
AskedEngines = Annotated[
    dict[
        Annotated[str, Field(pattern=_KINDS)],
        Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")],
    ],
    Field(max_length=6, examples=[{"text_to_speech": "kokoro"}]),
]
"""Engines to use instead of the usual ones, by kind."""
