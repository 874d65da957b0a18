"""Many dubs on PostgreSQL while workers, the API and the database are killed at random.

python bench/chaos.py [--dubs 20] [--real 2] [--workers 3] [--seed 1]
python bench/chaos.py --throughput       three workers against one, nothing killed
python bench/chaos.py --takeover 4       four workers killed one by one, the others left alone

Under continuous killing a silence is longer than a take-over: whoever would take over dies too, or
has not lived for a whole lease yet, and an operation that was taken over waits for a free worker.
"""

import argparse
import itertools
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import fleet
import psycopg

_REAL = {
    "voice_activity": "silero", "speech_to_text": "whisper", "translator": "bergamot",
    "text_to_speech": "kokoro", "diarizer": "embeddings", "source_separator": "deepfilter",
}  # fmt: skip
_IN_FLIGHT_S = 2.0
_SETTLED_S = 35.0  # a worker takes over once it has lived for a whole lease


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dubs", type=int, default=20)
    parser.add_argument("--real", type=int, default=2)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--throughput", action="store_true")
    parser.add_argument("--takeover", type=int, default=0)
    asked = parser.parse_args()
    from postgresql_server import PostgresqlServer, programs_folder

    programs = programs_folder()
    if programs is None:
        print("PostgreSQL is not installed")
        return 2
    server = PostgresqlServer(programs)
    server.start()
    try:
        if asked.takeover:
            told = takeover(server, asked.takeover)
        else:
            told = throughput(server) if asked.throughput else chaos(server, asked)
    finally:
        server.remove()
    print(json.dumps(told, indent=1))
    return 0 if told["holds"] else 1


def chaos(server: Any, asked: argparse.Namespace) -> dict[str, Any]:
    """Kill until everything is done; then count."""
    dice = random.Random(asked.seed)  # noqa: S311  # it decides what to kill
    with fleet.temporary() as name:
        folder = Path(name)
        kept = _fleet(server, folder, "chaos", workers=asked.workers, delay_s=1.0)
        video = fleet.stand_in_video(folder, bursts=5)
        real = fleet.ROOT / "examples" / "two_voices.mp4"
        videos = fleet.copies(video, asked.dubs + 1, folder)
        reals = fleet.copies(real, asked.real + 1, folder) if asked.real else []
        with kept.running() as client:
            # Two dubs that nobody disturbs say what the others have to sound like.
            want = {
                "talk": _quiet(client, videos.pop(), folder, {}),
                "two_voices": _quiet(client, reals.pop(), folder, _REAL) if reals else "",
            }
            operations = {}
            for number, file in enumerate([*videos, *reals]):
                engines = _REAL if file in reals else {}
                upload = client.upload(file)
                project = client.project(upload, key=f"p{number}", settings={"engines": engines})
                operations[client.run(project, key=f"r{number}")] = (file, project)
            killer = Killer(kept, server, dice)
            began = time.monotonic()
            ended = client.wait(list(operations), within_s=1500, meanwhile=killer.strike)
            wall_s = time.monotonic() - began
            wrong = []
            for operation, (file, project) in operations.items():
                stem = file.stem.rsplit("-", 1)[0]
                if ended[operation]["state"] != "succeeded":
                    wrong.append((operation, ended[operation]["state"], ended[operation]["error"]))
                elif _downloaded(client, project, folder) != want[stem]:
                    wrong.append((operation, "sounds different", None))
            calls = _calls(server.url("chaos"))
            waits = _takeovers(server.url("chaos"))
    repeated, unexplained = _repeats(calls, killer.kills)
    return {
        "holds": not wrong and not unexplained and max(waits, default=0) <= 60,
        "dubs": len(operations),
        "seconds": round(wall_s),
        "kills": len(killer.kills),
        "kills of workers": len(killer.worker_kills),
        "restarts of PostgreSQL": killer.restarts,
        "wrong": wrong,
        "lines spoken": sum(1 for call in calls if call[3] == "synthesize"),
        "pieces done again, in flight when a worker died": repeated,
        "finished pieces done again": unexplained,
        "take-overs": len(waits),
        "take-over, longest silence s": round(max(waits, default=0), 1),
    }


def throughput(server: Any) -> dict[str, Any]:
    """Delay-bound dubs with one worker and with three."""
    took = {}
    for workers in (1, 3):
        with fleet.temporary() as name:
            folder = Path(name)
            kept = _fleet(server, folder, f"flow{workers}", workers=workers, delay_s=6.0)
            videos = fleet.copies(fleet.stand_in_video(folder, bursts=4), 12, folder)
            with kept.running() as client:
                projects = [
                    client.project(client.upload(video), key=f"p{number}")
                    for number, video in enumerate(videos)
                ]
                time.sleep(5)  # the last worker has started too
                began = time.monotonic()
                operations = [client.run(p, key=f"r{p}") for p in projects]
                client.wait(operations, within_s=1500)
                took[workers] = time.monotonic() - began
    ratio = took[1] / took[3]
    return {"holds": ratio >= 0.85 * 3, "seconds": took, "ratio": round(ratio, 2), "limit": 2.55}


def takeover(server: Any, times: int) -> dict[str, Any]:
    """Kill the worker of an operation while others idle: seconds until one of them has begun it."""
    took_s = []
    with fleet.temporary() as name:
        folder = Path(name)
        kept = _fleet(server, folder, "takeover", workers=3, delay_s=3.0)
        videos = fleet.copies(fleet.stand_in_video(folder, bursts=20), times, folder)
        with kept.running() as client:
            time.sleep(_SETTLED_S)
            for video in videos:
                project = client.project(client.upload(video), key=f"p{video.stem}")
                operation = client.run(project, key=f"r{video.stem}")
                _worker_of(kept, operation).kill()
                killed = time.time()
                took_s.append(_begun_again(server.url("takeover"), operation) - killed)
                client.call("POST", f"/v1/operations/{operation}:cancel")
    shown = [round(one, 1) for one in took_s]
    return {"holds": max(took_s) <= 60, "take-overs s": shown}


def _worker_of(kept: fleet.Fleet, operation: str) -> fleet.Part:
    """The worker whose log speaks of an operation."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for part in kept.crew:
            if operation in part.log.read_text(errors="replace"):
                return part
        time.sleep(0.2)
    raise TimeoutError(f"no worker speaks of {operation}")


def _begun_again(url: str, operation: str) -> float:
    """When an operation ran for the second time, in seconds since 1970."""
    query = """SELECT extract(epoch FROM at) FROM operation_event
        WHERE operation_id = %s AND kind = 'state' AND state = 'running' ORDER BY id"""
    deadline = time.monotonic() + 180
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        while time.monotonic() < deadline:
            begun = connection.execute(query, [operation]).fetchall()
            if len(begun) > 1:
                return float(begun[1][0])
            time.sleep(0.2)
    raise TimeoutError(f"nobody took {operation} over")


class Killer:
    """Every few seconds something dies; once it is the database."""

    def __init__(self, kept: fleet.Fleet, server: Any, dice: random.Random) -> None:
        self._kept, self._server, self._dice = kept, server, dice
        self._next_s = time.monotonic() + 5
        self.kills: list[float] = []
        self.worker_kills: list[float] = []
        self.restarts = 0

    def strike(self) -> None:
        """Kill something, if it is time to."""
        if time.monotonic() < self._next_s:
            return
        self._next_s = time.monotonic() + self._dice.uniform(3, 8)
        if len(self.kills) >= 5 and self.restarts == 0:
            self._server.stop("immediate")
            time.sleep(3)
            self._server.start()
            self.restarts += 1
        part = self._dice.choice([*self._kept.crew, *self._kept.crew, self._kept.api])
        part.kill()
        self.kills.append(time.time())
        if part is not self._kept.api:
            self.worker_kills.append(time.time())


def _fleet(server: Any, folder: Path, name: str, *, workers: int, delay_s: float) -> fleet.Fleet:
    server.execute(f"CREATE DATABASE {name}")
    settings = {
        "DUBWRIGHT_DATABASE_URL": server.url(name),
        "DUBWRIGHT_WORKERS": "1",
        **fleet.stand_in_settings(delay_s=delay_s),
    }
    return fleet.Fleet(folder, settings, workers=workers)


def _quiet(client: fleet.Client, file: Path, folder: Path, engines: dict[str, str]) -> str:
    upload = client.upload(file)
    project = client.project(upload, key=f"q{file.stem}", settings={"engines": engines})
    operation = client.run(project, key=f"qr{file.stem}")
    ended = client.wait([operation], within_s=600)[operation]
    if ended["state"] != "succeeded":
        raise RuntimeError(f"the undisturbed dub failed: {ended['error']}")
    return _downloaded(client, project, folder)


def _downloaded(client: fleet.Client, project: str, folder: Path) -> str:
    to = folder / "downloaded.mp4"
    answer = client.call("GET", f"/v1/projects/{project}/targets/pt/artifacts/video.mp4")
    to.write_bytes(answer.content)
    return fleet.sound_digest(to)


def _calls(url: str) -> list[tuple[Any, ...]]:
    query = """SELECT extract(epoch FROM c.at), o.project_id, c.piece, c.call
        FROM provider_call c JOIN operation o ON o.id = c.operation_id
        WHERE c.outcome = 'ok' AND c.piece <> '' ORDER BY c.id"""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(query).fetchall()


def _repeats(calls: list[tuple[Any, ...]], kills: list[float]) -> tuple[int, list[Any]]:
    """Pieces that were made more than once: explained by a kill just then, and not explained."""
    times: dict[tuple[str, str, str], list[float]] = {}
    for at, project, piece, call in calls:
        times.setdefault((project, call, piece), []).append(float(at))
    repeated = {what: when for what, when in times.items() if len(when) > 1}
    unexplained = [
        (what, when)
        for what, when in repeated.items()
        if not all(any(-0.5 < kill - at < _IN_FLIGHT_S for kill in kills) for at in when[:-1])
    ]
    return len(repeated), unexplained


def _takeovers(url: str) -> list[float]:
    """For every time that an operation ran again: how long nothing had been heard of it."""
    query = """SELECT operation_id, kind, state, extract(epoch FROM at) FROM operation_event
        ORDER BY operation_id, id"""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        events = connection.execute(query).fetchall()
    waits: list[float] = []
    started: set[str] = set()
    for (operation, _, _, before), (same, kind, state, at) in itertools.pairwise(events):
        if operation != same or (kind, state) != ("state", "running"):
            continue
        if operation in started:
            waits.append(float(at) - float(before))
        started.add(operation)
    return waits


if __name__ == "__main__":
    sys.exit(main())
