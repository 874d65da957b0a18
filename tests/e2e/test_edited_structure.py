"""Lines split, merged, put in and taken out in a dub: the next one has them, and no more is made."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from making import make_video
from starlette.testclient import TestClient

from dubwright import bootstrap
from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.db.engine import Database
from dubwright.jobs.assigning import begin_operation
from dubwright.jobs.concluding import conclude_operation
from dubwright.jobs.performing import Means, perform
from dubwright.jobs.reporting import Reporter
from dubwright.jobs.service import Service, ServiceOptions
from dubwright.media.probe import ProbeLimits
from dubwright.settings import load_settings
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner
from dubwright.testing.stand_ins import STAND_INS

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "api"))

from clients import LOCAL, NotedEngine  # they lie beside the tests of the API
from journeys import finished_upload

ANY = {"If-Match": "*"}


@pytest.fixture(scope="module")
def long_talk(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_video(tmp_path_factory.mktemp("talk") / "talk.mp4", bursts=7).read_bytes()


@dataclass
class Studio:
    """A project with a Portuguese target, and somebody who works on it."""

    client: TestClient
    url: str
    work: Callable[[str], list[str]]

    def run(self) -> int:
        """Make the dub; how many times an engine spoke."""
        answer = self.client.post(f"{self.url}:run")
        told = self.work(answer.json()["id"])
        ended = self.client.get(f"/v1/operations/{answer.json()['id']}").json()
        assert ended["state"] == "succeeded", ended["error"]
        return sum('"call":"synthesize"' in news for news in told)

    def script(self) -> dict:
        return self.client.get(f"{self.url}/targets/pt/utterances").json()

    def lines(self) -> list[dict]:
        return self.script()["utterances"]

    def edit(self, method: str, path: str, body: object = None) -> None:
        answer = self.client.request(method, f"{self.url}{path}", json=body, headers=ANY)
        assert answer.status_code in (200, 201), answer.text

    def take(self, line: int) -> bytes:
        answer = self.client.get(f"{self.url}/targets/pt/utterances/{line}/take")
        assert answer.status_code == 200
        return answer.content

    def subtitles(self) -> str:
        return self.client.get(f"{self.url}/targets/pt/artifacts/subtitles.pt.srt").text


@pytest.fixture(scope="module")
def worked_in(
    long_talk: bytes, _sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder in which the talk was dubbed once: what was made for it is found again there."""
    folder = tmp_path_factory.mktemp("worked")
    shutil.copyfile(_sqlite_template, folder / "dubwright.sqlite")
    database = Database(f"sqlite:///{folder / 'dubwright.sqlite'}")
    assert new_studio(database, folder, long_talk).run() > 1
    database.close()
    return folder


@pytest.fixture
def studio(database: Database, tmp_path: Path, worked_in: Path, long_talk: bytes) -> Studio:
    for name in ("objects", "scratch"):
        shutil.copytree(worked_in / name, tmp_path / name)
    return new_studio(database, tmp_path, long_talk)


def new_studio(database: Database, folder: Path, long_talk: bytes) -> Studio:
    store = LocalObjectStore(folder / "objects", UrlSigner(b"s" * 32))
    service = Service(database, store, NotedEngine(), ServiceOptions(data_folder=folder))
    client = TestClient(create_app(service, ApiOptions()), base_url=LOCAL)
    asked = {
        "upload": finished_upload(service, long_talk, "talk.mp4"),
        "source_language": "en",
        "targets": ["pt"],
    }
    project = client.post("/v1/projects", json=asked).json()["id"]
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)

    def work(operation: str) -> list[str]:
        told: list[str] = []
        reporter = Reporter(told.append)
        means = Means(
            tools=lambda _: bootstrap.build_tools(
                load_settings(), chosen=STAND_INS, observe=reporter.call
            ),
            store=store,
            scratch=scratch,
            workers=2,
            limits=ProbeLimits(),
            reporter=reporter,
            is_cancelled=lambda: False,
        )
        assignment = begin_operation(service, operation, 1)
        assert assignment is not None
        conclude_operation(service, operation, 1, perform(assignment, means))
        return told

    return Studio(client, f"/v1/projects/{project}", work)


def placed(lines: list[dict]) -> dict[int, tuple[int, int]]:
    return {line["id"]: (line["placed_start_ms"], line["placed_end_ms"]) for line in lines}


def test_the_next_dub_has_the_lines_as_they_were_edited_and_speaks_only_those(
    studio: Studio,
) -> None:
    studio.run()
    before = studio.lines()
    assert len(before) >= 6
    to_split, to_merge, merged_into_it, to_delete, untouched = before[:5]
    span = (to_split["span"]["start_ms"] + to_split["span"]["end_ms"]) // 2
    cut = {"after_characters": 4, "at_ms": span, "targets": {"pt": 9}}
    segments = "/transcript/segments"
    studio.edit("POST", f"{segments}/{to_split['id']}:split", cut)
    studio.edit("POST", f"{segments}/{to_merge['id']}:merge")
    studio.edit("DELETE", f"{segments}/{to_delete['id']}")
    new = {
        "speaker": untouched["speaker"],
        "start_ms": to_delete["span"]["start_ms"],
        "end_ms": to_delete["span"]["end_ms"],
        "text": "Hello.",
        "targets": {"pt": "Ora viva."},
    }
    studio.edit("POST", segments, new)
    edited = studio.script()
    waiting = [line["id"] for line in edited["utterances"] if line["stale"]]
    assert (len(waiting), edited["stale"]) == (4, True)
    assert "untranslated" not in str(edited)

    spoken = studio.run()

    after = studio.script()
    texts = [line["target_text"] for line in after["utterances"]]
    assert texts[:2] == [
        to_split["target_text"][:9].strip(),
        to_split["target_text"][9:].strip(),
    ]
    joined = f"{to_merge['target_text']} {merged_into_it['target_text']}"
    assert texts[2:4] == [joined, "Ora viva."]
    assert [line["target_text"] for line in before[4:]] == texts[4:]
    assert spoken == 4
    assert (after["stale"], [line["stale"] for line in after["utterances"]]) == (
        False,
        [False] * len(texts),
    )
    left = {line["id"] for line in before[4:]}
    stayed = {n: place for n, place in placed(before).items() if n in left}
    assert {n: place for n, place in placed(after["utterances"]).items() if n in left} == stayed
    assert "Ora viva." in studio.subtitles()
    assert to_delete["id"] not in placed(after["utterances"])


def test_what_was_split_without_a_word_is_translated_again(studio: Studio) -> None:
    studio.run()
    first = studio.lines()[0]
    middle = (first["span"]["start_ms"] + first["span"]["end_ms"]) // 2
    path = f"/transcript/segments/{first['id']}:split"
    studio.edit("POST", path, {"after_characters": 4, "at_ms": middle})
    assert [line["target_text"] for line in studio.lines()[:2]] == ["", ""]
    assert studio.run() == 2
    parts = studio.lines()[:2]
    assert [line["target_text"] != "" for line in parts] == [True, True]
    assert " ".join(line["target_text"].removeprefix("[pt] ") for line in parts) == " ".join(
        line["source_text"] for line in parts
    )


def test_a_speaker_who_was_added_speaks_in_their_voice_once_they_have_a_line(
    studio: Studio,
) -> None:
    studio.run()
    added = studio.client.post(f"{studio.url}/speakers", json={"name": "Narrator"}).json()["id"]
    others = [line["id"] for line in studio.lines()[1:]]
    studio.edit("PATCH", "/targets/pt", {"voices": {added: "high", "S1": "low"}})
    studio.run()
    assert not studio.script()["stale"]
    first = studio.lines()[0]["id"]
    low = studio.take(first)
    studio.edit("PATCH", f"/transcript/segments/{first}", {"speaker": added})
    assert [line["id"] for line in studio.lines() if line["stale"]] == [first]
    studio.run()
    assert studio.take(first) != low
    assert [line["stale"] for line in studio.lines()] == [False] * (1 + len(others))
    studio.client.post(f"{studio.url}/speakers/{added}:merge", json={"into": "S1"})
    studio.run()
    assert studio.take(first) == low
    assert [line["stale"] for line in studio.lines()] == [False] * (1 + len(others))


def test_who_was_heard_in_a_run_is_known_without_any_line(studio: Studio) -> None:
    studio.run()
    added = studio.client.post(f"{studio.url}/speakers", json={"name": "Narrator"}).json()["id"]
    for line in studio.lines():
        studio.edit("PATCH", f"/transcript/segments/{line['id']}", {"speaker": added})
    listed = studio.client.get(f"{studio.url}/speakers").json()["items"]
    assert [(one["id"], one["name"]) for one in listed] == [("S1", "S1"), (added, "Narrator")]


def test_a_line_found_fine_stays_so_and_nothing_is_made_for_it(studio: Studio) -> None:
    studio.run()
    first = studio.lines()[0]["id"]
    studio.edit("PATCH", f"/targets/pt/utterances/{first}", {"accepted": True})
    assert not studio.script()["stale"]
    assert studio.run() == 0
    assert studio.lines()[0]["accepted"]
