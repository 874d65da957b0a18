"""The studio at `/`: how its files are served, and what stands there where it was not built."""

import gzip
import json
import re
from pathlib import Path

import pytest
from clients import Connect
from starlette.testclient import TestClient

from dubwright.api.options import ApiOptions
from dubwright.api.studio_pages import BUILD_COMMAND, PAGES

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = b"console.log('studio')\n"
FONT = "assets/atkinson-hyperlegible-next-latin-wght-normal-1.woff2"
PAGE = b"<!doctype html><title>Dubwright</title>"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: it plays no part here."""
    return sqlite_url


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A built studio: a page, an asset with its compressed form, and what nobody may see."""
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    (folder / ".vite").mkdir()
    (folder / "index.html").write_bytes(PAGE)
    (folder / "icon.svg").write_bytes(b"<svg/>")
    (folder / "assets" / "index-1234.js").write_bytes(SCRIPT)
    (folder / "assets" / "index-1234.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / ".vite" / "manifest.json").write_bytes(b"{}")
    return folder


@pytest.fixture
def studio(connect: Connect, built: Path) -> TestClient:
    return connect(ApiOptions(studio_folder=built))


@pytest.mark.parametrize("path", ["/", "/library", "/p/prj_1", "/settings", "/health"])
def test_every_address_of_the_studio_is_answered_with_its_page(
    studio: TestClient, path: str
) -> None:
    answer = studio.get(path)
    assert answer.content == PAGE
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def test_the_server_knows_every_page_that_the_studio_knows() -> None:
    router = (ROOT / "web" / "src" / "router.tsx").read_text(encoding="utf-8")
    known = {path.replace("$project", "{project}") for path in re.findall(r"path: '(.+?)'", router)}
    assert known == set(PAGES)


def test_every_page_begins_with_a_source_that_the_studio_has() -> None:
    missing = [
        source
        for sources in PAGES.values()
        for source in sources
        if not (ROOT / "web" / source).is_file()
    ]
    assert missing == []


def test_a_page_tells_all_that_it_begins_with_but_what_it_names_itself(
    connect: Connect, built: Path
) -> None:
    manifest = {
        "index.html": {
            "file": "assets/index-1234.js",
            "imports": ["_store.js"],
            "assets": [FONT, "assets/atkinson-hyperlegible-mono-latin-wght-normal-1.woff2"],
        },
        "_store.js": {"file": "assets/store-1.js"},
        "src/home/Home.tsx": {
            "file": "assets/Home-1.js",
            "imports": ["index.html", "_store.js", "_link.js"],
            "css": ["assets/Home-1.css"],
        },
        "_link.js": {"file": "assets/link-1.js", "imports": ["_store.js", "_link.js"]},
    }
    (built / ".vite" / "manifest.json").write_text(json.dumps(manifest))
    studio = connect(ApiOptions(studio_folder=built))
    font = f"</{FONT}>; rel=preload; as=font; type=font/woff2; crossorigin"
    assert studio.get("/").headers["link"].split(", ") == [
        font,
        "</assets/Home-1.css>; rel=preload; as=style; crossorigin",
        "</assets/Home-1.js>; rel=modulepreload",
        "</assets/link-1.js>; rel=modulepreload",
    ]
    assert studio.get("/library").headers["link"] == font


def test_a_page_may_run_only_its_own_scripts(studio: TestClient) -> None:
    policy = studio.get("/").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_a_bucket_that_files_come_from_is_allowed_for_media(connect: Connect, built: Path) -> None:
    origin = "https://cdn.example.org"
    away = connect(ApiOptions(studio_folder=built, media_origins=(origin,)))
    policy = away.get("/").headers["content-security-policy"]
    assert f"media-src 'self' blob: {origin};" in policy
    assert "script-src 'self';" in policy


def test_an_asset_is_kept_by_browsers_for_good(studio: TestClient) -> None:
    answer = studio.get("/assets/index-1234.js", headers={"Accept-Encoding": "identity"})
    assert answer.content == SCRIPT
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


def test_an_asset_is_sent_compressed_to_whoever_takes_that(studio: TestClient) -> None:
    answer = studio.get("/assets/index-1234.js", headers={"Accept-Encoding": "br, gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.content == SCRIPT


def test_a_page_that_the_browser_has_is_not_sent_again(studio: TestClient) -> None:
    etag = studio.get("/").headers["etag"]
    again = studio.get("/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/other.js",
        "/assets/..%2Findex.html",
        "/.vite/manifest.json",
        "/nothing",
        "/v1/nothing",
    ],
)
def test_what_is_not_there_is_a_problem_and_never_the_page(studio: TestClient, path: str) -> None:
    answer = studio.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_without_a_built_studio_a_plain_page_names_the_command(connect: Connect) -> None:
    answer = connect(ApiOptions(studio_folder=None)).get("/")
    assert answer.status_code == 200
    assert BUILD_COMMAND in answer.text
    assert "script" not in answer.headers["content-security-policy"]


def test_the_command_of_the_plain_page_is_in_the_makefile() -> None:
    target = BUILD_COMMAND.removeprefix("make ")
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
