"""The diarizer: grouping and turns by rule, registers by ear, people in the evaluation videos."""

import json
from itertools import pairwise

import numpy as np
import pytest
from engine_room import SoundInMemory, evaluation_path, evaluation_sound
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.audio import Samples
from dubwright.domain.errors import ProviderNotReady, ProviderRejected
from dubwright.domain.speech import Speakers, SpeakerTurn, SpeechMap
from dubwright.domain.timeline import TimeSpan
from dubwright.media.pitch import frame_pitches
from dubwright.media.register import register
from dubwright.media.vocal_tract import upper_formants
from dubwright.providers.embeddings import EmbeddingDiarizer, EmbeddingOptions
from dubwright.providers.embeddings.clustering import MOST_CLUSTERED, grouped, renumbered, unit
from dubwright.providers.embeddings.grouping import voices_of
from dubwright.providers.embeddings.likeness import same_people
from dubwright.providers.embeddings.turns import steady_labels, turns_of
from dubwright.providers.embeddings.windows import log_mel, windows
from dubwright.providers.silero import SileroOptions, SileroVoiceActivity

RATE = 16_000
COVERED = st.lists(st.tuples(st.integers(1, 900), st.integers(1, 7_000)), min_size=1, max_size=12)


def voices(*counts: int, seed: int = 0) -> np.ndarray:
    """Prints of so many windows for each of several well separated voices, in order."""
    dice = np.random.default_rng(seed)
    centres = np.eye(len(counts), 32)
    rows = [c + dice.normal(0, 0.05, (n, 32)) for c, n in zip(centres, counts, strict=True)]
    return unit(np.concatenate(rows).astype(np.float32))


def vowel(pitch_hz: float, *, seconds: float = 1.0) -> Samples:
    """A buzz rich in overtones whose second is louder than its fundamental."""
    time = np.arange(round(seconds * RATE)) / RATE
    tones = [
        np.sin(2 * np.pi * pitch_hz * n * time) * (0.8 if n == 2 else 0.5 / n) for n in range(1, 12)
    ]
    return (0.2 * np.sum(tones, axis=0)).astype(np.float32)


def spans_of(gaps_and_lengths: list[tuple[int, int]]) -> list[TimeSpan]:
    spans, now = [], 0
    for gap_ms, length_ms in gaps_and_lengths:
        spans.append(TimeSpan(start_ms=now + gap_ms, end_ms=now + gap_ms + length_ms))
        now = spans[-1].end_ms
    return spans


def test_each_voice_becomes_one_group_without_being_told_how_many() -> None:
    assert np.bincount(grouped(voices(30, 10, 20), threshold=0.5)).tolist() == [30, 10, 20]


def test_so_many_groups_are_made_as_are_asked_for() -> None:
    assert grouped(voices(30, 10, 20), threshold=0.5, groups=2).max() == 1
    assert grouped(voices(5), threshold=0.5, groups=9).max() == 4


def test_a_long_recording_is_grouped_by_a_sample_of_it() -> None:
    labels = grouped(voices(MOST_CLUSTERED, MOST_CLUSTERED), threshold=0.5)

    assert np.bincount(labels).tolist() == [MOST_CLUSTERED, MOST_CLUSTERED]


@given(st.lists(st.integers(0, 5), min_size=1))
def test_groups_are_numbered_as_they_appear(labels: list[int]) -> None:
    numbered = renumbered(np.array(labels)).tolist()

    firsts = [number for k, number in enumerate(numbered) if number not in numbered[:k]]
    assert firsts == list(range(len(set(labels))))
    assert [labels.index(one) for one in labels] == [numbered.index(one) for one in numbered]


def noisy(*counts: int, noise: float, seed: int = 0) -> np.ndarray:
    """Prints in which a voice can hardly be told from one print alone."""
    dice = np.random.default_rng(seed)
    rows = [
        c + dice.normal(0, noise, (n, 256))
        for c, n in zip(np.eye(len(counts), 256), counts, strict=True)
    ]
    return unit(np.concatenate(rows).astype(np.float32))


@pytest.mark.parametrize("noise", [0.02, 0.05, 0.08])
def test_two_groups_of_one_voice_are_one_person_however_noisy_the_prints_are(noise: float) -> None:
    prints = noisy(40, 40, noise=noise)
    cut = np.repeat([0, 1, 2, 3], 20)
    stretches = [list(range(first, first + 20)) for first in range(0, 80, 20)]

    people = same_people(prints, cut, stretches, alike=0.66)

    assert people.tolist() == [0] * 40 + [1] * 40


def test_windows_that_share_sound_are_no_evidence_of_one_voice() -> None:
    """All that two groups have in common is the window on either side of the cut."""
    prints = noisy(10, 10, noise=0.02)
    prints[9] = prints[10] = unit((prints[9] + prints[10])[None])[0]

    people = same_people(prints, np.repeat([0, 1], 10), [list(range(20))], alike=0.66)

    assert people.max() == 1


@given(st.lists(st.integers(0, 4), min_size=1, max_size=40))
def test_joining_groups_never_parts_one(cut: list[int]) -> None:
    labels = renumbered(np.array(cut))
    prints = noisy(len(cut), noise=0.05)

    people = same_people(prints, labels, [list(range(len(cut)))], alike=0.66)

    assert len({(a, b) for a, b in zip(labels.tolist(), people.tolist(), strict=True)}) == (
        labels.max() + 1
    )


def test_someone_who_only_gives_short_answers_is_heard() -> None:
    """Four answers of a second each are more than three seconds of speech."""
    prints = voices(20, 4)
    spans = [TimeSpan(start_ms=k * 1500, end_ms=k * 1500 + 1000) for k in range(24)]
    cut = [window for k, span in enumerate(spans) for window in windows(span, k)]

    labels = voices_of(prints, cut, options=EmbeddingOptions(), speakers=None)

    assert labels.tolist() == [0] * 20 + [1] * 4


def test_a_voice_heard_for_a_moment_belongs_to_the_person_it_is_most_like() -> None:
    prints = voices(20, 2, 20)
    cut = [
        w for k in range(42) for w in windows(TimeSpan(start_ms=k * 900, end_ms=k * 900 + 800), k)
    ]

    labels = voices_of(prints, cut, options=EmbeddingOptions(), speakers=None)

    assert labels.max() == 1


def test_an_outlier_does_not_use_up_the_number_of_speakers() -> None:
    prints = voices(20, 1, 20)
    cut = [
        w for k in range(41) for w in windows(TimeSpan(start_ms=k * 900, end_ms=k * 900 + 800), k)
    ]

    labels = voices_of(prints, cut, options=EmbeddingOptions(), speakers=2)

    assert labels[0] != labels[-1]
    assert labels.max() == 1


def test_one_doubtful_window_does_not_change_the_speaker() -> None:
    likeness = np.array([[0.9, 0.1]] * 5 + [[0.5, 0.6]] + [[0.9, 0.1]] * 5, np.float32)

    assert steady_labels(likeness, change_cost=0.5).tolist() == [0] * 11


def test_a_lasting_change_is_followed() -> None:
    likeness = np.array([[0.9, 0.1]] * 5 + [[0.1, 0.9]] * 5, np.float32)

    assert steady_labels(likeness, change_cost=0.5).tolist() == [0] * 5 + [1] * 5


@given(COVERED, st.randoms(use_true_random=False))
def test_turns_cover_the_speech_exactly(lengths: list[tuple[int, int]], dice) -> None:
    spans = spans_of(lengths)
    cut = [window for k, span in enumerate(spans) for window in windows(span, k)]
    labels = np.array([dice.randrange(3) for _ in cut])

    turns = turns_of(spans, cut, labels)

    assert joined(turns, spans) == [(span.start_ms, span.end_ms) for span in spans]


def joined(turns: tuple[SpeakerTurn, ...], spans: list[TimeSpan]) -> list[tuple[int, int]]:
    """The turns of each span, put together end to start; fails where they do not meet."""
    found, rest = [], list(turns)
    for span in spans:
        inside = [turn.span for turn in rest if turn.span.overlap_ms(span)]
        rest = rest[len(inside) :]
        assert all(a.end_ms == b.start_ms for a, b in pairwise(inside))
        found.append((inside[0].start_ms, inside[-1].end_ms))
    assert not rest
    return found


@pytest.mark.parametrize("pitch_hz", [80, 110, 150, 210, 300])
def test_the_fundamental_is_found_under_a_louder_overtone(pitch_hz: float) -> None:
    assert np.median(frame_pitches(vowel(pitch_hz))) == pytest.approx(pitch_hz, rel=0.03)


@pytest.mark.parametrize("samples", [0, 100, 5_000])
def test_silence_has_neither_pitch_nor_formants(samples: int) -> None:
    silence = np.zeros(samples, np.float32)

    assert len(frame_pitches(silence)) == len(upper_formants(silence)) == 0


def test_the_register_follows_pitch_and_tract() -> None:
    assert register(110, formant_hz=3_000) == "male"
    assert register(210, formant_hz=3_600) == "female"
    assert register(230, formant_hz=2_900) == "male"  # a man calling out
    assert register(200, formant_hz=None) == "female"
    assert register(None, formant_hz=3_300) == "unknown"


def test_a_second_of_sound_has_97_frames_of_40_bands() -> None:
    assert log_mel(vowel(120)).shape == (97, 40)
    assert log_mel(np.zeros(3, np.float32)).shape == (1, 40)


def test_only_16_khz_is_told_apart() -> None:
    diarizer = EmbeddingDiarizer(EmbeddingOptions())

    with pytest.raises(ProviderRejected, match="48000"):
        diarizer.diarize(SoundInMemory(np.zeros(9, np.float32), 48_000), SpeechMap(spans=()))


def test_where_nobody_speaks_there_is_nobody() -> None:
    diarizer = EmbeddingDiarizer(EmbeddingOptions())

    nobody = diarizer.diarize(SoundInMemory(np.zeros(RATE, np.float32)), SpeechMap(spans=()))

    assert nobody == Speakers(turns=(), people=())


@pytest.fixture(scope="module")
def diarizer() -> EmbeddingDiarizer:
    embeddings = EmbeddingDiarizer(EmbeddingOptions())
    try:
        embeddings.check()
    except ProviderNotReady as exc:
        pytest.skip(exc.message)
    return embeddings


@pytest.mark.engines
@pytest.mark.evaluation
@pytest.mark.parametrize(
    ("video", "registers"),
    [
        pytest.param("en_tutorial_1speaker", ["female"], id="one-woman"),
        pytest.param("ptbr_tutorial_1speaker", ["male"], id="one-man"),
        pytest.param("en_dialogue_2speakers", ["female", "male"], id="woman-and-man"),
        pytest.param("ptbr_narration_over_film", ["female", "female"], id="two-women"),
    ],
)
def test_the_people_of_a_video_are_found_with_their_registers(
    diarizer: EmbeddingDiarizer, video: str, registers: list[str]
) -> None:
    found = diarized(diarizer, video)

    assert [person.gender for person in found.people] == registers
    assert purity(found, video) >= 0.97


@pytest.mark.engines
@pytest.mark.evaluation
def test_nobody_of_five_shares_a_voice(diarizer: EmbeddingDiarizer) -> None:
    found = diarized(diarizer, "en_panel_5speakers")

    assert len(found.people) == 5
    assert purity(found, "en_panel_5speakers") >= 0.97
    assert sorted(person.gender for person in found.people)[:4] == ["female"] * 4


@pytest.mark.engines
@pytest.mark.evaluation
def test_two_people_are_found_in_twenty_seconds_of_a_dialogue(diarizer: EmbeddingDiarizer) -> None:
    found = diarized(diarizer, "en_dialogue_2speakers", seconds=20)

    assert len(found.people) == 2
    assert purity(found, "en_dialogue_2speakers") >= 0.97


def diarized(diarizer: EmbeddingDiarizer, video: str, *, seconds: int = 600) -> Speakers:
    sound = evaluation_sound(f"video/{video}.mp4").samples
    recording = SoundInMemory(sound[: seconds * RATE])
    speech = SileroVoiceActivity(SileroOptions()).detect(recording)
    found = diarizer.diarize(recording, speech)
    covered = joined(found.turns, list(speech.spans))
    assert covered == [(span.start_ms, span.end_ms) for span in speech.spans]
    return found


def purity(found: Speakers, video: str) -> float:
    """The share of speech whose speaker label stands mostly for the person who really spoke."""
    truth = json.loads(evaluation_path(f"video/{video}.json").read_text(encoding="utf-8"))
    heard: dict[str, dict[str, float]] = {}
    for turn in found.turns:
        for segment in truth["segments"]:
            begins = max(turn.span.start_ms, segment["start"] * 1000)
            shared = min(turn.span.end_ms, segment["end"] * 1000) - begins
            people = heard.setdefault(turn.speaker, {})
            people[segment["speaker"]] = people.get(segment["speaker"], 0) + max(0, shared)
    total = sum(sum(people.values()) for people in heard.values())
    return sum(max(people.values()) for people in heard.values()) / total
