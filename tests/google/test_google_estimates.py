"""What an estimate says of a dub over the Google path, beside what the doubles bill for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("google.cloud.speech_v2")

from dubwright.testing.google import REAL, Engines, GoogleCloud, create_engines

STAND_INS = {"voice_activity": "energy", "diarizer": "solo", "source_separator": "passthrough"}
SAID = (
    (0.7, 5.5, "Good morning, and welcome to the second part of our tour of the harbour."),
    (6.2, 11.6, "The building on your left was a warehouse for coffee until the nineteen fifties."),
    (12.3, 15.7, "Today it is a school, and three hundred children learn here."),
    (16.9, 22.6, "When the water is low, you can still see the old rails on the quay."),
    (23.4, 26.3, "Please mind your step when we leave the boat."),
)


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """A picture with sound where the lines are said."""
    sound = "+".join(f"0.3*sin(2*PI*220*t)*between(t,{start},{end})" for start, end, _ in SAID)
    video = tmp_path / "talk.mp4"
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=d=28:s=160x90:r=10"),
            *("-f", "lavfi", "-i", f"aevalsrc='{sound}':d=28:s=48000"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", str(video)),
        ],
        check=True,
        timeout=60,
    )
    return video


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "lines.srt"
    cues = (
        f"{number}\n{_clock(start)} --> {_clock(end)}\n{text}\n"
        for number, (start, end, text) in enumerate(SAID, start=1)
    )
    path.write_text("\n".join(cues))
    return path


def _clock(seconds: float) -> str:
    return f"00:00:{int(seconds):02d},{round(seconds % 1 * 1000):03d}"


def dub(talk: Path, *more: str | Path) -> dict:
    chosen = {
        f"DUBWRIGHT_{kind.upper()}": json.dumps({"provider": name})
        for kind, name in STAND_INS.items()
    }
    arguments = ("dub", talk, "--from", "en", "--to", "pt", "--output", talk.parent / "out")
    done = subprocess.run(
        [sys.executable, "-m", "dubwright.cli.main", *map(str, (*arguments, "--json", *more))],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, **chosen},
    )
    assert done.returncode == 0, done.stderr
    told: dict = json.loads(done.stdout.splitlines()[-1])
    return told


def estimate_beside_bill(cloud: GoogleCloud, talk: Path, lines: Path) -> dict[str, tuple[int, int]]:
    """Units as estimated and as billed by the doubles, by product."""
    estimate = dub(talk, "--estimate", "--transcript", lines)
    assert cloud.statement().billed() == {}
    cost = dub(talk, "--transcript", lines)["cost"]
    assert estimate["cost"] == pytest.approx(cost, rel=0.15)
    billed = cloud.statement().billed()
    told = {one["product"]: one["units"] for one in estimate["stages"] if one["units"]}
    return {product: (told[product], units) for product, units in billed.items()}


def test_with_a_transcript_units_are_estimated_within_15_percent(google_cloud, talk, lines):
    beside = estimate_beside_bill(google_cloud, talk, lines)
    assert set(beside) == {"translate.nmt", "tts.chirp3-hd"}
    for told, billed in beside.values():
        assert told == pytest.approx(billed, rel=0.15)


def test_before_the_transcript_recognition_is_estimated_by_the_length(google_cloud, talk):
    estimate = dub(talk, "--estimate")
    dub(talk)
    [told] = [one["units"] for one in estimate["stages"] if one["stage"] == "transcribe"]
    billed = google_cloud.statement().billed()["speech.recognize"]
    assert told / 1000 == pytest.approx(billed, rel=0.15)


@pytest.mark.engines
class TestWithRealEngines:
    @pytest.fixture
    def google_engines(self) -> Engines:
        return create_engines(REAL)

    def test_with_a_transcript_the_cost_is_estimated_within_15_percent(
        self, google_cloud, talk, lines, monkeypatch
    ):
        # The doubles speak on this machine, where one call after another is answered in time.
        monkeypatch.setenv("DUBWRIGHT_TEXT_TO_SPEECH__CALLS_AT_ONCE", "1")
        # Which lines are spoken twice depends on texts that do not exist before.
        told, billed = estimate_beside_bill(google_cloud, talk, lines)["tts.chirp3-hd"]
        assert told == pytest.approx(billed, rel=0.25)
