"""Fetching a file by its link: whole, within limits, and from public places only."""

import http.server
import ipaddress
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from dubwright.domain.errors import (
    Cancelled,
    DubError,
    LinkRefused,
    SiteBlocked,
    SiteThrottled,
    SiteUnreachable,
    TooLarge,
    VideoUnavailable,
)
from dubwright.sources.addresses import AddressPolicy
from dubwright.sources.fetched import FetchedVideo, Wanted, Watch
from dubwright.sources.guarded_http import CallRules
from dubwright.sources.links import Link, parse_link
from dubwright.sources.pace import Patience
from dubwright.sources.web_download import WebRules, download_file
from link_sites import LOOPBACK, ONLY_PUBLIC, canary, make_formats, site, until

WANTED = Wanted(max_bytes=10_000_000, max_duration_ms=60_000)
HERE = CallRules(LOOPBACK)


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_formats(tmp_path_factory.mktemp("media"))


@pytest.fixture
def web(media: Path) -> Iterator[http.server.ThreadingHTTPServer]:
    with site(media) as server:
        yield server


def get(
    url: str,
    folder: Path,
    *,
    wanted: Wanted = WANTED,
    watch: Watch | None = None,
    calls: CallRules = HERE,
) -> FetchedVideo:
    link = parse_link(url, calls.policy)
    return download_file(link, folder, wanted, WebRules(calls), watch or Watch())


@pytest.mark.parametrize("path", ["/full.mp4", "/full.mkv", "/chunked/full.mp4", "/to?/full.mp4"])
def test_a_file_arrives_as_it_was(web, media, tmp_path, path):
    found = get(web.url + path, tmp_path)
    name = "full.mkv" if path.endswith("mkv") else "full.mp4"
    assert found.path.read_bytes() == (media / name).read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == ["source"]


def test_it_is_called_as_its_link_is(web, tmp_path):
    assert get(f"{web.url}/full.mp4?signature=secret", tmp_path).title == "full.mp4"


def test_it_tells_how_far_it_is(web, media, tmp_path):
    told: list[tuple[int, int]] = []
    get(f"{web.url}/full.mp4", tmp_path, watch=Watch(told=lambda *news: told.append(news)))
    size = (media / "full.mp4").stat().st_size
    assert told[-1] == (size, size)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("/page.html", LinkRefused, "web page"),
        ("/notes.txt", LinkRefused, "no video file"),
        ("/short.mp4", LinkRefused, "no video file"),
        ("/en.vtt", LinkRefused, "no video file"),
        ("/zipped", LinkRefused, "compressed"),
        ("/loop", LinkRefused, "redirected more than 5 times"),
        ("/hop/6", LinkRefused, "redirected more than 5 times"),
        ("/to?file:///etc/passwd", LinkRefused, "begins with 'file'"),
        ("/to?ftp://example.org/a.mp4", LinkRefused, "begins with 'ftp'"),
        ("/to?https://youtu.be/dQw4w9WgXcQ", LinkRefused, "leads on to YouTube"),
        ("/to?https://user:pw@example.org/a.mp4", LinkRefused, "user in it"),
        ("/to?https://exa%20mple.org/", LinkRefused, "characters that no link has"),
        ("/to?https://example.org:99999/", LinkRefused, "cannot be read"),
        ("/status/404", VideoUnavailable, "no such file"),
        ("/status/410", VideoUnavailable, "no such file"),
        ("/status/401", SiteBlocked, "not give the file to everybody"),
        ("/status/403", SiteBlocked, "not give the file to everybody"),
        ("/status/429", SiteThrottled, "busy"),
        ("/status/503", SiteThrottled, "busy"),
        ("/status/500", SiteUnreachable, "500"),
        ("/status/206", LinkRefused, "206"),
        ("/broken", SiteUnreachable, "not HTTP"),
        ("/huge", TooLarge, "more bytes than are taken"),
    ],
)
def test_anything_else_is_a_named_failure_and_leaves_nothing(web, tmp_path, path, kind, words):
    with pytest.raises(DubError, match=words) as failed:
        get(web.url + path, tmp_path)
    assert type(failed.value) is kind
    assert failed.value.hint
    assert list(tmp_path.iterdir()) == []


def test_five_redirects_are_followed(web, media, tmp_path):
    assert get(f"{web.url}/hop/5", tmp_path).path.stat().st_size > 0
    assert len(web.asked) == 6


@pytest.mark.parametrize("path", ["/full.mp4", "/chunked/full.mp4"])
def test_a_file_that_is_too_large_is_not_read_to_its_end(web, tmp_path, path):
    limited = Wanted(max_bytes=20_000, max_duration_ms=60_000)
    with pytest.raises(TooLarge, match="20000"):
        get(web.url + path, tmp_path, wanted=limited)
    assert list(tmp_path.iterdir()) == []


def test_a_site_that_gives_a_byte_now_and_then_is_given_up(web, tmp_path):
    patience = Patience(stretch_s=0.5, least_bytes=10_000)
    with pytest.raises(SiteUnreachable, match="too slow"):
        get(f"{web.url}/slow", tmp_path, watch=Watch(patience=patience))
    assert list(tmp_path.iterdir()) == []


def test_a_transfer_ends_at_the_latest_when_all_of_its_time_is_over(web, tmp_path):
    patience = Patience(longest_s=0.3, stretch_s=60, least_bytes=1)
    with pytest.raises(SiteUnreachable, match="too slow"):
        get(f"{web.url}/slow", tmp_path, watch=Watch(patience=patience))


def test_a_wish_to_stop_ends_it_within_two_seconds(web, tmp_path):
    stop = threading.Event()
    ended: list[BaseException] = []

    def fetch() -> None:
        try:
            get(f"{web.url}/slow", tmp_path, watch=Watch(is_cancelled=stop.is_set))
        except DubError as exc:
            ended.append(exc)

    thread = threading.Thread(target=fetch)
    thread.start()
    until((tmp_path / ".source.part").exists)
    stop.set()
    assert until(lambda: bool(ended)) < 2
    thread.join()
    assert isinstance(ended[0], Cancelled)
    assert list(tmp_path.iterdir()) == []


def test_the_proxy_of_the_environment_is_not_used(web, tmp_path, monkeypatch):
    with canary() as bird:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{bird.port}")
        get(f"{web.url}/full.mp4", tmp_path)
        assert bird.calls == []


PRIVATE = [
    *("127.0.0.1", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]"),  # noqa: S104  # not bound to
    *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "2130706433", "017700000001", "0x7f000001"),
    *("127.1", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "localhost", "LOCALHOST.", "ip6-localhost"),
]


@pytest.mark.parametrize("host", PRIVATE)
def test_no_spelling_of_a_private_address_is_called(host, tmp_path):
    """The form of the link is left unchecked here, so that the check of the address stands alone."""
    with canary() as bird:
        link = Link("web", f"http://{host}:{bird.port}/full.mp4", host, "full.mp4")
        with pytest.raises((LinkRefused, SiteUnreachable)):
            download_file(link, tmp_path, WANTED, WebRules(CallRules(ONLY_PUBLIC)), Watch())
        assert bird.calls == []


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["::1"],
        ["10.0.0.7"],
        ["93.184.216.34", "127.0.0.1"],
        ["127.0.0.1", "93.184.216.34"],
        ["::ffff:127.0.0.1"],
        ["fe80::1%lo"],
    ],
)
def test_no_name_that_leads_to_a_private_address_is_called(answers, tmp_path):
    with canary() as bird:
        rules = CallRules(ONLY_PUBLIC, resolve=lambda host, port: answers)
        with pytest.raises(LinkRefused, match="not public"):
            get(f"http://cdn.example.org:{bird.port}/a.mp4", tmp_path, calls=rules)
        assert bird.calls == []


def test_a_name_that_leads_elsewhere_after_the_check_is_of_no_use(web, tmp_path):
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    rules = CallRules(LOOPBACK, resolve=lambda host, port: next(answers))
    found = get(f"http://cdn.example.org:{web.server_port}/full.mp4", tmp_path, calls=rules)
    assert found.path.is_file()
    assert next(answers) == ["127.0.0.2"]


# What a server on a public address may answer with. The test's own server stands on 127.0.0.2.
TRAPS = [
    *("http://127.0.0.1:{port}/", "//127.0.0.1:{port}/", "http://[::1]:{port}/"),
    *("http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://127.1:{port}/"),
    *("http://localhost:{port}/", "http://inside.example.org:{port}/", "http://127.0.0.1.:{port}/"),
    *(
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://user@127.0.0.1:{port}/",
        "/to?/to?http://[::1]:{port}/",
    ),
    "http://good.example.org:80@127.0.0.1:{port}/",
    "\\\\\\\\127.0.0.1:{port}\\\\",
    "http://127.0.0.1:{port}\\@good.example.org/",
    "http://169.254.169.254/computeMetadata/v1/",
]


@pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2", "::1"])
@pytest.mark.parametrize("trap", TRAPS)
def test_a_redirect_to_a_private_address_is_refused_before_it_is_called(trap, media, tmp_path):
    def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.2"] if host == "good.example.org" else ["127.0.0.1", "::1"]

    policy = AddressPolicy(
        schemes=frozenset({"http"}),
        private_networks=(ipaddress.ip_network("127.0.0.2/32"),),
        any_port=True,
    )
    with site(media, host="127.0.0.2") as server, canary() as bird:
        url = (
            f"http://good.example.org:{server.server_port}/to?{quote(trap.format(port=bird.port))}"
        )
        link = Link("web", url, "good.example.org", "a.mp4")
        rules = WebRules(CallRules(policy, resolve=resolve))
        with pytest.raises((LinkRefused, SiteUnreachable)):
            download_file(link, tmp_path, WANTED, rules, Watch())
        assert bird.calls == []
        assert server.asked
