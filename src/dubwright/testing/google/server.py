"""The doubles together: started in a folder, reached by unmodified Google clients, closed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import grpc

from dubwright.testing.google.conduct import Conduct
from dubwright.testing.google.credentials import (
    PROJECT,
    CheckedAdmission,
    HandedOut,
    OpenAdmission,
    ServiceAccount,
    make_service_account,
)
from dubwright.testing.google.engines import Engines
from dubwright.testing.google.glossaries import Glossaries
from dubwright.testing.google.locations import Locations
from dubwright.testing.google.loopback import LoopbackServer
from dubwright.testing.google.metadata_server import Machine, metadata_handler
from dubwright.testing.google.objects import MemoryObjects, Objects
from dubwright.testing.google.operations import Operations
from dubwright.testing.google.page import page_handler
from dubwright.testing.google.speech import Speech
from dubwright.testing.google.text_to_speech import Voicing
from dubwright.testing.google.tls import Authority, make_authority
from dubwright.testing.google.translation import Translations
from dubwright.testing.google.wire import Admission, Endpoint, handler_of

Product = Literal["speech", "translate", "texttospeech"]

_AT_ONCE = 64
"""Requests that may wait for a late answer at the same time, of each endpoint."""

# After each new token google-auth asks iamcredentials.googleapis.com, in a thread of its own, where
# the account may be used. gRPC reads these variables in small letters only, so it does not care.
_NOTHING_LEAVES = {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1,localhost"}

_UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


@dataclass(frozen=True, slots=True)
class Security:
    """How clients are let in: over TLS, with credentials or with a token that was handed out."""

    authority: Authority
    account: ServiceAccount
    handed_out: HandedOut = field(default_factory=HandedOut)


def make_security(folder: Path) -> Security:
    """Make an authority and an account in a folder. The same one may serve many doubles."""
    return Security(make_authority(folder), make_service_account(folder))


class GoogleDoubles:
    """Speech-to-Text, Translation and Text-to-Speech on the loopback address.

    Without `security` they speak plaintext and let everybody in. Everything that arrives is
    counted in `conduct.ledger`; what is to go wrong is planned in `conduct.faults`.
    """

    def __init__(
        self,
        engines: Engines,
        *,
        conduct: Conduct | None = None,
        objects: Objects | None = None,
        security: Security | None = None,
    ) -> None:
        self.conduct = conduct or Conduct()
        self.objects: Objects = objects if objects is not None else MemoryObjects()
        self.security = security
        operations = Operations(self.conduct)
        self._operations = operations
        self._services = (
            Speech(self.conduct, engines, self.objects, operations).service(),
            Translations(self.conduct, engines, Glossaries(self.objects, operations)).service(),
            Voicing(self.conduct, engines).service(),
            Locations(engines).service(),
            operations.service(),
        )
        self._servers: dict[tuple[Product, str], _Started] = {}
        self._starting = threading.Lock()
        self._pages: dict[str, LoopbackServer] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def endpoint(self, product: Product, location: str = "global") -> str:
        """Where a service answers for a location: `localhost:port`, as `api_endpoint` takes it.

        Each location has an endpoint of its own, as with Google, and refuses what names another.
        """
        with self._starting:
            if (product, location) not in self._servers:
                self._servers[product, location] = self._start(product, location)
            return f"localhost:{self._servers[product, location].port}"

    @property
    def ledger_url(self) -> str:
        """A page with the statement as JSON, for other processes."""
        return f"http://{self._page('ledger', page_handler(self.conduct.ledger.statement))}/ledger"

    def environment(self) -> dict[str, str]:
        """What the environment of a process needs so that unmodified clients connect.

        They find the authority and the account's key file, and what they ask of other places over
        HTTPS goes nowhere. Doubles without `security` need none.
        """
        if self.security is None:
            return {}
        return {
            **self._trusting(),
            "GOOGLE_APPLICATION_CREDENTIALS": str(self.security.account.file),
        }

    def keyless_environment(self) -> dict[str, str]:
        """The same for clients that get their tokens from a metadata server."""
        if self.security is None:
            return {}
        machine = Machine(self.security.account.email, PROJECT, self.security.handed_out)
        address = self._page("metadata", metadata_handler(machine))
        return {**self._trusting(), "GCE_METADATA_HOST": address, "GCE_METADATA_IP": address}

    def close(self) -> None:
        """Stop all servers and operations, and wait for them."""
        self.conduct.closing.set()
        for started in self._servers.values():
            started.server.stop(0).wait()
            started.threads.shutdown()
        self._operations.close()
        for page in self._pages.values():
            page.close()

    def _trusting(self) -> dict[str, str]:
        if self.security is None:
            return {}
        roots = str(self.security.authority.roots_file)
        return {
            "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": roots,
            "GOOGLE_CLOUD_PROJECT": PROJECT,
            **_NOTHING_LEAVES,
        }

    def _page(self, name: str, handler: type[BaseHTTPRequestHandler]) -> str:
        """The address of a small HTTP server, started when somebody first wants it."""
        with self._starting:
            if name not in self._pages:
                self._pages[name] = LoopbackServer(handler)
            return self._pages[name].address

    def _start(self, product: Product, location: str) -> "_Started":
        endpoint = Endpoint(f"{product}.googleapis.com", location, self._admission())
        threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix=f"google-{product}")
        server = grpc.server(threads, options=_UNLIMITED)
        server.add_generic_rpc_handlers(
            tuple(handler_of(service, endpoint, self.conduct) for service in self._services)
        )
        port = self._bind(server)
        server.start()
        return _Started(server, threads, port)

    def _bind(self, server: grpc.Server) -> int:
        if self.security is None:
            return int(server.add_insecure_port("127.0.0.1:0"))
        authority = self.security.authority
        pair = (authority.key_file.read_bytes(), authority.certificate_file.read_bytes())
        return int(server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair])))

    def _admission(self) -> Admission:
        if self.security is None:
            return OpenAdmission()
        return CheckedAdmission(self.security.account, self.security.handed_out)


@dataclass(frozen=True, slots=True)
class _Started:
    """One endpoint that answers."""

    server: grpc.Server
    threads: ThreadPoolExecutor
    port: int
