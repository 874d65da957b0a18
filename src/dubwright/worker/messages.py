"""What a worker and its child processes tell each other: one JSON object per line."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from dubwright.domain.job import Failure
from dubwright.domain.timeline import Document

MAX_LINE_BYTES = 64 * 2**20


class Assign(Document):
    """To the child: do this next."""

    kind: Literal["assign"] = "assign"
    assignment: str


class CancelWork(Document):
    """To the child: stop what you are doing."""

    kind: Literal["cancel"] = "cancel"


class TurnBooked(Document):
    """To the child: the turn it asked for comes in `wait_s` seconds."""

    kind: Literal["booked"] = "booked"
    number: int
    wait_s: float


class Ready(Document):
    """From the child: everything is imported. `pid` is the process that works."""

    kind: Literal["ready"] = "ready"
    pid: int


class Report(Document):
    """From the child: something happened."""

    kind: Literal["report"] = "report"
    message: str


class TurnWanted(Document):
    """From the child: it wants to make a call that all workers together make so often at most."""

    kind: Literal["turn"] = "turn"
    number: int
    name: str
    calls_per_minute: float


class Succeeded(Document):
    """The work is done. `outcome` is what the work function returned."""

    kind: Literal["succeeded"] = "succeeded"
    outcome: str


class Failed(Document):
    """The work could not be done."""

    kind: Literal["failed"] = "failed"
    failure: Failure


class Stopped(Document):
    """The work was cancelled; what was finished is kept."""

    kind: Literal["stopped"] = "stopped"


Conclusion = Succeeded | Failed | Stopped
"""How an attempt ended."""

ToChild = Annotated[Assign | CancelWork | TurnBooked, Field(discriminator="kind")]
FromChild = Annotated[Ready | Report | TurnWanted | Conclusion, Field(discriminator="kind")]

to_child: TypeAdapter[Assign | CancelWork | TurnBooked] = TypeAdapter(ToChild)
from_child: TypeAdapter[Ready | Report | TurnWanted | Conclusion] = TypeAdapter(FromChild)


def line_of(message: Document) -> bytes:
    """A message as it is sent."""
    return message.model_dump_json().encode() + b"\n"
