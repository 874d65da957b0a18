"""`/languages`, `/voices`, `/providers`: what this installation can do."""

from typing import Annotated

from fastapi import Query

from dubwright.api.access import ReadCaller, TheService
from dubwright.api.answering import whole
from dubwright.api.problems import problems
from dubwright.api.routing import service_router
from dubwright.jobs.asked import AskedLanguage
from dubwright.jobs.offering import LanguagesResource, ProviderResource, VoiceResource
from dubwright.jobs.resources import Page

router = service_router("catalogue")


@router.get("/languages", responses=problems(424))
def list_languages(service: TheService, caller: ReadCaller) -> LanguagesResource:
    """List the languages that are understood, translated and spoken."""
    return service.offers.languages()


@router.get("/voices", responses=problems(424))
def list_voices(
    service: TheService,
    caller: ReadCaller,
    language: Annotated[
        AskedLanguage, Query(description="For which language; those of its region come first.")
    ],
) -> Page[VoiceResource]:
    """List the voices for a language, best first."""
    return whole(service.offers.voices(language))


@router.get("/providers")
def list_providers(service: TheService, caller: ReadCaller) -> Page[ProviderResource]:
    """List the installed engines, whether each is ready, and what it needs if not."""
    return whole(service.offers.providers())
