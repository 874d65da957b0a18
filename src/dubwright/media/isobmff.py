"""The boxes of an MP4 or MOV file, read before any decoder sees it (ISO/IEC 14496-12)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dubwright.domain.errors import InputError

_MOST_BOXES = 500_000
_DEEPEST = 12
_FOLDERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf"})
_ENCRYPTED = frozenset({b"encv", b"enca", b"drmi", b"drms"})
_SELF_CONTAINED = 1
_VISUAL_ENTRY_BYTES = 36
_BROKEN = "download or export it again; this copy is damaged"


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its four-letter kind and where its content lies in the file."""

    kind: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PictureSize:
    """The size that a sample entry declares, whatever the stream inside it says."""

    width: int
    height: int


def check_boxes(path: Path) -> tuple[PictureSize, ...]:
    """Walk the boxes and return every declared picture size.

    Raises `InputError` for a file that is cut off, has no index, is encrypted, is nested
    absurdly, or names another file as the place of its media.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        moov = _find_index(file, size, path.name)
        sizes: list[PictureSize] = []
        for box in _descend(file, moov, depth=1, name=path.name):
            if box.kind == b"dref":
                _check_references(file, box, path.name)
            elif box.kind == b"stsd":
                sizes.extend(_picture_sizes(file, box, path.name))
        return tuple(sizes)


def _find_index(file: BinaryIO, size: int, name: str) -> Box:
    """The `moov` box. What follows both it and the media is not ours to judge."""
    moov, has_media = None, False
    for box in _boxes(file, 0, size, name):
        is_media = box.kind in {b"mdat", b"moof"}
        is_cut = box.end > size
        if is_cut and (is_media or moov is None or not has_media):
            raise InputError(
                f"{name!r} is cut off: it declares {box.end} bytes and has {size}", hint=_BROKEN
            )
        if is_cut:
            break
        moov = box if moov is None and box.kind == b"moov" else moov
        has_media = has_media or is_media
    if moov is None or not has_media:
        missing = "media (`mdat`)" if moov else "index (`moov`)"
        raise InputError(f"{name!r} has no {missing}: it is cut off", hint=_BROKEN)
    return moov


def _descend(file: BinaryIO, folder: Box, *, depth: int, name: str) -> Iterator[Box]:
    if depth > _DEEPEST:
        raise InputError(f"the boxes of {name!r} are nested too deeply", hint=_BROKEN)
    for box in _boxes(file, folder.start, folder.end, name):
        yield box
        if box.kind in _FOLDERS:
            yield from _descend(file, box, depth=depth + 1, name=name)


def _boxes(file: BinaryIO, start: int, end: int, name: str) -> Iterator[Box]:
    """The boxes from `start` to `end`. The last may claim to end later than it can."""
    for _ in range(_MOST_BOXES):
        if end - start < 8:
            return
        file.seek(start)
        header = file.read(16)
        size, kind, head = int.from_bytes(header[:4]), header[4:8], 8
        if size == 1:
            size, head = int.from_bytes(header[8:16]), 16
        elif size == 0:
            size = end - start
        if size < head:
            return
        yield Box(kind, start + head, start + size)
        start += size
    raise InputError(f"{name!r} has more than {_MOST_BOXES} boxes", hint=_BROKEN)


def _check_references(file: BinaryIO, dref: Box, name: str) -> None:
    for entry in _boxes(file, dref.start + 8, dref.end, name):
        file.seek(entry.start)
        if not int.from_bytes(file.read(4)) & _SELF_CONTAINED:
            raise InputError(
                f"{name!r} keeps its media in another file",
                hint="export a self-contained video, with picture and sound in one file",
            )


def _picture_sizes(file: BinaryIO, stsd: Box, name: str) -> Iterator[PictureSize]:
    """Sizes of the visual entries. A sound or text entry is told by its handler's codecs."""
    for entry in _boxes(file, stsd.start + 8, stsd.end, name):
        if entry.kind in _ENCRYPTED:
            raise InputError(
                f"{name!r} is encrypted", hint="use a copy without copy protection (DRM)"
            )
        if entry.kind in _PICTURE_CODECS and entry.end - entry.start >= _VISUAL_ENTRY_BYTES:
            file.seek(entry.start + 24)
            yield PictureSize(int.from_bytes(file.read(2)), int.from_bytes(file.read(2)))


_PICTURE_CODECS = frozenset(
    {b"avc1", b"avc3", b"hvc1", b"hev1", b"av01", b"vp08", b"vp09", b"mp4v", b"dvh1", b"dvhe",
     b"s263", b"h263", b"apch", b"apcn", b"apcs", b"apco", b"ap4h", b"jpeg", b"mjpa", b"vvc1"}
)  # fmt: skip
