"""The service as its users meet it: real processes, real databases, stand-in engines."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from making import make_video

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import fleet  # noqa: E402  # it lies beside the tests, in bench/


@pytest.fixture(scope="module")
def long_talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a minute with ten stretches of sound."""
    return make_video(tmp_path_factory.mktemp("service") / "talk.mp4", bursts=10)


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[fleet.Client]:
    """A running service on either database."""
    settings = {**fleet.stand_in_settings(delay_s=0.05), "DUBWRIGHT_WORKERS": "2"}
    if database_url.startswith("postgresql"):
        settings["DUBWRIGHT_DATABASE_URL"] = database_url
    with fleet.Fleet(tmp_path, settings).running() as client:
        yield client


def test_a_user_finds_the_way_through_the_api(client: fleet.Client, long_talk: Path) -> None:
    journey = [sys.executable, str(ROOT / "bench/api_journey.py"), client.url, str(long_talk)]
    done = subprocess.run(journey, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_same_video_again_calls_no_engine(client: fleet.Client, long_talk: Path) -> None:
    for number in range(2):
        project = client.project(client.upload(long_talk), key=f"p{number}")
        operation = client.run(project, key=f"r{number}")
        ended = client.wait([operation], within_s=120)[operation]
        assert ended["state"] == "succeeded", ended["error"]
    log = client.call("GET", f"/v1/operations/{operation}/logs").json()["items"]
    assert [line for line in log if line["event"] == "provider.called"] == []


def test_cancelling_stops_the_work_and_retrying_finishes_it(
    client: fleet.Client, long_talk: Path
) -> None:
    project = client.project(client.upload(long_talk), key="p")
    operation = client.run(project, key="r")
    while client.call("GET", f"/v1/operations/{operation}").json()["state"] != "running":
        pass
    client.call("POST", f"/v1/operations/{operation}:cancel")
    assert client.wait([operation], within_s=30)[operation]["state"] == "cancelled"
    client.call("POST", f"/v1/operations/{operation}:retry")
    ended = client.wait([operation], within_s=120)[operation]
    assert (ended["state"], ended["attempt"]) == ("succeeded", 2)


def test_two_targets_share_what_was_heard(client: fleet.Client, long_talk: Path) -> None:
    project = client.project(client.upload(long_talk), key="p", targets=["pt", "es"])
    operation = client.run(project, key="r")
    ended = client.wait([operation], within_s=180)[operation]
    assert ended["state"] == "succeeded", ended["error"]
    calls = client.call("GET", f"/v1/operations/{operation}/logs").json()["items"]
    heard = [line for line in calls if line["fields"].get("call") == "diarize"]
    assert len(heard) <= 1
    for language in ("pt", "es"):
        target = client.call("GET", f"/v1/projects/{project}/targets/{language}").json()
        assert target["status"] == "ready"
