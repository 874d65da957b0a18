"""`python -m dubwright.api` serves the API until a signal says to stop."""

import logging
import sys
from urllib.parse import urlsplit

import uvicorn

from dubwright import bootstrap
from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.api.routes.objects import objects_router
from dubwright.api.serving import server_config
from dubwright.api.studio_pages import studio_folder
from dubwright.domain.errors import DubError
from dubwright.jobs.exit_codes import exit_code
from dubwright.settings import Settings
from dubwright.storage.local import LocalObjectStore


def main() -> int:
    """Serve; the exit code says how it went."""
    try:
        settings = bootstrap.load_service_settings()
        service = bootstrap.build_service(settings)
        options = _options(settings)
    except DubError as exc:
        sys.stderr.write(f"{exc.code}: {exc.message}\n" + (f"→ {exc.hint}\n" if exc.hint else ""))
        return exit_code(exc)
    # A bucket serves its objects itself.
    store = service.store
    more = [objects_router(store.signer)] if isinstance(store, LocalObjectStore) else []
    app = create_app(service, options, more=more)
    # What they say of a broken request or form, its answer says too; our lines stay JSON.
    for library in ("uvicorn.error", "python_multipart"):
        logging.getLogger(library).setLevel(logging.ERROR)
    uvicorn.Server(server_config(app, options)).run()
    return 0


def _options(settings: Settings) -> ApiOptions:
    server = settings.server
    return ApiOptions(
        host=server.host,
        port=server.port,
        auth=server.auth,
        allowed_hosts=server.allowed_hosts,
        cors_origins=server.cors_origins,
        trusted_proxies=server.trusted_proxies,
        max_streams_per_account=server.max_streams_per_account,
        open_metrics=server.open_metrics,
        studio_folder=studio_folder(),
        media_origins=_media_origins(settings),
    )


def _media_origins(settings: Settings) -> tuple[str, ...]:
    """Where a browser is sent for files that do not lie on this machine."""
    storage = settings.storage
    if storage.kind == "local":
        return ()
    cdn = (storage.cdn.base_url,) if storage.cdn.base_url else ()
    return tuple(_origin(url) for url in ("https://storage.googleapis.com", *cdn))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


if __name__ == "__main__":
    sys.exit(main())
