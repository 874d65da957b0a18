"""Turns that children ask for while the database is away."""

from dataclasses import dataclass

import pytest

from dubwright.db.quotas import Turnstile
from dubwright.domain.errors import StorageError
from dubwright.worker import duties


@dataclass
class Away(Turnstile):
    """A turnstile whose database is away for the first few calls."""

    away_for: int
    calls: int = 0

    def take(self, name: str, cost: float, *, per_second: float, burst: float) -> float:
        self.calls += 1
        if self.calls <= self.away_for:
            raise StorageError("the database does not answer")
        return 1.5


def test_a_turn_is_booked_once_the_database_is_back():
    away = Away(away_for=1)
    assert duties.book_turn(away, "calls/translator/google", 60.0) == 1.5
    assert away.calls == 2


def test_a_database_that_stays_away_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(duties, "_BOOKING_WAITS_S", (0.0, 0.0))
    with pytest.raises(StorageError):
        duties.book_turn(Away(away_for=99), "calls/translator/google", 60.0)
