"""10,000 operations that wait: the API stays quick and its memory flat.

python bench/crowd.py [--operations 10000]
"""

import argparse
import concurrent.futures
import json
import sys
import time
from pathlib import Path

import fleet
import httpx

_LIMIT_MS = 150.0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--operations", type=int, default=10_000)
    asked = parser.parse_args()
    with fleet.temporary() as name:
        settings = fleet.stand_in_settings()
        kept = fleet.Fleet(Path(name), settings, workers=0)
        with kept.running() as client, httpx.Client(base_url=kept.url, timeout=60) as http:
            queue(http, 200)
            before_mb, before = resident_mb(kept), latencies(http)
            began = time.monotonic()
            queue(http, asked.operations - 200)
            queued_s = time.monotonic() - began
            after_mb, after = resident_mb(kept), latencies(http)
            client.call("GET", "/v1/operations?limit=200")
    told = {
        "queued a second": round(asked.operations / queued_s),
        "memory at 200 and in the end, MB": [before_mb, after_mb],
        "reads p50 and p99 at 200, ms": before,
        "reads p50 and p99 in the end, ms": after,
    }
    told["holds"] = after[1] <= _LIMIT_MS and after_mb <= before_mb * 1.3 + 20
    print(json.dumps(told, indent=1))
    return 0 if told["holds"] else 1


def queue(http: httpx.Client, count: int) -> None:
    """Queue short texts to be spoken; nobody works on them."""
    body = {"text": "Bom dia.", "language": "pt"}

    def one(_: int) -> None:
        answer = http.post("/v1/stages/synthesize", json=body)
        assert answer.status_code == 202, answer.text

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(count)))


def latencies(http: httpx.Client) -> list[float]:
    """p50 and p99 of reads, in ms."""
    took = []
    for number in range(200):
        path = ("/v1/operations?limit=50", "/v1/projects", "/readyz")[number % 3]
        began = time.perf_counter()
        http.get(path)
        took.append(1000 * (time.perf_counter() - began))
    return [round(fleet.percentile(took, share), 1) for share in (0.5, 0.99)]


def resident_mb(kept: fleet.Fleet) -> float:
    """What the API process holds in memory."""
    assert kept.api.life is not None
    status = Path(f"/proc/{kept.api.life.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024)


if __name__ == "__main__":
    sys.exit(main())
