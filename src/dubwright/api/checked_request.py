"""Requests whose text every database can keep, however it was written."""

import json

from fastapi import Request
from pydantic import JsonValue

from dubwright.domain.errors import MalformedRequest


class CheckedRequest(Request):
    """A request that refuses what JSON readers and databases disagree on: NUL, NaN, Infinity."""

    async def json(self) -> JsonValue:
        """The body. Raises `MalformedRequest`, or `json.JSONDecodeError`."""
        text = _decoded(await self.body())
        value: JsonValue = json.loads(text, parse_constant=_refuse_constant)
        # Only an escape can bring a NUL, and looking for one is quicker than looking everywhere.
        if r"\u0000" in text and _has_nul(value):
            raise _nul_error("the body")
        return value

    def check_address(self) -> None:
        """Raises `MalformedRequest` when the path or the query has a NUL."""
        if "\0" in self.scope["path"] or b"%00" in self.scope["query_string"]:
            raise _nul_error("the address")


def _decoded(body: bytes) -> str:
    """JSON between programs is UTF-8 (RFC 8259, 8.1); readers that guess take UTF-16 too."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise MalformedRequest("the body is not UTF-8", hint="Send JSON as UTF-8.") from exc


def _has_nul(value: JsonValue) -> bool:
    match value:
        case str():
            return "\0" in value
        case list():
            return any(_has_nul(inner) for inner in value)
        case dict():
            return any("\0" in name or _has_nul(inner) for name, inner in value.items())
        case _:
            return False


def _refuse_constant(name: str) -> JsonValue:
    raise MalformedRequest(f"{name} is no number in JSON", hint="Send a number, or leave it out.")


def _nul_error(place: str) -> MalformedRequest:
    return MalformedRequest(f"{place} has a NUL character", hint="Send text without it.")
