"""All the doubles in one folder: the services, Cloud Storage, and one account for them all."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from dubwright.testing.google.conduct import Conduct
from dubwright.testing.google.credentials import PROJECT, make_service_account
from dubwright.testing.google.engines import Engines
from dubwright.testing.google.ledger import Statement
from dubwright.testing.google.loopback import LoopbackServer
from dubwright.testing.google.page import page_handler
from dubwright.testing.google.server import GoogleDoubles, Security
from dubwright.testing.google.storage import StorageDouble
from dubwright.testing.google.storage_accounts import TOKEN_PATH
from dubwright.testing.google.tls import Authority, make_authority

BUCKET = "dubwright-double"


class GoogleCloud:
    """The services over TLS, and a bucket over HTTPS whose sound the recogniser hears.

    `services` and `storage` are the doubles themselves, to plan faults and read ledgers.
    """

    def __init__(
        self,
        folder: Path,
        engines: Engines,
        *,
        conduct: Conduct | None = None,
        authority: Authority | None = None,
    ) -> None:
        authority = authority or make_authority(folder)
        self.storage = StorageDouble((BUCKET,), is_open=False, authority=authority)
        account = make_service_account(folder, token_uri=f"{self.storage.url}{TOKEN_PATH}")
        self.storage.know(account)
        security = Security(authority, account, self.storage.handed_out)
        self.services = GoogleDoubles(
            engines, conduct=conduct, objects=self.storage, security=security
        )
        self._roots = str(authority.roots_file)
        self._page = LoopbackServer(page_handler(self.statement))

    def __enter__(self) -> Self:
        self.storage.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.services.close()
        self._page.close()
        self.storage.__exit__(kind, error, traceback)

    def environment(self, location: str = "us") -> dict[str, str]:
        """What a process needs to dub with the provider `google` against these doubles.

        Its clients trust the authority and find the key file; the provider's options name the
        endpoints and the bucket. Engines of other ports stay what they are.
        """
        return {
            **self.services.environment(),
            "REQUESTS_CA_BUNDLE": self._roots,
            **{
                f"DUBWRIGHT_{port.upper()}": json.dumps({"provider": "google", "options": options})
                for port, options in self._options(location).items()
            },
        }

    @property
    def ledger_url(self) -> str:
        """A page with the statement as JSON, for other processes."""
        return f"http://{self._page.address}/ledger"

    def statement(self) -> Statement:
        """What all doubles were asked, and what is billed."""
        asked = [self.services.conduct.ledger.statement(), self.storage.ledger.statement()]
        return Statement(methods={name: use for one in asked for name, use in one.methods.items()})

    def _options(self, location: str) -> Mapping[str, Mapping[str, str]]:
        services = self.services
        return {
            "speech_to_text": {
                "project": PROJECT,
                "location": location,
                "endpoint": services.endpoint("speech", location),
                "bucket": BUCKET,
                "storage_endpoint": self.storage.url,
            },
            "translator": {"project": PROJECT, "endpoint": services.endpoint("translate")},
            "text_to_speech": {"project": PROJECT, "endpoint": services.endpoint("texttospeech")},
        }
