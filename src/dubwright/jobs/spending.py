"""What a project has cost, and what its operations may still cost."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dubwright.db.tables import Operation, Project
from dubwright.guard.purse import Allowance
from dubwright.jobs.assignments import CallNews


def allowance_of(session: Session, operation: Operation) -> Allowance | None:
    """What an operation that begins now may cost; None where its project has no budget.

    Operations that share a project share what is left: each gets a part of its own, so that
    together they cannot spend more.
    """
    project = session.get(Project, operation.project_id) if operation.project_id else None
    if project is None or project.budget_micro_usd is None:
        return None
    session.refresh(project, with_for_update=True)
    sharing = select(func.count()).where(
        Operation.project_id == project.id, Operation.state.in_(("queued", "running"))
    )
    left = max(0, project.budget_micro_usd - project.spent_micro_usd)
    return Allowance(
        budget_micro_usd=project.budget_micro_usd,
        spent_micro_usd=project.spent_micro_usd,
        left_micro_usd=left // max(1, session.scalar(sharing) or 1),
        remedy=(
            f"raise `budget` with `PATCH /v1/projects/{project.id}`, then `POST /v1/operations/"
            f"{operation.id}:retry`; what was made is kept, and not paid again"
        ),
    )


def add_to_spent(session: Session, operation: Operation, news: CallNews) -> None:
    """Put the bill of a call on its project."""
    if operation.project_id is None or not news.billed:
        return
    is_unpriced = news.cost_micro_usd is None
    session.execute(
        update(Project)
        .where(Project.id == operation.project_id)
        .values(
            spent_micro_usd=Project.spent_micro_usd + (news.cost_micro_usd or 0),
            unpriced_calls=Project.unpriced_calls + int(is_unpriced),
        )
    )
