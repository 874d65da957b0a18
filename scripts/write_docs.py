"""Writes the generated parts of the documents, or with --check says which ones are out of date.

A generated part stands between `<!-- begin: NAME -->` and `<!-- end: NAME -->`; a measured figure
between `<!-- measured:NAME -->` and `<!-- end -->`, taken from docs/measured.json.
"""

import ast
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from dubwright.api.app import create_app
from dubwright.api.metrics import Instruments
from dubwright.api.options import ApiOptions
from dubwright.api.problems import HTTP_KINDS, KINDS
from dubwright.catalogue import CatalogueEntry, entries
from dubwright.cli.main import app
from dubwright.db.engine import Database
from dubwright.domain.errors import DubError, ProviderError
from dubwright.domain.language import LanguageTag, base_language, parse_language
from dubwright.jobs.census import Census
from dubwright.jobs.exit_codes import exit_code
from dubwright.jobs.service import Service, ServiceOptions
from dubwright.providers.google.languages import (
    Service as GoogleService,
)
from dubwright.providers.google.languages import known_codes, our_languages, our_tag, table
from dubwright.providers.kokoro.voices import voices_for
from dubwright.providers.whisper import WhisperSpeechToText
from dubwright.queues.dbos_engine import DbosClientEngine
from dubwright.settings import settings_page
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner

_OTHER_NAMES = {
    "ba": "Bashkir", "bo": "Tibetan", "br": "Breton", "fo": "Faroese", "nn": "Norwegian Nynorsk",
    "oc": "Occitan",
}  # fmt: skip
"""Languages that Google has no row for."""

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def main(arguments: list[str]) -> int:
    """Bring all pages up to date; 1 if `--check` was given and a page is not."""
    stale = [path for path, text in _pages() if not path.exists() or path.read_text() != text]
    if arguments == ["--check"]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run `make docs`")
        return 1 if stale else 0
    texts = dict(_pages())
    for path in stale:
        path.write_text(texts[path])
        print(path.relative_to(ROOT))
    return 0


def _pages() -> Iterator[tuple[Path, str]]:
    """Every page with generated parts, and the text it should have."""
    yield DOCS / "settings.md", settings_page()
    yield DOCS / "openapi.json", openapi()
    for path in [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]:
        text = path.read_text()
        if "<!-- begin:" in text or "<!-- measured:" in text:
            yield path, _with_figures(_with_regions(text))


def _with_regions(text: str) -> str:
    for name, write in REGIONS.items():
        marks = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
        if marks[0] in text:
            before, rest = text.split(marks[0], 1)
            after = rest.split(marks[1], 1)[1]
            text = f"{before}{marks[0]}\n{write()}\n{marks[1]}{after}"
    return text


def _with_figures(text: str) -> str:
    measured = DOCS / "measured.json"
    figures: dict[str, str] = json.loads(measured.read_text()) if measured.exists() else {}

    def figure(match: re.Match[str]) -> str:
        name = match.group(1)
        return f"<!-- measured:{name} -->{figures.get(name, '—')}<!-- end -->"

    return re.sub(r"<!-- measured:([a-z0-9-]+) -->.*?<!-- end -->", figure, text)


def recipe() -> str:
    """The function `dub` as it stands in pipeline/dub.py."""
    source = (ROOT / "src/dubwright/pipeline/dub.py").read_text()
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    (dub,) = [node for node in functions if node.name == "dub"]
    return f"```python\n{ast.get_source_segment(source, dub)}\n```"


def models() -> str:
    """A table of the model catalogue."""
    rows = [
        "| model | what it is | languages | size | comes from | licence |",
        "|---|---|---|---|---|---|",
    ]
    for entry in entries():
        languages = ", ".join(entry.languages).replace("mul", "many") or "any"
        rows.append(
            f"| `{entry.id}` | {entry.title} | {languages} | {entry.size_bytes / 1e6:.0f} MB"
            f" | {_delivery(entry)} | {entry.licence}, {entry.attribution} |"
        )
    return "\n".join(rows)


def languages() -> str:
    """A table of what every built-in engine with models, and Google, can do with each language."""
    hears = {"Whisper": _whisper_languages(), "Google": _google_languages("speech")}
    reads = {"Firefox": _catalogued(0), "Google": _google_languages("translate")}
    writes = {"Firefox": _catalogued(1), "Google": _google_languages("translate")}
    speaks = {"Kokoro": _kokoro_languages(), "Google": _google_languages("voices")}
    columns = (hears, reads, writes, speaks)
    tags = {tag for column in columns for known in column.values() for tag in known}
    rows = [
        "| language | tag | heard by | translated from | translated to | spoken by |",
        "|---" * 6 + "|",
    ]
    for tag in sorted(tags, key=lambda tag: (_language_name(tag), tag)):
        cells = [", ".join(who for who in column if tag in column[who]) for column in columns]
        rows.append(f"| {_language_name(tag)} | `{tag}` | {' | '.join(cells)} |")
    return "\n".join(rows)


def google_codes() -> str:
    """A table of the codes that Google's services have for the tags that differ from theirs."""
    rows = ["| language | tag | recognition | translation | voices |", "|---" * 5 + "|"]
    for tag, row in table().languages.items():
        codes = [*row.speech, *row.translate, *row.voices]
        if row.also or any(our_tag(code) != parse_language(code) for code in codes):
            known = ", ".join(f"`{one}`" for one in (tag, *row.also))
            cells = (row.speech, row.translate, row.voices)
            told = " | ".join(", ".join(f"`{code}`" for code in cell) for cell in cells)
            rows.append(f"| {row.name} | {known} | {told} |")
    return "\n".join(rows)


def _whisper_languages() -> frozenset[LanguageTag]:
    return WhisperSpeechToText(WhisperSpeechToText.Options()).languages()


def _google_languages(service: GoogleService) -> frozenset[LanguageTag]:
    return our_languages(known_codes(service))


def _catalogued(side: int) -> frozenset[LanguageTag]:
    pairs = [entry.languages for entry in entries() if entry.id.startswith("bergamot-")]
    return frozenset(LanguageTag(pair[side]) for pair in pairs)


def _kokoro_languages() -> frozenset[LanguageTag]:
    known = {base_language(tag) for tag in our_languages(known_codes("voices"))}
    return frozenset(tag for tag in known if voices_for(tag))


def _language_name(tag: LanguageTag) -> str:
    base = our_tag(tag) or tag
    row = table().languages.get(base)
    return row.name if row else _OTHER_NAMES.get(tag, tag)


def _delivery(entry: CatalogueEntry) -> str:
    packaged = all(file.package or file.npm for file in entry.files)
    return "packages" if packaged else "publisher"


def codes() -> str:
    """A table of error codes with HTTP statuses and exit codes."""
    rows = ["| code | HTTP | exit code | again | meaning |", "|---|---|---|---|---|"]
    for kind in _kinds(DubError):
        error = kind("", provider="") if issubclass(kind, ProviderError) else kind("")
        meaning = (kind.__doc__ or "").split(". ")[0].split("\n")[0].rstrip(".").replace("`", "")
        status, again = KINDS[kind.code].status, "yes" if kind.retryable else ""
        rows.append(_code_row(kind.code, str(status), str(exit_code(error)), again, meaning))
    rows += [_code_row(code, str(of.status), "", "", of.title) for code, of in HTTP_KINDS.items()]
    return "\n".join(rows)


def _code_row(code: str, *cells: str) -> str:
    return f"| [`{code}`](#{code}) | {' | '.join(cells)} |"


def _kinds(kind: type[DubError]) -> Iterator[type[DubError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)


def metrics() -> str:
    """A table of what `/metrics` serves."""
    nothing = Census(operations={}, oldest_queued_s={}, workers=0, provider_calls={}, errors={})
    text = Instruments().render(nothing).decode()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\w+)$", text, re.MULTILINE))
    rows = ["| metric | kind | meaning |", "|---|---|---|"]
    for name, meaning in re.findall(r"^# HELP (\S+) (.+)$", text, re.MULTILINE):
        if not name.endswith("_created"):
            rows.append(f"| `{name}` | {kinds[name]} | {meaning} |")
    return "\n".join(rows)


def openapi() -> str:
    """The description of the API, in an order that does not depend on the machine."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        service = Service(
            database=Database(f"sqlite:///{folder / 'empty.sqlite'}"),
            store=LocalObjectStore(folder, UrlSigner(bytes(32))),
            engine=DbosClientEngine(f"sqlite:///{folder / 'engine.sqlite'}"),
            options=ServiceOptions(data_folder=folder),
        )
        described = create_app(service, ApiOptions()).openapi()
        service.database.close()
    return json.dumps(_ordered(described), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _ordered(value: object) -> object:
    """The same, with sorted lists where the order of a list means nothing."""
    if isinstance(value, dict):
        inner = {name: _ordered(one) for name, one in value.items()}
        if inner.get("uniqueItems") is True and isinstance(inner.get("default"), list):
            inner["default"] = sorted(inner["default"])
        return inner
    return [_ordered(one) for one in value] if isinstance(value, list) else value


def commands() -> str:
    """Every command with its arguments and options."""
    root = typer.main.get_command(app)
    return "\n\n".join(_command(words, command) for words, command in _leaves("dubwright", root))


def _leaves(words: str, command: object) -> Iterator[tuple[str, TyperCommand]]:
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from _leaves(f"{words} {name}", inner)
    elif isinstance(command, TyperCommand):
        yield words, command


def _command(words: str, command: TyperCommand) -> str:
    arguments = [one for one in command.params if isinstance(one, TyperArgument)]
    options = [one for one in command.params if isinstance(one, TyperOption) and one.name != "help"]
    usage = " ".join([words, *map(_place, arguments), *(["[OPTIONS]"] if options else [])])
    rows = [*(f"| `{_place(one)}` | {one.help} |" for one in arguments), *map(_row, options)]
    table = "\n".join(["| argument or option | meaning |", "|---|---|", *rows]) if rows else ""
    return f"## {words}\n\n{_prose(command.help)}\n\n```sh\n{usage}\n```\n\n{table}".rstrip()


def _place(argument: TyperArgument) -> str:
    name = (argument.name or "").upper()
    return name if argument.required else f"[{name}]"


def _prose(text: str | None) -> str:
    paragraphs = (text or "").strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _row(option: TyperOption) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    default = option.opts[0] if option.default is True else option.default
    told = "" if default in (None, False) else f" Default: `{default}`."
    return f"| {names} | {option.help}{told} |"


REGIONS: dict[str, Callable[[], str]] = {
    "recipe": recipe,
    "models": models,
    "languages": languages,
    "google-codes": google_codes,
    "codes": codes,
    "metrics": metrics,
    "commands": commands,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
