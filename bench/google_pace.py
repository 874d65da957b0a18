"""How fast Google's engines are used at the quotas and latencies that Google documents.

python bench/google_pace.py quota      four workers share 200 voice calls a minute
python bench/google_pace.py hour       one video of an hour, with 200 and with 1,000 calls a minute

The doubles answer with engines that cost nothing, after the time that Google takes, and refuse
every call beyond the quota in any minute, as Google does.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fleet

from dubwright.testing.google import Conduct, GoogleCloud, Quota, Quotas, create_engines
from dubwright.testing.google.conduct import TYPICAL_LATENCIES

_VOICES = "TextToSpeech/SynthesizeSpeech"
_FAMILIES = {200: "chirp3-hd", 1000: "neural2"}
_LIMITS_S = {200: 360, 1000: 180}
_LINE_S = 4.5
_SAMPLE_EVERY_S = 5.0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("quota", "hour"))
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--dubs", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--per-minute", type=int, action="append")
    asked = parser.parse_args()
    if asked.what == "quota":
        told = shared_quota(asked.workers, asked.dubs)
    else:
        told = [one_hour(asked.minutes, rate) for rate in asked.per_minute or (200, 1000)]
    print(json.dumps(told, indent=1))
    return 0 if all(one["holds"] for one in (told if isinstance(told, list) else [told])) else 1


def shared_quota(workers: int, dubs: int) -> dict[str, Any]:
    """Lines spoken by several workers that share one quota: none fails, and the quota is used."""
    from postgresql_server import PostgresqlServer, programs_folder

    server = PostgresqlServer(programs_folder())
    server.start()
    try:
        with fleet.temporary() as name, cloud(Path(name), per_minute=200) as double:
            server.execute("CREATE DATABASE pace")
            kept = fleet.Fleet(
                Path(name),
                {
                    **settings(double, 200),
                    "DUBWRIGHT_DATABASE_URL": server.url("pace"),
                    "DUBWRIGHT_WORKERS": "1",
                },
                workers=workers,
            )
            videos = fleet.copies(talk(Path(name), minutes=10), dubs, Path(name))
            with kept.running() as client:
                projects = [
                    client.project(client.upload(video), key=f"p{number}")
                    for number, video in enumerate(videos)
                ]
                with Sampled(double) as sampled:
                    began = time.monotonic()
                    operations = [spoken(client, project) for project in projects]
                    ended = client.wait(operations, within_s=3000)
                    wall_s = time.monotonic() - began
            return quota_report(double, sampled, ended, wall_s)
    finally:
        server.remove()


def spoken(client: fleet.Client, project: str) -> str:
    """Have all lines of a project spoken, and nothing mixed; the operation's id."""
    answer = client.call("POST", f"/v1/projects/{project}/targets/pt:synthesize")
    return str(answer.json()["id"])


def quota_report(
    double: GoogleCloud, sampled: "Sampled", ended: Mapping[str, Any], wall_s: float
) -> dict[str, Any]:
    """The rate is that of the minutes in which the workers had lines to speak throughout."""
    use = double.statement().methods[_VOICES]
    failed = [one for one in ended.values() if one["state"] != "succeeded"]
    rate = sampled.busy_rate()
    return {
        "holds": not failed and rate >= 0.9 * 200,
        "dubs": len(ended),
        "failed_dubs": [one["error"] for one in failed],
        "voice_calls": use.requests,
        "refused_calls": use.failed,
        "calls_per_minute_while_busy": round(rate, 1),
        "wall_s": round(wall_s, 1),
    }


def one_hour(minutes: float, per_minute: int) -> dict[str, Any]:
    """One video from the upload to the finished file, by one worker."""
    with fleet.temporary() as name, cloud(Path(name), per_minute=per_minute) as double:
        kept = fleet.Fleet(Path(name), settings(double, per_minute), workers=1)
        video = talk(Path(name), minutes=minutes)
        with kept.running() as client:
            project = client.project(client.upload(video), key="p")
            began = time.monotonic()
            operation = client.run(project, key="r")
            ended = client.wait([operation], within_s=3600)[operation]
            wall_s = time.monotonic() - began
            lines = client.call("GET", f"/v1/projects/{project}/targets/pt").json()
        use = double.statement().methods
        limit_s = _LIMITS_S[per_minute] * minutes / 60
        return {
            "holds": ended["state"] == "succeeded" and wall_s <= limit_s,
            "minutes": minutes,
            "lines": len(lines.get("utterances", ())),
            "quota": per_minute,
            "state": ended["state"],
            "error": ended["error"],
            "wall_s": round(wall_s, 1),
            "limit_s": limit_s,
            "calls": {method: [one.requests, one.failed] for method, one in use.items()},
        }


@contextmanager
def cloud(folder: Path, *, per_minute: int) -> Iterator[GoogleCloud]:
    """The doubles, as slow and as strict as Google."""
    conduct = Conduct(quotas=Quotas([Quota(_VOICES, per_minute)]), latencies=TYPICAL_LATENCIES)
    secrets = folder / "google"
    secrets.mkdir()
    engines = create_engines(options={"speech_to_text": {"lines": sentences()}})
    with GoogleCloud(secrets, engines, conduct=conduct) as double:
        yield double


def sentences() -> list[str]:
    """Many that differ: one that is said again is not spoken again."""
    dice = random.Random(1)  # noqa: S311  # it writes sentences
    words = [
        "people",
        "often",
        "ask",
        "why",
        "rivers",
        "bend",
        "when",
        "water",
        "could",
        "run",
        "straight",
        "to",
        "the",
        "sea",
        "below",
    ]
    return [f"{' '.join(dice.sample(words, 7)).capitalize()}." for _ in range(4_000)]


def settings(double: GoogleCloud, per_minute: int) -> dict[str, str]:
    """Google hears, translates and speaks; engines that cost nothing do the rest."""
    chosen = fleet.stand_in_settings()
    chosen.pop("DUBWRIGHT_TEXT_TO_SPEECH__OPTIONS")
    for port in ("SPEECH_TO_TEXT", "TRANSLATOR", "TEXT_TO_SPEECH"):
        chosen.pop(f"DUBWRIGHT_{port}__PROVIDER")
    environment = double.environment()
    voices = json.loads(environment["DUBWRIGHT_TEXT_TO_SPEECH"])
    voices["options"]["families"] = [_FAMILIES[per_minute]]
    return {
        **chosen,
        **environment,
        "DUBWRIGHT_TEXT_TO_SPEECH": json.dumps(voices),
        "DUBWRIGHT_HEAR_BACK": json.dumps({"provider": "scripted"}),
    }


def talk(folder: Path, *, minutes: float) -> Path:
    """A moving picture with a line every four and a half seconds."""
    to, duration_s = folder / "talk.mp4", round(60 * minutes)
    # The pitch rises all the time, so that no two clips are the same.
    sound = f"0.3*sin(2*PI*(220*t+t*t/200))*lt(mod(t,{_LINE_S}),3.6)*gt(mod(t,{_LINE_S}),0.4)"
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-y"),
            *("-f", "lavfi", "-i", f"testsrc2=d={duration_s}:s=320x180:r=10"),
            *("-f", "lavfi", "-i", f"aevalsrc='{sound}':d={duration_s}:s=48000"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
            *("-c:a", "aac", str(to)),
        ],
        check=True,
        timeout=600,
    )
    return to


@dataclass
class Sampled:
    """How many voice calls were answered, looked at every few seconds."""

    double: GoogleCloud
    counts: list[tuple[float, int]] = field(default_factory=list)

    def __enter__(self) -> "Sampled":
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_SAMPLE_EVERY_S):
            use = self.double.statement().methods.get(_VOICES)
            if use is not None:
                self.counts.append((time.monotonic(), use.requests - use.failed))

    def busy_rate(self) -> float:
        """Calls a minute, the median over all minutes between the first and the last call."""
        rates = []
        for start_s, before in self.counts:
            within = [one for one in self.counts if start_s < one[0] <= start_s + 60]
            if within and within[-1][0] - start_s >= 50 and within[-1][1] < self.counts[-1][1]:
                rates.append(60 * (within[-1][1] - before) / (within[-1][0] - start_s))
        return statistics.median(rates) if rates else 0.0


if __name__ == "__main__":
    sys.exit(main())
