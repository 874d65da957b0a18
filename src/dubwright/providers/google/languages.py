"""Our language tags and Google's codes for them, by the table in `languages.toml`."""

import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import resources
from typing import Literal

from pydantic import Field

from dubwright.domain.errors import InputError
from dubwright.domain.language import LanguageTag, base_language, parse_language
from dubwright.domain.speech import Gender
from dubwright.domain.timeline import Document

Service = Literal["speech", "translate", "voices"]


class LanguageRow(Document):
    """One language: what we call it, and its codes at each service, the usual region first."""

    name: str
    also: tuple[LanguageTag, ...] = ()
    speech: tuple[str, ...] = ()
    translate: tuple[str, ...] = ()
    voices: tuple[str, ...] = ()

    def codes(self, service: Service) -> tuple[str, ...]:
        """The codes at a service."""
        return {"speech": self.speech, "translate": self.translate, "voices": self.voices}[service]


class LanguageTable(Document):
    """The whole table."""

    as_of: str
    renamed: dict[str, LanguageTag]
    script_regions: dict[str, str]
    languages: dict[LanguageTag, LanguageRow]
    chirp3_hd: dict[Gender, tuple[str, ...]] = Field(description="The names of the voices.")


@lru_cache(maxsize=1)
def table() -> LanguageTable:
    """The table as it stands in the package."""
    text = resources.files(__package__).joinpath("languages.toml").read_text(encoding="utf-8")
    return LanguageTable.model_validate(tomllib.loads(text))


def known_codes(service: Service) -> tuple[str, ...]:
    """Every code of a service that the table has."""
    return tuple(code for row in table().languages.values() for code in row.codes(service))


def our_tag(code: str) -> LanguageTag | None:
    """Our tag for a code of Google's: `zh-Hans-CN` for `cmn-Hans-CN`; None for one without.

    Codes such as `ar-x-gulf` name a dialect that our tags cannot.
    """
    try:
        tag = parse_language(code)
    except InputError:
        return None
    base, *rest = tag.split("-")
    return LanguageTag("-".join([table().renamed.get(base, base), *rest]))


def our_languages(codes: Iterable[str]) -> frozenset[LanguageTag]:
    """The base languages of some codes, under every tag that we know them by."""
    tags = (our_tag(code) for code in codes)
    bases = {base_language(tag) for tag in tags if tag is not None}
    return frozenset(bases | {also for base in bases for also in _other_tags(base)})


def google_code(tag: LanguageTag, codes: Sequence[str], service: Service) -> str | None:
    """Google's code for a tag, out of those that a service offers; None if it lacks the language.

    The same tag is best, then the same region or script, then what the table names first.
    """
    wanted = our_tag(tag) or tag
    offers = {code: _subtags(offered) for code in codes if (offered := our_tag(code)) is not None}
    base, details = base_language(wanted), _subtags(wanted)[1:]
    alike = [code for code, (offered, *_) in offers.items() if offered == base]
    if not alike:
        return None
    usual = list(table().languages.get(base, LanguageRow(name="")).codes(service))

    def preference(code: str) -> tuple[bool, int, int, str]:
        shared = set(offers[code][1:]) & set(details)
        place = usual.index(code) if code in usual else len(usual)
        return our_tag(code) != wanted, -len(shared), place, code

    return min(alike, key=preference)


def _other_tags(base: LanguageTag) -> tuple[LanguageTag, ...]:
    row = table().languages.get(base)
    return row.also if row else ()


def _subtags(tag: LanguageTag) -> tuple[str, ...]:
    """Base, then script and region, either of them filled in from the other where that is clear."""
    base, *rest = tag.split("-")
    regions = table().script_regions
    scripts = {region: script for script, region in regions.items()} if base == "zh" else {}
    more = [regions[one] for one in rest if one in regions]
    more += [scripts[one] for one in rest if one in scripts]
    return (base, *rest, *more)
