"""Takes as people hear them, spoken by stand-in engines."""

import io
import shutil
import sys
import wave
from pathlib import Path

import pytest
from clients import LOCAL, NotedEngine
from journeys import finished_upload, started
from sqlalchemy import select
from starlette.testclient import TestClient

from dubwright import bootstrap
from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.db.engine import Database
from dubwright.db.tables import ProviderCall
from dubwright.jobs.assigning import begin_operation
from dubwright.jobs.concluding import conclude_operation, record_news
from dubwright.jobs.performing import Means, perform
from dubwright.jobs.reporting import Reporter
from dubwright.jobs.service import Service, ServiceOptions
from dubwright.media.probe import ProbeLimits
from dubwright.settings import Settings
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner
from dubwright.testing.stand_ins import STAND_INS

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from making import make_video  # it lies beside the end-to-end tests


@pytest.fixture(scope="module")
def talk(tmp_path_factory):
    """Six seconds with two stretches of sound."""
    return make_video(tmp_path_factory.mktemp("talk") / "talk.mp4", bursts=2).read_bytes()


@pytest.fixture(scope="module")
def worked_in(talk, _sqlite_template, tmp_path_factory):
    """A folder in which the talk was dubbed once: what was made for it is found again there."""
    folder = tmp_path_factory.mktemp("worked")
    shutil.copyfile(_sqlite_template, folder / "dubwright.sqlite")
    database = Database(f"sqlite:///{folder / 'dubwright.sqlite'}")
    store = LocalObjectStore(folder / "objects", UrlSigner(b"0123456789abcdef"))
    service = Service(database, store, NotedEngine(), ServiceOptions(data_folder=folder))
    with TestClient(create_app(service, ApiOptions()), base_url=LOCAL) as client:
        _, spoken = dubbed(client, service, talk, folder)
    database.close()
    assert spoken > 1
    return folder


@pytest.fixture
def tmp_path(tmp_path, worked_in):
    """A folder that has the work of that dub, and nothing else of it."""
    for name in ("objects", "scratch"):
        shutil.copytree(worked_in / name, tmp_path / name)
    return tmp_path


def work_on(service, operation, tmp_path):
    """Do an operation here and now; how many lines were spoken for it."""
    reporter = Reporter(lambda message: record_news(service, operation, message))
    means = Means(
        tools=lambda chosen: bootstrap.build_tools(
            Settings(), chosen={**STAND_INS, **chosen}, observe=reporter.call
        ),
        store=service.store,
        scratch=tmp_path / "scratch",
        workers=1,
        limits=ProbeLimits(),
        reporter=reporter,
        is_cancelled=lambda: False,
    )
    outcome = perform(begin_operation(service, operation, 1), means)
    assert outcome.failure is None
    conclude_operation(service, operation, 1, outcome)
    with service.database.reading() as session:
        calls = session.scalars(select(ProviderCall).where(ProviderCall.operation_id == operation))
        return sum(call.call == "synthesize" for call in calls)


def dubbed(client, service, talk, tmp_path):
    """The address of a target that was dubbed, its project and how many lines were spoken."""
    asked = {"upload": finished_upload(service, talk), "targets": ["pt"], "source_language": "en"}
    url = f"/v1/projects/{client.post('/v1/projects', json=asked).json()['id']}/targets/pt"
    return url, work_on(service, started(client, f"{url}:run"), tmp_path)


def edited(client, line, text):
    answer = client.patch(line, json={"target_text": text}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


def test_every_line_that_was_spoken_can_be_heard(client, service, talk, tmp_path):
    asked = {"upload": finished_upload(service, talk), "targets": ["pt"], "source_language": "en"}
    url = f"/v1/projects/{client.post('/v1/projects', json=asked).json()['id']}/targets/pt"
    work_on(service, started(client, f"{url}:synthesize"), tmp_path)
    first = client.get(f"{url}/utterances").json()["utterances"][0]
    take = client.get(f"{url}/utterances/{first['id']}/take")
    assert take.status_code == 200, take.text
    with wave.open(io.BytesIO(take.content)) as file:
        length_ms = 1000 * file.getnframes() / file.getframerate()
    assert length_ms > 100


def test_an_edited_line_is_heard_anew_once_it_was_spoken(client, service, talk, tmp_path):
    asked = {"upload": finished_upload(service, talk), "targets": ["pt"], "source_language": "en"}
    url = f"/v1/projects/{client.post('/v1/projects', json=asked).json()['id']}/targets/pt"
    work_on(service, started(client, f"{url}:run"), tmp_path)
    line = f"{url}/utterances/1"
    before = client.get(f"{line}/take")
    client.patch(line, json={"target_text": "Muito bem."}, headers={"If-Match": "*"})
    assert client.get(f"{line}/take").content == before.content
    work_on(service, started(client, f"{url}:synthesize"), tmp_path)
    after = client.get(f"{line}/take", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.content != before.content


def test_a_line_has_its_last_three_different_takes(client, service, talk, tmp_path):
    url, _ = dubbed(client, service, talk, tmp_path)
    line = f"{url}/utterances/1"
    texts = ["Muito bem.", "Bom dia a todos.", "Olá."]
    for text in texts:
        edited(client, line, text)
        assert work_on(service, started(client, f"{url}:run"), tmp_path) == 1
    takes = client.get(f"{line}/takes").json()["items"]
    assert [take["text"] for take in takes] == texts[::-1]
    assert [take["current"] for take in takes] == [True, False, False]
    newest = client.get(f"{line}/take")
    for take in takes:
        sound = client.get(f"{line}/takes/{take['name']}")
        with wave.open(io.BytesIO(sound.content)) as file:
            length_ms = 1000 * file.getnframes() / file.getframerate()
        assert length_ms == pytest.approx(take["duration_ms"], abs=1)
        assert (sound.content == newest.content) is take["current"]


def test_an_older_take_is_used_again_and_nothing_is_spoken(client, service, talk, tmp_path):
    url = dubbed(client, service, talk, tmp_path)[0]
    line = f"{url}/utterances/1"
    first = client.get(line).json()
    sound = client.get(f"{line}/take").content
    edited(client, line, "Isto é uma frase muito mais comprida do que a outra.")
    work_on(service, started(client, f"{url}:run"), tmp_path)
    assert client.get(f"{line}/take").content != sound
    older = client.get(f"{line}/takes").json()["items"][1]
    assert (older["text"], older["current"]) == (first["target_text"], False)

    revision = client.get(url).json()["revision"]
    used = client.post(f"{line}/takes/{older['name']}:use", headers={"If-Match": f'"r{revision}"'})
    assert used.status_code == 200, used.text
    assert used.headers["ETag"] == f'"r{revision + 1}"'
    told = used.json()
    assert (told["target_text"], told["voice"], told["speed"], told["stale"]) == (
        older["text"],
        older["voice"],
        older["speed"],
        True,
    )
    assert client.get(url).json()["stale"]
    assert work_on(service, started(client, f"{url}:run"), tmp_path) == 0
    assert client.get(f"{line}/take").content == sound
    assert [take["current"] for take in client.get(f"{line}/takes").json()["items"]] == [
        take["text"] == older["text"] for take in client.get(f"{line}/takes").json()["items"]
    ]


def test_a_take_spoken_faster_is_used_again_as_fast(client, service, talk, tmp_path):
    url, _ = dubbed(client, service, talk, tmp_path)
    line = f"{url}/utterances/2"
    client.patch(line, json={"speed": 1.3}, headers={"If-Match": "*"})
    work_on(service, started(client, f"{url}:run"), tmp_path)
    fast = client.get(f"{line}/take").content
    client.patch(line, json={"speed": None}, headers={"If-Match": "*"})
    work_on(service, started(client, f"{url}:run"), tmp_path)
    [take] = [one for one in client.get(f"{line}/takes").json()["items"] if one["speed"] == 1.3]
    client.post(f"{line}/takes/{take['name']}:use", headers={"If-Match": "*"})
    assert client.get(line).json()["speed"] == 1.3
    assert work_on(service, started(client, f"{url}:run"), tmp_path) == 0
    assert client.get(f"{line}/take").content == fast


def test_a_take_is_used_from_the_revision_that_was_looked_at(client, service, talk, tmp_path):
    url, _ = dubbed(client, service, talk, tmp_path)
    line = f"{url}/utterances/1"
    [take] = client.get(f"{line}/takes").json()["items"]
    use = f"{line}/takes/{take['name']}:use"
    assert client.post(use).status_code == 428
    assert client.post(use, headers={"If-Match": '"r99"'}).status_code == 412


def test_a_take_that_is_not_there_says_where_to_look(client, service, talk, tmp_path):
    url, _ = dubbed(client, service, talk, tmp_path)
    line = f"{url}/utterances/1"
    for path in (f"{line}/takes/nothing", f"{url}/utterances/99/take"):
        answer = client.get(path)
        assert (answer.status_code, bool(answer.json()["hint"])) == (404, True)
    assert client.post(f"{line}/takes/nothing:use", headers={"If-Match": "*"}).status_code == 404
    assert client.get(f"{url}/utterances/99/takes").json()["items"] == []
