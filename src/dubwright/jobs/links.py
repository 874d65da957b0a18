"""Links that callers give instead of a file: taken or refused at once, without a network."""

from pydantic import Field

from dubwright.domain.errors import LinksDisabled, RightsNotConfirmed
from dubwright.domain.source_link import SourceLink
from dubwright.domain.timeline import Document
from dubwright.jobs.asked import AskedBool
from dubwright.jobs.caller import Caller
from dubwright.jobs.service import Service
from dubwright.sources.links import parse_link, refuse_youtube_if_off

_UPLOAD = "download the video yourself and upload the file"


class NewLink(Document):
    """A link to fetch the source from, and your word that you have the rights to dub its video.

    `use_captions`: what its uploader wrote as captions is taken for what is said, where there
    are captions in the spoken language.
    """

    url: str = Field(
        min_length=1, max_length=10_000, examples=["https://www.youtube.com/watch?v=jNQXAC9IVRw"]
    )
    rights_confirmed: AskedBool = False
    use_captions: AskedBool = False


def takes_links(service: Service, caller: Caller) -> bool:
    """Whether the caller may give links instead of files."""
    when = service.options.links.when
    return when == "always" or (when == "locally" and caller.key_id is None)


def accepted_link(service: Service, caller: Caller, asked: NewLink) -> SourceLink:
    """The link as it is kept. Nothing is looked up or called.

    Raises `LinksDisabled`, `LinkRefused` or `RightsNotConfirmed`.
    """
    offer = service.options.links
    if not takes_links(service, caller):
        raise LinksDisabled(
            "this service does not fetch videos from links",
            hint=f"{_UPLOAD}; whoever runs this can set `links.enabled`",
        )
    link = parse_link(asked.url, offer.policy)
    refuse_youtube_if_off(link, is_on=offer.youtube)
    if not asked.rights_confirmed:
        raise RightsNotConfirmed(
            "nobody confirmed the right to dub this video",
            hint="send `rights_confirmed: true` if it is yours, or its owner allows it",
        )
    return SourceLink(
        kind=link.kind,
        url=link.url,
        file_name=link.name,
        use_captions=asked.use_captions,
        rights_confirmed_at=service.now(),
        key_id=caller.key_id,
    )
