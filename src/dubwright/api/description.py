"""The API's description (OpenAPI 3.1), with the schemas that error answers refer to."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from dubwright.api.problems import Problem


def describe(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """What replaces `app.openapi`: made once, when it is first asked for."""

    def description() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(
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


def _with_problems(description: dict[str, Any]) -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    inner = schema.pop("$defs", {})
    components = description.setdefault("components", {}).setdefault("schemas", {})
    for name, part in (*inner.items(), ("Problem", schema)):
        components.setdefault(name, part)
    return description
