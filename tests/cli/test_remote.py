"""`dubwright dub --server` against a real service with stand-in engines, over a bad connection."""

import itertools
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from dubwright.cli.remote import RemoteServer, ServerAddress, checked_url, failure_of
from dubwright.cli.remote_dub import (
    RemoteRequest,
    Watching,
    begin_remote_dub,
    finish_remote_dub,
)
from dubwright.cli.remote_edits import edits_between
from dubwright.cli.remote_files import RemoteFolder, RemoteNote
from dubwright.cli.remote_upload import Sending, announce, send_file
from dubwright.db.engine import Database
from dubwright.db.tables import Operation
from dubwright.domain.errors import (
    Cancelled,
    ConflictError,
    DubError,
    InputError,
    NotFoundError,
    ProviderUnavailable,
)
from dubwright.domain.job import Failure
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Script, SpeakerId, Utterance
from dubwright.domain.timeline import TimeSpan
from dubwright.jobs.concluding import fail_operation
from dubwright.jobs.dub_video import DubRequest
from dubwright.jobs.exit_codes import exit_code
from dubwright.jobs.service import Service, ServiceOptions
from dubwright.media.checksums import sha256_of

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import fleet  # noqa: E402  # it lies beside the tests, in bench/

PT = LanguageTag("pt")


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fleet.stand_in_video(tmp_path_factory.mktemp("talk"), bursts=3)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[fleet.Client]:
    """A running service whose voice takes its time."""
    settings = {**fleet.stand_in_settings(delay_s=0.5), "DUBWRIGHT_WORKERS": "2"}
    with fleet.Fleet(tmp_path_factory.mktemp("service"), settings).running() as client:
        yield client


@pytest.fixture(scope="module")
def unmanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[fleet.Client]:
    """A service without a worker: what is begun waits."""
    folder = tmp_path_factory.mktemp("unmanned")
    with fleet.Fleet(folder, fleet.stand_in_settings(), workers=0).running() as client:
        client.database = folder / "data" / "dubwright.sqlite"
        yield client


def command(*arguments: str | Path, server: str) -> list[str]:
    program = [sys.executable, "-m", "dubwright.cli.main", "dub", *map(str, arguments)]
    return [*program, "--to", "pt", "--from", "en", "--server", server]


def run(
    *arguments: str | Path, folder: Path, server: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments, server=server),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=folder,
        env={**os.environ, **environment},
    )


def lines_of(done: subprocess.CompletedProcess[str]) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


class Connection:
    """A proxy that cuts each connection after as many bytes as the plan says; None: never."""

    def __init__(self, to_port: int, plan: Iterator[int | None]) -> None:
        self._to_port = to_port
        self._plan = plan
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.cuts = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[caller], daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with caller, socket.create_connection(("127.0.0.1", self._to_port)) as server:
            left = [next(self._plan)]
            ways = [
                threading.Thread(target=self._pass_on, args=[*way, left], daemon=True)
                for way in ((caller, server), (server, caller))
            ]
            for way in ways:
                way.start()
            for way in ways:
                way.join()

    def _pass_on(self, source: socket.socket, sink: socket.socket, left: list[int | None]) -> None:
        try:
            while piece := source.recv(4_096):
                with self._lock:
                    if left[0] is not None:
                        piece = piece[: left[0]]
                        left[0] -= len(piece)
                sink.sendall(piece)
                if left[0] == 0:
                    left[0] = -1
                    self.cuts += 1
                if left[0] == -1:
                    return
        except OSError:
            pass
        finally:
            for one in (source, sink):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listening.close()


def shortly(seconds: float) -> None:
    """A pause for tests."""
    threading.Event().wait(seconds / 20)


@contextmanager
def cutting(service: fleet.Client, *plan: int | None) -> Iterator[Connection]:
    port = int(service.url.rpartition(":")[2])
    connection = Connection(port, itertools.chain(plan, itertools.repeat(None)))
    try:
        yield connection
    finally:
        connection.close()


def test_the_folder_is_the_one_that_a_dub_made_here_would_have(service, talk, tmp_path):
    done = run(talk, "--json", folder=tmp_path, server=service.url)
    assert done.returncode == 0, done.stderr
    here = subprocess.run(
        [
            *(sys.executable, "-m", "dubwright.cli.main", "dub", str(talk), "--to", "pt"),
            *("--from", "en", "--output", "here", "--json"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        cwd=tmp_path,
        env={**os.environ, **fleet.stand_in_settings()},
    )
    there, mine = tmp_path / "dubbed" / "talk.pt", tmp_path / "here" / "talk.pt"
    assert {one.name for one in mine.iterdir()} - {".receipt.json"} <= {
        one.name for one in there.iterdir()
    }
    for name in ("script.json", "subtitles.pt.srt"):
        assert (there / name).read_text() == (mine / name).read_text()
    *progress, last = lines_of(done)
    assert last["event"] == "completed"
    assert last["video"] == "dubbed/talk.pt/talk.pt.mp4"
    assert last.keys() == lines_of(here)[-1].keys()
    assert {"upload", "speak", "download"} <= {one["stage"] for one in progress}
    assert not list(there.glob(".*.part"))


def test_the_same_command_goes_on_with_the_same_project_and_sends_edits(service, talk, tmp_path):
    first = run(talk, "--quiet", folder=tmp_path, server=service.url)
    assert first.returncode == 0, first.stderr
    folder = tmp_path / "dubbed" / "talk.pt"
    project = json.loads((folder / ".remote.json").read_text())["project"]
    video = (folder / "talk.pt.mp4").read_bytes()
    script = json.loads((folder / "script.json").read_text())
    script["utterances"][0]["target_text"] = "Uma frase nova."
    (folder / "script.json").write_text(json.dumps(script))
    again = run(talk, "--json", folder=tmp_path, server=service.url)
    assert again.returncode == 0, again.stderr
    assert json.loads((folder / ".remote.json").read_text())["project"] == project
    assert "upload" not in {one.get("stage") for one in lines_of(again)}
    shown = service.call("GET", f"/v1/projects/{project}/targets/pt/utterances").json()
    assert shown["utterances"][0]["target_text"] == "Uma frase nova."
    assert "Uma frase nova." in (folder / "subtitles.pt.srt").read_text()
    assert (folder / "talk.pt.mp4").read_bytes() != video


def test_a_connection_that_is_cut_again_and_again_costs_time_but_nothing_else(
    service, talk, tmp_path
):
    request = RemoteRequest(DubRequest(talk, PT, tmp_path, LanguageTag("en")), {})
    watching = Watching(lambda event: None, threading.Event())
    plan = [20_000, 3_000, 90_000, 150, 3_000, 40_000, 5_000, 2_000]
    with (
        cutting(service, None, *plan) as connection,
        RemoteServer(ServerAddress(connection.url), pause=shortly) as server,
    ):
        begun = begin_remote_dub(server, request, watching)
        server._http.close()  # a new connection, which is cut
        server._http = httpx.Client(base_url=connection.url, timeout=10)
        made = finish_remote_dub(server, request, begun, watching)
    assert connection.cuts >= 5
    listed = service.call("GET", f"/v1/projects/{begun.project}/targets/pt/artifacts").json()
    video = next(one for one in listed["items"] if one["name"] == "video.mp4")
    assert sha256_of(made.video) == video["sha256"]


def test_an_upload_in_small_pieces_survives_cuts_at_any_place(service, talk):
    told: list[int] = []
    sending = Sending(lambda event: told.append(event.done), lambda: False, piece_bytes=8_192)
    with (
        cutting(service, None, *[9_500] * 4) as connection,
        RemoteServer(ServerAddress(connection.url), pause=lambda seconds: None) as server,
    ):
        place = announce(server, talk)
        server._http.close()
        server._http = httpx.Client(base_url=connection.url, timeout=10)
        send_file(server, talk, place, sending)
    assert connection.cuts == 4
    shown = service.call("GET", place).json()
    assert shown["complete"]
    assert told[-1] == talk.stat().st_size


def test_an_upload_stops_between_two_pieces(service, talk):
    asked = itertools.count()
    sending = Sending(lambda event: None, lambda: next(asked) >= 2, piece_bytes=1_000)
    with RemoteServer(ServerAddress(service.url)) as server:
        place = announce(server, talk)
        with pytest.raises(Cancelled):
            send_file(server, talk, place, sending)
    assert service.call("GET", place).json()["received_bytes"] == 2_000


def test_an_upload_that_the_server_forgot_is_not_found(service, talk):
    sending = Sending(lambda event: None, lambda: False)
    with RemoteServer(ServerAddress(service.url)) as server, pytest.raises(NotFoundError):
        send_file(server, talk, f"/v1/uploads/upl_{'a' * 20}", sending)


def test_ctrl_c_stops_the_work_on_the_server(service, talk, tmp_path):
    (fresh,) = fleet.copies(talk, 1, tmp_path)  # nothing of it was made before
    with subprocess.Popen(
        command(fresh, "--json", server=service.url),
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as doing:
        assert doing.stdout is not None
        for line in doing.stdout:
            if json.loads(line)["stage"] != "upload":
                break
        doing.send_signal(signal.SIGINT)
        rest = doing.stdout.read().splitlines()
        assert doing.wait(30) == 130
    assert json.loads(rest[-1])["code"] == "cancelled"
    note = json.loads((tmp_path / "dubbed" / "talk-0.pt" / ".remote.json").read_text())
    found = service.call("GET", f"/v1/operations?project={note['project']}").json()["items"]
    assert [one["state"] for one in found] == ["cancelled"]


def test_detached_work_is_picked_up_by_the_next_command(service, talk, tmp_path):
    begun = run(talk, "--detach", folder=tmp_path, server=service.url)
    operation = begun.stdout.strip()
    assert (begun.returncode, operation[:3]) == (0, "op_")
    done = run(talk, "--quiet", folder=tmp_path, server=service.url)
    assert done.returncode == 0, done.stderr
    note = json.loads((tmp_path / "dubbed" / "talk.pt" / ".remote.json").read_text())
    found = service.call("GET", f"/v1/operations?project={note['project']}").json()["items"]
    assert operation in [one["id"] for one in found]
    assert all(one["state"] == "succeeded" for one in found)


def test_a_server_that_is_not_there_is_told_at_once(talk, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    began = time.monotonic()
    done = run(talk, "--json", folder=tmp_path, server=f"http://127.0.0.1:{port}")
    assert time.monotonic() - began < 15
    (failed,) = lines_of(done)
    assert (done.returncode, failed["code"]) == (7, "provider_unavailable")
    assert failed["hint"]


def test_a_key_that_is_not_valid_is_told_and_never_shown(service, talk, tmp_path):
    done = run(talk, "--json", folder=tmp_path, server=service.url, DUBWRIGHT_KEY="dw_secret")
    (failed,) = lines_of(done)
    assert failed["code"] == "unauthenticated"
    assert "dw_secret" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "option", [["--workers", "2"], ["--translation", "x.srt"], ["--server", "ftp://x"]]
)
def test_what_does_not_work_with_a_server_is_refused_with_the_next_step(tmp_path, talk, option):
    done = run(talk, *option, "--json", folder=tmp_path, server="http://127.0.0.1:9")
    if option[0] == "--server":
        done = run(talk, "--json", folder=tmp_path, server=option[1])
    (failed,) = lines_of(done)
    assert (done.returncode, failed["code"]) == (4, "invalid_input")
    assert failed["hint"]


def kinds(kind: type[DubError]) -> Iterator[type[DubError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from kinds(narrower)


@pytest.mark.parametrize("code", sorted({kind.code for kind in kinds(DubError)}))
def test_every_failure_comes_back_under_its_code(code):
    failure = failure_of(Failure(code=code, message="it failed", hint="do this"), "req_1")
    assert (failure.code, failure.hint) == (code, "do this")
    assert failure.message == "it failed (request req_1)"
    assert exit_code(failure) > 0


def test_a_code_that_nobody_here_knows_is_a_failure_still():
    assert failure_of(Failure(code="new_kind", message="it failed")).message == "it failed"


@pytest.mark.parametrize("url", ["dub.example.org", "ftp://x", "http://", "https://u:p@x"])
def test_what_is_no_address_of_a_server_is_refused(url):
    with pytest.raises(InputError):
        checked_url(url)


@pytest.mark.parametrize("name", ["../up.mp4", "a/b", ".ssh", "", "video.mp4/..", "a\\b", "x\n"])
def test_a_file_that_a_server_offers_stays_in_the_folder(tmp_path, name):
    folder = RemoteFolder.of(tmp_path, Path("talk.mp4"), PT)
    with pytest.raises(InputError):
        folder.local_name(name)
    assert folder.local_name("video.mkv") == "talk.pt.mkv"
    assert folder.local_name("qc.json") == "qc.json"


def test_a_folder_with_another_dub_is_left_alone(tmp_path):
    folder = RemoteFolder.of(tmp_path, Path("talk.mp4"), PT)
    folder.keep(RemoteNote(server="http://a", source_sha256="1"))
    assert folder.note("http://a", "1").project is None
    for server, source in (("http://b", "1"), ("http://a", "2")):
        with pytest.raises(ConflictError):
            folder.note(server, source)
    (folder.path / ".remote.json").unlink()
    (folder.path / "script.json").write_text("{}")
    with pytest.raises(ConflictError):
        folder.note("http://a", "1")


def script(**changes: object) -> Script:
    line = Utterance(
        id=1,
        speaker=SpeakerId("S1"),
        span=TimeSpan(start_ms=0, end_ms=900),
        source_text="Hello",
        target_text="Olá",
    )
    changed = line.model_copy(update=changes)
    return Script(source_language=LanguageTag("en"), target_language=PT, utterances=(changed,))


def test_only_what_was_edited_is_sent():
    assert list(edits_between(script(), script())) == []
    assert list(edits_between(script(), script(target_text="Oi", voice="v"))) == [
        (1, {"target_text": "Oi", "voice": "v"})
    ]
    assert list(edits_between(script(speed=1.2), script(speed=None))) == [(1, {"speed": None})]


@pytest.mark.parametrize("change", [{"source_text": "Hi"}, {"speaker": "S2"}, {"id": 2}])
def test_what_cannot_be_edited_in_the_script_is_named(change):
    with pytest.raises(ConflictError) as refused:
        list(edits_between(script(), script(**change)))
    assert refused.value.hint


def test_a_server_that_does_not_answer_is_asked_again_before_it_counts_as_gone():
    pauses: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with (
        RemoteServer(ServerAddress(url), pause=pauses.append) as server,
        pytest.raises(ProviderUnavailable),
    ):
        server.get("/v1/projects")
    assert len(pauses) == 7
    assert pauses == sorted(pauses)


def test_a_budget_reaches_a_dub_that_waits_on_the_server(unmanned, talk, tmp_path):
    begun = run(talk, "--detach", folder=tmp_path, server=unmanned.url)
    limited = run(talk, "--detach", "--max-cost", "0.25", folder=tmp_path, server=unmanned.url)
    assert limited.returncode == 0, limited.stderr
    assert limited.stdout == begun.stdout
    project = unmanned.call("GET", "/v1/projects").json()["items"][0]
    assert project["budget"] == 0.25


def test_a_dub_that_runs_without_the_budget_is_not_taken_for_a_limited_one(
    unmanned, talk, tmp_path
):
    begun = run(talk, "--detach", folder=tmp_path, server=unmanned.url)
    with closing(sqlite3.connect(unmanned.database)) as rows, rows:
        rows.execute("UPDATE operation SET state = 'running'")
    limited = run(talk, "--detach", "--max-cost", "0.5", folder=tmp_path, server=unmanned.url)
    assert limited.returncode == exit_code(ConflictError(""))
    assert begun.stdout.strip() in limited.stderr


def test_rights_that_a_server_misses_are_confirmed_with_the_option(unmanned, tmp_path):
    link = "https://www.youtube.com/watch?v=jNQXAC9IVRw"
    (failed,) = lines_of(run(link, "--json", folder=tmp_path, server=unmanned.url))
    assert failed["code"] == "rights_not_confirmed"
    assert "--i-have-the-rights" in failed["hint"]
    assert "rights_confirmed" not in failed["hint"]


def test_a_budget_that_a_server_exceeded_is_raised_with_the_option(unmanned, talk, tmp_path):
    failure = Failure(code="budget_exceeded", message="too much", hint="PATCH the project")
    (fresh,) = fleet.copies(talk, 1, tmp_path)
    with subprocess.Popen(
        command(fresh, "--json", "--max-cost", "0.01", server=unmanned.url),
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as doing:
        note = tmp_path / "dubbed" / "talk-0.pt" / ".remote.json"
        fail_on(unmanned, note, failure)
        told, _ = doing.communicate(timeout=60)
    failed = json.loads(told.splitlines()[-1])
    assert failed["code"] == "budget_exceeded"
    assert "--max-cost" in failed["hint"]


class Nothing:
    """A store and an engine for what needs neither."""


def fail_on(server: fleet.Client, note: Path, failure: Failure) -> None:
    """Let what works on the project of the note fail, as soon as it was begun."""
    deadline = time.monotonic() + 60
    database = Database(f"sqlite:///{server.database}")
    service = Service(database, Nothing(), Nothing(), ServiceOptions(server.database.parent))
    while time.monotonic() < deadline:
        project = json.loads(note.read_text())["project"] if note.exists() else None
        with database.reading() as session:
            begun = session.scalar(sa.select(Operation.id).where(Operation.project_id == project))
        if begun is not None:
            fail_operation(service, begun, 1, failure)
            database.close()
            return
        time.sleep(0.1)
    raise AssertionError("nothing was begun")
