"""The metadata server of a Google machine, from which clients without a key file get tokens."""

import json
import secrets
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from dubwright.testing.google.credentials import HandedOut

_ACCOUNT = "/computeMetadata/v1/instance/service-accounts/"
_LIFE_S = 3600


@dataclass(frozen=True, slots=True)
class Machine:
    """Whose machine it is, and where the tokens are noted that it gives."""

    email: str
    project: str
    handed_out: HandedOut


def metadata_handler(machine: Machine) -> type[BaseHTTPRequestHandler]:
    """What an HTTP server needs to answer as the metadata server of `machine`."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers.get("Metadata-Flavor") != "Google" and self.path != "/":
                self.send_error(403, "Missing Metadata-Flavor:Google header.")
                return
            answer = _answer(machine, self.path)
            if answer is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Metadata-Flavor", "Google")
            is_json = answer.startswith("{")
            self.send_header("Content-Type", "application/json" if is_json else "text/plain")
            self.send_header("Content-Length", str(len(answer.encode())))
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
            """Keep quiet."""

    return Answering


def _answer(machine: Machine, path: str) -> str | None:
    where = path.partition("?")[0]
    if where.startswith(_ACCOUNT):
        return _about_account(machine, where.removeprefix(_ACCOUNT).partition("/")[2])
    known = {
        "/": "computeMetadata/",
        "/computeMetadata/v1/project/project-id": machine.project,
        "/computeMetadata/v1/universe/universe-domain": "googleapis.com",
        "/computeMetadata/v1/universe/universe_domain": "googleapis.com",
    }
    return known.get(where)


def _about_account(machine: Machine, asked: str) -> str | None:
    if asked == "token":
        token = f"ya29.{secrets.token_urlsafe(24)}"
        machine.handed_out.add(token)
        return json.dumps({"access_token": token, "expires_in": _LIFE_S, "token_type": "Bearer"})
    if asked == "email":
        return machine.email
    if asked == "":
        scopes = ["https://www.googleapis.com/auth/cloud-platform"]
        return json.dumps({"email": machine.email, "scopes": scopes, "aliases": ["default"]})
    return None
