"""Connections that say nothing, or say it slowly, are ended; those that listen are not."""

import socket
import threading
import time

import pytest
import uvicorn
from served import until

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.api.serving import PromptProtocol, server_config

PATIENCE_S = 0.5


class HastyProtocol(PromptProtocol):
    head_s = PATIENCE_S


@pytest.fixture
def database_url(sqlite_url):
    """One database is enough: it plays no part here."""
    return sqlite_url


@pytest.fixture
def port(service):
    options = ApiOptions(body_pause_s=PATIENCE_S)
    config = server_config(create_app(service, options), options)
    assert config.http is PromptProtocol
    config.http = HastyProtocol
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            until(lambda: server.started)
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(20)


def answer_to(port, said):
    """All that is answered until the other side hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(said)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    return answer


@pytest.mark.parametrize("said", [b"", b"GET", b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b"])
def test_a_connection_without_a_whole_head_is_ended(port, said):
    assert answer_to(port, said) == b""


def test_a_head_that_comes_byte_by_byte_is_not_waited_for(port):
    head = b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Long: "
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(head)
        connection.settimeout(0.05)
        while time.monotonic() < begun + 20:
            try:
                connection.sendall(b"a")
                if connection.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break
    assert time.monotonic() - begun < 10


def test_a_connection_whose_next_request_does_not_come_is_ended(port):
    whole = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    assert answer_to(port, whole + b"GET /heal").count(b"200 OK") == 1


def test_two_requests_at_once_are_both_answered(port):
    whole = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    assert answer_to(port, whole * 2).count(b"200 OK") == 2


def test_a_body_that_stops_is_answered_and_the_connection_ended(port):
    asked = b"POST /v1/glossaries HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
    assert b" 408 " in answer_to(port, asked).partition(b"\r\n")[0]


def test_a_stream_goes_on_after_the_time_for_a_head(port):
    asked = b"GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(asked)
        until(lambda: b"retry: 2000" in connection.recv(65_536))
        connection.settimeout(3 * PATIENCE_S)
        with pytest.raises(TimeoutError):
            connection.recv(1)
