"""A link becomes a dub: over the API with real workers, and in a folder with the command line."""

import dataclasses
import http.server
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from linked_worker import fetcher
from making import make_video
from starlette.testclient import TestClient

from dubwright import bootstrap
from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.cli.remote import RemoteServer, ServerAddress
from dubwright.cli.remote_dub import (
    RemoteRequest,
    Watching,
    begin_remote_dub,
    finish_remote_dub,
)
from dubwright.domain.errors import RightsNotConfirmed, VideoUnsuitable
from dubwright.domain.language import LanguageTag
from dubwright.domain.source_link import SourceLink
from dubwright.jobs.dub_video import DubRequest, Running, dub_video
from dubwright.jobs.link_folder import AskedLink, LinkFolder
from dubwright.pipeline.progress import StageEvent
from dubwright.settings import load_settings
from dubwright.sources.links import LinkOffer, parse_link
from dubwright.testing.stand_ins import STAND_INS
from link_sites import (
    LOOPBACK,
    VIDEO_ID,
    fake_youtube,
    only_format,
    programs_with,
    site,
    until,
)

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "api"))

from served import served  # noqa: E402  # it lies beside the tests of the API

LINK = {"url": f"https://youtu.be/{VIDEO_ID}", "rights_confirmed": True}
PT = LanguageTag("pt")
CAPTIONS = """WEBVTT

00:00:00.400 --> 00:00:01.600
Written by the uploader.

00:00:03.400 --> 00:00:04.600
Not heard by a machine.

00:10:00.000 --> 00:10:01.000
Long after the end.
"""


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    make_video(folder / "talk.mp4", bursts=4)
    (folder / "en.vtt").write_text(CAPTIONS)
    return folder


@pytest.fixture
def web(films: Path) -> Iterator[http.server.ThreadingHTTPServer]:
    with site(films) as server:
        yield server


class Service:
    """The API in this process, and workers as programs beside it."""

    def __init__(self, folder: Path, extractor: Path) -> None:
        self.folder, self.extractor = folder, extractor
        self.environment = {
            "DUBWRIGHT_DATA_FOLDER": str(folder / "data"),
            "DUBWRIGHT_WORKERS": "2",
            **{f"DUBWRIGHT_{kind.upper()}__PROVIDER": name for kind, name in STAND_INS.items()},
        }
        settings = load_settings().model_copy(update={"data_folder": folder / "data"})
        built = bootstrap.build_service(settings)
        offer = LinkOffer("always", policy=LOOPBACK)
        self.service = dataclasses.replace(
            built, options=dataclasses.replace(built.options, links=offer)
        )
        self.app = create_app(self.service, ApiOptions())
        self.client = TestClient(self.app, base_url="http://127.0.0.1:8000")
        self.workers: list[subprocess.Popen[str]] = []

    def start_worker(self) -> subprocess.Popen[str]:
        options = {"polling_s": 0.1, "lease_s": 3, "beat_s": 0.5, "quick_slots": 0}
        rules = {"extractor": str(self.extractor), "options": options}
        with (self.folder / "worker.log").open("a") as output:
            worker = subprocess.Popen(
                [sys.executable, str(HERE / "linked_worker.py"), json.dumps(rules)],
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                env={**os.environ, **self.environment, "PYTHONPATH": str(HERE)},
            )
        self.workers.append(worker)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n", (self.folder / "worker.log").read_text()
        return worker

    def begin(self, *targets: str, **link: object) -> tuple[str, str]:
        asked = {"link": {**LINK, **link}, "targets": targets, "source_language": "en"}
        answer = self.client.post("/v1/dubs", json=asked)
        assert answer.status_code == 202, answer.text
        return answer.json()["project"], answer.json()["id"]

    def operation(self, operation: str) -> dict:
        return self.client.get(f"/v1/operations/{operation}").json()

    def ended(self, operation: str) -> dict:
        until(lambda: self.operation(operation)["done"], seconds=120)
        return self.operation(operation)

    def stages(self, operation: str) -> list[dict]:
        items = self.client.get(f"/v1/operations/{operation}/logs").json()["items"]
        return [one["fields"] for one in items if one["event"] == "operation.stage"]

    def close(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.wait(timeout=10)
            worker.stdout.close()
        self.client.close()
        self.service.engine.close()
        self.service.database.close()


@contextmanager
def running(folder: Path, base: str, **changes: object) -> Iterator[Service]:
    known = {"duration": 12, "title": "A fine talk", "formats": only_format(f"{base}/talk.mp4")}
    opened = Service(folder, fake_youtube(folder, base, **{**known, **changes}))
    try:
        yield opened
    finally:
        opened.close()


def asked_for_media(web: http.server.ThreadingHTTPServer) -> int:
    return len([path for path in web.asked if path.endswith(".mp4")])


def test_a_link_is_fetched_once_and_dubbed_with_its_captions(web, tmp_path):
    with running(tmp_path, web.url) as service:
        service.start_worker()
        project, operation = service.begin("pt", use_captions=True)
        ended = service.ended(operation)
        assert ended["state"] == "succeeded", ended["error"]
        shown = service.client.get(f"/v1/projects/{project}").json()
        assert shown["name"] == "A fine talk.mp4"
        assert shown["link"]["captions_language"] == "en-US"
        told = service.client.get(f"/v1/projects/{project}/transcript").json()["segments"]
        words = " ".join(line["text"] for line in told)
        assert "Written by the uploader." in words
        assert "Long after" not in words
        fetching = [one for one in service.stages(operation) if one.get("stage") == "fetch"]
        sizes = [(web.folder / name).stat().st_size for name in ("talk.mp4", "en.vtt")]
        assert fetching[-1]["done"] == sum(sizes)
        assert fetching[-1]["done"] <= fetching[-1]["total"]

        service.client.post(f"/v1/projects/{project}/targets", json={"language": "es"})
        again = service.client.post(f"/v1/projects/{project}:run").json()["id"]
        assert service.ended(again)["state"] == "succeeded"
        assert asked_for_media(web) == 1
        assert list((tmp_path / "data/scratch/links").glob("*/video")) == []


def test_a_worker_that_dies_while_it_fetches_is_followed_by_one_that_fetches_again(web, tmp_path):
    with running(tmp_path, web.url, formats=only_format(f"{web.url}/held/talk.mp4")) as service:
        first = service.start_worker()
        project, operation = service.begin("pt")
        until(lambda: "/held/talk.mp4" in web.asked, seconds=60)
        first.kill()
        first.wait(timeout=10)
        until(lambda: not programs_with(str(tmp_path / "data/scratch/links")), seconds=10)
        web.opened.set()
        service.start_worker()
        ended = service.ended(operation)
        assert ended["state"] == "succeeded", ended["error"]
        assert web.asked.count("/held/talk.mp4") == 2
        assert service.client.get(f"/v1/projects/{project}/targets/pt").json()["status"] == "ready"
        assert list((tmp_path / "data/scratch/links").glob("*/video")) == []


def test_cancelling_stops_a_transfer_within_two_seconds_and_retrying_fetches_again(web, tmp_path):
    with running(tmp_path, web.url, formats=only_format(f"{web.url}/held/talk.mp4")) as service:
        service.start_worker()
        _, operation = service.begin("pt")
        until(lambda: "/held/talk.mp4" in web.asked, seconds=60)
        began = time.monotonic()
        service.client.post(f"/v1/operations/{operation}:cancel")
        assert service.ended(operation)["state"] == "cancelled"
        until(lambda: not programs_with(str(tmp_path / "data/scratch/links")), seconds=5)
        assert time.monotonic() - began < 5
        web.opened.set()
        service.client.post(f"/v1/operations/{operation}:retry")
        assert service.ended(operation)["state"] == "succeeded"


def test_a_link_to_a_file_is_dubbed_and_one_to_a_page_is_a_named_failure(web, films, tmp_path):
    (films / "page.html").write_text("<html></html>")
    with running(tmp_path, web.url) as service:
        service.start_worker()
        project, operation = service.begin("pt", url=f"{web.url}/talk.mp4")
        ended = service.ended(operation)
        assert ended["state"] == "succeeded", ended["error"]
        assert service.client.get(f"/v1/projects/{project}").json()["name"] == "talk.mp4"
        _, operation = service.begin("pt", url=f"{web.url}/page.html")
        error = service.ended(operation)["error"]
        assert (error["code"], error["message"]) == ("link_refused", "the link leads to a web page")


class Noted:
    def __init__(self) -> None:
        self.events: list[StageEvent] = []

    def __call__(self, event: StageEvent) -> None:
        self.events.append(event)


def test_the_command_line_fetches_a_link_once_and_remembers_the_rights(web, tmp_path):
    extractor = fake_youtube(
        tmp_path, web.url, duration=12, formats=only_format(f"{web.url}/talk.mp4")
    )
    noted, output = Noted(), tmp_path / "dubbed"
    run = Running(workers=2, progress=noted, is_cancelled=lambda: False)
    asked = AskedLink(parse_link(LINK["url"]), use_captions=True, language=LanguageTag("en"))
    fetching = fetcher(tmp_path / "turns", extractor)
    with pytest.raises(RightsNotConfirmed):
        LinkFolder(output, asked).fetch(fetching, run)
    assert web.asked == []
    here = LinkFolder(output, dataclasses.replace(asked, rights_confirmed=True)).fetch(
        fetching, run
    )
    assert noted.events[0].stage == "fetch"
    assert LinkFolder(output, asked).video_here() == here
    (record,) = output.glob(".dubwright/links/*/link.json")
    kept = SourceLink.model_validate_json(record.read_text())
    assert kept.rights_confirmed_at <= kept.fetched_at
    assert kept.licence.startswith("Creative Commons")
    tools = bootstrap.build_tools(load_settings(), chosen=STAND_INS)
    request = DubRequest(
        video=here.video, target_language=PT, output=output, source_language=LanguageTag("en"),
        transcript=here.captions,
    )  # fmt: skip
    made = dub_video(request, tools, run)
    assert made.video == output / f"youtube-{VIDEO_ID}.pt" / f"youtube-{VIDEO_ID}.pt.mp4"
    assert made.dub.script.utterances[0].source_text.startswith("Written by the uploader.")


def test_two_dubs_of_one_link_at_once_fetch_it_once(web, tmp_path):
    fetching = fetcher(tmp_path / "turns", None)
    run = Running(workers=2, progress=Noted(), is_cancelled=lambda: False)
    asked = AskedLink(fetching.parse(f"{web.url}/held/talk.mp4"), rights_confirmed=True)
    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(LinkFolder(tmp_path / "dubbed", asked).fetch, fetching, run)
            for _ in range(2)
        ]
        until(lambda: "/held/talk.mp4" in web.asked, seconds=60)
        web.opened.set()
        first, second = [one.result(timeout=60) for one in both]
    assert first == second
    assert first.video.is_file()
    assert web.asked == ["/held/talk.mp4"]


def test_a_video_that_is_refused_leaves_nothing_beside_the_dubs(web, tmp_path):
    extractor = fake_youtube(tmp_path, web.url, live_status="is_live")
    run = Running(workers=2, progress=Noted(), is_cancelled=lambda: False)
    folder = LinkFolder(tmp_path / "dubbed", AskedLink(parse_link(LINK["url"]), True))
    with pytest.raises(VideoUnsuitable):
        folder.fetch(fetcher(tmp_path / "turns", extractor), run)
    assert folder.video_here() is None
    assert list((tmp_path / "dubbed/.dubwright/links").iterdir()) == []


def test_the_command_line_has_a_server_fetch_a_link(web, tmp_path):
    with running(tmp_path, web.url) as service, served(service.app) as port:
        service.start_worker()
        asked = RemoteRequest(
            DubRequest(Path(f"youtube-{VIDEO_ID}.mp4"), PT, tmp_path / "dubbed", LanguageTag("en")),
            {},
            AskedLink(parse_link(LINK["url"]), rights_confirmed=True),
        )
        watching = Watching(Noted(), threading.Event())
        with RemoteServer(ServerAddress(f"http://127.0.0.1:{port}")) as server:
            begun = begin_remote_dub(server, asked, watching)
            made = finish_remote_dub(server, asked, begun, watching)
            assert made.video.is_file()
            assert made.folder.name == f"youtube-{VIDEO_ID}.pt"
            again = begin_remote_dub(server, asked, watching)
            assert again.project == begun.project
