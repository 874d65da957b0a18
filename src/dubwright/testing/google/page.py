"""A page on the loopback address that tells another process what the doubles were asked."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

from dubwright.testing.google.ledger import Statement


def page_handler(statement: Callable[[], Statement]) -> type[BaseHTTPRequestHandler]:
    """What an HTTP server needs to answer `GET /ledger` with the statement as JSON."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/ledger":
                self.send_error(404)
                return
            content = statement().model_dump_json(indent=2).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
            """Keep quiet."""

    return Answering
