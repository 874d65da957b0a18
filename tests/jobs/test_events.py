"""Events: one order for all, and a feed that loses none and tells none twice."""

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from rows import add_account, add_operation

from dubwright.db.engine import Database
from dubwright.db.events import events_after, newest_event_id, record_event
from dubwright.db.listening import AccountEvent, EventFeed
from dubwright.db.tables import Operation, OperationEventRow
from dubwright.domain.job import OperationEvent, OperationProgress
from postgresql_server import PostgresqlServer

PATIENCE_S = 20.0


def operations(database: Database, count: int = 1) -> list[str]:
    with database.writing() as session:
        account = add_account(session)
        return [add_operation(session, account).id for _ in range(count)]


def tell(database: Database, operation_id: str, message: str = "") -> None:
    with database.writing() as session:
        record_event(session, session.get_one(Operation, operation_id), "log", message)


def messages(database: Database) -> list[str]:
    with database.reading() as session:
        return [event.message for event in events_after(session, 0)]


class Listener:
    """Keeps what it is told, and waits for a number of events with a deadline."""

    def __init__(self) -> None:
        self._told: queue.Queue[AccountEvent] = queue.Queue()

    def __call__(self, told: Sequence[AccountEvent]) -> None:
        for each in told:
            self._told.put(each)

    def next(self, count: int = 1) -> list[AccountEvent]:
        return [self._told.get(timeout=PATIENCE_S) for _ in range(count)]

    def has_more(self) -> bool:
        return not self._told.empty()


@contextmanager
def running_feed(database: Database) -> Iterator[EventFeed]:
    feed = EventFeed(database)
    feed.start()
    try:
        yield feed
    finally:
        feed.close()


def test_an_event_shows_the_operation_at_the_moment_it_was_recorded(database: Database) -> None:
    halfway = OperationProgress(stage="mix", percent=50)
    with database.writing() as session:
        operation = add_operation(session, add_account(session))
        record_event(session, operation, "state")
        operation.state, operation.progress = "running", halfway
        record_event(session, operation, "stage", "mixing")
        operation.state = "succeeded"
    with database.reading() as session:
        first, second = events_after(session, 0)
    assert (first.state, first.progress, first.kind) == ("queued", OperationProgress(), "state")
    assert (second.state, second.progress, second.message) == ("running", halfway, "mixing")
    assert first.id < second.id


def test_events_are_read_page_by_page_for_an_account_or_an_operation(database: Database) -> None:
    [one], [other] = operations(database), operations(database)
    for operation_id in (one, other, one, other, one):
        tell(database, operation_id)
    with database.reading() as session:
        account = session.get_one(Operation, other).account_id
        everything = events_after(session, 0)
        page = events_after(session, everything[0].id, operation=one, limit=1)
        assert [event.operation for event in everything] == [one, other, one, other, one]
        assert page == everything[2:3]
        assert events_after(session, 0, account=account) == everything[1:4:2]
        assert newest_event_id(session) == everything[-1].id


def test_there_is_no_newest_event_in_the_beginning(database: Database) -> None:
    with database.reading() as session:
        assert newest_event_id(session) == 0


def test_an_id_is_never_used_again(database: Database) -> None:
    [operation_id] = operations(database)
    tell(database, operation_id)
    with database.writing() as session:
        before = newest_event_id(session)
        session.execute(sa.delete(OperationEventRow))
    tell(database, operation_id)
    with database.reading() as session:
        assert newest_event_id(session) > before


def test_nothing_is_told_of_what_was_undone(database: Database) -> None:
    [operation_id] = operations(database)
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        record_event(session, session.get_one(Operation, operation_id), "log", "undone")
        raise ZeroDivisionError
    with database.writing() as session:
        operation = session.get_one(Operation, operation_id)
        record_event(session, operation, "log", "undone")
        session.rollback()
        record_event(session, operation, "log", "kept")
    assert messages(database) == ["kept"]


def test_a_savepoint_that_is_undone_takes_only_its_own_events(database: Database) -> None:
    [operation_id] = operations(database)
    with database.writing() as session:
        operation = session.get_one(Operation, operation_id)
        record_event(session, operation, "log", "before")
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            record_event(session, operation, "log", "undone")
            raise ZeroDivisionError
        record_event(session, operation, "log", "after")
    assert messages(database) == ["before", "after"]


def test_a_reader_that_asks_for_higher_ids_misses_none_of_eight_writers(
    database: Database,
) -> None:
    ids = operations(database, 8)
    done = threading.Event()
    seen: list[OperationEvent] = []

    def write(operation_id: str) -> None:
        for number in range(25):
            tell(database, operation_id, str(number))

    def read() -> None:
        finished = False
        while not finished:
            finished = done.is_set()
            with database.reading() as session:
                seen.extend(events_after(session, seen[-1].id if seen else 0))

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(operation_id,)) for operation_id in ids]
    for thread in (reader, *writers):
        thread.start()
    for writer in writers:
        writer.join()
    done.set()
    reader.join()
    with database.reading() as session:
        assert seen == events_after(session, 0)
    assert len(seen) == 8 * 25


def test_events_recorded_early_let_others_commit_meanwhile(postgresql_database: Database) -> None:
    """The order is fixed at the commit, so a long transaction holds nobody up."""
    database = postgresql_database
    slow, quick = operations(database, 2)
    with database.writing() as session:
        record_event(session, session.get_one(Operation, slow), "log", "slow")
        tell(database, quick, "quick")
    assert messages(database) == ["quick", "slow"]


def test_the_feed_tells_whose_news_within_a_second(database: Database) -> None:
    [operation_id] = operations(database)
    listener = Listener()
    with running_feed(database) as feed:
        feed.subscribe(listener)
        for number in range(3):
            tell(database, operation_id, str(number))
            committed = time.monotonic()
            [told] = listener.next()
            assert time.monotonic() - committed < 1.0
            assert told.event.message == str(number)
    with database.reading() as session:
        assert told.account == session.get_one(Operation, operation_id).account_id


def test_the_feed_tells_everybody_everything_once_and_in_order(database: Database) -> None:
    ids = operations(database, 4)
    listeners = [Listener() for _ in range(50)]
    with running_feed(database) as feed:
        for listener in listeners:
            feed.subscribe(listener)
        writers = [
            threading.Thread(target=lambda own=own: [tell(database, own) for _ in range(25)])
            for own in ids
        ]
        for writer in writers:
            writer.start()
        heard = [[told.event for told in listener.next(100)] for listener in listeners]
        for writer in writers:
            writer.join()
    with database.reading() as session:
        everything = events_after(session, 0)
    assert all(own == everything for own in heard)
    assert not any(listener.has_more() for listener in listeners)


def test_the_feed_reads_a_burst_to_its_end(database: Database) -> None:
    [operation_id] = operations(database)
    listener = Listener()
    with running_feed(database) as feed:
        feed.subscribe(listener)
        with database.writing() as session:
            operation = session.get_one(Operation, operation_id)
            for number in range(1201):
                record_event(session, operation, "log", str(number))
        heard = listener.next(1201)
    assert [told.event.message for told in heard] == [str(number) for number in range(1201)]


def test_the_feed_begins_with_what_comes(database: Database) -> None:
    [operation_id] = operations(database)
    tell(database, operation_id, "old")
    listener = Listener()
    with running_feed(database) as feed:
        feed.subscribe(listener)
        tell(database, operation_id, "new")
        assert [told.event.message for told in listener.next()] == ["new"]


def test_who_unsubscribed_or_broke_is_told_no_more(database: Database) -> None:
    [operation_id] = operations(database)
    left, stays = Listener(), Listener()
    calls: list[int] = []

    def broken(told: Sequence[AccountEvent]) -> None:
        calls.append(len(told))
        raise RuntimeError("Event loop is closed")

    with running_feed(database) as feed:
        leave = feed.subscribe(left)
        feed.subscribe(broken)
        feed.subscribe(stays)
        leave()
        leave()
        for _ in range(2):
            tell(database, operation_id)
            stays.next()
        assert feed.is_running
    assert (left.has_more(), calls) == (False, [1])


def test_a_feed_that_is_closed_runs_no_more(database: Database) -> None:
    with running_feed(database) as feed:
        assert feed.is_running
    assert not feed.is_running
    feed.close()


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_the_feed_survives_a_restart_of_the_server(
    postgresql_server: PostgresqlServer, postgresql_database: Database, mode: str
) -> None:
    database = postgresql_database
    [operation_id] = operations(database)
    listener = Listener()
    with running_feed(database) as feed:
        feed.subscribe(listener)
        tell(database, operation_id, "before")
        listener.next()
        postgresql_server.stop(mode)
        postgresql_server.start()
        for number in range(5):
            tell(database, operation_id, str(number))
        heard = [told.event.message for told in listener.next(5)]
        assert heard == [str(number) for number in range(5)]
        tell(database, operation_id, "last")
        assert [told.event.message for told in listener.next()] == ["last"]
        assert not listener.has_more()


def test_what_was_committed_while_the_feed_was_away_is_told_when_it_is_back(
    postgresql_server: PostgresqlServer, postgresql_database: Database
) -> None:
    database = postgresql_database
    [operation_id] = operations(database)
    listener = Listener()
    with running_feed(database) as feed:
        feed.subscribe(listener)
        tell(database, operation_id, "before")
        listener.next()
        postgresql_server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
        )
        tell(database, operation_id, "meanwhile")
        committed = time.monotonic()
        assert [told.event.message for told in listener.next()] == ["meanwhile"]
        assert time.monotonic() - committed < 5.0
