"""Casting: which voice plays which speaker."""

from collections import Counter
from collections.abc import Mapping, Sequence

from dubwright.domain.errors import InputError
from dubwright.domain.speech import Cast, Gender, Speaker, SpeakerId, Voice

REGISTER_PITCH_HZ = 155.0
"""Between the usual pitch of men (about 120 Hz) and of women (about 200 Hz)."""


def cast_voices(
    people: Sequence[Speaker], voices: Sequence[Voice], *, chosen: Mapping[SpeakerId, str]
) -> Cast:
    """A voice for everyone: the chosen ones first, then who speaks most picks first.

    Everyone gets a voice of their register and of their own while there are any; after that
    voices of the register are shared evenly. Voices stand best first; somebody of unknown
    register takes the least used one. Raises `InputError` if there is no voice at all, or a
    chosen one does not exist.
    """
    if not voices:
        raise InputError(
            "there is no voice to speak with", hint="choose an engine that speaks the language"
        )
    wanted = {speaker: _voice(voice_id, voices) for speaker, voice_id in chosen.items()}
    cast = {person.id: wanted[person.id] for person in people if person.id in wanted}
    uses = Counter(voice.id for voice in cast.values())
    for person in sorted(people, key=lambda person: (-person.speech_ms, person.id)):
        if person.id in cast:
            continue
        voice = min(_in_register(person, voices), key=lambda voice: uses[voice.id])
        cast[person.id] = voice
        uses[voice.id] += 1
    return Cast(voices={person.id: cast[person.id] for person in people})


def register_of(person: Speaker) -> Gender:
    """The register of a person's voice: as told, else judged by pitch, else unknown."""
    if person.gender in ("female", "male"):
        return person.gender
    if person.pitch_hz is None:
        return "unknown"
    return "female" if person.pitch_hz >= REGISTER_PITCH_HZ else "male"


def _in_register(person: Speaker, voices: Sequence[Voice]) -> Sequence[Voice]:
    """The voices that suit a person; all of them if none has the register."""
    register = register_of(person)
    suiting = [voice for voice in voices if voice.gender == register]
    unmarked = [voice for voice in voices if voice.gender in ("neutral", "unknown")]
    return suiting or (unmarked if register != "unknown" else ()) or voices


def _voice(wanted: str, voices: Sequence[Voice]) -> Voice:
    for voice in voices:
        if voice.id == wanted:
            return voice
    on_offer = ", ".join(f"`{voice.id}`" for voice in voices)
    raise InputError(f"there is no voice {wanted!r}", hint=f"choose one of {on_offer}")
