"""The folder a person gets: the video, subtitles in both languages, the script and the reports."""

import shutil
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from dubwright.domain.cues import to_srt, to_vtt
from dubwright.domain.errors import ConflictError, InputError, NotFoundError
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Script
from dubwright.jobs.receipts import Receipt, receipt_of, untouched_lines
from dubwright.pipeline.order import Earlier, Pin
from dubwright.pipeline.results import Dub
from dubwright.pipeline.subtitling import subtitles_of

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FAILED_QC = "failed.qc.json"
_FAILED_FIT = "failed.fit.json"
_LONGEST_STEM_BYTES = 180


class DubFolder:
    """`<output>/<name>.<language>/` of one dub."""

    def __init__(self, output: Path, video: Path, target: LanguageTag) -> None:
        self.path = output / f"{_short_enough(video.stem)}.{target}"

    @property
    def script_path(self) -> Path:
        return self.path / "script.json"

    def edited_script(self, source_sha256: str) -> Script | None:
        """The script, if a person has changed it since the first run; None if they did not.

        Raises `ConflictError` when the folder belongs to another video, `InputError` when the
        script cannot be read.
        """
        receipt = self._receipt()
        if receipt is None or not self.script_path.exists():
            return None
        if receipt.source_sha256 != source_sha256:
            raise ConflictError(
                f"{str(self.path)!r} holds the dub of another video",
                hint="choose another `--output`, or move that folder away",
            )
        script = _without_stale_variants(read_script(self.script_path), receipt.script)
        return script if receipt.edited or script != receipt.script else None

    def untouched_lines(self, script: Script) -> dict[int, Pin]:
        """How those lines of `script` were spoken that are as the last run wrote them."""
        receipt = self._receipt()
        return {} if receipt is None else untouched_lines(receipt, script)

    def decided(self) -> Earlier | None:
        """What the last run decided; None if there was none, or it left no finished file."""
        receipt = self._receipt()
        return None if receipt is None else receipt.decided

    def write(self, dub: Dub, video: Path, *, edited: bool) -> Path:
        """Write everything and return the video's path. The video comes last."""
        self.path.mkdir(parents=True, exist_ok=True)
        for name in (_FAILED_QC, _FAILED_FIT):
            (self.path / name).unlink(missing_ok=True)
        self._write_text("qc.json", dub.quality.model_dump_json(indent=2))
        self._write_text("fit.json", dub.fit.model_dump_json(indent=2))
        self._write_subtitles(dub)
        self._write_script(dub, edited=edited)
        return self._write(
            f"{self.path.name}{video.suffix}", lambda part: _link_or_copy(video, part)
        )

    def write_failed(self, dub: Dub) -> Path:
        """Keep what a person needs to see why a dub broke a hard rule, and to mend its script.

        What an earlier dub left stays as it is. Returns the path of the quality report.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        self._write_text(_FAILED_FIT, dub.fit.model_dump_json(indent=2))
        if not self.script_path.exists():
            self._write_script(dub, edited=False)
        return self._write_text(_FAILED_QC, dub.quality.model_dump_json(indent=2))

    def _write_script(self, dub: Dub, *, edited: bool) -> None:
        self._write_text("script.json", dub.script.model_dump_json(indent=2))
        receipt = receipt_of(dub, edited=edited)
        self._write_text(".receipt.json", receipt.model_dump_json())

    def _write_subtitles(self, dub: Dub) -> None:
        end_ms = dub.source.duration_ms
        for language, cues in subtitles_of(dub.script, dub.fit, end_ms=end_ms).items():
            self._write_text(f"subtitles.{language}.srt", to_srt(cues))
            self._write_text(f"subtitles.{language}.vtt", to_vtt(cues))

    def _receipt(self) -> Receipt | None:
        return _read_receipt(self.path)

    def _write_text(self, name: str, text: str) -> Path:
        return self._write(name, lambda part: _write_utf8(part, text))

    def _write(self, name: str, make: Callable[[Path], None]) -> Path:
        path = self.path / name
        part = path.with_name(f".{name}.part")
        make(part)
        part.replace(path)
        return path


def _without_stale_variants(script: Script, before: Script) -> Script:
    """Shorter wordings go with the text they were made for, and so does who translated it."""
    known = {line.id: line for line in before.utterances}
    lines = tuple(
        line.model_copy(update={"variants": (), "translated_by": ""})
        if line.id in known
        and line.target_text != known[line.id].target_text
        and line.variants == known[line.id].variants
        else line
        for line in script.utterances
    )
    return script.model_copy(update={"utterances": lines})


def _short_enough(stem: str) -> str:
    """A file name's stem that leaves room for what is added to it."""
    kept = stem.encode("utf-8", "surrogateescape")[:_LONGEST_STEM_BYTES]
    return stem if len(kept) < _LONGEST_STEM_BYTES else kept.decode("utf-8", "ignore")


def spoken_script(folder: Path) -> Script | None:
    """The script that the video in `folder` speaks, whatever a person has changed since."""
    receipt = _read_receipt(folder)
    if receipt is not None:
        return receipt.script
    path = folder / "script.json"
    return read_script(path) if path.exists() else None


def read_script(path: Path) -> Script:
    """A script that a person may have edited. Raises `InputError` naming the place."""
    if not path.exists():
        raise NotFoundError(f"there is no script {str(path)!r}")
    try:
        return Script.model_validate_json(path.read_bytes().removeprefix(_BYTE_ORDER_MARK))
    except ValidationError as exc:
        first = exc.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"{path.name!r} is not a script: {place or 'the file'}: {first['msg']}",
            hint="mend that place, or delete the file to start from the recognised text",
        ) from exc


def _read_receipt(folder: Path) -> Receipt | None:
    path = folder / ".receipt.json"
    if not path.exists():
        return None
    try:
        return Receipt.model_validate_json(path.read_bytes())
    except ValidationError as exc:
        raise InputError(
            f"{str(path)!r} is damaged, or of another version of Dubwright",
            hint="delete it to start from the recognised text; keep a copy of an edited script",
        ) from exc


def _write_utf8(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _link_or_copy(made: Path, to: Path) -> None:
    to.unlink(missing_ok=True)
    try:
        to.hardlink_to(made)
    except OSError:
        shutil.copyfile(made, to)
