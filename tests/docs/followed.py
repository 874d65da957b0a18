"""A page with examples, followed as a reader would: block by block, from top to bottom."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"^## (?P<section>[^\n]+)$|^```(?P<kind>\w+)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL
)
_RUNNABLE = ("sh", "python")
_LONGEST_S = 120

# Runs each block that it is given, all in one namespace, and answers with what they printed.
_PYTHON = """
import contextlib, io, json, sys, traceback
names = {"__name__": "page"}
for line in sys.stdin:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            exec(json.loads(line), names)
        except Exception:
            traceback.print_exc(file=sys.stdout)
    print(json.dumps(printed.getvalue()), flush=True)
"""


@dataclass(frozen=True)
class Example:
    """A block that runs. `prints` is what the page says it does; None: the page says nothing."""

    section: str
    kind: str
    text: str
    prints: str | None = None


@dataclass(frozen=True)
class Followed:
    """An example, and what it printed; errors are in it too."""

    example: Example
    printed: str

    @property
    def fits(self) -> bool:
        """Whether it printed what the page says. `…` stands for anything in a line."""
        if self.example.prints is None:
            return "Traceback" not in self.printed
        said = self.example.prints.strip().splitlines()
        lines = self.printed.strip().splitlines()
        return len(said) == len(lines) and all(map(_like, said, lines))


def examples_on(page: Path) -> list[Example]:
    """The runnable blocks of a page; a block of another kind after one is what it prints."""
    section, found = "", []
    for block in _BLOCK.finditer(page.read_text()):
        if block["section"]:
            section = block["section"]
        elif block["kind"] in _RUNNABLE:
            found.append(Example(section, block["kind"], block["text"]))
        else:
            last = found.pop()
            found.append(Example(last.section, last.kind, last.text, block["text"]))
    return found


def follow(examples: list[Example], folder: Path) -> Iterator[Followed]:
    """Run them in `folder`; ends after the first that does not print what it should."""
    environment = dict(os.environ)
    with subprocess.Popen(
        [sys.executable, "-c", _PYTHON], cwd=folder, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as python:  # fmt: skip
        for example in examples:
            if example.kind == "sh":
                printed, environment = _in_shell(example.text, folder, environment)
            else:
                printed = _in_python(example.text, python)
            followed = Followed(example, printed)
            yield followed
            if not followed.fits:
                break
        python.stdin.close()


def _in_shell(text: str, folder: Path, environment: dict[str, str]) -> tuple[str, dict[str, str]]:
    """What a block prints, and the variables and functions that it leaves to the next."""
    left = folder / "environment.left"
    done = subprocess.run(
        ["bash", "-ac", f"set -euo pipefail\n{text}\nenv -0 >{left.name}"],
        cwd=folder, env=environment, text=True, timeout=_LONGEST_S, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode:
        return f"{done.stdout}\nTraceback: exit code {done.returncode}", environment
    pairs = (pair.partition("=") for pair in left.read_text().split("\0") if pair)
    return done.stdout, {name: value for name, _, value in pairs}


def _in_python(text: str, python: "subprocess.Popen[str]") -> str:
    python.stdin.write(json.dumps(text) + "\n")
    python.stdin.flush()
    return json.loads(python.stdout.readline() or '"Traceback: Python ended"')


def _like(said: str, line: str) -> bool:
    pattern = ".*".join(map(re.escape, said.rstrip().split("…")))
    return re.fullmatch(pattern, line.rstrip()) is not None
