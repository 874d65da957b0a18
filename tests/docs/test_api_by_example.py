"""The page docs/api-by-example.md does what it says: all of it is run against a service."""

import dataclasses
import http.client
import re
import sys
import threading
import time
from collections.abc import Iterator
from http.server import HTTPServer
from pathlib import Path

import pytest
from followed import Example, Followed, examples_on, follow

from dubwright.jobs.delivering import signature

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/api-by-example.md"
EXAMPLES = examples_on(PAGE)
README = [
    dataclasses.replace(one, section="README")
    for one in examples_on(ROOT / "README.md")
    if one.text.startswith("curl ")
]
SECTIONS = list(dict.fromkeys(example.section for example in EXAMPLES))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reader")


@pytest.fixture(scope="module")
def run(folder: Path) -> list[Followed]:
    """The whole page, followed beside a service with engines that need no models."""
    sys.path.insert(0, str(ROOT / "bench"))
    from fleet import Fleet, stand_in_settings, stand_in_video

    stand_in_video(folder, bursts=2)
    (folder / "service").mkdir()
    # Slow enough to be cancelled while it speaks.
    fleet = Fleet(folder / "service", stand_in_settings(delay_s=0.7))
    with fleet.running():
        return list(follow([_here(one, fleet.port) for one in README + EXAMPLES], folder))


def _here(example: Example, port: int) -> Example:
    """The same for the service of this test, and looking more often than people do."""
    text = example.text.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    text = text.replace("sleep 1;", "sleep 0.2;").replace("sleep(1)", "sleep(0.2)")
    return dataclasses.replace(example, text=text)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_example_prints_what_the_page_says(run: list[Followed], section: str) -> None:
    followed = [one for one in run if one.example.section == section]
    expected = [one for one in EXAMPLES if one.section == section]
    assert len(followed) == len(expected), "an example before this one failed"
    for one in followed:
        assert one.fits, f"{one.example.text}\nprinted:\n{one.printed}\nnot:\n{one.example.prints}"


def test_the_call_in_the_readme_starts_a_dub(run: list[Followed]) -> None:
    assert len(README) == 1
    assert '"kind":"run","state":"queued"' in run[0].printed


@pytest.fixture
def receiver(run: list[Followed], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The receiver of the page on a port of its own."""
    monkeypatch.chdir(folder)
    [block] = [one.text for one in EXAMPLES if "BaseHTTPRequestHandler" in one.text]
    names: dict[str, object] = {"time": time}
    exec(block, names)  # noqa: S102  # as a reader does
    with HTTPServer(("127.0.0.1", 0), names["Receiver"]) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("late_s", "tail", "status"),
    [(0, b"", 204), (0, b"!", 401), (600, b"", 401)],
    ids=["a genuine message", "an altered message", "an old message"],
)
def test_the_receiver_takes_only_fresh_messages_with_a_right_signature(
    receiver: int, folder: Path, late_s: int, tail: bytes, status: int
) -> None:
    secret, body = (folder / "webhook.secret").read_text().strip(), b'{"event": "webhook.test"}'
    sent_at = str(int(time.time()) - late_s)
    headers = {
        "Dubwright-Timestamp": sent_at,
        "Dubwright-Signature": signature(secret, sent_at, body),
    }
    connection = http.client.HTTPConnection("127.0.0.1", receiver, timeout=10)
    connection.request("POST", "/", body + tail, headers)
    answered = connection.getresponse().status
    connection.close()
    assert answered == status


def test_the_page_has_no_more_examples_than_a_reader_will_read() -> None:
    assert 15 <= len(EXAMPLES) <= 40
    assert len(PAGE.read_text().split()) < 2_500


def test_an_example_that_prints_something_else_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "## One\n```sh\nN=3\n```\n```sh\necho $N\n```\n```text\n4\n```\n## Two\n```sh\ntrue\n```\n"
    )
    outcomes = list(follow(examples_on(page), tmp_path))
    assert [one.fits for one in outcomes] == [True, False]


def test_an_example_that_fails_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("## One\n```python\nx = 1\n```\n```python\nx + y\n```\n")
    outcomes = list(follow(examples_on(page), tmp_path))
    assert [one.fits for one in outcomes] == [True, False]
    assert re.search("name 'y' is not defined", outcomes[1].printed)
