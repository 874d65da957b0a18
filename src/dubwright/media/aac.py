"""AAC in units that know nothing of each other: an edit changes the units it sounds in, no others.

A codec remembers: its rate control carries what it heard on to everything that follows. So the
sound is cut into units of a good second, each encoded by a coder of its own that hears a little
before and after. Joined in order, their packets are one stream, as if one coder had made it.
"""

import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from dubwright.domain.audio import Samples
from dubwright.domain.errors import MediaError
from dubwright.media.ffmpeg import Ffmpeg, IsCancelled, local

PACKET = 1_024
"""Samples in a packet. Packet `n` is decoded to the samples before `n * PACKET`: it takes one to
begin, the priming."""
UNIT_PACKETS = 64
UNIT_SAMPLES = UNIT_PACKETS * PACKET
UNITS_PER_BLOCK = 21
BLOCK_SAMPLES = UNITS_PER_BLOCK * UNIT_SAMPLES
"""28.7 s at 48 kHz, and a whole number of samples at 16 kHz too."""
RUN_UP_PACKETS = 8
LOOK_AHEAD_PACKETS = 3

_RATE = 48_000
_KBPS = {"mono": 128, "stereo": 192, "3.0": 192, "4.0": 256, "5.0": 320, "5.1": 384, "7.1": 512}
_HEADER = 7
_TIMEOUT_S = 120.0


def has_units(layout: str) -> bool:
    """Whether sound of this layout can be encoded in units; other layouts are rare."""
    return layout in _KBPS


def packets_of(samples: int) -> int:
    """How many packets a sound has, the priming included."""
    return -(-samples // PACKET) + 1


def encode_units(
    around: Samples,
    packets: int,
    to: Path,
    *,
    layout: str,
    ffmpeg: Ffmpeg,
    cancelled: IsCancelled | None = None,
) -> None:
    """Write `packets` packets as ADTS.

    `around` begins `RUN_UP_PACKETS` before the first packet and ends `LOOK_AHEAD_PACKETS` after
    the last one, 48 kHz, shape (n, channels).
    """
    units = -(-packets // UNIT_PACKETS)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix="units.part") as folder:
        parts = [Path(folder) / f"{unit}.aac" for unit in range(units)]
        ffmpeg.write_blocks(
            _coders(parts, len(around), layout),
            [around],
            timeout_s=_TIMEOUT_S,
            cancelled=cancelled,
        )
        kept = (_of_unit(part.read_bytes()) for part in parts)
        made = list(islice((packet for unit in kept for packet in unit), packets))
    if len(made) != packets:
        raise MediaError(f"ffmpeg made {len(made)} AAC packets of {packets}")
    to.write_bytes(b"".join(made))


def decode(packets: Sequence[bytes], channels: int, *, ffmpeg: Ffmpeg) -> Samples:
    """The sound of consecutive ADTS packets, shape (n, channels).

    It begins after the first packet, which only brings the decoder into swing.
    """
    raw = ffmpeg.run(
        ["-f", "aac", "-i", "pipe:0", "-f", "f32le", "pipe:1"],
        timeout_s=_TIMEOUT_S,
        stdin=b"".join(packets),
    )
    return np.frombuffer(raw, "<f4").reshape(-1, channels)[PACKET:]


def adts_packets(stream: bytes) -> Iterator[bytes]:
    """The packets of an ADTS stream, each with its header of `_HEADER` bytes."""
    at = 0
    while at < len(stream):
        head = stream[at : at + _HEADER]
        length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        if head[0] != 0xFF or length <= _HEADER:
            raise MediaError(f"no AAC packet at byte {at}")
        yield stream[at : at + length]
        at += length


def payload(packet: bytes) -> bytes:
    """A packet as containers carry it, without its ADTS header."""
    return packet[_HEADER:]


def join(blocks: Sequence[Path], to: Path, *, primed: bool) -> None:
    """Encoded blocks as one ADTS stream, with the priming packet or without it."""
    with to.open("wb") as joined:
        for number, block in enumerate(blocks):
            stream = block.read_bytes()
            priming = 0 if primed or number else len(next(adts_packets(stream)))
            joined.write(stream[priming:])


def in_step(samples: int, *, primed: bool) -> str:
    """The bitstream filter that gives joined blocks their times: priming before 0, a whole end."""
    # In lengths of a packet, because programs differ in the unit of time that they use here.
    at = "(N-1)" if primed else "N"
    return (
        f"aac_adtstoasc,setts=ts={at}*DURATION:"  # codespell:ignore setts
        rf"duration=min(1\,{samples}/{PACKET}-{at})*DURATION"
    )


def _coders(parts: Sequence[Path], samples: int, layout: str) -> list[str]:
    """One coder for each part, each hearing its unit and a little round it."""
    reach = (RUN_UP_PACKETS + UNIT_PACKETS + LOOK_AHEAD_PACKETS) * PACKET
    copies = "".join(f"[c{unit}]" for unit in range(len(parts)))
    cuts = [
        f"[c{unit}]atrim=start_sample={unit * UNIT_SAMPLES}"
        f":end_sample={min(samples, unit * UNIT_SAMPLES + reach)},asetpts=PTS-STARTPTS[u{unit}]"
        for unit in range(len(parts))
    ]
    graph = ";".join([f"[0:a]asplit={len(parts)}{copies}", *cuts])
    words = ["-f", "f32le", "-ar", str(_RATE), "-ch_layout", layout, "-i", "pipe:0"]
    words += ["-filter_complex", graph]
    for unit, part in enumerate(parts):
        words += ["-map", f"[u{unit}]", *_coder(layout), "-f", "adts", local(part)]
    return words


def _coder(layout: str) -> list[str]:
    # `fast` is the better coder at these rates, by ffmpeg's own manual, and takes half the time.
    # Without noise substitution, which a decoder draws from one random sequence for the whole
    # stream, a packet sounds the same whatever came before the one before it.
    coder = ["-c:a", "aac", "-aac_coder", "fast", "-aac_pns", "0"]
    return [*coder, "-b:a", f"{_KBPS[layout]}k", "-fflags", "+bitexact", "-flags:a", "+bitexact"]


def _of_unit(stream: bytes) -> list[bytes]:
    """The packets of one coder without those of its run-up and look-ahead."""
    packets = list(adts_packets(stream))
    return packets[RUN_UP_PACKETS : RUN_UP_PACKETS + UNIT_PACKETS]
