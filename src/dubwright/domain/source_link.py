"""The link that a source came by, with the word of whoever may dub it."""

from datetime import datetime
from typing import Literal

from dubwright.domain.language import LanguageTag
from dubwright.domain.timeline import Document


class SourceLink(Document):
    """A link in its one spelling, and who confirmed when to have the rights to its video.

    `key_id` is the key of the request, None without keys. What the site says of the video is
    known once it was fetched: then `licence` is the site's word, None where it says nothing.
    """

    kind: Literal["youtube", "web"]
    url: str
    file_name: str
    use_captions: bool = False
    rights_confirmed_at: datetime
    key_id: str | None = None
    fetched_at: datetime | None = None
    title: str | None = None
    channel: str | None = None
    licence: str | None = None
    captions_language: LanguageTag | None = None
