"""The JSON API of Cloud Storage, as far as the official Python client uses it."""

import json
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from pydantic import JsonValue

from dubwright.testing.google.storage_contents import Contents, StoredObject
from dubwright.testing.google.storage_messages import (
    Answer,
    Asked,
    Refusal,
    content_answer,
    json_answer,
    json_body,
)
from dubwright.testing.google.storage_sessions import Sessions

_OBJECT: Final = r"/b/([^/]+)/o/([^/]+)"
_PATHS: Final = (
    (re.compile(r"/(?:resumable/)?upload/storage/v1/b/([^/]+)/o"), {"POST": "storage.objects.insert"}),
    (re.compile(r"/storage/v1/b"), {"POST": "storage.buckets.insert"}),
    (
        re.compile(r"/storage/v1/b/([^/]+)"),
        {"GET": "storage.buckets.get", "PATCH": "storage.buckets.patch"},
    ),
    (re.compile(r"/storage/v1/b/([^/]+)/o"), {"GET": "storage.objects.list"}),
    (re.compile(rf"/storage/v1{_OBJECT}/rewriteTo{_OBJECT}"), {"POST": "storage.objects.rewrite"}),
    (re.compile(rf"/storage/v1{_OBJECT}/copyTo{_OBJECT}"), {"POST": "storage.objects.copy"}),
    (
        re.compile(rf"/(?:download/)?storage/v1{_OBJECT}"),
        {
            "GET": "storage.objects.get",
            "PATCH": "storage.objects.patch",
            "DELETE": "storage.objects.delete",
        },
    ),
)  # fmt: skip


def method_of(asked: Asked) -> tuple[str, tuple[str, ...]] | None:
    """The method's name, and the parts of the path; None for what is not of the JSON API."""
    for pattern, names in _PATHS:
        match = pattern.fullmatch(asked.path)
        if match and asked.method in names:
            return names[asked.method], tuple(unquote(part) for part in match.groups())
    return None


class JsonApi:
    """Answers by method."""

    def __init__(self, contents: Contents, sessions: Sessions) -> None:
        self._contents = contents
        self._sessions = sessions

    def answer(self, asked: Asked, method: str, parts: tuple[str, ...]) -> Answer:
        """Do what was asked. Raises `Refusal`."""
        answers: dict[str, Callable[..., Answer]] = {
            "storage.objects.insert": self._insert,
            "storage.buckets.insert": self._make_bucket,
            "storage.buckets.get": self._bucket,
            "storage.buckets.patch": self._set_bucket,
            "storage.objects.list": self._list,
            "storage.objects.rewrite": self._rewrite,
            "storage.objects.copy": self._copy,
            "storage.objects.get": self._get,
            "storage.objects.patch": self._patch,
            "storage.objects.delete": self._delete,
        }
        return answers[method](asked, *parts)

    def _insert(self, asked: Asked, bucket: str) -> Answer:
        kind = asked.parameters.get("uploadType", "media")
        if kind == "resumable":
            metadata = json_body(asked)
            name = asked.parameters.get("name") or str(metadata.get("name", ""))
            told_type = asked.headers.get("x-upload-content-type", "application/octet-stream")
            metadata.setdefault("contentType", told_type)
            return Answer(200, self._sessions.open(asked, bucket, name, metadata))
        if not asked.is_whole:
            raise Refusal(400, "invalid", "The body was cut.")
        if kind == "multipart":
            metadata, content = _two_parts(asked)
        else:
            metadata = {"contentType": asked.headers.get("content-type")}
            content = asked.body
        name = asked.parameters.get("name") or str(metadata.get("name", ""))
        kept = self._contents.put(
            bucket, name, content, metadata=metadata, conditions=asked.parameters
        )
        return json_answer(kept.resource(asked.base_url))

    def _make_bucket(self, asked: Asked) -> Answer:
        told = json_body(asked)
        name = str(told["name"])
        self._contents.add_bucket(name)
        self._contents.set_bucket(name, told)
        return json_answer(self._contents.bucket_resource(name))

    def _bucket(self, asked: Asked, bucket: str) -> Answer:
        return json_answer(self._contents.bucket_resource(bucket))

    def _set_bucket(self, asked: Asked, bucket: str) -> Answer:
        self._contents.set_bucket(bucket, json_body(asked))
        return json_answer(self._contents.bucket_resource(bucket))

    def _list(self, asked: Asked, bucket: str) -> Answer:
        found, following = self._contents.page(bucket, asked.parameters)
        shown: list[JsonValue] = [kept.resource(asked.base_url) for kept in found]
        page: dict[str, JsonValue] = {"kind": "storage#objects", "items": shown}
        return json_answer(page if following is None else page | {"nextPageToken": following})

    def _rewrite(self, asked: Asked, *parts: str) -> Answer:
        copied = self._copied(asked, *parts)
        size = str(len(copied.content))
        return json_answer(
            {
                "kind": "storage#rewriteResponse",
                "done": True,
                "totalBytesRewritten": size,
                "objectSize": size,
                "resource": copied.resource(asked.base_url),
            }
        )

    def _copy(self, asked: Asked, *parts: str) -> Answer:
        return json_answer(self._copied(asked, *parts).resource(asked.base_url))

    def _copied(self, asked: Asked, *parts: str) -> StoredObject:
        bucket, name, to_bucket, to_name = parts
        found = self._contents.find(bucket, name)
        return self._contents.put(
            to_bucket,
            to_name,
            found.content,
            metadata={**found.metadata, **json_body(asked)},
            conditions=asked.parameters,
        )

    def _get(self, asked: Asked, bucket: str, name: str) -> Answer:
        found = self._contents.find(bucket, name)
        self._contents.require(bucket, name, asked.parameters)
        if asked.parameters.get("alt") == "media":
            return content_answer(asked, found.content, found.headers())
        return json_answer(found.resource(asked.base_url))

    def _patch(self, asked: Asked, bucket: str, name: str) -> Answer:
        changed = self._contents.change(bucket, name, json_body(asked), asked.parameters)
        return json_answer(changed.resource(asked.base_url))

    def _delete(self, asked: Asked, bucket: str, name: str) -> Answer:
        self._contents.delete(bucket, name, asked.parameters)
        return Answer(204)


def _two_parts(asked: Asked) -> tuple[dict[str, JsonValue], bytes]:
    """A `multipart/related` body: what the object says of itself, and its content."""
    boundary = re.search(r'boundary="?([^";]+)"?', asked.headers["content-type"])
    if boundary is None:
        raise Refusal(400, "badRequest", "There is no boundary.")
    edge = b"\r\n--" + boundary[1].encode()
    told, media = (b"\r\n" + asked.body).split(edge, 3)[1:3]
    metadata: dict[str, JsonValue] = json.loads(told.partition(b"\r\n\r\n")[2])
    head, _, content = media.partition(b"\r\n\r\n")
    named = re.search(rb"(?i)content-type: *([^\r\n]+)", head)
    metadata.setdefault("contentType", named[1].decode() if named else "")
    return metadata, content
