"""Rate limits that all processes share: the generic cell rate algorithm (GCRA) with costs.

One number per limit says when its next free turn is (ITU-T I.371: the theoretical arrival time).
Every call moves it on by `cost / per_second`, and may be early by the time of a whole `burst`.
So in any `t` seconds no more than `burst + t * per_second` is let through.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from dubwright.db.clock import database_now_s
from dubwright.db.engine import Database
from dubwright.db.tables import Quota
from dubwright.db.upserts import Upsert, insert_into


class Turnstile:
    """Lets calls through at a limited rate, over all processes of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, cost: float, *, per_second: float, burst: float) -> float:
        """Book a turn; answer how many seconds to wait for it, 0.0 for at once.

        For engine calls. The turn stays booked whether or not the caller waits.
        """
        with self._database.writing() as session:
            now = database_now_s(session)
            book = _booking(session, name, cost / per_second)
            turn_s, now_s = session.execute(book.returning(Quota.next_turn_s, now)).one()
        return max(0.0, float(turn_s) - float(now_s) - burst / per_second)

    def take_if_free(self, name: str, cost: float, *, per_second: float, burst: float) -> float:
        """Take a turn that is free now, 0.0; else take none, and answer when to ask again, in s.

        For requests, which are refused and not delayed. Raises ValueError when `cost` is over
        `burst`, for such a turn never is free.
        """
        if cost > burst:
            raise ValueError(f"a cost of {cost} never fits into a burst of {burst}")
        added_s, early_s = cost / per_second, burst / per_second
        with self._database.writing() as session:
            wait_s = _next_free_s(session) + added_s - early_s - database_now_s(session)
            book = _booking(session, name, added_s, only_if=wait_s <= 0)
            if session.execute(book.returning(Quota.name)).first() is not None:
                return 0.0
            answer = session.scalars(sa.select(wait_s).where(Quota.name == name)).one()
            return max(0.001, float(answer))


def _booking(
    session: Session, name: str, added_s: float, *, only_if: sa.ColumnElement[bool] | None = None
) -> Upsert:
    first = {"name": name, "next_turn_s": database_now_s(session) + added_s}
    moved_on = {"next_turn_s": _next_free_s(session) + added_s}
    insert = insert_into(session, Quota, first)
    return insert.on_conflict_do_update(index_elements=["name"], set_=moved_on, where=only_if)


def _next_free_s(session: Session) -> sa.ColumnElement[float]:
    now = database_now_s(session)
    return sa.case((Quota.next_turn_s > now, Quota.next_turn_s), else_=now)
