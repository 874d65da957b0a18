"""Who speaks, and which voice speaks for them."""

from dubwright.domain.casting import cast_voices
from dubwright.domain.errors import InputError
from dubwright.domain.language import LanguageTag, base_language, same_language
from dubwright.domain.speech import Cast, Speaker, Speakers, Utterance, Voice
from dubwright.pipeline.listening import Listened
from dubwright.pipeline.order import Order
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.speakers import tell_speakers
from dubwright.pipeline.tools import Tools


def tell_speakers_apart(order: Order, heard: Listened, tools: Tools, run: Runner) -> Speakers:
    """The people found in the sound, and any that a person added in the script."""
    found = run.document(
        Speakers,
        tell_speakers,
        heard.sound,
        heard.speech,
        tools.diarizer,
        order.speakers,
        run=run,
    )
    if order.edited is None:
        return found
    known = {person.id for person in found.people}
    named = dict.fromkeys(line.speaker for line in order.edited.utterances)
    added = tuple(Speaker(id=name, speech_ms=0) for name in named if name not in known)
    return found.model_copy(update={"people": (*found.people, *added)})


def voices_on_offer(order: Order, language: LanguageTag, tools: Tools) -> tuple[Voice, ...]:
    """The voices of the target language.

    Raises `InputError` before any long or paid work when nobody speaks it or nobody translates
    into it, and `ProviderNotReady` when whoever does cannot work now.
    """
    target = order.target_language
    voices = tools.text_to_speech.voices(target)
    if not voices:
        raise InputError(
            f"{tools.text_to_speech.name!r} has no voice for {target!r}",
            hint="choose another `--to`, or another engine; `dubwright providers` lists them",
        )
    pair = (base_language(language), base_language(target))
    known = {(base_language(a), base_language(b)) for a, b in tools.translator.pairs()}
    hears = {base_language(tag) for tag in tools.speech_to_text.languages()}
    if pair[0] not in hears and not (order.transcript or order.translation or order.edited):
        raise InputError(
            f"{tools.speech_to_text.name!r} does not understand {language!r}",
            hint="check `--from`, or give a finished `--transcript`",
        )
    is_written = bool(order.translation) or order.edited is not None
    if not is_written and not same_language(*pair) and pair not in known:
        raise InputError(
            f"{tools.translator.name!r} cannot translate {pair[0]!r} to {pair[1]!r}",
            hint="it knows "
            + ", ".join(sorted(f"{a}→{b}" for a, b in known))
            + "; give a finished `--translation`, or see docs/languages-and-models.md",
        )
    if not is_written and not same_language(*pair):
        tools.translator.check()
    tools.text_to_speech.check()
    return voices


def cast_speakers(order: Order, speakers: Speakers, voices: tuple[Voice, ...]) -> Cast:
    """A voice for everyone. Raises `InputError` for a voice or a speaker that does not exist."""
    _refuse_unknown_speakers(order, speakers)
    _refuse_unknown_voices(order, voices)
    return cast_voices(speakers.people, voices, chosen=order.voices)


def voice_of(line: Utterance, cast: Cast) -> Voice:
    """The line's own voice, if a person chose one, else its speaker's."""
    voice = cast.voices[line.speaker]
    return voice if line.voice is None else voice.model_copy(update={"id": line.voice})


def _refuse_unknown_speakers(order: Order, speakers: Speakers) -> None:
    found = [person.id for person in speakers.people]
    for speaker in order.voices:
        if speaker not in found:
            raise InputError(
                f"there is no speaker {speaker!r} to give a voice to",
                hint=f"speakers: {', '.join(found)}",
            )


def _refuse_unknown_voices(order: Order, voices: tuple[Voice, ...]) -> None:
    known = {voice.id for voice in voices}
    for line in order.edited.utterances if order.edited else ():
        if line.voice is not None and line.voice not in known:
            raise InputError(
                f"line {line.id} asks for voice {line.voice!r}",
                hint=f"voices: {', '.join(sorted(known))}",
            )
