"""Killing a dub at any moment: the next run completes it, and the sound is the same."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dubwright.testing.stand_ins import STAND_INS

KILLS = int(os.environ.get("DUBWRIGHT_KILLS", "4"))


def command(talk: Path, output: Path) -> list[str]:
    use = [word for kind, name in STAND_INS.items() for word in ("--use", f"{kind}={name}")]
    return [
        *(sys.executable, "-m", "dubwright.cli.main", "dub", str(talk), "--to", "pt"),
        *("--from", "en", "--output", str(output), "--json", *use),
    ]


def sound_of(video: Path) -> str:
    raw = subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-i",
            str(video),
            "-map",
            "0:a:0",
            "-c",
            "copy",
            "-f",
            "adts",
            "-",
        ],
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout
    return hashlib.sha256(raw).hexdigest()


def run_whole(talk: Path, output: Path) -> Path:
    done = subprocess.run(
        command(talk, output), capture_output=True, text=True, timeout=120, check=True
    )
    return Path(json.loads(done.stdout.splitlines()[-1])["video"])


def takes(output: Path) -> dict[str, int]:
    return {
        p.name: p.stat().st_mtime_ns
        for p in output.glob(".dubwright/*/speak/*.npz")
        if ".part" not in p.name
    }


def test_a_killed_dub_completes_with_the_same_sound(talk, tmp_path):
    began = time.monotonic()
    whole = sound_of(run_whole(talk, tmp_path / "whole"))
    lasts_s = time.monotonic() - began
    chance = random.Random(7)  # noqa: S311  # moments, not secrets
    for kill in range(KILLS):
        output = tmp_path / f"killed{kill}"
        with subprocess.Popen(
            command(talk, output), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                process.wait(chance.uniform(0.2, lasts_s))
            except subprocess.TimeoutExpired:
                process.kill()
        spoken = takes(output)
        assert sound_of(run_whole(talk, output)) == whole
        assert spoken.items() <= takes(output).items()


def test_ctrl_c_stops_cleanly_and_says_so(talk, tmp_path):
    with subprocess.Popen(
        command(talk, tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, complaint = process.communicate(timeout=30)
    assert process.returncode == 130, complaint
    assert json.loads(rest.splitlines()[-1])["code"] == "cancelled"
    assert not list(tmp_path.rglob("*.part*"))


@pytest.mark.parametrize(
    "arguments", [["--to", "klingonese!"], ["--to", "pt", "--use", "translator"]]
)
def test_an_argument_that_cannot_be_meant_is_refused(talk, tmp_path, arguments):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "dubwright.cli.main",
            "dub",
            str(talk),
            *arguments,
            "-o",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 4
    assert "→" in done.stderr
