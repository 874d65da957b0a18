"""Glossaries of accounts, and which terms a target is given."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from rows import NOON, add_account, add_operation, add_project, add_target

from dubwright.db.engine import Database
from dubwright.db.tables import Account, Project
from dubwright.domain.errors import ConflictError, NotFoundError, PreconditionFailed
from dubwright.domain.language import LanguageTag
from dubwright.jobs.assigning import begin_operation
from dubwright.jobs.caller import Caller
from dubwright.jobs.glossaries import (
    GlossaryChanges,
    GlossaryResource,
    NewGlossary,
    change_glossary,
    create_glossary,
    delete_glossary,
    require_glossaries,
    show_glossary,
)
from dubwright.jobs.resources import ProjectSettings
from dubwright.jobs.service import Service, ServiceOptions
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner


class NoEngine:
    """Nothing is worked on."""


@pytest.fixture
def service(database: Database, tmp_path: Path) -> Service:
    store = LocalObjectStore(tmp_path / "objects", UrlSigner(b"0123456789abcdef"))
    options = ServiceOptions(data_folder=tmp_path)
    return Service(database, store, NoEngine(), options, now=lambda: NOON)


@pytest.fixture
def caller(service: Service) -> Caller:
    with service.database.writing() as session:
        account = add_account(session)
    return Caller(account.id, None, frozenset({"read", "write"}), "req_1")


def kept(service: Service, caller: Caller, pair: str = "en-pt", **terms: str) -> GlossaryResource:
    source, target = (LanguageTag(one) for one in pair.split("-", 1))
    asked = NewGlossary(name="G", source_language=source, target_language=target, terms=terms)
    return create_glossary(service, caller, asked)


def assigned(
    service: Service,
    caller: Caller,
    *glossaries: GlossaryResource,
    spoken: str | None = "en",
    target: str = "pt-BR",
) -> dict[str, str]:
    """The terms that a worker is given for a target of a project that uses the glossaries."""
    with service.database.writing() as session:
        account = session.get_one(Account, caller.account_id)
        project = add_project(session, account)
        project.source_key, project.source_language = "sources/00", spoken
        project.settings = ProjectSettings(
            glossaries=tuple(one.id for one in glossaries)
        ).model_dump(mode="json")
        operation = add_operation(session, account, project)
        operation.target_id = add_target(session, project, target).id
    assignment = begin_operation(service, operation.id, 1)
    assert assignment is not None
    return assignment.targets[0].glossary


def test_a_target_is_given_the_terms_in_its_language(service, caller):
    portuguese = kept(service, caller, car="carro")
    spanish = kept(service, caller, "en-es", car="coche")
    german = kept(service, caller, "de-pt", Auto="carro")
    everything = (portuguese, spanish, german)
    assert assigned(service, caller, *everything) == {"car": "carro"}
    assert assigned(service, caller, *everything, target="es") == {"car": "coche"}
    assert assigned(service, caller, *everything, target="fr") == {}
    assert assigned(service, caller) == {}


def test_before_the_source_was_heard_every_source_language_counts(service, caller):
    both = kept(service, caller, car="carro"), kept(service, caller, "de-pt", Auto="carro")
    assert assigned(service, caller, *both, spoken=None) == {"car": "carro", "Auto": "carro"}
    assert assigned(service, caller, *both, spoken="de-AT") == {"Auto": "carro"}


def test_of_two_glossaries_with_one_term_the_later_counts(service, caller):
    first, second = kept(service, caller, car="carro"), kept(service, caller, car="viatura")
    assert assigned(service, caller, first, second) == {"car": "viatura"}
    assert assigned(service, caller, second, first) == {"car": "carro"}


def test_a_glossary_of_somebody_else_is_given_to_nobody(service, caller):
    with service.database.writing() as session:
        stranger = Caller(add_account(session).id, None, frozenset({"write"}), "req_2")
    foreign = kept(service, stranger, car="carro")
    assert assigned(service, caller, foreign) == {}
    with service.database.reading() as session, pytest.raises(NotFoundError):
        require_glossaries(session, caller, ProjectSettings(glossaries=(foreign.id,)))
    for attempt in (
        lambda: show_glossary(service, caller, foreign.id),
        lambda: delete_glossary(service, caller, foreign.id),
        lambda: change_glossary(service, caller, foreign.id, GlossaryChanges(), revision=None),
    ):
        with pytest.raises(NotFoundError):
            attempt()


def test_a_glossary_that_a_project_uses_cannot_be_deleted(service, caller):
    used, free = kept(service, caller, car="carro"), kept(service, caller, car="carro")
    assigned(service, caller, used)
    with pytest.raises(ConflictError):
        delete_glossary(service, caller, used.id)
    delete_glossary(service, caller, free.id)
    with service.database.writing() as session:
        for project in session.scalars(sa.select(Project)):
            project.settings = {}
    delete_glossary(service, caller, used.id)
    with pytest.raises(NotFoundError):
        show_glossary(service, caller, used.id)


def test_an_edit_of_an_older_revision_changes_nothing(service, caller):
    made = kept(service, caller, car="carro")
    changes = GlossaryChanges(terms={"car": "viatura"})
    changed = change_glossary(service, caller, made.id, changes, revision=1)
    assert (changed.revision, changed.terms) == (2, {"car": "viatura"})
    with pytest.raises(PreconditionFailed):
        change_glossary(service, caller, made.id, GlossaryChanges(terms={}), revision=1)
    assert show_glossary(service, caller, made.id).terms == {"car": "viatura"}
