"""A provider from a package of its own: installed by pip, found, and held to the contract."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from installing import copied, installed

BROKEN = """
import numpy as np, pytest
from dubwright.domain.audio import SpeechClip
from dubwright.testing.contracts import TextToSpeechContract
from dubwright_hello import HelloOptions, HelloTextToSpeech

class Int16(HelloTextToSpeech):
    def synthesize(self, request):
        clip = super().synthesize(request)
        return SpeechClip((clip.samples * 32767).astype(np.int16), clip.sample_rate)

class TestBroken(TextToSpeechContract):
    @pytest.fixture
    def provider(self):
        return Int16(HelloOptions())
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied("provider-hello", tmp_path_factory)


@pytest.fixture(scope="module")
def site(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(package, tmp_path_factory)


def run(site: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_installed_package_is_found_and_ready(site, tmp_path):
    code = (
        "from dubwright import registry;"
        "print(registry.describe('text_to_speech', 'hello').model_dump_json())"
    )
    told = json.loads(run(site, "-c", code, folder=tmp_path).stdout)
    assert (told["distribution"], told["version"]) == ("dubwright-hello", "0.1.0")
    assert told["ready"]
    assert "pitch_hz" in told["options_schema"]["properties"]


def test_it_is_made_with_its_options_like_a_built_in_provider(site, tmp_path):
    code = (
        "from dubwright import registry; from dubwright.ports import TextToSpeech;"
        "made = registry.create('text_to_speech', TextToSpeech, 'hello', {'pitch_hz': 90});"
        "print(made.fingerprint)"
    )
    assert '"pitch_hz":90' in run(site, "-c", code, folder=tmp_path).stdout


def test_it_passes_the_contract_in_its_own_tests(site, package):
    done = run(site, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder=package)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_it_is_among_the_providers_that_our_own_contract_tests_run(site):
    folder = Path(__file__).parent
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "test_text_to_speech.py"]
    done = run(site, *command, "-k", "hello", "-p", "no:xdist", folder=folder)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_samples_of_the_wrong_type_fail_the_contract_and_nothing_else_does(site, tmp_path):
    (tmp_path / "test_broken.py").write_text(BROKEN)
    done = run(site, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder=tmp_path)
    assert done.returncode == 1, done.stdout
    assert "FAILED test_broken.py::TestBroken::test_it_speaks_finite_float32_mono" in done.stdout
    assert "1 failed" in done.stdout
