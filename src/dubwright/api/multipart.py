"""Forms that are read as they arrive: short fields are kept, and their one file passes by."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import Message
from typing import Final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from dubwright.domain.errors import MalformedRequest, TooLarge

FORM_TYPE: Final = "multipart/form-data"

_MOST_FIELD_BYTES: Final = 2**16
_FILE_FIELD: Final = "file"


@dataclass(frozen=True, slots=True)
class _Head:
    """A part of the form begins. `file_name` None: it is a field."""

    name: str
    file_name: str | None
    content_type: str


class ArrivingForm:
    """A form with one file, in the field `file`. Fields may stand before it and after it.

    In this order: `find_file`, `file_bytes` to its end, `read_rest`; then `fields` are complete.
    """

    def __init__(self, request: Request) -> None:
        self._fields: list[tuple[str, bytearray]] = []
        self.file_name = ""
        self.content_type = ""
        self._parts = _parts(request)
        self._field_bytes = 0

    @property
    def fields(self) -> dict[str, list[str]]:
        """The values of each field, in their order. Raises `MalformedRequest`."""
        values: dict[str, list[str]] = {}
        for name, raw in self._fields:
            values.setdefault(name, []).append(_text(bytes(raw)))
        return values

    async def find_file(self) -> None:
        """Read up to the file. Raises `MalformedRequest` when there is none."""
        async for part in self._parts:
            if isinstance(part, _Head) and part.file_name is not None:
                self._begin_file(part)
                return
            self._take(part)
        raise MalformedRequest(
            "the form has no file", hint=f"send the video in the field `{_FILE_FIELD}`"
        )

    async def file_bytes(self) -> AsyncIterator[bytes]:
        """The file, piece by piece."""
        async for part in self._parts:
            if isinstance(part, _Head):
                self._take(part)
                return
            yield part

    async def read_rest(self) -> None:
        """Read the fields after the file."""
        async for part in self._parts:
            self._take(part)

    def _begin_file(self, part: _Head) -> None:
        if part.name != _FILE_FIELD:
            raise MalformedRequest(
                "the form has a file in an unknown field", hint=f"name it `{_FILE_FIELD}`"
            )
        self.file_name, self.content_type = part.file_name or "", part.content_type

    def _take(self, part: _Head | bytes) -> None:
        if isinstance(part, _Head):
            if part.file_name is not None:
                raise MalformedRequest("the form has two files", hint="send one at a time")
            self._count(len(part.name))
            self._fields.append((part.name, bytearray()))
        elif self._fields:
            self._count(len(part))
            self._fields[-1][1].extend(part)

    def _count(self, size_bytes: int) -> None:
        self._field_bytes += size_bytes + 1
        if self._field_bytes > _MOST_FIELD_BYTES:
            raise TooLarge(
                f"the fields of the form have more than {_MOST_FIELD_BYTES} bytes",
                hint=f"send the video in the field `{_FILE_FIELD}`, with a file name",
            )


def has_form(request: Request) -> bool:
    """Whether the body is a form with files."""
    return _media_type(request) == FORM_TYPE


async def small_body(request: Request, most_bytes: int = 2**20) -> bytes:
    """A body that is short although a longer one would be taken. Raises `TooLarge`."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most_bytes:
            raise TooLarge(
                f"the body is larger than {most_bytes} bytes", hint="send files as a form"
            )
    return bytes(body)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _parts(request: Request) -> AsyncIterator[_Head | bytes]:
    """The heads and the content of all parts, as they arrive."""
    reader = _Reader(_boundary(request))
    async for piece in request.stream():
        for part in reader.read(piece):
            yield part
    reader.finish()


def _boundary(request: Request) -> bytes:
    _, parameters = parse_options_header(request.headers.get("content-type", ""))
    boundary = parameters.get(b"boundary")
    if not boundary:
        raise MalformedRequest("the form has no boundary", hint="let your client make the form")
    return boundary


class _Reader:
    """The parser's callbacks, gathered piece by piece."""

    def __init__(self, boundary: bytes) -> None:
        self._found: list[_Head | bytes] = []
        self._header_name, self._header_value = b"", b""
        self._headers: dict[str, str] = {}
        self._is_whole = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._headers.clear,
                    "on_header_field": self._on_header_field,
                    "on_header_value": self._on_header_value,
                    "on_header_end": self._on_header_end,
                    "on_headers_finished": self._on_headers_finished,
                    "on_part_data": self._on_part_data,
                    "on_end": self._on_end,
                },
            )
        except FormParserError as exc:
            raise _unreadable() from exc

    def read(self, piece: bytes) -> list[_Head | bytes]:
        """What this piece of the body brings."""
        try:
            self._parser.write(piece)
        except FormParserError as exc:
            raise _unreadable() from exc
        found, self._found = self._found, []
        return found

    def finish(self) -> None:
        """Raises `MalformedRequest` unless the form's end was seen."""
        if not self._is_whole:
            raise _unreadable()

    def _on_header_field(self, piece: bytes, start: int, end: int) -> None:
        self._header_name += piece[start:end]

    def _on_header_value(self, piece: bytes, start: int, end: int) -> None:
        self._header_value += piece[start:end]

    def _on_header_end(self) -> None:
        self._headers[_text(self._header_name).lower()] = _text(self._header_value)
        self._header_name, self._header_value = b"", b""

    def _on_headers_finished(self) -> None:
        self._found.append(_head_of(self._headers))

    def _on_part_data(self, piece: bytes, start: int, end: int) -> None:
        self._found.append(piece[start:end])

    def _on_end(self) -> None:
        self._is_whole = True


def _head_of(headers: dict[str, str]) -> _Head:
    described = Message()
    described["Content-Disposition"] = headers.get("content-disposition", "")
    try:
        name = described.get_param("name", header="content-disposition")
        file_name = described.get_filename()
    except ValueError as exc:  # an encoding that cannot decode what it was given
        raise _unreadable() from exc
    if not isinstance(name, str) or not name:
        raise _unreadable()
    return _Head(name, file_name, headers.get("content-type", ""))


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as exc:
        raise MalformedRequest("the form is not UTF-8", hint="send its fields as UTF-8") from exc


def _unreadable() -> MalformedRequest:
    return MalformedRequest("the form cannot be read", hint="let your client make the form")
