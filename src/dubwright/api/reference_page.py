"""The API's description as pages without scripts: what is served, and every failure by its code."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from dubwright.api.problems import HTTP_KINDS, KINDS

router = APIRouter(include_in_schema=False)

_STYLE: Final = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:56rem;"
    "margin:2rem auto;padding:0 1rem}code{font-family:ui-monospace,monospace}"
    "h3{margin:2rem 0 0}table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1rem .2rem 0;"
    "vertical-align:top}:target{outline:2px solid}"
)


@router.get("/docs")
async def show_reference(request: Request) -> HTMLResponse:
    """Show every route: method, address, what it does and what it may answer."""
    description = request.app.openapi()
    routes = "".join(
        _route(method, path, route)
        for path, methods in description["paths"].items()
        for method, route in methods.items()
    )
    links = (
        '<p>For programs: <a href="/openapi.json">openapi.json</a>. '
        'Failures: <a href="/docs/errors">by their code</a>.</p>'
    )
    return plain_page("The API of Dubwright", links + routes)


@router.get("/docs/errors")
async def show_errors() -> HTMLResponse:
    """Show every code, its status and the usual next step; `type` of a problem leads here."""
    rows = "".join(
        f'<tr id="{code}"><td><code>{code}</code></td><td>{kind.status}</td>'
        f"<td>{escape(kind.title)}.</td><td>{escape(kind.hint)}</td></tr>"
        for code, kind in (*KINDS.items(), *HTTP_KINDS.items())
    )
    heads = "<tr><th>code</th><th>status</th><th>meaning</th><th>next step</th></tr>"
    return plain_page("Errors of Dubwright", f"<table>{heads}{rows}</table>")


def _route(method: str, path: str, route: Mapping[str, object]) -> str:
    answers = route["responses"]
    statuses = ", ".join(sorted(answers)) if isinstance(answers, Mapping) else ""
    return (
        f'<h3 id="{escape(str(route["operationId"]))}">'
        f"<code>{method.upper()} {escape(path)}</code></h3>"
        f"<p>{escape(str(route.get('description', '')))}<br>"
        f"{''.join(_parameters(route.get('parameters')))}Answers: {escape(statuses)}.</p>"
    )


def _parameters(parameters: object) -> Iterator[str]:
    for parameter in parameters if isinstance(parameters, list) else ():
        name, place = escape(str(parameter["name"])), escape(str(parameter["in"]))
        yield f"<code>{name}</code> ({place}) {escape(parameter.get('description', ''))}<br>"


def plain_page(title: str, body: str) -> HTMLResponse:
    """A page of text without scripts. `body` is HTML of our own."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
    )
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{title}</h1>{body}</html>",
        headers={"Content-Security-Policy": policy, "Cache-Control": "no-cache"},
    )
