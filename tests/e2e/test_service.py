"""The service as its users meet it: real processes, real databases, stand-in engines."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from making import make_video

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import fleet  # noqa: E402  # it lies beside the tests, in bench/


@pytest.fixture(scope="module")
def long_talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quarter of a minute with five stretches of sound."""
    return make_video(tmp_path_factory.mktemp("service") / "talk.mp4", bursts=5)


@pytest.fixture
def new_talk(long_talk: Path, tmp_path: Path) -> Path:
    """The same in a file that nobody has sent yet."""
    return fleet.copies(long_talk, 1, tmp_path, label=new_key())[0]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def client(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[fleet.Client]:
    """A running service, once on either database."""
    settings = {**fleet.stand_in_settings(delay_s=0.05), "DUBWRIGHT_WORKERS": "2"}
    if request.param == "postgresql":
        server = request.getfixturevalue("_shared_postgresql")
        server.execute("CREATE DATABASE service")
        settings["DUBWRIGHT_DATABASE_URL"] = server.url("service")
    with fleet.Fleet(tmp_path_factory.mktemp(request.param), settings).running() as client:
        yield client


def new_key() -> str:
    return uuid4().hex


def test_a_user_finds_the_way_through_the_api(client: fleet.Client, long_talk: Path) -> None:
    journey = [sys.executable, str(ROOT / "bench/api_journey.py"), client.url, str(long_talk)]
    done = subprocess.run(journey, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_same_video_again_calls_no_engine(client: fleet.Client, long_talk: Path) -> None:
    for _ in range(2):
        project = client.project(client.upload(long_talk), key=new_key())
        operation = client.run(project, key=new_key())
        ended = client.wait([operation], within_s=120)[operation]
        assert ended["state"] == "succeeded", ended["error"]
    log = client.call("GET", f"/v1/operations/{operation}/logs").json()["items"]
    assert [line for line in log if line["event"] == "provider.called"] == []


def test_cancelling_stops_the_work_and_retrying_finishes_it(
    client: fleet.Client, new_talk: Path
) -> None:
    project = client.project(client.upload(new_talk), key=new_key())
    operation = client.run(project, key=new_key())
    while client.call("GET", f"/v1/operations/{operation}").json()["state"] == "queued":
        pass
    client.call("POST", f"/v1/operations/{operation}:cancel")
    assert client.wait([operation], within_s=30)[operation]["state"] == "cancelled"
    client.call("POST", f"/v1/operations/{operation}:retry")
    ended = client.wait([operation], within_s=120)[operation]
    assert (ended["state"], ended["attempt"]) == ("succeeded", 2)


def test_two_targets_share_what_was_heard(client: fleet.Client, new_talk: Path) -> None:
    project = client.project(client.upload(new_talk), key=new_key(), targets=["pt", "es"])
    operation = client.run(project, key=new_key())
    ended = client.wait([operation], within_s=180)[operation]
    assert ended["state"] == "succeeded", ended["error"]
    calls = client.call("GET", f"/v1/operations/{operation}/logs").json()["items"]
    heard = [line for line in calls if line["fields"].get("call") == "diarize"]
    assert len(heard) == 1
    for language in ("pt", "es"):
        target = client.call("GET", f"/v1/projects/{project}/targets/{language}").json()
        assert target["status"] == "ready"
