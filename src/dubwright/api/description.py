"""The API's description (OpenAPI 3.1), with the schemas that it refers to by name."""

from collections.abc import Callable
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from dubwright.api.problems import Problem
from dubwright.jobs.dubs import NewDub
from dubwright.jobs.stages_alone import AskedTranscription

_REFERRED: Final[tuple[type[BaseModel], ...]] = (Problem, NewDub, AskedTranscription)


def describe(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """What replaces `app.openapi`: made once, when it is first asked for."""

    def description() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_referred(
                get_openapi(
                    title=app.title,
                    version=app.version,
                    summary=app.summary,
                    openapi_version=app.openapi_version,
                    routes=app.routes,
                    tags=app.openapi_tags,
                    servers=app.servers,
                )
            )
        return app.openapi_schema

    return description


def _with_referred(description: dict[str, Any]) -> dict[str, Any]:
    components = description.setdefault("components", {}).setdefault("schemas", {})
    for model in _REFERRED:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        inner = schema.pop("$defs", {})
        for name, part in (*inner.items(), (model.__name__, schema)):
            components.setdefault(name, part)
    return description
