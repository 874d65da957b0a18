"""Listeners to the API's streams of events, on a real port."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import httpx
from fastapi import FastAPI
from served import served, until


class Heard:
    """The events of a stream as they arrive, read on a thread of its own."""

    def __init__(self, url, **headers):
        self.events = []
        self.comments = []
        self.head = None
        self.is_over = False
        self._thread = threading.Thread(target=self._listen, args=(url, headers))
        self._thread.start()

    def _listen(self, url, headers):
        with (
            contextlib.suppress(httpx.TransportError),
            httpx.stream("GET", url, headers=headers, timeout=30.0) as answer,
        ):
            self.head = answer
            event = {}
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if line == "" and event:
                    self.events.append(event)
                    event = {}
                elif line.startswith(":"):
                    self.comments.append(line)
                elif line:
                    event[name] = value
            self.is_over = True

    def kinds(self):
        return [event["event"] for event in self.events if "event" in event]

    def ids(self):
        return [int(event["id"]) for event in self.events if event.get("event", "end") != "end"]

    def stop(self):
        """Cut the connection, as a browser does that leaves the page."""
        with contextlib.suppress(OSError):
            connection = self.head.extensions["network_stream"].get_extra_info("socket")
            connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        assert not self._thread.is_alive()


@contextlib.contextmanager
def listening(app: FastAPI) -> Iterator[Callable[..., Heard]]:
    """Serve an app and listen to addresses of it, until the end."""
    heard: list[Heard] = []
    with served(app) as port:

        def listen(path: str, **headers: str) -> Heard:
            heard.append(Heard(f"http://127.0.0.1:{port}/v1{path}", **headers))
            until(lambda: heard[-1].head is not None)
            return heard[-1]

        yield listen
        for one in heard:
            one.stop()
    until(lambda: app.state.live.count == 0)
    assert not app.state.live.is_running
