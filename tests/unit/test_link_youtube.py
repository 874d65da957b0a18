"""Fetching a video of YouTube, from a stand-in on this machine, with yt-dlp itself in its child."""

import http.server
import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dubwright.domain.errors import (
    Cancelled,
    DubError,
    LinkRefused,
    ProviderNotReady,
    SiteUnreachable,
    TooLarge,
)
from dubwright.domain.language import LanguageTag
from dubwright.sources.addresses import AddressPolicy
from dubwright.sources.fetched import FetchedVideo, Wanted, Watch
from dubwright.sources.links import parse_link
from dubwright.sources.pace import Patience
from dubwright.sources.youtube import YoutubeRules, download_video
from link_sites import (
    LOOPBACK,
    VIDEO_ID,
    canary,
    fake_youtube,
    make_formats,
    only_format,
    programs_with,
    site,
    until,
)

LINK = parse_link(f"https://youtu.be/{VIDEO_ID}")
WANTED = Wanted(max_bytes=10_000_000, max_duration_ms=60_000)
PUBLIC = AddressPolicy()


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_formats(tmp_path_factory.mktemp("media"))


@pytest.fixture
def web(media: Path) -> Iterator[http.server.ThreadingHTTPServer]:
    with site(media) as server:
        yield server


class Fetch:
    """Fetches the video that the stand-in has, which a test may change."""

    def __init__(self, base: str, folder: Path) -> None:
        self.base, self.folder = base, folder
        self.job = folder / "job"
        self.job.mkdir()

    def __call__(
        self,
        *,
        wanted: Wanted = WANTED,
        watch: Watch | None = None,
        rules: dict[str, object] | None = None,
        **changes: object,
    ) -> FetchedVideo:
        extractor = fake_youtube(self.folder, self.base, **changes)
        chosen = YoutubeRules(**{"policy": LOOPBACK, "extractor": extractor, **(rules or {})})
        return download_video(LINK, self.job, wanted, chosen, watch or Watch())


@pytest.fixture
def fetch(web: http.server.ThreadingHTTPServer, tmp_path: Path) -> Fetch:
    return Fetch(web.url, tmp_path)


def streams(path: Path) -> dict[str, dict[str, object]]:
    told = subprocess.check_output(
        ["ffprobe", "-v", "error", "-show_streams", "-of", "json", str(path)], timeout=30
    )
    return {one["codec_type"]: one for one in json.loads(told)["streams"]}


def media_asked(web: http.server.ThreadingHTTPServer) -> list[str]:
    return [path for path in web.asked if path.endswith((".mp4", ".m4a"))]


def test_the_best_picture_and_the_sound_become_one_file(fetch, web):
    told: list[tuple[int, int]] = []
    found = fetch(watch=Watch(told=lambda *news: told.append(news)))
    assert set(streams(found.path)) == {"video", "audio"}
    assert streams(found.path)["video"]["height"] == 360
    assert media_asked(web) == ["/v360.mp4", "/a.m4a"]
    assert found.title.startswith("A / test: «видео»")
    assert (found.channel, found.captions) == ("Somebody", None)
    assert found.licence == "Creative Commons Attribution license (reuse allowed)"
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] > 0
    assert {one.name for one in fetch.job.iterdir()} == {"source"}


def test_no_picture_is_higher_than_what_is_wanted(fetch):
    assert streams(fetch(rules={"max_height": 240}).path)["video"]["height"] == 180


def test_the_uploaders_captions_come_along_when_they_are_wanted(fetch, web):
    wanted = Wanted(10_000_000, 60_000, captions=True, language=LanguageTag("en"))
    found = fetch(wanted=wanted)
    assert found.captions_language == "en-US"
    assert "Hello there" in found.captions.read_text()
    assert "/auto.vtt" not in web.asked


def test_captions_in_another_language_or_of_a_machine_are_none(fetch, web):
    wanted = Wanted(10_000_000, 60_000, captions=True, language=LanguageTag("de"))
    assert fetch(wanted=wanted).captions is None
    wanted = Wanted(10_000_000, 60_000, captions=True, language=LanguageTag("en"))
    assert fetch(wanted=wanted, subtitles={}).captions is None
    assert not [path for path in web.asked if path.endswith(".vtt")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"live_status": "is_live"}, "video_unsuitable"),
        ({"age_limit": 18}, "video_unavailable"),
        ({"error": "Sign in to confirm you’re not a bot. Use --cookies"}, "site_blocked"),
        ({"formats": []}, "video_unsuitable"),
    ],
)
def test_what_is_not_dubbed_is_refused_before_any_of_it_is_fetched(fetch, web, changes, code):
    with pytest.raises(DubError) as refused:
        fetch(**changes)
    assert refused.value.code == code
    assert refused.value.hint
    assert media_asked(web) == []


def test_a_video_that_says_that_it_is_too_large_is_not_fetched(fetch, web):
    too_large = [{**only_format(f"{web.url}/full.mp4")[0], "filesize": 20_000_000}]
    with pytest.raises(TooLarge, match="20000000"):
        fetch(formats=too_large)
    assert media_asked(web) == []


@pytest.mark.parametrize("path", ["/full.mp4", "/chunked/full.mp4"])
def test_a_video_that_turns_out_too_large_is_given_up(fetch, web, path):
    limited = Wanted(max_bytes=20_000, max_duration_ms=60_000)
    with pytest.raises(TooLarge, match="more bytes than are taken"):
        fetch(wanted=limited, formats=only_format(web.url + path))


def test_picture_and_sound_count_together(fetch, media):
    sizes = [(media / name).stat().st_size for name in ("v360.mp4", "a.m4a")]
    limited = Wanted(max_bytes=max(sizes) + 1, max_duration_ms=60_000)
    with pytest.raises(TooLarge):
        fetch(wanted=limited)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/status/403", "site_blocked"),
        ("/status/429", "site_throttled"),
        ("/status/404", "video_unavailable"),
    ],
)
def test_a_file_that_is_refused_is_a_named_failure(fetch, web, path, code):
    with pytest.raises(DubError) as failed:
        fetch(formats=only_format(web.url + path))
    assert failed.value.code == code


def test_a_transfer_that_stands_still_is_given_up(fetch, web):
    patience = Patience(stretch_s=3, least_bytes=100_000)
    with pytest.raises(SiteUnreachable, match="too slow"):
        fetch(watch=Watch(patience=patience), formats=only_format(f"{web.url}/slow"))


def test_a_wish_to_stop_kills_the_child_and_what_it_started_within_two_seconds(fetch, web):
    stop = threading.Event()
    ended: list[BaseException] = []

    def run() -> None:
        try:
            fetch(watch=Watch(is_cancelled=stop.is_set), formats=only_format(f"{web.url}/slow"))
        except DubError as exc:
            ended.append(exc)

    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: "/slow" in web.asked)
    assert programs_with(str(fetch.job))
    stop.set()
    assert until(lambda: bool(ended)) < 2
    thread.join()
    assert isinstance(ended[0], Cancelled)
    assert programs_with(str(fetch.job)) == []


def test_without_the_stand_in_nothing_on_this_machine_is_reached(fetch):
    """The unchanged YouTube extractor, within the public rule: no network here leads to YouTube."""
    with canary() as bird, pytest.raises(SiteUnreachable):
        fetch(rules={"extractor": None, "policy": PUBLIC})
    assert bird.calls == []


MANIFEST = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n{url}\n#EXT-X-ENDLIST\n"


def hls(url: str) -> list[dict[str, object]]:
    return [{**only_format(url)[0], "protocol": "m3u8_native"}]


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "0x7f.1"])
def test_a_format_at_a_private_address_is_never_called(fetch, host):
    with canary() as bird:
        url = f"http://{host}:{bird.port}/full.mp4"
        with pytest.raises(LinkRefused, match="not public"):
            fetch(rules={"policy": PUBLIC}, formats=only_format(url))
        assert bird.calls == []


# The site stands on 127.0.0.2, which alone may be called; the bird listens on 127.0.0.1 and ::1.
ONLY_SECOND = {"policy": AddressPolicy(private_networks=LOOPBACK.private_networks, any_port=True)}


@pytest.mark.parametrize("host", ["[::1]", "127.0.0.3"])
def test_a_redirect_or_a_manifest_to_a_private_address_is_never_called(fetch, web, media, host):
    with canary() as bird:
        target = f"http://{host}:{bird.port}/full.mp4"
        redirected = only_format(f"{web.url}/to?{target}")
        (media / "trap.m3u8").write_text(MANIFEST.format(url=target))
        for formats in (redirected, hls(f"{web.url}/trap.m3u8")):
            with pytest.raises(DubError) as refused:
                fetch(rules=ONLY_SECOND, formats=formats)
            assert refused.value.code in ("link_refused", "site_unreachable")
        assert bird.calls == []


def test_a_manifest_that_only_ffmpeg_could_fetch_is_not_fetched(fetch, web, media):
    """What yt-dlp cannot read itself it would leave to ffmpeg, which no hook reaches."""
    encrypted = MANIFEST.replace("#EXTINF", '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"\n#EXTINF')
    with canary() as bird:
        (media / "key.m3u8").write_text(encrypted.format(url=f"http://[::1]:{bird.port}/a"))
        with pytest.raises(DubError):
            fetch(formats=hls(f"{web.url}/key.m3u8"))
        assert bird.calls == []


@pytest.mark.parametrize(
    "statement",
    [
        "import subprocess; subprocess.run(['id'])",
        "open('../outside', 'w')",
        "import socket; socket.create_connection(('localhost', {port}))",
    ],
)
def test_nothing_else_is_done_by_the_child(fetch, tmp_path, statement):
    with canary() as bird:
        outside = tmp_path / "outside"
        done = statement.format(outside=outside, folder=tmp_path, port=bird.port)
        with pytest.raises(DubError):
            fetch(rules={"policy": PUBLIC}, do=done)
        assert bird.calls == []
        assert not outside.exists()


def test_the_child_knows_none_of_our_secrets_and_no_proxy(fetch, monkeypatch):
    for name in ("DUBWRIGHT_DATABASE_URL", "HTTPS_PROXY", "http_proxy", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "http://user:secret@127.0.0.1:9")
    seen = "import os; open('seen', 'w').write(repr(dict(os.environ)))"
    fetch(do=seen)
    assert "secret" not in (fetch.job / "seen").read_text()


def test_cookies_are_given_and_forgotten(fetch, tmp_path):
    cookies = tmp_path / "cookies.txt"
    line = ".youtube.com\tTRUE\t/\tTRUE\t2147483647\tSID\tsecret\n"
    cookies.write_text("# Netscape HTTP Cookie File\n" + line)
    seen = "open('seen', 'w').write(str([c.value for c in self._downloader.cookiejar]))"
    fetch(rules={"cookies_file": cookies}, do=seen)
    assert (fetch.job / "seen").read_text() == "['secret']"
    assert not (fetch.job / "cookies").exists()
    assert cookies.read_text().endswith(line)


@pytest.mark.parametrize("content", [None, "not cookies"])
def test_cookies_that_cannot_be_used_are_the_operators_to_mend(fetch, tmp_path, content):
    cookies = tmp_path / "cookies.txt"
    if content is not None:
        cookies.write_text(content)
    with pytest.raises(ProviderNotReady, match="cookies_file"):
        fetch(rules={"cookies_file": cookies})


def test_a_proxy_that_is_set_is_used_and_may_be_private(fetch, web):
    """It is asked for what a direct call may not reach; what comes of that is its affair."""
    fetch(
        rules={"policy": PUBLIC, "proxy": web.url},
        formats=only_format("http://media.example.org/full.mp4"),
    )
    assert web.asked == ["http://media.example.org/full.mp4"]


def test_a_child_that_dies_is_a_named_failure(fetch):
    with pytest.raises(DubError, match="yt-dlp ended by itself") as failed:
        fetch(do="import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert failed.value.code == "link_failed"


def test_a_child_that_takes_all_memory_is_a_named_failure(fetch):
    with pytest.raises(DubError) as failed:
        fetch(do="x = bytearray(3 << 30)")
    assert failed.value.code == "link_failed"


def test_javascript_runs_within_the_limits_of_the_child(fetch):
    """The runtime that YouTube's pages need starts, although memory and programs are limited."""
    run = (
        "import subprocess; from dubwright.sources.youtube_options import deno_program; "
        "told = subprocess.run([deno_program(), 'run', '--no-prompt', '--no-remote', '-'],"
        " input='console.log(6 * 7)', text=True, capture_output=True, timeout=60); "
        "open('seen', 'w').write(told.stdout + told.stderr)"
    )
    fetch(do=run)
    assert (fetch.job / "seen").read_text() == "42\n"
