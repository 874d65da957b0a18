"""`python -m dubwright.testing.google`: the doubles as a program, and a dub through them.

python -m dubwright.testing.google serve --engines stand-ins
python -m dubwright.testing.google demo talk.mp4 --to pt --from en
"""

import argparse
import os
import shlex
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from dubwright.domain.errors import DubError, InputError
from dubwright.testing import google
from dubwright.testing.google.conduct import TYPICAL_LATENCIES, Conduct
from dubwright.testing.google.demo import DemoOrder, dub_through
from dubwright.testing.google.engines import REAL, STAND_INS, create_engines
from dubwright.testing.google.quotas import Quota, Quotas

_PARENT_LOOK_S = 0.5
_ENGINES = {"real": REAL, "stand-ins": STAND_INS}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    is_bare = not given or (given[0].startswith("--") and given[0] != "--help")
    asked = _parser().parse_args([*["serve"] * is_bare, *given])
    stop = _stopped_by_signals()
    try:
        with tempfile.TemporaryDirectory(prefix="dubwright-google-") as spare:
            folder = Path(asked.folder or spare).resolve()
            folder.mkdir(parents=True, exist_ok=True)
            engines = create_engines(_ENGINES[asked.engines])
            with google.GoogleCloud(folder, engines, conduct=_conduct(asked)) as cloud:
                if asked.command == "demo":
                    return dub_through(cloud, _order(asked), stop=stop)
                _serve(cloud, asked.location, stop)
    except DubError as exc:
        print(f"{exc.message}\n{exc.hint or ''}".strip(), file=sys.stderr)  # noqa: T201  # for people
        return 1
    return 0


def _serve(cloud: "google.GoogleCloud", location: str, stop: threading.Event) -> None:
    """Print what a shell has to be told, then wait for a signal or for the parent's end."""
    told = {**cloud.environment(location), "GOOGLE_DOUBLES_LEDGER": cloud.ledger_url}
    lines = [f"export {name}={shlex.quote(value)}" for name, value in told.items()]
    print("\n".join([*lines, "# ready"]), flush=True)  # noqa: T201  # the caller reads it
    parent = os.getppid()
    while not stop.wait(_PARENT_LOOK_S) and os.getppid() == parent:
        pass


def _conduct(asked: argparse.Namespace) -> Conduct:
    return Conduct(
        quotas=Quotas(_quota(text) for text in asked.quota),
        latencies=TYPICAL_LATENCIES if asked.typical_latencies else {},
    )


def _quota(text: str) -> Quota:
    method, _, limit = text.partition("=")
    if not limit.isdecimal():
        raise InputError(
            f"`--quota {text}` is not a quota",
            hint="write such as `--quota TextToSpeech/SynthesizeSpeech=200`, per minute",
        )
    return Quota(method, int(limit))


def _order(asked: argparse.Namespace) -> DemoOrder:
    return DemoOrder(
        video=asked.video,
        target=asked.to,
        source=getattr(asked, "from"),
        output=asked.output,
        location=asked.location,
    )


def _stopped_by_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dubwright.testing.google", description="Google Cloud on this machine."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser(
        "serve", help="run until this program's parent ends; what is done if no command is given"
    )
    demo = commands.add_parser("demo", help="dub a video through the doubles")
    for command, engines in ((serve, "stand-ins"), (demo, "real")):
        command.add_argument("--engines", choices=list(_ENGINES), default=engines)
        command.add_argument("--folder", type=Path, help="for keys; a temporary one if not given")
        command.add_argument("--location", default="us", help="where sound is recognised")
        command.add_argument(
            "--quota", action="append", default=[], help="METHOD=REQUESTS, per minute"
        )
        command.add_argument(
            "--typical-latencies", action="store_true", help="answer as late as Google does"
        )
    demo.add_argument("video", type=Path)
    demo.add_argument("--to", required=True, help="language to dub into")
    demo.add_argument("--from", help="language spoken in it")
    demo.add_argument("--output", type=Path, default=Path("dubbed"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
