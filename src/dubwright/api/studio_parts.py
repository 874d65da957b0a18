"""The built files that a page of the studio begins with, told to browsers ahead of its scripts."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import BaseModel, TypeAdapter

_MANIFEST: Final = Path(".vite/manifest.json")
_ENTRY: Final = "index.html"
# Drawn in another font first, the page moves under a hand that is about to press something.
_FONT: Final = "atkinson-hyperlegible-next-latin-wght-normal"


class Part(BaseModel):
    """One entry of Vite's manifest: a script, the parts that it imports, its styles and files."""

    file: str
    imports: tuple[str, ...] = ()
    css: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()


_Manifest = TypeAdapter(dict[str, Part])


def read_parts(folder: Path) -> dict[str, Part]:
    """The parts of the studio in `folder` by their sources; none where it has no manifest."""
    manifest = folder / _MANIFEST
    return _Manifest.validate_json(manifest.read_bytes()) if manifest.is_file() else {}


def preload_header(parts: Mapping[str, Part], sources: Sequence[str]) -> str:
    """A `Link` header that lets a browser fetch at once all that these sources begin with.

    Without it, each part is asked for only when the one before has run. What the page itself
    names is left out.
    """
    if _ENTRY not in parts:
        return ""
    known = dict.fromkeys(_needed(parts, [_ENTRY]))
    needed = dict.fromkeys(_needed(parts, sources))
    fonts = [file for file in parts[_ENTRY].assets if _FONT in file]
    return ", ".join(_link(file) for file in (*fonts, *needed) if file not in known)


def _needed(parts: Mapping[str, Part], sources: Sequence[str]) -> Iterator[str]:
    waiting, seen = list(sources), set(sources)
    while waiting:
        part = parts.get(waiting.pop(0))
        if part is None:
            continue
        yield from (*part.css, part.file)
        waiting += [source for source in part.imports if source not in seen]
        seen.update(part.imports)


def _link(file: str) -> str:
    # Vite asks for styles as for scripts, without credentials for other origins: so must this.
    if file.endswith(".css"):
        return f"</{file}>; rel=preload; as=style; crossorigin"
    if file.endswith(".woff2"):
        return f"</{file}>; rel=preload; as=font; type=font/woff2; crossorigin"
    return f"</{file}>; rel=modulepreload"
