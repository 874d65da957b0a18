"""A busy API on SQLite: 50 calls a second of all kinds while dubs run, one after the other.

python bench/hammer.py [--seconds 60] [--rate 50] [--real]

It tells how many dubs ended meanwhile: when all did, nothing ran any more beside the last calls.
"""

import argparse
import collections
import concurrent.futures
import itertools
import json
import os
import sys
import threading
import time
from pathlib import Path

import fleet
import httpx

_LIMIT_MS = 150.0
_DUBS = 8


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--real", action="store_true", help="dub with the real engines")
    asked = parser.parse_args()
    with fleet.temporary() as name:
        folder = Path(name)
        settings = {} if asked.real else fleet.stand_in_settings(delay_s=0.5)
        kept = fleet.Fleet(folder, settings)
        real = fleet.ROOT / "examples" / "two_voices.mp4"
        video = real if asked.real else fleet.stand_in_video(folder, bursts=60)
        with kept.running() as client:
            operations = []
            for number, copy in enumerate(fleet.copies(video, _DUBS, folder)):
                upload = client.upload(copy)
                project = client.project(upload, key=f"p{number}")
                operations.append(client.run(project, key=f"r{number}"))
            told = hammer(kept.url, project, upload, asked.seconds, asked.rate)
            states = collections.Counter(
                client.call("GET", f"/v1/operations/{one}").json()["state"] for one in operations
            )
        told["dubs"] = dict(states)
        told["load of the last minute"] = round(os.getloadavg()[0], 1)
        logs = "".join(path.read_text(errors="replace") for path in folder.glob("*.log"))
    told["locking errors"] = logs.count("database is locked")
    told["holds"] = (
        told["locking errors"] == 0
        and not told["failed"]
        and told["reads p99 ms"] <= _LIMIT_MS
        and states["running"] == 1
    )
    print(json.dumps(told, indent=1))
    return 0 if told["holds"] else 1


def hammer(url: str, project: str, upload: str, seconds: float, rate: float) -> dict[str, object]:
    """Send calls on time, however long the earlier ones take."""
    numbers = itertools.count()
    reads: list[float] = []
    writes: list[float] = []
    failed: list[str] = []
    lock = threading.Lock()
    paths = (
        f"/v1/projects/{project}", "/v1/projects?limit=20", "/v1/operations?limit=20",
        f"/v1/projects/{project}/targets/pt", "/v1/operations?state=running", "/readyz",
        "/v1/languages", "/v1/usage",
    )  # fmt: skip
    with httpx.Client(base_url=url, timeout=30, limits=httpx.Limits(max_connections=64)) as http:

        def call(number: int) -> None:
            began = time.perf_counter()
            if number % 5 == 4:
                body = {"upload": upload, "name": f"copy {number}", "targets": ["pt", "es"]}
                answer, kind = http.post("/v1/projects", json=body), writes
            else:
                answer, kind = http.get(paths[number % len(paths)]), reads
            took_ms = 1000 * (time.perf_counter() - began)
            with lock:
                kind.append(took_ms)
                if answer.status_code >= 400:
                    failed.append(f"{answer.request.url}: {answer.status_code}")

        with concurrent.futures.ThreadPoolExecutor(48) as pool:
            began = time.perf_counter()
            while (now := time.perf_counter() - began) < seconds:
                number = next(numbers)
                time.sleep(max(0.0, number / rate - now))
                pool.submit(call, number)
    return {
        "calls": len(reads) + len(writes),
        "failed": failed[:10],
        "reads p50 ms": round(fleet.percentile(reads, 0.5), 1),
        "reads p99 ms": round(fleet.percentile(reads, 0.99), 1),
        "writes p50 ms": round(fleet.percentile(writes, 0.5), 1),
        "writes p99 ms": round(fleet.percentile(writes, 0.99), 1),
    }


if __name__ == "__main__":
    sys.exit(main())
