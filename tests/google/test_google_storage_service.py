"""The whole service with its files in a bucket: real processes, real database, stand-in engines."""

import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from storage_rig import BUCKET, Rig, storage_rig

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests" / "e2e")]

import fleet  # noqa: E402  # it lies beside the tests, in bench/
from making import make_video  # noqa: E402  # it lies beside the end-to-end tests

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("talk") / "talk.mp4", bursts=3)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with storage_rig(tmp_path_factory.mktemp("account")) as rig:
        yield rig


@pytest.fixture(scope="module")
def client(rig: Rig, tmp_path_factory: pytest.TempPathFactory) -> Iterator[fleet.Client]:
    settings = {
        **fleet.stand_in_settings(),
        "DUBWRIGHT_WORKERS": "2",
        "DUBWRIGHT_STORAGE__KIND": "google",
        "DUBWRIGHT_STORAGE__BUCKET": BUCKET,
        "DUBWRIGHT_STORAGE__PREFIX": "dubwright",
        "DUBWRIGHT_STORAGE__ENDPOINT": rig.double.url,
        "DUBWRIGHT_STORAGE__CREDENTIALS_FILE": str(rig.account.file),
    }
    with fleet.Fleet(tmp_path_factory.mktemp("service"), settings).running() as client:
        yield client


def sent_to_the_bucket(client: fleet.Client, file: Path) -> str:
    """The id of an upload whose bytes the API never saw."""
    content = file.read_bytes()
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(content))}
    answer = client.call("POST", "/v1/uploads", params={"direct": True}, headers=headers)
    upload = answer.json()
    assert httpx.put(upload["session_url"], content=content).status_code == 200
    completed = client.call("POST", f"/v1/uploads/{upload['id']}:complete")
    assert completed.json()["complete"]
    return str(upload["id"])


def sent_by_tus(client: fleet.Client, file: Path) -> str:
    return client.upload(file)


@pytest.mark.parametrize("send", [sent_to_the_bucket, sent_by_tus])
def test_a_video_in_a_bucket_is_dubbed_and_downloaded_from_there(
    client: fleet.Client, rig: Rig, talk: Path, send: object
) -> None:
    project = client.project(send(client, talk), key=uuid4().hex)
    estimate = client.call("POST", f"/v1/projects/{project}:estimate").json()
    assert estimate["media_minutes"] > 0
    operation = client.run(project, key=uuid4().hex)
    ended = client.wait([operation], within_s=120)[operation]
    assert ended["state"] == "succeeded", ended["error"]

    target = f"/v1/projects/{project}/targets/pt"
    listed = client.call("GET", f"{target}/artifacts").json()["items"]
    [video] = [one for one in listed if one["name"] == "video.mp4"]
    there = client.call("GET", video["url"])
    assert there.status_code == 307
    assert there.headers["Location"].startswith(f"{rig.double.url}/{BUCKET}/dubwright/artifacts/")
    content = httpx.get(there.headers["Location"]).content
    assert sha256(content).hexdigest() == video["sha256"]
    part = httpx.get(there.headers["Location"], headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part.content) == (206, content[1000:2000])
    assert "filename=" in part.headers["Content-Disposition"]

    head = client.call("HEAD", video["url"])
    assert head.headers["Content-Length"] == str(len(content))
    link = client.call("GET", video["url"], params={"link": True}).json()
    assert httpx.get(link["url"]).content == content
    assert client.call("GET", f"{target}/qc").json()["checks"]
    assert client.call("GET", f"{target}/utterances/1/take").content.startswith(b"RIFF")


def test_a_second_project_of_a_video_finds_its_work(
    client: fleet.Client, rig: Rig, talk: Path
) -> None:
    first = client.project(sent_by_tus(client, talk), key=uuid4().hex)
    operation = client.run(first, key=uuid4().hex)
    assert client.wait([operation], within_s=120)[operation]["state"] == "succeeded"
    log = client.call("GET", f"/v1/operations/{operation}/logs").json()["items"]
    assert [line for line in log if line["event"] == "provider.called"] == []
    names = list(rig.double.contents.names(BUCKET))
    assert {name.split("/")[1] for name in names} >= {"sources", "artifacts", "documents", "work"}
