"""A package of three providers that call a server: installed by pip, found, and held to its tests."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from installing import copied, installed

KINDS = ("translator", "text_to_speech", "speech_to_text")
NAME = "openai-compatible"

pytest.importorskip("httpx")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied("provider-openai-compatible", tmp_path_factory)


@pytest.fixture(scope="module")
def site(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(package, tmp_path_factory)


def run(site: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    environment.pop("OPENAI_API_KEY", None)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def described(site: Path, kind: str, options: dict[str, object], folder: Path) -> dict[str, object]:
    code = (
        "from dubwright import registry;"
        f"print(registry.describe({kind!r}, {NAME!r}, {options!r}).model_dump_json())"
    )
    told: dict[str, object] = json.loads(run(site, "-c", code, folder=folder).stdout)
    return told


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_found_and_says_that_it_wants_a_key(site, tmp_path, kind):
    told = described(site, kind, {}, tmp_path)
    assert (told["distribution"], told["version"]) == ("dubwright-openai-compatible", "0.1.0")
    assert not told["ready"]
    assert "OPENAI_API_KEY" in str(told["remedy"])


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_ready_with_the_address_of_a_server_on_this_machine(site, tmp_path, kind):
    assert described(site, kind, {"base_url": "http://127.0.0.1:1/v1"}, tmp_path)["ready"]


@pytest.mark.parametrize("kind", KINDS)
def test_none_asks_a_server_elsewhere_without_encryption(site, tmp_path, kind):
    told = described(site, kind, {"base_url": "http://models.example/v1"}, tmp_path)
    assert "for everybody to read" in str(told["problem"])


def test_it_passes_the_contracts_the_failures_and_a_whole_dub_in_its_own_tests(site, package):
    done = run(site, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder=package)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
