"""A link where `dubwright dub` takes a video: told from a path, confirmed, and fetched."""

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from dubwright import bootstrap
from dubwright.domain.errors import InputError, LinksDisabled
from dubwright.jobs.dub_video import DubRequest, Running
from dubwright.jobs.link_folder import AskedLink, LinkFolder
from dubwright.settings import Settings
from dubwright.sources.links import looks_like_link, parse_link, refuse_youtube_if_off

if TYPE_CHECKING:
    from dubwright.sources.fetching import LinkFetcher

_QUESTION = "Do you have the rights to dub this video, or its owner's permission?"
_NO_LINK = "leave it out, or give an `https://` link in place of the file"


def asked_link(text: str, *, i_have_the_rights: bool, use_captions: bool) -> AskedLink | None:
    """The link that stands where a video may; None for a path. Raises `LinkRefused`."""
    if looks_like_link(text):
        return AskedLink(parse_link(text), i_have_the_rights, use_captions)
    if i_have_the_rights or use_captions:
        option = "--i-have-the-rights" if i_have_the_rights else "--use-captions"
        raise InputError(f"`{option}` is for links, and {text!r} is a file", hint=_NO_LINK)
    return None


def with_rights(asked: AskedLink, request: DubRequest) -> AskedLink:
    """The link, after asking whoever sits at the terminal for the rights, unless it was told."""
    is_told = asked.rights_confirmed or LinkFolder(request.output, asked).video_here() is not None
    if is_told or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return asked
    typer.echo(asked.link.url, err=True)
    return dataclasses.replace(asked, rights_confirmed=typer.confirm(_QUESTION, err=True))


def with_fetched_video(
    request: DubRequest, asked: AskedLink, settings: Settings, running: Running
) -> DubRequest:
    """The request with the video of the link, which an earlier run may have fetched already.

    A transcript that a person gave goes before the captions. Raises what `LinkFolder.fetch` does.
    """
    refuse_youtube_if_off(asked.link, is_on=settings.links.youtube)
    asked = dataclasses.replace(asked, language=request.source_language)
    folder = LinkFolder(request.output, asked)
    here = folder.video_here() or folder.fetch(_fetcher(request.output, settings), running)
    if request.transcript is not None or here.captions is None:
        return dataclasses.replace(request, video=here.video)
    return dataclasses.replace(
        request,
        video=here.video,
        transcript=here.captions,
        source_language=request.source_language or here.captions_language,
    )


def _fetcher(output: Path, settings: Settings) -> "LinkFetcher":
    try:
        fetcher = bootstrap.build_link_fetcher(settings, turns=output / ".dubwright" / "turns")
    except ModuleNotFoundError as exc:
        raise InputError(
            f"links need the package {exc.name!r}",
            hint="install it with `pip install dubwright[links,service]`",
        ) from exc
    if fetcher is None:
        raise LinksDisabled("links are switched off", hint="set `links.enabled` to `true`")
    return fetcher
