"""Requests to the storage double and its answers, as plain values."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

from pydantic import JsonValue

_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. `path` is as it was sent, percent-encoded; names of headers are in lower case.

    `base_url` is the double's address. `is_whole` is False when the connection was cut before all
    of the body had arrived.
    """

    base_url: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""
    is_whole: bool = True

    @property
    def parameters(self) -> dict[str, str]:
        """What the query says."""
        return dict(parse_qsl(self.query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers and a body."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Refusal(Exception):
    """An answer of Google's that says no: a status, a reason for programs, a text for people."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message

    def answer(self) -> Answer:
        """As the JSON API words it."""
        told: JsonValue = {
            "error": {
                "code": self.status,
                "message": self.message,
                "errors": [{"domain": "global", "reason": self.reason, "message": self.message}],
            }
        }
        return json_answer(told, self.status)


def json_answer(value: JsonValue, status: int = 200) -> Answer:
    """An answer in JSON."""
    body = json.dumps(value).encode()
    return Answer(status, {"Content-Type": "application/json; charset=UTF-8"}, body)


def json_body(asked: Asked) -> dict[str, JsonValue]:
    """What the body says; nothing, if there is none."""
    value: JsonValue = json.loads(asked.body or b"{}")
    if not isinstance(value, dict):
        raise Refusal(400, "parseError", "Parse Error")
    return value


def content_answer(asked: Asked, content: bytes, headers: Mapping[str, str]) -> Answer:
    """The content, or the part of it that `Range` asks for."""
    match = _RANGE.fullmatch(asked.headers.get("range", "").strip())
    if match is None or not (match[1] or match[2]):
        return Answer(200, headers, content)
    size = len(content)
    start, end = _span(match[1], match[2], size)
    if start >= size:
        return Answer(416, {"Content-Range": f"bytes */{size}"})
    part = content[start:end]
    ranged = {**headers, "Content-Range": f"bytes {start}-{start + len(part) - 1}/{size}"}
    # The sums are those of the whole object, so they come with the whole object alone.
    ranged.pop("x-goog-hash", None)
    return Answer(206, ranged, part)


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size
