"""Real dubs with the default engines: what a person gets who installs it and runs one command."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from dubwright import bootstrap, registry
from dubwright.cli.exit_codes import EXIT_CODES
from dubwright.domain.errors import ProviderNotReady
from dubwright.domain.speech import LanguageGuess, SpeechMap
from dubwright.pipeline.listening import detect_language, find_speech
from dubwright.pipeline.proving import subject
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.workspace import Workspace
from dubwright.testing.installed import is_required

pytestmark = pytest.mark.engines

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "two_voices.mp4"
NOT_READY = dict(EXIT_CODES)[ProviderNotReady]
WORD_ERRORS_PERCENT = 25
"""A few misheard words weigh much in a dozen seconds."""


@dataclass(frozen=True)
class Dubbed:
    """A finished dub: what it was asked for, what the command said of it."""

    source: Path
    to: str
    output: Path
    outcome: dict

    @property
    def video(self) -> Path:
        return Path(self.outcome["video"])

    @property
    def checks(self) -> dict[str, dict]:
        return {check["name"]: check for check in self.outcome["checks"]}


@pytest.fixture(scope="module")
def _engines() -> None:
    """The default engines; where one is missing the tests are skipped, unless it is required."""
    settings = bootstrap.load_settings()
    for kind in registry.KINDS:
        choice = bootstrap.provider_choice(settings, kind)
        one = registry.describe(kind, choice.provider, choice.options)
        if not one.ready and not is_required(choice.provider):
            pytest.skip(f"{choice.provider}: {one.problem}; {one.remedy}")


def cut(video: Path, to: Path, *, from_s: float, seconds: float) -> Path:
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-ss", str(from_s), "-t", str(seconds), "-i", str(video)),
            *("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", str(to)),
        ],
        check=True,
        timeout=60,
    )
    return to


def dub(video: Path, to: str, output: Path) -> Dubbed:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "dubwright.cli.main", "dub", str(video), "--to", to),
            *("--output", str(output), "--json"),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    last = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0, last
    return Dubbed(video, to, output, last)


@pytest.fixture(scope="module")
def portuguese(_engines: None, tmp_path_factory: pytest.TempPathFactory) -> Dubbed:
    """Twelve seconds of English with two voices and music, in Portuguese."""
    folder = tmp_path_factory.mktemp("portuguese")
    clip = cut(EXAMPLE, folder / "clip.mp4", from_s=FROM_S, seconds=12)
    return dub(clip, "pt", folder / "out")


@pytest.fixture(scope="module")
def english(
    _engines: None, evaluation: Path, tmp_path_factory: pytest.TempPathFactory
) -> Dubbed:
    """Eight seconds of Brazilian Portuguese, in English."""
    film = evaluation / "video" / "ptbr_narration_over_film.mp4"
    folder = tmp_path_factory.mktemp("english")
    return dub(cut(film, folder / "clip.mp4", from_s=0, seconds=12), "en", folder / "out")


def language_of(video: Path, folder: Path) -> LanguageGuess:
    """What the recogniser takes the first sound track for."""
    settings = bootstrap.load_settings()
    tools = bootstrap.build_tools(settings)
    run = Runner(
        Workspace(folder), workers=1, progress=lambda _: None, is_cancelled=lambda: False
    )
    sound = subject(video, tools, run).sound
    speech = run.document(SpeechMap, find_speech, sound, tools.voice_activity)
    return run.document(LanguageGuess, detect_language, sound, speech, tools.speech_to_text)


def untouched(output: Path) -> dict[Path, int]:
    """Every work file with its time of writing."""
    work = output / ".dubwright"
    return {path: path.stat().st_mtime_ns for path in work.rglob("*") if path.is_file()}
