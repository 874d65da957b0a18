"""How many streams of events each account may keep open."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request

from dubwright.domain.errors import Throttled


class Seats:
    """The open streams of one API process, by account. For one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()

    @contextmanager
    def seat(self, account: str) -> Iterator[None]:
        """A place for one stream while it is open. Raises `Throttled` when there is none left."""
        if self._taken[account] >= self._most:
            raise Throttled(
                f"the account has {self._most} streams of events open already",
                retry_after_s=10,
                hint="Close some. One `GET /v1/events` tells of all operations of the account.",
            )
        self._taken[account] += 1
        try:
            yield
        finally:
            self._taken[account] -= 1
            if not self._taken[account]:
                del self._taken[account]


def seats_of(request: Request) -> Seats:
    """The seats of the process that answers this request."""
    seats: Seats = request.app.state.seats
    return seats
