"""The page docs/api-by-example.md does what it says: all of it is run against a service."""

import contextlib
import dataclasses
import http.client
import re
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

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


@dataclasses.dataclass
class Hook:
    """The receiver of webhooks that the page shows, and what it answered."""

    folder: Path
    answers: list[int] = dataclasses.field(default_factory=list)
    port: int = 0

    @contextlib.contextmanager
    def listening(self) -> "Iterator[Hook]":
        with HTTPServer(("127.0.0.1", 0), self._answer) as server:
            self.port = server.server_port
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            yield self
            server.shutdown()
            thread.join()

    def _answer(self, *request: Any) -> None:
        self._receiver()(*request)

    def _receiver(self) -> type[BaseHTTPRequestHandler]:
        """As the page has it; its secret is there by the time somebody calls."""
        [block] = [one.text for one in EXAMPLES if "BaseHTTPRequestHandler" in one.text]
        names: dict[str, Any] = {"time": time}
        exec(block.replace("webhook.secret", str(self.folder / "webhook.secret")), names)  # noqa: S102  # as a reader does
        answers = self.answers

        class Noting(names["Receiver"]):
            def send_response(self, code: int, message: str | None = None) -> None:
                answers.append(code)
                super().send_response(code, message)

        return Noting


@pytest.fixture(scope="module")
def hook(folder: Path) -> Iterator[Hook]:
    with Hook(folder).listening() as hook:
        yield hook


@pytest.fixture(scope="module")
def run(folder: Path, hook: Hook) -> list[Followed]:
    """The whole page, followed beside a service with engines that need no models."""
    sys.path.insert(0, str(ROOT / "bench"))
    from fleet import Fleet, stand_in_settings, stand_in_video

    stand_in_video(folder, bursts=2)
    (folder / "service").mkdir()
    # Slow enough to be cancelled while it speaks.
    settings = stand_in_settings(delay_s=0.7)
    settings["DUBWRIGHT_SERVER__WEBHOOK_NETWORKS"] = '["127.0.0.0/8"]'
    settings["DUBWRIGHT_SERVER__WEBHOOK_HTTP"] = "true"
    fleet = Fleet(folder / "service", settings)
    with fleet.running():
        followed = list(
            follow([_here(one, fleet.port, hook.port) for one in README + EXAMPLES], folder)
        )
        deadline = time.monotonic() + 30
        while followed[-1].fits and not hook.answers and time.monotonic() < deadline:
            time.sleep(0.1)
        return followed


def _here(example: Example, port: int, hook_port: int) -> Example:
    """The same for the service of this test, and looking more often than people do."""
    text = example.text.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    text = text.replace("https://hooks.example.org", f"http://127.0.0.1:{hook_port}")
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


def test_a_message_of_the_service_is_taken_by_the_receiver(run: list[Followed], hook: Hook) -> None:
    assert run[-1].fits
    assert hook.answers[0] == 204


@pytest.mark.parametrize(
    ("late_s", "tail", "status"),
    [(0, b"", 204), (0, b"!", 401), (600, b"", 401)],
    ids=["a genuine message", "an altered message", "an old message"],
)
def test_the_receiver_takes_only_fresh_messages_with_a_right_signature(
    run: list[Followed], hook: Hook, late_s: int, tail: bytes, status: int
) -> None:
    secret = (hook.folder / "webhook.secret").read_text().strip()
    body = b'{"event": "webhook.test"}'
    sent_at = str(int(time.time()) - late_s)
    headers = {
        "Dubwright-Timestamp": sent_at,
        "Dubwright-Signature": signature(secret, sent_at, body),
    }
    connection = http.client.HTTPConnection("127.0.0.1", hook.port, timeout=10)
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
