"""The espeak-ng program: found, asked for phonemes, timed out, explained."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dubwright.domain.errors import ProviderNotReady, ProviderUnavailable

_TIMEOUT_S = 20.0
_STDERR_TAIL = 300
_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Espeak:
    """espeak-ng at `program`, or the one on PATH."""

    program: Path | None = None

    def locate(self) -> str:
        """Where the program is. Raises `ProviderNotReady` when it is not installed."""
        found = shutil.which(str(self.program) if self.program else "espeak-ng")
        if found is None:
            raise ProviderNotReady(
                f"espeak-ng is missing: no program at {str(self.program or 'PATH')!r}",
                provider="kokoro",
                hint="install it: `apt-get install espeak-ng` or `brew install espeak-ng`",
            )
        return found

    def version(self) -> str:
        """Its version; phonemes may differ from one to the next."""
        match = _VERSION.search(self._run(["--version"], text=""))
        return match.group() if match else "unknown"

    def phonemes(self, lines: Sequence[str], *, voice: str) -> list[str]:
        """IPA for each line, in order, with diphthongs and affricates tied by `^`."""
        if not lines:
            return []
        options = ["-q", "--ipa", "--tie=^", "-v", voice]
        answers = self._run(options, text="\n".join(lines) + "\n").splitlines()
        if len(answers) == len(lines):
            return answers
        # espeak-ng answers some odd lines with none or several lines of its own.
        return [" ".join(self._run(options, text=f"{line}\n").split()) for line in lines]

    def _run(self, options: list[str], *, text: str) -> str:
        try:
            done = subprocess.run(
                [self.locate(), *options],
                input=text,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as exc:
            raise ProviderUnavailable(
                f"espeak-ng did not answer: {exc}", provider="kokoro"
            ) from exc
        if done.returncode != 0:
            raise ProviderUnavailable(
                f"espeak-ng failed: {done.stderr[-_STDERR_TAIL:].strip()}", provider="kokoro"
            )
        return done.stdout
