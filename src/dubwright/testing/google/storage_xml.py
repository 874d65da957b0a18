"""The XML API of Cloud Storage, as far as signed addresses lead to it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote
from xml.sax.saxutils import escape

from pydantic import JsonValue

from dubwright.testing.google.storage_contents import Contents
from dubwright.testing.google.storage_messages import Answer, Asked, Refusal, content_answer
from dubwright.testing.google.storage_sessions import Sessions
from dubwright.testing.google.storage_signatures import require_signature

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_CONDITION: Final = "x-goog-if-generation-match"


class XmlApi:
    """Answers signed requests for `/bucket/name`. `keys` are the accounts that may sign."""

    def __init__(
        self,
        contents: Contents,
        sessions: Sessions,
        *,
        keys: "Mapping[str, RSAPublicKey]",
        now: Callable[[], datetime],
    ) -> None:
        self._contents = contents
        self._sessions = sessions
        self._keys = keys
        self._now = now

    def answer(self, asked: Asked) -> Answer:
        """Do what was asked. Refusals are XML."""
        try:
            require_signature(asked, self._keys, self._now())
            bucket, _, name = unquote(asked.path.removeprefix("/")).partition("/")
            return self._answer(asked, bucket, name)
        except Refusal as refusal:
            return _as_xml(refusal)

    def _answer(self, asked: Asked, bucket: str, name: str) -> Answer:
        match asked.method:
            case "GET" | "HEAD":
                return self._get(asked, bucket, name)
            case "PUT":
                return self._put(asked, bucket, name)
            case "POST" if asked.headers.get("x-goog-resumable") == "start":
                opened = self._sessions.open(asked, bucket, name, _metadata(asked))
                return Answer(201, opened)
        raise Refusal(405, "MethodNotAllowed", "The method is not allowed here.")

    def _get(self, asked: Asked, bucket: str, name: str) -> Answer:
        found = self._contents.find(bucket, name)
        headers = found.headers()
        for parameter, header in (
            ("response-content-disposition", "Content-Disposition"),
            ("response-content-type", "Content-Type"),
        ):
            if parameter in asked.parameters:
                headers[header] = asked.parameters[parameter]
        if asked.headers.get("if-none-match") == headers["ETag"]:
            return Answer(304, {"ETag": headers["ETag"]})
        if asked.headers.get("if-range", headers["ETag"]) != headers["ETag"]:
            return Answer(200, headers, found.content)
        return content_answer(asked, found.content, headers)

    def _put(self, asked: Asked, bucket: str, name: str) -> Answer:
        told = asked.headers.get(_CONDITION)
        conditions = {} if told is None else {"ifGenerationMatch": told}
        kept = self._contents.put(
            bucket, name, asked.body, metadata=_metadata(asked), conditions=conditions
        )
        return Answer(200, kept.headers() | {"Content-Length": "0"})


def _metadata(asked: Asked) -> dict[str, JsonValue]:
    return {"contentType": asked.headers.get("content-type", "application/octet-stream")}


def _as_xml(refusal: Refusal) -> Answer:
    names = {"notFound": "NoSuchKey", "conditionNotMet": "PreconditionFailed"}
    code = names.get(refusal.reason, refusal.reason)
    body = (
        "<?xml version='1.0' encoding='UTF-8'?>"
        f"<Error><Code>{escape(code)}</Code><Message>{escape(refusal.message)}</Message></Error>"
    )
    headers = {"Content-Type": "application/xml; charset=UTF-8"}
    return Answer(refusal.status, headers, body.encode())
