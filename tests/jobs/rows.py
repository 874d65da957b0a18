"""Rows for tests: an account with a project, a target and an operation."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from dubwright.db.ids import new_id
from dubwright.db.tables import Account, Operation, Project, Target

NOON = datetime(2026, 3, 29, 12, 0, 0, 123_456, tzinfo=UTC)


def add_account(session: Session) -> Account:
    account = Account(id=new_id("acc"), name="Ada", created_at=NOON)
    session.add(account)
    return account


def add_project(session: Session, account: Account) -> Project:
    project = Project(
        id=new_id("prj"), account_id=account.id, name="A talk", created_at=NOON, updated_at=NOON
    )
    session.add(project)
    return project


def add_target(session: Session, project: Project, language: str = "de") -> Target:
    target = Target(
        id=new_id("tgt"),
        project_id=project.id,
        language=language,
        created_at=NOON,
        updated_at=NOON,
    )
    session.add(target)
    return target


def add_operation(session: Session, account: Account, project: Project | None = None) -> Operation:
    operation = Operation(
        id=new_id("op"),
        account_id=account.id,
        project_id=project.id if project else None,
        kind="run",
        queue="long",
        created_at=NOON,
        last_news_at=NOON,
    )
    session.add(operation)
    return operation
