"""The doubles as a program: it says how to reach it, and ends with whoever started it."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

pytest.importorskip("google.cloud.speech_v2")

PROGRAM = [sys.executable, "-m", "dubwright.testing.google"]
TIMEOUT_S = 60
LIST_VOICES = """
import json, os
from google.cloud.texttospeech_v1 import TextToSpeechClient
from google.cloud.storage import Client
options = json.loads(os.environ["DUBWRIGHT_TEXT_TO_SPEECH"])["options"]
voices = TextToSpeechClient(client_options={"api_endpoint": options["endpoint"]})
assert voices.list_voices(timeout=20).voices
bucket = json.loads(os.environ["DUBWRIGHT_SPEECH_TO_TEXT"])["options"]
client = Client(client_options={"api_endpoint": bucket["storage_endpoint"]})
blob = client.bucket(bucket["bucket"]).blob("sound")
blob.upload_from_string(b"heard", timeout=20)
assert blob.download_as_bytes(timeout=20) == b"heard"
"""


def told(program: subprocess.Popen[str]) -> dict[str, str]:
    """The environment that a program prints."""
    environment: dict[str, str] = {}
    for line in program.stdout:
        if line.startswith("# ready"):
            return environment
        (pair,) = shlex.split(line.removeprefix("export "))
        name, _, value = pair.partition("=")
        environment[name] = value
    raise AssertionError(program.stderr.read())


@pytest.fixture(scope="module")
def program() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        PROGRAM, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        yield started
        started.kill()


@pytest.fixture(scope="module")
def environment(program) -> dict[str, str]:
    return told(program)


def test_unmodified_clients_reach_the_services_and_the_bucket(environment):
    subprocess.run(
        [sys.executable, "-c", LIST_VOICES],
        env={**os.environ, **environment},
        timeout=TIMEOUT_S,
        check=True,
    )
    page = httpx.get(environment["GOOGLE_DOUBLES_LEDGER"], timeout=TIMEOUT_S).json()
    assert page["methods"]["TextToSpeech/ListVoices"]["requests"] == 1


def test_what_clients_ask_of_other_places_does_not_leave_the_machine(environment):
    code = (
        "import requests\n"
        "try: requests.get('https://iamcredentials.googleapis.com/', timeout=20)\n"
        "except requests.exceptions.ProxyError: print('nowhere')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=True,
    )
    assert done.stdout.strip() == "nowhere"


def test_the_provider_is_chosen_for_three_ports(environment):
    chosen = [
        json.loads(environment[f"DUBWRIGHT_{port}"])["provider"]
        for port in ("SPEECH_TO_TEXT", "TRANSLATOR", "TEXT_TO_SPEECH")
    ]
    assert chosen == ["google"] * 3


def test_it_ends_well_when_it_is_asked_to(program, environment):
    program.send_signal(signal.SIGTERM)
    assert program.wait(TIMEOUT_S) == 0


def test_it_ends_when_its_parent_ends():
    parent = (
        "import subprocess, sys; "
        "child = subprocess.Popen(sys.argv[1:]); print(child.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent, *PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        pid = int(started.stdout.readline())
        for line in started.stdout:
            if line.startswith("# ready"):
                break
        started.stdin.close()
        started.wait(TIMEOUT_S)
    deadline = time.monotonic() + TIMEOUT_S
    while is_running(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_quota_that_is_none_is_refused_with_the_way_to_write_one():
    done = subprocess.run(
        [*PROGRAM, "--quota", "everything"],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 1
    assert "--quota TextToSpeech/SynthesizeSpeech=200" in done.stderr


def test_without_the_packages_of_google_it_says_what_to_install():
    code = (
        "import sys; sys.modules['grpc'] = None\n"
        "from dubwright.testing.google.__main__ import main\n"
        "sys.exit(main([]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    assert done.returncode == 1
    assert "pip install 'dubwright[google]'" in done.stderr


def test_importing_the_package_imports_none_of_google():
    code = (
        "import sys, dubwright.testing.google, dubwright.testing.google.fixtures\n"
        "print([m for m in ('grpc', 'google.cloud', 'cryptography') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=TIMEOUT_S, check=True
    )
    assert done.stdout.strip() == "[]"
