"""The storage double keeps to the protocol of Cloud Storage, so that a green test means something."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from storage_rig import BUCKET, Rig, storage_rig

from dubwright.storage.links import Download
from dubwright.testing.google.storage import StorageDouble
from dubwright.testing.google.storage_contents import crc32c_of
from dubwright.testing.google.storage_failures import CutWhileAsked

PIECE = 256 * 1024
ORIGIN = "https://studio.example.org"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 29, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with storage_rig(tmp_path) as rig:
        yield rig


def opened(double: StorageDouble, size: int | None = None, **headers: str) -> str:
    """The address of a new upload session."""
    if size is not None:
        headers["X-Upload-Content-Length"] = str(size)
    answer = httpx.post(
        f"{double.url}/upload/storage/v1/b/{BUCKET}/o",
        params={"uploadType": "resumable", "name": "video", "ifGenerationMatch": "0"},
        headers=headers,
        json={},
    )
    assert answer.status_code == 200
    return answer.headers["Location"]


def sent(session: str, body: bytes, start: int, total: int | str, **headers: str) -> httpx.Response:
    span = f"bytes {start}-{start + len(body) - 1}/{total}" if body else f"bytes */{total}"
    return httpx.put(session, content=body, headers={"Content-Range": span, **headers})


def test_an_upload_in_pieces_says_how_far_it_is(rig: Rig) -> None:
    content = bytes(range(256)) * 1024 + b"end"
    session = opened(rig.double)
    assert "Range" not in sent(session, b"", 0, "*").headers
    first = sent(session, content[:PIECE], 0, "*")
    assert (first.status_code, first.headers["Range"]) == (308, f"bytes=0-{PIECE - 1}")
    assert sent(session, b"", 0, "*").status_code == 308
    last = sent(session, content[PIECE:], PIECE, len(content))
    assert (last.status_code, last.json()["size"]) == (200, str(len(content)))
    assert sent(session, b"", 0, len(content)).json()["name"] == "video"
    assert rig.content("video") == content


@pytest.mark.parametrize(
    ("start", "length", "total", "status"),
    [
        (0, 1000, "*", 400),  # not a multiple of 256 KiB
        (0, PIECE, PIECE * 2, 400),  # another size than was announced
        (PIECE, PIECE, "*", 503),  # a gap
        (0, PIECE * 2, "*", 400),  # more than was announced
    ],
)
def test_pieces_that_break_the_protocol_are_refused(
    rig: Rig, start: int, length: int, total: int | str, status: int
) -> None:
    session = opened(rig.double, PIECE)
    assert sent(session, b"x" * length, start, total).status_code == status
    assert rig.content("video") is None


def test_what_arrived_before_a_cut_is_kept_in_whole_pieces(rig: Rig) -> None:
    content = b"x" * PIECE * 2
    session = opened(rig.double)
    rig.double.faults.plan("storage.objects.resume", CutWhileAsked(after_bytes=PIECE + 5))
    with pytest.raises(httpx.TransportError):
        sent(session, content, 0, len(content))
    asked = sent(session, b"", 0, len(content))
    assert asked.headers["Range"] == f"bytes=0-{PIECE - 1}"
    assert sent(session, content[PIECE:], PIECE, len(content)).status_code == 200


def test_of_two_uploads_to_one_name_the_second_is_refused_at_its_end(rig: Rig) -> None:
    first, second = opened(rig.double), opened(rig.double)
    assert sent(first, b"first", 0, 5).status_code == 200
    assert sent(second, b"other", 0, 5).status_code == 412
    assert rig.content("video") == b"first"


def test_a_session_ends_when_it_is_cancelled_and_after_a_week(tmp_path: Path) -> None:
    clock = Clock()
    with StorageDouble((BUCKET,), now=clock) as double:
        cancelled, forgotten = opened(double), opened(double)
        assert httpx.delete(cancelled).status_code == 499
        assert sent(cancelled, b"x", 0, 1).status_code == 410
        clock.now += timedelta(days=7, seconds=1)
        assert sent(forgotten, b"x", 0, 1).status_code == 410


def test_a_wrong_checksum_is_refused_and_nothing_is_kept(rig: Rig) -> None:
    wrong = {"X-Goog-Hash": f"crc32c={crc32c_of(b'other')}"}
    assert sent(opened(rig.double), b"bytes", 0, 5, **wrong).status_code == 400
    assert rig.content("video") is None


def test_the_sums_of_an_object_are_those_of_its_content(rig: Rig) -> None:
    told = sent(opened(rig.double), b"123456789", 0, 9).json()
    # Catalogues of checksums give this value for CRC-32C.
    assert base64.b64decode(told["crc32c"]).hex() == "e3069283"
    assert base64.b64decode(told["md5Hash"]) == hashlib.md5(b"123456789").digest()  # noqa: S324  # the API has it


def test_only_pages_of_the_sessions_origin_may_send(rig: Rig) -> None:
    session = opened(rig.double, Origin=ORIGIN)
    wanted = {
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-range",
    }
    ours = httpx.options(session, headers={"Origin": ORIGIN, **wanted})
    others = httpx.options(session, headers={"Origin": "https://elsewhere.example", **wanted})
    assert ours.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert ours.headers["Access-Control-Allow-Headers"] == "content-range"
    assert "Access-Control-Allow-Origin" not in others.headers
    answer = sent(session, b"x" * PIECE, 0, "*", Origin=ORIGIN)
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Range" in answer.headers["Access-Control-Expose-Headers"]


def test_a_bucket_shares_downloads_with_the_origins_it_names(rig: Rig) -> None:
    httpx.patch(
        f"{rig.double.url}/storage/v1/b/{BUCKET}",
        json={"cors": [{"origin": [ORIGIN], "method": ["GET"]}]},
    )
    url = signed(rig, "video", b"content")
    assert (
        httpx.get(url, headers={"Origin": ORIGIN}).headers["Access-Control-Allow-Origin"] == ORIGIN
    )
    assert "Vary" not in httpx.get(url, headers={"Origin": "https://a.example"}).headers


def test_the_settings_of_a_bucket_are_kept(rig: Rig) -> None:
    rule = {"action": {"type": "Delete"}, "condition": {"daysSinceCustomTime": 30}}
    url = f"{rig.double.url}/storage/v1/b/{BUCKET}"
    httpx.patch(url, json={"lifecycle": {"rule": [rule]}})
    assert httpx.get(url).json()["lifecycle"] == {"rule": [rule]}


def test_a_rewrite_copies_and_a_list_comes_in_pages(rig: Rig) -> None:
    for name in ("a", "b", "c/1"):
        rig.double.write(f"gs://{BUCKET}/{name}", name.encode())
    base = f"{rig.double.url}/storage/v1/b/{BUCKET}/o"
    copied = httpx.post(f"{base}/a/rewriteTo/b/{BUCKET}/o/c%2F2", json={}).json()
    assert (copied["done"], rig.content("c/2")) == (True, b"a")
    page = httpx.get(base, params={"maxResults": 2}).json()
    assert [one["name"] for one in page["items"]] == ["a", "b"]
    rest = httpx.get(base, params={"pageToken": page["nextPageToken"]}).json()
    assert [one["name"] for one in rest["items"]] == ["c/1", "c/2"]
    below = httpx.get(base, params={"prefix": "c/"}).json()["items"]
    assert [one["name"] for one in below] == ["c/1", "c/2"]


def test_the_custom_time_of_an_object_never_goes_back(rig: Rig) -> None:
    rig.double.write(f"gs://{BUCKET}/a", b"")
    url = f"{rig.double.url}/storage/v1/b/{BUCKET}/o/a"
    assert httpx.patch(url, json={"customTime": "2026-03-29T12:00:00Z"}).status_code == 200
    for refused in ("2026-03-29T11:59:59Z", None):
        assert httpx.patch(url, json={"customTime": refused}).status_code == 400


def test_without_a_token_a_closed_double_answers_nothing(tmp_path: Path) -> None:
    with StorageDouble((BUCKET,), is_open=False) as double:
        double.handed_out.add("known")
        url = f"{double.url}/storage/v1/b/{BUCKET}/o"
        assert httpx.get(url).status_code == 401
        assert httpx.get(url, headers={"Authorization": "Bearer made-up"}).status_code == 401
        assert httpx.get(url, headers={"Authorization": "Bearer known"}).status_code == 200


def signed(rig: Rig, name: str, content: bytes, *, expires_s: int = 60) -> str:
    rig.double.write(f"gs://{BUCKET}/{name}", content)
    return rig.links().link(Download(name, "a talk.mp4", "video/mp4"), expires_s=expires_s)


def test_nothing_is_served_without_a_signature(rig: Rig) -> None:
    rig.double.write(f"gs://{BUCKET}/video", b"content")
    assert httpx.get(f"{rig.double.url}/{BUCKET}/video").status_code == 403


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("X-Goog-Expires=60", "X-Goog-Expires=600"),
        ("/videos/video?", "/videos/other?"),
        ("video%2Fmp4", "text%2Fhtml"),
        ("X-Goog-Signature=", "X-Goog-Signature=00"),
        ("dubwright%40", "somebody%40"),
    ],
)
def test_a_signed_address_that_was_changed_is_refused(rig: Rig, before: str, after: str) -> None:
    url = signed(rig, "video", b"content")
    rig.double.write(f"gs://{BUCKET}/other", b"secret")
    assert before in url
    assert httpx.get(url).status_code == 200
    assert httpx.get(url.replace(before, after)).status_code == 403


def test_a_signed_address_allows_its_method_alone(rig: Rig) -> None:
    url = signed(rig, "video", b"content")
    assert httpx.put(url, content=b"other").status_code == 403
    assert rig.content("video") == b"content"


def test_a_signed_address_ends(tmp_path: Path) -> None:
    clock = Clock()
    clock.now = datetime.now(UTC)
    with storage_rig(tmp_path, now=clock) as rig:
        url = signed(rig, "video", b"content")
        assert httpx.get(url).status_code == 200
        clock.now += timedelta(seconds=62)
        assert httpx.get(url).status_code == 400


def test_uploads_can_be_signed_too(rig: Rig) -> None:
    blob = rig.links()._bucket.blob("sent")
    told = {"version": "v4", "expiration": 60, "api_access_endpoint": rig.double.url}
    signer = rig.links()._signer
    put = blob.generate_signed_url(method="PUT", credentials=signer, **told)
    assert httpx.put(put, content=b"whole").status_code == 200
    assert rig.content("sent") == b"whole"
    start = {"x-goog-resumable": "start"}
    post = blob.generate_signed_url(method="POST", credentials=signer, headers=start, **told)
    assert httpx.post(post).status_code == 403
    begun = httpx.post(post, headers=start)
    assert begun.status_code == 201
    assert sent(begun.headers["Location"], b"resumed", 0, 7).status_code == 200
    assert rig.content("sent") == b"resumed"
