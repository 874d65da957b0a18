"""Google's voices: their family stands in their name, and their family is what is billed."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, get_args

from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.speech import Gender, Voice
from dubwright.providers.google.languages import known_codes, our_tag, table

if TYPE_CHECKING:
    from google.cloud.texttospeech_v1 import types as tts

Family = Literal["chirp3-hd", "neural2", "wavenet", "standard", "studio"]
FAMILIES: tuple[Family, ...] = get_args(Family)

_NAMES: dict[str, Family] = {
    "Chirp3-HD": "chirp3-hd", "Neural2": "neural2", "Wavenet": "wavenet", "Standard": "standard",
    "Studio": "studio",
}  # fmt: skip


def family_of(voice_id: str) -> Family | None:
    """The family of a voice: `neural2` for `pt-BR-Neural2-A`; None for a voice of another."""
    return next((family for name, family in _NAMES.items() if f"-{name}-" in voice_id), None)


def code_of(voice_id: str) -> str:
    """The language code of a voice, which requests have to repeat: `pt-BR`."""
    return "-".join(voice_id.split("-")[:2])


def product_of(family: Family) -> str:
    """The row of the price list for a family."""
    return f"tts.{family}"


def described(found: "Iterable[tts.Voice]") -> tuple[Voice, ...]:
    """Google's voices as ours; those of families that we do not know are left out."""
    genders: tuple[Gender, ...] = ("unknown", "male", "female", "neutral")
    return tuple(
        _voice(voice.name, genders[int(voice.ssml_gender)])
        for voice in found
        if family_of(voice.name) and our_tag(code_of(voice.name))
    )


def known_voices() -> tuple[Voice, ...]:
    """The Chirp 3 HD voices in the languages of the table."""
    return tuple(
        _voice(f"{code}-Chirp3-HD-{name}", gender)
        for code in known_codes("voices")
        for gender, names in table().chirp3_hd.items()
        for name in names
    )


def chosen_for(
    language: LanguageTag, voices: Sequence[Voice], families: Sequence[Family]
) -> tuple[Voice, ...]:
    """The voices for a language: those of its region first, then in the order of the families."""
    wanted = our_tag(language) or language
    spoken = [
        voice
        for voice in voices
        if base_language(voice.language) == base_language(wanted)
        and family_of(voice.id) in families
    ]
    usual = known_codes("voices")

    def rank(voice: Voice) -> tuple[bool, int, int, str]:
        code, family = code_of(voice.id), family_of(voice.id) or "standard"
        place = usual.index(code) if code in usual else len(usual)
        return voice.language != wanted, place, families.index(family), voice.id

    return tuple(sorted(spoken, key=rank))


def _voice(voice_id: str, gender: Gender) -> Voice:
    family = family_of(voice_id) or "standard"
    title = next(name for name, known in _NAMES.items() if known == family)
    return Voice(
        id=voice_id,
        name=f"{voice_id.rsplit('-', 1)[-1]} ({title})",
        language=our_tag(code_of(voice_id)) or LanguageTag("und"),
        gender=gender,
        style_tags=(family,),
    )
