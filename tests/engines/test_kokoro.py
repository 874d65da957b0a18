"""Kokoro with its real model: exact predictions, lossless graph, same samples, intelligible voices."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jiwer
import numpy as np
import pytest
import soxr

from dubwright.catalogue import default_store
from dubwright.domain.audio import Samples
from dubwright.domain.errors import ProviderNotReady, ProviderRejected
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Voice
from dubwright.ports import SpeechRequest
from dubwright.providers.kokoro import KokoroTextToSpeech
from dubwright.providers.kokoro.engine import open_fused, open_session, write_graphs
from dubwright.providers.kokoro.graph import write_plain, write_signed
from dubwright.providers.kokoro.provider import KokoroOptions
from dubwright.providers.kokoro.voices import voices_for
from memory_use import needs_linux, own_memory_mb

pytestmark = pytest.mark.engines

PORTUGUESE = LanguageTag("pt-BR")
SPOKEN = {
    "en": "The museum is closed on Mondays, but the garden is open all week.",
    "es": "El museo está cerrado los lunes, pero el jardín está abierto toda la semana.",
    "fr": "Le musée est fermé le lundi, mais le jardin est ouvert toute la semaine.",
    "it": "Il museo è chiuso il lunedì, ma il giardino è aperto tutta la settimana.",
    "pt": "O museu está fechado às segundas, mas o jardim fica aberto a semana toda.",
}
# The second half of each: a sentence that a small recogniser hears well.
SHORT = {
    "en": "The garden is open all week.",
    "es": "El jardín está abierto toda la semana.",
    "fr": "Le jardin est ouvert toute la semaine.",
    "it": "Il giardino è aperto tutta la settimana.",
    "pt": "O jardim fica aberto a semana toda.",
}
Recogniser = Callable[[Samples, str], str]


@pytest.fixture(scope="module")
def kokoro() -> KokoroTextToSpeech:
    provider = KokoroTextToSpeech(KokoroOptions())
    try:
        provider.check()
    except ProviderNotReady as missing:
        pytest.skip(f"{missing.message}; {missing.hint}")
    return provider


def request(
    text: str, language: str = "pt", *, voice: int = 0, speed: float = 1.0
) -> SpeechRequest:
    return SpeechRequest(text, voices_for(LanguageTag(language))[voice], speed)


@pytest.mark.parametrize(
    ("language", "voice", "speed"),
    [
        ("pt", 0, 0.5),
        ("pt", 1, 0.8),
        ("pt", 3, 1.25),
        ("en", 2, 2.0),
        ("es", 0, 1.3),
        ("fr", 0, 0.9),
        ("it", 1, 1.1),
    ],
)
def test_the_predicted_duration_is_the_spoken_one(
    kokoro: KokoroTextToSpeech, language: str, voice: int, speed: float
) -> None:
    asked = request(SHORT[language], language, voice=voice, speed=speed)
    predicted_ms = kokoro.predict_duration(asked)
    assert abs(predicted_ms - kokoro.synthesize(asked).duration_ms) <= 1


@pytest.mark.parametrize("language", SHORT)
def test_speech_begins_and_ends_within_50_ms_and_is_not_cut(
    kokoro: KokoroTextToSpeech, language: str
) -> None:
    samples = kokoro.synthesize(request(SHORT[language], language)).samples
    loud = np.flatnonzero(np.abs(samples) > 0.003)
    assert loud[0] <= 0.050 * 24_000
    assert len(samples) - loud[-1] <= 0.050 * 24_000
    assert np.abs(samples[:120]).max() < 0.01  # a word that is cut starts loud
    assert np.abs(samples[-120:]).max() < 0.01


def test_a_faster_speed_takes_less_time(kokoro: KokoroTextToSpeech) -> None:
    lengths = [
        kokoro.predict_duration(request(SPOKEN["pt"], speed=speed)) for speed in (0.7, 1.0, 1.3)
    ]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] / lengths[2] == pytest.approx(1.3 / 0.7, rel=0.15)


def test_a_long_text_is_spoken_whole_and_predicted(kokoro: KokoroTextToSpeech) -> None:
    asked = request(" ".join([SPOKEN["pt"]] * 6), speed=2.0)
    one_ms = kokoro.predict_duration(request(SPOKEN["pt"], speed=2.0))
    clip = kokoro.synthesize(asked)
    assert clip.duration_ms == pytest.approx(6 * one_ms, rel=0.25)
    assert abs(kokoro.predict_duration(asked) - clip.duration_ms) <= 1


def test_threads_get_the_samples_that_one_caller_gets(kokoro: KokoroTextToSpeech) -> None:
    asked = [request(text) for text in ("Bom dia.", "Até logo, pessoal.")] * 2
    alone = [kokoro.synthesize(one).samples for one in asked[:2]]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda one: kokoro.synthesize(one).samples, asked))
    assert all(np.array_equal(alone[i % 2], samples) for i, samples in enumerate(together))


@needs_linux
def test_a_long_line_leaves_no_working_memory_behind(kokoro: KokoroTextToSpeech) -> None:
    kokoro.synthesize(request("Bom dia."))
    before_mb = own_memory_mb()
    kokoro.synthesize(request(" ".join([SPOKEN["pt"]] * 3)))
    assert own_memory_mb() - before_mb < 60  # while it is spoken, it takes 140


@pytest.mark.parametrize("text", ["", "  ", "?!", "🎉"])
def test_text_without_words_is_rejected(kokoro: KokoroTextToSpeech, text: str) -> None:
    with pytest.raises(ProviderRejected, match="nothing to speak"):
        kokoro.synthesize(request(text))


def test_a_voice_of_another_engine_is_rejected(kokoro: KokoroTextToSpeech) -> None:
    stranger = Voice(id="../../x", name="X", language=PORTUGUESE)
    with pytest.raises(ProviderRejected, match="no voice"):
        kokoro.synthesize(SpeechRequest("Bom dia.", stranger))


def test_the_rewritten_graph_gives_the_same_samples(
    kokoro: KokoroTextToSpeech, tmp_path: Path
) -> None:
    original = default_store().locate("kokoro-82m-int8") / "kokoro-v1.0.int8.onnx"
    write_plain(original, tmp_path / "plain.onnx")
    write_signed(original, tmp_path / "signed.onnx")
    plain, signed = (open_session(tmp_path / f"{name}.onnx") for name in ("plain", "signed"))
    (prompt,) = kokoro._prompts(request("Bom dia a todos."))
    names = ["audio", "energy"]
    for one, other in zip(
        plain.run(names, prompt.feed()), signed.run(names, prompt.feed()), strict=True
    ):
        assert np.array_equal(one, other)
    (audio,) = open_session(original).run(["audio"], prompt.feed())
    assert np.array_equal(audio, signed.run(["audio"], prompt.feed())[0])


def test_the_fused_graph_gives_the_same_samples(kokoro: KokoroTextToSpeech, tmp_path: Path) -> None:
    original = default_store().locate("kokoro-82m-int8") / "kokoro-v1.0.int8.onnx"
    write_graphs(original, tmp_path)
    (prompt,) = kokoro._prompts(request("Bom dia a todos, e até logo."))
    (audio,) = open_session(original).run(["audio"], prompt.feed())
    (fused,) = open_fused(tmp_path / "speech.onnx").run(["audio"], prompt.feed())
    assert np.array_equal(audio, fused)
    assert {path.name for path in tmp_path.iterdir()} == {"speech.onnx", "prosody.onnx"}


def test_a_damaged_graph_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "speech.onnx").write_bytes(b"not a graph")
    with pytest.raises(ProviderNotReady, match=r"cannot load 'speech\.onnx'") as caught:
        open_session(tmp_path / "speech.onnx")
    assert str(tmp_path) in (caught.value.hint or "")


@pytest.mark.parametrize("language", SHORT)
def test_every_blend_is_understood_and_keeps_its_register(
    kokoro: KokoroTextToSpeech, recogniser: Recogniser, language: str
) -> None:
    heard = {}
    for voice in _blends(kokoro, language):
        samples = kokoro.synthesize(SpeechRequest(SHORT[language], voice)).samples
        heard[voice.id] = recogniser(samples, language)
        pitch_hz = _pitch_hz(samples)
        assert (pitch_hz > 165) == (voice.gender == "female"), f"{voice.id} at {pitch_hz:.0f} Hz"
    errors = [jiwer.wer(_words(SHORT[language]), text) for text in heard.values()]
    assert sum(errors) <= 0.15 * len(errors), heard
    assert max(errors, default=0) <= 0.3, heard


def _blends(kokoro: KokoroTextToSpeech, language: str) -> list[Voice]:
    return [v for v in kokoro.voices(LanguageTag(language)) if "blend" in v.style_tags]


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    """Hears samples at 24 kHz and gives bare words."""
    whisper = pytest.importorskip("faster_whisper")
    if not default_store().is_ready("whisper-base"):
        pytest.skip("the model whisper-base is not here")
    model = whisper.WhisperModel(
        str(default_store().locate("whisper-base")), compute_type="int8", cpu_threads=1
    )

    def hear(samples: Samples, language: str) -> str:
        segments, _ = model.transcribe(
            soxr.resample(samples, 24_000, 16_000), language=language, without_timestamps=True
        )
        return _words(" ".join(segment.text for segment in segments))

    return hear


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _pitch_hz(samples: Samples) -> float:
    """The median fundamental of the voiced frames, by autocorrelation."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, 960)[::480]
    loud = frames[np.sqrt(np.mean(frames**2, axis=1)) > 0.02]
    spectra = np.abs(np.fft.rfft(loud - loud.mean(axis=1, keepdims=True), 4096)) ** 2
    likeness = np.fft.irfft(spectra)[:, 60:400]
    voiced = likeness.max(axis=1) > 0.5 * np.fft.irfft(spectra)[:, 0]
    return float(np.median(24_000 / (60 + likeness[voiced].argmax(axis=1))))
