"""`/objects`: what signed addresses lead to, whole or in part."""

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from dubwright.api.access import TheService
from dubwright.api.files import signed_answer
from dubwright.api.problems import problems
from dubwright.domain.errors import NotFoundError
from dubwright.storage.signing import UrlSigner


@dataclass(frozen=True, slots=True)
class ObjectRoutes:
    """The routes. The signature in the address is the key: no other one is asked for."""

    signer: UrlSigner

    async def serve(self, request: Request, key: str, service: TheService) -> Response:
        """Serve an object to whoever has its signed address, with ranges and revalidation."""
        signed = self.signer.verify(key, request.url.query)
        path = await asyncio.to_thread(service.store.local_path, signed.key)
        if path is None:
            raise NotFoundError(
                "there is nothing at this address any more", hint="ask for a new address"
            )
        return await signed_answer(request, signed, path)


def objects_router(signer: UrlSigner) -> APIRouter:
    """The routes below `/v1`, for a store on this machine."""
    router = APIRouter(tags=["objects"])
    routes = ObjectRoutes(signer)
    router.add_api_route(
        "/objects/{key:path}",
        routes.serve,
        methods=["GET", "HEAD"],
        response_class=FileResponse,
        responses={
            206: {"description": "Partial Content"},
            304: {"description": "Not Modified"},
            **problems(404, 416, 500, 503),
        },
        include_in_schema=False,
        name="serve_object",
    )
    return router
