"""Glossaries: how an account wants terms to be translated, for one pair of languages."""

from typing import Annotated

import sqlalchemy as sa
from pydantic import AwareDatetime, Field, StringConstraints
from sqlalchemy.orm import Session

from dubwright.db.ids import new_id
from dubwright.db.tables import Glossary, Project, Target
from dubwright.domain.errors import ConflictError, NotFoundError, PreconditionFailed
from dubwright.domain.language import LanguageTag, same_language
from dubwright.domain.timeline import Document
from dubwright.jobs.asked import AskedLanguage
from dubwright.jobs.caller import Caller
from dubwright.jobs.paging import Cursor, page_of
from dubwright.jobs.resources import Page, ProjectSettings
from dubwright.jobs.service import Service

_MOST_GLOSSARIES = 200
_MOST_TERMS = 2_000
_EXAMPLE = {"dashboard": "painel", "Acme Cloud": "Acme Cloud"}

# A term is a word or a name: something that can be seen, without control characters.
Wording = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]
TermList = Annotated[dict[Wording, Wording], Field(max_length=_MOST_TERMS, examples=[_EXAMPLE])]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class NewGlossary(Document):
    """Terms of one language and how they are to read in another.

    A term in small letters stands for the word however it is written, one with capitals only for
    itself. A term that translates to itself is left as it is.
    """

    name: Name = Field(examples=["Product names"])
    source_language: AskedLanguage
    target_language: AskedLanguage
    terms: TermList = Field(default_factory=dict)


class GlossaryChanges(Document):
    """What to change of a glossary; what is left out stays. `terms` replaces all of them."""

    name: Name | None = None
    terms: TermList | None = None


class GlossaryResource(Document):
    """A glossary with its terms."""

    id: str
    name: str
    source_language: LanguageTag
    target_language: LanguageTag
    terms: dict[str, str]
    revision: int
    created_at: AwareDatetime
    updated_at: AwareDatetime


def create_glossary(service: Service, caller: Caller, asked: NewGlossary) -> GlossaryResource:
    """Keep a glossary. Raises `ConflictError` when the account has as many as it may."""
    now = service.now()
    with service.database.writing() as session:
        own = sa.select(sa.func.count()).where(Glossary.account_id == caller.account_id)
        if (session.scalar(own) or 0) >= _MOST_GLOSSARIES:
            raise ConflictError(
                f"an account has at most {_MOST_GLOSSARIES} glossaries",
                hint="add the terms to one of them, or delete one",
            )
        glossary = Glossary(
            id=new_id("gls"),
            account_id=caller.account_id,
            revision=1,
            created_at=now,
            updated_at=now,
            **asked.model_dump(),
        )
        session.add(glossary)
        return _shown(glossary)


def list_glossaries(service: Service, caller: Caller, cursor: Cursor) -> Page[GlossaryResource]:
    """The account's glossaries, newest first."""
    with service.database.reading() as session:
        own = Glossary.account_id == caller.account_id
        rows, following = page_of(session, Glossary, cursor, own)
        return Page(items=tuple(_shown(row) for row in rows), next_cursor=following)


def show_glossary(service: Service, caller: Caller, glossary_id: str) -> GlossaryResource:
    """One glossary. Raises `NotFoundError`."""
    with service.database.reading() as session:
        return _shown(_own(session, caller, glossary_id))


def change_glossary(
    service: Service,
    caller: Caller,
    glossary_id: str,
    changes: GlossaryChanges,
    *,
    revision: int | None,
) -> GlossaryResource:
    """Change a glossary that still has `revision`; None: whatever it has. Lines that are
    translated already stay as they are.
    """
    with service.database.writing() as session:
        glossary = _own(session, caller, glossary_id, locked=True)
        _require_revision(glossary, revision)
        for name, value in changes.model_dump(exclude_none=True).items():
            setattr(glossary, name, value)
        glossary.revision += 1
        glossary.updated_at = service.now()
        return _shown(glossary)


def delete_glossary(service: Service, caller: Caller, glossary_id: str) -> None:
    """Forget a glossary. Raises `ConflictError` while a project uses it."""
    with service.database.writing() as session:
        glossary = _own(session, caller, glossary_id, locked=True)
        user = session.scalar(
            sa.select(Project.id)
            .where(
                Project.account_id == caller.account_id,
                sa.cast(Project.settings, sa.String).contains(glossary.id),
            )
            .limit(1)
        )
        if user is not None:
            raise ConflictError(
                f"project {user!r} uses glossary {glossary.id!r}",
                hint="take it out of the project's `settings.glossaries` first",
            )
        session.delete(glossary)


def require_glossaries(session: Session, caller: Caller, settings: ProjectSettings) -> None:
    """Raise `NotFoundError` unless all glossaries of a project's settings are the caller's."""
    for glossary_id in settings.glossaries:
        _own(session, caller, glossary_id)


def glossary_of(session: Session, project: Project, target: Target) -> dict[str, str]:
    """The terms for a target of a project, out of all its glossaries."""
    named = ProjectSettings.model_validate(project.settings).glossaries
    terms: dict[str, str] = {}
    for glossary_id in named:
        glossary = session.get(Glossary, glossary_id)
        if glossary is not None and _serves(glossary, project, target):
            terms |= glossary.terms
    return terms


def _serves(glossary: Glossary, project: Project, target: Target) -> bool:
    """Whether the languages fit. Before the source was heard nobody knows its language."""
    spoken = project.source_language
    return (
        glossary.account_id == project.account_id
        and same_language(LanguageTag(glossary.target_language), LanguageTag(target.language))
        and (
            spoken is None
            or same_language(LanguageTag(glossary.source_language), LanguageTag(spoken))
        )
    )


def _own(session: Session, caller: Caller, glossary_id: str, *, locked: bool = False) -> Glossary:
    glossary = session.get(Glossary, glossary_id, with_for_update=locked or None)
    if glossary is None or glossary.account_id != caller.account_id:
        raise NotFoundError(
            f"there is no glossary {glossary_id!r}", hint="`GET /v1/glossaries` lists yours"
        )
    return glossary


def _require_revision(glossary: Glossary, revision: int | None) -> None:
    if revision is not None and glossary.revision != revision:
        raise PreconditionFailed(
            f"revision {revision} was expected, and this is revision {glossary.revision}",
            hint="load it again, look at what changed, and repeat your change",
        )


def _shown(glossary: Glossary) -> GlossaryResource:
    return GlossaryResource(
        id=glossary.id,
        name=glossary.name,
        source_language=LanguageTag(glossary.source_language),
        target_language=LanguageTag(glossary.target_language),
        terms=glossary.terms,
        revision=glossary.revision,
        created_at=glossary.created_at,
        updated_at=glossary.updated_at,
    )
