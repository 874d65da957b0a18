"""Which container a file is, told by its first bytes and never by its name."""

from pathlib import Path

from dubwright.domain.errors import InputError
from dubwright.domain.media import Container

HEAD_BYTES = 4096
_EBML = b"\x1a\x45\xdf\xa3"
_DOC_TYPE = b"\x42\x82"
_QUICKTIME_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_IMAGE_BRANDS = frozenset({b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})


def sniff_container(path: Path) -> Container:
    """The container by content. Raises `InputError` for anything that is not a video container."""
    with path.open("rb") as file:
        found = container_in(file.read(HEAD_BYTES))
    if found is None:
        raise InputError(
            f"{path.name!r} is not a video that can be dubbed",
            hint="give an MP4, MOV, MKV or WebM file",
        )
    return found


def container_in(head: bytes) -> Container | None:
    """The container that begins with these bytes, `HEAD_BYTES` of them; None for anything else."""
    return _matroska(head) if head.startswith(_EBML) else _isobmff(head)


def _isobmff(head: bytes) -> Container | None:
    kind, brand = head[4:8], head[8:12]
    if kind == b"ftyp":
        if brand in _IMAGE_BRANDS:
            return None
        return "mov" if brand == b"qt  " else "mp4"
    return "mov" if kind in _QUICKTIME_BOXES else None


def _matroska(head: bytes) -> Container | None:
    """Reads EBML's DocType: an id of two bytes, a size of one byte, then ASCII (RFC 8794)."""
    at = head.find(_DOC_TYPE)
    if at < 0:
        return None
    size = head[at + 2] & 0x7F if at + 2 < len(head) else 0
    doc_type = head[at + 3 : at + 3 + size].rstrip(b"\0")
    names: dict[bytes, Container] = {b"matroska": "mkv", b"webm": "webm"}
    return names.get(doc_type)
