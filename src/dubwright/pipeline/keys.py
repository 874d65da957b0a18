"""Keys: the same stage on the same inputs with the same engine has the same key."""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from pydantic import BaseModel


@runtime_checkable
class Fingerprinted(Protocol):
    """Anything that says when its answers may change, as providers do."""

    @property
    def fingerprint(self) -> str: ...


def stage_key(stage: str, version: int, inputs: Sequence[object]) -> str:
    """A name of 24 hexadecimal digits for one stage on these inputs."""
    text = "\n".join([f"{stage}/{version}", *(_key(value) for value in inputs)])
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _key(value: object) -> str:
    match value:
        case BaseModel():
            return value.model_dump_json()
        case Path():
            # Work files are named by their keys, so the name stands for the content.
            return value.name
        case str() | int() | float() | None:
            return repr(value)
        case Mapping():
            return repr(sorted((str(k), _key(v)) for k, v in value.items()))
        case Sequence():
            return repr([_key(v) for v in value])
        case Fingerprinted():
            return value.fingerprint
    if dataclasses.is_dataclass(value):
        return repr(value)
    raise TypeError(f"no key for a {type(value).__name__}")
