"""Hearing the dub back: windows a recogniser can take, texts compared as plain words."""

import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.audio import SpeechClip
from dubwright.domain.fit import Placement
from dubwright.domain.language import LanguageTag, parse_language
from dubwright.domain.speech import LanguageGuess, Segment, SpeakerId, Transcript, Word
from dubwright.domain.timeline import TimeSpan
from dubwright.media.wav import WavRecording
from dubwright.pipeline.hearing import (
    Heard,
    SpokenLine,
    plain_words,
    start_hearing,
    word_error_rate,
)
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.workspace import Workspace
from dubwright.ports import ProviderOptions

PT = parse_language("pt")
RATE = 1_000


class Parrot:
    """Hears one word a second, named for the second of the clip's first sample."""

    name = "parrot"
    fingerprint = "parrot/1"
    Options = ProviderOptions

    def __init__(self) -> None:
        self.lengths_ms: list[int] = []

    def check(self) -> None: ...

    def languages(self) -> frozenset[LanguageTag]:
        return frozenset([PT])

    def detect_language(self, clip: SpeechClip) -> LanguageGuess:
        return LanguageGuess(language=PT, confidence=1)

    def transcribe(self, clip: SpeechClip, *, language: LanguageTag) -> Transcript:
        self.lengths_ms.append(clip.duration_ms)
        starts = range(0, clip.duration_ms - 500, 1_000)
        # The samples of the clip count milliseconds, so they say where the clip was taken.
        at = [round(float(clip.samples[start]) * 32_768) for start in starts]
        words = tuple(
            Word(text=f"w{round(ms / 1000)}", span=TimeSpan(start_ms=start, end_ms=start + 500))
            for ms, start in zip(at, starts, strict=True)
        )
        if not words:
            return Transcript(language=language, segments=())
        whole = TimeSpan(start_ms=0, end_ms=words[-1].span.end_ms)
        return Transcript(language=language, segments=(Segment(text="", span=whole, words=words),))


def counting_sound(to: Path, *, seconds: int) -> Path:
    """A WAV whose sample at t ms is t."""
    with wave.open(str(to), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.arange(seconds * 1000, dtype="<i2").tobytes())
    return to


def lines_at(*times: tuple[int, int]) -> list[SpokenLine]:
    return [
        SpokenLine(
            Placement(
                utterance=number,
                speaker=SpeakerId("S1"),
                start_ms=start,
                duration_ms=length,
                speed=1,
            ),
            f"line {number}",
        )
        for number, (start, length) in enumerate(times, start=1)
    ]


def hear(folder: Path, lines: Sequence[SpokenLine], parrot: Parrot) -> list[Heard]:
    sound = counting_sound(folder / "dub.wav", seconds=32)
    run = Runner(
        Workspace(folder / "work"), workers=2, progress=lambda _: None, is_cancelled=lambda: False
    )
    with run.pool() as pool:
        return pool.results(start_hearing(WavRecording(sound), lines, PT, parrot, run, pool))


def test_each_line_is_given_what_was_heard_while_it_sounded(tmp_path):
    lines = lines_at((150, 2_500), (4_150, 1_500), (30_000, 900))
    heard = [one for window in hear(tmp_path, lines, Parrot()) for one in window.lines]
    assert [(one.utterance, one.spoken, one.heard) for one in heard] == [
        (1, "line 1", "w0 w1 w2"),
        (2, "line 2", "w4 w5"),
        (3, "line 3", "w30"),
    ]


def test_what_is_heard_between_lines_counts_too(tmp_path):
    (window,) = hear(tmp_path, lines_at((150, 800), (3_150, 800)), Parrot())
    assert (window.spoken, window.heard) == ("line 1 line 2", "w0 w1 w2 w3")


def test_lines_close_together_are_heard_at_once_and_far_ones_apart(tmp_path):
    parrot = Parrot()
    hear(tmp_path, lines_at((0, 1_000), (27_000, 1_000), (28_001, 1_000)), parrot)
    assert sorted(parrot.lengths_ms) == [1_300, 28_150]


LENGTHS = st.lists(st.tuples(st.integers(0, 3_000), st.integers(1, 13_000)), min_size=1)


@given(LENGTHS.map(lambda parts: parts[:6]))
def test_no_window_is_longer_than_a_recogniser_takes(tmp_path_factory, parts):
    times, free_from = [], 0
    for gap_ms, length_ms in parts:
        if free_from + gap_ms + length_ms > 31_000:
            break
        times.append((free_from + gap_ms, length_ms))
        free_from += gap_ms + length_ms
    parrot = Parrot()
    windows = hear(tmp_path_factory.mktemp("heard"), lines_at(*times), parrot)
    assert [one.utterance for window in windows for one in window.lines] == [
        number for number, _ in enumerate(times, start=1)
    ]
    assert all(length <= 28_000 + 2 * 150 for length in parrot.lengths_ms)


def test_a_dub_that_was_heard_is_not_heard_again(tmp_path):
    parrot = Parrot()
    first = hear(tmp_path, lines_at((0, 1_000)), parrot)
    assert hear(tmp_path, lines_at((0, 1_000)), parrot) == first
    assert len(parrot.lengths_ms) == 1


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Olá, mundo!", "olá mundo"),
        ("  Two\n lines. ", "two lines"),
        ("e\u0301 tarde", "é tarde"),
        ("snake_case — dash…", "snake case dash"),
        ("42 %", "42"),
        ("?!", ""),
    ],
)
def test_texts_are_compared_as_plain_words(text, plain):
    assert plain_words(text) == plain


@given(st.text())
def test_plain_words_stay_as_they_are(text):
    assert plain_words(plain_words(text)) == plain_words(text)


def window(spoken: str, heard: str) -> Heard:
    return Heard(lines=(), spoken=spoken, heard=heard)


@pytest.mark.parametrize(
    ("windows", "rate"),
    [
        ([("Bom dia a todos.", "bom dia, a todos")], 0),
        ([("Bom dia a todos.", "bom dia a tolos")], 1 / 4),
        ([("Bom dia a todos.", "")], 1),
        ([("um dois três", "um dois"), ("quatro", "quatro cinco")], 2 / 4),
        ([("…", "um"), ("dois", "dois")], 0),
    ],
)
def test_the_error_rate_is_wrong_words_per_word_spoken(windows, rate):
    assert word_error_rate([window(*pair) for pair in windows]) == pytest.approx(rate)


@pytest.mark.parametrize("windows", [[], [window("?!", "um")]])
def test_nothing_spoken_has_no_error_rate(windows):
    assert word_error_rate(windows) is None
