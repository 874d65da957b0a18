"""Projects: create, show, change, delete."""

from typing import Self

from pydantic import Field, model_validator
from sqlalchemy import delete
from sqlalchemy.orm import Session

from dubwright.db.ids import new_id
from dubwright.db.searching import searchable
from dubwright.db.tables import Operation, Project
from dubwright.domain.pricing import to_micro_usd
from dubwright.domain.timeline import Document
from dubwright.jobs.asked import AskedDollars, AskedLanguage, AskedName
from dubwright.jobs.beginning import beginning_of
from dubwright.jobs.caller import Caller
from dubwright.jobs.glossaries import require_glossaries
from dubwright.jobs.library import project_shown, projects_shown
from dubwright.jobs.links import NewLink
from dubwright.jobs.lookup import own_project, targets_of
from dubwright.jobs.offering import require_engines
from dubwright.jobs.paging import Cursor, page_of
from dubwright.jobs.project_states import is_in_state
from dubwright.jobs.resources import (
    Page,
    ProjectResource,
    ProjectSettings,
    ProjectState,
)
from dubwright.jobs.revisions import require_revision, touch
from dubwright.jobs.service import Service
from dubwright.jobs.targets import MOST_TARGETS, new_target, refuse_while_working


class NewProject(Document):
    """What a project begins with: a complete upload or a link, and what is known of it.

    The video of a link is fetched by the first operation that needs it.
    `budget`: US dollars that paid engines may cost in all; null is no limit, 0 is nothing.
    """

    upload: str | None = Field(
        default=None, pattern=r"^upl_[a-z2-7]{20}$", examples=["upl_k3v7q2m5x4a6b7c2d3e4"]
    )
    link: NewLink | None = None
    name: AskedName | None = None
    source_language: AskedLanguage | None = None
    targets: tuple[AskedLanguage, ...] = Field(default=(), max_length=MOST_TARGETS)
    settings: ProjectSettings = ProjectSettings()
    budget: AskedDollars | None = None

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.upload is None) == (self.link is None):
            raise ValueError("give either an `upload` or a `link`")
        return self


class ProjectChanges(Document):
    """What to change of a project; what is left out stays, and a `budget` of null takes it away.

    Another budget counts for what begins after it; what failed for the old one can be retried.
    """

    name: AskedName | None = None
    source_language: AskedLanguage | None = None
    settings: ProjectSettings | None = None
    budget: AskedDollars | None = None


def create_project(service: Service, caller: Caller, asked: NewProject) -> ProjectResource:
    """Make a project of an upload or a link. Nothing is worked on or fetched yet."""
    with service.database.writing() as session:
        return project_shown(session, add_project(service, session, caller, asked))


def add_project(service: Service, session: Session, caller: Caller, asked: NewProject) -> Project:
    """Write the rows of a new project.

    Raises `NotFoundError` or `ConflictError` for its upload; for its link what `accepted_link`
    raises, or `QuotaExceeded` when there is no room for anything.
    """
    now = service.now()
    begins = beginning_of(service, session, caller, upload=asked.upload, link=asked.link)
    require_glossaries(session, caller, asked.settings)
    require_engines(service.offers, asked.settings.engines)
    project = Project(
        id=new_id("prj"),
        account_id=caller.account_id,
        name=asked.name or begins.file_name,
        upload_id=begins.upload_id,
        source_key=begins.source_key,
        link=begins.link,
        source_language=asked.source_language,
        settings=asked.settings.model_dump(mode="json"),
        budget_micro_usd=_in_micro(asked.budget),
        created_at=now,
        updated_at=now,
    )
    session.add(project)
    session.flush()
    for language in dict.fromkeys(asked.targets):
        session.add(new_target(service, project, language))
    session.flush()
    return project


def show_project(service: Service, caller: Caller, project_id: str) -> ProjectResource:
    """A project with its targets."""
    with service.database.reading() as session:
        return project_shown(session, own_project(session, caller, project_id))


def list_projects(
    service: Service,
    caller: Caller,
    cursor: Cursor,
    *,
    search: str = "",
    state: ProjectState | None = None,
) -> Page[ProjectResource]:
    """The caller's projects, newest first: those with `search` in their name, that stand so."""
    wanted = [Project.account_id == caller.account_id]
    if search:
        wanted.append(Project.searchable_name.contains(searchable(search), autoescape=True))
    if state is not None:
        wanted.append(is_in_state(state))
    with service.database.reading() as session:
        rows, following = page_of(session, Project, cursor, *wanted)
        return Page(items=projects_shown(session, rows), next_cursor=following)


def change_project(
    service: Service,
    caller: Caller,
    project_id: str,
    changes: ProjectChanges,
    *,
    revision: int | None,
) -> ProjectResource:
    """Change a project that still has `revision`. Raises `PreconditionFailed`."""
    with service.database.writing() as session:
        project = own_project(session, caller, project_id, to_change=True)
        require_revision(project, revision)
        if changes.name is not None:
            project.name = changes.name
        if changes.source_language is not None:
            project.source_language = changes.source_language
        if changes.settings is not None:
            _change_settings(service, session, caller, project, changes.settings)
        if "budget" in changes.model_fields_set:
            project.budget_micro_usd = _in_micro(changes.budget)
        touch(service, project)
        return project_shown(session, project)


def delete_project(service: Service, caller: Caller, project_id: str) -> None:
    """Forget a project with all its targets; its files go with the next clean-up.

    Raises `ConflictError` while something works on it.
    """
    with service.database.writing() as session:
        project = own_project(session, caller, project_id, to_change=True)
        refuse_while_working(session, project)
        session.execute(delete(Operation).where(Operation.project_id == project.id))
        session.delete(project)


def _change_settings(
    service: Service,
    session: Session,
    caller: Caller,
    project: Project,
    settings: ProjectSettings,
) -> None:
    """Other settings make other dubs, so what was made with the old ones becomes stale."""
    before = ProjectSettings.model_validate(project.settings)
    if settings == before:
        return
    require_glossaries(session, caller, settings)
    require_engines(service.offers, settings.engines)
    project.settings = settings.model_dump(mode="json")
    only_mixed_otherwise = settings.mixed_like(before) == before
    for target in targets_of(session, project):
        # What the last dub decided, it decided under the old ones, but for how it is mixed.
        if not only_mixed_otherwise:
            target.receipt_key = None
        touch(service, target)


def _in_micro(dollars: float | None) -> int | None:
    return None if dollars is None else to_micro_usd(dollars)
