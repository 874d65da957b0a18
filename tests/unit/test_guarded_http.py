"""Calling strangers' addresses: only public ones, only as checked, and never for long."""

import http.server
import ipaddress
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.errors import InputError
from dubwright.sources.addresses import AddressPolicy, may_call, web_address
from dubwright.sources.guarded_http import CallRules, NoAnswer, OutgoingCall, call

PUBLIC = AddressPolicy()
BOTH = AddressPolicy(schemes=frozenset({"http", "https"}))
LOOPBACK = AddressPolicy(
    schemes=frozenset({"http", "https"}),
    private_networks=(ipaddress.ip_network("127.0.0.1/32"),),
    any_port=True,
)

NOT_PUBLIC = [
    *("127.0.0.1", "127.8.9.10", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),  # noqa: S104  # not bound to
    *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1"),
    *("::ffff:8.8.8.8", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1"),
    *("2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1"),
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_may_not_be_called(address):
    assert not may_call(ipaddress.ip_address(address), PUBLIC)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450::1"])
def test_a_public_address_may_be_called(address):
    assert may_call(ipaddress.ip_address(address), PUBLIC)


@given(st.ip_addresses(v=4))
def test_no_way_of_wrapping_an_address_gets_it_called(address):
    for network in ("::ffff:0:0", "::", "64:ff9b::"):
        wrapped = ipaddress.IPv6Address(int(ipaddress.IPv6Address(network)) | int(address))
        assert not may_call(wrapped, PUBLIC)


@given(st.ip_addresses())
def test_only_what_the_standard_calls_global_may_be_called(address):
    assert not may_call(address, PUBLIC) or address.is_global


def test_a_private_network_may_be_called_once_it_is_allowed():
    assert may_call(ipaddress.ip_address("127.0.0.1"), LOOPBACK)
    assert not may_call(ipaddress.ip_address("127.0.0.2"), LOOPBACK)
    assert not may_call(ipaddress.ip_address("::ffff:127.0.0.1"), LOOPBACK)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "//example.org/",
        "https://",
        "https:///path",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://example.org:22/",
        "https://example.org:7999/",
        "https://example.org:70000/",
        "https://example.org:x/",
        "https://[::1/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://example.org\\@127.0.0.1/",
        "https://example.org/ x",
        "https://example.org/\r\nX-Evil: 1",
        "https://exämple.org/",
        "https://example.org/" + "a" * 2_048,
    ],
)
def test_a_url_that_can_never_be_right_is_refused_before_any_call(url):
    with pytest.raises(InputError) as refused:
        web_address(url, PUBLIC)
    assert refused.value.hint
    assert "secret" not in refused.value.message


def test_a_url_is_taken_apart():
    address = web_address("https://Example.org.:8443/a%20b?c=d#e", PUBLIC)
    assert (address.host, address.port, address.target) == ("example.org", 8443, "/a%20b?c=d")
    assert address.authority == "example.org:8443"
    assert web_address("https://example.org", PUBLIC).authority == "example.org"
    assert web_address("http://example.org:443", BOTH).authority == "example.org:443"


@given(st.text(max_size=60))
def test_whatever_is_written_for_a_url_is_refused_or_has_a_host(text):
    for url in (text, f"https://{text}"):
        try:
            address = web_address(url, PUBLIC)
        except InputError:
            continue
        assert address.host
        assert address.target.startswith("/")


class Receiver(http.server.BaseHTTPRequestHandler):
    """Notes requests and answers as the server says."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), body))
        self.server.reply(self)

    def do_GET(self):
        self.server.requests.append((self.path, dict(self.headers), b""))
        self.server.reply(self)

    def log_message(self, *args):
        """Not on the screen."""


def ok(handler: http.server.BaseHTTPRequestHandler, body: bytes = b"thanks") -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def receiving(
    reply: Callable[[http.server.BaseHTTPRequestHandler], None] = ok,
    context: ssl.SSLContext | None = None,
) -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.requests, server.reply = [], reply
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def rules(**changes: object) -> CallRules:
    return CallRules(**{"policy": LOOPBACK, **changes})


def test_a_call_arrives_with_its_headers_and_body_under_the_name_that_was_asked_for():
    with receiving() as server:
        port = server.server_port
        outgoing = OutgoingCall(
            "POST", f"http://hooks.example:{port}/in?x=1", headers={"X-Id": "7"}, content=b"{}"
        )
        answer = call(outgoing, rules(resolve=lambda host, port: ["127.0.0.1"]))
    ((path, headers, body),) = server.requests
    assert (answer.status, answer.body) == (200, b"thanks")
    assert (path, body, headers["X-Id"]) == ("/in?x=1", b"{}", "7")
    assert headers["Host"] == f"hooks.example:{port}"


def test_a_name_that_leads_to_this_machine_is_not_called():
    with receiving() as server:
        url = f"http://localhost:{server.server_port}/"
        policy = AddressPolicy(schemes=frozenset({"http"}), any_port=True)
        with pytest.raises(InputError, match="not public"):
            call(OutgoingCall("GET", url), CallRules(policy=policy))
    assert server.requests == []


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    with receiving() as server:
        url = f"http://hooks.example:{server.server_port}/"
        policy = AddressPolicy(schemes=frozenset({"http"}), any_port=True)
        with pytest.raises(InputError, match="not public"):
            call(
                OutgoingCall("GET", url),
                CallRules(policy=policy, resolve=lambda h, p: ["8.8.8.8", "127.0.0.1"]),
            )
    assert server.requests == []


def test_a_name_is_looked_up_once_so_that_it_cannot_change_after_the_check():
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with receiving() as server:
        url = f"http://hooks.example:{server.server_port}/"
        assert call(OutgoingCall("GET", url), rules(resolve=resolve)).status == 200
    assert asked == ["hooks.example"]


def test_an_address_that_does_not_answer_is_passed_over_for_the_next():
    policy = AddressPolicy(
        schemes=frozenset({"http"}),
        private_networks=(ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")),
        any_port=True,
    )
    with receiving() as server:
        url = f"http://hooks.example:{server.server_port}/"
        both = CallRules(policy=policy, resolve=lambda h, p: ["::1", "127.0.0.1"])
        assert call(OutgoingCall("GET", url), both).status == 200


def test_a_redirect_is_an_answer_and_is_not_followed():
    def elsewhere(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", "/secret")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with receiving(elsewhere) as server:
        url = f"http://127.0.0.1:{server.server_port}/"
        assert call(OutgoingCall("GET", url), rules()).status == 302
    assert [path for path, _, _ in server.requests] == ["/"]


def test_of_a_large_answer_only_the_beginning_is_read():
    with receiving(lambda handler: ok(handler, b"x" * 100_000)) as server:
        url = f"http://127.0.0.1:{server.server_port}/"
        assert call(OutgoingCall("GET", url), rules()).body == b"x" * 4_096


@contextmanager
def dripping(pause_s: float) -> Iterator[int]:
    """A server that sends a byte of its answer now and then; its port."""
    over = threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            while not over.wait(pause_s):
                try:
                    connection.sendall(b"H")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=[listening])
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            thread.join()


def test_a_byte_now_and_then_does_not_buy_more_time():
    with dripping(0.05) as port:
        began = time.monotonic()
        with pytest.raises(NoAnswer, match="in time"):
            call(OutgoingCall("GET", f"http://127.0.0.1:{port}/", timeout_s=0.4), rules())
        assert time.monotonic() - began < 2


def test_a_resolver_that_never_answers_does_not_hold_a_call():
    over = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        over.wait(20)
        return ["127.0.0.1"]

    with pytest.raises(NoAnswer, match="resolver"):
        call(OutgoingCall("GET", "http://hooks.example/", timeout_s=0.1), rules(resolve=resolve))
    over.set()


def test_what_is_no_http_is_no_answer():
    def babble(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"hello there\r\n\r\n")

    with receiving(babble) as server, pytest.raises(NoAnswer, match="not HTTP"):
        call(OutgoingCall("GET", f"http://127.0.0.1:{server.server_port}/"), rules())


def test_a_closed_port_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(NoAnswer, match="no connection"):
        call(OutgoingCall("GET", f"http://127.0.0.1:{port}/"), rules())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of `hooks.example` and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=hooks.example", "-addext", "subjectAltName=DNS:hooks.example"),
            *("-out", str(certificate), "-keyout", str(key)),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return certificate, key


def test_the_certificate_must_be_of_the_name_although_the_address_is_connected_to(certificate):
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(*certificate)
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    here = rules(ssl_context=trusting, resolve=lambda host, port: ["127.0.0.1"])
    with receiving(context=serving) as server:
        port = server.server_port
        assert call(OutgoingCall("GET", f"https://hooks.example:{port}/"), here).status == 200
        with pytest.raises(NoAnswer, match="TLS failed"):
            call(OutgoingCall("GET", f"https://other.example:{port}/"), here)
