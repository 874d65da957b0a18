"""`/glossaries`: terms that are always translated the same way."""

from typing import Annotated

from fastapi import Path, Response

from dubwright.api.access import ReadCaller, TheService, WriteCaller
from dubwright.api.answering import EDITED
from dubwright.api.conditional import NOT_MODIFIED, ExpectedRevision, TheTag
from dubwright.api.paging import AskedPage, served
from dubwright.api.problems import problems
from dubwright.api.routing import service_router
from dubwright.jobs import glossaries
from dubwright.jobs.glossaries import GlossaryChanges, GlossaryResource, NewGlossary
from dubwright.jobs.resources import Page

router = service_router("glossaries")

GlossaryId = Annotated[str, Path(max_length=64, examples=["gls_k7d2mq5xv3nb4tzr6wja"])]


@router.post("/glossaries", status_code=201)
def create_glossary(
    service: TheService, caller: WriteCaller, asked: NewGlossary, response: Response, tag: TheTag
) -> GlossaryResource:
    """Keep a glossary. Name it in a project's `settings.glossaries` to use it."""
    glossary = glossaries.create_glossary(service, caller, asked)
    response.headers["Location"] = f"/v1/glossaries/{glossary.id}"
    tag(glossary.revision)
    return glossary


@router.get("/glossaries", responses=problems(400))
def list_glossaries(
    service: TheService, caller: ReadCaller, page: AskedPage
) -> Page[GlossaryResource]:
    """List the account's glossaries, newest first."""
    return served(glossaries.list_glossaries(service, caller, page))


@router.get("/glossaries/{glossary}", responses=NOT_MODIFIED)
def show_glossary(
    service: TheService, caller: ReadCaller, glossary: GlossaryId, tag: TheTag
) -> GlossaryResource:
    """Show a glossary with its terms."""
    shown = glossaries.show_glossary(service, caller, glossary)
    tag(shown.revision)
    return shown


@router.patch("/glossaries/{glossary}", responses=EDITED)
def change_glossary(
    service: TheService,
    caller: WriteCaller,
    glossary: GlossaryId,
    changes: GlossaryChanges,
    *,
    revision: ExpectedRevision,
    tag: TheTag,
) -> GlossaryResource:
    """Change a glossary. Lines that are translated already stay as they are."""
    changed = glossaries.change_glossary(service, caller, glossary, changes, revision=revision)
    tag(changed.revision)
    return changed


@router.delete("/glossaries/{glossary}", status_code=204, responses=problems(409))
def delete_glossary(service: TheService, caller: WriteCaller, glossary: GlossaryId) -> None:
    """Forget a glossary that no project uses."""
    glossaries.delete_glossary(service, caller, glossary)
