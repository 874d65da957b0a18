"""AAC in units: one stream without seams, and units that know nothing of each other."""

from pathlib import Path

import numpy as np
import pytest
from footage import RATE

from dubwright.domain.audio import Samples
from dubwright.domain.errors import MediaError
from dubwright.media.aac import (
    BLOCK_SAMPLES,
    LOOK_AHEAD_PACKETS,
    PACKET,
    RUN_UP_PACKETS,
    UNIT_PACKETS,
    UNIT_SAMPLES,
    adts_packets,
    decode,
    encode_units,
    has_units,
    packets_of,
)
from dubwright.media.ffmpeg import Ffmpeg

UNITS = 5
CHANNELS = {"mono": 1, "stereo": 2, "5.1": 6}


def _lively(seconds: float, channels: int) -> Samples:
    """Noise with bursts, chirps and silence: everything a coder switches its windows for."""
    random = np.random.default_rng(3)
    count = round(seconds * RATE)
    clock = np.arange(count) / RATE
    sound = 0.02 * random.standard_normal((count, channels))
    sound += (0.2 * np.sin(2 * np.pi * (200 + 300 * clock) * clock))[:, None]
    for start in random.integers(0, count - 3_000, 30):
        sound[start : start + 2_000] += random.uniform(-0.5, 0.5, (2_000, channels))
    sound[count // 2 : count // 2 + RATE // 2] = 0
    return sound.astype(np.float32)


def _around(sound: Samples, first_packet: int, packets: int) -> Samples:
    first = (first_packet - RUN_UP_PACKETS) * PACKET
    count = (RUN_UP_PACKETS + packets + LOOK_AHEAD_PACKETS) * PACKET
    around = np.zeros((count, sound.shape[1]), np.float32)
    start, end = max(0, first), min(len(sound), first + count)
    around[start - first : end - first] = sound[start:end]
    return around


def _encoded(sound: Samples, to: Path, layout: str, ffmpeg: Ffmpeg) -> list[bytes]:
    packets = packets_of(len(sound))
    encode_units(_around(sound, 0, packets), packets, to, layout=layout, ffmpeg=ffmpeg)
    return list(adts_packets(to.read_bytes()))


def _error_db(sound: Samples, heard: Samples) -> np.ndarray:
    """The error of each packet's length of sound."""
    whole = len(sound) // PACKET * PACKET
    error = (heard[:whole] - sound[:whole]).reshape(-1, PACKET * sound.shape[1])
    return 10 * np.log10(np.mean(error.astype(np.float64) ** 2, axis=1) + 1e-12)


@pytest.mark.parametrize("layout", CHANNELS)
def test_seams_are_no_worse_than_the_rest(each_ffmpeg: Ffmpeg, tmp_path: Path, layout: str) -> None:
    sound = _lively(UNITS * UNIT_SAMPLES / RATE, CHANNELS[layout])
    made = _encoded(sound, tmp_path / "a.aac", layout, each_ffmpeg)
    error = _error_db(sound, decode(made, CHANNELS[layout], ffmpeg=each_ffmpeg))
    at_seams = np.zeros(len(error), np.bool_)
    at_seams[UNIT_PACKETS - 1 :: UNIT_PACKETS] = True
    assert at_seams.sum() == UNITS
    assert error[at_seams].max() <= error[~at_seams].max()


def test_at_seams_a_steady_sound_is_as_good_as_elsewhere(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    clock = np.arange(UNITS * UNIT_SAMPLES) / RATE
    noise = 0.01 * np.random.default_rng(5).standard_normal((len(clock), 2))
    tones = sum(0.05 * np.sin(2 * np.pi * hertz * clock) for hertz in (220, 330, 880, 3_000))
    sound = (noise + np.asarray(tones)[:, None]).astype(np.float32)
    made = _encoded(sound, tmp_path / "a.aac", "stereo", ffmpeg)
    error = _error_db(sound, decode(made, 2, ffmpeg=ffmpeg))
    at_seams = error[UNIT_PACKETS - 1 :: UNIT_PACKETS]
    assert at_seams.mean() == pytest.approx(error.mean(), abs=1)
    assert at_seams.max() <= error.max()


def test_sample_0_is_decoded_at_0_and_the_end_is_whole(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    sound = np.zeros((UNIT_SAMPLES + 777, 1), np.float32)
    sound[::4_800] = 0.9
    made = _encoded(sound, tmp_path / "a.aac", "mono", ffmpeg)
    heard = decode(made, 1, ffmpeg=ffmpeg)
    assert len(made) == packets_of(len(sound))
    assert len(heard) >= len(sound)
    assert np.abs(heard[: len(sound)] - sound).max() < 0.2
    assert all(np.abs(heard[at]) > 0.5 for at in range(0, len(sound), 4_800))


def test_an_edit_changes_the_units_it_sounds_in_and_no_others(
    each_ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    sound = _lively(UNITS * UNIT_SAMPLES / RATE, 2)
    changed = sound.copy()
    changed[2 * UNIT_SAMPLES + 20_000 : 2 * UNIT_SAMPLES + 30_000] *= 0.3
    before = _encoded(sound, tmp_path / "a.aac", "stereo", each_ffmpeg)
    after = _encoded(changed, tmp_path / "b.aac", "stereo", each_ffmpeg)
    different = [n for n, pair in enumerate(zip(before, after, strict=True)) if len({*pair}) > 1]
    assert different
    assert {n // UNIT_PACKETS for n in different} == {2}
    heard = [decode(one, 2, ffmpeg=each_ffmpeg) for one in (before, after)]
    apart = np.flatnonzero((heard[0] != heard[1]).any(axis=1))
    assert apart[0] >= 2 * UNIT_SAMPLES - PACKET
    assert apart[-1] < 3 * UNIT_SAMPLES + PACKET


def test_a_unit_is_the_same_whichever_units_are_made_with_it(
    ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    sound = _lively(4 * UNIT_SAMPLES / RATE, 2)
    together = _encoded(sound, tmp_path / "a.aac", "stereo", ffmpeg)
    alone = tmp_path / "b.aac"
    around = _around(sound, 2 * UNIT_PACKETS, UNIT_PACKETS)
    encode_units(around, UNIT_PACKETS, alone, layout="stereo", ffmpeg=ffmpeg)
    unit = together[2 * UNIT_PACKETS : 3 * UNIT_PACKETS]
    assert list(adts_packets(alone.read_bytes())) == unit


def test_what_is_not_adts_is_refused() -> None:
    with pytest.raises(MediaError, match="byte 0"):
        list(adts_packets(b"RIFF....WAVEfmt "))


def test_blocks_are_whole_milliseconds_and_whole_samples_of_speech() -> None:
    assert BLOCK_SAMPLES * 1000 % RATE == 0
    assert BLOCK_SAMPLES % 3 == 0


@pytest.mark.parametrize(("layout", "known"), [("stereo", True), ("5.1", True), ("quad", False)])
def test_only_common_layouts_are_encoded_in_units(layout: str, known: bool) -> None:
    assert has_units(layout) is known
