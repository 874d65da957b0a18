"""How a project stands, in one word: told by the database, so that lists can be narrowed to it."""

from typing import Final

import sqlalchemy as sa

from dubwright.db.tables import Operation, Project, Target
from dubwright.jobs.resources import ProjectState

_OF_PROJECT: Final = Operation.project_id == Project.id


def is_in_state(state: ProjectState) -> sa.ColumnElement[bool]:
    """The condition that a project stands so."""
    return project_state() == state


def project_state() -> sa.ColumnElement[ProjectState]:
    """What a query of projects can select, or compare: the first of these that is true.

    `working`: an operation waits or runs. `failed`: the newest one failed. `stale`: edits of
    some target wait for a new output. `ready`: every target has one. Else `draft`.
    """
    behind = _has_target(_is_stale())
    unfinished = _has_target(sa.not_(_has_output()))
    return sa.case(
        (_is_worked_on(), "working"),
        (_newest("state") == "failed", "failed"),
        (behind, "stale"),
        (sa.and_(_has_target(sa.true()), sa.not_(unfinished)), "ready"),
        else_="draft",
    )


def newest_operation_id() -> sa.ScalarSelect[str]:
    """The id of the operation of a project that was started last."""
    return _newest("id")


def _newest(column: str) -> sa.ScalarSelect[str]:
    newest_first = Operation.created_at.desc(), Operation.id.desc()
    wanted: sa.Select[str] = sa.select(getattr(Operation, column)).where(_OF_PROJECT)
    return wanted.order_by(*newest_first).limit(1).correlate(Project).scalar_subquery()


def _is_worked_on() -> sa.ColumnElement[bool]:
    unfinished = Operation.state.in_(("queued", "running"))
    return sa.exists().where(_OF_PROJECT, unfinished).correlate(Project)


def _has_target(wanted: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(Target.project_id == Project.id, wanted).correlate(Project)


def _has_output() -> sa.ColumnElement[bool]:
    return Target.output_revision > 0


def _is_stale() -> sa.ColumnElement[bool]:
    """As `shown.is_stale` tells it of rows."""
    lines_are_newer = sa.and_(
        Project.lines_key.is_not(None), Target.lines_key.is_distinct_from(Project.lines_key)
    )
    return sa.and_(_has_output(), sa.or_(Target.output_revision < Target.revision, lines_are_newer))
