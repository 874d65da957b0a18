"""One edited line of a long video through the service: how long from the request to the end."""

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import fleet

_LONGEST_DUB_S = 3_600


@dataclass(frozen=True, slots=True)
class ServedEdit:
    """What a user waited for: the first dub, then the edited line; and what was spoken for it."""

    first_s: float
    edited_s: float
    synthesis_s: float
    takes: int
    lines: int

    def told(self, minutes: float) -> str:
        """One line for people."""
        return (
            f"through the service, {minutes:g} min with {self.lines} lines: first dub "
            f"{self.first_s:.1f} s, one line edited {self.edited_s:.1f} s from the request to "
            f"`succeeded`, {self.synthesis_s:.1f} s of it to speak {self.takes} line"
        )


def edit_one_line(video: Path, folder: Path, new_text: str) -> ServedEdit:
    """Dub with stand-in engines on SQLite in `folder`, reword the middle line and dub again."""
    service = fleet.Fleet(folder, fleet.stand_in_settings())
    with service.running() as client:
        project = client.project(client.upload(video), key=uuid4().hex)
        first_s, _ = _run(client, f"/v1/projects/{project}")
        target = f"/v1/projects/{project}/targets/pt"
        lines = client.call("GET", f"{target}/utterances").json()["utterances"]
        line = f"{target}/utterances/{lines[len(lines) // 2]['id']}"
        etag = client.call("GET", line).headers["ETag"]
        change = {"target_text": new_text}
        client.call("PATCH", line, json=change, headers={"If-Match": etag})
        edited_s, operation = _run(client, target)
        spoken_s = _synthesis_s(client, operation)
    return ServedEdit(first_s, edited_s, sum(spoken_s), len(spoken_s), len(lines))


def _run(client: fleet.Client, path: str) -> tuple[float, str]:
    """Seconds from the request to the end, to half a second, and the operation."""
    began = time.monotonic()
    asked = client.call("POST", f"{path}:run", headers={"Idempotency-Key": uuid4().hex})
    operation = str(asked.json()["id"])
    ended = client.wait([operation], within_s=_LONGEST_DUB_S)[operation]
    if ended["state"] != "succeeded":
        sys.exit(f"the operation {ended['state']}: {ended['error']}")
    return time.monotonic() - began, operation


def _synthesis_s(client: fleet.Client, operation: str) -> list[float]:
    log = client.call("GET", f"/v1/operations/{operation}/logs").json()["items"]
    return [
        line["fields"]["elapsed_ms"] / 1000
        for line in log
        if line["event"] == "provider.called" and line["fields"].get("call") == "synthesize"
    ]
