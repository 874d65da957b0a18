"""A whole dub over the wire to the doubles: the command line, its settings, official clients."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("google.cloud.speech_v2")

from dubwright.testing.google import REAL, Engines, GoogleCloud, create_engines

ROOT = Path(__file__).resolve().parents[2]
SUBMIT = "Speech/BatchRecognize"
POLL = "Operations/GetOperation"
DUBWRIGHT = [sys.executable, "-m", "dubwright.cli.main"]
STAND_INS = {"voice_activity": "energy", "diarizer": "solo", "source_separator": "passthrough"}


def make_talk(to: Path, *, seconds: int) -> Path:
    """A picture, and sound in seven seconds of every eight, with a pitch for each turn."""
    sound = f"0.3*sin(2*PI*(180+20*floor(t/8))*t)*lt(mod(t,8),7)*lt(t,{seconds})"
    command = [
        *("ffmpeg", "-v", "error", "-y"),
        *("-f", "lavfi", "-i", f"testsrc2=d={seconds}:s=160x90:r=10"),
        *("-f", "lavfi", "-i", f"aevalsrc='{sound}':d={seconds}:s=48000"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", str(to)),
    ]
    subprocess.run(command, check=True, timeout=60)
    return to


def use(monkeypatch: pytest.MonkeyPatch, **engines: str) -> None:
    for port, name in engines.items():
        monkeypatch.setenv(f"DUBWRIGHT_{port.upper()}", json.dumps({"provider": name}))


def dub_command(video: Path, output: Path) -> list[str]:
    return [*DUBWRIGHT, "dub", str(video), "--from", "en", "--to", "pt", "--output", str(output)]


def dub(video: Path, output: Path) -> dict[str, object]:
    done = subprocess.run(
        dub_command(video, output), capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, object] = json.loads((output / f"{video.stem}.pt" / "qc.json").read_text())
    return report


def wait_until(happened: Callable[[], bool], *, within_s: float = 60) -> None:
    gives_up_at = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < gives_up_at, "it did not happen in time"
        time.sleep(0.02)


def requests(cloud: GoogleCloud, method: str) -> int:
    return cloud.services.conduct.ledger.requests(method)


def billed(cloud: GoogleCloud) -> dict[str, int]:
    return cloud.services.conduct.ledger.statement().billed()


def test_a_short_video_is_dubbed_over_the_google_path(google_cloud, tmp_path, monkeypatch):
    use(monkeypatch, **STAND_INS)
    video = make_talk(tmp_path / "short.mp4", seconds=16)
    dub(video, tmp_path / "out")
    assert requests(google_cloud, "Speech/Recognize") > 0
    assert requests(google_cloud, SUBMIT) == 0
    assert set(billed(google_cloud)) == {"speech.recognize", "translate.nmt", "tts.chirp3-hd"}


def test_a_killed_dub_is_resumed_at_the_batch_that_it_had_submitted_and_paid_once(
    google_cloud, tmp_path, monkeypatch
):
    use(monkeypatch, **STAND_INS)
    google_cloud.services.conduct.latencies.update({"Operations/Batch": 4.0})
    video = make_talk(tmp_path / "long.mp4", seconds=72)
    kill_dub(google_cloud, video, tmp_path / "out")
    dub(video, tmp_path / "out")
    assert requests(google_cloud, SUBMIT) == 1
    paid = billed(google_cloud)
    assert 60 <= paid["speech.batch"] <= 73
    dub(video, tmp_path / "out")
    assert billed(google_cloud) == paid


def test_a_dub_killed_while_google_tells_speakers_apart_is_resumed_and_paid_once(
    google_cloud, tmp_path, monkeypatch
):
    use(monkeypatch, **STAND_INS)
    monkeypatch.setenv("DUBWRIGHT_DIARIZER", os.environ["DUBWRIGHT_SPEECH_TO_TEXT"])
    google_cloud.services.conduct.latencies.update({"Operations/Batch": 4.0})
    video = make_talk(tmp_path / "short.mp4", seconds=16)
    kill_dub(google_cloud, video, tmp_path / "out")
    dub(video, tmp_path / "out")
    assert requests(google_cloud, SUBMIT) == 1
    assert billed(google_cloud)["speech.batch"] == 16


def kill_dub(cloud: GoogleCloud, video: Path, output: Path) -> None:
    """Begin a dub, and end it without warning once it waits for a batch."""
    first = subprocess.Popen(
        dub_command(video, output),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_until(lambda: requests(cloud, POLL) > 0)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait(timeout=10)


@pytest.mark.engines
class TestWithRealEngines:
    @pytest.fixture
    def google_engines(self) -> Engines:
        return create_engines(REAL)

    def test_the_example_is_understood_when_it_is_heard_back(
        self, google_cloud, tmp_path, monkeypatch
    ):
        use(monkeypatch, diarizer="embeddings", voice_activity="silero")
        use(monkeypatch, source_separator="passthrough")
        report = dub(ROOT / "examples" / "two_voices.mp4", tmp_path / "out")
        assert set(billed(google_cloud)) >= {"translate.nmt", "tts.chirp3-hd"}
        checks = {check["name"]: check["value"] for check in report["checks"]}
        assert checks["word errors heard back"] <= 35
