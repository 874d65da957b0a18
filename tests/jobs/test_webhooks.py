"""Messages to webhooks: signed, tried again, never lost and never sent by two at once."""

import hashlib
import hmac
import http.server
import ipaddress
import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from rows import NOON, add_account, add_operation

from dubwright.db.engine import Database
from dubwright.db.tables import Account, Delivery, Operation, Webhook
from dubwright.domain.errors import ConflictError, InputError, NotFoundError
from dubwright.jobs import webhooks
from dubwright.jobs.assigning import begin_operation
from dubwright.jobs.caller import Caller
from dubwright.jobs.concluding import mark_cancelled
from dubwright.jobs.deliveries import queue_deliveries
from dubwright.jobs.delivering import PAUSES, deliver_due
from dubwright.jobs.paging import Cursor
from dubwright.jobs.service import Service, ServiceOptions
from dubwright.jobs.webhooks import NewWebhook, WebhookChanges
from dubwright.sources.addresses import AddressPolicy
from dubwright.sources.guarded_http import CallRules
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner

HERE = CallRules(
    policy=AddressPolicy(
        schemes=frozenset({"http"}),
        private_networks=(ipaddress.ip_network("127.0.0.1/32"),),
        any_port=True,
    )
)
ALL = frozenset(
    {"operation.running", "operation.succeeded", "operation.failed", "operation.cancelled"}
)
LONG_AGO = timedelta(days=3650)


class NoEngine:
    """Nothing is worked on."""

    def submit(self, submission: object) -> None:
        """Not here."""

    def cancel(self, workflow: str) -> None:
        """Not here."""


@pytest.fixture
def service(database: Database, tmp_path: Path) -> Service:
    store = LocalObjectStore(tmp_path / "objects", UrlSigner(b"0123456789abcdef"))
    options = ServiceOptions(data_folder=tmp_path, outgoing=HERE)
    return Service(database, store, NoEngine(), options, now=lambda: NOON)


@pytest.fixture
def caller(service: Service) -> Caller:
    with service.database.writing() as session:
        account = add_account(session)
    return Caller(account.id, None, frozenset({"read", "write", "admin"}), "req_1")


class Receiver(http.server.BaseHTTPRequestHandler):
    """Notes what arrives, and answers as the test says."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.turn:
            self.server.received.append((dict(self.headers), body))
            status = self.server.answer(self.headers["Dubwright-Delivery"])
        if status is None:  # hang up without an answer
            return
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Not on the screen."""


class Receiving(http.server.ThreadingHTTPServer):
    """Takes many callers at once."""

    request_queue_size = 128


@contextmanager
def receiving(
    answer: Callable[[str], int | None] = lambda delivery: 200,
) -> Iterator[http.server.ThreadingHTTPServer]:
    server = Receiving(("127.0.0.1", 0), Receiver)
    server.received, server.answer, server.turn = [], answer, threading.Lock()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def url_of(server: http.server.ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}/hook"


def a_webhook(
    service: Service, caller: Caller, url: str, events: frozenset[str] = ALL
) -> webhooks.IssuedWebhook:
    return webhooks.create_webhook(service, caller, NewWebhook(url=url, events=events))


def tell_of(service: Service, caller: Caller, number: int, state: str = "succeeded") -> None:
    with service.database.writing() as session:
        for _ in range(number):
            operation = add_operation(session, account_of(session, caller))
            operation.state = state
            queue_deliveries(service, session, operation)


def account_of(session: sa.orm.Session, caller: Caller) -> Account:
    return session.get_one(Account, caller.account_id)


def deliveries(service: Service) -> list[Delivery]:
    with service.database.reading() as session:
        return list(session.scalars(sa.select(Delivery).order_by(Delivery.id)))


def deliver_all(service: Service, now: datetime) -> int:
    tried = 0
    while more := deliver_due(service, now=now):
        tried += more
    return tried


def test_a_message_is_signed_so_that_the_receiver_can_tell_it_from_others(service, caller):
    with receiving() as server:
        hook = a_webhook(service, caller, url_of(server))
        tell_of(service, caller, 1)
        assert deliver_due(service, now=NOON) == 1
    ((headers, body),) = server.received
    timestamp = headers["Dubwright-Timestamp"]
    signed = hmac.new(hook.secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    assert headers["Dubwright-Signature"] == f"v1={signed.hexdigest()}"
    assert headers["Dubwright-Event"] == "operation.succeeded"
    assert int(timestamp) == int(NOON.timestamp())
    (delivery,) = deliveries(service)
    assert headers["Dubwright-Delivery"] == delivery.id
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("delivered", 1, 200)
    message = json.loads(body)
    assert message["event"] == "operation.succeeded"
    assert message["operation"]["state"] == "succeeded"


def test_only_what_was_asked_for_is_told_and_only_to_the_same_account(service, caller):
    with service.database.writing() as session:
        stranger = Caller(add_account(session).id, None, frozenset({"admin"}), "req_2")
    with receiving() as server:
        a_webhook(service, caller, url_of(server), frozenset({"operation.failed"}))
        a_webhook(service, stranger, url_of(server))
        tell_of(service, caller, 1, "succeeded")
        assert deliver_due(service, now=NOON) == 0
        tell_of(service, caller, 1, "failed")
        assert deliver_due(service, now=NOON) == 1
    assert len(server.received) == 1


def test_an_operation_tells_that_it_runs_once_and_that_it_was_cancelled(service, caller):
    a_webhook(service, caller, "http://hooks.example/")
    with service.database.writing() as session:
        operation = add_operation(session, account_of(session, caller))
    for _ in range(2):  # the second time after a crash
        begin_operation(service, operation.id, 1)
    mark_cancelled(service, operation.id, 1)
    assert Counter(one.event for one in deliveries(service)) == {
        "operation.running": 1,
        "operation.cancelled": 1,
    }


def test_a_message_that_is_not_taken_is_tried_again_later_and_later(service, caller):
    with receiving(lambda delivery: 503) as server:
        a_webhook(service, caller, url_of(server))
        tell_of(service, caller, 1)
        now, pauses = NOON, []
        while (delivery := deliveries(service)[0]).state != "failed":
            assert deliver_due(service, now=delivery.next_at - timedelta(seconds=1)) == 0 or not (
                pauses
            )
            now = max(now, delivery.next_at)
            deliver_due(service, now=now)
            after = deliveries(service)[0]
            if after.state == "waiting":
                pauses.append(after.next_at - now)
    assert len(server.received) == len(PAUSES) + 1 >= 6
    assert len({headers["Dubwright-Delivery"] for headers, _ in server.received}) == 1
    assert (delivery.last_status, delivery.last_problem) == (503, "the answer was 503")
    for pause, usual in zip(pauses, PAUSES, strict=True):
        assert 0.8 * usual <= pause <= 1.2 * usual


def test_none_is_lost_when_three_in_ten_calls_fail(service, caller):
    chance = random.Random(30)  # noqa: S311  # no secret
    failures: dict[str, int] = {}
    calls = Counter[str]()

    def answer(delivery: str) -> int | None:
        if delivery not in failures:
            failures[delivery] = next(n for n in range(7) if n == 6 or chance.random() > 0.3)
        calls[delivery] += 1
        if calls[delivery] > failures[delivery]:
            return 204
        return chance.choice([500, 302, 404, 429, None])

    with receiving(answer) as server:
        a_webhook(service, caller, url_of(server))
        tell_of(service, caller, 40)
        now = NOON
        while left := [one for one in deliveries(service) if one.state != "delivered"]:
            assert all(one.state == "waiting" for one in left)
            now = max(now, min(one.next_at for one in left))
            deliver_all(service, now)
    assert sum(failures.values()) >= 10
    assert set(calls) == {one.id for one in deliveries(service)}
    assert len(calls) == 40


def test_several_workers_send_every_message_once(service, caller):
    with receiving() as server:
        a_webhook(service, caller, url_of(server))
        a_webhook(service, caller, url_of(server))
        tell_of(service, caller, 30)
        workers = [threading.Thread(target=deliver_all, args=[service, NOON]) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        deliver_all(service, NOON)
    received = Counter(headers["Dubwright-Delivery"] for headers, _ in server.received)
    assert len(received) == 60
    assert set(received.values()) == {1}


def test_a_message_whose_sender_died_is_sent_by_another_one(service, caller):
    with receiving() as server:
        a_webhook(service, caller, url_of(server))
        tell_of(service, caller, 1)
        with service.database.writing() as session:
            held = sa.update(Delivery).values(state="sending", next_at=NOON + timedelta(seconds=60))
            session.execute(held)
        assert deliver_due(service, now=NOON) == 0
        assert deliver_due(service, now=NOON + timedelta(seconds=61)) == 1
    assert deliveries(service)[0].state == "delivered"


def test_a_receiver_that_is_gone_is_not_called_again(service, caller):
    with receiving(lambda delivery: 410) as server:
        hook = a_webhook(service, caller, url_of(server))
        tell_of(service, caller, 1)
        deliver_due(service, now=NOON)
        tell_of(service, caller, 1)
        assert deliver_due(service, now=NOON + LONG_AGO) == 0
    assert not webhooks.show_webhook(service, caller, hook.id).active
    assert [one.state for one in deliveries(service)] == ["failed"]


def test_one_slow_webhook_does_not_fill_a_round(service, caller):
    with receiving() as slow, receiving() as other:
        a_webhook(service, caller, url_of(slow))
        tell_of(service, caller, 40)
        a_webhook(service, caller, url_of(other))
        tell_of(service, caller, 1)
        deliver_due(service, now=NOON)
    assert len(slow.received) == 4
    assert len(other.received) == 1


def test_an_address_that_became_private_is_not_called_although_it_was_accepted(service, caller):
    public = CallRules(policy=AddressPolicy(schemes=frozenset({"http"}), any_port=True))
    with receiving() as server:
        a_webhook(service, caller, f"http://localhost:{server.server_port}/")
        tell_of(service, caller, 1)
        guarded = replace(service, options=replace(service.options, outgoing=public))
        deliver_due(guarded, now=NOON)
    (delivery,) = deliveries(service)
    assert server.received == []
    assert (delivery.state, delivery.last_status) == ("waiting", None)
    assert "not public" in delivery.last_problem


def test_a_replayed_message_has_the_same_id_and_body(service, caller):
    with receiving() as server:
        hook = a_webhook(service, caller, url_of(server))
        tell_of(service, caller, 1)
        deliver_due(service, now=NOON)
        (delivery,) = deliveries(service)
        webhooks.replay_delivery(service, caller, hook.id, delivery.id)
        deliver_due(service, now=NOON)
    first, second = server.received
    assert first[0]["Dubwright-Delivery"] == second[0]["Dubwright-Delivery"]
    assert first[1] == second[1]


def test_a_message_that_is_being_sent_cannot_be_replayed(service, caller):
    hook = a_webhook(service, caller, "http://hooks.example/")
    sent = webhooks.send_test_message(service, caller, hook.id)
    with service.database.writing() as session:
        session.execute(sa.update(Delivery).values(state="sending"))
    with pytest.raises(ConflictError):
        webhooks.replay_delivery(service, caller, hook.id, sent.id)


def test_a_new_secret_signs_from_the_next_message_on(service, caller):
    with receiving() as server:
        hook = a_webhook(service, caller, url_of(server))
        new = webhooks.rotate_webhook(service, caller, hook.id)
        assert new.secret != hook.secret
        webhooks.send_test_message(service, caller, hook.id)
        deliver_due(service, now=NOON)
    ((headers, body),) = server.received
    signed = f"{headers['Dubwright-Timestamp']}.".encode() + body
    expected = hmac.new(new.secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["Dubwright-Signature"] == f"v1={expected}"
    assert json.loads(body) == {
        "event": "webhook.test",
        "created_at": NOON.isoformat().replace("+00:00", "Z"),
        "operation": None,
    }


def test_a_webhook_of_somebody_else_does_not_exist(service, caller):
    with service.database.writing() as session:
        stranger = Caller(add_account(session).id, None, frozenset({"admin"}), "req_2")
    hook = a_webhook(service, caller, "http://hooks.example/")
    sent = webhooks.send_test_message(service, caller, hook.id)
    own = a_webhook(service, stranger, "http://hooks.example/")
    for attempt in (
        lambda: webhooks.show_webhook(service, stranger, hook.id),
        lambda: webhooks.change_webhook(service, stranger, hook.id, WebhookChanges(active=False)),
        lambda: webhooks.rotate_webhook(service, stranger, hook.id),
        lambda: webhooks.delete_webhook(service, stranger, hook.id),
        lambda: webhooks.list_deliveries(service, stranger, hook.id, Cursor()),
        lambda: webhooks.replay_delivery(service, stranger, hook.id, sent.id),
        lambda: webhooks.replay_delivery(service, stranger, own.id, sent.id),
    ):
        with pytest.raises(NotFoundError):
            attempt()


@pytest.mark.parametrize("url", ["https://hooks.example/", "http://10.0.0.1/", "http:///"])
def test_an_address_that_may_not_be_called_is_refused_at_once(service, caller, url):
    with pytest.raises(InputError):
        a_webhook(service, caller, url)
    hook = a_webhook(service, caller, "http://hooks.example/")
    with pytest.raises(InputError):
        webhooks.change_webhook(service, caller, hook.id, WebhookChanges(url=url))


def test_an_account_has_few_webhooks(service, caller):
    for _ in range(20):
        a_webhook(service, caller, "http://hooks.example/")
    with pytest.raises(ConflictError, match="at most 20"):
        a_webhook(service, caller, "http://hooks.example/")


def test_a_deleted_webhook_takes_its_messages_along(service, caller):
    hook = a_webhook(service, caller, "http://hooks.example/")
    webhooks.send_test_message(service, caller, hook.id)
    webhooks.delete_webhook(service, caller, hook.id)
    assert deliveries(service) == []
    with service.database.reading() as session:
        assert session.scalars(sa.select(Webhook)).all() == []


def test_an_operation_that_nobody_listens_to_writes_no_message(service, caller):
    tell_of(service, caller, 1)
    assert deliveries(service) == []
    with service.database.reading() as session:
        assert len(session.scalars(sa.select(Operation)).all()) == 1
