"""Buckets and objects as Cloud Storage keeps them: generations, preconditions, checksums."""

import base64
import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from pydantic import JsonValue

from dubwright.testing.google.storage_messages import Refusal

_CHANGEABLE: Final = (
    "contentType", "contentDisposition", "contentEncoding", "contentLanguage", "cacheControl",
    "customTime", "metadata",
)  # fmt: skip
_PAGE: Final = 1000


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One version of an object, with its checksums."""

    bucket: str
    name: str
    content: bytes
    generation: int
    created: datetime
    updated: datetime
    metageneration: int = 1
    metadata: Mapping[str, JsonValue] = field(default_factory=dict)
    crc32c: str = ""
    md5: str = ""

    @property
    def content_type(self) -> str:
        """What the object says that it is."""
        return str(self.metadata.get("contentType") or "application/octet-stream")

    def resource(self, base_url: str) -> dict[str, JsonValue]:
        """As the JSON API shows it."""
        name = quote(self.name, safe="")
        place = f"/storage/v1/b/{self.bucket}/o/{name}"
        return {
            "kind": "storage#object",
            "id": f"{self.bucket}/{self.name}/{self.generation}",
            "selfLink": base_url + place,
            "mediaLink": f"{base_url}/download{place}?generation={self.generation}&alt=media",
            "name": self.name,
            "bucket": self.bucket,
            "generation": str(self.generation),
            "metageneration": str(self.metageneration),
            "size": str(len(self.content)),
            "crc32c": self.crc32c,
            "md5Hash": self.md5,
            "etag": f"{self.generation}/{self.metageneration}",
            "storageClass": "STANDARD",
            "timeCreated": _instant(self.created),
            "updated": _instant(self.updated),
            **{key: self.metadata[key] for key in _CHANGEABLE if key in self.metadata},
        }

    def headers(self) -> dict[str, str]:
        """What a download says of it."""
        told = {
            "Content-Type": self.content_type,
            "ETag": f'"{self.md5}"',
            "Last-Modified": self.updated.strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "Accept-Ranges": "bytes",
            "x-goog-generation": str(self.generation),
            "x-goog-metageneration": str(self.metageneration),
            "x-goog-hash": f"crc32c={self.crc32c},md5={self.md5}",
            "x-goog-stored-content-length": str(len(self.content)),
        }
        for key, header in (
            ("cacheControl", "Cache-Control"),
            ("contentDisposition", "Content-Disposition"),
        ):
            if self.metadata.get(key):
                told[header] = str(self.metadata[key])
        return told


class Contents:
    """All buckets. Every change happens whole, under one lock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.RLock()
        self._buckets: dict[str, dict[str, StoredObject]] = {}
        self._settings: dict[str, dict[str, JsonValue]] = {}
        self._generation = int(now().timestamp() * 1_000_000)

    def add_bucket(self, bucket: str) -> None:
        """Make an empty bucket. Refuses one that is there."""
        with self._lock:
            if bucket in self._buckets:
                raise Refusal(409, "conflict", "You already own this bucket.")
            self._buckets[bucket] = {}
            self._settings[bucket] = {}

    def bucket_resource(self, bucket: str) -> dict[str, JsonValue]:
        """A bucket as the JSON API shows it, with what was set: `cors`, `lifecycle` and the like."""
        with self._lock:
            self._objects(bucket)
            named: dict[str, JsonValue] = {"kind": "storage#bucket", "id": bucket, "name": bucket}
            return named | self._settings[bucket]

    def set_bucket(self, bucket: str, changes: Mapping[str, JsonValue]) -> None:
        """Change the settings of a bucket."""
        with self._lock:
            self._objects(bucket)
            self._settings[bucket].update(changes)

    def find(self, bucket: str, name: str) -> StoredObject:
        """The newest version of an object. Refuses with 404."""
        with self._lock:
            found = self._objects(bucket).get(name)
        if found is None:
            raise Refusal(404, "notFound", f"No such object: {bucket}/{name}")
        return found

    def put(
        self,
        bucket: str,
        name: str,
        content: bytes,
        *,
        metadata: Mapping[str, JsonValue],
        conditions: Mapping[str, str],
    ) -> StoredObject:
        """Keep an object, if the conditions hold and the sums that were told are right."""
        crc32c, md5 = crc32c_of(content), _base64(hashlib.md5(content).digest())  # noqa: S324  # the API has it
        for name_of_sum, found in (("crc32c", crc32c), ("md5Hash", md5)):
            if metadata.get(name_of_sum) not in (None, found):
                raise Refusal(400, "invalid", f"Provided {name_of_sum} doesn't match the content.")
        with self._lock:
            self.require(bucket, name, conditions)
            self._generation += 1
            now = self._now()
            kept = StoredObject(
                bucket, name, content, self._generation, now, now,
                metadata=dict(metadata), crc32c=crc32c, md5=md5,
            )  # fmt: skip
            self._objects(bucket)[name] = kept
        return kept

    def change(
        self,
        bucket: str,
        name: str,
        changes: Mapping[str, JsonValue],
        conditions: Mapping[str, str],
    ) -> StoredObject:
        """Change what an object says of itself. `customTime` never goes back."""
        with self._lock:
            self.require(bucket, name, conditions)
            found = self.find(bucket, name)
            before, after = found.metadata.get("customTime"), changes.get("customTime")
            if before is not None and "customTime" in changes and _goes_back(before, after):
                raise Refusal(400, "invalid", "customTime can neither be removed nor go back.")
            changed = replace(
                found,
                metadata={**found.metadata, **changes},
                metageneration=found.metageneration + 1,
                updated=self._now(),
            )
            self._objects(bucket)[name] = changed
        return changed

    def delete(self, bucket: str, name: str, conditions: Mapping[str, str]) -> None:
        """Forget an object. Refuses with 404."""
        with self._lock:
            self.find(bucket, name)
            self.require(bucket, name, conditions)
            del self._objects(bucket)[name]

    def require(self, bucket: str, name: str, conditions: Mapping[str, str]) -> None:
        """Refuse with 412 unless every condition holds; generation 0 means: not there."""
        with self._lock:
            found = self._objects(bucket).get(name)
        generation = found.generation if found else 0
        metageneration = found.metageneration if found else 0
        wanted = (
            ("ifGenerationMatch", generation, True),
            ("ifGenerationNotMatch", generation, False),
            ("ifMetagenerationMatch", metageneration, True),
            ("ifMetagenerationNotMatch", metageneration, False),
        )
        for condition, number, equal in wanted:
            if condition in conditions and (int(conditions[condition]) == number) is not equal:
                raise Refusal(
                    412,
                    "conditionNotMet",
                    "At least one of the pre-conditions you specified did not hold.",
                )

    def page(self, bucket: str, asked: Mapping[str, str]) -> tuple[list[StoredObject], str | None]:
        """Objects by name, those after `pageToken`, and the token of the next page."""
        with self._lock:
            found = [
                kept
                for name, kept in sorted(self._objects(bucket).items())
                if name.startswith(asked.get("prefix", "")) and name > asked.get("pageToken", "")
            ]
        most = min(int(asked.get("maxResults", _PAGE)), _PAGE)
        return found[:most], found[most - 1].name if len(found) > most else None

    def names(self, bucket: str) -> Iterator[str]:
        """All names, in order; for tests."""
        with self._lock:
            names = sorted(self._objects(bucket))
        yield from names

    def _objects(self, bucket: str) -> dict[str, StoredObject]:
        if bucket not in self._buckets:
            raise Refusal(404, "notFound", "The specified bucket does not exist.")
        return self._buckets[bucket]


def crc32c_of(content: bytes) -> str:
    """The CRC-32C as Cloud Storage writes it: big-endian, in Base64."""
    import google_crc32c

    return _base64(google_crc32c.value(content).to_bytes(4, "big"))


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _goes_back(before: JsonValue, after: JsonValue) -> bool:
    return after is None or _moment(after) < _moment(before)


def _moment(value: JsonValue) -> datetime:
    return datetime.fromisoformat(str(value))
