"""A real browser on a real service with the real engines."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
REQUIRED = "DUBWRIGHT_REQUIRE_STUDIO"
sys.path.insert(0, str(ROOT / "bench"))

import fleet  # noqa: E402  # it lies beside the tests, in bench/

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)


# A page that is slow on a busy machine is no fault.
expect.set_options(timeout=30_000)


def _missing(reason: str) -> None:
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{reason}, and {REQUIRED}=1")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's Chromium; the tests are skipped where it or the built studio is missing.

    Playwright keeps an event loop running while it is open, so it ends with the module: other
    modules of the same process start loops of their own.
    """
    program = shutil.which("chromium")
    if program is None:
        _missing("Chromium is missing: install `chromium`")
    if not (ROOT / "web" / "dist" / "index.html").is_file():
        _missing("the studio is not built: `make web` builds it")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[fleet.Fleet]:
    """A service of its own with the engines that a user has."""
    running = fleet.Fleet(tmp_path_factory.mktemp("studio"), {})
    with running.running():
        yield running


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[fleet.Fleet]:
    """A service whose engines need no models: quick, and always the same."""
    settings = fleet.stand_in_settings(delay_s=0.1)
    running = fleet.Fleet(tmp_path_factory.mktemp("stand-ins"), settings)
    with running.running():
        yield running


@pytest.fixture(scope="session")
def slow_stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[fleet.Fleet]:
    """A service that takes long over each line, so that one can do something meanwhile."""
    settings = fleet.stand_in_settings(delay_s=0.8)
    running = fleet.Fleet(tmp_path_factory.mktemp("slow"), settings)
    with running.running():
        yield running


@pytest.fixture(scope="session")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video in which the stand-ins hear seven lines."""
    return fleet.stand_in_video(tmp_path_factory.mktemp("talk"), bursts=6)


@pytest.fixture
def page(browser: Browser, service: fleet.Fleet) -> Iterator[Page]:
    """A fresh page of the studio in English; whatever it complains about fails the test."""
    with _watched(browser, service.url, complains_never=True) as opened:
        yield opened


@pytest.fixture
def quick_page(browser: Browser, stand_ins: fleet.Fleet) -> Iterator[Page]:
    """A fresh page on the stand-ins. Calls may be refused on it; code that breaks fails the test."""
    with _watched(browser, stand_ins.url, complains_never=False) as opened:
        yield opened


@pytest.fixture
def slow_page(browser: Browser, slow_stand_ins: fleet.Fleet) -> Iterator[Page]:
    """A fresh page on the slow stand-ins."""
    with _watched(browser, slow_stand_ins.url, complains_never=False) as opened:
        yield opened


@contextlib.contextmanager
def _watched(browser: Browser, url: str, *, complains_never: bool) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1360, "height": 860}, locale="en-US", base_url=url
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    if complains_never:
        opened.on(
            "console",
            lambda told: complaints.append(told.text) if told.type == "error" else None,
        )
    yield opened
    context.close()
    assert complaints == []
