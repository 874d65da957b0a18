"""Kokoro's voices: the official ones, and blends of two where a language has few."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.speech import Gender, Voice

Styles = npt.NDArray[np.float32]
"""One style per number of tokens, shape (510, 1, 256)."""

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


@dataclass(frozen=True, slots=True)
class _Blend:
    """A voice between two others: `share` of the first, the rest of the second."""

    language: str
    first: str
    second: str
    share: float = 0.6

    @property
    def id(self) -> str:
        return f"{self.first}~{self.second}"


# The first voice gives the register and most of the accent, the second makes another person of
# it. A recogniser understands each as well as the official voices of its language.
_BLENDS = (
    _Blend("pt-BR", "pf_dora", "if_sara"),
    _Blend("pt-BR", "pf_dora", "ff_siwis"),
    _Blend("pt-BR", "pf_dora", "af_bella"),
    _Blend("pt-BR", "pf_dora", "bf_emma"),
    _Blend("pt-BR", "pm_alex", "im_nicola"),
    _Blend("pt-BR", "pm_alex", "am_michael"),
    _Blend("pt-BR", "pm_santa", "am_michael"),
    _Blend("es", "ef_dora", "if_sara"),
    _Blend("es", "ef_dora", "ff_siwis"),
    _Blend("es", "ef_dora", "af_bella"),
    _Blend("es", "em_alex", "im_nicola"),
    _Blend("es", "em_alex", "am_michael"),
    _Blend("fr-FR", "ff_siwis", "pf_dora"),
    _Blend("fr-FR", "ff_siwis", "if_sara"),
    _Blend("fr-FR", "ff_siwis", "ef_dora"),
    _Blend("fr-FR", "im_nicola", "ff_siwis", share=0.7),
    _Blend("fr-FR", "em_alex", "ff_siwis", share=0.7),
    _Blend("fr-FR", "pm_alex", "ff_siwis", share=0.7),
    _Blend("it", "if_sara", "ef_dora"),
    _Blend("it", "if_sara", "af_bella"),
    _Blend("it", "if_sara", "ff_siwis"),
    _Blend("it", "im_nicola", "em_alex"),
    _Blend("it", "im_nicola", "am_michael"),
)


def voices_for(language: LanguageTag) -> tuple[Voice, ...]:
    """The voices of a language, those of its region first, official ones before blends."""
    spoken = [voice for voice in _all() if base_language(voice.language) == base_language(language)]
    return tuple(sorted(spoken, key=lambda voice: voice.language != language))


def find_voice(voice_id: str) -> Voice | None:
    """The voice with an id, if there is one."""
    return next((voice for voice in _all() if voice.id == voice_id), None)


@lru_cache(maxsize=64)
def load_styles(archive: Path, voice_id: str) -> Styles:
    """The styles of a voice out of the archive of official voices, mixed if it is a blend."""
    blend = next((blend for blend in _BLENDS if blend.id == voice_id), None)
    if blend is None:
        return _official_styles(archive, voice_id)
    first = _official_styles(archive, blend.first)
    second = _official_styles(archive, blend.second)
    return np.asarray(blend.share * first + (1 - blend.share) * second, dtype=np.float32)


def _official_styles(archive: Path, voice_id: str) -> Styles:
    with np.load(archive, allow_pickle=False) as voices:
        return np.asarray(voices[voice_id], dtype=np.float32)


@lru_cache(maxsize=1)
def _all() -> tuple[Voice, ...]:
    return (*map(_official, _OFFICIAL), *map(_blended, _BLENDS))


def _official(voice_id: str) -> Voice:
    return Voice(
        id=voice_id,
        name=_name(voice_id),
        language=LanguageTag(_LANGUAGES[voice_id[0]]),
        gender=_GENDERS[voice_id[1]],
    )


def _blended(blend: _Blend) -> Voice:
    return Voice(
        id=blend.id,
        name=f"{_name(blend.first)} with {_name(blend.second)}",
        language=LanguageTag(blend.language),
        gender=_GENDERS[blend.first[1]],
        style_tags=("blend",),
    )


def _name(voice_id: str) -> str:
    return voice_id.split("_")[1].title()
