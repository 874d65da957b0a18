"""Which links are followed, told from their letters alone."""

import ipaddress
import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dubwright.domain.errors import LinkRefused
from dubwright.sources.addresses import AddressPolicy
from dubwright.sources.links import looks_like_link, parse_link

V = "dQw4w9WgXcQ"
CANONICAL = f"https://www.youtube.com/watch?v={V}"

OF_ONE_VIDEO = [
    f"https://www.youtube.com/watch?v={V}",
    f"https://youtube.com/watch?v={V}&t=42s&list=PLx",
    f"https://www.youtube.com/watch?list=PLx&index=3&v={V}",
    f"https://www.youtube.com/watch/?v={V}",
    f"https://www.youtube.com//watch?v={V}",
    f"https://www.youtube.com/watch?v={V}&v={V}",
    f"https://m.youtube.com/watch?app=desktop&v={V}",
    f"https://music.youtube.com/watch?v={V}&feature=share",
    f"http://www.youtube.com/watch?v={V}",
    f"http://www.youtube.com:80/watch?v={V}",
    f"https://www.youtube.com:443/watch?v={V}",
    f"https://YOUTUBE.com/watch?v={V}#x",
    f"HTTPS://WWW.YouTube.Com/watch?v={V}",
    f"https://youtube.com./watch?v={V}",
    f"http://youtu.be/{V}?si=abc",
    f"https://youtu.be/{V}/",
    f"https://www.youtu.be/{V}",
    f"https://youtu.be/{V}?list=PLx&t=10",
    f"https://www.youtube.com/shorts/{V}",
    f"https://m.youtube.com/shorts/{V}?feature=share",
    f"https://www.youtube.com/embed/{V}?rel=0",
    f"https://www.youtube.com/v/{V}?version=3",
    f"https://www.youtube.com/live/{V}?feature=share",
    f"https://www.youtube-nocookie.com/embed/{V}",
    f"https://youtube-nocookie.com/embed/{V}?start=1",
]

REFUSED = {
    "a list or a channel": [
        "https://www.youtube.com/playlist?list=PLx",
        "https://music.youtube.com/playlist?list=PLx",
        "https://www.youtube.com/embed/videoseries?list=PLx",
        "https://www.youtube.com/watch?list=PLx",
        "https://www.youtube.com/@somebody",
        "https://www.youtube.com/@somebody/videos",
        "https://www.youtube.com/channel/UCx",
        "https://www.youtube.com/c/somebody",
        "https://www.youtube.com/user/somebody",
        "https://www.youtube.com/feed/trending",
        "https://www.youtube.com/results?search_query=x",
    ],
    "no YouTube video": [
        "https://www.youtube.com/watch?v=short",
        f"https://www.youtube.com/watch?v={V}x",
        f"https://www.youtube.com/watch?v={V}&v=aaaaaaaaaaa",
        f"https://www.youtube.com/watch?v={V}%00",
        f"https://www.youtube.com/watch?V={V}",
        "https://www.youtube.com/",
        f"https://youtu.be/{V}/x",
        "https://youtu.be/",
        f"https://youtu.be/watch?v={V}",
        f"https://www.youtube.com/{V}",
        f"https://www.youtube.com/shorts/{V}/x",
        "https://www.youtube.com/embed/live_stream?channel=UCx",
        f"https://studio.youtube.com/video/{V}/edit",
        f"https://consent.youtube.com/m?continue=https://www.youtube.com/watch?v={V}",
        f"https://i.youtube.com/watch?v={V}",
        f"https://www.youtube.com/attribution_link?u=/watch?v={V}",
    ],
    "begins with": [
        "ftp://example.org/a.mp4",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://example.org/a.mp4",
        "ytsearch:cats",
        "data:video/mp4,xx",
        f"ftp://www.youtube.com/watch?v={V}",
        "//example.org/a.mp4",
        V,
        f"www.youtube.com/watch?v={V}",
    ],
    "a user in it": [
        "https://user:pw@example.org/a.mp4",
        "https://user@example.org/a.mp4",
        f"https://www.youtube.com@evil.example/watch?v={V}",
        f"https://user@www.youtube.com/watch?v={V}",
        f"https://:@youtu.be/{V}",
        "https://",
        "https:///a.mp4",
        "https://./a.mp4",
    ],
    "port": [
        "https://example.org:8443/a.mp4",
        "https://example.org:80/a.mp4",
        "https://example.org:9000/a.mp4",
        f"https://www.youtube.com:22/watch?v={V}",
        f"https://www.youtube.com:80/watch?v={V}",
        f"http://youtu.be:443/{V}",
    ],
    "cannot be read": ["https://[::1/", "https://a.com:99999/", "https://a.com:x/"],
    "longer than 2,048 characters": ["", "https://example.org/" + "x" * 2_048],
    "characters that no link has": [
        "https://exa mple.org/",
        " https://youtu.be/x",
        f"{CANONICAL}\n",
        "https://a.com/\r\nHost: b",
        f"https://www.youtube.com\\@evil/watch?v={V}",
        "https://exämple.org/a.mp4",
        "https://example。org/a.mp4",
        f"https://youtu.be/{V}\u200b",
        "https://example.org/\x00",
    ],
    "odd spelling": [
        "https://2130706433/a.mp4",
        "https://017700000001/a.mp4",
        "https://0x7f000001/a.mp4",
        "https://0x7f.0.0.1/a.mp4",
        "https://127.1/a.mp4",
        "https://0177.0.0.1/a.mp4",
        "https://127.0.0.01/a.mp4",
        "https://example.0x1/a.mp4",
        "https://1.2.3.4.5/a.mp4",
        "https://256.1.1.1/a.mp4",
    ],
    "not public": [
        "https://127.0.0.1/a.mp4",
        "https://10.0.0.1/a.mp4",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/a.mp4",
        "https://[::1]/a.mp4",
        "https://[::ffff:127.0.0.1]/a.mp4",
        "https://[::ffff:8.8.8.8]/a.mp4",
        "https://[64:ff9b::7f00:1]/a.mp4",
        "https://[2002:7f00:1::]/a.mp4",
        "https://[fd00:ec2::254]/a.mp4",
        "https://127.0.0.1./a.mp4",
    ],
    "not a public name": [
        "https://localhost/a.mp4",
        "https://LOCALHOST./a.mp4",
        "https://a.localhost/a.mp4",
        "https://metadata.google.internal/computeMetadata/v1/",
        "https://printer.local/a.mp4",
        "https://intranet/a.mp4",
        "https://router.lan/a.mp4",
    ],
    "not the name of a host": [
        "https://exa..mple.org/a.mp4",
        "https://%31%32%37.0.0.1/a.mp4",
        "https://-a.example.org/a.mp4",
        "https://exa$mple.org/a.mp4",
        "https://" + "a" * 64 + ".example.org/a.mp4",
    ],
}


@pytest.mark.parametrize("raw", OF_ONE_VIDEO)
def test_every_form_of_one_video_becomes_one_link(raw):
    link = parse_link(raw)
    assert (link.kind, link.url) == ("youtube", CANONICAL)
    assert link.name == f"youtube-{V}.mp4"


@pytest.mark.parametrize(
    ("reason", "raw"), [(reason, raw) for reason, raws in REFUSED.items() for raw in raws]
)
def test_any_other_form_is_refused_with_its_reason(reason, raw):
    with pytest.raises(LinkRefused, match=re.escape(reason)) as refused:
        parse_link(raw)
    assert refused.value.hint
    assert "pw" not in refused.value.message


@pytest.mark.parametrize(
    ("raw", "url", "name"),
    [
        ("https://Example.org/a.mp4#t=3", "https://example.org/a.mp4", "a.mp4"),
        ("https://example.org./v/My%20talk.mov?sig=a%2Fb", None, "My talk.mov"),
        (
            "https://xn--exmple-cua.org:443/",
            "https://xn--exmple-cua.org/",
            "xn--exmple-cua.org.mp4",
        ),
        ("https://8.8.8.8/a.mp4", "https://8.8.8.8/a.mp4", "a.mp4"),
        ("https://[2606:4700::1111]/a.mp4", "https://[2606:4700::1111]/a.mp4", "a.mp4"),
        (f"https://youtube.com.evil.example/watch?v={V}", None, "watch"),
        (f"https://notyoutube.com/watch?v={V}", None, "watch"),
        (f"https://youtube.com-evil.example/{V}", None, V),
        ("https://example.org/..%2f..%2fetc%2fpasswd", None, "passwd"),
        ("https://example.org/%2e%2e", None, "example.org.mp4"),
        ("https://example.org/a%00b%0a.mp4", None, "ab.mp4"),
    ],
)
def test_everything_else_over_https_is_a_link_to_a_file(raw, url, name):
    link = parse_link(raw)
    assert link.kind == "web"
    assert url is None or link.url == url
    assert link.name == name


@given(st.text(string.ascii_letters + string.digits + "_-", min_size=11, max_size=11))
def test_every_id_is_found_in_every_form(video):
    forms = (
        "https://youtu.be/{}",
        "https://m.youtube.com/watch?t=1&v={}",
        "https://youtube.com/v/{}",
    )
    names_of_pages = {"videoseries", "live_stream"}
    for form in forms:
        if video in names_of_pages:
            with pytest.raises(LinkRefused):
                parse_link(form.format(video))
        else:
            assert parse_link(form.format(video)).url.endswith(f"/watch?v={video}")


@given(st.text(max_size=80))
@example("https://www.youtube.com@127.0.0.1/")
def test_whatever_is_written_is_refused_or_leads_to_a_public_name(text):
    for raw in (text, f"https://{text}", f"https://youtu.be/{text}", f"https://example.org/{text}"):
        try:
            link = parse_link(raw)
        except LinkRefused:
            continue
        assert link.url.startswith("https://")
        assert "@" not in link.url.split("/")[2]
        assert parse_link(link.url) == link
        assert "/" not in link.name
        assert link.name not in ("", ".", "..")
        assert link.name.isprintable()


@given(st.ip_addresses())
def test_an_address_is_taken_only_if_it_is_public(address):
    host = f"[{address}]" if address.version == 6 else str(address)
    try:
        parse_link(f"https://{host}/a.mp4")
    except LinkRefused:
        return
    assert address.is_global


def test_networks_that_are_allowed_may_be_linked_to():
    here = AddressPolicy(
        schemes=frozenset({"http", "https"}),
        private_networks=(ipaddress.ip_network("127.0.0.1/32"),),
        any_port=True,
    )
    assert parse_link("http://127.0.0.1:8123/a.mp4", here).url == "http://127.0.0.1:8123/a.mp4"
    with pytest.raises(LinkRefused):
        parse_link("http://127.0.0.2:8123/a.mp4", here)


@pytest.mark.parametrize(
    ("text", "is_link"),
    [
        ("https://youtu.be/x", True),
        ("file:///etc/passwd", True),
        ("talk.mp4", False),
        ("/films/a://b.mp4", False),
        ("./https:", False),
    ],
)
def test_a_link_is_told_from_a_path(text, is_link):
    assert looks_like_link(text) is is_link
