"""One user's way through the API, from outside, with nothing but httpx.

python bench/api_journey.py URL VIDEO [--key KEY] [--target pt] [--engines JSON]

Uploads in pieces with a cut, dubs, follows the live progress with a reconnect, edits a line, dubs
again, downloads in ranges and deletes. Prints what it saw; ends with 0 if all of it held.
"""

import argparse
import base64
import hashlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

_TUS = {"Tus-Resumable": "1.0.0"}
_PIECE = 256 * 1024


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("video", type=Path)
    parser.add_argument("--key")
    parser.add_argument("--target", default="pt")
    parser.add_argument("--engines", default="{}")
    asked = parser.parse_args()
    headers = {"Authorization": f"Bearer {asked.key}"} if asked.key else {}
    with httpx.Client(base_url=asked.url, headers=headers, timeout=120) as http:
        journey = Journey(http, asked.video, asked.target, json.loads(asked.engines))
        for step in (
            journey.upload, journey.make_project, journey.estimate, journey.dub, journey.edit,
            journey.dub_again, journey.download, journey.call_stages, journey.delete,
        ):  # fmt: skip
            began = time.monotonic()
            told = step()
            print(f"{step.__name__.replace('_', ' '):14} {time.monotonic() - began:6.1f} s  {told}")
    return 0


class Journey:
    """The steps, in order; each asserts what a user would expect."""

    def __init__(
        self, http: httpx.Client, video: Path, target: str, engines: dict[str, str]
    ) -> None:
        self._http = http
        self._video = video
        self._target = target
        self._engines = engines
        self._upload = self._project = ""
        self._first_video = b""

    def upload(self) -> str:
        """In pieces, one of them cut in the middle, and gone on with."""
        content = self._video.read_bytes()
        name = base64.b64encode(self._video.name.encode()).decode()
        made = self._call(
            "POST", "/v1/uploads",
            headers={**_TUS, "Upload-Length": str(len(content)), "Upload-Metadata": f"filename {name}"},
        )  # fmt: skip
        place, cuts, offset = made.headers["Location"], 0, 0
        while offset < len(content):
            piece = content[offset : offset + _PIECE]
            if offset and not cuts:
                cuts += self._cut(place, piece, offset)
                offset = int(self._call("HEAD", place, headers=_TUS).headers["Upload-Offset"])
                continue
            checksum = base64.b64encode(hashlib.sha256(piece).digest()).decode()
            answer = self._http.patch(
                place, content=piece,
                headers={
                    **_TUS,
                    "Upload-Offset": str(offset),
                    "Content-Type": "application/offset+octet-stream",
                    "Upload-Checksum": f"sha256 {checksum}",
                },
            )  # fmt: skip
            if answer.status_code in (409, 423):  # the request that was cut is still being noticed
                time.sleep(0.2)
                offset = int(self._call("HEAD", place, headers=_TUS).headers["Upload-Offset"])
                continue
            assert answer.status_code == 204, answer.text
            offset = int(answer.headers["Upload-Offset"])
        shown = self._call("GET", place).json()
        assert shown["sha256"] == hashlib.sha256(content).hexdigest()
        self._upload = place.rsplit("/", 1)[1]
        return f"{len(content)} bytes, {cuts} cut"

    def _cut(self, place: str, piece: bytes, offset: int) -> int:
        """Promise a piece and hang up half-way through it."""

        def half() -> Iterator[bytes]:
            yield piece[: len(piece) // 2]
            raise ConnectionError("cut")

        headers = {
            **_TUS,
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(len(piece)),
        }
        try:
            self._http.patch(place, content=half(), headers=headers)
        except (ConnectionError, httpx.HTTPError):
            return 1
        raise AssertionError("the cut went unnoticed")

    def make_project(self) -> str:
        body = {
            "upload": self._upload,
            "name": "Journey",
            "source_language": "en",
            "targets": [self._target],
            "settings": {"engines": self._engines},
        }
        headers = {"Idempotency-Key": f"journey-{self._upload}"}
        first = self._call("POST", "/v1/projects", json=body, headers=headers).json()
        again = self._call("POST", "/v1/projects", json=body, headers=headers).json()
        assert first["id"] == again["id"]
        self._project = f"/v1/projects/{first['id']}"
        return str(first["id"])

    def estimate(self) -> str:
        told = self._call("POST", f"{self._project}:estimate").json()
        return json.dumps(told)[:160]

    def dub(self) -> str:
        """Follow the progress, hang up in the middle, and miss nothing."""
        started = self._call("POST", f"{self._project}:run")
        assert started.status_code == 202
        operation = started.headers["Operation-Location"]
        ids = self._follow(operation, stop_after=5)
        ids += self._follow(operation, after=ids[-1])
        assert ids == sorted(set(ids)), "an event came twice or out of order"
        self._expect_success(operation)
        return f"{len(ids)} events, one reconnect"

    def edit(self) -> str:
        script = self._call("GET", f"{self._target_path}/utterances").json()
        self._first_video = self._artifact(self._video_name())
        line = script["utterances"][len(script["utterances"]) // 2]
        path = f"{self._target_path}/utterances/{line['id']}"
        unsure = self._http.patch(path, json={"target_text": "Uma frase nova."})
        assert unsure.status_code == 428, unsure.text
        etag = self._call("GET", path).headers["ETag"]
        change = {"target_text": "Uma frase nova."}
        edited = self._call("PATCH", path, json=change, headers={"If-Match": etag}).json()
        assert edited["stale"]
        stale = self._http.patch(path, json=change, headers={"If-Match": etag})
        assert stale.status_code == 412, stale.text
        assert self._call("GET", self._target_path).json()["stale"]
        return f"line {line['id']} of {len(script['utterances'])}"

    def dub_again(self) -> str:
        started = self._call("POST", f"{self._target_path}:run")
        operation = started.headers["Operation-Location"]
        self._follow(operation)
        self._expect_success(operation)
        assert not self._call("GET", self._target_path).json()["stale"]
        calls = [
            line
            for line in self._call("GET", f"{operation}/logs").json()["items"]
            if line["fields"].get("call") == "synthesize"
        ]
        assert len(calls) == 1, f"{len(calls)} lines were spoken"
        assert self._artifact(self._video_name()) != self._first_video
        return "1 line spoken"

    def download(self) -> str:
        """The second half first, then the first; unchanged files are not sent again."""
        path = f"{self._target_path}/artifacts/{self._video_name()}"
        whole = self._call("GET", path)
        size = len(whole.content)
        tail = self._call("GET", path, headers={"Range": f"bytes={size // 2}-"})
        head = self._call("GET", path, headers={"Range": f"bytes=0-{size // 2 - 1}"})
        assert (head.status_code, tail.status_code) == (206, 206)
        assert head.content + tail.content == whole.content
        known = self._http.get(path, headers={"If-None-Match": whole.headers["ETag"]})
        assert known.status_code == 304
        beyond = self._http.get(path, headers={"Range": f"bytes={size}-"})
        assert beyond.status_code == 416
        return f"{size} bytes in two ranges"

    def call_stages(self) -> str:
        """Stages without a project: text to text, text to speech."""
        texts = {"texts": ["Good morning."], "source_language": "en", "target_language": "pt"}
        started = self._call(
            "POST", "/v1/stages/translate", json={**texts, "engines": self._engines}
        )
        done = self._wait(started.headers["Operation-Location"])
        assert done["state"] == "succeeded", done["error"]
        text = done["result"]["value"]["translations"][0]["text"]
        speech = {"text": text, "language": "pt", "engines": self._engines}
        started = self._call("POST", "/v1/stages/synthesize", json=speech)
        done = self._wait(started.headers["Operation-Location"])
        assert done["state"] == "succeeded", done["error"]
        wav = self._call("GET", done["artifacts"][0]["url"]).content
        assert wav[:4] == b"RIFF"
        return f"{text!r}, {len(wav)} bytes of speech"

    def delete(self) -> str:
        self._call("DELETE", self._project)
        gone = self._http.get(self._project)
        assert gone.status_code == 404
        assert gone.json()["code"] == "not_found"
        return "gone"

    @property
    def _target_path(self) -> str:
        return f"{self._project}/targets/{self._target}"

    def _video_name(self) -> str:
        names = [one["name"] for one in self._call("GET", self._target_path).json()["artifacts"]]
        return next(name for name in names if name.startswith("video."))

    def _artifact(self, name: str) -> bytes:
        return self._call("GET", f"{self._target_path}/artifacts/{name}").content

    def _expect_success(self, operation: str) -> None:
        ended = self._wait(operation)
        assert ended["state"] == "succeeded", ended["error"]

    def _wait(self, operation: str) -> dict[str, Any]:
        while not (shown := self._call("GET", operation).json())["done"]:
            time.sleep(0.3)
        return dict(shown)

    def _follow(
        self, operation: str, *, after: int | None = None, stop_after: int | None = None
    ) -> list[int]:
        """The ids of the events, until the end or until so many came."""
        headers = {"Accept": "text/event-stream"}
        if after is not None:
            headers["Last-Event-ID"] = str(after)
        ids: list[int] = []
        with self._http.stream("GET", f"{operation}/events", headers=headers) as stream:
            assert stream.status_code == 200, stream.read()
            fields: dict[str, str] = {}
            for line in stream.iter_lines():
                name, _, value = line.partition(": ")
                fields[name] = value
                if line:
                    continue
                if fields.get("event") == "end":
                    break
                if "id" in fields:
                    ids.append(int(fields["id"]))
                if stop_after and len(ids) >= stop_after:
                    break
                fields = {}
        return ids

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:
        answer = self._http.request(method, path, **options)
        assert answer.status_code < 400, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer


if __name__ == "__main__":
    sys.exit(main())
