"""What the tests of the API share: an engine that takes notes, tokens, and plain calls."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.testclient import TestClient
from starlette.types import Message

from dubwright.ports.job_engine import Submission

LOCAL = "http://127.0.0.1:8000"

Connect = Callable[..., TestClient]


@dataclass
class NotedEngine:
    """A `JobEngine` that runs nothing, and remembers what it was asked."""

    submitted: list[Submission] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    def submit(self, submission: Submission) -> None:
        self.submitted.append(submission)

    def cancel(self, workflow: str) -> None:
        self.cancelled.append(workflow)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def call(
    app: Callable[..., Awaitable[None]],
    method: str,
    path: str,
    receive: Callable[[], Awaitable[Message]],
    headers: dict[str, str],
) -> list[Message]:
    """One request, with a body that the test brings piece by piece; what the app sent."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }
    await app(scope, receive, send)
    return sent
