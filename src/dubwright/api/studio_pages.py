"""The studio at `/`: its pages and assets, or a plain page where it was not built."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response

from dubwright.api.options import ApiOptions
from dubwright.api.reference_page import plain_page
from dubwright.api.studio_files import StudioFile, read_studio
from dubwright.api.studio_parts import preload_header, read_parts
from dubwright.domain.errors import NotFoundError

PAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "/": ("src/home/Home.tsx",),
    "/library": ("src/library/Library.tsx",),
    "/p/{project}": ("src/studio/StudioPage.tsx", "src/lines/Lines.tsx"),
    "/glossaries": ("src/glossaries/Glossaries.tsx",),
    "/settings": ("src/settings/Settings.tsx",),
    "/health": ("src/health/Health.tsx",),
}
"""The addresses that the studio's own router knows, each with the sources that it begins with.

All are answered with the same page.
"""

_FILES: Final = ("/icon.svg", "/licences.txt")
BUILD_COMMAND: Final = "make web"

_NOT_BUILT: Final = (
    "<p>The studio, Dubwright's web page, is not part of this installation. In the project's folder one command "
    f"builds it, then start the service again:</p><p><code>{BUILD_COMMAND}</code></p>"
    "<p>It needs npm's registry, and Node.js 20.19 or newer, which it fetches itself where it can. An installation "
    "by <code>pip install .</code> does the same.</p>"
    '<p>Everything else works without it: the <a href="/docs">API</a>, and <code>dubwright dub --server …</code>.</p>'
)


def studio_folder() -> Path | None:
    """Where the built studio is: in the installed package, or in a checkout; None: nowhere."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "web", package.parents[1] / "web" / "dist"):
        if (folder / "index.html").is_file():
            return folder
    return None


def studio_router(options: ApiOptions) -> APIRouter:
    """Routes for the studio of `options`, outside of the API's description."""
    router = APIRouter(include_in_schema=False)
    folder = options.studio_folder
    files = {} if folder is None else read_studio(folder)
    parts = {} if folder is None else read_parts(folder)
    policy = {"Content-Security-Policy": _policy(options.media_origins)}

    def page_at(sources: tuple[str, ...]) -> Callable[[Request], Awaitable[Response]]:
        link = preload_header(parts, sources)
        headers = {**policy, "Link": link} if link else policy

        async def show_page(request: Request) -> Response:
            page = files.get("index.html")
            if page is None:
                return plain_page("Dubwright", _NOT_BUILT)
            return page.answer(request.headers, headers)

        return show_page

    async def show_asset(request: Request, name: str) -> Response:
        return _found(files, f"assets/{name}").answer(request.headers, {})

    async def show_file(request: Request) -> Response:
        return _found(files, request.url.path.removeprefix("/")).answer(request.headers, {})

    for path, sources in PAGES.items():
        router.add_api_route(path, page_at(sources), methods=["GET", "HEAD"])
    router.add_api_route("/assets/{name}", show_asset, methods=["GET", "HEAD"])
    for path in _FILES:
        router.add_api_route(path, show_file, methods=["GET", "HEAD"])
    return router


def _found(files: dict[str, StudioFile], name: str) -> StudioFile:
    file = files.get(name)
    if file is None:
        raise NotFoundError(
            f"the studio has no file {name!r}",
            hint="load the page again: it may be of another build",
        )
    return file


def _policy(media_origins: tuple[str, ...]) -> str:
    """Own scripts only. React Aria and the list of lines set styles on elements."""
    elsewhere = "".join(f" {origin}" for origin in media_origins)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
        f"img-src 'self' data: blob:{elsewhere}; media-src 'self' blob:{elsewhere}; "
        f"connect-src 'self'{elsewhere}; manifest-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
