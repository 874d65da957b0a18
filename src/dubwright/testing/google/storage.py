"""A double of Cloud Storage over HTTP, with the `signBlob` of IAM Credentials beside it.

    with StorageDouble(("videos",)) as double:
        client = storage.Client(
            project="p", credentials=AnonymousCredentials(), client_options={"api_endpoint": double.url}
        )

Objects are held in memory. What a signed address allows is checked as Google does it.
"""

import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self

from dubwright.testing.google.credentials import HandedOut, ServiceAccount
from dubwright.testing.google.faults import Faults
from dubwright.testing.google.ledger import Ledger
from dubwright.testing.google.storage_accounts import EXCHANGE, SIGN_BLOB, TOKEN_PATH, Accounts
from dubwright.testing.google.storage_contents import Contents, utc_now
from dubwright.testing.google.storage_failures import Refused, StorageFailure
from dubwright.testing.google.storage_http import storage_handler
from dubwright.testing.google.storage_json import JsonApi, method_of
from dubwright.testing.google.storage_messages import Answer, Asked, Refusal
from dubwright.testing.google.storage_sessions import Sessions
from dubwright.testing.google.storage_xml import XmlApi
from dubwright.testing.google.tls import Authority

SESSION: Final = "storage.objects.resume"
PREFLIGHT: Final = "cors.preflight"
SIGNED: Final = "storage.signed"
"""Names as the ledger counts them; `storage.signed` goes on with the method, as in `.get`."""

_MOST_NOTES: Final = 10_000
_EXPOSED: Final = "Content-Length, Content-Range, ETag, Location, Range, X-Goog-Hash"


@dataclass(frozen=True, slots=True)
class Note:
    """A request that came: what of it tests want to see."""

    method: str
    path: str
    range: str
    content_range: str


class StorageDouble:
    """The server. `faults` are planned by the names that `ledger` counts, such as
    `storage.objects.insert`, `storage.objects.resume` or `storage.signed.get`.

    With `is_open=False` the JSON API answers only who shows a token that was handed out.
    """

    def __init__(
        self,
        buckets: Iterable[str] = (),
        *,
        is_open: bool = True,
        now: Callable[[], datetime] = utc_now,
        authority: Authority | None = None,
    ) -> None:
        self.now = now
        self.faults: Faults[StorageFailure] = Faults()
        self.ledger = Ledger()
        self.notes: deque[Note] = deque(maxlen=_MOST_NOTES)
        self.handed_out = HandedOut()
        self.contents = Contents(self._now)
        self._is_open = is_open
        self._closing = threading.Event()
        self._accounts = Accounts(self.handed_out)
        self._sessions = Sessions(self.contents, self._now)
        self._json = JsonApi(self.contents, self._sessions)
        self._xml = XmlApi(
            self.contents, self._sessions, keys=self._accounts.public_keys, now=self._now
        )
        for bucket in buckets:
            self.contents.add_bucket(bucket)
        self._server = _server(storage_handler(self), authority)
        scheme = "http" if authority is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def know(self, account: ServiceAccount) -> None:
        """Accept what this account signs."""
        self._accounts.add(account)

    def read(self, uri: str) -> bytes | None:
        """The content of the object at `gs://bucket/name`; None if there is none."""
        try:
            return self.contents.find(*_place(uri)).content
        except Refusal:
            return None

    def write(self, uri: str, content: bytes) -> None:
        """Keep an object at `gs://bucket/name`, in place of what was there."""
        self.contents.put(*_place(uri), content, metadata={}, conditions={})

    def meet(self, asked: Asked) -> StorageFailure | None:
        """Count a request; what goes wrong with it."""
        method = self._method(asked)
        ranges = (asked.headers.get(name, "") for name in ("range", "content-range"))
        self.notes.append(Note(method, asked.path, *ranges))
        self.ledger.arrived(method)
        return self.faults.meet(method)

    def answer(self, asked: Asked) -> Answer:
        """Answer a request, with what pages of other sites need to read it."""
        try:
            answer = self._answer(asked)
        except Refusal as refusal:
            answer = refusal.answer()
        if answer.status >= 400:
            self.ledger.refused(self._method(asked))
        return replace(answer, headers={**answer.headers, **self._shared_with(asked)})

    def refuse(self, asked: Asked, failure: Refused) -> Answer:
        """Answer as a planned failure says."""
        self.ledger.refused(self._method(asked))
        answer = failure.refusal().answer()
        return replace(answer, headers={**answer.headers, **self._shared_with(asked)})

    def wait(self, delay_s: float) -> None:
        """Wait, unless the double is being closed."""
        self._closing.wait(delay_s)

    def _now(self) -> datetime:
        return self.now()

    def _method(self, asked: Asked) -> str:
        if asked.method == "OPTIONS":
            return PREFLIGHT
        if "upload_id" in asked.parameters:
            return SESSION
        if self._accounts.asked_to_sign(asked):
            return SIGN_BLOB
        if asked.path == TOKEN_PATH:
            return EXCHANGE
        named = method_of(asked)
        return named[0] if named else f"{SIGNED}.{asked.method.lower()}"

    def _answer(self, asked: Asked) -> Answer:
        if asked.method == "OPTIONS":
            return self._preflight(asked)
        upload_id = asked.parameters.get("upload_id")
        if upload_id is not None:
            return self._sessions.take(asked, upload_id)
        account = self._accounts.asked_to_sign(asked)
        if account is not None:
            return self._accounts.sign(asked, account)
        if asked.path == TOKEN_PATH:
            return self._accounts.give_token(asked)
        named = method_of(asked)
        if named is None:
            return self._xml.answer(asked)
        self._admit(asked)
        return self._json.answer(asked, *named)

    def _admit(self, asked: Asked) -> None:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if not self._is_open and token not in self.handed_out:
            message = "Anonymous caller does not have storage.objects access to the bucket."
            raise Refusal(401, "required", message)

    def _preflight(self, asked: Asked) -> Answer:
        if not self._shared_with(asked):
            return Answer(200)  # without the headers that would let the page go on
        wanted = asked.headers.get("access-control-request-headers", "")
        headers = {
            "Access-Control-Allow-Methods": "GET,HEAD,PUT,POST,DELETE",
            "Access-Control-Max-Age": "3600",
        }
        return Answer(200, headers | ({"Access-Control-Allow-Headers": wanted} if wanted else {}))

    def _shared_with(self, asked: Asked) -> dict[str, str]:
        """What lets a page read the answer: the session's own origin, else what the bucket says."""
        origin = asked.headers.get("origin")
        upload_id = asked.parameters.get("upload_id")
        if origin is None:
            return {}
        if upload_id is not None:
            allowed = self._sessions.origin_of(upload_id) == origin
        else:
            allowed = origin in self._cors_origins(asked)
        if not allowed:
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": _EXPOSED,
            "Vary": "Origin",
        }

    def _cors_origins(self, asked: Asked) -> list[object]:
        try:
            bucket = self.contents.bucket_resource(asked.path.split("/")[1])
        except Refusal:
            return []
        rules = bucket.get("cors")
        return [
            origin
            for rule in (rules if isinstance(rules, list) else [])
            if isinstance(rule, dict) and isinstance(origins := rule.get("origin"), list)
            for origin in origins
        ]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no news."""


def _server(handler: type[BaseHTTPRequestHandler], authority: Authority | None) -> _Server:
    server = _Server(("127.0.0.1", 0), handler)
    if authority is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.certificate_file, authority.key_file)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    return server


def _place(uri: str) -> tuple[str, str]:
    bucket, _, name = uri.removeprefix("gs://").partition("/")
    return bucket, name
