"""Glossaries of the translation double: made from a file in a bucket, looked up by name."""

import csv
import io
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from google.cloud.translate_v3.types import translation_service as mt
from google.longrunning import operations_pb2
from google.protobuf.message import Message

from dubwright.testing.google.failures import Refusal, Refused, invalid_argument, not_found
from dubwright.testing.google.objects import Objects
from dubwright.testing.google.operations import Operations, Running
from dubwright.testing.google.wire import AnyMethod, Call, Method


@dataclass(frozen=True, slots=True)
class Kept:
    """A glossary and its terms for one pair of languages."""

    glossary: mt.Glossary
    terms: Mapping[str, str]


@dataclass(slots=True)
class Glossaries:
    """All glossaries, by name. Making and deleting one are operations, as with Google."""

    objects: Objects
    operations: Operations
    _kept: dict[str, Kept] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def methods(self) -> tuple[AnyMethod, ...]:
        """The methods of the translation service that are about glossaries."""
        name = "TranslationService"
        op = operations_pb2.Operation
        return (
            Method(f"{name}/CreateGlossary", mt.CreateGlossaryRequest, op, self._create),
            Method(f"{name}/DeleteGlossary", mt.DeleteGlossaryRequest, op, self._delete),
            Method(f"{name}/GetGlossary", mt.GetGlossaryRequest, mt.Glossary, self._get),
            Method(
                f"{name}/ListGlossaries",
                mt.ListGlossariesRequest,
                mt.ListGlossariesResponse,
                self._list,
            ),
        )

    def find(self, name: str) -> Kept:
        """A glossary by its full name. Raises `Refused`."""
        with self._lock:
            kept = self._kept.get(name)
        if kept is None:
            raise Refused(not_found(f"Glossary not found: {name}"))
        return kept

    def _create(self, request: mt.CreateGlossaryRequest, call: Call) -> operations_pb2.Operation:
        name = request.glossary.name
        if "/locations/global" in request.parent:
            raise Refused(
                invalid_argument("Glossaries need a regional location, not `global`.", "parent")
            )
        with self._lock:
            if name in self._kept:
                raise Refused(Refusal("ALREADY_EXISTS", f"Glossary already exists: {name}"))

        def work(running: Running) -> Message:
            kept = self._read(request.glossary)
            with self._lock:
                self._kept[name] = kept
            return mt.Glossary.pb(kept.glossary)

        running = mt.CreateGlossaryMetadata(
            name=name, state=mt.CreateGlossaryMetadata.State.RUNNING
        )
        return self.operations.begin(
            request.parent, mt.CreateGlossaryMetadata.pb(running), work, call=call
        )

    def _read(self, glossary: mt.Glossary) -> Kept:
        """The terms of the file that a glossary names: CSV, or TSV by its ending."""
        uri = glossary.input_config.gcs_source.input_uri
        content = self.objects.read(uri)
        if content is None:
            raise Refused(not_found(f"Glossary input file not found: {uri}"))
        delimiter = "\t" if uri.endswith(".tsv") else ","
        lines = list(csv.reader(io.StringIO(content.decode()), delimiter=delimiter))
        if glossary.language_codes_set.language_codes:
            lines = _of_pair(lines)
        terms = {line[0]: line[1] for line in lines if len(line) > 1 and line[0]}
        made = mt.Glossary(glossary)
        made.entry_count = len(terms)
        return Kept(made, terms)

    def _delete(self, request: mt.DeleteGlossaryRequest, call: Call) -> operations_pb2.Operation:
        self.find(request.name)

        def work(running: Running) -> Message:
            with self._lock:
                self._kept.pop(request.name, None)
            return mt.DeleteGlossaryResponse.pb(mt.DeleteGlossaryResponse(name=request.name))

        metadata = mt.DeleteGlossaryMetadata(name=request.name)
        parent = request.name.rpartition("/glossaries/")[0]
        return self.operations.begin(
            parent, mt.DeleteGlossaryMetadata.pb(metadata), work, call=call
        )

    def _get(self, request: mt.GetGlossaryRequest, call: Call) -> mt.Glossary:
        return self.find(request.name).glossary

    def _list(self, request: mt.ListGlossariesRequest, call: Call) -> mt.ListGlossariesResponse:
        with self._lock:
            kept = sorted(self._kept.items())
        within = [one.glossary for name, one in kept if name.startswith(f"{request.parent}/")]
        return mt.ListGlossariesResponse(glossaries=within)


def _of_pair(lines: list[list[str]]) -> list[list[str]]:
    """An equivalent-terms file without the line of language codes; its first two columns."""
    return [line[:2] for line in lines[1:]]
