"""The contract of the API: every operation that is described, called with whatever it may get.

Requests are made from the description alone, half of them as it asks, half against it. Their
addresses name things that are there, and things that are not.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import schemathesis
from clients import LOCAL, bearer
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from journeys import OWNER, dubbed_project, finished_upload, new_project, transcribed_project
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.python.asgi import get_client
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import update
from starlette.testclient import TestClient

from dubwright import registry
from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.db.tables import Operation
from dubwright.jobs.keys import create_first_key
from dubwright.jobs.offering import ChosenEngine, RegistryOffers
from dubwright.jobs.service import Service
from dubwright.jobs.uploads import NewUpload, create_upload
from dubwright.sources.links import LinkOffer

STREAMS = frozenset(("watch_operation", "watch_account"))
"""They go on until somebody leaves, so they are listened to elsewhere."""

_ENGINES = {
    "speech_to_text": ChosenEngine("scripted", {"languages": ["en"]}),
    "translator": ChosenEngine("echo", {"languages": ["en", "de", "pt"]}),
    "text_to_speech": ChosenEngine("tone", {"languages": ["de", "pt"]}),
}
_CHECKS = (
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
)
_USUAL = (not_a_server_error, positive_data_acceptance, negative_data_rejection)
_LENIENT = (not_a_server_error, positive_data_acceptance)
_MORE_CHECKS = {
    # All fields of a form are text, so what was wrong when it was made may be right as it arrives.
    "create_dub": _LENIENT,
    "transcribe_audio": _LENIENT,
    # Blanks round names and terms are taken away before those are measured.
    "create_glossary": _LENIENT,
    "change_glossary": _LENIENT,
}
# What no schema tells: whether a thing is there (404), is free (409, 423), and is as it was seen
# (412); whether a header that is asked for in a sentence of its own came and can be read (400,
# 415, 428); that bytes add up (460) and fit (413, 416); and what several fields say together,
# such as a line that ends before it begins, or days in the wrong order (422).
_ACCEPTED = ["2xx", "400", "404", "409", "412", "413", "415", "416", "422", "423", "428", "460"]
_A_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_TAKE_AWAY = ("delete_", "end_", "revoke_")
_FIXED_HEADERS = {"if-match": "*", "tus-resumable": "1.0.0"}
_UPLOAD_FIELDS = ("upload", "video_upload", "audio_upload")


@schemathesis.serializer("application/offset+octet-stream", "application/x-subrip", "text/vtt")
def as_it_is(context: schemathesis.SerializationContext, value: object) -> dict[str, bytes]:
    """Bytes and subtitles travel as they are."""
    raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
    return {"data": raw}


@dataclass(frozen=True)
class Broken:
    """What did not hold, where, and the request that shows it."""

    operation: str
    title: str
    message: str
    request: str

    def __str__(self) -> str:
        return f"{self.operation}: {self.title}\n{self.message}\n{self.request}"


@dataclass
class Told:
    """What was seen on the way."""

    cases: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    broken: dict[tuple[str, str], Broken] = field(default_factory=dict)


class Contract:
    """An API with things of all kinds in it, called as its description says."""

    def __init__(self, service: Service) -> None:
        options = replace(service.options, links=LinkOffer(when="always"))
        self._service = replace(service, offers=RegistryOffers(_ENGINES), options=options)
        self._app = create_app(self._service, ApiOptions())
        self._headers = bearer(create_first_key(service, "contract").token)
        with TestClient(self._app, base_url=LOCAL, headers=self._headers) as client:
            self._things = tuple(_things(service, client))
        self.description = self._app.openapi()
        schema = schemathesis.openapi.from_dict(_without_keys(self.description))
        schema.config.checks.positive_data_acceptance.expected_statuses = _ACCEPTED
        schema.config.checks.negative_data_rejection.expected_statuses = ["4xx"]
        found = (result.ok() for result in schema.get_all_operations())
        self._operations = {one.definition.raw["operationId"]: one for one in found}

    @property
    def names(self) -> Sequence[str]:
        """All operations by their ids, those that take things away last."""
        named = [name for name in self._operations if name not in STREAMS]
        taking = [name for name in named if name.startswith(_TAKE_AWAY)]
        # What belongs to a thing goes before it.
        return [name for name in named if name not in taking] + taking[::-1]

    def prove(self, name: str, *, cases: int, told: Told) -> None:
        """Call an operation so many times, with the same requests whenever this is asked for."""

        @settings(
            max_examples=cases,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=_cases(self._operations[name], self._things))
        def call(case: schemathesis.Case) -> None:
            self._call(name, case, told)

        call()

    def _call(self, name: str, case: schemathesis.Case, told: Told) -> None:
        with get_client(self._app) as client:
            answer = case.call(base_url=LOCAL, session=client, headers=self._headers)
        told.cases += 1
        told.statuses[answer.status_code] = told.statuses.get(answer.status_code, 0) + 1
        try:
            case.validate_response(answer, checks=[*_CHECKS, *_MORE_CHECKS.get(name, _USUAL)])
        except FailureGroup as group:
            request = f"{case.method} {case.formatted_path} {case.query} {dict(case.headers)}"
            shown = f"{request}\n{case.body!r}\n{answer.status_code} {answer.text}"
            for failure in group.exceptions:
                broken = Broken(name, failure.title, failure.message, shown[:2_000])
                told.broken.setdefault((name, failure.title), broken)
        if answer.status_code == 202:
            self._let_all_end()

    def _let_all_end(self) -> None:
        """Nothing keeps a project busy, so that the next request may start something again."""
        with self._service.database.writing() as session:
            queued = update(Operation).where(Operation.state == "queued")
            session.execute(queued.values(state="cancelled"))


def _cases(
    operation: schemathesis.schemas.APIOperation, things: Sequence[Mapping[str, str]]
) -> st.SearchStrategy[schemathesis.Case]:
    """As it asks and against it; on what is there, and on anything."""
    named = re.findall(r"\{(\w+)\}", operation.path)
    headers = {
        one.name: _FIXED_HEADERS[one.name.lower()]
        for one in operation.headers
        if one.name.lower() in _FIXED_HEADERS
    }
    known = [{name: one[name] for name in named} for one in things if one.keys() >= set(named)]
    addresses = known if named else [{}]
    fixed = [{}, *({"path_parameters": one, "headers": headers} for one in addresses)]
    strategies = [
        operation.as_strategy(generation_mode=mode, **values)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        for values in fixed
    ]
    uploads = [one["upload_id"] for one in things]
    return st.builds(_meant, st.one_of(strategies), st.sampled_from([None, *uploads]))


def _meant(case: schemathesis.Case, upload: str | None) -> schemathesis.Case:
    """The case with an upload that is there, and without parameters that nobody reads."""
    declared = {parameter.name for parameter in case.operation.query}
    case.query = {name: value for name, value in case.query.items() if name in declared}
    _name_installed_engines(case.body)
    if upload is not None and isinstance(case.body, dict):
        named = {name: upload for name in _UPLOAD_FIELDS if str(case.body.get(name))[:4] == "upl_"}
        case.body = {**case.body, **named}
    return case


def _name_installed_engines(body: object) -> None:
    """What stands for the name of an engine becomes one; what cannot be a name stays."""
    if not isinstance(body, dict):
        return
    _name_installed_engines(body.get("settings"))
    engines = body.get("engines")
    if isinstance(engines, dict):
        fitting = {
            kind: next(iter(registry.available(kind)))
            for kind, name in engines.items()
            if kind in registry.KINDS and isinstance(name, str) and _A_NAME.fullmatch(name)
        }
        body["engines"] = {**engines, **fitting}


def _without_keys(description: dict[str, Any]) -> dict[str, Any]:
    """A description that asks for no key: the right one is sent with every request."""
    described = json.loads(json.dumps(description))
    for methods in described["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
    return described


def _things(service: Service, client: TestClient) -> list[dict[str, str]]:
    """For each variable part of an address what is there, by things that belong together."""
    dubbed = dubbed_project(client, service)
    transcribed = transcribed_project(client, service, "de")
    waiting = client.post(f"/v1/projects/{transcribed}:run").json()["id"]
    fresh = new_project(client, service, "de", "pt-BR")
    ended = client.post(f"/v1/projects/{fresh}:ingest").json()["id"]
    client.post(f"/v1/operations/{ended}:cancel")
    begun = create_upload(service, OWNER, NewUpload(size_bytes=1_000)).id
    of_line = {"segment": "1", "utterance": "1", "speaker": "S1", "name": "video.mp4"}
    places = (
        (dubbed.id, dubbed.operation, finished_upload(service)),
        (transcribed, waiting, begun),
        (fresh, ended, finished_upload(service, b"other")),
    )
    return [
        {
            **of_line,
            "project": project,
            "language": "de",
            "operation": operation,
            "upload_id": upload,
            **_made_by(client),
        }
        for project, operation, upload in places
    ]


def _made_by(client: TestClient) -> dict[str, str]:
    """A key, and what else an account makes for itself."""
    key = client.post("/v1/keys", json={"name": "more", "scopes": ["read"]}).json()["id"]
    made = {"key_id": key}
    terms = {"name": "Names", "source_language": "en", "target_language": "de"}
    glossary = client.post("/v1/glossaries", json=terms)
    if glossary.status_code == 201:
        made["glossary"] = glossary.json()["id"]
    hook = client.post("/v1/webhooks", json={"url": "https://example.org/hook"})
    if hook.status_code == 201:
        made["webhook"] = hook.json()["id"]
        sent = client.post(f"/v1/webhooks/{made['webhook']}:test")
        made["delivery"] = sent.json()["id"]
    return made
