"""Signed downloads: whole, in part, and only for who has the address."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.api.routes.objects import objects_router
from dubwright.db.engine import Database
from dubwright.jobs.keys import create_first_key
from dubwright.jobs.service import Service, ServiceOptions
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner


class NoEngine:
    """Downloads start no work."""


CONTENT = bytes(range(256)) * 4_000


@pytest.fixture
def store(tmp_path: Path) -> LocalObjectStore:
    store = LocalObjectStore(tmp_path / "objects", UrlSigner(b"0" * 32))
    for name, content in (("video.mp4", CONTENT), ("empty", b"")):
        file = tmp_path / name
        file.write_bytes(content)
        store.put(f"made/{name}", file)
    return store


@pytest.fixture
def web(sqlite_url: str, store: LocalObjectStore, tmp_path: Path) -> Iterator[TestClient]:
    database = Database(sqlite_url)
    service = Service(database, store, NoEngine(), ServiceOptions(tmp_path))
    # With a key no other request is answered: the signature alone opens these.
    create_first_key(service, "key")
    app = create_app(service, ApiOptions())
    app.include_router(objects_router(store.signer), prefix="/v1")
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client
    database.close()


def url_of(store: LocalObjectStore, name: str = "video.mp4", file_name: str = "talk.mp4") -> str:
    return store.download_url(
        f"made/{name}", file_name=file_name, content_type="video/mp4", expires_s=60
    )


@pytest.fixture
def url(store: LocalObjectStore) -> str:
    return url_of(store)


def test_who_has_the_address_gets_the_file(web, url):
    answer = web.get(url)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "private, max-age=3600"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith('attachment; filename="talk.mp4";')
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_a_head_tells_the_same_without_the_file(web, url):
    whole, head = web.get(url), web.head(url)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "etag", "last-modified", "content-type"):
        assert head.headers[name] == whole.headers[name]


def test_a_name_in_any_script_reaches_the_browser(web, store):
    answer = web.get(url_of(store, file_name='Größe "1"\r\n; 東京.mp4'))
    told = answer.headers["content-disposition"]
    assert told == (
        'attachment; filename="Gr__e _1____ __.mp4"; '
        "filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22%0D%0A%3B%20%E6%9D%B1%E4%BA%AC.mp4"
    )


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-299999", 10, 299_999),
        ("bytes=1023999-", 1_023_999, 1_023_999),
        ("bytes=5-99999999", 5, 1_023_999),
        ("bytes=-3", 1_023_997, 1_023_999),
        ("bytes=-99999999", 0, 1_023_999),
    ],
)
def test_a_range_is_served_exactly(web, url, asked, first, last):
    for method in ("GET", "HEAD"):
        answer = web.request(method, url, headers={"Range": asked})
        assert answer.status_code == 206
        assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(CONTENT)}"
        assert answer.headers["content-length"] == str(last - first + 1)
        assert answer.content == (CONTENT[first : last + 1] if method == "GET" else b"")


@pytest.mark.parametrize("asked", ["bytes=1024000-", "bytes=2000000-3000000", "bytes=-0"])
def test_a_range_past_the_end_is_refused_with_the_size(web, url, asked):
    answer = web.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
    assert answer.headers["content-range"] == "bytes */1024000"


@pytest.mark.parametrize(
    "asked", ["bytes=5-3", "bytes=a-b", "lines=1-2", "bytes", "bytes=-", "bytes=0-1,5-6", "bytes=1"]
)
def test_any_other_range_is_ignored(web, url, asked):
    answer = web.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, CONTENT)


def test_an_empty_file_has_no_range(web, store):
    url = url_of(store, "empty")
    assert web.get(url).content == b""
    assert web.get(url, headers={"Range": "bytes=0-"}).status_code == 416


def test_a_part_is_only_of_the_version_that_is_known(web, url):
    known = web.head(url).headers
    part = {"Range": "bytes=100-199"}
    for version in (known["etag"], known["last-modified"]):
        assert web.get(url, headers=part | {"If-Range": version}).status_code == 206
    for other in ('"another"', f"W/{known['etag']}", "Thu, 01 Jan 1970 00:00:00 GMT"):
        assert web.get(url, headers=part | {"If-Range": other}).content == CONTENT
        past = {"Range": "bytes=9999999-", "If-Range": other}
        assert web.get(url, headers=past).status_code == 200


def test_who_has_this_version_is_not_sent_it_again(web, url):
    etag = web.head(url).headers["etag"]
    for tags in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = web.get(url, headers={"If-None-Match": tags})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
    assert web.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("change", ["?name=x", "&more=1&signature=0", "X"])
def test_a_changed_address_leads_nowhere(web, url, change):
    answer = web.get(url + change)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "path", ["", "..", "../dubwright.sqlite", "made/../../secret", "made", "%00"]
)
def test_a_path_without_its_signature_leads_nowhere(web, url, path):
    query = url.partition("?")[2]
    for asked in (f"/v1/objects/{path}", f"/v1/objects/{path}?{query}"):
        assert web.get(asked).status_code == 404


def test_a_deleted_object_is_gone(web, url, store):
    store.delete("made/video.mp4")
    assert web.get(url).status_code == 404
