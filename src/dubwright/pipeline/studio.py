"""The studio: where a dub is made."""

from dataclasses import dataclass

from dubwright.pipeline.pool import WorkPool
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.tools import Tools


@dataclass(frozen=True, slots=True)
class Studio:
    """Who makes a dub: the tools, the run that keeps what is made, and the workers of its pool."""

    tools: Tools
    run: Runner
    pool: WorkPool
