"""How long runs take here, told by those that an account had before."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from dubwright.db.tables import Operation, Project
from dubwright.jobs.caller import Caller

_RUNS_LOOKED_AT = 20
_FACTORS = (0.02, 20.0)


def measured_factor(session: Session, caller: Caller) -> float | None:
    """Seconds that the account's newest runs took for a second of video and target."""
    rows = session.execute(
        select(Operation, Project.source)
        .join(Project, Project.id == Operation.project_id)
        .where(
            Operation.account_id == caller.account_id,
            Operation.kind == "run",
            Operation.state == "succeeded",
            # The quick queue has runs of an edited line or two, which tell nothing of whole ones.
            Operation.queue == "long",
        )
        .order_by(Operation.created_at.desc())
        .limit(_RUNS_LOOKED_AT)
    ).all()
    worked_s = media_s = 0.0
    for run, source in rows:
        if source is not None and run.started_at and run.finished_at:
            worked_s += (run.finished_at - run.started_at).total_seconds()
            media_s += source.duration_ms / 1000 * _targets_of(run)
    if not media_s:
        return None
    least, most = _FACTORS
    return min(most, max(least, worked_s / media_s))


def _targets_of(run: Operation) -> int:
    named = run.arguments.get("targets")
    return max(1, len(named)) if isinstance(named, list) else 1
