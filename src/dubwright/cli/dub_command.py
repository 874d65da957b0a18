"""`dubwright dub`: one video in, the same video in another language out."""

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dubwright import bootstrap
from dubwright.cli.display import Display, choose_display
from dubwright.cli.linked import asked_link, with_fetched_video, with_rights
from dubwright.cli.money import (
    amount_of_money,
    cost_told,
    known_cost,
    purse_for,
    refuse_estimate_of_what_is_elsewhere,
    remote_cost_told,
    tell_estimate,
)
from dubwright.cli.remote_hints import hints_of_options
from dubwright.cli.report import quality_lines
from dubwright.domain.errors import InputError
from dubwright.domain.language import parse_language
from dubwright.domain.quality import QcReport
from dubwright.domain.speech import SpeakerId
from dubwright.jobs.dub_estimate import estimate_dub
from dubwright.jobs.dub_video import DubRequest, Running, dub_video
from dubwright.jobs.link_folder import AskedLink


def dub(
    video: Annotated[
        str, typer.Argument(help="The video: MP4, MOV, MKV or WebM, or a link to one.")
    ],
    to: Annotated[str, typer.Option("--to", help="Language to dub into, such as `pt`.")],
    source: Annotated[
        str | None, typer.Option("--from", help="Language spoken in it; heard if not given.")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the dub and for work files.")
    ] = Path("dubbed"),
    speakers: Annotated[
        int | None, typer.Option(min=1, max=50, help="How many people speak, if you know.")
    ] = None,
    voice: Annotated[
        list[str] | None,
        typer.Option(help="Voice for one speaker, such as `S1=pf_dora`. May be repeated."),
    ] = None,
    transcript: Annotated[
        Path | None,
        typer.Option(help="SRT or WebVTT in the spoken language; skips recognition."),
    ] = None,
    translation: Annotated[
        Path | None,
        typer.Option(help="SRT or WebVTT in the target language; skips translation."),
    ] = None,
    background: Annotated[
        bool,
        typer.Option(
            help="Separate music and noise from speech; otherwise the original is ducked."
        ),
    ] = True,
    i_have_the_rights: Annotated[
        bool,
        typer.Option(
            "--i-have-the-rights",
            help="You may dub the video of the link: it is yours, or its owner allows it.",
        ),
    ] = False,
    use_captions: Annotated[
        bool,
        typer.Option(
            "--use-captions",
            help="With a YouTube link: take its uploader's captions for what is said.",
        ),
    ] = False,
    use: Annotated[
        list[str] | None,
        typer.Option(help="Another engine, such as `text_to_speech=tone`. May be repeated."),
    ] = None,
    max_cost: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1_000_000,
            callback=amount_of_money,
            metavar="DOLLARS",
            help="Stop before paid engines cost more than this, such as `2.50`.",
        ),
    ] = None,
    estimate: Annotated[
        bool,
        typer.Option("--estimate", help="Tell what it would cost and take, and do no work."),
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Threads that work; all cores if not given.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Progress and result as JSON lines.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the result only.")] = False,
    server: Annotated[
        str | None,
        typer.Option(
            envvar="DUBWRIGHT_SERVER_URL",
            help="Have a Dubwright server do the work.",
            metavar="URL",
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            envvar="DUBWRIGHT_KEY",
            help="Your key for the server. Others on this machine can read a command line: prefer the variable.",
            show_envvar=True,
        ),
    ] = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="With a server: start the work and do not wait for it.")
    ] = False,
) -> None:
    """Dub a video: the same picture, another language.

    In place of a file there may be a link to one, or to a video on YouTube, that you may dub.
    Running the same command again goes on where the last run stopped. Edit `script.json` in the
    dub's folder and run it again to change lines: only what you changed is spoken again.
    With `--server` all of this is the same, and Ctrl-C stops the work there.
    """
    if estimate:
        refuse_estimate_of_what_is_elsewhere(server=server, video=video)
    link = asked_link(video, i_have_the_rights=i_have_the_rights, use_captions=use_captions)
    request = DubRequest(
        video=Path(link.link.name if link else video),
        target_language=parse_language(to),
        source_language=parse_language(source) if source else None,
        output=output,
        speakers=speakers,
        voices=_voices(voice or []),
        transcript=transcript,
        translation=translation,
        keep_background=background,
    )
    if link is not None:
        link = with_rights(link, request)
    if server is not None:
        _refuse_workers(workers)
        remote = _Remote(server, key, _pairs(use or [], "--use"), link, max_cost, detach=detach)
        with _stoppable() as stop, choose_display(as_json=as_json, quiet=quiet) as display:
            told = _dub_there(request, remote, display, stop)
        told(as_json)
        return
    settings, engines = bootstrap.load_settings(), _pairs(use or [], "--use")
    if estimate:
        quoter = bootstrap.build_quoter(settings, chosen=engines)
        limits = bootstrap.probe_limits(settings)
        tell_estimate(estimate_dub(request, quoter, limits=limits), as_json=as_json)
        return
    purse = purse_for(bootstrap.price_list(settings), max_cost)
    with _stoppable() as stop, choose_display(as_json=as_json, quiet=quiet) as display:
        tools = bootstrap.build_tools(
            settings,
            chosen=engines,
            is_cancelled=stop.is_set,
            observe=purse.note,
            before_call=purse.reserve,
        )
        running = Running(
            workers=workers or bootstrap.worker_count(settings),
            progress=display,
            is_cancelled=stop.is_set,
            limits=bootstrap.probe_limits(settings),
        )
        if link is not None:
            request = with_fetched_video(request, link, settings, running)
        outcome = dub_video(request, tools, running)
    made = _Told(
        outcome.dub.quality, outcome.folder, outcome.video, known_cost(purse), cost_told(purse)
    )
    _tell(made, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Remote:
    """A server that is to do the work."""

    url: str
    key: str | None
    engines: dict[str, str]
    link: AskedLink | None
    max_cost: float | None
    detach: bool


def _dub_there(
    request: DubRequest, remote: _Remote, display: Display, stop: threading.Event
) -> Callable[[bool], None]:
    """Have the server dub, and give what tells of it: as JSON or for people."""
    try:
        from dubwright.cli.remote import RemoteServer, ServerAddress
    except ModuleNotFoundError as exc:
        raise InputError(
            f"`--server` needs the package {exc.name!r}",
            hint="install it with `pip install dubwright[service]`",
        ) from exc
    from dubwright.cli import remote_dub

    asked = remote_dub.RemoteRequest(request, remote.engines, remote.link, remote.max_cost)
    watching = remote_dub.Watching(display, stop)
    with hints_of_options(), RemoteServer(ServerAddress(remote.url, remote.key)) as server:
        begun = remote_dub.begin_remote_dub(server, asked, watching)
        if remote.detach:
            return lambda as_json: _tell_begun(begun.project, begun.operation, as_json=as_json)
        made = remote_dub.finish_remote_dub(server, asked, begun, watching)
    told = _Told(made.quality, made.folder, made.video, made.cost, remote_cost_told(made.cost))
    return lambda as_json: _tell(told, as_json=as_json)


def _refuse_workers(workers: int | None) -> None:
    if workers is not None:
        raise InputError(
            "`--workers` does not work with `--server`",
            hint="whoever runs the server sets `workers` there",
        )


@contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """The first Ctrl-C asks to stop cleanly; the second one ends the process at once."""
    stop = threading.Event()

    def ask_to_stop(number: int, frame: object) -> None:
        if stop.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stop.set()

    before = {n: signal.signal(n, ask_to_stop) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def _voices(choices: list[str]) -> dict[SpeakerId, str]:
    return {SpeakerId(speaker): voice for speaker, voice in _pairs(choices, "--voice").items()}


def _pairs(choices: list[str], option: str) -> dict[str, str]:
    pairs = dict(choice.partition("=")[::2] for choice in choices)
    for name, value in pairs.items():
        if not name or not value:
            raise InputError(f"`{option} {name}` has no `=`", hint=f"write `{option} name=value`")
    return pairs


def _tell_begun(project: str, operation: str, *, as_json: bool) -> None:
    if as_json:
        line = {"event": "begun", "project": project, "operation": operation}
        sys.stdout.write(json.dumps(line) + "\n")
        return
    sys.stdout.write(f"{operation}\n")


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of a finished dub; `cost` None: it is not known."""

    quality: QcReport
    folder: Path
    video: Path
    cost: float | None
    cost_told: str


def _tell(made: _Told, *, as_json: bool) -> None:
    if as_json:
        line = {
            "event": "completed",
            "video": str(made.video),
            "folder": str(made.folder),
            "checks": [check.model_dump() for check in made.quality.checks],
            "cost": made.cost,
        }
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        return
    console = Console()
    console.print(quality_lines(made.quality))
    if made.cost_told:
        console.print(made.cost_told, highlight=False)
    console.print(str(made.video), style="bold", markup=False, highlight=False, soft_wrap=True)
