"""Live events: one thread per process reads new events once and tells every subscriber."""

import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from dubwright.db.engine import Database
from dubwright.db.events import event_of, newest_event_id
from dubwright.db.tables import OperationEventRow
from dubwright.db.waking import open_waker
from dubwright.domain.errors import StorageError
from dubwright.domain.job import OperationEvent

log = structlog.get_logger(__name__)

_BATCH = 500
_PAUSE_S = 0.5


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """An event and whose it is: only `account` may hear of it."""

    account: str
    event: OperationEvent


Callback = Callable[[Sequence[AccountEvent]], None]


class EventFeed:
    """Tells subscribers of every event that is committed after `start`, in order, each once.

    An event arrives within a second. While the database is away nothing is lost: reading goes on
    from the last id when it is back. A callback runs on the feed's thread: it passes the news on
    and returns at once. One that raises RuntimeError (its loop is closed) is subscribed no more.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._callbacks: dict[int, Callback] = {}
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="event-feed", daemon=True)
        self._last_id = 0
        self._interrupted = False

    def start(self) -> None:
        """Begin after the newest event there is. Raises `StorageError` without a database."""
        with self._database.reading() as session:
            self._last_id = newest_event_id(session)
        self._thread.start()

    def close(self) -> None:
        """Stop within about a second; nobody is told anything after this."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def is_running(self) -> bool:
        """Whether news arrive; False before `start` and after a defect ended the thread."""
        return self._thread.is_alive()

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Tell `callback` of all that is read from now on. Answers what ends it."""
        number = next(self._numbers)
        with self._lock:
            self._callbacks[number] = callback
        return lambda: self._unsubscribe(number)

    def _unsubscribe(self, number: int) -> None:
        with self._lock:
            self._callbacks.pop(number, None)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except StorageError as error:
                if not self._interrupted:
                    log.warning("feed.interrupted", problem=error.message)
                self._interrupted = True
                self._stopping.wait(_PAUSE_S)

    def _listen(self) -> None:
        # Listening starts before the first look, so nothing falls between the two.
        with open_waker(self._database) as wait:
            self._tell_all_new()
            if self._interrupted:
                log.info("feed.resumed", last_id=self._last_id)
                self._interrupted = False
            while not self._stopping.is_set():
                if wait():
                    self._tell_all_new()

    def _tell_all_new(self) -> None:
        while not self._stopping.is_set():
            unread = self._read()
            if unread:
                self._tell(unread)
            if len(unread) < _BATCH:
                return

    def _read(self) -> list[AccountEvent]:
        query = sa.select(OperationEventRow).where(OperationEventRow.id > self._last_id)
        with self._database.reading() as session:
            rows = session.scalars(query.order_by(OperationEventRow.id).limit(_BATCH))
            return [AccountEvent(row.account_id, event_of(row)) for row in rows]

    def _tell(self, told: list[AccountEvent]) -> None:
        self._last_id = told[-1].event.id
        with self._lock:
            callbacks = list(self._callbacks.items())
        for number, callback in callbacks:
            try:
                callback(told)
            except RuntimeError as error:
                log.warning("feed.subscriber_dropped", problem=str(error))
                self._unsubscribe(number)
