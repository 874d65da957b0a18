"""Live events for any number of listeners: one feed for all of them, and nothing told twice."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from anyio import CancelScope
from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from dubwright.db.engine import Database
from dubwright.db.listening import AccountEvent, EventFeed
from dubwright.domain.job import FINAL_STATES, OperationEvent
from dubwright.jobs.service import Service
from dubwright.jobs.watching import Watch, missed_events

_KEEP_ALIVE_S: Final = 15.0
_LONGEST_S: Final = 3600.0
_MOST_WAITING: Final = 256
_RETRY: Final = b"retry: 2000\n\n"
_KEEP_ALIVE: Final = b": still here\n\n"


class EventStream(StreamingResponse):
    """An answer that goes on for as long as things happen."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncIterator[bytes], seat: AbstractContextManager[None]) -> None:
        # The last one keeps proxies from collecting before they pass on.
        super().__init__(events, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._seat = seat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the stream, in its seat. Raises `Throttled` before anything was sent."""
        with self._seat:
            await super().__call__(scope, receive, send)


@dataclass(frozen=True, slots=True)
class _Frame:
    """An event as it is sent, written once for all listeners."""

    id: int
    operation: str
    is_final: bool
    text: bytes


class Listener:
    """What one stream still has to tell. One that falls behind is told to read again."""

    def __init__(self, watch: Watch, *, keep_alive_s: float = _KEEP_ALIVE_S) -> None:
        self.watch = watch
        self._keep_alive_s = keep_alive_s
        self._fell_behind = False
        self._waiting: list[_Frame] = []
        self._news = asyncio.Event()

    def tell(self, frame: _Frame) -> None:
        """Take an event, unless it is of another operation or too many wait already."""
        if self.watch.operation not in (None, frame.operation):
            return
        if len(self._waiting) >= _MOST_WAITING:
            self._waiting.clear()
            self._fell_behind = True
        if not self._fell_behind:
            self._waiting.append(frame)
        self._news.set()

    async def heard(self) -> Sequence[_Frame]:
        """What was told since the last time; waits for it, but no longer than a keep-alive."""
        try:
            async with asyncio.timeout(self._keep_alive_s):
                await self._news.wait()
        except TimeoutError:
            return ()
        self._news.clear()
        heard, self._waiting = self._waiting, []
        return heard

    def caught_falling_behind(self) -> bool:
        """Whether events were dropped since the last time, so that the table has to be read."""
        fell_behind, self._fell_behind = self._fell_behind, False
        return fell_behind


class LiveEvents:
    """Passes the events of one feed on to listeners. The feed runs while there are any.

    For one event loop.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: dict[str, set[Listener]] = {}
        self._feed: EventFeed | None = None
        self._changing = asyncio.Lock()

    @property
    def count(self) -> int:
        """How many listen."""
        return sum(len(group) for group in self._listeners.values())

    @property
    def is_running(self) -> bool:
        """Whether events arrive."""
        return self._feed is not None and self._feed.is_running

    @asynccontextmanager
    async def listening(self, watch: Watch) -> AsyncIterator[Listener]:
        """A listener that hears of all that is committed from now on."""
        listener = Listener(watch)
        async with self._changing:
            await self._start()
            self._listeners.setdefault(watch.account, set()).add(listener)
        try:
            yield listener
        finally:
            with CancelScope(shield=True):
                await self._leave(listener)

    async def _start(self) -> None:
        if self.is_running:
            return
        feed = EventFeed(self._database)
        await run_in_threadpool(feed.start)
        loop = asyncio.get_running_loop()
        feed.subscribe(lambda news: _pass_on(loop, self, news))
        self._feed = feed

    async def _leave(self, listener: Listener) -> None:
        async with self._changing:
            group = self._listeners[listener.watch.account]
            group.discard(listener)
            if not group:
                del self._listeners[listener.watch.account]
            if not self._listeners and self._feed is not None:
                feed, self._feed = self._feed, None
                await run_in_threadpool(feed.close)

    def tell(self, news: Sequence[AccountEvent]) -> None:
        """Tell everybody whom it concerns."""
        for one in news:
            group = self._listeners.get(one.account)
            if group:
                frame = _framed(one.event)
                for listener in group:
                    listener.tell(frame)


def live_events(request: Request) -> LiveEvents:
    """The live events of the process that answers this request."""
    live: LiveEvents = request.app.state.live
    return live


async def told(
    service: Service, live: LiveEvents, watch: Watch, after: int
) -> AsyncIterator[bytes]:
    """All events after a place, without gap or repeat: first those missed, then live.

    The stream of an operation ends with the operation. Any stream ends after an hour, so that
    whoever listens shows a valid key again; browsers come back by themselves.
    """
    yield _RETRY
    ends_at = time.monotonic() + _LONGEST_S
    telling = _Telling(service, watch, after)
    # Listening begins before the table is read, so nothing falls between the two.
    async with live.listening(watch) as listener:
        async for text in telling.missed():
            yield text
        while not telling.has_ended and live.is_running and time.monotonic() < ends_at:
            frames = await listener.heard()
            if listener.caught_falling_behind():
                async for text in telling.missed():
                    yield text
            else:
                yield telling.newer(frames) or _KEEP_ALIVE
    if telling.has_ended:
        yield telling.end()


class _Telling:
    """How far one stream has told what it watches."""

    def __init__(self, service: Service, watch: Watch, after: int) -> None:
        self._service = service
        self._watch = watch
        self._place = after
        self.has_ended = False

    async def missed(self) -> AsyncIterator[bytes]:
        """What is in the table and was not told yet, batch by batch."""
        is_all = False
        while not is_all:
            missed = await run_in_threadpool(missed_events, self._service, self._watch, self._place)
            is_all, self.has_ended = missed.is_all, missed.has_ended
            if missed.events:
                self._place = missed.events[-1].id
                yield b"".join(_framed(one).text for one in missed.events)

    def newer(self, frames: Sequence[_Frame]) -> bytes:
        """What of these was not told yet."""
        newer = [frame for frame in frames if frame.id > self._place]
        if newer:
            self._place = newer[-1].id
            self.has_ended = self._watch.operation is not None and newer[-1].is_final
        return b"".join(frame.text for frame in newer)

    def end(self) -> bytes:
        """The last words about an operation."""
        told = json.dumps({"operation": self._watch.operation})
        return f"id: {self._place}\nevent: end\ndata: {told}\n\n".encode()


def _pass_on(
    loop: asyncio.AbstractEventLoop, live: LiveEvents, news: Sequence[AccountEvent]
) -> None:
    loop.call_soon_threadsafe(live.tell, news)


def _framed(event: OperationEvent) -> _Frame:
    text = f"id: {event.id}\nevent: {event.kind}\ndata: {event.model_dump_json()}\n\n"
    return _Frame(event.id, event.operation, event.state in FINAL_STATES, text.encode())
