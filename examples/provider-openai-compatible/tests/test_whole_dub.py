"""A whole dub by the command line, with the three providers set in the environment."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from stand_in_server import CHAT, KEY, SPEECH, TRANSCRIPTIONS, StandInServer

STAND_INS = {
    "voice_activity": "energy",
    "diarizer": "solo",
    "source_separator": "passthrough",
    "hear_back": "scripted",
}
OURS = ("speech_to_text", "translator", "text_to_speech")
PRICES = """
as_of = 2026-11-01
source = "made up"
price = [
  { provider = "openai-compatible", product = "transcriptions.whisper-1", per_minute = 0.006 },
  { provider = "openai-compatible", product = "chat.gpt-4o-mini", per_million_characters = 0.0375 },
  { provider = "openai-compatible", product = "chat.gpt-4o-mini.output", per_million_characters = 0.15 },
  { provider = "openai-compatible", product = "speech.tts-1", per_million_characters = 15 },
]
"""


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """A picture, and sound in four seconds of every five."""
    video = tmp_path / "talk.mp4"
    sound = "aevalsrc='0.3*sin(2*PI*220*t)*lt(mod(t,5),4)':d=15:s=48000"
    command = [
        *("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=d=15:s=160x90:r=10"),
        *("-f", "lavfi", "-i", sound, "-c:v", "libx264", "-preset", "ultrafast"),
        *("-pix_fmt", "yuv420p", "-c:a", "aac", str(video)),
    ]
    subprocess.run(command, check=True, timeout=60)
    return video


def settings(server: StandInServer, folder: Path) -> dict[str, str]:
    prices = folder / "prices.toml"
    prices.write_text(PRICES)
    options = {"base_url": server.base_url}
    engines: dict[str, object] = {port: {"provider": name} for port, name in STAND_INS.items()}
    engines |= {port: {"provider": "openai-compatible", "options": options} for port in OURS}
    chosen = {f"DUBWRIGHT_{port.upper()}": json.dumps(one) for port, one in engines.items()}
    return {**os.environ, **chosen, "DUBWRIGHT_PRICES": str(prices), "OPENAI_API_KEY": KEY}


def dub(video: Path, environment: dict[str, str], *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dubwright.cli.main", "dub", str(video)]
    command += ["--from", "en", "--to", "pt", "--output", str(video.parent / "out"), *more]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def billed_usd(server: StandInServer) -> float:
    """By what came over the wire: seconds of sound begun, tokens, characters."""
    sounds = [asked.sound for asked in server.asked if asked.path == TRANSCRIPTIONS]
    seconds = sum(-(-(len(sound) - 44) // 32_000) for sound in sounds)
    scenes = sum(asked.path == CHAT for asked in server.asked)
    spoken = sum(len(asked.fields["input"]) for asked in server.asked if asked.path == SPEECH)
    return seconds * 0.0001 + scenes * (300 * 0.15e-6 + 100 * 0.60e-6) + spoken * 15e-6


def test_a_video_is_dubbed_and_its_cost_is_known(server, talk, tmp_path):
    done = dub(talk, settings(server, tmp_path), "--json")
    assert done.returncode == 0, done.stderr
    assert {asked.path for asked in server.asked} == {CHAT, SPEECH, TRANSCRIPTIONS}
    folder = tmp_path / "out" / "talk.pt"
    assert (folder / "talk.pt.mp4").stat().st_size > 10_000
    script = json.loads((folder / "script.json").read_text())
    assert script["utterances"][0]["target_text"].startswith("[pt] ")
    told = json.loads(done.stdout.splitlines()[-1])["cost"]
    assert told == pytest.approx(billed_usd(server), abs=1e-6 * len(server.asked))
    assert KEY not in done.stdout + done.stderr


def test_a_wrong_key_ends_the_dub_with_the_remedy(server, talk, tmp_path):
    environment = {**settings(server, tmp_path), "OPENAI_API_KEY": "sk-of-somebody-else"}
    done = dub(talk, environment)
    assert done.returncode != 0
    assert "refused the key" in done.stderr
    assert "sk-of-somebody-else" not in done.stdout + done.stderr
