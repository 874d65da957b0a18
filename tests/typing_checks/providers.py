"""The type checker proves here that providers fit their ports, and guarded ones fit them too."""

from dubwright.guard import (
    Guard,
    GuardedDiarizer,
    GuardedSourceSeparator,
    GuardedSpeechToText,
    GuardedTextToSpeech,
    GuardedTranslator,
    GuardedVoiceActivity,
)
from dubwright.ports import (
    BackedDiarizer,
    BatchDiarizer,
    BatchSpeechToText,
    Charged,
    Diarizer,
    Paced,
    ProviderOptions,
    Recording,
    Remote,
    SourceSeparator,
    SpeechToText,
    TextToSpeech,
    Translator,
    VoiceActivity,
)
from dubwright.providers.bergamot import BergamotTranslator
from dubwright.providers.deepfilter import DeepFilterSeparator
from dubwright.providers.echo import EchoOptions, EchoTranslator
from dubwright.providers.energy import EnergyOptions, EnergyVoiceActivity
from dubwright.providers.google import (
    GoogleDiarizer,
    GoogleSpeechToText,
    GoogleTextToSpeech,
    GoogleTranslator,
)
from dubwright.providers.kokoro import KokoroTextToSpeech
from dubwright.providers.passthrough import PassthroughSeparator
from dubwright.providers.scripted import ScriptedOptions, ScriptedSpeechToText
from dubwright.providers.silero import SileroVoiceActivity
from dubwright.providers.solo import SoloDiarizer, SoloOptions
from dubwright.providers.tone import ToneOptions, ToneTextToSpeech
from dubwright.providers.whisper import WhisperSpeechToText
from dubwright.testing.sounds import MemoryRecording

energy: type[VoiceActivity] = EnergyVoiceActivity
scripted: type[SpeechToText] = ScriptedSpeechToText
echo: type[Translator] = EchoTranslator
tone: type[TextToSpeech] = ToneTextToSpeech
solo: type[Diarizer] = SoloDiarizer
passthrough: type[SourceSeparator] = PassthroughSeparator

silero: type[VoiceActivity] = SileroVoiceActivity
whisper: type[SpeechToText] = WhisperSpeechToText
bergamot: type[Translator] = BergamotTranslator
kokoro: type[TextToSpeech] = KokoroTextToSpeech
deepfilter: type[SourceSeparator] = DeepFilterSeparator

google_hears: type[BatchSpeechToText] = GoogleSpeechToText
google_translates: type[Translator] = GoogleTranslator
google_speaks: type[TextToSpeech] = GoogleTextToSpeech
google_tells_apart: type[BatchDiarizer] = GoogleDiarizer
charged: tuple[type[Charged], ...] = (
    GoogleSpeechToText, GoogleTranslator, GoogleTextToSpeech, GoogleDiarizer,
)  # fmt: skip
remote: tuple[type[Remote], ...] = (GoogleSpeechToText, GoogleTranslator, GoogleTextToSpeech)
paced: tuple[type[Paced], ...] = (GoogleSpeechToText, GoogleTextToSpeech)

recording: type[Recording] = MemoryRecording


def guarded_providers_fit_their_ports(guard: Guard) -> None:
    _1: VoiceActivity = GuardedVoiceActivity(EnergyVoiceActivity(EnergyOptions()), guard=guard)
    _2: SpeechToText = GuardedSpeechToText(ScriptedSpeechToText(ScriptedOptions()), guard=guard)
    _7: BatchSpeechToText = GuardedSpeechToText(
        ScriptedSpeechToText(ScriptedOptions()), guard=guard
    )
    _3: Translator = GuardedTranslator(EchoTranslator(EchoOptions()), guard=guard)
    _4: TextToSpeech = GuardedTextToSpeech(ToneTextToSpeech(ToneOptions()), guard=guard)
    _5: Diarizer = GuardedDiarizer(SoloDiarizer(SoloOptions()), guard=guard)
    _8: BatchDiarizer = GuardedDiarizer(SoloDiarizer(SoloOptions()), guard=guard)
    _9: BackedDiarizer = GuardedDiarizer(SoloDiarizer(SoloOptions()), guard=guard)
    _6: SourceSeparator = GuardedSourceSeparator(
        PassthroughSeparator(ProviderOptions()), guard=guard
    )
