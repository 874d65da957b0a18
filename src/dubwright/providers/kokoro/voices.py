"""Kokoro's voices: the official ones, and blends of two where a language has few."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.speech import Gender, Voice

Styles = npt.NDArray[np.float32]
"""One style per number of tokens, shape (510, 1, 256)."""

_BLEND = "~"
_FIRST_SHARE = 0.6

_LANGUAGES = {"a": "en-US", "b": "en-GB", "e": "es", "f": "fr-FR", "i": "it", "p": "pt-BR"}
_GENDERS: dict[str, Gender] = {"f": "female", "m": "male"}

# Best first: the order follows the grades that Kokoro's makers published with the voices.
_OFFICIAL = (
    "af_heart", "af_bella", "am_michael", "am_fenrir", "am_puck", "af_nicole", "af_aoede",
    "af_kore", "af_sarah", "af_alloy", "af_nova", "af_sky", "am_echo", "am_eric", "am_liam",
    "am_onyx", "af_jessica", "af_river", "am_adam", "am_santa",
    "bf_emma", "bm_fable", "bm_george", "bf_isabella", "bm_lewis", "bf_alice", "bf_lily",
    "bm_daniel",
    "ef_dora", "em_alex", "em_santa",
    "ff_siwis",
    "if_sara", "im_nicola",
    "pf_dora", "pm_alex", "pm_santa",
)  # fmt: skip

# The first voice gives the accent and most of the sound, the second makes another person of it.
# Each was heard back by a recogniser; see the tests of this provider.
_BLENDS = ()


def voices_for(language: LanguageTag) -> tuple[Voice, ...]:
    """The voices of a language, those of its region first, official ones before blends."""
    spoken = [voice for voice in _all() if base_language(voice.language) == base_language(language)]
    return tuple(sorted(spoken, key=lambda voice: voice.language != language))


def find_voice(voice_id: str) -> Voice | None:
    """The voice with an id, if there is one."""
    return next((voice for voice in _all() if voice.id == voice_id), None)


@lru_cache(maxsize=64)
def load_styles(archive: Path, voice_id: str) -> Styles:
    """The styles of a voice out of the archive of official voices, blended if it is a blend."""
    first, _, second = voice_id.partition(_BLEND)
    if not second:
        return _official_styles(archive, first)
    styles = _FIRST_SHARE * _official_styles(archive, first)
    styles += (1 - _FIRST_SHARE) * _official_styles(archive, second)
    return np.asarray(styles, dtype=np.float32)


def _official_styles(archive: Path, voice_id: str) -> Styles:
    with np.load(archive, allow_pickle=False) as voices:
        return np.asarray(voices[voice_id], dtype=np.float32)


@lru_cache(maxsize=1)
def _all() -> tuple[Voice, ...]:
    return tuple(_describe(voice_id) for voice_id in (*_OFFICIAL, *_BLENDS))


def _describe(voice_id: str) -> Voice:
    names = [part.split("_")[1].title() for part in voice_id.split(_BLEND)]
    return Voice(
        id=voice_id,
        name=" and ".join(names),
        language=LanguageTag(_LANGUAGES[voice_id[0]]),
        gender=_GENDERS[voice_id[1]],
        style_tags=("blend",) if _BLEND in voice_id else (),
    )
