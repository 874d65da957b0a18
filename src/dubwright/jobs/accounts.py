"""Accounts: whose things these are."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from dubwright.db.ids import new_id
from dubwright.db.tables import Account
from dubwright.db.upserts import insert_into
from dubwright.domain.errors import NotFoundError
from dubwright.domain.timeline import Document
from dubwright.jobs.caller import Caller
from dubwright.jobs.holdings import stored_bytes
from dubwright.jobs.names import require_name
from dubwright.jobs.service import Service

LOCAL_ACCOUNT: Final = "acc_local"
"""Whose things the local mode makes; the first key belongs to it too, so that they stay."""


class AccountResource(Document):
    """Whose things these are, and how much they take; `quota_bytes` null: they may take any."""

    id: str
    name: str
    stored_bytes: int
    quota_bytes: int | None
    created_at: datetime


def create_account(service: Service, name: str) -> AccountResource:
    """A new account, without keys: for the command line. Raises `InputError` for its name."""
    require_name("an account", name)
    with service.database.writing() as session:
        account = Account(id=new_id("acc"), name=name, created_at=service.now())
        session.add(account)
        return _account_shown(session, account)


def list_accounts(service: Service) -> tuple[AccountResource, ...]:
    """All accounts, oldest first: for the command line."""
    with service.database.reading() as session:
        accounts = session.scalars(sa.select(Account).order_by(Account.created_at, Account.id))
        return tuple(_account_shown(session, account) for account in accounts)


def show_account(service: Service, caller: Caller) -> AccountResource:
    """The caller's own account."""
    with service.database.reading() as session:
        return _account_shown(session, session.get_one(Account, caller.account_id))


def set_quota(service: Service, account_id: str, quota_bytes: int | None) -> AccountResource:
    """How much an account may hold; None: any amount. For the command line.

    What it holds already stays, even if it is more. Raises `NotFoundError`.
    """
    with service.database.writing() as session:
        account = existing_account(session, account_id)
        account.quota_bytes = quota_bytes
        return _account_shown(session, account)


def existing_account(session: Session, account_id: str) -> Account:
    """An account by its id. Raises `NotFoundError`."""
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFoundError(
            f"there is no account {account_id!r}", hint="`dubwright accounts list` lists them"
        )
    return account


def ensure_local_account(service: Service, session: Session) -> None:
    """Write the row of the local account, unless it is there."""
    values = {"id": LOCAL_ACCOUNT, "name": "local", "created_at": service.now()}
    session.execute(insert_into(session, Account, values).on_conflict_do_nothing())


def _account_shown(session: Session, account: Account) -> AccountResource:
    return AccountResource(
        id=account.id,
        name=account.name,
        stored_bytes=stored_bytes(session, account.id),
        quota_bytes=account.quota_bytes,
        created_at=account.created_at,
    )
