"""The variable parts of addresses. What cannot be an id is answered like an id that is not there."""

import re
from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Path
from pydantic import AfterValidator

from dubwright.domain.errors import NotFoundError
from dubwright.domain.language import LanguageTag, parse_language
from dubwright.jobs.asked import TAG_PATTERN

_RANDOM: Final = "k7d2mq5xv3nb4tzr6wja"
_MOST_LINES: Final = 1_000_000


def _id_of(prefix: str, kind: str, hint: str) -> Callable[[str], str]:
    pattern = re.compile(_pattern(prefix))

    def known(raw: str) -> str:
        if pattern.fullmatch(raw) is None:
            raise NotFoundError(f"there is no such {kind}", hint=hint)
        return raw

    return known


def _pattern(prefix: str) -> str:
    return f"^{prefix}_[a-z2-7]{{20}}$"


def _language(raw: str) -> LanguageTag:
    return parse_language(raw)


def _name(raw: str) -> str:
    if not raw.isprintable():
        raise NotFoundError("there is no artifact of this name", hint="list the artifacts")
    return raw


ProjectId = Annotated[
    str,
    AfterValidator(_id_of("prj", "project", "`GET /v1/projects` lists yours")),
    Path(examples=[f"prj_{_RANDOM}"], json_schema_extra={"pattern": _pattern("prj")}),
]
OperationId = Annotated[
    str,
    AfterValidator(_id_of("op", "operation", "`GET /v1/operations` lists yours")),
    Path(examples=[f"op_{_RANDOM}"], json_schema_extra={"pattern": _pattern("op")}),
]
TargetLanguage = Annotated[
    LanguageTag,
    AfterValidator(_language),
    Path(
        description="The target's language, as a BCP-47 tag.",
        examples=["de"],
        json_schema_extra={"pattern": TAG_PATTERN},
    ),
]
SegmentId = Annotated[int, Path(ge=1, le=_MOST_LINES, examples=[1])]
UtteranceId = Annotated[int, Path(ge=1, le=_MOST_LINES, examples=[1])]
SpeakerPath = Annotated[
    str, Path(examples=["S1"], max_length=20, description="The speaker's id, such as `S1`.")
]
ArtifactName = Annotated[str, Path(max_length=100, examples=["video.mp4"]), AfterValidator(_name)]
