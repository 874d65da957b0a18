"""The zip for YouTube: a folder for each language, with what its track is added from."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dubwright.domain.errors import Cancelled
from dubwright.domain.language import LanguageTag
from dubwright.domain.language_names import language_name

_PIECE_BYTES: Final = 1 << 20
# One time for all: equal files make an equal zip.
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)

_STEPS: Final = """\
How to add this track to your video on YouTube

1. Open https://studio.youtube.com and sign in with the channel that has the video.
2. Choose Languages in the menu on the left, then choose the video.
3. Choose Add language, then {name}.
4. Under Audio, choose Add, then Select file, and choose audio.m4a from this folder.
   It is as long as the video, as YouTube asks for. Choose Publish.
5. Under Subtitles, choose Add, then Upload file, With timing, and choose captions.srt. Choose Publish.
6. Under Title and description, choose Add. The title of the video is in title.txt; translate it,
   paste it, and choose Publish.

If Audio is not there: YouTube gives audio tracks in several languages to channels step by step.
Look in Settings, Channel, Feature eligibility, and turn on the advanced features.
"""


@dataclass(frozen=True, slots=True)
class LanguageFolder:
    """What goes into the folder of one language."""

    language: LanguageTag
    sound: Path
    captions: Path


def write_zip(
    to: Path,
    folders: Sequence[LanguageFolder],
    *,
    title: str,
    is_cancelled: Callable[[], bool],
) -> None:
    """Write all folders into one zip, nothing packed tighter: sound does not get smaller."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_STORED) as archive:
        for folder in folders:
            for name, file in {"audio.m4a": folder.sound, "captions.srt": folder.captions}.items():
                _add(archive, f"{folder.language}/{name}", file, is_cancelled)
            for name, text in _texts(folder, title).items():
                archive.writestr(_entry(f"{folder.language}/{name}"), text)


def _texts(folder: LanguageFolder, title: str) -> Mapping[str, str]:
    steps = _STEPS.format(name=language_name(folder.language))
    return {"title.txt": f"{title}\n", "steps.txt": steps}


def _add(archive: zipfile.ZipFile, name: str, file: Path, is_cancelled: Callable[[], bool]) -> None:
    with file.open("rb") as source, archive.open(_entry(name), "w", force_zip64=True) as entry:
        while piece := source.read(_PIECE_BYTES):
            if is_cancelled():
                raise Cancelled("stopped while the files were put together")
            entry.write(piece)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.external_attr = 0o644 << 16
    return entry
