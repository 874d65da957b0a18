"""Projects as they are shown, with their targets, their newest operation and what they hold."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dubwright.db.tables import Artifact, Operation, Project, Target, Upload
from dubwright.domain.language import LanguageTag
from dubwright.domain.pricing import to_usd
from dubwright.jobs.project_states import newest_operation_id, project_state
from dubwright.jobs.resources import (
    OperationResource,
    ProjectResource,
    ProjectSettings,
    ProjectState,
    TargetResource,
)
from dubwright.jobs.shown import operations_shown, target_with
from dubwright.jobs.views import POSTER


def project_shown(session: Session, project: Project) -> ProjectResource:
    """A project with its targets."""
    [shown] = projects_shown(session, [project])
    return shown


def projects_shown(session: Session, projects: Sequence[Project]) -> tuple[ProjectResource, ...]:
    """Projects in their order. However many they are, the database is asked equally often."""
    around = _look_around(session, projects)
    return tuple(_project_with(project, around) for project in projects)


@dataclass(frozen=True, slots=True)
class _Around:
    """What belongs to some projects, by the project's id; artifacts and targets by their own too.

    `busy`: the ids of targets that something works on; None stands for all of the project.
    """

    states: Mapping[str, ProjectState]
    targets: Mapping[str, Sequence[Target]]
    artifacts: Mapping[str | None, Sequence[Artifact]]
    busy: Mapping[str | None, set[str | None]]
    newest: Mapping[str, OperationResource]
    source_bytes: Mapping[str, int]


def _look_around(session: Session, projects: Sequence[Project]) -> _Around:
    ids = [project.id for project in projects]
    return _Around(
        states=_states(session, ids),
        targets=_targets(session, ids),
        artifacts=_artifacts(session, ids),
        busy=_busy(session, ids),
        newest=_newest(session, ids),
        source_bytes=_source_bytes(session, projects),
    )


def _project_with(project: Project, around: _Around) -> ProjectResource:
    artifacts = around.artifacts.get(project.id, ())
    return ProjectResource(
        id=project.id,
        name=project.name,
        state=around.states[project.id],
        source=project.source,
        source_url=f"/v1/projects/{project.id}/source" if project.source_key else None,
        poster_url=_poster_url(project, artifacts),
        link=project.link,
        source_language=LanguageTag(project.source_language) if project.source_language else None,
        has_transcript=project.lines_key is not None,
        settings=ProjectSettings.model_validate(project.settings),
        budget=None if project.budget_micro_usd is None else to_usd(project.budget_micro_usd),
        spent=to_usd(project.spent_micro_usd),
        unpriced_calls=project.unpriced_calls,
        stored_bytes=around.source_bytes.get(project.upload_id or "", 0)
        + sum(artifact.size_bytes for artifact in artifacts),
        revision=project.revision,
        targets=tuple(_targets_with(project, around)),
        operation=around.newest.get(project.id),
        created_at=project.created_at,
        updated_at=project.updated_at,
    )


def _poster_url(project: Project, artifacts: Sequence[Artifact]) -> str | None:
    has_one = any(one.name == POSTER and one.target_id is None for one in artifacts)
    return f"/v1/projects/{project.id}/artifacts/{POSTER}" if has_one else None


def _targets_with(project: Project, around: _Around) -> list[TargetResource]:
    made = defaultdict(list)
    for artifact in around.artifacts.get(project.id, ()):
        made[artifact.target_id].append(artifact)
    busy = around.busy.get(project.id, set())
    return [
        target_with(
            project,
            target,
            artifacts=made[target.id],
            is_worked_on=bool(busy & {None, target.id}),
        )
        for target in around.targets.get(project.id, ())
    ]


def _states(session: Session, ids: Sequence[str]) -> dict[str, ProjectState]:
    rows = session.execute(select(Project.id, project_state()).where(Project.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def _targets(session: Session, ids: Sequence[str]) -> Mapping[str, list[Target]]:
    oldest_first = Target.created_at, Target.id
    found = defaultdict(list)
    wanted = select(Target).where(Target.project_id.in_(ids)).order_by(*oldest_first)
    for target in session.scalars(wanted):
        found[target.project_id].append(target)
    return found


def _artifacts(session: Session, ids: Sequence[str]) -> Mapping[str | None, list[Artifact]]:
    found = defaultdict(list)
    wanted = select(Artifact).where(Artifact.project_id.in_(ids)).order_by(Artifact.name)
    for artifact in session.scalars(wanted):
        found[artifact.project_id].append(artifact)
    return found


def _busy(session: Session, ids: Sequence[str]) -> Mapping[str | None, set[str | None]]:
    found = defaultdict(set)
    wanted = select(Operation.project_id, Operation.target_id).where(
        Operation.project_id.in_(ids), Operation.state.in_(("queued", "running"))
    )
    for project_id, target_id in session.execute(wanted):
        found[project_id].add(target_id)
    return found


def _newest(session: Session, ids: Sequence[str]) -> dict[str, OperationResource]:
    wanted = select(Operation).join(Project, Operation.id == newest_operation_id())
    rows = session.scalars(wanted.where(Project.id.in_(ids))).all()
    return {one.project: one for one in operations_shown(session, rows) if one.project}


def _source_bytes(session: Session, projects: Sequence[Project]) -> dict[str, int]:
    ids = {project.upload_id for project in projects if project.upload_id}
    rows = session.execute(select(Upload.id, Upload.size_bytes).where(Upload.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
