"""What can go wrong with a request to the storage double."""

from dataclasses import dataclass

from dubwright.testing.google.storage_messages import Refusal


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer with an error, such as 503; nothing is done."""

    status: int
    reason: str = "backendError"
    message: str = "Planned."

    def refusal(self) -> Refusal:
        """As it is answered."""
        return Refusal(self.status, self.reason, self.message)


@dataclass(frozen=True, slots=True)
class CutWhileAsked:
    """The connection breaks when so many bytes of the body have arrived."""

    after_bytes: int = 0


@dataclass(frozen=True, slots=True)
class CutWhileAnswered:
    """What was asked is done; the connection breaks when so many bytes of the answer are sent."""

    after_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Damaged:
    """One bit of the answer's body is turned on the way."""


@dataclass(frozen=True, slots=True)
class Late:
    """The answer comes so much later."""

    delay_s: float


StorageFailure = Refused | CutWhileAsked | CutWhileAnswered | Damaged | Late
