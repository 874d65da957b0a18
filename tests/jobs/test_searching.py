"""Names as they are searched: the same on both systems, and for rows of earlier versions."""

import unicodedata

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from rows import NOON

from dubwright.db.engine import Database
from dubwright.db.migrate import downgrade, upgrade
from dubwright.db.searching import searchable
from dubwright.db.tables import Project

_OLD_PROJECT = sa.text(
    "INSERT INTO project (id, account_id, name, settings, speaker_names, revision, created_at, updated_at)"
    " VALUES ('prj_1', 'acc_1', :name, '{}', '{}', 1, :now, :now)"
)


@given(st.text())
def test_neither_case_nor_the_way_of_typing_matters(text: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert searchable(unicodedata.normalize(form, text)) == searchable(text)
    assert searchable(searchable(text)) == searchable(text)


@given(st.text(alphabet="aäßéñøčžж", max_size=20))
def test_capital_letters_are_small_ones(text: str) -> None:
    assert searchable(text.upper()) == searchable(text)


def test_projects_of_earlier_versions_are_found_too(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    upgrade(database)
    downgrade(database, "0004")
    with database.migrating() as connection:
        account = sa.text(
            "INSERT INTO account (id, name, created_at) VALUES ('acc_1', 'Ada', :now)"
        )
        connection.execute(account, {"now": str(NOON)})
        connection.execute(_OLD_PROJECT, {"name": "Viele GRÜSSE", "now": str(NOON)})
    upgrade(database)
    with database.reading() as session:
        wanted = sa.select(Project.name).where(Project.searchable_name.contains("grüsse"))
        assert session.scalars(wanted).all() == ["Viele GRÜSSE"]
    database.close()
