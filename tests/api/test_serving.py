"""The server round the application: its limits, on a real connection."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from served import until

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.api.serving import server_config
from dubwright.jobs.service import Service


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: it plays no part here."""
    return sqlite_url


@pytest.fixture
def port(service: Service) -> Iterator[int]:
    """Where the API is served with the product's own configuration."""
    options = ApiOptions(trusted_proxies=("127.0.0.1",))
    server = uvicorn.Server(server_config(create_app(service, options), options))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            until(lambda: server.started)
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(20)


def ask(port: int, request: bytes) -> bytes:
    """What the server sends until it closes the connection."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request)
        while piece := connection.recv(65536):
            answer += piece
    return answer


def test_the_server_does_not_say_what_it_is(port: int) -> None:
    answer = ask(port, b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    head = answer.split(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 200")
    assert b"\nserver:" not in head
    assert b"uvicorn" not in head


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 2**20 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * 2**20 + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"X-Many: a\r\n" * 2**17 + b"\r\n",
    ],
)
def test_a_head_that_is_too_long_is_refused(port: int, head: bytes) -> None:
    try:
        answer = ask(port, head)
    except (ConnectionResetError, BrokenPipeError):
        return
    assert b" 200 " not in answer.split(b"\r\n")[0]


def test_a_trusted_proxy_is_believed_that_the_caller_spoke_https(port: int) -> None:
    request = (
        b"GET /healthz HTTP/1.1\r\nHost: dub.example\r\n"
        b"X-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
    )
    assert b"strict-transport-security" in ask(port, request).lower()
